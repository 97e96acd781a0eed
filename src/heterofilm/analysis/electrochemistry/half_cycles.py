"""The discharges and charges of a record, each as the steps that make it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import polars as pl

from ...records.record import Record

__all__ = ["Half", "half_cycles"]

LEAST = 3  # points of a half cycle whose curve is known

Half = tuple[int, tuple[int, ...], Literal["discharge", "charge"]]
"""Cycle, steps and kind of a half cycle."""


def half_cycles(record: Record, cycles: Iterable[int]) -> Iterator[Half]:
    """The discharges and charges of some cycles whose curves the record has.

    Steps of one kind that only rests and holds part are one half cycle: an interrupted discharge is one.
    """
    wanted = set(cycles)
    points = dict(record.frame.group_by("step").agg(pl.len()).iter_rows())
    found: list[Half] = []
    for row in record.steps.iter_rows(named=True):
        kind, cycle = row["kind"], row["cycle"]
        if kind not in ("discharge", "charge") or cycle not in wanted:
            continue
        same = bool(found) and found[-1][0] == cycle and found[-1][2] == kind
        steps = (*found.pop()[1], row["step"]) if same else (row["step"],)
        found.append((cycle, steps, kind))
    for cycle, steps, kind in found:
        known = tuple(step for step in steps if points.get(step, 0) >= 2)
        if sum(points[step] for step in known) >= LEAST:
            yield cycle, known, kind
