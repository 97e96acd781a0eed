"""The ends of half cycles: rows that are missing where one begins or ends, which no interval within it tells.

A long interval there may as well be a rest that was not written. So it counts only where the half cycle also ends (or
begins) at another voltage or current than the others of its direction do, and lasts another time: steps of a set time
may end anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .gaps import GAP, Doubt, duration, half_of
from .runs import half_rows

__all__ = ["Edge", "doubts_of_edges", "edges_of", "left_out_of"]

Array = NDArray[Any]
AROUND = 8  # intervals that tell what is usual beside an end
LIKE = 0.1  # of the range of the voltage: ends further apart are not alike
SAME_TIME = 0.002  # share by which steps of a set time differ
TIMES = 1.5  # currents further apart are not alike
MANY = 10  # rows without numbers, one behind the other, that are a part of a half cycle
NAMED = 3  # ends that are named


@dataclass(frozen=True)
class Edge:
    """A half cycle that lacks rows at an end: a row of it, whether they lack at its end, for how long (s), usual."""

    row: int
    at_end: bool
    long: float
    usual: float


def edges_of(time: Array, voltage: Array, current: Array, way: Array, step: Array) -> list[Edge]:
    """The ends of half cycles at which rows are missing; arrays of shape (n,), `way` the direction (`runs`).

    What is missing within a step is one of `gaps`.
    """
    first, final = half_rows(way)
    found = []
    dt = np.diff(time, prepend=time[:1])
    lasted = np.maximum(time[final] - time[first], 1e-300)
    for at_end, rows in ((True, final), (False, first)):
        before = rows + 1 if at_end else rows  # the row behind the interval
        inside = (before > 0) & (before < time.size)
        inside[inside] = step[before[inside]] != step[before[inside] - 1]
        usual = np.array([_usual(int(row), dt, way) if sound else 0.0
                          for row, sound in zip(before, inside, strict=True)])  # fmt: skip
        long = np.where(inside, dt[np.minimum(before, time.size - 1)], 0.0)
        missing = (usual > 0.0) & (long > GAP * usual)
        for k in np.flatnonzero(missing).tolist():
            alike = np.flatnonzero((way[rows] == way[rows[k]]) & inside & (np.arange(rows.size) != k))
            others = alike[~missing[alike]] if (~missing[alike]).any() else alike
            timed = others.size > 0 and abs(lasted[k] / np.median(lasted[others]) - 1.0) <= SAME_TIME
            if not others.size or not (timed or _alike(voltage, current, way, int(rows[k]), rows[others])):
                found.append(Edge(int(rows[k]), at_end, float(long[k]), float(usual[k])))
    return sorted(found, key=lambda edge: edge.row)


def _usual(row: int, dt: Array, way: Array) -> float:
    """The longer of the usual intervals on both sides of that before a row, s; of a side with two of them or more."""
    sides = []
    for own, rows in ((row - 1, np.arange(max(1, row - AROUND), row)), (row, np.arange(row + 1, row + 1 + AROUND))):
        rows = rows[rows < dt.size]
        near = dt[rows[(way[rows] == way[own]) & (way[rows - 1] == way[own])]]
        if near.size > 1:
            sides.append(float(np.median(near)))
    return max(sides, default=0.0)


def _alike(voltage: Array, current: Array, way: Array, row: int, others: Array) -> bool:
    """Whether a half cycle has the voltage and the current there that the others have."""
    near = abs(voltage[row] - np.median(voltage[others])) <= LIKE * np.ptp(voltage[way != 0])
    ratio = abs(current[row]) / max(float(np.median(np.abs(current[others]))), 1e-300)
    return bool(near) and 1.0 / TIMES <= ratio <= TIMES


def doubts_of_edges(edges: Sequence[Edge], cycle: Array, way: Array, step: Array, doubt: Array) -> tuple[str, ...]:
    """Put the edges into the doubts of the steps, shape (steps,), and say them."""
    for edge in edges:
        doubt[step[edge.row] - 1] |= int(Doubt.EDGE)
    told = sorted(edges, key=lambda edge: -edge.long)
    said = [
        f"At the {'end' if edge.at_end else 'beginning'} of the {half_of(way[edge.row])} of cycle {cycle[edge.row]} no "
        f"row was written for {duration(edge.long)} ({duration(edge.usual)} is usual there), and it does not "
        f"{'end' if edge.at_end else 'begin'} where the others do: what moved meanwhile is not known."
        for edge in told[:NAMED]
    ]
    return (*said, f"So it is at {len(told) - NAMED} more ends.") if len(told) > NAMED else tuple(said)


def left_out_of(lost: Array, step: Array, way: Array, counted: Array, doubt: Array) -> None:
    """Put into the doubts of the steps, shape (steps,), that many rows in or beside them held no numbers.

    `lost`: rows left out before each row, shape (n,). Within a step whose charge the tester counted they lack nothing.
    """
    flowing = np.flatnonzero(way != 0)
    for row in np.flatnonzero(lost >= MANY).tolist():
        at = int(np.searchsorted(flowing, row))
        beside = {int(step[flowing[k]]) - 1 for k in (at - 1, at) if 0 <= k < flowing.size}
        for place in beside:
            if len(beside) > 1 or not counted[place]:
                doubt[place] |= int(Doubt.LEFT_OUT)
