"""Steps and cycles of a test: those of the file where it counts them, else found from the current.

A run is a piece of the test in one direction of the current. A step of the file that discharges and charges (one
number for a whole cycle, or for the whole test) is parted into its runs; a count of cycles that stands still, falls
back or counts half cycles is put right; each of these is said.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cycle_count import COUNTED, CycleCount

__all__ = ["QUIET", "at_all", "cycles_of", "directions", "half_rows", "running", "starts", "steps_of", "sweeps"]

Array = NDArray[Any]
Whole = NDArray[np.int64]
QUIET = 1e-4  # of the largest current: below it the cell rests
SMALL = 1e-4  # of the charge of the largest run: what moves less is noise about zero
MINOR = 0.01  # share of a step's charge that the other direction must move for the step to be parted
SHORT = 3  # rows: a break in a current that is shorter is no rest
FRESH = 0.05  # of the larger half of a cycle: what moves less did not begin it
JOINED = 2  # tests of a single cycle that a file may join
FULL = 0.2  # of the largest: a cycle whose smaller half moves more is a whole one
TURN = 0.02  # of the potential's range: noise and staircases turn back by less


def running(*numbers: Array) -> Whole:
    """A count from 1 that rises wherever one of `numbers`, each of shape (n,), changes."""
    count = np.zeros(numbers[0].size, np.int64)
    count[starts(*numbers)] = 1
    return np.cumsum(count)


def starts(*numbers: Array) -> NDArray[np.intp]:
    """The rows in which one of `numbers`, each of shape (n,), changes, the first among them."""
    if not numbers[0].size:
        return np.empty(0, np.intp)
    new = numbers[0][1:] != numbers[0][:-1]
    for one in numbers[1:]:
        new |= one[1:] != one[:-1]
    return np.concatenate([[0], np.flatnonzero(new) + 1])


def half_rows(way: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first and the last row that flows of every half cycle, shape (halves,); `way`: `directions`, shape (n,)."""
    flowing = np.flatnonzero(way)
    turns = starts(way[flowing])
    return flowing[turns], flowing[np.append(turns, flowing.size)[1:] - 1]


def at_all(current: Array) -> Whole:
    """+1 where a row discharges, -1 where it charges, 0 where next to no current flows, shape (n,)."""
    quiet = QUIET * max(np.max(current, initial=0.0), -np.min(current, initial=0.0))
    return (current > quiet).astype(np.int64) - (current < -quiet)


def directions(current: Array, moved: Array, within: Array | None = None) -> Whole:
    """+1 where a row discharges, -1 where it charges, 0 at rest, shape (n,).

    Noise about zero is rest, and a break of fewer than three rows in a current is none. `moved` is the charge that the
    current moved up to each row, shape (n,); a break ends where `within` changes.
    """
    way = at_all(current)
    if way.size == 0:
        return way
    for _ in range(2):  # of what is left when noise is gone, runs are joined over breaks
        # charge from the row before: a run of one row has its interval too
        first, charge = _pieces(moved, *((way,) if within is None else (way, within)))
        last = np.concatenate([first[1:], [way.size]]) - 1
        sides = way[first]
        small = (sides != 0) & (charge < SMALL * charge.max(initial=0.0)) & (last - first < SHORT)
        rest = (sides == 0) | small
        new = np.where(small, 0, sides)
        inner = np.flatnonzero(rest[1:-1]) + 1
        bridged = inner[
            (sides[inner - 1] == sides[inner + 1])
            & ~rest[inner - 1]
            & ~rest[inner + 1]
            & (last[inner] - first[inner] + 1 < SHORT)
        ]
        if within is not None:
            bridged = bridged[(within[first[bridged]] == within[first[bridged - 1]])
                              & (within[first[bridged]] == within[first[bridged + 1]])]  # fmt: skip
        new[bridged] = sides[bridged - 1]
        if np.array_equal(new, sides):
            break
        way = np.repeat(new, last - first + 1)
    return way


def steps_of(
    given: Whole | None, cycle: Whole | None, way: Whole, moved: Array, part: bool = True
) -> tuple[Whole, str]:
    """The steps as a count that never falls, shape (n,), and what was done about them.

    `given`: the file's numbers, which return in loops; a new cycle is a new step. With `part`, a step that moved charge
    in both directions is parted where the current turns or stops.
    """
    beside = () if cycle is None else (cycle,)
    if given is None:
        return running(way, *beside), ""
    step = running(given, *beside)
    if not part or step.size < 2:
        return step, ""
    first, charge = _pieces(moved, step, way)
    forth, back = (np.bincount(step[first] - 1, np.where(way[first] == side, charge, 0.0)) for side in (1, -1))
    mixed = np.minimum(forth, back) > MINOR * np.maximum(forth, back)
    if not mixed.any():
        return step, ""
    parted = running(step, np.where(mixed[step - 1], way, 0))
    n = int(mixed.sum())
    return parted, (
        f"{n} of {int(step[-1])} steps of the file discharge and charge; they were parted where the current turns or "
        "stops."
    )


