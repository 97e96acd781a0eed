"""One running charge, positive on discharge, from whichever counter of charge a tester has.

Testers count charge from the start of the test, of a cycle or of a step, both ways or as a magnitude, and begin again
when they like. What moved between two rows is the same in all of them, as long as it can have moved: a current times a
time bounds it, and by that bound a counter that began again is told from one that fell by rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .timeline import usual_interval

__all__ = ["COUNTERS", "counted_before", "gained_alone", "held", "running_charge"]

Array = NDArray[Any]
COUNTERS = ("charged_C", "discharged_C", "counter_C", "amount_C", "moved_C")
"""``charged_C`` and ``discharged_C`` count upwards on charge and on discharge; ``counter_C`` has a sign; ``amount_C``
is a magnitude that goes with the sign of the current; ``moved_C`` is what moved since the row before, with a sign."""

SLACK = 3.0  # times the largest current and the interval: a counter that gains more has not counted charge
AGAIN = 1.5  # times the same: a counter that fell to less began again at zero
MISREAD = 0.1  # share of the rows: a counter beyond the bound in more of them is in another unit
BEGUN = 0.01  # of the largest count: what stands in the first row is no half cycle that had begun
DRIFT = 1e-3  # of what was counted: a counter that falls by less was rounded, it did not begin again


def held(counter: Array, gap: float | None, largest: float) -> Array:
    """A counter whose gaps, and numbers larger than `largest`, hold what stood before; or are `gap`."""
    with np.errstate(invalid="ignore"):
        known = pl.Series(np.where(np.abs(counter) < largest, counter, np.nan)).fill_nan(None)
    filled = known.fill_null(strategy="forward").fill_null(strategy="backward") if gap is None else known.fill_null(gap)
    return filled.fill_null(0.0).to_numpy()


def running_charge(
    columns: Mapping[str, Array], time: Array, current: Array, step: Array | None, restarts: bool, said: list[str]
) -> Array | None:
    """The running charge, C, shape (n,), zero in the first row; None without a counter.

    `columns`: those of `COUNTERS` that are there, signs as in `current` (positive on discharge); `time` in s, `current`
    in A, `step` the file's numbers, each of shape (n,); `restarts`: ``counter_C`` begins at zero in each step. What a
    counter gains beyond all bounds is left out, and said.
    """
    interval, usual = np.diff(time, prepend=time[:1]), usual_interval(time)
    most = float(np.max(np.abs(current), initial=0.0))
    room = _Room(most * (np.maximum(interval, 0.0) + usual), most * 2.0 * usual)
    lost = np.zeros(time.size, bool)
    if "charged_C" in columns and "discharged_C" in columns:
        moved = _upwards(columns["discharged_C"], room, lost) - _upwards(columns["charged_C"], room, lost)
    elif "counter_C" in columns:
        moved = _signed(columns["counter_C"], current, room, lost, step if restarts else None)
    elif "amount_C" in columns:
        way = np.sign(current)
        before = np.concatenate([way[:1], way[:-1]])  # the last row of a step may stand after its current
        moved = _upwards(columns["amount_C"], room, lost) * np.where(way == 0.0, before, way)
    elif "moved_C" in columns:
        moved = columns["moved_C"].astype(float)
    else:
        return None
    if lost.sum() > MISREAD * lost.size:  # a wrong unit; what it counts will not agree with the integral
        return np.cumsum(_unbounded(columns, current))
    if lost.any():
        said.append(
            f"The file's charge changes {int(lost.sum())} times by more than any current can move; there the current "
            "was integrated."
        )
        passed = (current + np.concatenate([current[:1], current[:-1]])) / 2.0 * np.minimum(interval, usual)
        moved[lost] = passed[lost]
    moved[:1] = 0.0
    return np.cumsum(moved)


def counted_before(columns: Mapping[str, Array], time: Array, current: Array) -> float:
    """What a counter that begins again with each half cycle had counted before the first row, C; 0 where nothing tells.

    Arguments as of `running_charge`. A counter that goes on through the test may begin anywhere.
    """
    if not current.size or current[0] == 0.0:
        return 0.0
    own = "discharged_C" if current[0] > 0.0 else "charged_C"
    count = np.abs(columns.get(own, columns.get("amount_C", np.zeros(1))))
    if count.size < current.size:
        return 0.0
    usual = float(np.max(np.abs(current))) * usual_interval(time)
    fell = np.flatnonzero(np.diff(count) < -DRIFT * count[:-1]) + 1
    again = count[fell] <= AGAIN * usual
    began = bool(fell.size) and bool(again.any()) and 2 * int(again.sum()) >= fell.size
    return float(count[0]) if began and count[0] > max(AGAIN * usual, BEGUN * float(count.max())) else 0.0


def gained_alone(counter: Array) -> Array:
    """What a counter gained in each row where no current bounds it, shape (n,).

    It begins again where it falls, by more than it usually counts from row to row, to about what it does.
    """
    gained = np.diff(counter, prepend=counter[:1])
    size = np.abs(gained[gained != 0.0])
    usual = float(np.median(size)) if size.size else 0.0
    fell = np.abs(counter) < np.abs(counter - gained)
    again = fell & (np.abs(gained) > SLACK * usual) & (np.abs(counter) <= AGAIN * usual)
    return np.asarray(np.where(again, counter, gained))


def _unbounded(columns: Mapping[str, Array], current: Array) -> Array:
    """What the counter gained in each row by its own account, shape (n,)."""
    free, lost = _Room(np.full(current.size, np.inf), np.inf), np.zeros(current.size, bool)
    if "charged_C" in columns and "discharged_C" in columns:
        return _upwards(columns["discharged_C"], free, lost) - _upwards(columns["charged_C"], free, lost)
    if "counter_C" in columns:
        return np.diff(columns["counter_C"], prepend=columns["counter_C"][:1])
    return _upwards(columns["amount_C"], free, lost) * np.sign(current)


@dataclass(frozen=True)
class _Room:
    """What the largest current can have moved: since the row before (C, shape (n,)), and in a usual interval (C)."""

    since: Array
    usually: float

    def again(self, count: Array, fell: Array) -> NDArray[np.bool_]:
        """Whether a counter that fell by `fell` (C, shape (n,)) to `count` began again at zero.

        Behind a pause it may have counted anything since; where it fell by no more than it counts from row to row and
        is far from zero, two rows stand in the wrong order.
        """
        swapped = (fell <= AGAIN * self.usually) & (count > AGAIN * self.usually)
        return np.asarray((count <= AGAIN * self.since) & ~swapped)


def _upwards(counter: Array, room: _Room, lost: Array) -> Array:
    """What a counter of one direction gained in each row, shape (n,); what it cannot have gained is `lost`.

    One that falls by little was rounded, or its rows stand in the wrong order: it has lost what it fell by.
    """
    count = np.abs(counter)
    gained = np.diff(count, prepend=count[:1])
    fell = gained < -DRIFT * np.maximum(count - gained, 0.0)
    gained = np.where(fell & room.again(count, -gained), count, gained)
    beyond = np.abs(gained) > SLACK * room.since
    lost |= beyond
    return np.where(beyond, 0.0, gained)


def _signed(counter: Array, current: Array, room: _Room, lost: Array, step: Array | None) -> Array:
    """What a counter with a sign gained in each row, shape (n,).

    It begins again where `step` changes, or where it comes back to zero against the current or beyond all bounds.
    """
    gained = np.diff(counter, prepend=counter[:1])
    if step is None:
        back = (gained * current < 0.0) | (np.abs(gained) > SLACK * room.since)
        again = back & room.again(np.abs(counter), np.abs(gained))
    else:
        again = np.concatenate([[False], step[1:] != step[:-1]])
    gained = np.where(again, counter, gained)
    beyond = np.abs(gained) > SLACK * room.since
    lost |= beyond
    return np.where(beyond, 0.0, gained)
