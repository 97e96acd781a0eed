"""Headings that come again below the first rows of a table: each part is read by its own.

Programs write them where a test was continued, appended or exported in pieces. Columns may then stand in another order
or in another unit; a part that lacks a column is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..units import parse_unit
from .headings import split, unit_of

__all__ = ["heading_rows", "parts_of"]

MOST = 10_000  # rows without a number that are looked at
_NUMBER = r"^[\s\"(]*[+\-\u2212\u2013]?[.,]?\d"


def heading_rows(frame: pl.DataFrame, headings: Sequence[str]) -> list[int]:
    """The rows of text that are headings again: two or more of their words, and mostly these."""
    if not frame.width or not frame.height:
        return []
    wordy = frame.select(
        ~pl.any_horizontal(pl.all().str.contains(_NUMBER).fill_null(False))
        & ~pl.all_horizontal(pl.all().is_null())
    ).to_series()  # fmt: skip
    known = {split(heading)[0] for heading in headings if heading}
    found = []
    for row in wordy.arg_true().to_list()[:MOST]:
        said = [split(cell)[0] for cell in frame.row(row) if cell]
        again = sum(one in known for one in said)
        if again > 1 and 2 * again >= len(said):
            found.append(row)
    return found


def parts_of(
    frame: pl.DataFrame, headings: Sequence[str], wanted: Sequence[str], rows: Sequence[int], told: list[str]
) -> tuple[pl.DataFrame, dict[str, NDArray[Any]]]:
    """The columns `wanted` of all parts one below the other, and what to multiply them by for one unit, shape (n,).

    `frame` has all columns of the table as text, `rows` are its `heading_rows`.

    Errors: `HeterofilmError` for a part without a column that is wanted, or with it in a unit of another kind.
    """
    first = {one: (list(headings).index(one), 1.0) for one in wanted}
    parts = [(0, rows[0], first)]
    for row, stop in zip(rows, [*rows[1:], frame.height], strict=True):
        cells = [cell or "" for cell in frame.row(row)]
        start = row + 1
        units = [unit_of(cell or "") for cell in frame.row(start)] if start < frame.height else [None]
        if all(unit is not None for unit in units) and sum(bool(unit) for unit in units) > 1:
            cells = [f"{cell} ({unit})" if unit and not split(cell)[1] else cell
                     for cell, unit in zip(cells, units, strict=True)]  # fmt: skip
            start += 1
        parts.append((start, stop, _places(cells, wanted)))
    if any(places != first for _, _, places in parts):
        told.append("The headings change within the file; each part was read by its own.")
    pieces = [frame[a:b].select(pl.nth(at).alias(one) for one, (at, _) in places.items()) for a, b, places in parts]
    factors = {
        one: np.concatenate([np.full(max(b - a, 0), places[one][1]) for a, b, places in parts]) for one in wanted
    }
    return pl.concat(pieces), {one: factor for one, factor in factors.items() if (factor != 1.0).any()}


def _places(cells: Sequence[str], wanted: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Where each column stands below other headings, and the factor of its unit there to that of the first ones."""
    found = {}
    for one in wanted:
        said, unit = split(one)
        at = next((k for k, cell in enumerate(cells) if split(cell)[0] == said), None)
        if at is None:
            raise FileFormatError(
                f"its headings change to '{', '.join(filter(None, cells))[:120]}', where '{one}' is missing: put "
                "the parts into files of their own."
            )
        found[one] = (at, _factor(one, unit, cells[at], split(cells[at])[1]))
    return found


def _factor(heading: str, unit: str, again: str, new: str) -> float:
    if new in ("", unit):
        return 1.0
    if unit and "clock" not in (unit, new):
        old, own = parse_unit(unit), parse_unit(new)
        if old.dimension == own.dimension and old.offset == own.offset == 0.0:
            return own.factor / old.factor
    raise FileFormatError(
        f"its heading '{heading}' changes to '{again}' within the file: put the parts into files of their own."
    )
