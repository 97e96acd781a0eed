"""Which charge counts: the tester's counter, or the integral of the current over time.

Both are compared step by step. The integral goes through the rows (trapezoids) and is uncertain by half of what the
current changes between them; the counter is compared from the first to the last row of a step.

Rules:

- where both agree within 2 % and what the rows leave open, the counter counts: it also knows what moved between rows;
- a charge larger than the largest current of the step times its time cannot have moved: then the integral counts;
- where both disagree only over intervals that the clock does not tell (it was mended, rows are missing, an interval is
  three times as long as usual), the counter counts; so it does where they differ by no more than moves between the first
  two and the last two rows;
- where they disagree otherwise the integral counts;
- a counter that disagrees in most of what was moved is not understood (unit, sign), and the integral counts throughout.

A gap is an interval ten times as long as its neighbours in which a current stands on both sides. Whether it flowed
meanwhile is told by the counter, else by the voltage, which then has moved on by as much as the time asks for. If not,
one usual interval is counted, never the current times the gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .runs import running
from .timeline import JUMP, usual_interval

__all__ = ["SOURCES", "Charge", "Doubt", "Gap", "decide", "gaps_of"]

Array = NDArray[Any]
AGREE = 0.02  # share by which a counter and an integral of the same current may differ
GRAIN = 1e-6  # of the largest charge of a step: the last digit of a counter
MISREAD = 0.5  # share of all charge: a counter that disagrees in more of it is not understood
GAP = 10.0  # usual intervals on both sides
AROUND = 4  # intervals on each side that tell what is usual
FEW = 5  # intervals of a run below which the whole test tells what is usual
SLOPE = 10  # intervals on each side that tell how the voltage moves
NOISE = 3.0  # times its noise the voltage must move there to tell anything
MOVED_ON = 1.0 / 3.0  # share of what a flowing current asks of the voltage: above it the current flowed
STOOD = 0.1  # the same: below it the current stood still
NAMED = 3  # of several gaps or steps that are named


class Doubt(IntFlag):
    """What may be wrong with the charge of a step."""

    NONE = 0
    PAUSED = 1
    FLOWED = 2
    CLOCK = 4
    DISAGREE = 8
    IMPOSSIBLE = 16

    def words(self) -> str:
        """In a few words; "" for none."""
        return "; ".join(words for one, words in _WORDS.items() if one in self)


_WORDS = {
    Doubt.PAUSED: "rows are missing for a time that was not counted",
    Doubt.FLOWED: "rows are missing for a time in which the current was taken to flow on",
    Doubt.CLOCK: "the clock was mended",
    Doubt.DISAGREE: "counter and integral of the current disagree",
    Doubt.IMPOSSIBLE: "the counter exceeds current times time",
}


SOURCES = {
    "counter": "as the tester counted it, in agreement with the integral of the current",
    "integral": "the integral of the current over time",
    "counter and integral": "as the tester counted it in some steps, the integral of the current over time in others",
}
"""`Charge.source` in words."""


@dataclass(frozen=True)
class Charge:
    """What was moved.

    - `moved`: since the row before, C, positive on discharge, shape (n,); in the first row of a step what belongs to it;
    - `integral`, `counter`: of each step from its first to its last row, C, shape (steps,); the counter NaN without one;
    - `time_s`: of each step from its first to its last row without what is missing, shape (steps,);
    - `counted`: whether the counter counts, shape (steps,); `doubt`: values of `Doubt`, shape (steps,);
    - `said`: sentences.
    """

    moved: NDArray[np.float64]
    integral: NDArray[np.float64]
    counter: NDArray[np.float64]
    time_s: NDArray[np.float64]
    counted: NDArray[np.bool_]
    doubt: NDArray[np.int64]
    said: tuple[str, ...]

    @property
    def source(self) -> str:
        """``counter``, ``integral``, or ``counter and integral``, by the steps that moved charge."""
        some = np.maximum(np.abs(self.integral), np.nan_to_num(np.abs(self.counter))) > 0.0
        counted = self.counted[some]
        if not counted.any():
            return "integral"
        return "counter" if counted.all() else "counter and integral"


def decide(
    time: Array,
    current: Array,
    step: Array,
    cycle: Array,
    way: Array,
    counter: Array | None,
    assumed: Array,
    gaps: Sequence[Gap],
) -> Charge:
    """The charge of a test; all arrays of shape (n,), SI, current and counter (running) positive on discharge.

    `step` is a count from 1 that never falls, `way` the direction (`runs.directions`), `assumed` says whether the
    interval before a row is the clock's own, `gaps` are those of `gaps_of`.
    """
    n, steps = time.size, int(step[-1]) if step.size else 0
    dt = np.diff(time, prepend=time[:1])
    inner = np.diff(step, prepend=step[:1]) == 0
    inner[:1] = False
    before = np.concatenate([current[:1], current[:-1]])
    flows = (way != 0) & (way == np.concatenate([way[:1], way[:-1]]))
    counted = None if counter is None else np.diff(counter, prepend=counter[:1])
    usual = usual_interval(time)
    gaps = [gap for gap in gaps if inner[gap.row]]
    span = dt.copy()  # what counts of each interval
    for gap in gaps:
        span[gap.row] = gap.counts
    same = np.diff(cycle, prepend=cycle[:1]) == 0
    on = flows & same & (dt <= JUMP * usual)  # into the next step of one half, at the current of that step
    mean = np.where(inner, (current + before) / 2.0, np.where(on, current, 0.0))
    mean[:1] = 0.0
    part = mean * span
    place = step - 1

    def total(values: Array) -> NDArray[np.float64]:
        return np.bincount(place, values, minlength=steps).astype(float)

    integral, lasted = total(np.where(inner, part, 0.0)), total(np.where(inner, span, 0.0))
    doubt = np.zeros(steps, np.int64)
    np.bitwise_or.at(doubt, place[assumed & inner & (way != 0)], int(Doubt.CLOCK))
    for gap in gaps:
        doubt[place[gap.row]] |= int(gap.doubt)
    if counted is None:
        nothing = np.full(steps, np.nan)
        return Charge(part, integral, nothing, lasted, np.zeros(steps, bool), doubt, _said_of_gaps(gaps, cycle, way))

    within = total(np.where(inner, counted, 0.0))
    gross = total(np.where(inner, np.abs(part), 0.0))
    # what the rows leave open: the current between two of them, and an interval that was assumed
    leaves_open = np.where(inner, np.abs(current - before) * span / 2.0, 0.0)
    leaves_open[inner & (assumed | (dt > span))] += usual * np.abs(current[inner & (assumed | (dt > span))])
    size = np.maximum(gross, total(np.where(inner, np.abs(counted), 0.0)))
    tolerance = AGREE * size + total(leaves_open) + GRAIN * size.max(initial=0.0)
    away = np.abs(within - integral)
    agree = away <= tolerance
    sure = (doubt & int(Doubt.PAUSED | Doubt.CLOCK)) == 0
    if gross[sure & ~agree].sum() > MISREAD * gross[sure].sum():
        share = away[sure].sum() / max(gross[sure].sum(), 1e-300)
        says = f"{100.0 * share:.0f} %" if share < 100.0 else f"a factor of {share:.3g}"
        differs = f"The file's own charge differs from the integral of its current by {says}; the integral was used."
        said = (*_said_of_gaps(gaps, cycle, way), differs)
        return Charge(part, integral, within, lasted, np.zeros(steps, bool), doubt, said)

    counts = agree.copy()
    first = np.searchsorted(step, np.arange(1, steps + 2))
    for k in np.flatnonzero(~agree).tolist():
        rows = slice(int(first[k]) + 1, int(first[k + 1]))
        told = ~assumed[rows] & (dt[rows] <= span[rows])
        counts[k], reason = _trusted(
            dt[rows], told, current[rows.start - 1 : rows.stop], part[rows], counted[rows], float(tolerance[k])
        )
        doubt[k] |= int(reason)
    doubt[agree] = 0  # the counter confirms what was taken from the clock
    open_gaps = [gap for gap in gaps if gap.by_counter or not counts[place[gap.row]]]
    said = _said_of_gaps(open_gaps, cycle, way) + _said_of_steps(
        np.flatnonzero(~agree), first, cycle, way, within, integral, counts
    )
    # the counter's gain before a step's first row belongs to the step, if its current can have moved it
    room = (1.0 + AGREE) * np.maximum(np.abs(current), np.abs(before)) * (dt + usual) + GRAIN * size.max(initial=0.0)
    lead = np.where(np.abs(counted) <= room, counted, 0.0)
    by_counter = np.where(inner, counted, lead)
    return Charge(np.where(counts[place], by_counter, part), integral, within, lasted, counts, doubt, said)


def _trusted(
    dt: Array, told: Array, current: Array, part: Array, counted: Array, tolerance: float
) -> tuple[bool, Doubt]:
    """Whether the counter counts in a step where it disagrees with the integral, and what is doubtful.

    `dt`, `part` (integral) and `counted` of the intervals of the step, `told` where the clock told the interval, shape
    (m,); `current` of its rows, shape (m + 1,).
    """
    within, integral, most = float(counted.sum()), float(part.sum()), float(np.max(np.abs(current)))
    one = 2.0 * most * float(np.max(dt[told], initial=0.0))  # what moves between two rows, at both ends
    sure = bool(told.all())
    room = most * float(dt.sum()) + one + tolerance
    if sure and (abs(within) > room or (within * integral < 0.0 and abs(within) > tolerance)):
        return False, Doubt.DISAGREE | Doubt.IMPOSSIBLE
    usually = told & (dt <= JUMP * float(np.median(dt[told]))) if told.any() else told
    if abs(float((counted - part)[usually].sum())) <= tolerance:  # they differ only where the clock does not tell
        return True, Doubt.DISAGREE
    return abs(within - integral) <= tolerance + one, Doubt.DISAGREE


@dataclass(frozen=True)
class Gap:
    """An interval too long to be one: before which row, how long, what is usual, what of it counts (s)."""

    row: int
    long: float
    usual: float
    counts: float
    doubt: Doubt
    how: str
    by_counter: bool = False


def gaps_of(time: Array, voltage: Array, current: Array, way: Array, counter: Array | None) -> list[Gap]:
    """The gaps in the directions `way`, with what of each counts; arrays of shape (n,), counter running."""
    dt = np.diff(time, prepend=time[:1])
    run, usual = running(way), usual_interval(time)
    inside = (way != 0) & (np.diff(run, prepend=0) == 0)
    inside[:1] = False
    counted = None if counter is None else np.diff(counter, prepend=counter[:1])
    rows = np.flatnonzero(inside & (dt > 0.0))
    if rows.size < 2:
        return []
    change = np.concatenate([[0], np.flatnonzero(np.diff(run[rows])) + 1])
    uneven = np.maximum.reduceat(dt[rows], change) > GAP * np.minimum.reduceat(dt[rows], change)
    short = np.diff(np.concatenate([change, [rows.size]])) < FEW
    rows = rows[np.repeat(uneven | short, np.diff(np.concatenate([change, [rows.size]])))]
    if not rows.size:
        return []
    order = np.lexsort((dt[rows], run[rows]))
    sorted_run = run[rows][order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(sorted_run)) + 1])
    size = np.diff(np.concatenate([first, [rows.size]]))
    # the lower of the two in the middle: of two intervals the longer may be the gap
    typical = dt[rows][order][first + (size - 1) // 2]
    typical = np.where(size < FEW, np.minimum(typical, max(usual, 0.0)) if usual > 0.0 else typical, typical)
    median = np.empty(int(run[-1]) + 1)
    median[sorted_run[first]] = typical
    at = np.flatnonzero(dt[rows] > GAP * median[run[rows]])
    sides = []
    for offsets in (np.arange(-AROUND, 0), np.arange(1, AROUND + 1)):
        near = at[:, None] + offsets
        inside_file = (near >= 0) & (near < rows.size)
        near = np.where(inside_file, near, 0)
        mine = inside_file & (run[rows[near]] == run[rows[at]][:, None])
        ordered = np.sort(np.where(mine, dt[rows[near]], np.inf), axis=1)
        number = mine.sum(axis=1)
        middle = ordered[np.arange(at.size), np.maximum(number - 1, 0) // 2]
        sides.append(np.where(number > 0, middle, 0.0))
    around = np.maximum(*sides)
    around = np.where(around > 0.0, around, median[run[rows[at]]])
    long = dt[rows[at]] > GAP * around
    return [
        _judged(int(rows[k]), float(u), time, voltage, current, run, dt, counted)
        for k, u in zip(at[long], around[long], strict=True)
    ]


def _judged(
    row: int, usual: float, time: Array, voltage: Array, current: Array, run: Array, dt: Array, counted: Array | None
) -> Gap:
    """Whether a current flowed through a gap."""
    long = float(dt[row])
    i = float(abs(current[row] + current[row - 1])) / 2.0
    if counted is not None and i > 0.0:
        flowed = abs(float(counted[row])) / i
        if abs(flowed - long) <= 0.1 * long:
            return Gap(row, long, usual, long, Doubt.NONE, "")
        if flowed <= JUMP * usual:
            return Gap(row, long, usual, usual, Doubt.PAUSED, "by the tester's counter no current flowed", True)
    slope, sure = _slope(row, time, voltage, run)
    change = float(voltage[row] - voltage[row - 1])
    share = change / (slope * long) if slope != 0.0 else 0.0
    if not sure:
        how = "the voltage does not tell whether a current flowed: one interval was counted"
    elif share >= MOVED_ON:
        how = "the voltage has moved on as far: the current was taken to flow on"
        return Gap(row, long, usual, long, Doubt.FLOWED, how)
    elif share <= STOOD:
        how = "the voltage goes on from where it stood: one interval was counted"
    else:
        how = (
            "the voltage has moved on by too little for the current to have flowed throughout: one interval was counted"
        )
    return Gap(row, long, usual, usual, Doubt.PAUSED, how)


def _slope(row: int, time: Array, voltage: Array, run: Array) -> tuple[float, bool]:
    """The mean slope of the voltage on both sides of the gap before a row, V/s, and whether it stands above the noise."""
    slopes, sure = [], False
    for a, b in ((max(0, row - 1 - SLOPE), row), (row, min(time.size, row + 1 + SLOPE))):
        mine = np.flatnonzero(run[a:b] == run[row]) + a
        if mine.size > 2 and time[mine[-1]] > time[mine[0]]:
            V = voltage[mine]
            slopes.append(float((V[-1] - V[0]) / (time[mine[-1]] - time[mine[0]])))
            noise = float(np.median(np.abs(np.diff(V, 2)))) if V.size > 3 else 0.0
            sure = sure or abs(float(V[-1] - V[0])) > NOISE * noise
    return (float(np.mean(slopes)), sure) if slopes else (0.0, False)


def _said_of_gaps(gaps: list[Gap], cycle: Array, way: Array) -> tuple[str, ...]:
    told = sorted((gap for gap in gaps if gap.how), key=lambda gap: -gap.long)
    said = [
        f"In the {_half(way[gap.row])} of cycle {cycle[gap.row]} no row was written for {_duration(gap.long)} "
        f"({_duration(gap.usual)} is usual there); {gap.how}."
        for gap in told[:NAMED]
    ]
    return (*said, f"So it is in {len(told) - NAMED} more places.") if len(told) > NAMED else tuple(said)


def _said_of_steps(
    places: Array, first: Array, cycle: Array, way: Array, counter: Array, integral: Array, counts: Array
) -> tuple[str, ...]:
    said = []
    for place in places[:NAMED].tolist():
        row, used = int(first[place]), "counter" if counts[place] else "integral"
        sides = way[row : int(first[place + 1])]
        half = _half(int(sides[np.argmax(np.abs(sides))]) if sides.any() else 0)
        said.append(
            f"In the {half} of cycle {cycle[row]} the tester's counter says {counter[place] / 3.6e-3:.4g} uAh and the "
            f"integral of the current {integral[place] / 3.6e-3:.4g} uAh; the {used} was used."
        )
    return (*said, f"So it is in {places.size - NAMED} more steps.") if places.size > NAMED else tuple(said)


def _half(way: int) -> str:
    return {1: "discharge", -1: "charge"}.get(int(way), "rest")


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2.0 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
