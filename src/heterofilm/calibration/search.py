"""Least squares with exact slopes: searches from many starts, and intervals by profile likelihood.

scipy's trust region reflective method (M. A. Branch, T. F. Coleman, Y. Li, SIAM J. Sci. Comput. 21, 1, 1999) within
the bounds. The interval of an unknown is where S, least over all others, rises by the quantile of chi-square for one
degree of freedom above its least value (S. A. Murphy, A. W. van der Vaart, J. Am. Stat. Assoc. 95, 449, 2000).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import chi2 as chi_square
from scipy.stats import qmc

__all__ = ["FAR", "Least", "Profile", "covariance", "least", "profile", "starts"]

Array = NDArray[np.float64]
One = Callable[[Array], Array]
Function = Callable[[Array], tuple[Array, Array]]
"""Residuals and their slopes (residuals, unknowns)."""

MOST = 60  # evaluations of one search
FIRST = 1.0  # halves of a range: how far the first step of a search may go
CLOSEST = 1e-9  # relative, of S and of the unknowns
ALONG = 12  # of one point of a profile
CLOSE = 0.02  # of the root of the rise of S
EXTENT = 3.0  # halves of a range from the best, beyond which an interval counts as open
FAR = 1e3  # of sigma: what every number is off where nothing can be simulated
SAME = 0.5  # of S, within which two searches found the same


@dataclass(frozen=True)
class Least:
    """Where a search ended: unknowns, residuals and slopes there, and whether by itself."""

    u: Array
    residuals: Array
    slopes: Array
    evaluations: int
    converged: bool

    @property
    def S(self) -> float:
        """Sum of squares."""
        return float(self.residuals @ self.residuals)


@dataclass(frozen=True)
class Profile:
    """S, least over all other unknowns, along one: rises (n,) above the least at offsets (n,), and the interval.

    An end that lies at a bound is open: S does not rise enough before it. ``better`` is a point with less S, if one
    was met.
    """

    at: Array
    rise: Array
    low: float
    high: float
    open_low: bool
    open_high: bool
    better: Array | None = None


def starts(start: Array, lower: Array, upper: Array, count: int, seed: int) -> list[Array]:
    """The given start, then points spread evenly (Latin hypercube) over the ranges, -1 to 1 as far as the bounds go."""
    found = [np.clip(start, lower, upper)]
    if count > 1:
        low, high = np.maximum(lower, -1.0), np.minimum(upper, 1.0)
        sample = qmc.LatinHypercube(start.size, rng=np.random.default_rng(seed)).random(count - 1)
        found += list(low + sample * (high - low))
    return found


def least(
    function: Function | tuple[One, One], start: Array, lower: Array, upper: Array, most: int = MOST,
    gain: float = CLOSEST, step: float = CLOSEST,
) -> Least:  # fmt: skip
    """The least sum of squares from ``start`` within the bounds.

    ``function``: residuals and slopes together, or one function each where slopes cost more: they are asked for where a
    step is kept only.

    Its course depends on no zero of the unknowns. It ends where a step changes S by less than a share ``gain``, or the
    unknowns by less than ``step`` of their way: no less than what ``function`` is true to.
    """
    inner = 1e-9 * (upper - lower)
    begin = np.clip(start, lower + inner, upper - inner)
    residuals, slopes = function if isinstance(function, tuple) else _apart(function)
    # scipy's first step is no longer than x itself, and its last is a share of x: counted from the zero of u, a search
    # that begins beside it (a value in the middle of its range, to rounding) would end there at once
    origin = begin - FIRST
    found = least_squares(
        lambda x: residuals(origin + x), begin - origin, lambda x: slopes(origin + x),
        bounds=(lower - origin, upper - origin), method="trf",
        x_scale="jac", ftol=gain, xtol=step, gtol=CLOSEST, max_nfev=most,
    )  # fmt: skip
    return Least(np.clip(origin + found.x, lower, upper), found.fun, found.jac, found.nfev, found.status > 0)


def _apart(function: Function) -> tuple[One, One]:
    """Residuals and slopes each by itself; what was asked for last is kept."""
    last: list[Any] = [None, None]

    def both(u: Array) -> tuple[Array, Array]:
        if last[0] is None or not np.array_equal(last[0], u):
            last[:] = u.copy(), function(u)
        found: tuple[Array, Array] = last[1]
        return found

    return lambda u: both(u)[0], lambda u: both(u)[1]


def covariance(slopes: Array) -> Array:
    """Of the unknowns, as if the model were linear around the least; the pseudo-inverse where directions are free."""
    _, s, V = np.linalg.svd(slopes, full_matrices=False)
    s = np.maximum(s, 1e-9 * max(float(s.max(initial=0.0)), 1e-30))
    return np.asarray((V.T / s**2) @ V)


def _reach(u: Array, along: Array, lower: Array, upper: Array) -> float:
    """How far a line from ``u`` stays within the bounds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(along > 0.0, (upper - u) / along, np.where(along < 0.0, (lower - u) / along, np.inf))
    return max(float(ends.min()), 1e-3)


