"""Units that stand in a column of their own, beside the numbers: ``Current``, ``Current Unit``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from ..errors import FileFormatError
from ..units import parse_unit
from .headings import split, unit_of, words

__all__ = ["in_si", "unit_columns"]

_UNIT = ("unit", "units", "einheit", "unité", "单位", "単位")
_ALONE = re.compile(rf"(?:{'|'.join(_UNIT)})(?:[. ]?\d+)?")  # pandas numbers headings that come again: Unit.1


def unit_columns(headings: Sequence[str], wanted: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The headings among `wanted` that say no unit -> the place of the column that has it.

    That one is named after it, or stands behind it and has no other word than "unit", or no heading and nothing but
    units in the first `rows`.

    Errors: `HeterofilmError` where a heading says another unit than the column behind it.
    """
    found: dict[str, int] = {}
    names = {split(one)[0] for one in wanted}
    for one in wanted:
        said, unit = split(one)
        own = {f"{said} {word}" for word in _UNIT} | {f"{word} {said}" for word in _UNIT}
        place = next((k for k, cell in enumerate(headings) if words(cell) in own), None)
        behind = list(headings).index(one) + 1
        if place is None and behind < len(headings) and _behind(headings[behind], names):
            cells = _cells(rows, behind)
            units = bool(cells) and all(unit_of(cell) for cell in cells)
            place = behind if units or _ALONE.fullmatch(words(headings[behind])) else None
        if place is None or place in found.values():
            continue
        if not unit:
            found[one] = place
            continue
        other = next((cell for cell in _cells(rows, place) if not _same(unit, cell)), None)
        if other is not None:
            raise FileFormatError(
                f"its heading '{one}' says {unit}, but the column of units beside it '{other[:20]}': delete the wrong "
                "one."
            )
    return found


def _behind(heading: str, names: set[str]) -> bool:
    """Whether a heading may be that of a column of units for the column before it: of none of the others."""
    said = words(heading)
    rest = re.sub(rf"\b(?:{'|'.join(_UNIT)})\b", "", said).strip()
    return not said or (rest != said and rest not in names)


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row) and row[place]]


def _same(unit: str, cell: str) -> bool:
    """Whether a cell says the unit of a heading, or none at all."""
    said = unit_of(cell)
    if not said or "clock" in (said, unit):
        return True
    one, two = parse_unit(unit), parse_unit(said)
    return one.dimension != two.dimension or one.factor == two.factor


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