def sweeps(voltage: Array) -> Whole:
    """A sweep is a step: it ends where the potential comes back by `TURN` of its range. Shape (n,)."""
    span = float(np.ptp(voltage))
    steps = np.ones(voltage.size, np.int64)
    if not span > 0.0:
        return steps
    level = np.rint((voltage - voltage.min()) / (TURN / 2.0 * span)).astype(np.int64)
    way, last, best = 0, 0, 0
    for k in np.flatnonzero(np.diff(level)) + 1:
        if way == 0:
            way, best = (int(np.sign(level[k] - level[0])), int(k)) if abs(level[k] - level[0]) >= 2 else (0, 0)
        elif way * (level[k] - level[best]) > 0:
            best = int(k)
        elif way * (level[best] - level[k]) >= 2:
            last += int(np.argmax(way * voltage[last:k]))
            steps[last + 1 :] += 1
            way, best = -way, int(k)
    return steps


def cycles_of(
    given: Whole | None, way: Whole, moved: Array, step: Whole | None = None, assumed: Array | None = None
) -> tuple[Whole, str]:
    """The cycles, shape (n,), and what was done about the file's count.

    Without a count a cycle begins where the direction of the first current that flowed comes back. A count that falls
    goes on from where it stood (a test that was appended); one that stands still over several cycles, or rises with
    every half cycle, is replaced. A test that was appended after a single cycle is known by its clock: `assumed` says
    where the interval before a row is not the clock's own, `step` are the file's numbers.
    """
    if given is None:
        found = _found(way)
        if not found.size or found[-1] == 1:
            return found, ""
        return found, f"The file counts no cycles; {COUNTED[int(way[np.argmax(way != 0)])]}."
    rises = np.diff(given)
    again = rises < 0
    if assumed is not None and assumed.any() and rises.any():
        again |= _appended(rises, way, step, assumed)
    cycle = given
    said = ""
    if again.any():
        offset = np.concatenate([[0], np.cumsum(np.where(again, 1 - rises, 0))])
        cycle = (given + offset).astype(np.int64)
        said = f"The numbers of the cycles begin again {int(again.sum())} times; they were counted on."
    sides = _sides(cycle, way, moved)
    if sides.shape[0] == 1:
        found = _found(way)
        each = _sides(found, way, moved).min(axis=1)
        full = int((each > FULL * each.max(initial=0.0)).sum())
        if full > 1 and each.max() > FULL * sides.max() / full:
            return found, (
                f"The file counts one cycle, but its current goes back and forth {full} times; cycles were counted "
                "from the current."
            )
        return cycle, said
    single = (sides > 0.0).sum(axis=1)
    first = np.argmax(sides, axis=1)[single > 0]
    if (single <= 1).all() and first.size > 2 and (np.diff(first) != 0).all():
        return _found(way), "The file counts half cycles; two of them were taken as one cycle."
    return cycle, said


def _appended(rises: Whole, way: Whole, step: Whole | None, assumed: Array) -> NDArray[np.bool_]:
    """Where a test begins with the number of the cycle before: clock and step begin again, and so does the current."""
    rows = np.flatnonzero(assumed[1:] & (rises == 0) & (True if step is None else np.diff(step) <= 0)) + 1
    found, flowing = _found(way), np.flatnonzero(way != 0)
    last: dict[int, int] = {}  # the first row that flows after a beginning -> the last beginning before it
    for row in rows.tolist():
        at = int(np.searchsorted(flowing, row))
        if 0 < at < flowing.size:
            behind, ahead = int(flowing[at - 1]), int(flowing[at])
            if found[ahead] > found[behind] and not rises[behind:ahead].any():
                last[ahead] = row
    again = np.zeros(rises.size, bool)
    if len(last) <= JOINED:  # more of them are a clock of each step
        again[np.array(list(last.values()), np.intp) - 1] = True
    return again


def _found(way: Whole) -> Whole:
    """A count of the cycles by `CycleCount`, shape (n,)."""
    flowing = np.flatnonzero(way)
    turns = flowing[starts(way[flowing])]
    count = CycleCount()
    begins = np.zeros(way.size, np.int64)
    begins[turns] = [count.begins(one) for one in way[turns].tolist()]
    return 1 + np.cumsum(begins)


def _sides(cycle: Whole, way: Whole, moved: Array) -> NDArray[np.float64]:
    """Charge of both directions in each cycle, without what is small beside the larger; shape (cycles, 2)."""
    first, charge = _pieces(moved, cycle, way)
    place = running(cycle[first]) - 1
    sides = np.column_stack([np.bincount(place, np.where(way[first] == side, charge, 0.0)) for side in (1, -1)])
    sides[sides < FRESH * sides.max(axis=1, keepdims=True)] = 0.0
    return sides.astype(float)


def _pieces(moved: Array, *numbers: Array) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """First row of each piece in which none of `numbers` changes, and the charge that it moved, a magnitude."""
    first = starts(*numbers)
    last = np.concatenate([first[1:], [moved.size]]) - 1
    return first, np.abs(moved[last] - moved[np.maximum(first - 1, 0)])
