"""Gaps: rows that are missing while a current stands on both sides, and what of that time counts.

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

from ..units import from_si, si
from .runs import running, starts
from .timeline import JUMP, usual_interval

__all__ = ["GAP", "NAMED", "Doubt", "Gap", "duration", "gaps_of", "half_of", "said_of_gaps"]

Array = NDArray[Any]
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
    EDGE = 32
    BEGUN = 64
    LEFT_OUT = 128
    ENDED = 256

    def words(self, half: str = "half cycle") -> str:
        """In a few words, with the name of the half cycle; "" for none."""
        return "; ".join(words.format(half=half) for one, words in _WORDS.items() if one in self)


_WORDS = {
    Doubt.PAUSED: "rows are missing for a time that was not counted",
    Doubt.FLOWED: "rows are missing for a time in which the current was taken to flow on",
    Doubt.CLOCK: "the clock was mended",
    Doubt.DISAGREE: "counter and integral of the current disagree",
    Doubt.IMPOSSIBLE: "the counter exceeds current times time",
    Doubt.EDGE: "rows are missing at the beginning or end of its {half}",
    Doubt.BEGUN: "the file begins within its {half}",
    Doubt.ENDED: "the file ends within its {half}",
    Doubt.LEFT_OUT: "rows without numbers were left out in or beside its {half}",
}


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
    usual = usual_interval(time)
    before = np.concatenate([[0], way[:-1]])
    inside = (way != 0) & (way == before) & (dt > 0.0)
    beside = np.flatnonzero((way != before) & (dt > GAP * usual))
    uneven = bool(inside.any()) and dt[inside].max() > GAP * dt[inside].min()
    if not (uneven or beside.size):
        return []
    run = running(way)
    counted = None if counter is None else np.diff(counter, prepend=counter[:1])
    found = [_beside(row, usual, way, run, dt) for row in beside.tolist()]
    if uneven:
        rows, around = _within(np.flatnonzero(inside), run, dt, usual)
        pairs = zip(rows.tolist(), around.tolist(), strict=True)
        found += [_judged(row, u, time, voltage, current, run, dt, counted) for row, u in pairs]
    return sorted((gap for gap in found if gap is not None), key=lambda gap: gap.row)


def _beside(row: int, usual: float, way: Array, run: Array, dt: Array) -> Gap | None:
    """A gap between a current and a rest, or another direction: nobody knows when the one ended or the other began."""
    own = row if way[row] != 0 else row - 1
    near = np.arange(max(1, own - 2 * AROUND), min(dt.size, own + 1 + 2 * AROUND))
    near = near[(run[near] == run[own]) & (run[near - 1] == run[own]) & (dt[near] > 0.0)]
    u = float(np.median(dt[near])) if near.size else usual
    if not dt[row] > GAP * u:
        return None
    how = "a current stands on one side of it only: one interval was counted"
    return Gap(row, float(dt[row]), u, u, Doubt.PAUSED, how)


def _within(rows: Array, run: Array, dt: Array, usual: float) -> tuple[Array, Array]:
    """Of the intervals before `rows`, with one direction of current, the gaps, and what is usual about each, s."""
    change = starts(run[rows])
    size = np.diff(np.append(change, rows.size))
    long, short = (extreme.reduceat(dt[rows], change) for extreme in (np.maximum, np.minimum))
    rows = rows[np.repeat((long > GAP * short) | (size < FEW), size)]
    if not rows.size:
        return rows, np.empty(0)
    order = np.lexsort((dt[rows], run[rows]))
    first = starts(run[rows][order])
    size = np.diff(np.append(first, rows.size))
    # the lower of the two in the middle: of two intervals the longer may be the gap
    typical = dt[rows][order][first + (size - 1) // 2]
    if usual > 0.0:
        typical = np.where(size < FEW, np.minimum(typical, usual), typical)
    median = np.empty(int(run[-1]) + 1)
    median[run[rows][order][first]] = typical
    at = np.flatnonzero(dt[rows] > GAP * median[run[rows]])
    sides = []
    for offsets in (np.arange(-AROUND, 0), np.arange(1, AROUND + 1)):
        near = at[:, None] + offsets
        there = (near >= 0) & (near < rows.size)
        near = np.where(there, near, 0)
        mine = there & (run[rows[near]] == run[rows[at]][:, None])
        ordered = np.sort(np.where(mine, dt[rows[near]], np.inf), axis=1)
        number = mine.sum(axis=1)
        sides.append(np.where(number > 0, ordered[np.arange(at.size), np.maximum(number - 1, 0) // 2], 0.0))
    around = np.maximum(*sides)
    around = np.where(around > 0.0, around, median[run[rows[at]]])
    gap = dt[rows[at]] > GAP * around
    return rows[at][gap], around[gap]


def _judged(
    row: int, usual: float, time: Array, voltage: Array, current: Array, run: Array, dt: Array, counted: Array | None
) -> Gap:
    """Whether a current flowed through a gap."""
    long = float(dt[row])
    i = float(abs(current[row] + current[row - 1])) / 2.0
    if counted is not None and i > 0.0 and _understood(row, current, run, dt, counted):
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


def _understood(row: int, current: Array, run: Array, dt: Array, counted: Array) -> bool:
    """Whether the counter goes with the current on both sides of the gap before a row."""
    beside = np.arange(max(1, row - SLOPE), min(dt.size, row + 1 + SLOPE))
    beside = beside[(beside != row) & (run[beside] == run[row]) & (run[beside - 1] == run[row])]
    passed = float((dt[beside] * (current[beside] + current[beside - 1]) / 2.0).sum())
    return abs(float(counted[beside].sum()) - passed) <= 0.5 * abs(passed)


def _slope(row: int, time: Array, voltage: Array, run: Array) -> tuple[float, bool]:
    """The mean slope of the voltage on both sides of the gap before a row, V/s; whether it stands above the noise."""
    slopes, sure = [], False
    for a, b in ((max(0, row - 1 - SLOPE), row), (row, min(time.size, row + 1 + SLOPE))):
        mine = np.flatnonzero(run[a:b] == run[row]) + a
        if mine.size > 2 and time[mine[-1]] > time[mine[0]]:
            V = voltage[mine]
            slopes.append(float((V[-1] - V[0]) / (time[mine[-1]] - time[mine[0]])))
            noise = float(np.median(np.abs(np.diff(V, 2)))) if V.size > 3 else 0.0
            sure = sure or abs(float(V[-1] - V[0])) > NOISE * noise
    return (float(np.mean(slopes)), sure) if slopes else (0.0, False)


def said_of_gaps(gaps: Sequence[Gap], cycle: Array, way: Array) -> tuple[str, ...]:
    told = sorted((gap for gap in gaps if gap.how), key=lambda gap: -gap.long)
    said = [
        f"In the {half_of(way[gap.row])} of cycle {cycle[gap.row]} no row was written for {duration(gap.long)} "
        f"({duration(gap.usual)} is usual there); {gap.how}."
        for gap in told[:NAMED]
    ]
    return (*said, f"So it is in {len(told) - NAMED} more places.") if len(told) > NAMED else tuple(said)


def half_of(way: int) -> str:
    """The name of the half cycle in which the current has the direction `way`."""
    return {1: "discharge", -1: "charge"}.get(int(way), "rest")


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for unit in ("d", "h", "min"):
        if seconds >= 2.0 * si(unit):
            return f"{from_si(seconds, unit):.3g} {unit}"
    return f"{seconds:.3g} s"
