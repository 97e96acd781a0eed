"""Columns of a csv that lies beside an entry: headings with their unit, as ``U [V]`` or ``capacity / mAh g-1``.

Lines that begin with ``#`` are remarks. Comma, semicolon or tab between the columns; a decimal point in the numbers.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from pathlib import Path

from ..errors import FileFormatError, HeterofilmError, did_you_mean
from ..files import is_file, read_file
from ..units import convert, parse_unit

__all__ = ["inside", "read_columns"]

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
_HEADING = re.compile(r"\s*(?P<name>[^\[\](/]+?)\s*(?:\[(?P<a>[^\]]*)\]|\((?P<b>[^)]*)\)|/\s(?P<c>.*))?\s*")


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


def read_columns(file: Path, units: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[tuple[float, ...], str]]:
    """Every column with its numbers and unit; ``units``: the columns that are known, each with the units it may have.

    A column in a unit of the same kind is converted to the first that fits. Errors: `HeterofilmError` in one sentence
    for a file that is too large or no such table, naming line and column.
    """
    what = f"Table {file.name}"
    raw = read_file(file, MAX_BYTES, "table")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{what} is not UTF-8 text (byte {error.start}); save it as csv in UTF-8.") from None
    lines = [(k, line) for k, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if len(lines) > MAX_ROWS + 1:
        raise FileFormatError(f"{what} has {len(lines) - 1} rows; at most {MAX_ROWS} are taken: thin it out.")
    if not lines:
        raise FileFormatError(f"{what} is empty; the first line names the columns: {_known(units)}.")
    separator = max(",;\t", key=lines[0][1].count)
    heads = [_head(cell, units, what) for cell in _cells(lines[0][1], separator, what)]
    names = [name for name, _, _ in heads]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise FileFormatError(f"{what} has the column '{twice}' twice; keep one.")
    columns: list[list[float]] = [[] for _ in heads]
    for number, line in lines[1:]:
        cells = _cells(line, separator, what)
        if len(cells) != len(heads):
            raise FileFormatError(f"{what}, line {number}: {len(cells)} cells under {len(heads)} headings.")
        for column, cell, (name, unit, own) in zip(columns, cells, heads, strict=True):
            try:
                value = float(cell)
            except ValueError:
                value = math.nan
            if not math.isfinite(value):
                raise FileFormatError(f"{what}, line {number}: '{cell.strip()[:40]}' under '{name}' is no number.")
            column.append(value if own == unit else convert(value, own, unit))
    return {name: (tuple(column), unit) for (name, unit, _), column in zip(heads, columns, strict=True)}


def _cells(line: str, separator: str, what: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error as error:
        raise FileFormatError(f"{what} is no csv ({error}).") from None


def _head(cell: str, units: Mapping[str, tuple[str, ...]], what: str) -> tuple[str, str, str]:
    """Name of a column, the unit that is kept, and the unit it is in."""
    found = _HEADING.fullmatch(cell)
    name = found["name"] if found else cell.strip()
    if found is None or name not in units:
        raise FileFormatError(
            f"{what} has the heading '{cell.strip()[:60]}'; known: {_known(units)}.{did_you_mean(name, units)}"
        )
    own = found["a"] or found["b"] or found["c"]
    if own is None:
        if units[name][0] != "1":
            raise FileFormatError(
                f"{what}: the heading '{name}' needs its unit, for example '{name} [{units[name][0]}]'."
            )
        own = "1"
    try:
        dimension = parse_unit(own.strip()).dimension
    except HeterofilmError as error:
        raise FileFormatError(f"{what}, heading '{cell.strip()}': {error}") from None
    for unit in units[name]:
        if parse_unit(unit).dimension == dimension:
            return name, unit, own.strip()
    raise FileFormatError(
        f"{what}, heading '{cell.strip()}': expected {' or '.join(units[name])}, got '{own.strip()}'."
    )


def _known(units: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(name if own[0] == "1" else f"{name} [{own[0]}]" for name, own in units.items())
