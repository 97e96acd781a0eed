"""Any text table with headings: time, voltage and current where the headings say so, else a plain table of numbers.

Asked last. A table whose headings say less is read with `instruments.read_columns` and a map of its columns.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..cycler import assemble
from ..generic import GENERIC, find_generic, is_bare, units_of
from ..head import Head, text_of
from ..headings import ROLES, words
from ..reading import Format
from ..rows import Heading, cells, read_rows
from ..table import number, read_table
from ..unit_columns import in_si, unit_columns

__all__ = ["FORMATS"]

CHANNELS = frozenset({
    "channel", "channel id", "channel index", "channel number", "chan", "ch", "cell", "cell id", "cell name", "cell no",
    "barcode", "battery id", "kanal", "zelle", "通道", "通道号", "电池编号",
})  # fmt: skip
FEW = 5  # rows of a cell, on the average: a number that changes more often counts rows
FIRST = 20  # rows that tell a column of units without heading
MAX_TABLE = 50_000_000


def recognises(head: Head) -> bool:
    heading = find_generic(head)
    return heading is not None and not is_bare(heading)


def read(path: Path) -> list[Measurement]:
    heading = find_generic(Head.of(path))
    if heading is None:
        raise FileFormatError("it has no row of headings with a voltage and a current.")
    several = _beside(heading)
    return [m for k, one in enumerate(several, 1)
            for m in _measurements(path, one, f"{path.stem}, {k}" if len(several) > 1 else path.stem)]  # fmt: skip


def _beside(heading: Heading) -> list[Heading]:
    """The headings of each cell where the same ones stand several times beside each other, else as they are."""
    cells = heading.cells
    while cells and not cells[-1]:
        cells = cells[:-1]
    for width in range(2, len(cells) // 2 + 1):
        if len(cells) % width == 0 and cells == cells[:width] * (len(cells) // width):
            places = range(0, len(cells), width)
            kept = [tuple(c if k <= j < k + width else "" for j, c in enumerate(heading.cells)) for k in places]
            return [replace(heading, cells=one) for one in kept]
    return [heading]


def _measurements(path: Path, heading: Heading, name: str) -> list[Measurement]:
    """One for each channel of a table."""
    found = GENERIC.match(heading.cells)
    technique = "cycling" if {"time_s", "step_time_s", "date"} & found.keys() else "voltammetry"
    wanted = [one.heading for one in found.values()]
    channel = next((cell for cell in heading.cells if words(cell) in CHANNELS and cell not in wanted), None)
    first = Head.of(path).lines[heading.line + 1 : heading.line + 1 + FIRST]
    places = unit_columns(
        heading.cells,
        [one.heading for one in found.values() if ROLES[one.role]],
        [cells(line, heading.separator) for line in first],
    )
    beside = {one: f"unit of {one}" for one in places}
    named = dict(zip(places.values(), beside.values(), strict=True))  # headings such as "Unit" come several times
    heading = replace(heading, cells=tuple(named.get(k, cell) for k, cell in enumerate(heading.cells)))
    told: list[str] = []
    frame = read_rows(path, heading, [*wanted, *beside.values(), *([channel] if channel else [])], told)
    frame, names = in_si(frame, beside)
    wanted = [names.get(one, one) for one in wanted]
    strange = next(
        (one for one in names.values() if one not in {m.heading for m in GENERIC.match(wanted).values()}), ""
    )
    if strange:
        raise FileFormatError(f"the unit that a column of its own gives '{strange}' is of another kind of quantity.")
    told = [*units_of(tuple(wanted)), *told]
    parts = {name: frame}
    if channel and 1 < frame[channel].n_unique() <= frame.height / FEW:  # rows of several cells, one among the other
        by_cell = frame.partition_by(channel, as_dict=True, maintain_order=True)
        parts = {f"{name}, {channel} {_word(value)}": part for (value,), part in by_cell.items()}
    return [
        assemble(part.select(wanted), GENERIC, called, technique=technique, doubts=tuple(told))
        for called, part in parts.items()
    ]


def _word(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table_heading(head: Head) -> Heading | None:
    """A line of words above a line of as many numbers, in the first lines."""
    for k, (above, below) in enumerate(pairwise(head.lines[:60])):
        for mark in ("\t", ";", ","):
            names, values = cells(above, mark), cells(below, mark)
            if len(names) < 2 or len(names) != len(values) or not all(names):
                continue
            if all(_is_number(v) for v in values) and not any(_is_number(n) for n in names):
                return Heading(k, names, mark)
    return None


def _is_number(text: str) -> bool:
    try:
        number(text)
    except HeterofilmError:
        return False
    return True


def recognises_table(head: Head) -> bool:
    return head.size <= MAX_TABLE and _table_heading(head) is not None


def read_plain(path: Path) -> list[Measurement]:
    heading = _table_heading(Head.of(path))
    if heading is None:
        raise FileFormatError("it has no row of headings above rows of numbers.")
    body = "\n".join(text_of(path).splitlines()[heading.line + 1 :])
    told: list[str] = []
    table = read_table(body, heading.cells, separator=heading.separator, told=told)
    note = (
        "The headings do not say a technique; the columns are as they stand in the file. To say what they are, give "
        "a map: `columns` in a sample file, or `heterofilm.instruments.read_columns`."
    )
    return [Measurement("table", path.stem, table, {}, (note, *told))]


FORMATS = (
    Format(
        "csv of time, voltage and current", (".csv", ".txt"), ("cycling", "voltammetry"), recognises, read, rank=900
    ),
    Format("table of numbers", (".csv", ".txt"), ("table",), recognises_table, read_plain, rank=1000),
)
