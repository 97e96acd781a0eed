"""Units that stand in a column of their own, beside the numbers: ``Current``, ``Current Unit``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from ..errors import FileFormatError
from ..units import parse_unit
from .headings import split, unit_of, words

__all__ = ["in_si", "unit_columns"]

_UNIT = ("unit", "units", "einheit", "unité", "单位", "単位")


def unit_columns(headings: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """The headings among `wanted` that say no unit -> the heading of the column that has it.

    That one is named after it, or has no other word than "unit" and stands behind it.
    """
    found = {}
    for one in wanted:
        said, unit = split(one)
        if unit:
            continue
        behind = headings[list(headings).index(one) + 1 :][:1]
        named = [cell for cell in headings if words(cell) in {f"{said} {word}" for word in _UNIT}]
        named += [cell for cell in headings if words(cell) in {f"{word} {said}" for word in _UNIT}]
        named += [cell for cell in behind if words(cell) in _UNIT and list(headings).count(cell) == 1]
        if named:
            found[one] = named[0]
    return found


def in_si(frame: pl.DataFrame, beside: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """The columns times the units beside them, and what they are called now: with one unit, in their headings.

    Errors: `HeterofilmError` for a cell that is no unit, and for units that measure different things.
    """
    names = {}
    for one, other in beside.items():
        cells = frame[other].cast(pl.String).str.strip_chars()
        said = cells.drop_nulls().unique(maintain_order=True).to_list()
        units = {cell: unit_of(cell) for cell in said[:50]}
        wrong = next((cell for cell, unit in units.items() if not unit or unit == "clock"), None)
        if wrong is not None or not units or len(said) > len(units):
            raise FileFormatError(f"its column '{other}' says '{(wrong or '')[:40]}', which is no unit for '{one}'.")
        parsed = {cell: parse_unit(unit or "") for cell, unit in units.items()}
        first = next(iter(parsed.values()))
        if any(unit.dimension != first.dimension or unit.offset != first.offset for unit in parsed.values()):
            raise FileFormatError(f"its column '{other}' has units of different kinds: {', '.join(said[:6])}.")
        scale = cells.replace_strict(
            {cell: unit.factor / first.factor for cell, unit in parsed.items()}, default=None, return_dtype=pl.Float64()
        )
        names[one] = f"{one} ({units[said[0]]})"
        if (scale != 1.0).any():
            frame = frame.with_columns(pl.col(one) * scale)
        frame = frame.rename({one: names[one]})
    return frame, names
