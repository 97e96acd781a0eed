"""Any values of a cell fitted to any data at once, with what the data leave open.

>>> import heterofilm as hf
>>> measured = hf.simulate("vo-half", "Discharge at 5 uA/cm2 until 2.15 V", detail=False)
>>> found = hf.fit("vo-half", [measured], ["phases.V2O5.D"], noise="1 mV", profiles=False)
>>> abs(found["phases.V2O5.D"].value / hf.Cell.load("vo-half").entries.number("phases.V2O5.D") - 1.0) < 0.02
True
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from ..bars import progress_bar
from ..cell import Cell
from ..errors import InputError
from ..simulation.arguments import cell_of
from .fitted import FitResult, FittedValue
from .likelihood import Compared, Likelihood
from .measured import Data, Measured, excess, measured, noise_of
from .sampling import check_installed, evolved
from .sampling import posterior as posterior_draws
from .search import SAME, Least, Profile, covariance, least, profile, starts
from .told import criteria, runs_test, sloppy
from .unknown import Unknown, unknowns

__all__ = ["fit"]

Array = NDArray[np.float64]
RTOL = 3e-6  # of the runs of a fit: S must be smooth, and steep ends of a curve tell values to 1e-4
ROUNDS = 4  # of weighing the data anew by their misfit
SETTLED = 0.02  # ln of a noise
STRUCTURE = 0.01  # probability, of the runs test or of S, below which residuals are said to be no noise
NOISIEST = 0.01  # V: more than the noise of any cycler or potentiostat
STAYED = 1e-3  # sigma: closer to its start a value counts as unmoved
INFORMS = 1.0  # sigma that all numbers of a set of data move through half of a range, to be said to inform a value


def fit(
    cell: Cell | str | Path,
    data: Any,
    values: Any,
    *,
    noise: float | str | None = None,
    overrides: Mapping[str, float | str] | None = None,
    searches: int = 3,
    stages: Sequence[Sequence[Any]] | None = None,
    start: Mapping[str, float] | str | Path | None = None,
    profiles: bool = True,
    rough: bool = False,
    posterior: int = 0,
    level: float = 0.95,
    rtol: float = RTOL,
    seed: int = 0,
    keep: str | Path | None = None,
    progress: bool = False,
) -> FitResult:
    """The values of ``cell`` that are most probable given ``data``, with intervals.

    Args:
        cell: a Cell, a name of the library, or a TOML file; ``overrides`` as of :func:`~heterofilm.simulate`.
        data: a list of Records, files of them, pairs ``(record, protocol)``, or :class:`~heterofilm.Data`.
        values: dotted paths, a tuple of them for values that are equal; or a mapping from these to a range
            ``(low, high)``, beyond which nothing is looked for, or to ``{"range": ..., "log": ..., "prior": (mean,
            standard deviation)}``.
        noise: of all data that do not state their own: standard deviation of a voltage ("1 mV"). Without one it is
            taken from the misfit, which then says nothing about whether the model is right.
        searches: from the present values, and from so many starts in all, spread over the ranges.
        stages: values that are fitted first, the others held, before all are: for example ``[["phases.V2O5.D"]]``.
        start: values to begin from, or the file of an earlier result.
        profiles: intervals by profile likelihood; without them those of the model as if it were linear.
        rough: begin with a search by evolution, where slopes mislead (extra ``sampling``).
        posterior: so many draws of the posterior, in ``result.draws`` (extra ``sampling``).
        keep: a TOML file that holds the best so far, whatever happens; an interrupt ends the fit with it.

    Raises HeterofilmError for data or values that make no sense, and where nothing can be simulated at the start.
    """
    cell = cell_of(cell, overrides)
    free = unknowns(cell, values)
    given = [data] if isinstance(data, str | Path | Data | tuple) or not isinstance(data, Iterable) else list(data)
    if posterior < 0:
        raise InputError(f"posterior is a number of draws, not {posterior}.")
    check_installed(rough=rough, posterior=posterior > 0)  # before the work
    if not given:
        raise InputError("data holds nothing to fit to; give a list of records or files.")
    sets = [measured(one, cell, k) for k, one in enumerate(given, start=1)]
    sets = [_with_noise(one, noise) for one in sets]
    problem = Likelihood(cell, sets, free, rtol)
    first = np.array([one.parameter.scaled(_begin(start, one)) for one in free])
    lower = np.array([one.parameter.lower for one in free])
    upper = np.array([one.parameter.upper for one in free])
    problem(np.clip(first, lower, upper))
    if not problem.last or not problem.last[3]:
        raise InputError(f"Nothing can be simulated at the start of the fit: {problem.failure}")
    notes = [note for one in sets for note in one.notes] + [one.note for one in free if one.note]
    with progress_bar(desc="fit", unit="run", progress=progress) as bar:
        run = _Run(problem, first, lower, upper, bar.update, None if keep is None else Path(keep), notes)
        try:
            if rough:
                first = evolved(run.S, np.clip(first, lower, upper), lower, upper, seed)
                notes.append("The first search began where evolution (CMA-ES) ended.")
            run.search(first, searches, stages or (), seed)
            if profiles:
                run.profile(level)
            if posterior:
                run.draw(posterior, seed)
        except KeyboardInterrupt:
            notes.append("The fit was interrupted: these are the best values until then.")
            if run.best is None:
                raise
    return run.result(level)


def _with_noise(one: Measured, noise: float | str | None) -> Measured:
    if noise is None or one.noise:
        return one
    return replace(one, noise=noise_of(noise, one.steps, one.name))


def _begin(start: Any, one: Unknown) -> float:
    if start is None:
        return one.start
    values = FitResult.values_of(start) if isinstance(start, str | Path) else start
    return float(values.get(one.path, one.start))


class _Run:
    """A fit in progress."""

    def __init__(
        self, problem: Likelihood, first: Array, lower: Array, upper: Array, tick: Callable[[], Any], keep: Path | None,
        notes: list[str],
    ) -> None:  # fmt: skip
        self.problem, self.lower, self.upper, self.tick, self.keep, self.notes = (
            problem,
            lower,
            upper,
            tick,
            keep,
            notes,
        )
        self.best: Least | None = None
        self.first = self.begun = np.clip(first, lower, upper)  # where searches begin, and where that of the best did
        self.profiles: dict[int, Profile] = {}
        self.ends: list[float] = []
        self.draws: Array | None = None

    def function(self, u: Array) -> tuple[Array, Array]:
        """Residuals and slopes; the best so far is remembered."""
        r, J, compared = self.problem(u)
        self.tick()
        if compared and (self.best is None or float(r @ r) < self.best.S):
            self.best = Least(u.copy(), r, J, self.problem.evaluations, False)
        return r, J

    def S(self, u: Array) -> float:
        """The sum of squares alone."""
        r, _ = self.function(u)
        return float(r @ r)

    def search(self, first: Array, searches: int, stages: Sequence[Sequence[Any]], seed: int) -> None:
        """Searches from many starts, the noise renewed at the best."""
        begin = first
        for stage in stages:
            begin = self._stage(begin, stage)
        for k, start in enumerate(starts(begin, self.lower, self.upper, searches, seed)):
            found = least(self.function, start, self.lower, self.upper)
            self.ends.append(found.S)
            if self.best is None or found.S <= self.best.S * (1.0 + 1e-12):
                self.best, self.begun = found, start if k else self.first
                self._write()
        self._weigh()
        reached = sum(min(self.ends) * (1.0 + 1e-3) + SAME > S for S in self.ends)
        if len(self.ends) > 1:
            self.notes.append(f"{reached} of {len(self.ends)} searches ended at the least misfit.")

    def _weigh(self) -> None:
        """Noise that nothing states, from the misfit of the best, which is looked for anew with it."""
        assert self.best is not None
        for _ in range(ROUNDS if self.problem.free_noise else 0):
            *_, compared = self.problem(self.best.u)
            moved = self.problem.renew_noise(compared)
            at, self.best = self.best.u, None  # S has another scale now
            self.best = least(self.function, at, self.lower, self.upper)
            self._write()
            if moved < SETTLED:
                break

    def _stage(self, begin: Array, stage: Sequence[Any]) -> Array:
        """Only some of the unknowns, from ``begin``; the others stay there."""
        paths = [one.path for one in self.problem.unknowns]
        chosen = [path if isinstance(path, str) else path[0] for path in stage]
        for path in chosen:
            if path not in paths:
                raise InputError(f"The stage of '{path}' names no value that is fitted; those are {', '.join(paths)}.")
        mask = np.array([path in chosen for path in paths])

        def held(v: Array) -> tuple[Array, Array]:
            full = begin.copy()
            full[mask] = v
            r, J = self.function(full)
            return r, J[:, mask]

        found = least(held, begin[mask], self.lower[mask], self.upper[mask])
        begin = begin.copy()
        begin[mask] = found.u
        return begin

    def profile(self, level: float) -> None:
        """The profile of every unknown; where one meets less misfit the search goes on from there."""
        assert self.best is not None
        for _ in range(3):
            self.profiles.clear()
            again = False
            for k in range(len(self.problem.unknowns)):
                best = self.best
                found = profile(self.function, best, k, self.lower, self.upper, level)
                self.profiles[k] = found
                if found.better is not None:
                    self.best = least(self.function, found.better, self.lower, self.upper)
                    self._weigh()
                    again = True
                    break
                self.best = best
            if not again:
                return
        self.notes.append("Profiles went on meeting less misfit: the intervals are of a place that is not the least.")

    def draw(self, count: int, seed: int) -> None:
        """Draws of the posterior."""
        assert self.best is not None
        best = self.best
        self.draws, said = posterior_draws(self.S, best, self.lower, self.upper, count, seed)
        self.best = best  # draws are no search
        self.notes.append(said)

    def _write(self) -> None:
        if self.keep is not None:
            self.result(0.95).write(self.keep)

    def result(self, level: float) -> FitResult:
        """Everything at the best so far."""
        best, problem = self.best, self.problem
        assert best is not None
        _, J, compared = problem(best.u)
        C = covariance(J)
        free = problem.unknowns
        notes = list(self.notes)
        if not best.converged:
            notes.append("The search had not ended by itself.")
        notes += self._unmoved(C)
        for (k, what), sigma in problem.noise.items():
            if (k, what) in problem.free_noise:
                units = {"voltage": f"{1e3 * sigma:.3g} mV", "current": f"{100 * sigma:.2g} % of the largest current"}
                said = units.get(what, f"{100 * sigma:.2g} % of |Z|")
                notes.append(f"{problem.data[k].name}: the noise is taken from the misfit, {said} ({what}).")
        informing = _informing(problem, compared, J)
        values = tuple(self._value(k, C, informing[k], level) for k in range(len(free)))
        names = short([one.path for one in free])
        words = sloppy(C, names, [one.parameter.log for one in free], [one.parameter.half for one in free])
        structure = (*_doubts(problem, problem.at(best.u)), *_structure(problem, compared))
        n = sum(c.residual.size for c in compared)
        ln_sigma = sum(float(np.log(self._sigma(c))) * c.residual.size for c in compared)
        misfit = float(sum(c.residual @ c.residual for c in compared))
        k_all = len(free) + len(problem.free_noise)
        aicc, bic = criteria(misfit + 2.0 * ln_sigma + n * np.log(2.0 * np.pi), n, k_all)
        scale = np.sqrt(np.diag(C))
        return FitResult(
            cell=problem.cell, values=values, compared=compared, misfit=misfit, numbers=n,
            correlation=C / np.outer(scale, scale), sloppy=tuple(words), structure=structure, aicc=aicc, bic=bic,
            draws=None if self.draws is None else pl.DataFrame({
                path: np.array([one.parameter.number(float(x)) for x in self.draws[:, k]])
                for k, one in enumerate(free) for path in one.parameter.paths
            }),
            level=level, by_profile=bool(self.profiles), evaluations=problem.evaluations, notes=tuple(notes),
        )  # fmt: skip

    def _unmoved(self, C: Array) -> list[str]:
        """Values that stayed where their search began: found there, told by nothing, or a search that went nowhere."""
        assert self.best is not None
        moved = np.abs(self.best.u - self.begun) / np.maximum(np.sqrt(np.diag(C)), 1e-12)
        stayed = [one.path for one, way in zip(self.problem.unknowns, moved, strict=True) if way < STAYED]
        if not stayed:
            return []
        return [
            f"{', '.join(stayed)} ended where the search began: the data agree with that, or do not tell it; a fit "
            "from another start shows which."
        ]

    def _value(self, k: int, C: Array, informing: tuple[str, ...], level: float) -> FittedValue:
        """One value at the best, with its interval."""
        assert self.best is not None
        one, u, found = self.problem.unknowns[k], float(self.best.u[k]), self.profiles.get(k)
        p = one.parameter
        sigma = float(np.sqrt(C[k, k]))
        wide = float(norm.ppf(0.5 + 0.5 * level)) * sigma
        low, high = (found.low, found.high) if found else (u - wide, u + wide)
        shown = None
        if found is not None:
            shown = np.array([p.number(u + float(d)) for d in found.at]), found.rise
        return FittedValue(
            paths=p.paths, unit=p.unit, value=p.number(u), low=p.number(max(low, p.lower)),
            high=p.number(min(high, p.upper)), open_low=found.open_low if found else low <= p.lower,
            open_high=found.open_high if found else high >= p.upper,
            sigma=sigma * p.half * (p.number(u) if p.log else 1.0), logarithmic=p.log,
            at_bound="lower" if u <= p.lower + 1e-6 else "upper" if u >= p.upper - 1e-6 else "", data=informing,
            prior=one.prior is not None, profile=shown,
        )  # fmt: skip

    def _sigma(self, c: Compared) -> float:
        for k, one in enumerate(self.problem.data):
            if any(step is c.step for step in one.steps):
                sigma = self.problem.noise[k, c.step.what]
                if c.step.what == "voltage":
                    return sigma
                largest = np.abs(c.step.values)
                return sigma * float(largest.max() if c.step.what == "current" else np.exp(np.log(largest).mean()))
        raise AssertionError("a step of no data")


def _doubts(problem: Likelihood, cell: Cell) -> list[str]:
    """Sentences for data that the fitted cell misses by more than any noise, or cannot hold the charge of."""
    found = [said for one in problem.data if (said := excess(one, cell))]
    for (k, what), sigma in problem.noise.items():
        if what == "voltage" and (k, what) in problem.free_noise and sigma > NOISIEST:
            found.append(
                f"The model misses {problem.data[k].name} by {1e3 * sigma:.3g} mV, more than the noise of any "
                "instrument: it is wrong for these data (their start, their protocol, or the cell), and so are the "
                "values and their intervals."
            )
    return found


def _structure(problem: Likelihood, compared: Sequence[Compared]) -> tuple[str, ...]:
    """Sentences for data whose residuals are no independent noise, or more than the noise that was stated; the chance
    of the former is that of the worst of their steps."""
    found = []
    for k, one in enumerate(problem.data):
        own = [runs_test(c.residual) for c in compared if c.data == one.name]
        chance = min(own, default=1.0) * len(own)
        if chance < STRUCTURE:
            found.append(
                f"The residuals of {one.name} have structure (runs test, p = {chance:.1g}): the model misses "
                "something, and intervals are narrower than what is known."
            )
        stated = [c for c in compared if c.data == one.name and (k, c.step.what) not in problem.free_noise]
        n, total = sum(c.residual.size for c in stated), sum(float(c.residual @ c.residual) for c in stated)
        if n and chi2.sf(total, n) < STRUCTURE:
            found.append(
                f"The model misses {one.name} by {math.sqrt(total / n):.3g} times the noise that was stated: it is "
                "wrong for these data, or they are noisier, and intervals are narrower than what is known."
            )
    return tuple(found)


def _informing(problem: Likelihood, compared: Sequence[Compared], J: Array) -> list[tuple[str, ...]]:
    """By unknown, the data that move most with it, the strongest first."""
    found: list[dict[str, float]] = [{} for _ in problem.unknowns]
    row = 0
    for c in compared:
        strength = np.sqrt(np.sum(J[row : row + c.residual.size] ** 2, axis=0))
        row += c.residual.size
        for k, s in enumerate(strength):
            found[k][c.data] = math.hypot(found[k].get(c.data, 0.0), float(s))
    return [tuple(sorted((d for d, s in one.items() if s > INFORMS), key=lambda d: -one[d])) for one in found]


def short(paths: Sequence[str]) -> list[str]:
    """The ends of paths, as long as they must be to differ."""
    found = []
    for path in paths:
        parts = path.split(".")
        for n in range(1, len(parts) + 1):
            end = ".".join(parts[-n:])
            if sum(other.endswith(f".{end}") or other == end for other in paths) == 1 and (n > 1 or len(parts) < 4):
                break
        found.append(end)
    return found
