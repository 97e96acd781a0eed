"""Values of the library from measured rows: the most probable ones, with what the rows leave uncertain.

The ranges of the library are priors, the rows have their own and shared uncertainties, and what is least is

    S(u) = sum of |W (model(u) - measured)|^2 + |u - u_p|^2,

W whitening the rows, u_p the centre of the prior: zero, the middle of every range, for the best fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..library import Library
from .experiments import Experiments, Group, Residual, counting, misfit, whitening
from .moved import Slopes, slopes_of
from .parameter import Parameter, parameters, values_of
from .search import FAR, Least, least

__all__ = ["Fitted", "evaluate", "fit", "fit_group"]

Array = NDArray[np.float64]
EVALUATIONS = 60
CLOSE = 1e-3  # relative, of S and of the unknowns: the noise of simulations is no less
STRONG = 1.0  # sigma that a row moves with a value through half of its range, to be said to inform it


@dataclass(frozen=True)
class Fitted:
    """One group at its best: unknowns, their covariance, the rows there."""

    free: tuple[Parameter, ...]
    search: Least
    rows: tuple[Residual, ...]
    given: Mapping[str, float] = field(default_factory=dict)

    @property
    def u(self) -> Array:
        """Scaled values."""
        return self.search.u

    @property
    def slopes(self) -> Array:
        """d(whitened row)/du (rows, unknowns); zero of a one-sided row that agrees."""
        met = np.array([row.one_sided != 0 and row.off == 0.0 for row in self.rows])
        return np.where(met[:, None], 0.0, self.search.slopes[: len(self.rows)])

    @property
    def chi2(self) -> float:
        """Sum of squares over the rows."""
        return float(np.sum(misfit(self.rows) ** 2))

    @property
    def values(self) -> dict[str, float]:
        """Every fitted number by path."""
        return values_of(self.free, self.u)

    @property
    def covariance(self) -> Array:
        """Of the scaled values, prior and rows together, as if the model were linear around the best."""
        return np.asarray(np.linalg.inv(self.slopes.T @ self.slopes + np.eye(len(self.free))))

    @property
    def determined(self) -> float:
        """How many values the rows determine: the trace of J (J^T J + 1)^-1 J^T; a prior is no row."""
        return float(np.trace(self.slopes @ self.covariance @ self.slopes.T))

    @property
    def log_evidence(self) -> float:
        """ln of the probability of the rows given the model, up to what all models share (Laplace's approximation).

        -S/2 - ln det(1 + J^T J)/2: misfit and distance from the priors, less what the priors were too wide.
        """
        J = self.slopes
        return -0.5 * (self.chi2 + float(self.u @ self.u)) - 0.5 * float(
            np.linalg.slogdet(np.eye(len(self.free)) + J.T @ J)[1]
        )

    def ends(self, p: Parameter, width: float = 1.0) -> tuple[float, float]:
        """The value ``width`` standard deviations to either side of its best."""
        k = self.free.index(p)
        s = width * float(np.sqrt(self.covariance[k, k]))
        low, high = p.number(max(self.u[k] - s, p.lower)), p.number(min(self.u[k] + s, p.upper))
        return low, high

    @property
    def informs(self) -> dict[str, tuple[str, ...]]:
        """By path, the rows that move most with a value."""
        out = {}
        for k, p in enumerate(self.free):
            strength: dict[str, float] = {}
            for row, slope in zip(self.rows, np.abs(self.slopes[:, k]), strict=True):
                strength[row.row] = max(strength.get(row.row, 0.0), float(slope))
            strong = [row for row in sorted(strength, key=lambda r: -strength[r]) if strength[row] > STRONG]
            out[p.path] = tuple(strong[:4])
        return out


def evaluate(
    group: Group, free: Sequence[Parameter], u: NDArray[Any], given: Mapping[str, float], without: str = ""
) -> list[Residual]:
    """The rows at scaled values ``u``, all but those called ``without``."""
    values = {**given, **group.fixed, **values_of(free, u)}
    return [row for row in group.residuals(Experiments(values, completed=group.completed)) if row.row != without]


def fit(
    group: Group,
    free: Sequence[Parameter],
    start: NDArray[Any],
    given: Mapping[str, float],
    *,
    noise: NDArray[Any] | None = None,
    centre: NDArray[Any] | None = None,
    without: str = "",
    evaluations: int = EVALUATIONS,
    close: float = CLOSE,
) -> Least:
    """The least S over the scaled values, from ``start``.

    ``noise`` (whitened) is taken from the rows that are numbers, ``centre`` is that of the prior, ``close`` as of
    :func:`~heterofilm.calibration.search.least`. Raises SimulationError where ``start`` cannot be simulated.
    """
    lower, upper = np.array([(p.lower, p.upper) for p in free]).reshape(-1, 2).T
    u_p = np.zeros(len(free)) if centre is None else centre
    rows = evaluate(group, free, np.clip(start, lower, upper), given, without)
    W, sides = whitening(rows), np.array([row.one_sided for row in rows], dtype=int)
    shift = np.zeros(len(rows)) if noise is None else np.where(sides == 0, noise, 0.0)

    def at(u: Array) -> dict[str, float]:
        return {**given, **group.fixed, **values_of(free, u)}

    def of(run: Experiments) -> Array:
        return W @ np.array([row.model - row.measured for row in group.residuals(run) if row.row != without]) - shift

    last: dict[bytes, tuple[Experiments, Array]] = {}

    def residuals(u: Array) -> Array:
        run = Experiments(at(u), completed=group.completed)
        try:
            off = of(run)
        except SimulationError:
            return np.full(len(rows) + len(free), FAR)
        last.clear()
        last[u.tobytes()] = run, off
        return np.concatenate([counting(off, sides), u - u_p])

    def slopes(u: Array) -> Array:
        run, off = last[u.tobytes()]
        J = slopes_of(of, off, Slopes(run, free, at(u)), u, upper)
        met = (sides != 0) & (counting(off, sides) == 0.0)
        return np.concatenate([np.where(met[:, None], 0.0, J), np.eye(len(free))])

    return least((residuals, slopes), np.asarray(start, float), lower, upper, evaluations, close, close)


def fit_group(
    group: Group,
    given: Mapping[str, float],
    start: Mapping[str, float] | None = None,
    without: str = "",
    evaluations: int = EVALUATIONS,
) -> Fitted:
    """The best fit of a group, from the library's own values or from ``start`` by path."""
    library = Library(calibration=None)
    free = parameters(library, group.free)
    begin = {p.path: library.value(p.path).value for p in free} | dict(start or {})
    u = np.array([p.scaled(begin[p.path]) for p in free])
    found = fit(group, free, u, given, without=without, evaluations=evaluations)
    rows = evaluate(group, free, found.u, given, without)
    return Fitted(free, found, tuple(rows), dict(given))
