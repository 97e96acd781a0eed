"""Columns of a csv that lies beside an entry: headings with their unit, as ``U [V]`` or ``capacity / mAh g-1``.

Headings, separators and decimal marks are found out as in the files of instruments (``text_tables``). Lines that begin
with ``#`` are remarks.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import FileFormatError, HeterofilmError, did_you_mean
from ..files import is_file, read_file
from ..text_tables import decode, separator_of, split, words
from ..text_tables import number as number_of
from ..units import convert, parse_unit

__all__ = ["inside", "read_columns"]

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000


def inside(folder: Path, name: str, what: str) -> Path:
    """The file ``name`` within ``folder``.

    Errors: `HeterofilmError` for a path that leads out of it, by name or by a link, or to no file.
    """
    file = folder / name
    if (
        not name.strip()
        or "\x00" in name
        or Path(name).is_absolute()
        or ".." in Path(name).parts
        or not file.resolve().is_relative_to(folder.resolve())
    ):
        raise FileFormatError(f"{what} names the file {name!r}; it must lie in the folder of the entry or below it.")
    if not is_file(file):
        raise FileFormatError(f"{what} names the file '{name}', but there is none at {file}; check the name.")
    return file


def read_columns(
    file: Path, units: Mapping[str, tuple[str, ...]], column_of: Callable[[str], str | None] | None = None
) -> dict[str, tuple[tuple[float, ...], str]]:
    """Every column with its numbers and unit; ``units``: the columns that are known, each with the units it may have.

    ``column_of``: the column that the words of a heading mean (`text_tables.words`); their names unless given. A column
    in a unit of the same kind is converted to the first that fits. Errors: `HeterofilmError` in one sentence for a file
    that is too large or no such table, naming line and column.
    """
    what = f"Table {file.name}"
    text = decode(read_file(file, MAX_BYTES, "table"))
    if text is None:
        raise FileFormatError(f"{what} is no text; save it as csv in UTF-8.")
    lines = [(k, line) for k, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if len(lines) > MAX_ROWS + 1:
        raise FileFormatError(f"{what} has {len(lines) - 1} rows; at most {MAX_ROWS} are taken: thin it out.")
    if not lines:
        raise FileFormatError(f"{what} is empty; the first line names the columns: {_known(units)}.")
    separator = separator_of([line for _, line in lines[1:21]])
    if separator == " " and not any(line.split()[1:] for _, line in lines[1:21]):  # one column, or no row at all
        separator = max(",;\t", key=lines[0][1].count)
    own = {words(name): name for name in units}
    heads = [_head(cell, units, column_of or own.get, what) for cell in _cells(lines[0][1], separator, what, True)]
    names = [name for name, _, _ in heads]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise FileFormatError(f"{what} has the column '{twice}' twice; keep one.")
    rows = [(number, _cells(line, separator, what)) for number, line in lines[1:]]
    read = float if any("." in cell for _, cells in rows for cell in cells) else number_of  # which takes a comma too
    columns: list[list[float]] = [[] for _ in heads]
    for number, cells in rows:
        if len(cells) != len(heads):
            raise FileFormatError(f"{what}, line {number}: {len(cells)} cells under {len(heads)} headings.")
        for column, cell, (name, unit, own_unit) in zip(columns, cells, heads, strict=True):
            try:
                value = read(cell)
            except (ValueError, HeterofilmError):
                value = math.nan
            if not math.isfinite(value):
                raise FileFormatError(f"{what}, line {number}: '{cell.strip()[:40]}' under '{name}' is no number.")
            column.append(value if own_unit == unit else convert(value, own_unit, unit))
    return {name: (tuple(column), unit) for (name, unit, _), column in zip(heads, columns, strict=True)}


def _cells(line: str, separator: str, what: str, headings: bool = False) -> list[str]:
    if separator == " ":
        return re.split(r"\s{2,}|\t", line.strip()) if headings else line.split()
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise FileFormatError(f"{what} is no csv ({error}).") from None


def _head(
    cell: str, units: Mapping[str, tuple[str, ...]], column_of: Callable[[str], str | None], what: str
) -> tuple[str, str, str]:
    """Name of a column, the unit that is kept, and the unit it is in."""
    said, own = split(cell)
    name = column_of(said)
    if name is None:
        raise FileFormatError(
            f"{what} has the heading '{cell.strip()[:60]}'; known: {_known(units)}.{did_you_mean(said, units)}"
        )
    if not own and units[name][0] != "1":
        raise FileFormatError(
            f"{what}: the heading '{cell.strip()}' needs its unit, for example '{cell.strip()} [{units[name][0]}]'."
        )
    own = own or "1"
    for unit in units[name]:
        if own != "clock" and parse_unit(unit).dimension == parse_unit(own).dimension:
            return name, unit, own
    raise FileFormatError(f"{what}, heading '{cell.strip()}': expected {' or '.join(units[name])}, got '{own}'.")


def _known(units: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(name if own[0] == "1" else f"{name} [{own[0]}]" for name, own in units.items())
