"""Least squares for functions that cost a simulation: steps within a box that is trusted, slopes mended, not made anew.

Slopes by differences cost a simulation an unknown; between them Broyden's rank-one update (C. G. Broyden, Math. Comput.
19, 577, 1965) keeps them true along the way that was taken. A residual may count on one side only: its slope ends where
it is met, so every step is the least of the linear model with the sides in it, not of a quadratic that forgets them. A
trial that cannot be simulated is a step too far.

`search.least` is the search where slopes are exact and cost no runs. With slopes by differences it goes on to less (the
rows of the paper: S of 7.5, 0.53 and 1.2 in place of 8.0, 0.54 and 2.9) in four to five times the simulations, which
draws of a calibration cannot pay: they begin with the slopes of the best and mend them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear

from ..errors import SimulationError

__all__ = ["Fit", "counting", "minimise", "slopes"]

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

STEP = 0.02  # of the prior's width, for slopes by differences: between the noise of simulations and what bends
SMALL = 0.02  # of the prior's width: below it the noise of the simulation would speak
FLAT = 0.05  # of the sum of squares: a search ends where the best step could gain less, 2.5 % of a probability
PATIENCE = 2  # steps without gain before slopes are made anew
TRUSTED = 1.0  # of the prior's width: the first box
ROUNDS = 30  # of the inner search, which ends by itself after as many sides as change


@dataclass(frozen=True)
class Fit:
    """Where it ended: the unknowns, residuals that count and slopes (residuals, unknowns) there, and whether nothing
    moves."""

    u: Array
    residuals: Array
    slopes: Array
    evaluations: int
    converged: bool

    @property
    def cost(self) -> float:
        """Half the sum of squares."""
        return 0.5 * float(self.residuals @ self.residuals)


def slopes(function: Function, u: Array, at: Array, upper: Array, step: float = STEP) -> Array:
    """d(function)/du by differences, forward or where that fails or leaves the bounds backward."""
    columns = []
    for k in range(u.size):
        for h in (step, -step) if u[k] + step < upper[k] else (-step, step):
            moved = u.copy()
            moved[k] += h
            try:
                columns.append((function(moved) - at) / h)
            except SimulationError:
                continue
            break
        else:
            columns.append(np.zeros(at.size))  # neither way can be simulated
    return np.array(columns).T.reshape(at.size, u.size)


def counting(r: Array, sides: Array | None) -> Array:
    """What counts of the residuals: all, or of those with a side (+1: at least, -1: at most) what is beyond it."""
    if sides is None:
        return r
    return np.where(sides > 0, np.minimum(r, 0.0), np.where(sides < 0, np.maximum(r, 0.0), r))


def best_step(r: Array, J: Array, lower: Array, upper: Array, sides: Array | None) -> tuple[Array, float]:
    """The step d between ``lower`` and ``upper`` that makes |r + J d|^2 of what counts least, and what it gains.

    Convex and piecewise quadratic: least squares over the rows that count, again until these are the same.
    """

    def cost(d: Array) -> float:
        left = counting(r + J @ d, sides)
        return float(left @ left)

    d, least = np.zeros(J.shape[1]), cost(np.zeros(J.shape[1]))
    start, room = least, upper > lower
    if not room.any():
        return d, 0.0
    for _ in range(ROUNDS):
        rows = counting(r + J @ d, sides) != 0.0
        if sides is not None:
            rows |= sides == 0
        aim = d.copy()
        aim[room] = lsq_linear(J[np.ix_(rows, room)], -r[rows], (lower[room], upper[room])).x
        share = 1.0
        while cost(d + share * (aim - d)) >= least and share > 1e-3:
            share *= 0.5
        tried = d + share * (aim - d)
        gain = least - cost(tried)
        if gain <= 1e-9 * start:
            break
        d, least = tried, least - gain
    return d, start - least


def minimise(
    function: Function, start: Array, lower: Array, upper: Array, evaluations: int = 200,
    slopes_at_start: Array | None = None, sides: Array | None = None, flat: float = FLAT,
) -> Fit:  # fmt: skip
    """The least sum of squares of ``function`` within the bounds, from ``start``.

    ``slopes_at_start`` (those of a similar problem near by) save the first slopes; ``sides`` (see :func:`counting`)
    says which residuals count on one side only; ``flat`` is what may be left to gain. Raises SimulationError where the
    start itself cannot be simulated.
    """
    u = np.clip(start, lower, upper)
    r = function(u)
    used = 1
    fresh = slopes_at_start is None
    J = slopes(function, u, r, upper) if slopes_at_start is None else slopes_at_start.copy()
    used += u.size if fresh else 0
    box, failed = TRUSTED, 0

    def done(converged: bool) -> Fit:
        return Fit(u, counting(r, sides), J, used, converged)

    while used < evaluations:
        _, could = best_step(r, J, lower - u, upper - u, sides)
        d, promised = best_step(r, J, np.maximum(lower - u, -box), np.minimum(upper - u, box), sides)
        if could < flat or failed == PATIENCE or (box <= SMALL and fresh):
            if fresh:
                return done(could < flat or promised < flat)
            J, fresh, failed = slopes(function, u, r, upper), True, 0
            used += u.size
            continue
        size = float(np.abs(d).max())
        before = counting(r, sides)
        try:
            tried = function(u + d)
        except SimulationError:
            tried = None
        used += 1
        gain = -np.inf
        if tried is not None:
            after = counting(tried, sides)
            gain = float(before @ before - after @ after)
            if size > SMALL:
                J = J + np.outer(tried - r - J @ d, d) / float(d @ d)
        if gain < 0.25 * promised:
            box = 0.4 * size
        elif gain > 0.75 * promised:
            box = max(box, 2.0 * size)
        if gain > 0.0:
            assert tried is not None
            u, r, fresh, failed = u + d, tried, False, 0
        else:
            failed += not fresh
    return done(False)
