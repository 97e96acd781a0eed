"""Least squares for functions that cost a simulation: Levenberg-Marquardt whose slopes are mended, not made anew.

Slopes by differences cost a simulation an unknown; between them Broyden's rank-one update (C. G. Broyden, Math. Comput.
19, 577, 1965) keeps them true along the way that was taken. A trial that cannot be simulated is a step too far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError

__all__ = ["Fit", "minimise", "slopes"]

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

STEP = 0.03  # of the prior's width, for slopes by differences
SMALL = 0.02  # of the prior's width: a step below it ends the search
FLAT = 0.05  # of the sum of squares: so does what a full step could gain below it, 2.5 % of a probability
DAMPING, EASIER, HARDER, STUCK = 1e-2, 0.25, 6.0, 1e5


@dataclass(frozen=True)
class Fit:
    """Where it ended: the unknowns, residuals and slopes (residuals, unknowns) there, and whether nothing moves."""

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


def minimise(
    function: Function, start: Array, lower: Array, upper: Array, evaluations: int = 200,
    slopes_at_start: Array | None = None,
) -> Fit:  # fmt: skip
    """The least sum of squares of ``function`` within the bounds, from ``start``.

    ``slopes_at_start`` (those of a similar problem near by) save the first slopes. Raises SimulationError where the
    start itself cannot be simulated.
    """
    u = np.clip(start, lower, upper)
    r = function(u)
    used = 1
    fresh = slopes_at_start is None
    J = slopes(function, u, r, upper) if slopes_at_start is None else slopes_at_start.copy()
    used += u.size if fresh else 0
    damping = DAMPING
    while used < evaluations:
        g = J.T @ r
        held = ((u <= lower) & (g > 0.0)) | ((u >= upper) & (g < 0.0))
        free = ~held
        A = J[:, free].T @ J[:, free]
        d = np.zeros(u.size)
        d[free] = -np.linalg.solve(A + damping * np.diag(np.diag(A) + 1e-9), g[free])
        could = float(
            g[free] @ np.linalg.lstsq(A, g[free], rcond=1e-9)[0]
        )  # what a full step would gain, were it linear
        trial = np.clip(u + d, lower, upper)
        d = trial - u
        size = float(np.abs(d).max(initial=0.0))
        cost = float(r @ r)
        try:
            tried = function(trial) if size > 0.0 else r
        except SimulationError:
            tried = None
        used += 1
        gain = -1.0 if tried is None else cost - float(tried @ tried)
        if tried is not None and size > SMALL:  # of a smaller step the noise of the simulation would speak
            J = J + np.outer(tried - r - J @ d, d) / float(d @ d)
        if gain > 0.0:
            assert tried is not None
            u, r = trial, tried
            damping = max(EASIER * damping, 1e-6)
        settled = size < SMALL or could < FLAT
        if settled and (fresh or size == 0.0):
            return Fit(u, r, J, used, True)
        if gain <= 0.0:
            damping *= HARDER
        if settled or (gain <= 0.0 and not fresh) or damping > STUCK:
            if damping > STUCK and fresh:
                return Fit(u, r, J, used, False)
            J = slopes(function, u, r, upper)
            used += u.size
            fresh, damping = True, DAMPING
        else:
            fresh = fresh and gain <= 0.0
    return Fit(u, r, J, used, False)
