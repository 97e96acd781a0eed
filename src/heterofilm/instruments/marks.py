"""Columns of text as numbers: minus signs of all kinds, decimal marks and marks of thousands, told from a whole table.

``1,234`` is 1.234 or 1234. One cell does not tell; the other cells of its column do, and those of the other columns:
one table has one decimal mark. Where no cell tells, a voltage does (3,496 mV is one of 3.5 V), or a column that has
whole numbers without a mark below one thousand and groups of three digits above it. What is left is said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..errors import HeterofilmError
from ..text_tables import POTENTIAL, SIGNS, split
from ..units import parse_unit

__all__ = ["as_numbers"]

HEAD = 1000  # cells that tell a column's mark, where one of them does
GROUPED = {",": 3, ".": 10}  # cells with a mark before three digits that make marks of thousands likely
VOLTAGE = 0.02, 20.0  # V, that a cell has
_END = r"(?:[eE][+-]?\d+)?$"
_MARKS = ",."
_ONE = {mark: rf"^[+-]?\d*[{mark}]\d*{_END}" for mark in _MARKS}
_GROUP = {mark: rf"^[+-]?[1-9]\d{{0,2}}[{mark}]\d{{3}}$" for mark in _MARKS}
_THOUSANDS = {
    mark: rf"^[+-]?\d{{1,3}}(?:(?:[{mark}]\d{{3}}){{2,}}|(?:[{mark}]\d{{3}})+[{other}]\d*){_END}"
    for mark, other in (",.", ".,")
}
_STRIPPED = {mark: rf"^[+-]?[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+(?:[{other}]\d*)?{_END}" for mark, other in (",.", ".,")}
_BLANKS = "['’_ \u00a0\u2009\u202f]"
_SPACED = rf"^[+-]?\d{{1,3}}(?:{_BLANKS}\d{{3}})+(?:[.,]\d*)?{_END}"


@dataclass(frozen=True)
class _Column:
    """A column's cells and what they say of its marks.

    - `comma`: how many say that the comma is its decimal mark, less those that say it of the point;
    - `groups`: mark -> how many have it before three digits, which may be decimals or thousands;
    - `doubtful`: some are no numbers as they stand, or may be other numbers than they seem.
    """

    name: str
    heading: str
    cells: pl.Series
    comma: int
    groups: dict[str, int]
    doubtful: bool

    @property
    def mark(self) -> str:
        """The mark that may be either."""
        return max(_MARKS, key=lambda mark: self.groups[mark])


def as_numbers(
    frame: pl.DataFrame, headings: Sequence[str] | None = None, texts: Collection[str] = ()
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Columns of text as floats, null where a cell holds no number, and what was assumed of their marks.

    `headings`: as in the file, for the units; `texts`: columns that stay as they are.
    """
    said: list[str] = []
    found: dict[str, pl.Series] = {}
    columns: list[_Column] = []
    shown = dict(zip(frame.columns, headings or frame.columns, strict=True))
    for name in frame.columns:
        found[name] = frame[name]
        if name not in texts and frame[name].dtype == pl.String:
            cells, found[name] = _read(frame[name])
            columns.append(_column(name, shown[name], cells, found[name].null_count() > cells.null_count()))
    if any(one.doubtful for one in columns):
        marks = _decimal_marks(columns, said)
        found |= {one.name: _converted(one.cells, marks[one.name]) for one in columns if one.doubtful}
    return pl.DataFrame([found[name].alias(name) for name in frame.columns]), tuple(said)


