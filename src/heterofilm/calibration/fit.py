"""Calibration of library values on measured rows, with what it leaves uncertain.

Least squares with the library's ranges as priors (the best fit), then randomised maximum likelihood
(Oliver, He, Reynolds 1996): every member of the ensemble draws the rows within their sigma, draws each
value that no row informs from its literature range, and fits the free values again. Predictions made
with all members carry both uncertainties as a band.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from ..errors import InputError
from ..files import atomic
from ..library import Library, Value
from .experiments import Experiments, Group, Problem, Residual

STEP = 0.04  # of the prior's width, for the slopes
WORST = 8.0  # sigma (5 %): a member whose capacities are further off is drawn again
TRIES = 3
SEED = 20251


@dataclass(frozen=True)
class Parameter:
    """One library value on a scale where its range is -1 to 1."""

    path: str
    unit: str
    centre: float
    half: float
    log: bool

    @classmethod
    def of(cls, library: Library, path: str) -> Parameter:
        """From the value's range. Raises HeterofilmError where it has none."""
        value: Value = library.value(path)
        if value.low is None or value.high is None or not value.low < value.high:
            raise InputError(f"'{path}' has no range, so it cannot be calibrated; give it low and high.")
        log = value.method == "log"
        low, high = (math.log(value.low), math.log(value.high)) if log else (value.low, value.high)
        return cls(path, value.unit, 0.5 * (low + high), 0.5 * (high - low), log)

    def number(self, u: float) -> float:
        """The value at ``u``, in the entry's own unit."""
        x = self.centre + self.half * u
        return math.exp(x) if self.log else x

    def scaled(self, number: float) -> float:
        """Inverse of :meth:`number`."""
        return ((math.log(number) if self.log else number) - self.centre) / self.half


@dataclass(frozen=True)
class Calibration:
    """Best fit, ensemble, and what informs what."""

    free: tuple[Parameter, ...]
    drawn: tuple[Parameter, ...]
    best: dict[str, float]
    sigma: dict[str, float]
    members: tuple[dict[str, float], ...]
    rows: tuple[Residual, ...]
    informs: dict[str, tuple[str, ...]]  # path -> rows, strongest first


