"""Which charge counts: the tester's counter, or the integral of the current over time.

Both are compared step by step. The integral goes through the rows (trapezoids) and is uncertain by half of what the
current changes between them; the counter is compared from the first to the last row of a step.

Rules:

- where both agree within 1 % and what the rows leave open, the counter counts: it also knows what moved between rows;
- a charge larger than the largest current of the step times its time cannot have moved: then the integral counts;
- where both disagree only over intervals that the clock does not tell (it was mended, rows are missing, an interval is
  three times as long as usual), the counter counts; so it does where they differ by no more than moves between the
  first two and the last two rows;
- a counter that goes back and forth under a current of one direction has rows in the wrong order: the integral counts;
- where they disagree otherwise the integral counts;
- a counter that disagrees in most of what was moved is not understood (unit, sign), and the integral counts throughout;
- a current that was itself made of the counter checks nothing: the counter counts, and no agreement is claimed.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..units import from_si
from .gaps import NAMED, Doubt, Gap, half_of, said_of_gaps
from .runs import starts
from .timeline import JUMP, usual_interval

__all__ = ["FROM_CHARGE", "SOURCES", "Charge", "decide"]

Array = NDArray[Any]
AGREE = 0.01  # share by which a counter and an integral of the same current may differ
GRAIN = 1e-6  # of the largest charge of a step: the last digit of a counter
MISREAD = 0.5  # share of all charge: a counter that disagrees in more of it is not understood


FROM_CHARGE = "current_from_charge"
"""Key of a measurement's meta: 1 where its current was made of the charge that it counts."""

SOURCES = {
    "counter": "as the tester counted it, in agreement with the integral of the current",
    "integral": "the integral of the current over time",
    "counter alone": "as the tester counted it; the current was made of it, so that nothing checks it",
    "counter and integral": "as the tester counted it in some steps, the integral of the current over time in others",
}
"""`Charge.source` in words."""


