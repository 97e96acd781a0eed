"""Which of comma and point is the decimal mark of each column of a table of text, where a cell alone may be either.

``1,234`` is 1.234 or 1234. One cell does not tell; the other cells of its column do, and those of the other columns.
Where no cell tells, what is plausible does: a voltage (3,496 mV is one of 3.5 V), the range of an axis, whole numbers
below one thousand without a mark. Else a point is one of decimals, and a comma beside it one of thousands. What rests
on anything but cells is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..errors import HeterofilmError
from ..text_tables import POTENTIAL, split
from ..units import parse_unit

__all__ = ["END", "GROUP", "MARKS", "OTHER", "Column", "column", "decimal_marks", "sureness"]

HEAD = 1000  # cells that tell a column's mark, where one of them does
GROUPED = {",": 3, ".": 10}  # cells with a mark before three digits that make marks of thousands likely
CELL = 0.5, 6.0  # V, of a cell
HIGHEST = 20.0  # V, of any cell
END = r"(?:[eE][+-]?\d+)?$"
MARKS = ",."
OTHER = {",": ".", ".": ","}
GROUP = {mark: rf"^[+-]?[1-9]\d{{0,2}}[{mark}]\d{{3}}$" for mark in MARKS}
_ONE = {mark: rf"^[+-]?\d*[{mark}]\d*{END}" for mark in MARKS}
_THOUSANDS = {
    mark: rf"^[+-]?\d{{1,3}}(?:(?:[{mark}]\d{{3}}){{2,}}|(?:[{mark}]\d{{3}})+[{other}]\d*){END}"
    for mark, other in OTHER.items()
}
_WORD = {",": "comma", ".": "point"}
_COMMA_LANGUAGES = re.compile(
    r"zeit|spannung|strom|zyklus|zyklen|schritt|wellenl|bindungs|intensität|winkel|frequenz|kapazität|temperatur\b|"
    r"\btemps|courant|longueur|tension|énergie|fréquence|tiempo|corriente|voltaje", re.IGNORECASE,
)  # fmt: skip
_AXES = (  # of an axis by its heading: no number is larger
    (re.compile(r"theta|θ|angle|winkel|\btth\b", re.I), 180.0),  # deg
    (re.compile(r"binding|kinetic|bindungs|\b[bk]\.?e\.?\b", re.I), 2e4),  # eV
    (re.compile(r"wave\s?length|wellenl|lambda|λ|longueur", re.I), 5e4),  # nm
    (re.compile(r"raman|wave\s?number|1/cm|cm\W*1", re.I), 6e4),  # cm-1
)


@dataclass(frozen=True)
class Column:
    """A column's cells and what they say of its marks.

    - `sure`: mark -> how many cells say that it is the decimal one;
    - `groups`: mark -> how many have it before three digits, which may be decimals or thousands;
    - `doubtful`: some are no numbers as they stand, or may be other numbers than they seem.
    """

    name: str
    heading: str
    cells: pl.Series
    sure: dict[str, int]
    groups: dict[str, int]
    doubtful: bool

    @property
    def comma(self) -> int:
        """How many cells say that the comma is the decimal mark, less those that say it of the point."""
        return self.sure[","] - self.sure["."]

    @property
    def mark(self) -> str:
        """The mark that may be either."""
        return max(MARKS, key=lambda mark: self.groups[mark])

    @property
    def size(self) -> float:
        """The middle size of the numbers with that mark, if it marks decimals."""
        grouped = self.cells.filter(self.cells.str.contains(GROUP[self.mark])).str.replace(self.mark, ".", literal=True)
        return float(np.median(np.abs(grouped.cast(pl.Float64).to_numpy())))

    @property
    def whole(self) -> bool:
        """Whether its numbers without a mark are whole and below one thousand: the mark is one of thousands."""
        if self.groups[self.mark] < GROUPED[self.mark]:
            return False
        bare = self.cells.filter(~self.cells.str.contains(GROUP[self.mark])).cast(pl.Float64, strict=False)
        sizes = np.abs(bare.drop_nulls().to_numpy())
        return bool((sizes > 0.0).any() and ((sizes < 1e3) & (sizes == np.rint(sizes))).all())

    @property
    def signs(self) -> bool:
        """Whether it has numbers of both signs."""
        minus = self.cells.str.starts_with("-")
        return bool(minus.any() and not minus.all())

    def beyond(self, decimal: str) -> bool:
        """Whether its numbers would lie beyond all that its heading allows, with `decimal` the decimal mark."""
        if self.mark == decimal:
            return False
        factor = _volts(self.heading)
        highest = HIGHEST / factor if factor else next((top for said, top in _AXES if said.search(self.heading)), None)
        return highest is not None and 1e3 * self.size > highest


def sureness(cells: pl.Series) -> pl.Series:
    """+1 where a cell alone says that the comma is its decimal mark, -1 where it says it of the point, else 0."""
    sure = {
        mark: (cells.str.contains(_ONE[mark]) & ~cells.str.contains(GROUP[mark]))
        | cells.str.contains(_THOUSANDS[OTHER[mark]])
        for mark in MARKS
    }
    return (sure[","].cast(pl.Int8) - sure["."].cast(pl.Int8)).fill_null(0)


def column(name: str, heading: str, cells: pl.Series, unread: bool) -> Column:
    """A column with its evidence; `unread`: some cells are no numbers as they stand."""
    sure, groups = _counted(cells.head(HEAD))
    if cells.len() > HEAD:
        both = unread and all(cells.str.contains(mark, literal=True).any() for mark in MARKS)
        if both or (not any(sure.values()) and cells.str.contains("[.,]").any()):
            sure, groups = _counted(cells)
    return Column(name, heading, cells, sure, groups, unread or (sure[","] <= sure["."] == 0 and groups["."] > 0))


def _counted(cells: pl.Series) -> tuple[dict[str, int], dict[str, int]]:
    known = sureness(cells)
    groups = {mark: int(cells.str.contains(GROUP[mark]).sum() or 0) for mark in MARKS}
    return {",": int((known > 0).sum()), ".": int((known < 0).sum())}, groups


def decimal_marks(columns: Sequence[Column], separator: str, said: list[str]) -> dict[str, str]:
    """The decimal mark of each column: by its own cells, else by those of the others, else by what is plausible."""
    found = {one.name: "," if one.comma > 0 else "." for one in columns}
    unsure = [one for one in columns if not one.comma and any(one.groups.values())]
    if not unsure:
        return found
    total = sum(one.comma for one in columns)
    if total:
        for one in unsure:
            found[one.name] = _beside(one, "," if total > 0 else ".", said)
    elif len({one.mark for one in unsure}) > 1:
        found |= _of_both(unsure, separator, said)
    else:
        mark = (_of_commas if unsure[0].mark == "," else _of_points)(unsure, separator, said)
        found |= {one.name: mark for one in unsure}
    return found


def _beside(one: Column, decimal: str, said: list[str]) -> str:
    """The mark of a column that may be either, where other columns say that `decimal` is theirs."""
    if one.mark == decimal or one.whole:
        return decimal
    if one.beyond(decimal):
        said.append(
            f"The {_WORD[one.mark]} in '{one.heading}' was taken for a mark of decimals although other columns have a "
            f"decimal {_WORD[decimal]}: numbers a thousand times larger are none of it."
        )
        return one.mark
    said.append(_as_thousands(one, f"other columns have a decimal {_WORD[decimal]}"))
    return decimal


def _of_both(columns: Sequence[Column], separator: str, said: list[str]) -> dict[str, str]:
    """The marks of columns some of which have points before three digits, and some commas, and nothing else."""
    score = {".": 0, ",": int(_comma_language(columns, separator))}
    for one in columns:
        for decimal in MARKS:
            score[decimal] -= 3 * one.beyond(decimal)
        score[OTHER[one.mark]] += 2 * one.whole
    decimal = "," if score[","] > score["."] else "."
    marks = {one.name: one.mark if one.beyond(decimal) else decimal for one in columns}
    kinds = [
        f"{_WORD[mark]} in {_listed(these)} for one of {kind}"
        for kind, wanted in (("decimals", True), ("thousands", False)) for mark in ".,"
        if (these := [one for one in columns if one.mark == mark and (marks[one.name] == mark) == wanted])
    ]  # fmt: skip
    said.append(
        f"Points and commas both stand before three digits, and no other number tells which marks decimals: the "
        f"{', the '.join(kinds)} was taken."
    )
    return marks


def _of_points(columns: Sequence[Column], separator: str, said: list[str]) -> str:
    """A point before three digits, and no comma: one of decimals, unless something speaks for thousands."""
    for one in columns:
        if one.whole:
            said.append(_as_thousands(one, "its numbers below one thousand have none"))
            return ","
    for one in columns:
        if _only_as_thousands(one):
            if _comma_language(columns, separator):
                said.append(_as_thousands(one, "no cell has a voltage a thousand times smaller"))
                return ","
            said.append(
                f"The point in '{one.heading}' was taken for a mark of decimals; if it is one of thousands, export the "
                "table without it."
            )
    return "."


def _of_commas(columns: Sequence[Column], separator: str, said: list[str]) -> str:
    """A comma before three digits, and no point."""
    for one in columns:
        if one.beyond(".") or (_volts(one.heading) and one.size * (_volts(one.heading) or 0.0) > CELL[0]):
            return ","
        if _only_as_thousands(one):
            said.append(_as_thousands(one, "no cell has a voltage a thousand times smaller"))
            return "."
    for one in columns:
        if one.whole:
            said.append(_as_thousands(one, "its numbers below one thousand have none"))
            return "."
    example = columns[0].cells.filter(columns[0].cells.str.contains(GROUP[","]))[0]
    said.append(
        f"Nothing tells whether the comma in {_listed(columns)} ('{example}') marks decimals or thousands: it was "
        "taken for a decimal comma."
    )
    return ","


def _only_as_thousands(one: Column) -> bool:
    """Whether a column holds voltages of a cell if its mark is one of thousands; one of both signs does not."""
    factor = _volts(one.heading)
    return factor is not None and not one.signs and CELL[0] <= 1e3 * factor * one.size <= CELL[1]


def _comma_language(columns: Sequence[Column], separator: str) -> bool:
    return separator == ";" or any(_COMMA_LANGUAGES.search(one.heading) for one in columns)


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(f"'{one.heading}'" for one in columns[:6])


def _as_thousands(one: Column, why: str) -> str:
    return f"The {_WORD[one.mark]} in '{one.heading}' was taken for a mark of thousands: {why}."


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