def calibrate(problem: Problem, members: int = 16, progress: bool = True, seed: int = SEED) -> Calibration:
    """Fit the free values, then draw ``members`` of the ensemble on all cores. Minutes."""
    if members < 0:
        raise InputError(f"The ensemble cannot have {members} members; give 0 or more.")
    from tqdm import tqdm

    library = Library(calibration=None)
    bar = tqdm(total=len(problem) + members, desc="calibrate", disable=not progress, file=sys.stderr)
    best: dict[str, float] = {}
    sigma: dict[str, float] = {}
    rows: list[Residual] = []
    informs: dict[str, tuple[str, ...]] = {}
    scaled: dict[str, NDArray[Any]] = {}
    for name, group in problem.items():
        free = parameters(library, group.free)
        start = np.array([p.scaled(library.value(p.path).value) for p in free])
        u, J = fit(group, free, start, best)
        fitted = evaluate(group, free, u, best)
        scaled[name] = u
        rows += fitted
        informs |= _informs(free, fitted, J)
        best |= {p.path: p.number(x) for p, x in zip(free, u, strict=True)}
        spread = np.sqrt(np.diag(np.linalg.inv(J.T @ J + np.eye(len(free)))))
        sigma |= {p.path: abs(p.number(x + s) - p.number(x - s)) / 2 for p, x, s in zip(free, u, spread, strict=True)}
        bar.update()
    drawn: list[dict[str, float]] = []
    seeds = [seed + 1000 * k for k in range(1, members + 1)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for found in pool.map(member, repeat(problem), repeat(scaled), seeds):
            if found is not None:
                drawn.append(found)
            bar.update()
    bar.close()
    return Calibration(
        free=tuple(p for group in problem.values() for p in parameters(library, group.free)),
        drawn=tuple(p for group in problem.values() for p in parameters(library, group.drawn)),
        best=best,
        sigma=sigma,
        members=tuple(drawn),
        rows=tuple(rows),
        informs=informs,
    )


def parameters(library: Library, paths: Sequence[str]) -> tuple[Parameter, ...]:
    """The parameters of these paths."""
    return tuple(Parameter.of(library, path) for path in paths)


def member(problem: Problem, best: Mapping[str, NDArray[Any]], seed: int) -> dict[str, float] | None:
    """One member of the ensemble, group after group; None where no draw agrees with the rows of one."""
    library = Library(calibration=None)
    rng = np.random.default_rng(seed)
    values: dict[str, float] = {}
    for name, group in problem.items():
        if not group.ensemble:
            continue
        found = _drawn(group, library, best[name], values, rng)
        if found is None:
            return None
        values |= found
    return values


def _drawn(
    group: Group, library: Library, start: NDArray[Any], given: Mapping[str, float], rng: np.random.Generator
) -> dict[str, float] | None:
    """One draw of a group: the values no row informs at random, then the free ones fitted to noisy rows."""
    free, drawn = parameters(library, group.free), parameters(library, group.drawn)
    for _ in range(TRIES):
        chosen = {p.path: p.number(float(rng.uniform(-1.0, 1.0))) for p in drawn}
        fixed = {**given, **chosen}
        noise = rng.standard_normal(len(evaluate(group, free, start, fixed)))
        u, _ = fit(group, free, start, fixed, noise, evaluations=5)
        rows = evaluate(group, free, u, fixed)
        if all(abs(r.value) < WORST for r in rows if r.what == "capacity"):
            return chosen | {p.path: p.number(x) for p, x in zip(free, u, strict=True)}
    return None


def evaluate(group: Group, free: Sequence[Parameter], u: NDArray[Any], fixed: Mapping[str, float]) -> list[Residual]:
    """Residuals of all rows at scaled values ``u``."""
    values = dict(fixed) | {p.path: p.number(float(x)) for p, x in zip(free, u, strict=True)}
    return group.residuals(Experiments(values))


def fit(
    group: Group,
    free: Sequence[Parameter],
    start: NDArray[Any],
    fixed: Mapping[str, float],
    noise: NDArray[Any] | None = None,
    evaluations: int = 25,
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Least squares over the free values with their ranges as priors; returns (u, slopes of the rows)."""

    # one sigma of the prior is the range itself; beyond one and a half it is not believed
    limits = [_limits(p) for p in free]
    low, high = np.array(limits).T

    def function(u: NDArray[Any]) -> NDArray[Any]:
        rows = evaluate(group, free, u, fixed)
        r = np.array([x.value for x in rows])
        if noise is not None:
            r -= np.where([x.one_sided == 0 for x in rows], noise, 0.0)
        return np.concatenate([r, u])  # the prior: u is normal with width 1

    def slopes(u: NDArray[Any]) -> NDArray[Any]:
        base = function(u)
        columns = []
        for k in range(len(u)):
            moved = u.copy()
            step = STEP if u[k] + STEP < high[k] else -STEP
            moved[k] += step
            columns.append((function(moved) - base) / step)
        return np.array(columns).T

    result = least_squares(
        function, np.clip(start, low + 1e-3, high - 1e-3), slopes, bounds=(low, high), max_nfev=evaluations, xtol=1e-4,
        ftol=1e-4,
    )  # fmt: skip
    return result.x, result.jac[: -len(free)]


def _limits(p: Parameter) -> tuple[float, float]:
    low, high = -1.5, 1.5
    if p.path.endswith((".utilisation", "_share")):  # shares stay shares
        low, high = max(low, p.scaled(0.01)), min(high, p.scaled(1.0))
    return low, high


def _informs(free: Sequence[Parameter], rows: Sequence[Residual], J: NDArray[Any]) -> dict[str, tuple[str, ...]]:
    """Rows that move by more than a tenth of sigma when a value moves by a tenth of its range."""
    out = {}
    for k, p in enumerate(free):
        strength: dict[str, float] = {}
        for row, slope in zip(rows, np.abs(J[:, k]), strict=True):
            strength[row.row] = max(strength.get(row.row, 0.0), float(slope))
        strong = [row for row in sorted(strength, key=lambda r: -strength[r]) if strength[row] > 1.0]
        out[p.path] = tuple(strong[:4])
    return out


def write(calibration: Calibration, path: Path) -> None:
    """Write the calibration as TOML that :class:`Library` reads; whole or not at all."""
    library = Library(calibration=None)
    lines = [
        "# Written by `heterofilm calibrate`; do not edit.",
        'notes = "Fitted by least squares on the rows named below; ensemble by randomised maximum likelihood."',
        "",
    ]
    for p in (*calibration.free, *calibration.drawn):
        fitted = p.path in calibration.best
        ensemble = [member[p.path] for member in calibration.members if p.path in member]
        lines.append(f'[values."{p.path}"]')
        if fitted:
            value, sigma = calibration.best[p.path], calibration.sigma[p.path]
            rows = ", ".join(f'"{row}"' for row in calibration.informs[p.path])
        else:
            value, sigma, rows = library.value(p.path).value, None, ""
        lines.append(f"value = {value:.10g}")
        lines.append(f'unit = "{p.unit}"')
        if sigma is not None:
            lines.append(f"sigma = {sigma:.3g}")
        lines.append(f"rows = [{rows}]")
        lines.append(f"ensemble = [{', '.join(f'{x:.8g}' for x in ensemble)}]")
        lines.append("")
    atomic(path, lambda target: target.write_text("\n".join(lines)))


def table(calibration: Calibration) -> str:
    """The fit in words: rows, then values with what informs them."""
    lines = [f"{'row':18} {'what':12} {'measured':>9} {'model':>9}  off/sigma"]
    for r in calibration.rows:
        bound = {1: ">=", -1: "<=", 0: "  "}[r.one_sided]
        lines.append(f"{r.row:18} {r.what:12} {bound}{r.measured:7.4g} {r.model:9.4g}  {r.value:+.2f}")
    lines += ["", f"{'value':48} {'fitted':>11} {'+-':>9}  informed by"]
    for p in calibration.free:
        rows = ", ".join(calibration.informs[p.path]) or "its range alone"
        lines.append(f"{p.path:48} {calibration.best[p.path]:11.5g} {calibration.sigma[p.path]:9.2g}  {rows}")
    lines += ["", "drawn from their range, informed by no row:"]
    lines += [f"  {p.path}: {p.number(-1):.3g} to {p.number(1):.3g} {p.unit}" for p in calibration.drawn]
    return "\n".join(lines)
