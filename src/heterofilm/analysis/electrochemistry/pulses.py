"""Pulses of current in a record, and when each began and ended.

A change of the current lies between two rows. A cycler that keeps its interval of recording up to the change, and
begins another after it, has a row within one interval of either side, and the change is where both intervals overlap:
at a row, where one was written for it; anywhere between the two, where a clock that knows of no steps wrote them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ..columns import columns

__all__ = ["LEAST", "find_pulses", "short_pulses", "switched"]

Array = NDArray[Any]

APART = 3.0  # a gap in the currents, as a ratio, that may part rest from pulses
DIGITS = 1e-9  # of the largest current: below it there is none
RESTS = 0.05  # of the largest current: what counts as rest where the currents have no gap
STEP = 0.5  # a steady current that changes by this share becomes another pulse
ABOVE = 10.0  # times what flows at rest: a pulse
STEADY = 0.2  # of its mean: scatter of a pulse's current
MOST = 40  # gaps that are tried, from the largest current down
LEAST = 3  # rows of a pulse that is measured
ALIKE = 2.0  # times the current of the others, up or down: one of their kind


def find_pulses(time_s: ArrayLike, current: ArrayLike) -> tuple[tuple[int, int], ...]:
    """First and last row of every pulse: a run of at least three rows in which a current flows.

    What flows at rest is told from a pulse by the currents themselves, not by the largest one, which may be that of a
    charge a hundred times faster. The magnitudes are sorted, and every gap in which the next one is `APART` times
    larger may part rest from pulses; taken is the gap that gives the most runs of a steady current with rests on both
    sides, and of equal ones that nearest to `RESTS` of the largest current. A change of sign ends a pulse, and so
    does a steady current that steps by `STEP`. Arrays of shape (n,).

    Errors: `HeterofilmError` for a bad record, or one without any current.
    """
    _, i = columns(time_s=time_s, current=current)
    return _runs(i, _level(i))


def short_pulses(current: Array, long: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Runs of one or two rows of a current like that of the `long` pulses, or of the other short ones where none is."""
    i = np.asarray(current, float)
    runs = [(a, b) for a, b in _runs(i, _level(i), 1) if b - a + 1 < LEAST]
    usual = float(np.median([abs(i[a : b + 1].mean()) for a, b in long or runs])) if long or runs else 0.0
    return tuple((a, b) for a, b in runs if usual / ALIKE <= abs(float(i[a : b + 1].mean())) <= usual * ALIKE)


def _level(i: Array) -> float:
    """The magnitude of a current above which a row belongs to a pulse."""
    size = np.abs(i)
    largest = size.max()
    if not largest > 0.0:
        raise InputError("There is no current in this record, but a titration needs pulses.")
    ordered = np.sort(np.maximum(size, DIGITS * largest))
    gaps = np.flatnonzero(ordered[1:] > APART * ordered[:-1])
    # without any gap everything flows, or the largest decides
    levels = sorted({float((ordered[k] * ordered[k + 1]) ** 0.5) for k in gaps} | {RESTS * float(largest)})
    made = [(level, _runs(i, level)) for level in levels[-MOST:]]
    usual = RESTS * float(largest)
    return max(made, key=lambda pair: (_between_rests(i, *pair), -abs(math.log(pair[0] / usual))))[0]


def _runs(i: Array, level: float, least: int = LEAST) -> tuple[tuple[int, int], ...]:
    """Runs of at least `least` rows with a current above `level`, of one sign and without a step."""
    size = np.abs(i)
    state = np.where(size > level, np.sign(i), 0.0)
    new = np.diff(state) != 0.0
    # another steady current begins: three rows alike before and after
    for k in np.flatnonzero((state[1:] == state[:-1]) & (state[1:] != 0.0) & (np.abs(np.diff(size)) > STEP * size[1:])):
        before, after = size[max(0, k - 2) : k + 1], size[k + 1 : k + 4]
        one = (state[max(0, k - 2) : k + 4] == state[k]).all()
        if (
            one
            and min(before.size, after.size) == 3
            and max(np.ptp(before), np.ptp(after)) < 0.2 * abs(size[k + 1] - size[k])
        ):
            new[k] = True
    edges = np.flatnonzero(new) + 1
    runs = zip(np.concatenate([[0], edges]), np.concatenate([edges, [i.size]]), strict=True)
    return tuple((int(a), int(b) - 1) for a, b in runs if state[a] != 0.0 and b - a >= least)


def _between_rests(i: Array, level: float, runs: tuple[tuple[int, int], ...]) -> int:
    """How many runs hold a steady current between two rests, well above what flows at rest, less those that do not."""
    resting = np.abs(i) <= level
    quiet = float(np.sqrt(np.mean(i[resting] ** 2))) if resting.any() else 0.0
    count = 0
    for k, (a, b) in enumerate(runs):
        since, until = runs[k - 1][1] + 1 if k else 0, runs[k + 1][0] if k + 1 < len(runs) else i.size
        inside = i[a + 1 : b] if b - a > 2 else i[a : b + 1]
        steady = bool(np.std(inside) <= STEADY * abs(float(inside.mean())))
        pulse = steady and abs(float(inside.mean())) > ABOVE * quiet
        count += -1 if not pulse else a > since and until - (b + 1) >= 2
    return count


def switched(t: Array, row: int) -> tuple[float, float, float]:
    """When the current changed between `row` - 1 and `row`: most likely, at the earliest and at the latest.

    Where it may have been anywhere between the two rows, the middle is the best guess.
    """
    if row >= t.size:
        return (float(t[-1]),) * 3
    here, last = float(t[row]), float(t[row - 1])
    before = last - float(t[row - 2]) if row > 1 else math.inf
    after = float(t[row + 1]) - here if row + 1 < t.size else math.inf
    early, late = max(last, here - after), min(here, last + before)
    if early > late:  # rows are missing: the denser ones tell
        early, late = (here - after, here) if after < before else (last, last + before)
    if (early, late) == (last, here):
        return (early + late) / 2.0, early, late
    return min(max(_moment(t, row), early), late), early, late


def _moment(t: Array, row: int) -> float:
    """The likely row of the change.

    Cyclers record a row right after a switch, simulators often one before and one after at the same time: the later
    row is the switch when its neighbour before is far away, and the earlier when two rows share a time.
    """
    if t[row] == t[row - 1]:
        return float(t[row - 1])
    # the row after a switch was taken right after it: the rows that follow are nearer than the one before
    close = row + 1 < t.size and bool(t[row + 1] - t[row] <= t[row] - t[row - 1])
    return float(t[row] if close else t[row - 1])
