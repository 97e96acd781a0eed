"""What a spectrum stands on, and what does not belong to it: baseline, noise, cosmic spikes."""

from __future__ import annotations

import math
import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError

__all__ = ["baseline", "despike", "noise"]

Array = NDArray[np.float64]
FEW = 5.0  # counts
FOOT = 0.2  # of the height: both neighbours of the top of a line two pixels wide stand higher, with some noise


def baseline(x: ArrayLike, y: ArrayLike, width: float) -> Array:
    """Baseline under lines no wider than `width` (FWHM, in the unit of x), shape (n,).

    Asymmetrically reweighted penalised least squares (arPLS; Baek et al., Analyst 140 (2015) 250) of pybaselines.
    Whittaker's smoother halves a wave of period P where its stiffness is lambda = (P / 2 pi step)^4; here P = 6 width.

    Errors: `HeterofilmError` for fewer than 10 points or a width below one step.
    """
    from pybaselines import Baseline

    x, y = _checked(x, y)
    step = (x[-1] - x[0]) / (x.size - 1)
    if not width >= step:
        raise InputError(f"Lines of width {width:g} cannot be kept on steps of {step:g}; give a larger width.")
    stiffness = (6.0 * width / (2.0 * math.pi * step)) ** 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a spectrum without noise lies on its baseline, of which it warns
        fitted, _ = Baseline(x_data=x, assume_sorted=True).arpls(y, lam=stiffness, max_iter=100, tol=1e-3)
    return np.asarray(fitted, dtype=float)


def noise(y: ArrayLike, smooth: ArrayLike | None = None) -> Array:
    """Standard deviation of each point, shape (n,): sigma^2 = a + g y, found from second differences.

    Counting noise has a = 0 and g = 1 (or the gain), read-out noise g = 0. Second differences of white noise have six
    times its variance and do not see a smooth spectrum; medians over pieces do not see its lines. `smooth`: the level
    at which the noise is wanted (the spectrum itself without it, averaged over five points). A spectrum that was
    smoothed has less noise between neighbours than between points further apart; it is given the noise of white noise
    with the same effect on a line.
    """
    from scipy.optimize import nnls

    y = np.asarray(y, float)
    level = np.convolve(np.pad(y, 2, "edge"), np.full(5, 0.2), "valid") if smooth is None else np.asarray(smooth, float)
    reach = _correlation(y)
    bent = y[2 * reach :] - 2.0 * y[reach : y.size - reach] + y[: y.size - 2 * reach]
    size = max(16, min(64, bent.size // 8))
    pieces = [slice(k, k + size) for k in range(0, bent.size - size + 1, size)] or [slice(None)]
    # the median of |N(0, 1)| is 0.6745
    variance = np.array([np.median(np.abs(bent[p])) ** 2 / (6.0 * 0.6745**2) for p in pieces])
    height = np.array([max(float(np.median(y[reach : y.size - reach][p])), 0.0) for p in pieces])
    variance *= 1.0 if reach == 1 else reach + 1.0
    floor = max(1e-12 * float(np.max(np.abs(y), initial=0.0)) ** 2, 1e-200)
    model = np.full_like(variance, max(float(np.median(variance)), floor))
    a = g = 0.0
    for _ in range(3):  # weights from the law itself: those from the scattered values would favour the low ones
        # pieces far above the law hold lines, whose curvature is no noise
        weight = np.where(variance < 4.0 * model, 1.0, 1e-3) / model
        (a, g), _ = nnls(np.column_stack([weight, weight * height]), weight * variance)
        model = np.maximum(a + g * height, max(1e-3 * float(model.max()), floor))
    found = np.maximum(a + g * np.maximum(level, 0.0), floor)
    if np.median(y) < FEW and np.all(y >= 0.0) and np.all(y == np.rint(y)):
        # so few counts that most differences are none: their mean over a piece is their variance
        around = np.convolve(np.pad(y, 25, "reflect" if y.size > 50 else "edge"), np.full(51, 1.0 / 51.0), "valid")
        found = np.maximum(found, np.maximum(around, 1.0 / 51.0))
    return np.asarray(np.sqrt(found))


def _correlation(y: Array, most: int = 6) -> int:
    """Over how many points noise was smoothed: differences stop growing with their distance; 1 for white noise."""

    def spread(k: int) -> float:
        return float(np.median(np.abs(y[2 * k :] - 2.0 * y[k : y.size - k] + y[: y.size - 2 * k]))) ** 2

    reach = 1
    while reach < most and y.size > 20 * (reach + 1) and spread(reach + 1) > 1.4 * spread(reach) > 0.0:
        reach += 1
    return reach


def despike(y: ArrayLike, significance: float = 7.0) -> tuple[Array, NDArray[np.intp]]:
    """The spectrum without cosmic spikes, and the points that were replaced.

    A spike rises within one or two pixels: its top stands higher above both pixels two steps away than 0.8 of its
    height above the surroundings, and above one of its neighbours too. A band with a full width of three pixels or more
    never does the former (a Lorentzian of that width has fallen to 0.36); one of two pixels, which is as narrow as a
    spectrometer draws a line, has both neighbours at a quarter of its height or more wherever its middle lies, for
    light comes through a slit and a cosmic ray does not: so no band is touched. Replaced by the line between its feet.
    """
    y = np.asarray(y, float).copy()
    if y.size < 15:
        return y, np.array([], dtype=np.intp)
    from scipy.ndimage import median_filter

    around = median_filter(y, 21, mode="nearest")
    sigma = noise(y, around)
    height = y - around
    far = np.full(y.size, np.inf)
    far[2:-2] = np.maximum(y[:-4], y[4:])
    lone = np.zeros(y.size)
    lone[1:-1] = np.minimum(height[:-2], height[2:])  # the lower one of both neighbours
    # noise of the top itself: counting noise grows with it
    gain = np.where(around > 0.0, sigma**2 / np.maximum(around, 1e-300), 0.0)
    own = np.sqrt(sigma**2 + np.minimum(gain, np.median(gain)) * np.maximum(height, 0.0))
    tops = np.flatnonzero((height > significance * own) & (y - far > 0.8 * height) & (lone < FOOT * height))
    hit = np.unique(np.concatenate([tops + k for k in (-1, 0, 1)])) if tops.size else tops
    hit = hit[(hit > 0) & (hit < y.size - 1)]
    if hit.size:
        kept = np.setdiff1d(np.arange(y.size), hit)
        y[hit] = np.interp(hit, kept, y[kept])
    return y, hit.astype(np.intp)


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.size < 10 or x.shape != y.shape or np.any(np.diff(x) <= 0.0) or not np.all(np.isfinite(y)):
        raise InputError("A spectrum needs at least ten points with rising positions and finite intensities.")
    return x, y
