"""Where on the voltage axis the charge goes: dQ/dV and the table of plateaus.

The charge of every interval is laid onto the voltage axis and smoothed with a Gaussian. This needs no
derivative and no monotonic voltage, so it also holds where a voltage dips and recovers.

A step, or the steps of one half cycle that rests interrupt, make one curve. What flows while the voltage is held at the
end of a step (it stands still and the current decays) has no dQ/dV, and is no plateau: it is left out (`held_charge`).

The Gaussian and the search for peaks are a few lines each: scipy.signal would take longer to import than a
discharge takes to simulate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import HeterofilmError
from ...records.record import Record

GRID = 1e-3  # V
SMOOTHING = 10e-3  # V, standard deviation of the Gaussian
HELD = 2e-3  # V within which a voltage is held
DECAYED = 0.9  # of the current at the beginning of a hold: below it at the end it has decayed


def dqdv(record: Record, step: int | Sequence[int] = -1, smoothing: float = SMOOTHING) -> pl.DataFrame:
    """dQ/dV of a step, or of the steps of a half cycle: ``voltage_V``, ``dqdv_C_m2_V`` (magnitude, C per m2 and V).

    ``smoothing`` is the standard deviation (V) of the Gaussian. Raises HeterofilmError for steps of
    fewer than three points, or a smoothing that is not positive.
    """
    pieces = [(V[:end], Q[:end]) for V, Q, end in _curves(record, step)]
    points = sum(V.size for V, _ in pieces)
    if points < 3:
        raise HeterofilmError(f"dQ/dV needs at least three points, but the step has {points} at a changing voltage.")
    if not smoothing > 0.0:
        raise HeterofilmError(f"The smoothing of dQ/dV must be positive, got {smoothing:g} V; try {SMOOTHING:g}.")
    low, high = (limit(float(limit(V)) for V, _ in pieces if V.size) for limit in (min, max))
    grid = np.arange(low - 5 * smoothing, high + 5 * smoothing + GRID, GRID)
    density = np.zeros(grid.size)
    for V, Q in pieces:
        # each interval spreads its charge evenly over the voltages it crosses
        for a, b, dq in zip(V[:-1], V[1:], np.abs(np.diff(Q)), strict=True):
            first, last = sorted((int((a - grid[0]) / GRID + 0.5), int((b - grid[0]) / GRID + 0.5)))
            density[first : last + 1] += dq / (last - first + 1)
    return pl.DataFrame({"voltage_V": grid, "dqdv_C_m2_V": _gaussian(density / GRID, smoothing / GRID)})


def held_charge(record: Record, step: int | Sequence[int] = -1) -> float:
    """What flowed while the voltage was held at the end of the steps, C/m2: no dQ/dV has it."""
    return float(sum(abs(Q[-1] - Q[max(end - 1, 0)]) for _, Q, end in _curves(record, step) if end < Q.size))


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


def _curves(record: Record, step: int | Sequence[int]) -> Iterator[tuple[NDArray[Any], NDArray[Any], int]]:
    """Voltage and charge of each step, and the row from which its voltage is held (its length where it is not)."""
    for one in (step,) if isinstance(step, int) else step:
        frame = record.step(one).frame
        V, Q, i = (frame[name].to_numpy() for name in ("voltage_V", "charge_C_m2", "current_A_m2"))
        if V.size:
            away = np.flatnonzero(np.abs(V - V[-1]) > HELD)
            begin = int(away[-1]) + 1 if away.size else 0
            held = V.size - begin > 2 and abs(i[-1]) < DECAYED * abs(i[begin])
            yield V, Q, begin + 1 if held and begin else 0 if held else V.size


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
