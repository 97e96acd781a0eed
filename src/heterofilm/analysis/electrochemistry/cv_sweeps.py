"""The sweeps of a voltammogram: found in a record with rests, pauses and several rates, and made whole again.

A voltammogram is a chain of straight ramps of the potential over time. `sweeps` finds them: at turning points, where a
rest or a pause begins or ends, where the rate changes, and where the clock starts again. A record that begins in
mid-sweep holds the first and the last sweep of its kind in two parts: `whole` joins them, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...records.measurement import Measurement
from ..columns import columns, line

__all__ = [
    "SAME_RATE",
    "TURN",
    "Sign",
    "Sweep",
    "at_each_rate",
    "clocked",
    "on_common_grid",
    "sweeps",
    "timed",
    "whole",
]

Array = NDArray[Any]
Sign = Literal["cathodic", "anodic"]

TURN = 0.02  # a change of direction counts when the potential comes back by this share of its range
STRAIGHT = 0.01  # share of the range by which the potential may leave a straight ramp
RAMPS = 6  # straight parts between two turning points; more are a curve, which is one sweep that is not linear
LEAST = 5  # points of a sweep
SAME_RATE = 0.05  # scan rates that differ by less are one
WHOLE = 0.97  # a sweep over this share of the widest one at its rate is whole
NEARLY = 0.9  # share of all potentials swept at a rate that the widest sweep covers, where it was not cut in two


@dataclass(frozen=True, eq=False)
class Sweep:
    """One sweep in one direction.

    - `direction`: ``anodic`` (potential rises) or ``cathodic``; `number`: its place in the record, from 1;
    - `time_s`, `voltage_V`, `current`: shape (n,);
    - `scan_rate_V_s`: measured, positive (line through V over t); `linearity`: R2 of that line. Well below 1 means
      that the potential did not follow a ramp;
    - `note`: what was done to it: joined of parts, or only a part of what was swept.
    """

    direction: Sign
    number: int
    time_s: Array
    voltage_V: Array
    current: Array
    scan_rate_V_s: float
    linearity: float
    note: str = ""

    @property
    def span_V(self) -> float:
        return float(np.ptp(self.voltage_V))


def sweeps(time_s: ArrayLike, voltage_V: ArrayLike, current: ArrayLike) -> tuple[Sweep, ...]:
    """Split a record, arrays of shape (n,), into its ramps of the potential.

    A turning point counts once the potential has come back by 2 % of its range, so that noise and the steps of a
    staircase are none. Where the potential stands still (a rest, a hold at a vertex) nothing is swept; a piece of fewer
    than five points, or of less than 2 % of the range, is left out. Where the time falls back a new clock begins.

    Errors: `HeterofilmError` for arrays of different length, gaps, time that falls again and again, or a potential that
    stands still.
    """
    t, V, i = columns(time_s=time_s, voltage_V=voltage_V, current=current)
    span = float(np.ptp(V))
    if not span > 0.0:
        raise InputError("The potential stands still: a voltammogram needs a sweep.")
    clocks = [0, *(np.flatnonzero(np.diff(t) < 0.0) + 1), t.size]
    if len(clocks) > 2 and min(b - a for a, b in pairwise(clocks)) < LEAST:
        raise InputError("The time of a voltammogram falls: sort the rows, or read one experiment at a time.")
    found: list[Sweep] = []
    for first, last in pairwise(clocks):
        turns = _turns(V[first:last], TURN * span)
        # what is left after the last turn is a rest, or a reversal too short to be one
        for a, b in pairwise(turns):
            for c, d in _ramps(t, V, int(first + a), int(first + b), span):
                sweep = _sweep(t[c : d + 1], V[c : d + 1], i[c : d + 1], len(found) + 1)
                if sweep is not None and sweep.span_V >= TURN * span:
                    found.append(sweep)
    return tuple(found)


def _sweep(t: Array, V: Array, i: Array, number: int) -> Sweep | None:
    if V.size < LEAST or not np.ptp(t) > 0.0 or V[-1] == V[0]:
        return None
    # a point at a turn is an average over both directions: the rate is that of the middle
    middle = np.abs(V - (V[0] + V[-1]) / 2.0) < 0.45 * abs(V[-1] - V[0])
    chosen = middle if middle.sum() >= 3 and np.ptp(t[middle]) > 0.0 else np.ones_like(middle)
    slope, r2 = line(t[chosen], V[chosen])
    direction: Sign = "anodic" if V[-1] > V[0] else "cathodic"
    return Sweep(direction, number, t, V, i, abs(slope), r2) if slope != 0.0 else None


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


def _ramps(t: Array, V: Array, a: int, b: int, span: float) -> list[tuple[int, int]]:
    """The straight parts of V over t between two turning points, (first, last) row each, rests among them.

    Ramer (1972), Douglas and Peucker (1973): a part is cut at the point farthest from its chord until none is farther
    than the tolerance, which covers the steps of a staircase.
    """
    steps = np.abs(np.diff(V[a : b + 1]))
    moving = steps[steps > 0.0]
    near = max(STRAIGHT * span, 1.2 * float(np.median(moving)) if moving.size else 0.0)
    edges, waiting = {a, b}, [(a, b)]
    while waiting and len(edges) <= 4 * RAMPS:
        c, d = waiting.pop()
        if d - c < 2 or t[d] == t[c]:
            continue
        chord = V[c] + (V[d] - V[c]) * (t[c : d + 1] - t[c]) / (t[d] - t[c])
        off = np.abs(V[c : d + 1] - chord)
        k = c + int(np.argmax(off))
        if off[k - c] > near:
            edges.add(k)
            waiting += [(c, k), (k, d)]
    parts = list(pairwise(sorted(edges)))
    return parts if len(parts) <= RAMPS else [(a, b)]


def at_each_rate(found: Sequence[Sweep]) -> list[list[Sweep]]:
    """Sweeps by scan rate, from slow to fast; rates that differ by less than `SAME_RATE` are one."""
    groups: list[list[Sweep]] = []
    for sweep in sorted(found, key=lambda s: s.scan_rate_V_s):
        if groups and sweep.scan_rate_V_s <= groups[-1][0].scan_rate_V_s * (1.0 + SAME_RATE):
            groups[-1].append(sweep)
        else:
            groups.append([sweep])
    place = {id(sweep): k for k, sweep in enumerate(found)}
    return [sorted(group, key=lambda s: place[id(s)]) for group in groups]


def whole(found: Sequence[Sweep]) -> list[Sweep]:
    """The whole sweeps at each rate and direction, in the order of time; of a direction without one, its parts joined.

    Whole is what covers `WHOLE` of the widest sweep at its rate. A record that begins in mid-sweep and ends after one
    cycle holds one direction in two parts: they are joined, the later part first. Where the parts leave a gap, the
    widest stays alone. Both are said in `Sweep.note`.
    """
    kept = []
    for group in at_each_rate(found):
        low, high = min(s.voltage_V.min() for s in group), max(s.voltage_V.max() for s in group)
        for direction in ("cathodic", "anodic"):
            own = [s for s in group if s.direction == direction]
            widest = max((s.span_V for s in own), default=0.0)
            complete = [s for s in own if s.span_V >= WHOLE * widest]
            if widest < (NEARLY if len(complete) > 1 else WHOLE) * (high - low):  # what comes again was not cut in two
                complete = []
            if own and not complete:
                complete = [_joined(own, high - low)]
            for sweep in complete:
                missing = (high - low) - sweep.span_V
                if missing > 0.5 * (high - low) and not sweep.note:
                    sweep = replace(
                        sweep, note=f"it covers {sweep.voltage_V.min():.3g} to {sweep.voltage_V.max():.3g} V only"
                    )
                kept.append(sweep)
    return kept


def _joined(own: Sequence[Sweep], widest: float) -> Sweep:
    """Parts of one direction as one sweep, later ones first; the widest part alone where they do not reach."""
    order = own[::-1]
    sign = 1.0 if own[0].direction == "anodic" else -1.0
    pieces: list[tuple[float, float, Sweep]] = []  # from, to (in the direction of the sweep), of which
    for sweep in order:
        start, stop = sign * sweep.voltage_V[0], sign * sweep.voltage_V[-1]
        for low, high, _ in pieces:
            # of what is known already nothing is taken again
            if low <= start < high:
                start = high
            if low < stop <= high:
                stop = low
        if stop - start > TURN * widest:
            pieces.append((start, stop, sweep))
    pieces.sort(key=lambda piece: piece[0])
    gaps = [b[0] - a[1] for a, b in pairwise(pieces)]
    longest = max(own, key=lambda s: s.span_V)
    if len(pieces) < 2 or any(gap > TURN * widest for gap in gaps) or pieces[-1][1] - pieces[0][0] < NEARLY * widest:
        ends = f"{longest.voltage_V.min():.3g} to {longest.voltage_V.max():.3g} V"
        return replace(longest, note=f"only a part of it, {ends}, was swept")
    times: list[Array] = []
    potentials: list[Array] = []
    currents: list[Array] = []
    places: list[tuple[float, float]] = []
    now = 0.0
    for low, high, sweep in pieces:
        V = sign * sweep.voltage_V
        inside = (low <= V) & (high >= V)
        t = sweep.time_s[inside]
        if times:
            now = times[-1][-1] + abs(sweep.voltage_V[inside][0] - potentials[-1][-1]) / sweep.scan_rate_V_s
            jump = float(sweep.current[inside][0] - currents[-1][-1])
            places.append((float(sweep.voltage_V[inside][0]), jump))
        times.append(t - t[0] + now)
        potentials.append(sweep.voltage_V[inside])
        currents.append(sweep.current[inside])
    i = np.concatenate(currents)
    rates = [sweep.scan_rate_V_s for _, _, sweep in pieces]
    size = max(float(np.abs(i).max()), 1e-300)
    where = " and ".join(f"{V:.3f} V (the current jumps there by {100 * abs(j) / size:.2g} % of the largest)"
                         for V, j in places)  # fmt: skip
    joined = replace(
        longest, time_s=np.concatenate(times), voltage_V=np.concatenate(potentials), current=i,
        scan_rate_V_s=float(np.mean(rates)), linearity=min(sweep.linearity for _, _, sweep in pieces),
        note=f"joined of {len(pieces)} parts at {where}",
    )  # fmt: skip
    return joined


def timed(voltage_V: ArrayLike, scan_rate_V_s: float) -> Array:
    """Times (s) of a record without any, shape (n,), of its potential and one scan rate: turns, no rests.

    Errors: `HeterofilmError` for a rate that is not positive, or a potential that stands still.
    """
    (V,) = columns(voltage_V=voltage_V)
    span = float(np.ptp(V))
    if not scan_rate_V_s > 0.0:
        raise InputError(f"The scan rate must be positive, got {scan_rate_V_s:g} V/s.")
    if not span > 0.0:
        raise InputError("The potential stands still: a voltammogram needs a sweep.")
    t = np.zeros(V.size)
    edges = _turns(V, TURN * span)
    for a, b in pairwise([*edges, V.size - 1] if edges[-1] < V.size - 1 else edges):
        # noise must not count: the way since the turn, never back
        t[a : b + 1] = t[a] + np.maximum.accumulate(np.abs(V[a : b + 1] - V[a])) / scan_rate_V_s
    return t


def clocked(measurement: Measurement, scan_rate_V_s: float | None = None) -> Measurement:
    """A voltammogram with times: its own, else those of one scan rate, which the file states or the user gives.

    Errors: `HeterofilmError` without either, and for a rate that the times of the file contradict.
    """
    table = measurement.table
    stated = measurement.meta.get("scan_rate_V_s")
    rate = scan_rate_V_s if scan_rate_V_s is not None else stated if isinstance(stated, int | float) else None
    if "time_s" not in table.columns:
        if rate is None:
            raise InputError(
                f"'{measurement.name}' has potential and current, but no time: give its scan rate, on the command line "
                'as --scan-rate 0.2mV/s, in a sample file as scan_rate = "0.2 mV/s".'
            )
        time = timed(measurement.column("voltage_V"), float(rate))
        note = f"the file has no time: it was made of the potential and a scan rate of {1e3 * float(rate):.3g} mV/s"
        return replace(measurement, table=table.with_columns(pl.Series("time_s", time)),
                       notes=(*measurement.notes, note))  # fmt: skip
    if scan_rate_V_s is not None:
        found = sweeps(*(measurement.column(name) for name in ("time_s", "voltage_V", "current_A")))
        own = sorted({float(f"{1e3 * s.scan_rate_V_s:.2g}") for s in found})
        if not all(abs(s.scan_rate_V_s / scan_rate_V_s - 1.0) < 2.0 * SAME_RATE for s in found):
            listed = ", ".join(f"{one:g}" for one in own[:5])
            raise InputError(
                f"A scan rate of {1e3 * scan_rate_V_s:.3g} mV/s was given, but by its own times "
                f"'{measurement.name}' was swept at {listed} mV/s: leave the scan rate out, or mend the times."
            )
    return measurement


def on_common_grid(chosen: Sequence[Sweep], points: int = 200) -> tuple[Array, Array, Array]:
    """Sweeps of one direction at different rates on one grid: voltage (m,), currents (k, m), scan rates (k,).

    The grid covers what all sweeps share, without the 2 % next to each turning point, where the current is switched.

    Errors: `HeterofilmError` for sweeps of both directions, or without a common range.
    """
    if len({sweep.direction for sweep in chosen}) != 1:
        raise InputError("Only sweeps of one direction can share a grid: choose anodic or cathodic ones.")
    low = max(float(s.voltage_V.min()) for s in chosen)
    high = min(float(s.voltage_V.max()) for s in chosen)
    if not high > low:
        raise InputError("These sweeps have no potential in common.")
    margin = 0.02 * (high - low)
    grid = np.linspace(low + margin, high - margin, points)
    currents = []
    for sweep in chosen:
        order = np.argsort(sweep.voltage_V, kind="stable")
        currents.append(np.interp(grid, sweep.voltage_V[order], sweep.current[order]))
    return grid, np.array(currents), np.array([sweep.scan_rate_V_s for sweep in chosen])