@dataclass(frozen=True)
class Charge:
    """What was moved.

    - `moved`: since the row before, C, positive on discharge, shape (n,); in a step's first row what belongs to it;
    - `integral`, `counter`: of each step from its first to its last row, C, shape (steps,); NaN without a counter;
    - `time_s`: of each step from its first to its last row without what is missing, shape (steps,);
    - `counted`: whether the counter counts, shape (steps,); `doubt`: values of `Doubt`, shape (steps,);
    - `said`: sentences; `checked`: whether the current was measured beside the charge.
    """

    moved: NDArray[np.float64]
    integral: NDArray[np.float64]
    counter: NDArray[np.float64]
    time_s: NDArray[np.float64]
    counted: NDArray[np.bool_]
    doubt: NDArray[np.int64]
    said: tuple[str, ...]
    checked: bool = True

    @property
    def source(self) -> str:
        """A key of `SOURCES`, by the steps that moved charge."""
        some = np.maximum(np.abs(self.integral), np.nan_to_num(np.abs(self.counter))) > 0.0
        counted = self.counted[some]
        if not self.checked and counted.size and counted.all():
            return "counter alone"
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
    checked: bool = True,
) -> Charge:
    """The charge of a test; all arrays of shape (n,), SI, current and counter (running) positive on discharge.

    `step` is a count from 1 that never falls, `way` the direction (`runs.directions`), `assumed` says whether the
    interval before a row is the clock's own, `gaps` are those of `gaps_of`; `checked` is false where the current
    was made of the counter.
    """
    first = starts(step)
    steps = first.size
    dt = np.diff(time, prepend=time[:1])
    inner = np.ones(time.size, bool)
    inner[first] = False
    before = np.concatenate([current[:1], current[:-1]])
    counted = None if counter is None else np.diff(counter, prepend=counter[:1])
    usual = usual_interval(time)
    gaps = [gap for gap in gaps if inner[gap.row]]
    span = dt.copy()  # what counts of each interval
    for gap in gaps:
        span[gap.row] = gap.counts
    part = (current + before) / 2.0 * span
    place = step - 1

    def total(values: Array) -> NDArray[np.float64]:
        """The sum over the intervals within each step."""
        return np.add.reduceat(values, first) - values[first] if first.size else np.zeros(0)

    # into the next step of one half, at the current of that step
    on = (way[first] != 0) & (way[first] == way[first - 1]) & (cycle[first] == cycle[first - 1])
    part[first] = np.where(on & (dt[first] <= JUMP * usual), current[first] * span[first], 0.0)
    part[:1] = 0.0
    integral, lasted = total(part), total(span)
    doubt = np.zeros(steps, np.int64)
    if assumed.any():
        np.bitwise_or.at(doubt, place[assumed & inner & (way != 0)], int(Doubt.CLOCK))
    for gap in gaps:
        doubt[place[gap.row]] |= int(gap.doubt)
    if counted is None:
        nothing = np.full(steps, np.nan)
        return Charge(part, integral, nothing, lasted, np.zeros(steps, bool), doubt, said_of_gaps(gaps, cycle, way))

    within, gross = total(counted), total(np.abs(part))
    # what the rows leave open: the current between two of them, and an interval that was assumed
    leaves_open = np.abs(current - before) * span / 2.0
    if gaps or assumed.any():
        leaves_open += usual * np.abs(current) * (assumed | (dt > span))
    size = np.maximum(gross, total(np.abs(counted)))
    tolerance = AGREE * size + total(leaves_open) + GRAIN * size.max(initial=0.0)
    away = np.abs(within - integral)
    agree = (away <= tolerance) | (not checked)
    sure = (doubt & int(Doubt.PAUSED | Doubt.CLOCK)) == 0
    if gross[sure & ~agree].sum() > MISREAD * gross[sure].sum():
        share = away[sure].sum() / max(gross[sure].sum(), 1e-300)
        says = f"{100.0 * share:.0f} %" if share < 100.0 else f"a factor of {share:.3g}"
        differs = f"The file's own charge differs from the integral of its current by {says}; the integral was used."
        said = (*said_of_gaps(gaps, cycle, way), differs)
        return Charge(part, integral, within, lasted, np.zeros(steps, bool), doubt, said)

    counts = agree.copy()
    bounds = np.append(first, time.size)
    for k in np.flatnonzero(~agree).tolist():
        rows = slice(int(bounds[k]) + 1, int(bounds[k + 1]))
        told = ~assumed[rows] & (dt[rows] <= span[rows])
        counts[k], reason = _trusted(
            dt[rows], told, current[rows.start - 1 : rows.stop], part[rows], counted[rows], float(tolerance[k])
        )
        doubt[k] |= int(reason)
    doubt[agree] = 0  # the counter confirms what was taken from the clock
    open_gaps = [gap for gap in gaps if gap.by_counter or not counts[place[gap.row]]]
    said = said_of_gaps(open_gaps, cycle, way) + _said_of_steps(
        np.flatnonzero(~agree), bounds, cycle, way, within, integral, counts
    )
    # the counter's gain before a step's first row belongs to the step, if its current can have moved it
    largest = np.maximum(np.abs(current[first]), np.abs(before[first]))
    room = (1.0 + AGREE) * largest * (dt[first] + usual) + GRAIN * size.max(initial=0.0)
    counted[first] = np.where(np.abs(counted[first]) <= room, counted[first], 0.0)
    moved = counted if counts.all() else np.where(counts[place], counted, part)
    return Charge(moved, integral, within, lasted, counts, doubt, said, checked)


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
    one_way = not (current > 0.0).any() or not (current < 0.0).any()
    if one_way and float(np.abs(counted).sum()) - abs(within) > tolerance:  # it went back and forth: rows are astray
        return False, Doubt.DISAGREE
    usually = told & (dt <= JUMP * float(np.median(dt[told]))) if told.any() else told
    if abs(float((counted - part)[usually].sum())) <= tolerance:  # they differ only where the clock does not tell
        return True, Doubt.DISAGREE
    return abs(within - integral) <= tolerance + one, Doubt.DISAGREE


def _said_of_steps(
    places: Array, first: Array, cycle: Array, way: Array, counter: Array, integral: Array, counts: Array
) -> tuple[str, ...]:
    said = []
    for place in places[:NAMED].tolist():
        row, used = int(first[place]), "counter" if counts[place] else "integral"
        sides = way[row : int(first[place + 1])]
        half = half_of(int(sides[np.argmax(np.abs(sides))]) if sides.any() else 0)
        said.append(
            f"In the {half} of cycle {cycle[row]} the tester's counter says {from_si(counter[place], 'uAh'):.4g} "
            f"uAh and the integral of the current {from_si(integral[place], 'uAh'):.4g} uAh; the {used} was used."
        )
    return (*said, f"So it is in {places.size - NAMED} more steps.") if places.size > NAMED else tuple(said)
