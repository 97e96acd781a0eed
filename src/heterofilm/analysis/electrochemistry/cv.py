"""Cyclic voltammetry: sweeps and peaks of a record; what the scan rate does to them is in `cv_rates`.

Currents may be in any one unit (A, A/m2); an area under a peak is then in that unit times seconds. House rule:
current positive on discharge, so that reduction of a cathode film, the cathodic sweep, gives positive current; data
with the other sign say so with ``positive="anodic"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import find_peaks

from ...errors import HeterofilmError
from ..columns import columns, line
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

__all__ = [
    "BValue", "DunnSplit", "Peak", "RandlesSevcik", "ScanRegime", "Sweep", "b_value", "dunn_split",
    "finite_space_peak", "on_common_grid", "peaks", "randles_sevcik", "scan_regime", "sweeps",
]  # fmt: skip

Array = NDArray[Any]
Sign = Literal["cathodic", "anodic"]
Baseline = Literal["chord", "tangent", "zero"]

TURN = 0.02  # a change of direction counts when the potential comes back by this share of its range


@dataclass(frozen=True, eq=False)
class Sweep:
    """One sweep in one direction.

    - `direction`: ``anodic`` (potential rises) or ``cathodic``; `number`: its place in the record, from 1;
    - `time_s`, `voltage_V`, `current`: shape (n,);
    - `scan_rate_V_s`: measured, positive (line through V over t); `linearity`: R2 of that line. Well below 1 means
      that the potential did not follow a ramp.
    """

    direction: Sign
    number: int
    time_s: Array
    voltage_V: Array
    current: Array
    scan_rate_V_s: float
    linearity: float


@dataclass(frozen=True)
class Peak:
    """A peak of a sweep.

    - `potential_V`: where the current is highest above the baseline; `current`: there, with its sign;
    - `height`: above the baseline, positive;
    - `width_V`: full width at half height above the baseline; `charge`: area above it over time (current unit x s);
    - `baseline`: in words, with the two points (V, current) it runs through.
    """

    direction: Sign
    potential_V: float
    current: float
    height: float
    width_V: float
    charge: float
    baseline: str


def sweeps(time_s: ArrayLike, voltage_V: ArrayLike, current: ArrayLike) -> tuple[Sweep, ...]:
    """Split a record, arrays of shape (n,), at the turning points of the potential.

    A turning point counts once the potential has come back by 2 % of its range, so that noise and the steps of a
    staircase are none. Pieces of fewer than five points (a rest, a switch) are left out.

    Errors: `HeterofilmError` for arrays of different length, gaps, time that falls, or a potential that stands still.
    """
    t, V, i = columns(time_s=time_s, voltage_V=voltage_V, current=current)
    if (np.diff(t) < 0.0).any():
        raise HeterofilmError("The time of a voltammogram falls: sort the rows, or read one experiment at a time.")
    span = float(np.ptp(V))
    if not span > 0.0:
        raise HeterofilmError("The potential stands still: a voltammogram needs a sweep.")
    edges = _turns(V, TURN * span)
    found: list[Sweep] = []
    for a, b in pairwise(edges):
        piece = slice(a, b + 1)
        if b + 1 - a < 5 or not np.ptp(t[piece]) > 0.0:
            continue
        # a point at a turn is an average over both directions: the rate is that of the middle
        middle = np.abs(V[piece] - (V[a] + V[b]) / 2.0) < 0.45 * abs(V[b] - V[a])
        chosen = middle if middle.sum() >= 3 else np.ones_like(middle)
        slope, r2 = line(t[piece][chosen], V[piece][chosen])
        direction: Sign = "anodic" if V[b] > V[a] else "cathodic"
        found.append(Sweep(direction, len(found) + 1, t[piece], V[piece], i[piece], abs(slope), r2))
    return tuple(found)


def _turns(V: Array, hysteresis: float) -> list[int]:
    """First point, turning points, last point."""
    turns, best, direction = [0], 0, 0
    for k in range(1, V.size):
        if direction == 0:
            if abs(V[k] - V[0]) >= hysteresis:
                direction, best = (1 if V[k] > V[0] else -1), k
        elif (V[k] - V[best]) * direction >= 0.0:
            best = k
        elif (V[best] - V[k]) * direction >= hysteresis:
            turns.append(best)
            direction, best = -direction, k
    # what is left after the last extreme is shorter than the hysteresis: it is cut off
    return [*turns, best] if best > turns[-1] else turns


def peaks(
    sweep: Sweep, *, positive: Sign = "cathodic", baseline: Baseline = "chord", prominence: float = 0.05
) -> tuple[Peak, ...]:
    """Peaks of a sweep in its own direction, in the order they are passed.

    `positive`: the direction in which the current of these data is positive. `baseline`: ``chord`` through the feet on
    both sides of the peak; ``tangent``: the line through the flattest stretch before it, extrapolated (what
    Randles-Sevcik wants); ``zero``. A peak stands out by `prominence` of the range of the current.

    Errors: `HeterofilmError` for an unknown baseline or a sweep of fewer than five points.
    """
    if baseline not in ("chord", "tangent", "zero"):
        raise HeterofilmError(f"There is no baseline '{baseline}': use 'chord', 'tangent' or 'zero'.")
    if sweep.voltage_V.size < 5:
        raise HeterofilmError("Peaks need a sweep of at least five points.")
    sign = 1.0 if sweep.direction == positive else -1.0
    y, V, t = sign * sweep.current, sweep.voltage_V, sweep.time_s
    # next to a turn the current still belongs to the sweep before
    start, stop = V[0] + TURN * (V[-1] - V[0]), V[-1] - TURN * (V[-1] - V[0])
    kept = (V - start) * (V - stop) <= 0.0
    y, V, t = y[kept], V[kept], t[kept]
    at = [int(k) for k in find_peaks(y, prominence=prominence * max(float(np.ptp(y)), 1e-300))[0]]
    if not at:
        return ()
    # each peak ends where the valley to its neighbour is lowest
    valleys = [0, *(a + int(np.argmin(y[a : b + 1])) for a, b in pairwise(at)), y.size - 1]
    result = []
    for k, (left, right) in zip(at, pairwise(valleys), strict=True):
        base, text = _baseline(baseline, V, y, left, k, right)
        inside = np.maximum(y - base, 0.0)
        inside[:left], inside[right + 1 :] = 0.0, 0.0
        top = int(np.argmax(inside))
        if not inside[top] > 0.0:
            continue
        width = abs(_half(V, inside, top, right) - _half(V, inside, top, left))
        charge = float(np.trapezoid(inside, t))
        height, potential = float(inside[top]), float(V[top])
        result.append(Peak(sweep.direction, potential, float(sign * y[top]), height, width, charge, text))
    return tuple(result)


def _half(V: Array, above: Array, top: int, end: int) -> float:
    """The potential where the curve falls to half its height, going from `top` to `end`; `end` where it does not."""
    step, half = (1 if end > top else -1), above[top] / 2.0
    for k in range(top, end, step):
        if above[k + step] <= half < above[k]:
            share = (above[k] - half) / (above[k] - above[k + step])
            return float(V[k] + share * (V[k + step] - V[k]))
    return float(V[end])


def _baseline(kind: str, V: Array, y: Array, left: int, k: int, right: int) -> tuple[Array, str]:
    """The baseline at every potential, and in words."""
    if kind == "zero":
        return np.zeros_like(V), "zero current"
    if kind == "chord":
        a, b, base = left, right, np.zeros_like(y)
        # the feet are the lowest points above the line through them: found again until they stay
        for _ in range(20):
            before, rest = (a, b), y - base
            a, b = left + int(np.argmin(rest[left:k])), k + 1 + int(np.argmin(rest[k + 1 : right + 1]))
            if (a, b) == before:
                break
            base = y[a] + (y[b] - y[a]) / (V[b] - V[a]) * (V - V[a])
        return base, f"line through the feet at ({V[a]:.4g} V, {y[a]:.4g}) and ({V[b]:.4g} V, {y[b]:.4g})"
    # the straight fifth of the rise with the least slope
    n = max(3, (k - left) // 5)
    fits = [(np.polyfit(V[s : s + n], y[s : s + n], 1), s) for s in range(left, max(left + 1, k - n), max(1, n // 4))]
    fit, s = min(fits, key=lambda pair: abs(float(pair[0][0])))
    text = f"line fitted from {V[s]:.4g} to {V[s + n - 1]:.4g} V ({fit[0]:.4g} per V), extrapolated"
    return np.asarray(np.polyval(fit, V)), text


def on_common_grid(chosen: Sequence[Sweep], points: int = 200) -> tuple[Array, Array, Array]:
    """Sweeps of one direction at different rates on one grid: voltage (m,), currents (k, m), scan rates (k,).

    The grid covers what all sweeps share, without the 2 % next to each turning point, where the current is switched.

    Errors: `HeterofilmError` for sweeps of both directions, or without a common range.
    """
    if len({sweep.direction for sweep in chosen}) != 1:
        raise HeterofilmError("Only sweeps of one direction can share a grid: choose anodic or cathodic ones.")
    low = max(float(s.voltage_V.min()) for s in chosen)
    high = min(float(s.voltage_V.max()) for s in chosen)
    if not high > low:
        raise HeterofilmError("These sweeps have no potential in common.")
    margin = 0.02 * (high - low)
    grid = np.linspace(low + margin, high - margin, points)
    currents = []
    for sweep in chosen:
        order = np.argsort(sweep.voltage_V, kind="stable")
        currents.append(np.interp(grid, sweep.voltage_V[order], sweep.current[order]))
    return grid, np.array(currents), np.array([sweep.scan_rate_V_s for sweep in chosen])
