"""Neware's layered csv: a row for each cycle, below it one for each of its steps, below these their records.

Three lines of headings, each indented by one more cell, say what each layer holds. Layout after exports of BTSDA
("general report"); not yet checked against a vendor's file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..cycler import assemble
from ..head import Head, text_of
from ..headings import Layout, words
from ..marks import as_numbers
from ..reading import Format
from .neware import TEXT

__all__ = ["FORMATS"]

LAYERS = 3  # cycles, steps, records
MARKS = ",\t;"
LAYOUT = Layout(
    "Neware",
    {**TEXT.roles, "vol": "voltage_V", "cap": "amount_C", "step name": "direction", "status": "direction"},
)


def _heads(lines: Sequence[str]) -> tuple[list[list[str]], str] | None:
    """The headings of the three layers, and what separates them."""
    first = [line for line in lines[:6] if line.strip()][:LAYERS]
    for mark in MARKS:
        rows = [next(csv.reader([line], delimiter=mark), []) for line in first]
        if len(rows) == LAYERS and [_depth(row) for row in rows] == list(range(LAYERS)):
            heads = [[cell.strip() for cell in row[k:]] for k, row in enumerate(rows)]
            if all(
                words(head[0]).startswith(word) for head, word in zip(heads, ("cycle", "step", "record"), strict=True)
            ):
                return heads, mark
    return None


def _depth(row: Sequence[str]) -> int:
    return next((k for k, cell in enumerate(row) if cell.strip()), -1)


def recognises(head: Head) -> bool:
    return _heads(head.lines) is not None


def read(path: Path) -> list[Measurement]:
    text = text_of(path)
    found = _heads(text.splitlines()[:20])
    if found is None:
        raise FileFormatError("its first lines are not the headings of cycles, steps and records.")
    (_, steps, records), mark = found
    name = next((k for k, cell in enumerate(steps) if words(cell) in ("step name", "step type", "status")), None)
    columns: dict[str, list[str | None]] = {cell: [] for cell in ("Cycle ID", "Step ID", "Step Type", *records) if cell}
    cycle = step = kind = ""
    below = list(csv.reader(io.StringIO(text), delimiter=mark))
    for row in [one for one in below if any(cell.strip() for cell in one)][LAYERS:]:
        depth, cells = _depth(row), [cell.strip() for cell in row]
        if depth == 0:
            cycle = cells[0]
        elif depth == 1:
            step, kind = cells[1], cells[1 + name] if name is not None and len(cells) > 1 + name else ""
        elif depth == LAYERS - 1:
            for heading, cell in (("Cycle ID", cycle), ("Step ID", step), ("Step Type", kind)):
                columns[heading].append(cell)
            for k, heading in enumerate(records):
                if heading:
                    columns[heading].append(cells[k + 2] or None if k + 2 < len(cells) else None)
    if not columns["Cycle ID"]:
        raise FileFormatError("it has no record below its cycles and steps: export the records too.")
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))
    wanted = [one.heading for one in LAYOUT.match(frame.columns).values()]
    matched = LAYOUT.match(wanted)
    texts = [one.heading for one in matched.values() if one.clock or one.role in ("date", "direction")]
    numbers, said = as_numbers(frame.select(wanted), wanted, texts)
    return [assemble(numbers, LAYOUT, path.stem, doubts=said)]


FORMATS = (
    Format("Neware layered csv", (".csv", ".txt"), ("cycling",), recognises, read, rank=8),
)  # before those who know the headings of records
