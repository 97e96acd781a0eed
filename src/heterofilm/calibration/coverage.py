"""Whether bands hold what they say: synthetic papers with known truth, fitted like the real one.

Truths are drawn from the prior, rows are what the model gives there with errors from their covariance, and the fit is
asked for the rows without their errors. Of what was *used* and of further numbers that were *unused* 90 % bands should
hold nine of ten; they are those of the posterior as if the model were linear about the best, which is compared with
draws of randomised maximum likelihood (``ensemble.py``) for some of the papers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..bars import progress_bar
from ..errors import SimulationError
from ..library import Library
from .ensemble import CLOSE
from .experiments import Experiments, Group, Residual, whitening
from .fit import evaluate, fit
from .parameter import parameters, values_of
from .processes import mapping

__all__ = ["Paper", "covered", "papers", "shares", "widths"]

Array = NDArray[np.float64]
Unused = Callable[[Experiments], Mapping[str, float]]
HELD = 1.645  # standard deviations to either side: a 90 % band
BLIND = 1e6  # of a number that is not used: an uncertainty that gives it no weight
TRIES = 20  # truths that cannot be simulated are drawn again


@dataclass(frozen=True)
class Paper:
    """One synthetic paper: its numbers, how far they are from the truth and how wide the linear posterior is.

    ``off`` and ``sigma`` are those of the numbers without errors (``used``: whether the fit saw them); ``drawn`` holds
    draws of the values less the best, over the linear standard deviation (draws, values), where there are any.
    """

    numbers: tuple[str, ...]
    used: tuple[bool, ...]
    off: Array
    sigma: Array
    drawn: Array
    converged: bool


@dataclass(frozen=True)
class _Told:
    """Rows of a group as a synthetic paper tells them: other measured numbers, further numbers without weight."""

    group: Group
    unused: Unused
    measured: Mapping[tuple[str, str], float]

    def __call__(self, run: Experiments) -> list[Residual]:
        rows = [
            replace(row, measured=self.measured.get((row.row, row.what), row.measured))
            for row in self.group.residuals(run)
            if not row.one_sided or (row.row, row.what) in self.measured
        ]
        return rows + [
            Residual(name, "unused", x, self.measured.get((name, "unused"), 0.0), BLIND)
            for name, x in self.unused(run).items()
        ]


def papers(
    group: Group, unused: Unused, count: int, full: int = 0, draws: int = 8, seed: int = 1, workers: int | None = None,
    progress: bool = True,
) -> list[Paper]:  # fmt: skip
    """``count`` synthetic papers, ``full`` of them with ``draws`` draws each. Ten seconds a paper or draw.

    Raises SimulationError where no truth of a paper can be simulated.
    """
    jobs = [(group, unused, draws if k < full else 0, seed + 1000 * k) for k in range(count)]
    with mapping(min(workers or os.cpu_count() or 1, count)) as apply:
        done = apply(_paper, jobs)
        return list(progress_bar(done, total=count, desc="papers", progress=progress))


def _paper(job: tuple[Group, Unused, int, int]) -> Paper:
    group, unused, draws, seed = job
    rng = np.random.default_rng(seed)
    free = parameters(Library(calibration=None), group.free)
    lower, upper = np.array([(p.lower, p.upper) for p in free]).T
    for _ in range(TRIES):
        truth = np.clip(rng.standard_normal(len(free)), lower, upper)
        try:
            return _fitted(group, unused, draws, rng, truth)
        except SimulationError:
            continue
    raise SimulationError(f"None of {TRIES} truths drawn from the prior could be simulated.")


def _fitted(group: Group, unused: Unused, draws: int, rng: np.random.Generator, truth: Array) -> Paper:
    """The paper of one truth; the search begins there, so that what is tested is the band and not the search."""
    free = parameters(Library(calibration=None), group.free)
    lower, upper = np.array([(p.lower, p.upper) for p in free]).T
    own = evaluate(group, free, truth, {})
    others = unused(Experiments({**group.fixed, **values_of(free, truth)}, completed=group.completed))
    # a row in words is told where it is true
    told = [row for row in own if not row.one_sided or row.off == 0.0]
    numbers = [row for row in told if not row.one_sided]
    noise = np.linalg.solve(whitening(numbers), rng.standard_normal(len(numbers)))
    measured = {(row.row, row.what): row.measured for row in told}
    measured |= {(row.row, row.what): row.model + float(e) for row, e in zip(numbers, noise, strict=True)}
    measured |= {(name, "unused"): x for name, x in others.items()}
    synthetic = replace(group, residuals=_Told(group, unused, measured))
    best = fit(synthetic, free, truth, {}, close=CLOSE)
    rows = evaluate(synthetic, free, best.u, {})
    true = {(row.row, row.what): row.model for row in own} | {(name, "unused"): x for name, x in others.items()}
    n = len(rows)
    met = np.array([row.one_sided != 0 and row.off == 0.0 for row in rows])
    J = np.where(met[:, None], 0.0, best.slopes[:n])
    covariance = np.linalg.inv(J.T @ J + np.eye(len(free)))
    slopes = np.linalg.solve(whitening(rows), best.slopes[:n])  # in the rows' own units
    kept = [k for k, row in enumerate(rows) if not row.one_sided]
    drawn = np.empty((draws, len(free)))
    for k in range(draws):
        centre = np.clip(rng.standard_normal(len(free)), lower, upper)
        search = fit(synthetic, free, best.u, {}, noise=rng.standard_normal(n), centre=centre, close=CLOSE)
        drawn[k] = (search.u - best.u) / np.sqrt(np.diag(covariance))
    return Paper(
        numbers=tuple(f"{rows[k].row} {rows[k].what}" for k in kept),
        used=tuple(rows[k].what != "unused" for k in kept),
        off=np.array([rows[k].model - true[rows[k].row, rows[k].what] for k in kept]),
        sigma=np.sqrt(np.einsum("ij,jk,ik->i", slopes, covariance, slopes))[kept],
        drawn=drawn,
        converged=best.converged,
    )


def covered(paper: Paper) -> NDArray[np.bool_]:
    """Which of its numbers lie within their 90 % bands."""
    return np.asarray(np.abs(paper.off) <= HELD * paper.sigma)


def widths(found: Sequence[Paper]) -> tuple[float, float]:
    """Of the draws of all papers, over the linear posterior: their standard deviation, and the share within 1.645."""
    drawn = np.concatenate([paper.drawn for paper in found if paper.drawn.size])
    return float(drawn.std()), float(np.mean(np.abs(drawn) <= HELD))


def shares(found: Sequence[Paper]) -> pl.DataFrame:
    """A row a number and, first, all used and all unused together: how many of how many papers hold the truth."""
    rows = []
    for which, used in (("used", True), ("unused", False)):
        held = [bool(h) for p in found for h, own in zip(covered(p), p.used, strict=True) if own is used]
        if held:
            rows.append((f"all {which}", sum(held), len(held)))
    for name in dict.fromkeys(name for p in found for name in p.numbers):
        held = [bool(covered(p)[p.numbers.index(name)]) for p in found if name in p.numbers]
        rows.append((name, sum(held), len(held)))
    return pl.DataFrame(
        [{"number": name, "held": held, "papers": total, "share": held / total} for name, held, total in rows]
    )