def _read(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The cells with one kind of minus and no blanks, null where empty, and those that are numbers by themselves."""
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() == cells.null_count():
        return cells, numbers
    cells = cells.str.strip_chars(' \t\r"\u00a0\u2009\u202f')
    cells = cells.replace("", None)
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() > cells.null_count():
        cells = cells.str.replace_all(rf"^[{SIGNS}]\s*", "-").str.replace_all(rf"[eE][{SIGNS}]", "e-")
        cells = cells.str.replace(r"^\(\s*(\d[^()]*|[.,]\d[^()]*?)\s*\)$", "-$1")
        cells = cells.str.replace(rf"^(\d(?:[\d.,]|{_BLANKS})*(?:[eE][+-]?\d+)?)\s*[{SIGNS}]$", "-$1")
        spaced = cells.str.contains(_SPACED).fill_null(False)
        if spaced.any():
            joined = cells.str.replace_all(_BLANKS, "")
            cells = pl.select(pl.when(spaced).then(joined).otherwise(cells)).to_series()
        numbers = cells.cast(pl.Float64, strict=False)
    return cells, numbers


def _column(name: str, heading: str, cells: pl.Series, unread: bool) -> _Column:
    comma, groups = _counted(cells.head(HEAD))
    if not comma and cells.len() > HEAD and cells.str.contains("[.,]").any():
        comma, groups = _counted(cells)
    return _Column(name, heading, cells, comma, groups, unread or (not comma and groups["."] > 0))


def _counted(cells: pl.Series) -> tuple[int, dict[str, int]]:
    def number(pattern: str) -> int:
        return int(cells.str.contains(pattern).sum() or 0)

    groups = {mark: number(_GROUP[mark]) for mark in _MARKS}
    sure = {mark: number(_ONE[mark]) - groups[mark] for mark in _MARKS}
    thousands = {mark: number(_THOUSANDS[mark]) for mark in _MARKS}
    return sure[","] + thousands["."] - sure["."] - thousands[","], groups


def _decimal_marks(columns: Sequence[_Column], said: list[str]) -> dict[str, str]:
    """The decimal mark of each column: by its own cells, else by those of the others, else by what is plausible."""
    total = sum(one.comma for one in columns)
    unsure = [one for one in columns if not one.comma and any(one.groups.values())]
    others = "," if total > 0 else "." if total < 0 else _plausible(unsure, said) if unsure else "."
    return {one.name: "," if one.comma > 0 else "." if one.comma < 0 else others for one in columns}


def _plausible(columns: Sequence[_Column], said: list[str]) -> str:
    """The decimal mark where columns have a mark before three digits only."""
    other = {",": ".", ".": ","}
    for one in columns:
        factor = _volts(one.heading)
        if factor is None:
            continue
        grouped = one.cells.filter(one.cells.str.contains(_GROUP[one.mark])).str.replace(one.mark, ".", literal=True)
        size = float(np.median(np.abs(grouped.cast(pl.Float64).to_numpy()))) * factor
        small, large = (VOLTAGE[0] <= V <= VOLTAGE[1] for V in (size, 1e3 * size))
        if small != large:
            if large:
                said.append(_as_thousands(one, "no cell has a voltage a thousand times smaller"))
            return one.mark if small else other[one.mark]
    for one in columns:
        if one.groups[one.mark] < GROUPED[one.mark]:
            continue
        bare = one.cells.filter(~one.cells.str.contains(_GROUP[one.mark])).cast(pl.Float64, strict=False)
        sizes = np.abs(bare.drop_nulls().to_numpy())
        if (sizes > 0.0).any() and ((sizes < 1e3) & (sizes == np.rint(sizes))).all():
            said.append(_as_thousands(one, "its numbers below one thousand have none"))
            return other[one.mark]
    commas = [one for one in columns if one.mark == ","]
    if not commas:
        return "."
    listed = ", ".join(f"'{one.heading}'" for one in commas[:6])
    example = commas[0].cells.filter(commas[0].cells.str.contains(_GROUP[","]))[0]
    said.append(
        f"Nothing tells whether the comma in {listed} ('{example}') marks decimals or thousands: it was taken for a "
        "decimal comma."
    )
    return ","


def _as_thousands(one: _Column, why: str) -> str:
    return f"The {'comma' if one.mark == ',' else 'point'} in '{one.heading}' was taken for a mark of thousands: {why}."


def _volts(heading: str) -> float | None:
    """What one of the heading's units is in V; None where it measures something else."""
    said, unit = split(heading)
    if not unit:
        return 1.0 if said in POTENTIAL else None
    try:
        parsed = parse_unit(unit)
    except HeterofilmError:
        return None
    return parsed.factor if parsed.dimension == parse_unit("V").dimension else None


def _converted(cells: pl.Series, decimal: str) -> pl.Series:
    thousands = "." if decimal == "," else ","
    grouped = cells.str.contains(_STRIPPED[thousands]).fill_null(False)
    if grouped.any():
        joined = cells.str.replace_all(thousands, "", literal=True)
        cells = pl.select(pl.when(grouped).then(joined).otherwise(cells)).to_series()
    if decimal == ",":
        cells = cells.str.replace(",", ".", literal=True)
    return cells.cast(pl.Float64, strict=False)
