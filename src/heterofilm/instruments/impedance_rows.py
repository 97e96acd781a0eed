"""Rows of numbers in a text without a vendor's layout, the headings above them, and what was assumed of their marks."""

from __future__ import annotations

import csv
import math
import re
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.spectrum import LEAST
from ..text_tables import SIGNS
from .headings import split
from .marks import as_numbers

__all__ = ["heading_cells", "is_row", "rows_below_headings", "with_units"]

HEADINGS = 3  # lines before the numbers that can name the columns and their units
OVERLOAD = 1e30  # beyond it a number says that the instrument measured none
_BODY = r"(?:\d[\d.,]*|[.,]\d+)(?:[eE][+\-\u2212\u2013]?\d+)?"
_SPACED = r"\d{1,3}(?:['\u2019_ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d*)?"
_NUMBER = re.compile(rf"[+{SIGNS}]?\s*{_BODY}|\(\s*{_BODY}\s*\)|{_BODY}\s*[{SIGNS}]|[+\-]?(?:nan|inf(?:inity)?)", re.I)
_IN_CELLS = re.compile(rf"[+{SIGNS}]?\s*{_SPACED}|\(\s*{_SPACED}\s*\)|{_SPACED}\s*[{SIGNS}]|{_NUMBER.pattern}", re.I)


def is_row(line: str) -> list[str] | None:
    """The numbers in a line as they stand there, None where it holds anything else.

    Semicolons and tabs separate, then commas, then blanks; a comma that does not separate is one within a number.

    >>> is_row("1,5\\t2,5"), is_row("1,5 2,5"), is_row("1, 2.5"), is_row("f/Hz")
    (['1,5', '2,5'], ['1,5', '2,5'], ['1', '2.5'], None)
    """
    text = line.strip()
    for mark in (";", "\t"):
        if mark in text:
            return _all(text.split(mark), _IN_CELLS)
    if '"' in text and "," in text:
        return _all(next(csv.reader([text], skipinitialspace=True)), _IN_CELLS)
    for pattern in (r"\s*,\s*", r"\s+", r"\s*,\s*|\s+"):
        found = _all(re.split(pattern, text), _NUMBER)
        if found is not None:
            return found
    return None


def _all(cells: Sequence[str], number: re.Pattern[str]) -> list[str] | None:
    plain = [cell.strip().strip('"').strip() for cell in cells]
    return [cell for cell in plain if cell] if all(number.fullmatch(cell) for cell in plain if cell) else None


def rows_below_headings(text: str) -> tuple[list[str], NDArray[Any], list[str]]:
    """The last line of headings before the first row of numbers, with the units below it, the rows, what is to be said.

    Errors: `HeterofilmError` for too few rows, and for one with a word or a gap, with the number of its line.
    """
    above: deque[str] = deque(maxlen=HEADINGS)
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = is_row(line)
        if row is None:
            if rows or (len(above) > 0 and _damaged(line, above)):
                raise FileFormatError(f"line {number} is no row of numbers ('{line.strip()[:60]}').")
            above.append(line)
            continue
        if not row:
            continue
        if len(rows) == 1 and len(rows[0]) == 1 < len(row):
            rows.clear()  # a number alone before the rows: how many follow
            lines.clear()
        if rows and len(row) != len(rows[0]):
            raise FileFormatError(f"line {number} has {len(row)} numbers where {len(rows[0])} were expected.")
        rows.append(row)
        lines.append(number)
    if len(rows) < LEAST:
        raise FileFormatError(
            f"a spectrum needs at least {LEAST} rows of frequency, Re Z and Im Z, but {len(rows)} are there."
        )
    headings: list[str] = []
    for line in above:
        headings = with_units(headings, heading_cells(line))
    names = [f"column {k}" for k in range(1, len(rows[0]) + 1)]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    numbers, said = as_numbers(frame, headings if len(headings) == len(names) else names)
    found = numbers.to_numpy()
    for row_number, values in zip(lines, found, strict=True):
        if not all(map(math.isfinite, values)):
            raise FileFormatError(f"line {row_number} has a gap (NaN or infinite): leave this point out.")
    sound = (np.abs(found) < OVERLOAD).all(axis=1)
    told = [one.rstrip(".") for one in said]
    if not sound.all():
        told.append(f"{int((~sound).sum())} of {sound.size} rows without an impedance (overload) left out")
    if sound.sum() < LEAST:
        raise FileFormatError(f"only {int(sound.sum())} of its {sound.size} rows hold an impedance (overload).")
    return headings, found[sound], told


def _damaged(line: str, above: Sequence[str]) -> bool:
    """Whether a line below headings is a row of which a cell was not measured, rather than a heading itself."""
    cells = heading_cells(line)
    numbers = sum(_IN_CELLS.fullmatch(cell) is not None for cell in cells)
    wide = any(len(heading_cells(one)) == len(cells) for one in above)
    return wide and len(cells) > 2 and _IN_CELLS.fullmatch(cells[0]) is not None and numbers > 0


def heading_cells(line: str) -> list[str]:
    """The headings in a line: by semicolons, tabs or commas where it has any, else by blanks before a word."""
    mark = next((m for m in (";", "\t", ",") if m in line), r"(?<!/)\s+(?![\[(/])")
    return [c.strip().strip('"') for c in re.split(mark, re.sub(r"^\s*[#%!]+\s*", "", line.strip()))]


def with_units(above: Sequence[str], cells: Sequence[str]) -> list[str]:
    """The headings in `cells`, or, where these are nothing but units, those of the line above with their units."""
    units = [split(f"x ({cell.strip('()[]')})")[1] if cell else "" for cell in cells]
    if len(above) == len(cells) and any(units) and all(u or not c for u, c in zip(units, cells, strict=True)):
        return [f"{h} ({u})" if u else h for h, u in zip(above, units, strict=True)]
    return list(cells)
