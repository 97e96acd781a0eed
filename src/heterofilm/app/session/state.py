"""What a project holds after some actions: the cell and test at hand, curves that are kept, samples, a comparison."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...cell import Cell
from ...errors import InputError
from ...figures.style import Columns
from ...files import real
from ...protocol import Protocol
from ...samples import Sample, SampleFile

__all__ = ["Comparison", "Curve", "Overlaid", "Print", "State", "sample_of", "within"]

NAME = re.compile(r"[^\W_][\w .+-]{0,78}[\w+]|[^\W_]")  # of a folder on every system, of a key, of a legend's entry
FIRST_CELL, FIRST_TEST = "voc1-half", "Discharge at 5 uA/cm2 until 2.15 V"
RESERVED = ("now", "results", "cells", "nul", "con", "aux", "prn")  # the curve at hand, folders, names of Windows


@dataclass(frozen=True)
class Curve:
    """A cell under a test: all that decides a simulated curve.

    - `cell`: a name of the library, or a file within the project's folder (``cells/mine.toml``);
    - `values`: what is set in it, by dotted path, a number in the unit of the entry or a text with its own;
    - `test`: the text of the protocol; `start`: a potential or state of charge, "" for the upper cut-off.
    """

    cell: str = FIRST_CELL
    values: Mapping[str, float | str] = field(default_factory=dict)
    test: str = FIRST_TEST
    start: str = ""

    def loaded(self, folder: Path) -> Cell:
        """Its cell. Errors: `HeterofilmError` for one that makes no sense, and a file outside the folder."""
        return Cell.load(place_of(self.cell, folder), dict(self.values))

    def protocol(self, folder: Path) -> Protocol:
        """Its test; a load that it follows lies in the folder. Errors: `HeterofilmError` with the place of a slip."""
        found = Protocol.parse(self.test, folder)
        for load in found.loads():
            within(folder, load.source)
        return found


@dataclass(frozen=True)
class Comparison:
    """Which curves lie over each other: kept ones by name, measured ones as ``sample/file``; how they are shown."""

    curves: tuple[str, ...] = ()
    x: str = "capacity"
    colour: str = "name"
    offset: float = 0.0  # V from one curve to the next


@dataclass(frozen=True)
class Overlaid:
    """Which measurements lie over each other instead, as `heterofilm.samples.overlays.overlays` is told it."""

    what: str = ""  # kind of measurement; "": the curves of the comparison
    samples: tuple[str, ...] = ()  # none: all
    over: str = "samples"
    part: str = ""  # a core level, an ion; "": all
    waterfall: bool = False
    scaling: str = ""  # "": as the kind has it


@dataclass(frozen=True)
class Print:
    """How figures are exported: for a journal's columns, or as on the page ("")."""

    style: str = ""
    columns: Columns = "single"


@dataclass(frozen=True)
class State:
    """Everything that the actions in effect have made of a project."""

    curve: Curve = field(default_factory=Curve)
    shown: bool = False  # the curve of the cell and test at hand is drawn, and counts among the numbers
    kept: Mapping[str, Curve] = field(default_factory=dict)
    sheets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # sample -> content of its sample file
    analysed: tuple[str, ...] = ()
    comparison: Comparison = field(default_factory=Comparison)
    overlaid: Overlaid = field(default_factory=Overlaid)
    printed: Print = field(default_factory=Print)
    asked: Mapping[str, Any] = field(default_factory=dict)  # kind -> question, of each the last


def check_name(name: str, what: str) -> str:
    """`name`, if it can be one. Errors: `InputError`."""
    if not NAME.fullmatch(name) or name.lower() in RESERVED:
        raise InputError(
            f"'{name}' cannot be the name of a {what}: it begins with a letter or digit, has up to 80 letters, digits, "
            f"spaces and . + - _, and is none of {', '.join(RESERVED)}."
        )
    return name


def within(folder: Path, name: str) -> Path:
    """The place of a file of the project. Errors: `InputError` for one that leads out of its folder."""
    try:
        place = real(folder / name)
        inside = place.is_relative_to(real(folder))
    except (OSError, ValueError):  # of a name that no file can have
        inside = False
    if not inside:
        raise InputError(f"'{name}' leads out of the project's folder; put the file itself there.")
    return folder / name


def place_of(cell: str, folder: Path) -> str | Path:
    """What `Cell.load` is given for a cell of the session."""
    return within(folder, cell) if cell.endswith(".toml") else cell


def sample_of(name: str, sheet: Mapping[str, Any], folder: Path) -> Sample:
    """A sample as its sheet says it. Errors: `InputError` in one sentence for a sheet that makes no sense."""
    place = folder / name
    try:
        return Sample(SampleFile.model_validate(dict(sheet)), place, place / "sample.toml")
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise InputError(f"Sample '{name}', {where or 'as a whole'}: {said}.") from None