def profile(function: Function, best: Least, k: int, lower: Array, upper: Array, level: float = 0.95) -> Profile:
    """The profile of unknown ``k`` and its interval at a level of confidence."""
    wanted = float(np.sqrt(chi_square.ppf(level, 1)))
    C = covariance(best.slopes)
    sigma = float(np.sqrt(C[k, k]))
    along = C[:, k] / C[k, k]
    gain = max(0.1 * CLOSE * wanted**2 / max(best.S, 1.0), CLOSEST)  # what of S would move the end by no more than that
    others = np.arange(best.u.size) != k
    at, rise = [0.0], [0.0]
    better: Array | None = None
    ends: list[float] = []
    free: list[bool] = []
    for way in (-1.0, 1.0):
        room = min(float(upper[k] - best.u[k] if way > 0.0 else best.u[k] - lower[k]), EXTENT)
        d = min(wanted * sigma, 0.999 * room, 0.999 * _reach(best.u, way * along, lower, upper))
        inside, outside = 0.0, np.inf
        value_in, value_out = 0.0, np.inf
        known = best.u  # the last point inside: the next is looked for from there
        found_at = room
        is_open, blocked = True, False
        for _ in range(10):
            if d <= 0.0:
                break
            u = np.clip(known + way * (d - inside) * along, lower, upper)
            u[k] = best.u[k] + way * d
            if others.any():
                fixed = u.copy()

                def held(v: Array, fixed: Array = fixed) -> tuple[Array, Array]:
                    full = fixed.copy()
                    full[others] = v
                    r, J = function(full)
                    return r, J[:, others]

                part = least(held, u[others], lower[others], upper[others], ALONG, gain)
                u[others] = part.u
                S = part.S
            else:
                r, _ = function(u)
                S = float(r @ r)
            up = S - best.S
            if up < -SAME:
                better = u.copy()
            root = float(np.sqrt(max(up, 0.0)))
            at.append(way * d)
            rise.append(max(up, 0.0))
            if abs(root - wanted) <= CLOSE * wanted:
                found_at, is_open = d, False
                break
            if root < wanted:
                inside, value_in, known = d, root, u
                if d >= 0.998 * room:
                    break
            else:
                outside, value_out = d, root
                edge = 1e-6 * (upper - lower)
                blocked = bool(((u <= lower + edge) | (u >= upper - edge))[others].any())
                is_open, found_at = False, d
            if np.isfinite(outside):
                d = inside + (outside - inside) * min(max((wanted - value_in) / (value_out - value_in), 0.1), 0.9)
                found_at = d
            else:
                d = min(d * min(max(wanted / max(root, 1e-3), 1.2), 4.0), 0.999 * room)
        ends.append(best.u[k] + way * found_at)
        free.append(is_open or blocked)  # S rises because another unknown met its bound: the data end nothing
    order = np.argsort(at)
    return Profile(np.array(at)[order], np.array(rise)[order], ends[0], ends[1], free[0], free[1], better)
