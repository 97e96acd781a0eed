"""Whether two quantities go together over samples: rank and linear correlation, and the line with errors on both sides.

    r   = S_xy / sqrt(S_xx S_yy),   z = artanh r,   interval tanh(z +- z_q / sqrt(n - 3))           (Fisher)
    rho = r of the ranks, its p exact over all orders of few samples, of 20,000 drawn ones beyond

The line y = a + b x weighs every sample by its own uncertainties of both,

    w_i = 1/(s_y,i^2 + b^2 s_x,i^2),   b = sum w_i beta_i (y_i - y_m) / sum w_i beta_i (x_i - x_m),
    beta_i = w_i (s_y,i^2 (x_i - x_m) + b s_x,i^2 (y_i - y_m))

iterated (D. York et al., Am. J. Phys. 72 (2004) 367, without correlation of the errors of one sample). Where samples
scatter more than their uncertainties explain, those of the line are widened by the root of the reduced chi squared.

A correlation over a few samples that were made differently in more than one way says little of causes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from ..errors import InputError

__all__ = ["Correlation", "StraightLine", "correlation", "york"]

Array = NDArray[np.float64]
EXACT = 8  # samples up to which every order is counted
DRAWN = 20_000
CLEAR = 0.05  # p from which on a correlation is not told from chance
LEAST = 3


@dataclass(frozen=True)
class StraightLine:
    """y = a + b x with standard deviations; `chi2`: reduced, nan where nothing had an uncertainty."""

    a: float
    b: float
    a_sd: float
    b_sd: float
    chi2: float


@dataclass(frozen=True)
class Correlation:
    """How two quantities go together over `n` samples.

    - `r`, `low`, `high`: Pearson's coefficient and its interval (nan below four samples);
    - `rho`, `p`: Spearman's, and how often an order by chance has one as large;
    - `line`: None where x does not vary; `verdict`: in words, with n.
    """

    n: int
    r: float
    low: float
    high: float
    rho: float
    p: float
    line: StraightLine | None
    verdict: str


def correlation(
    x: ArrayLike, y: ArrayLike, x_sd: ArrayLike | None = None, y_sd: ArrayLike | None = None, confidence: float = 0.95
) -> Correlation:
    """Correlation of `x` and `y`, shape (n,), in any units; `x_sd`, `y_sd`: one standard deviation of each.

    Errors: `HeterofilmError` for fewer than three samples, values that are not finite, and a quantity that is the same
    in all samples.
    """
    X, Y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if X.shape != Y.shape or X.ndim != 1:
        raise InputError(f"A correlation needs as many x as y, but there are {X.size} and {Y.size}.")
    if X.size < LEAST:
        raise InputError(f"A correlation needs three samples that have both quantities, but there are {X.size}.")
    if not (np.isfinite(X).all() and np.isfinite(Y).all()):
        raise InputError("A correlation needs finite numbers.")
    for words, values in (("first", X), ("second", Y)):
        if np.ptp(values) <= 1e-12 * np.abs(values).max():
            raise InputError(f"The {words} quantity is the same in all {X.size} samples: nothing can go with it.")
    r = _r(X, Y)
    low = high = math.nan
    if X.size > LEAST:
        half = float(ndtri(0.5 + confidence / 2.0)) / math.sqrt(X.size - 3)
        z = math.atanh(max(min(r, 1.0 - 1e-15), -1.0 + 1e-15))
        low, high = math.tanh(z - half), math.tanh(z + half)
    rho, p = _spearman(X, Y)
    line = york(X, Y, x_sd, y_sd)
    return Correlation(X.size, r, low, high, rho, p, line, _verdict(X.size, rho, p))


def york(x: ArrayLike, y: ArrayLike, x_sd: ArrayLike | None = None, y_sd: ArrayLike | None = None) -> StraightLine:
    """The line through points with uncertainties of both coordinates, all shape (n,), n >= 3.

    A sample without an uncertainty (nan, 0) takes the median of the others'; where none has any, all weigh alike.
    """
    X, Y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    sx, sy = _filled(x_sd, X.size), _filled(y_sd, Y.size)
    known = bool(np.any(sx > 0.0) or np.any(sy > 0.0))
    if not np.any(sy > 0.0):
        if known:  # errors of x alone: a line of x over y, turned round
            back = york(Y, X, None, sx)
            b = 1.0 / back.b
            return StraightLine(-back.a * b, b, abs(b) * back.a_sd, b * b * back.b_sd, back.chi2)
        sy = np.ones(Y.size)
    b = float(np.polyfit(X, Y, 1)[0])
    for _ in range(200):
        w = 1.0 / (sy**2 + b * b * sx**2)
        xm, ym = np.average(X, weights=w), np.average(Y, weights=w)
        u, v = X - xm, Y - ym
        beta = w * (sy**2 * u + b * sx**2 * v)
        new = float(np.sum(w * beta * v) / np.sum(w * beta * u))
        done = abs(new - b) <= 1e-13 * abs(new)
        b = new
        if done:
            break
    a = float(ym - b * xm)
    adjusted = xm + beta
    mean = np.average(adjusted, weights=w)
    b_sd = float(1.0 / math.sqrt(np.sum(w * (adjusted - mean) ** 2)))
    a_sd = math.sqrt(1.0 / float(np.sum(w)) + float(mean) ** 2 * b_sd**2)
    chi2 = float(np.sum(w * (Y - a - b * X) ** 2)) / (X.size - 2)
    wider = math.sqrt(chi2) if not known else max(1.0, math.sqrt(chi2))
    return StraightLine(a, b, a_sd * wider, b_sd * wider, chi2 if known else math.nan)


def _filled(sd: ArrayLike | None, n: int) -> Array:
    if sd is None:
        return np.zeros(n)
    values = np.asarray(sd, dtype=float).copy()
    bad = ~(np.isfinite(values) & (values > 0.0))
    values[bad] = float(np.median(values[~bad])) if not bad.all() else 0.0
    return values


def _r(x: Array, y: Array) -> float:
    u, v = x - x.mean(), y - y.mean()
    return float(u @ v / math.sqrt(float(u @ u) * float(v @ v)))


def _spearman(x: Array, y: Array) -> tuple[float, float]:
    """Of the ranks, and the share of orders with a coefficient as large in size."""
    from scipy.stats import rankdata  # half a second to load, for projects alone

    a, b = rankdata(x), rankdata(y)
    rho = _r(a, b)
    if x.size <= EXACT:
        orders = np.array(list(permutations(b)))
        extra = 0
    else:
        orders = np.random.default_rng(0).permuted(np.tile(b, (DRAWN, 1)), axis=1)
        extra = 1  # the order that was found is one of those that chance can draw
    u = a - a.mean()
    all_rho = (orders - b.mean()) @ u / math.sqrt(float(u @ u) * float(((b - b.mean()) ** 2).sum()))
    p = (np.sum(np.abs(all_rho) >= abs(rho) - 1e-12) + extra) / (len(orders) + extra)
    return rho, float(p)


def _verdict(n: int, rho: float, p: float) -> str:
    least = 2.0 / math.factorial(n) if n <= EXACT else 0.0
    if least > CLEAR:
        return (
            f"{n} samples cannot tell a correlation from chance: even a perfect order comes by chance in "
            f"{100.0 * least:.0f} % of cases"
        )
    if p > CLEAR:
        return f"not told from chance over {n} samples (p = {p:.2g})"
    return f"they {'rise together' if rho > 0.0 else 'go against each other'} over {n} samples (p = {p:.2g})"
