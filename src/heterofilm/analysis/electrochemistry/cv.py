"""Cyclic voltammetry: the peaks of a sweep. Sweeps come from `cv_sweeps`; what the rate does to peaks is in `cv_rates`.

Currents may be in any one unit (A, A/m2); an area under a peak is then in that unit times seconds. House rule:
current positive on discharge, so that reduction of a cathode film, the cathodic sweep, gives positive current; data
with the other sign say so with ``positive="anodic"``.

Noise is dealt with in three places. The curve is smoothed just enough (a cubic over a window of at most 50 mV, Savitzky
and Golay, Anal. Chem. 36 (1964) 1627) for peaks to be told from it; a peak must stand out by `SIGNAL_TO_NOISE` times
the noise of the smoothed curve; and the feet of a baseline are means over the window, not the lowest points, which
noise pulls down. Without noise nothing is smoothed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from .cv_rates import (
    BValue,
    DunnSplit,
    RandlesSevcik,
    ScanRegime,
    b_value,
    dunn_split,
    finite_space_peak,
    randles_sevcik,
    scan_regime,
)
from .cv_sweeps import TURN, Sign, Sweep, on_common_grid, sweeps

__all__ = [
    "BASELINES", "SIGNAL_TO_NOISE", "BValue", "Baseline", "DunnSplit", "Peak", "RandlesSevcik", "ScanRegime", "Sweep",
    "b_value", "dunn_split", "finite_space_peak", "noise_of", "on_common_grid", "peaks", "randles_sevcik",
    "scan_regime", "sweeps", "with_baseline",
]  # fmt: skip

Array = NDArray[Any]
Baseline = Literal["chord", "tangent", "zero"]
BASELINES: tuple[Baseline, ...] = ("chord", "tangent", "zero")

SIGNAL_TO_NOISE = 5.0  # height of a peak over the noise of the smoothed current
QUIET = 0.005  # share of the range below which noise needs no smoothing
WINDOW = 0.025  # V on either side: no couple of one electron is narrower than 90 mV at half height
CORRELATED = 1.3  # noise about the smoothed curve over that of neighbours, above which neighbours go together
SPIKE = 10.0  # a single point this many times the noise, and a tenth of the range, off its neighbours is none
FOOT = 0.04  # share of a sweep's points on either side of a foot that may belong to it
CROSSES = 0.02  # share of the height by which a baseline may run through current of the other sign


@dataclass(frozen=True)
class Peak:
    """A peak of a sweep.

    - `potential_V`: where the current is highest above the baseline; `current`: there, with its sign;
    - `height`: above the baseline, positive; `noise`: its standard deviation by the noise of the current;
    - `width_V`: full width at half height above the baseline; `charge`: area above it over time (current unit x s),
      never more than what flowed in the direction of the sweep;
    - `baseline`: in words, with the two points (V, current) it runs through; `kind`: which of `BASELINES`;
    - `place`: which maximum of the sweep it is, counted from 0 in the order they are passed; `prominence`, `least`:
      with which share of the range and which signal-to-noise ratio it was looked for; `stray`: points of the sweep that
      were left out, because they stand alone far off their neighbours.
    """

    direction: Sign
    potential_V: float
    current: float
    height: float
    width_V: float
    charge: float
    baseline: str
    kind: Baseline = "chord"
    noise: float = 0.0
    place: int = 0
    prominence: float = 0.05
    least: float = SIGNAL_TO_NOISE
    stray: int = 0

    @property
    def signal_to_noise(self) -> float:
        """`height` over `noise`; infinite without noise."""
        return self.height / self.noise if self.noise > 0.0 else float("inf")


@dataclass(frozen=True, eq=False)
class _Curve:
    """A sweep made ready for peaks: its current positive in its own direction."""

    sign: float
    V: Array
    t: Array
    y: Array
    smooth: Array
    half: int  # points on either side that were smoothed over
    sigma: float  # of the current
    sigma_smooth: float
    tops: list[int]
    valleys: list[int]
    stray: int = 0  # points that were left out


def noise_of(current: Array) -> float:
    """Standard deviation of the noise of a smooth current, shape (n,): second differences, robust, or its resolution.

    A current in steps of a digit is uncertain by the step over the root of twelve.
    """
    if current.size < 5:
        return 0.0
    noise = float(np.median(np.abs(np.diff(current, 2)))) * 1.4826 / 6**0.5
    steps = np.abs(np.diff(current))
    steps = steps[steps > 1e-12 * float(np.abs(current).max())]
    return max(noise, float(steps.min()) / 12**0.5 if steps.size else 0.0)


def peaks(
    sweep: Sweep,
    *,
    positive: Sign = "cathodic",
    baseline: Baseline = "chord",
    prominence: float = 0.05,
    signal_to_noise: float = SIGNAL_TO_NOISE,
) -> tuple[Peak, ...]:
    """Peaks of a sweep in its own direction, in the order they are passed.

    `positive`: the direction in which the current of these data is positive. `baseline`: ``chord`` through the feet on
    both sides of the peak; ``tangent``: the line through the flattest stretch before it, extrapolated (what
    Randles-Sevcik wants); ``zero``. No baseline runs through current of the other sign: a chord or tangent that would
    is replaced by ``zero``, and `Peak.baseline` says so. A peak stands out by `prominence` of the range of the current,
    and by `signal_to_noise` times the noise of the smoothed current.

    Errors: `HeterofilmError` for an unknown baseline, a ratio that is not positive, a sweep of fewer than five points.
    """
    if baseline not in BASELINES:
        raise InputError(f"There is no baseline '{baseline}': use 'chord', 'tangent' or 'zero'.")
    if not signal_to_noise > 0.0:
        raise InputError(f"A signal-to-noise ratio is positive, got {signal_to_noise:g}.")
    curve = _curve(sweep, positive, prominence, signal_to_noise)
    made = [_peak(curve, sweep.direction, k, baseline) for k in range(len(curve.tops))]
    kept = (p for p in made if p is not None and p.signal_to_noise >= signal_to_noise)
    return tuple(replace(p, prominence=prominence, least=signal_to_noise, stray=curve.stray) for p in kept)


def with_baseline(sweep: Sweep, peak: Peak, baseline: Baseline, *, positive: Sign = "cathodic") -> Peak | None:
    """The same peak of a sweep above another baseline; None where none is above it."""
    curve = _curve(sweep, positive, peak.prominence, peak.least)
    made = _peak(curve, sweep.direction, peak.place, baseline) if peak.place < len(curve.tops) else None
    return None if made is None else replace(made, prominence=peak.prominence, least=peak.least, stray=peak.stray)


def _curve(sweep: Sweep, positive: Sign, prominence: float, least: float) -> _Curve:
    from scipy.signal import find_peaks, savgol_filter  # half a second to load, for voltammograms alone

    if sweep.voltage_V.size < 5:
        raise InputError("Peaks need a sweep of at least five points.")
    sign = 1.0 if sweep.direction == positive else -1.0
    y, V, t = sign * sweep.current, sweep.voltage_V, sweep.time_s
    # next to a turn the current still belongs to the sweep before
    start, stop = V[0] + TURN * (V[-1] - V[0]), V[-1] - TURN * (V[-1] - V[0])
    kept = (V - start) * (V - stop) <= 0.0
    y, V, t = y[kept], V[kept], t[kept]
    if y.size < 5:
        return _Curve(sign, V, t, y, y, 0, 0.0, 0.0, [], [])
    sigma = noise_of(y)
    raw, y = y, _without_spikes(y, sigma)
    most, span = _widest(V), float(np.percentile(y, 99) - np.percentile(y, 1))
    together = 1.0
    if most >= 2:
        # mains, folded back by the sampling: neighbours go together, and averaging takes less of it away
        away = 1.4826 * float(np.median(np.abs(y - savgol_filter(y, 2 * most + 1, 3, mode="interp"))))
        if away > CORRELATED * sigma and away > QUIET * span:
            together, sigma = min(away / max(sigma, 1e-300), 1.0 / _share_of_noise(most)), away
    half = most if together > 1.0 else _smoothing(most, span, sigma)
    smooth = savgol_filter(y, 2 * half + 1, 3, mode="interp") if half else y
    sigma_smooth = sigma * min(1.0, together * _share_of_noise(half))
    standing = max(prominence * float(np.ptp(smooth)), (least + 1.0) * sigma_smooth, 1e-300)
    # within half a window of the ends the smoothed curve is an extrapolation
    tops = [int(k) for k in find_peaks(smooth, prominence=standing)[0] if half <= k < y.size - half]
    # each peak ends where the valley to its neighbour is lowest
    between = (a + int(np.argmin(smooth[a : b + 1])) for a, b in pairwise(tops))
    return _Curve(
        sign, V, t, y, smooth, half, sigma, sigma_smooth, tops, [0, *between, y.size - 1], int(np.sum(raw != y))
    )


def _without_spikes(y: Array, sigma: float) -> Array:
    """One or two points far off the median of seven lie between their neighbours: no peak is so narrow."""
    if y.size < 7:
        return y
    middle = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(y, 3, mode="reflect"), 7), axis=1)
    far = np.abs(y - middle) > max(SPIKE * sigma, 0.1 * float(np.percentile(y, 99) - np.percentile(y, 1)))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], far.astype(int), [0]])))
    spike = np.zeros(y.size, bool)
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        spike[a:b] = b - a <= 2
    rows = np.arange(y.size)
    return np.where(spike, np.interp(rows, rows[~spike], y[~spike]), y)


def _widest(V: Array) -> int:
    """Points on either side that `WINDOW` allows."""
    step = max(abs(float(V[-1] - V[0])) / (V.size - 1), 1e-300)
    return min(int(WINDOW / step), (V.size - 1) // 4)


def _smoothing(most: int, span: float, sigma: float) -> int:
    """Points on either side to smooth over: as few as bring the noise below `QUIET` of the range, up to `most`."""
    if not sigma > QUIET * span:
        return 0
    wanted = next((m for m in range(2, most + 1) if sigma * _share_of_noise(m) <= QUIET * span), most)
    return wanted if wanted >= 2 else 0


def _share_of_noise(half: int) -> float:
    """What a cubic over 2 m + 1 points leaves of the standard deviation: the root of its weight at the middle."""
    m = float(half)
    weight = (9.0 * m * m + 9.0 * m - 3.0) / ((2.0 * m + 3.0) * (2.0 * m + 1.0) * (2.0 * m - 1.0))
    return float(weight**0.5) if half >= 2 else 1.0


def _peak(curve: _Curve, direction: Sign, place: int, baseline: Baseline) -> Peak | None:
    left, right, k = curve.valleys[place], curve.valleys[place + 1], curve.tops[place]
    base, ends, text = _baseline(baseline, curve, left, k, right)
    above = curve.smooth - base
    top = _top(curve, above, left, right)
    height = float(above[top])
    if not height > 0.0:
        return None
    allowed = max(CROSSES * height, 3.0 * curve.sigma_smooth)
    kind = baseline
    if kind != "zero" and float(base[ends[0] : ends[1] + 1].min()) < -allowed:
        kind, base = "zero", np.zeros_like(base)
        text = f"zero current, because the {_WORDS[baseline]} would run through current of the other sign"
        ends, above = (left, right), curve.smooth
        top = _top(curve, above, left, right)
        height = float(above[top])
        if not height > 0.0:
            return None
    else:
        base = np.maximum(base, 0.0)
        above = curve.smooth - base
        height = float(above[top])
    a, b = _reach(above, top, ends)
    width = abs(_half(curve.V, above, top, b) - _half(curve.V, above, top, a))
    charge = float(np.trapezoid((curve.y - base)[a : b + 1], curve.t[a : b + 1]))
    # the height is that of the smoothed curve above two means of the same length
    noise = curve.sigma_smooth * (1.0 if kind == "zero" else 1.5**0.5)
    return Peak(
        direction, float(curve.V[top]), float(curve.sign * curve.smooth[top]), height, width, max(charge, 0.0), text,
        kind, noise, place,
    )  # fmt: skip


def _top(curve: _Curve, above: Array, left: int, right: int) -> int:
    """Where the curve is highest above its baseline, but for the ends of a smoothed one."""
    first, last = max(left, curve.half), min(right, curve.V.size - 1 - curve.half)
    return first + int(np.argmax(above[first : last + 1])) if last >= first else left


_WORDS = {"chord": "line through the feet", "tangent": "tangent before the peak"}


def _reach(above: Array, top: int, ends: tuple[int, int]) -> tuple[int, int]:
    """First and last row around `top`, within `ends`, between which the curve stays above its baseline."""
    below = np.flatnonzero(above <= 0.0)
    left, right = below[below < top], below[below > top]
    return max(ends[0], int(left[-1]) if left.size else 0), min(
        ends[1], int(right[0]) if right.size else above.size - 1
    )


def _half(V: Array, above: Array, top: int, end: int) -> float:
    """The potential where the curve falls to half its height, going from `top` to `end`; `end` where it does not."""
    step, half = (1 if end > top else -1), above[top] / 2.0
    for k in range(top, end, step):
        if above[k + step] <= half < above[k]:
            share = (above[k] - half) / (above[k] - above[k + step])
            return float(V[k] + share * (V[k + step] - V[k]))
    return float(V[end])


def _baseline(kind: str, curve: _Curve, left: int, k: int, right: int) -> tuple[Array, tuple[int, int], str]:
    """The baseline at every potential, the rows it rests on at either side of the peak, and in words."""
    V, s = curve.V, curve.smooth
    if kind == "zero":
        return np.zeros_like(V), (left, right), "zero current"
    if kind == "chord":
        a, b, base = left, right, np.zeros_like(s)
        # the feet are the lowest points above the line through them: found again until they stay
        for _ in range(20):
            before, rest = (a, b), s - base
            a, b = left + int(np.argmin(rest[left:k])), k + 1 + int(np.argmin(rest[k + 1 : right + 1]))
            if (a, b) == before:
                break
            base = s[a] + (s[b] - s[a]) / (V[b] - V[a]) * (V - V[a])
        for _ in range(3):  # the lowest points lie below the curve by the noise: means bring the line up to it
            at, y_a = _foot(curve, base, a, (left, k))
            to, y_b = _foot(curve, base, b, (k + 1, right + 1))
            base = y_a + (y_b - y_a) / (to - at) * (V - at)
        return base, (a, b), f"line through the feet at ({at:.4g} V, {y_a:.4g}) and ({to:.4g} V, {y_b:.4g})"
    # the straight fifth of the rise with the least slope, before the peak has risen to a third of itself
    low = left + int(np.argmin(s[left:k])) if k > left else left
    early = np.flatnonzero(s[low:k] <= s[low] + (s[k] - s[low]) / 3.0)
    foot = max(low + int(early[-1]) if early.size else low, left + 3)
    n = max(3, (foot - left) // 5)
    places = range(left, max(left + 1, foot - n + 1), max(1, n // 4))
    fits = [(np.polyfit(V[r : r + n], s[r : r + n], 1), r) for r in places]
    fit, r = min(fits, key=lambda pair: abs(float(pair[0][0])))
    text = f"line fitted from {V[r]:.4g} to {V[r + n - 1]:.4g} V ({fit[0]:.4g} per V), extrapolated"
    return np.asarray(np.polyval(fit, V)), (r, right), text


def _foot(curve: _Curve, base: Array, at: int, side: tuple[int, int]) -> tuple[float, float]:
    """Potential and current of a foot: a mean over the points of its neighbourhood that lie at the line."""
    wide = max(4 * curve.half, int(FOOT * curve.V.size))
    a, b = max(side[0], at - wide), min(side[1], at + wide + 1)
    near = np.abs(curve.y[a:b] - base[a:b]) <= 3.0 * curve.sigma
    if near.sum() < 5:
        return float(curve.V[at]), float(curve.smooth[at])
    return float(curve.V[a:b][near].mean()), float(curve.y[a:b][near].mean())
