"""Least squares between limits, for the some seventy numbers of a core level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError

__all__ = ["least_squares"]

Array = NDArray[Any]
STEPS = 200
GAIN = 1e-7  # of the misfit: a step that promises less is the last
DAMPING, EASED, RAISED = 1e-3, 0.1, 4.0


def least_squares(
    residual: Callable[[Array], Array], jacobian: Callable[[Array], Array], start: Array, low: Array, high: Array
) -> Array:
    """x between `low` and `high`, shape (n,), at which sum residual(x)^2 is least near `start`.

    Levenberg's and Marquardt's steps, (J'J + l diag J'J) dx = -J'r, over the numbers that no limit holds, cut off at
    the limits (Kanzow, Yamashita, Fukushima, J. Comput. Appl. Math. 172 (2004) 375). The normal equations serve, for
    the limits as priors make them well conditioned; a factorisation of the whole J, as in SciPy, takes most of the
    time of a fit, and many times of it where the linear algebra library starts threads for so small a matrix: hence
    einsum, which starts none.

    Errors: `HeterofilmError` where the residual is no number.
    """
    x = np.clip(start, low, high)
    r = residual(x)
    misfit = float(r @ r)
    if not np.isfinite(misfit):
        raise InputError("The fit of the core level fails: its start gives no finite intensity.")
    damping = DAMPING
    for _ in range(STEPS):
        J = jacobian(x)
        slope = np.einsum("ni,n->i", J, r)
        H = np.einsum("ni,nj->ij", J, J)
        size = np.sqrt(np.maximum(np.diag(H), 1e-300))
        while True:
            open_ = ~(((x <= low) & (slope > 0.0)) | ((x >= high) & (slope < 0.0)) | (size <= 1e-150))
            if not open_.any():
                return x
            moved = np.clip(x + _step(H, slope, size, open_, damping), low, high)
            dx = moved - x
            promised = -float(2.0 * slope @ dx + np.einsum("i,ij,j", dx, H, dx))
            other = residual(moved)
            found = float(other @ other)
            if found < misfit:
                break
            if damping > 1e8 or abs(promised) <= 1e-9 * misfit:
                return x
            damping *= RAISED
        gained = misfit - found
        x, r, misfit = moved, other, found
        # a step that gained what it promised may be longer next time
        damping = max(damping * EASED, 1e-9) if gained > 0.5 * promised else damping * RAISED
        if gained <= GAIN * misfit and damping <= 1.0:
            return x
    return x


def _step(H: Array, slope: Array, size: Array, open_: Array, damping: float) -> Array:
    """The damped step over the open numbers, in units of the columns' lengths."""
    scaled = H[np.ix_(open_, open_)] / np.outer(size[open_], size[open_])
    scaled[np.diag_indices_from(scaled)] += damping
    step = np.zeros(slope.size)
    step[open_] = -np.linalg.solve(scaled, slope[open_] / size[open_]) / size[open_]
    return step
