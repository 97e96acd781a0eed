"""Where on the voltage axis the charge goes: dQ/dV and the table of plateaus.

The charge of every interval is laid onto the voltage axis and smoothed with a Gaussian. This needs no
derivative and no monotonic voltage, so it also holds where a voltage dips and recovers. What moves at a hold (constant
voltage while the current decays, at the end of a charge) is no plateau of the film, and is left out: `held`.

A step, or the steps of one half cycle that rests interrupt, make one curve.

The Gaussian and the search for peaks are a few lines each: scipy.signal would take longer to import than a
discharge takes to simulate.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...records.record import Record

GRID = 1e-3  # V
HELD = 2e-3  # V: a hold keeps the voltage within
DECAYED = 0.9  # of the current that it began with, at most, must be left at its end
SMOOTHING = 10e-3  # V, standard deviation of the Gaussian


def dqdv(record: Record, step: int | Sequence[int] = -1, smoothing: float = SMOOTHING) -> pl.DataFrame:
    """dQ/dV of a step, or of the steps of a half cycle: ``voltage_V``, ``dqdv_C_m2_V`` (magnitude, C per m2 and V).

    ``smoothing`` is the standard deviation (V) of the Gaussian. Raises HeterofilmError for steps of
    fewer than three points, or a smoothing that is not positive.
    """
    pieces = _curves(record, step)
    if not smoothing > 0.0:
        raise InputError(f"The smoothing of dQ/dV must be positive, got {smoothing:g} V; try {SMOOTHING:g}.")
    low, high = (limit(float(limit(V)) for V, _, _ in pieces) for limit in (min, max))
    grid = np.arange(low - 5 * smoothing, high + 5 * smoothing + GRID, GRID)
    density = np.zeros(grid.size)
    for V, Q, hold in pieces:
        moved = np.where(hold, 0.0, np.abs(np.diff(Q)))
        density += _on_grid(np.minimum(V[:-1], V[1:]), np.maximum(V[:-1], V[1:]), moved, grid - GRID / 2.0)
    return pl.DataFrame({"voltage_V": grid, "dqdv_C_m2_V": _gaussian(density, smoothing / GRID)})


def _on_grid(low: NDArray[Any], high: NDArray[Any], dq: NDArray[Any], edges: NDArray[Any]) -> NDArray[Any]:
    """Density of charge in each cell of a grid, when each interval spreads its charge evenly from `low` to `high`.

    The charge below a voltage is a sum of ramps, dq ((V - low)+ - (V - high)+)/(high - low). A ramp that begins between
    two nodes is the same, at all nodes, as two that begin there in proportion: so the sum is exact at the nodes.
    """
    width = np.maximum(high - low, GRID)  # a jump in no voltage at all takes one cell
    kinks = np.zeros(edges.size + 2)
    for at, slope in ((low, dq / width), (low + width, -dq / width)):
        place = np.clip((at - edges[0]) / GRID, 0.0, edges.size - 1.0)
        node = place.astype(np.intp)
        np.add.at(kinks, node, slope * (1.0 - (place - node)))
        np.add.at(kinks, node + 1, slope * (place - node))
    return np.maximum(np.cumsum(kinks)[: edges.size], 0.0)


def held(record: Record, step: int | Sequence[int] = -1) -> tuple[float, float]:
    """Voltage (V) and charge (C/m2, a magnitude) of the holds in the steps; nan and 0 without one."""
    pieces = [(V[1:][hold], np.abs(np.diff(Q))[hold]) for V, Q, hold in _curves(record, step)]
    charge = float(sum(dq.sum() for _, dq in pieces))
    return (float(np.median(np.concatenate([V for V, _ in pieces]))), charge) if charge > 0.0 else (float("nan"), 0.0)


def plateaus(
    record: Record, step: int | Sequence[int] = -1, smoothing: float = SMOOTHING, prominence: float = 0.05
) -> pl.DataFrame:
    """Plateaus of a step or half cycle, highest potential first: ``voltage_V``, ``charge_C_m2``, ``share``.

    A plateau is a maximum of dQ/dV that stands out by ``prominence`` of the highest one. Its charge is
    what lies between the minima on both sides.
    """
    curve = dqdv(record, step, smoothing)
    V, density = curve["voltage_V"].to_numpy(), curve["dqdv_C_m2_V"].to_numpy()
    peaks = _peaks(density, prominence * density.max())
    edges = [
        0,
        *(a + int(np.argmin(density[a:b])) for a, b in pairwise(peaks)),
        V.size,
    ]
    charge = np.array([density[a:b].sum() * GRID for a, b in pairwise(edges)])
    total = density.sum() * GRID
    order = np.argsort(V[peaks])[::-1]
    return pl.DataFrame({"voltage_V": V[peaks][order], "charge_C_m2": charge[order], "share": charge[order] / total})


def location_sd(
    record: Record, step: int | Sequence[int], places: NDArray[Any], smoothing: float = SMOOTHING
) -> NDArray[np.float64]:
    """How far noise moves maxima of dQ/dV at `places` (V), one standard deviation each (V), shape (n,).

    A maximum y = y0 - c (V - V0)^2 / 2 lies where the slope of the noise is c (V - V0). Noise of standard deviation s,
    smoothed by g, has a slope of s/(sqrt(2) g); s is 1.46 times what half of the smoothing changes beside a parabola
    (of white noise sqrt(0.282/0.133), by the variances of Gaussian filters). NaN where the top is no parabola.
    """
    curve, finer = (dqdv(record, step, g) for g in (smoothing, smoothing / 2.0))
    V, y = curve["voltage_V"].to_numpy(), curve["dqdv_C_m2_V"].to_numpy()
    change = np.interp(V, finer["voltage_V"].to_numpy(), finer["dqdv_C_m2_V"].to_numpy()) - y
    found = []
    for place in places:
        near = np.abs(V - place) <= 2.0 * smoothing
        if near.sum() < 10:
            found.append(np.nan)
            continue
        x = V[near] - place
        c = -2.0 * float(np.polyfit(x, y[near], 2)[0])
        noise = 1.46 * float(np.std(change[near] - np.polyval(np.polyfit(x, change[near], 2), x)))
        found.append(noise / (2.0**0.5 * smoothing * c) if c > 0.0 else np.nan)
    return np.array(found)


def _curves(record: Record, step: int | Sequence[int]) -> list[tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]]:
    """Of every step voltage and charge, shape (n,), and which intervals of them belong to a hold, shape (n - 1,)."""
    found = []
    for one in (step,) if isinstance(step, int) else step:
        frame = record.step(one).frame
        V, Q, i = (frame[name].to_numpy() for name in ("voltage_V", "charge_C_m2", "current_A_m2"))
        if V.size > 1:
            found.append((V, Q, _hold(V, np.abs(i))))
    points = sum(V.size for V, _, _ in found)
    if points < 3:
        raise InputError(f"dQ/dV needs at least three points, but the step has {points}.")
    return found


def _hold(V: NDArray[Any], size: NDArray[Any]) -> NDArray[np.bool_]:
    """Intervals at one voltage, the highest or the lowest, while the current decays."""
    hold = np.zeros(V.size - 1, bool)
    for end in (V.max(), V.min()):
        at = np.abs(V - end) <= HELD
        starts = np.flatnonzero(at & ~np.concatenate([[False], at[:-1]]))
        stops = np.flatnonzero(at & ~np.concatenate([at[1:], [False]]))
        for a, b in zip(starts, stops, strict=True):
            rows = size[a : b + 1]
            if b - a >= 2 and rows[-1] < DECAYED * rows[0] and np.mean(np.diff(rows) <= 0.0) > 0.8:
                # the current still had its full size in the interval that reached the voltage
                hold[a:b] = rows[1:] < 0.999 * rows[0]
    return hold


def _gaussian(values: NDArray[Any], width: float) -> NDArray[Any]:
    """``values`` smoothed with a Gaussian of standard deviation ``width`` (samples), cut off at four of them."""
    reach = int(4.0 * width + 0.5)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    full: NDArray[Any] = np.convolve(values, weights / weights.sum())
    return full[reach : reach + values.size]


def _peaks(values: NDArray[Any], prominence: float) -> NDArray[np.intp]:
    """Indices of the maxima that stand out by ``prominence`` or more; a flat top counts at its middle.

    How far a maximum stands out is its height above the higher of its two feet: the lowest points on either
    side before something higher, or the end, comes.
    """
    steps = np.flatnonzero(np.diff(values))  # values change after these
    rising = np.diff(values)[steps] > 0.0
    tops = np.flatnonzero(rising[:-1] & ~rising[1:])
    found = []
    for first, last in zip(steps[tops] + 1, steps[tops + 1], strict=True):
        height = values[first]
        higher = np.flatnonzero(values > height)
        cut = int(np.searchsorted(higher, first))
        left = higher[cut - 1] if cut > 0 else 0
        right = higher[cut] if cut < higher.size else values.size
        if height - max(values[left:first].min(), values[last + 1 : right].min()) >= prominence:
            found.append((first + last) // 2)
    return np.array(found, dtype=np.intp)
