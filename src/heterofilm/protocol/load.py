"""A load over time from a csv file: current, power or voltage, followed row by row."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from heterofilm.errors import FileFormatError, HeterofilmError, InputError
from heterofilm.files import read_file
from heterofilm.units import parse_unit, to_si

from .quantities import Limit
from .words import LOAD_QUANTITIES

MAX_BYTES = 50_000_000
UNITS = {"current": ("A/m2", "A"), "power": ("W/m2", "W"), "voltage": ("V",)}
"""SI units of what a load imposes; per area or absolute."""
_NAMED = {"current": ("current", "i"), "power": ("power", "p"), "voltage": ("voltage", "potential", "v", "u", "e")}
_TIMES = ("test time", "time", "t", "elapsed time", "total time")  # the better name first
_BDF = ("test time / s", "test_time_second")  # how the Battery Data Format heads its time
_SPELLED_OUT = {"ampere": "A", "volt": "V", "watt": "W"}  # as its headings without spaces have it


class _Column(NamedTuple):
    """A column of the file that may be used."""

    place: int
    heading: str
    name: str
    unit: str


@dataclass(frozen=True)
class Load:
    """A load over time: current or power, positive on discharge, or voltage, linear between its rows.

    ``times`` (s, from 0, never falling: two rows at one time are a jump) and ``values`` (in ``unit``: A/m2, A, W/m2,
    W or V). Voltages and a time among ``limits`` end it before its last row. ``quantity`` is what was asked for of a
    file that holds several; ``note`` says what was assumed of the file.
    """

    source: str
    unit: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    limits: tuple[Limit, ...] = ()
    quantity: str = ""
    note: str = field(default="", compare=False)
    kind: str = field(default="load", init=False, compare=False)

    @classmethod
    def read(cls, path: str | Path, quantity: str = "", limits: Sequence[Limit] = ()) -> Load:
        """Read a csv file whose headings carry units, such as ``time / s, current / uA cm-2``.

        The time and what is imposed are found by their names and units; of several that may be meant, the current
        before the power before the voltage, unless ``quantity`` names one. A file in the Battery Data Format (as a
        `Record` writes it) is positive on charge and is turned.
        """
        path = Path(path)
        what = f"The load '{path.name}'"
        rows = _rows(path, what)
        columns = _columns(rows[0])
        if not any(column.unit for column in columns):
            cell = rows[0][min(1, len(rows[0]) - 1)].strip()[:40]
            raise InputError(
                f"{what} has the heading '{cell}', but a name with a unit, such as 'time / s', was expected."
            )
        time = _time(columns, rows[0], what)
        column, found, si, note = _imposed(columns, quantity, rows[0], what)
        try:
            times = [to_si(float(row[time.place]), time.unit) for row in rows[1:]]
            values = [to_si(float(row[column.place]), column.unit) for row in rows[1:]]
        except (ValueError, IndexError):
            raise InputError(f"{what} has a row that is not two numbers.") from None
        if not all(map(math.isfinite, times + values)) or any(b < a for a, b in pairwise(times)):
            raise InputError(f"{what} must hold finite numbers and times that rise from row to row.")
        if found != "voltage" and time.heading.strip().lower() in _BDF:
            values = [0.0 - value for value in values]
            turned = f"its {found} is positive on charge, as the Battery Data Format has it, and was turned"
            note = f"{note}; {turned}" if note else f"{what}: {turned}"
        seconds = tuple(t - times[0] for t in times)
        return cls(str(path), si, seconds, tuple(values), tuple(limits), quantity, f"{note}." if note else "")

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(self.limits))
        known = [unit for units in UNITS.values() for unit in units]
        if self.unit not in known or len(self.times) != len(self.values) or len(self.times) < 2:
            raise InputError("A load needs a unit of current, power or voltage and as many values as times.")
        if not self.times[-1] > self.times[0]:
            raise InputError(f"The load '{Path(self.source).name}' lasts no time at all.")
        for limit in self.limits:
            if limit.kind not in ("voltage", "time"):
                raise InputError(f"A load ends at a voltage or a time, not at a {limit.kind} ({limit}).")
        if len({(limit.kind, limit.value) for limit in self.limits}) < len(self.limits):
            raise InputError("A load has a limit twice: keep one.")
        if sum(limit.kind == "time" for limit in self.limits) > 1:
            raise InputError("A load has two time limits: keep one.")

    @property
    def digest(self) -> str:
        """A fingerprint of what is imposed: the file may be changed, its name not."""
        return hashlib.sha256(repr((self.unit, self.times, self.values)).encode()).hexdigest()

    def __str__(self) -> str:
        of = f"{self.quantity} of " if self.quantity else ""
        return f'Follow {of}"{self.source}" {" or ".join(limit.words for limit in self.limits)}'.rstrip()


@dataclass(frozen=True)
class Ramp(Load):
    """A current or power that changes evenly over time: a load of two points, whose source is what was written."""

    def __str__(self) -> str:
        return self.source


def _rows(path: Path, what: str) -> list[list[str]]:
    """All rows that hold anything. Errors: `HeterofilmError` for what is no file, too large, no text or no table."""
    try:
        text = read_file(path, MAX_BYTES, "load").decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        if separator != ",":  # where the comma may be the decimal mark
            text = re.sub(r"(?<=\d),(?=\d)", ".", text)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(c.strip() for c in row)]
    except (csv.Error, ValueError) as error:
        raise FileFormatError(f"Cannot read the load '{path}': {error}.") from None
    if len(rows) < 3 or len(rows[0]) < 2:
        raise InputError(f"{what} needs a heading and two rows of at least two columns, time and what is imposed.")
    return rows


def _columns(headings: Sequence[str]) -> list[_Column]:
    """Name and unit of every heading: ``current / uA cm-2``, ``current (mA)``, ``current_uA_cm2``; "" for none."""
    found = []
    for place, cell in enumerate(headings[:1000]):
        match = re.fullmatch(r"\s*([A-Za-z ]{1,60}?)\s*(?:/|\[|\(|_)\s*([^\s].{0,60}?)\s*[\])]?\s*", cell)
        name, unit = (match[1].lower(), match[2].replace("_", "/")) if match else (cell.strip().lower()[:60], "")
        if cell.strip().lower() in _BDF:
            name, unit = "test time", "s"
        unit = _SPELLED_OUT.get(unit, unit)
        try:
            parse_unit(unit or "1")
        except HeterofilmError:
            unit = ""
        found.append(_Column(place, cell, name, unit))
    return found


def _is(unit: str, si: str) -> bool:
    return bool(unit) and parse_unit(unit).dimension == parse_unit(si).dimension


def _time(columns: Sequence[_Column], headings: Sequence[str], what: str) -> _Column:
    """The column of the time, by its unit, and of several by its name."""
    found = [column for column in columns if _is(column.unit, "s")]
    for name in _TIMES:
        named = [column for column in found if column.name == name]
        if named:
            return named[0]
    if len(found) != 1:
        raise InputError(
            f"{what} has the columns {_said(headings)}: a time such as 'time / s' belongs there"
            + (", and one of them alone." if found else ".")
        )
    return found[0]


def _imposed(
    columns: Sequence[_Column], wanted: str, headings: Sequence[str], what: str
) -> tuple[_Column, str, str, str]:
    """The column that is imposed, its quantity and SI unit, and what was assumed to find it."""
    if wanted and wanted not in LOAD_QUANTITIES:
        raise InputError(f"A load imposes a current, power or voltage, not '{wanted}'.")
    found: dict[str, list[tuple[_Column, str]]] = {}
    for column in columns:
        for quantity, units in UNITS.items():
            for si in units:
                if _is(column.unit, si):
                    found.setdefault(quantity, []).append((column, si))
    chosen = wanted or next((q for q in LOAD_QUANTITIES if q in found), "")
    if chosen not in found:
        words = f"{'a' if wanted else 'a current, power or'} {wanted or 'voltage'}"
        raise InputError(f"{what} has the columns {_said(headings)}: {words} with its unit belongs there.")
    several = found[chosen]
    named = [pair for pair in several if pair[0].name in _NAMED[chosen]]
    if len(several) > 1 and len(named) != 1:
        names = ", ".join(f"'{column.heading.strip()}'" for column, _ in several[:6])
        raise InputError(f"{what} has several columns of {chosen}, {names}: keep one.")
    column, si = named[0] if len(several) > 1 else several[0]
    note = ""
    others = [q for q in found if q != chosen]
    if others and not wanted:
        note = (
            f"{what}: its column '{column.heading.strip()}' is followed, though it holds a {others[0]} too "
            f"(write 'Follow {others[0]} of' for that)"
        )
    return column, chosen, si, note


def _said(headings: Sequence[str]) -> str:
    shown = ", ".join(f"'{cell.strip()[:40]}'" for cell in headings[:6])
    return shown + (" ..." if len(headings) > 6 else "")
