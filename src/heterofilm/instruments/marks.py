"""Columns of text as numbers: minus signs of all kinds, decimal marks and marks of thousands, told from a whole table.

One table has one decimal mark (`decimal_marks`), unless cells prove that it changes from row to row, as in files put
together: then each row is read by its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..text_tables import SIGNS
from ..wording import counted
from .decimal_marks import END, GROUP, MARKS, OTHER, Column, column, decimal_marks, sureness

__all__ = ["as_numbers"]

STRETCHES = 10  # changes of the mark that files put together may have
_STRIPPED = {mark: rf"^[+-]?[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+(?:[{other}]\d*)?{END}" for mark, other in OTHER.items()}
_BLANKS = "['’_ \u00a0\u2009\u202f]"
_SPACED = rf"^[+-]?\d{{1,3}}(?:{_BLANKS}\d{{3}})+(?:[.,]\d*)?{END}"


def as_numbers(
    frame: pl.DataFrame, headings: Sequence[str] | None = None, texts: Collection[str] = (), separator: str = ""
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Columns of text as floats, null where a cell holds no number, and what was assumed of their marks.

    `headings`: as in the file, for the units; `texts`: columns that stay as they are; `separator`: of the cells, a
    semicolon being the one of languages with a decimal comma.
    """
    said: list[str] = []
    found: dict[str, pl.Series] = {}
    columns: list[Column] = []
    shown = dict(zip(frame.columns, headings or frame.columns, strict=True))
    for name in frame.columns:
        found[name] = frame[name]
        if name not in texts and frame[name].dtype == pl.String:
            cells, found[name] = _read(frame[name])
            columns.append(column(name, shown[name], cells, found[name].null_count() > cells.null_count()))
    if any(one.doubtful for one in columns):
        changing = _changing(columns)
        if changing:
            found |= _by_rows(changing, said)
        rest = [one for one in columns if all(one is not other for other in changing)]
        marks = decimal_marks(rest, separator, said)
        found |= {one.name: _converted(one.cells, marks[one.name]) for one in rest if one.doubtful}
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


def _changing(columns: Sequence[Column]) -> list[Column]:
    """The columns whose decimal mark changes from row to row: cells prove both, or both stand before three digits."""
    if any(all(one.sure.values()) for one in columns):
        return [one for one in columns if all(one.sure[mark] + one.groups[mark] for mark in MARKS)]
    both = [one for one in columns if all(one.groups.values())]
    if not both or any(one.comma for one in columns):
        return []
    styles = _styles(both)
    return both if (styles is not None and np.count_nonzero(np.diff(styles[styles != 0])) <= STRETCHES) else []


def _styles(columns: Sequence[Column]) -> NDArray[np.int8] | None:
    """+1 in rows with a comma before three digits, -1 with a point, 0 with none; None where a row has both."""
    has = {
        mark: np.any([one.cells.str.contains(GROUP[mark]).fill_null(False).to_numpy() for one in columns], axis=0)
        for mark in MARKS
    }
    return None if (has[","] & has["."]).any() else (has[","].astype(np.int8) - has["."])


def _by_rows(columns: Sequence[Column], said: list[str]) -> dict[str, pl.Series]:
    """Columns whose decimal mark changes, each row by what its cells prove, else by the rows around it."""
    own = {one.name: sureness(one.cells).to_numpy() for one in columns}
    proven = np.sign(np.sum(list(own.values()), axis=0, dtype=np.int64))
    styles = _styles(columns)
    if not proven.any() and styles is not None:
        proven = np.asarray(styles, np.int64)
    known = pl.Series(proven).replace(0, None)
    before, after = (known.fill_null(strategy=way).fill_null(0).to_numpy() for way in ("forward", "backward"))
    between = before + after if styles is None else np.where(before * after < 0, styles, before + after)
    rows = np.sign(np.where(between != 0, between, np.where(before != 0, before, after)))
    listed = ", ".join(f"'{one.heading}'" for one in columns[:6])
    said.append(
        f"The decimal mark changes within {listed}: {counted(int((rows > 0).sum()), 'row')} were read with a comma, "
        f"{int((rows < 0).sum())} with a point."
    )
    found = {}
    for one in columns:
        comma = np.where(own[one.name] != 0, own[one.name], rows) > 0
        two = [_converted(one.cells, mark) for mark in MARKS]
        found[one.name] = pl.select(pl.when(pl.Series(comma)).then(two[0]).otherwise(two[1])).to_series()
    return found


def _converted(cells: pl.Series, decimal: str) -> pl.Series:
    thousands = "." if decimal == "," else ","
    grouped = cells.str.contains(_STRIPPED[thousands]).fill_null(False)
    if grouped.any():
        joined = cells.str.replace_all(thousands, "", literal=True)
        cells = pl.select(pl.when(grouped).then(joined).otherwise(cells)).to_series()
    if decimal == ",":
        cells = cells.str.replace(",", ".", literal=True)
    return cells.cast(pl.Float64, strict=False)
