"""Half cycles that a file has only a part of because it begins or ends within them: a test that still runs, an export.

The first half cycle lacks its beginning where the clock does not begin at zero and the voltage has gone further than
where the others of its direction begin; the last one lacks its end where the current flows to the last row and the
voltage has not come to where the others end. Steps of a set time may end anywhere, and a fresh film begins where it
stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .edges import LIKE, SAME_TIME
from .gaps import Doubt, half_of
from .runs import half_rows
from .timeline import JUMP, usual_interval

__all__ = ["FileEnd", "doubts_of_file_ends", "file_ends"]

Array = NDArray[Any]
DATES = 1e8  # s: a clock that begins later counts from a date


@dataclass(frozen=True)
class FileEnd:
    """A half cycle that a file cuts: a row of it, whether its end lacks, its voltage there, that of the others (V)."""

    row: int
    at_end: bool
    voltage: float
    usual: float


def file_ends(time: Array, voltage: Array, way: Array) -> list[FileEnd]:
    """The first and the last half cycle, where the file has only a part; arrays of shape (n,)."""
    first, last = half_rows(way)
    if not first.size:
        return []
    span = float(np.ptp(voltage[way != 0]))
    lasted = time[last] - time[first]
    usual = usual_interval(time)
    found = []
    for at_end, rows, k in ((False, first, 0), (True, last, first.size - 1)):
        at = int(rows[k])
        if at != (way.size - 1 if at_end else 0) or not (at_end or JUMP * usual < time[0] < DATES):
            continue
        others = np.flatnonzero((way[rows] == way[at]) & (np.arange(rows.size) != k))
        if not others.size or abs(lasted[k] / max(float(np.median(lasted[others])), 1e-300) - 1.0) <= SAME_TIME:
            continue
        there = float(np.median(voltage[rows[others]]))
        # a discharge lowers the voltage: it ends too early above the others' end, and begins too late below their start
        lacks = way[at] * (float(voltage[at]) - there) * (1.0 if at_end else -1.0)
        if lacks > LIKE * span:
            found.append(FileEnd(at, at_end, float(voltage[at]), there))
    return found


def doubts_of_file_ends(found: list[FileEnd], cycle: Array, way: Array, step: Array, doubt: Array) -> tuple[str, ...]:
    """Put them into the doubts of the steps, shape (steps,), and say them."""
    for one in found:
        doubt[step[one.row] - 1] |= int(Doubt.ENDED if one.at_end else Doubt.BEGUN)
    return tuple(
        f"The file {'ends' if one.at_end else 'begins'} within the {half_of(way[one.row])} of cycle {cycle[one.row]}, "
        f"at {one.voltage:.3g} V where the others {'end' if one.at_end else 'begin'} at {one.usual:.3g} V: its charge "
        "is a part of the whole."
        for one in found
    )
