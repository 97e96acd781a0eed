"""`Line` and `Preset`: what a fit may do, declared - which lines, where, how wide, tied to which.

Presets of the project stand in ``presets.toml`` with their sources; a user's own file has the same form.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from ...errors import FileFormatError, InputError, did_you_mean

__all__ = ["Line", "Preset", "Span", "preset", "presets_in"]


@dataclass(frozen=True)
class Span:
    """A value that may move between two limits; equal limits hold it."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, given: Any, where: str) -> Span:
        """From a number (held), or [value, low, high].

        Errors: `HeterofilmError` for anything else, or a value outside its limits.
        """
        numbers = [given] * 3 if isinstance(given, int | float) else given
        if (
            not isinstance(numbers, list)
            or len(numbers) != 3
            or not all(isinstance(x, int | float) for x in numbers)
            or not numbers[1] <= numbers[0] <= numbers[2]
        ):
            raise InputError(f"{where} must be a number, or [value, low, high] in that order, got {given}.")
        return cls(*(float(x) for x in numbers))

    @property
    def held(self) -> bool:
        return self.high <= self.low


@dataclass(frozen=True)
class Line:
    """One component of a fit.

    - `name`; `state`: what its area counts for (``V5+``, or several: ``Cu+ and Cu0``); "" for a line that counts for
      nothing, such as the other half of a doublet or oxygen;
    - `energy_eV`, `fwhm_eV`: absolute, or with a `parent` the distance to its energy and the ratio to its width;
    - `area`: with a `parent` the ratio to its area; None leaves it free;
    - `shape`, `values`: as in `shapes.shape`.
    """

    name: str
    energy_eV: Span
    fwhm_eV: Span
    state: str = ""
    parent: str = ""
    area: Span | None = None
    shape: str = "gl-sum"
    values: tuple[float, ...] = (0.3,)


@dataclass(frozen=True)
class Preset:
    """A region of the spectrum: `window` in eV, `background`, `lines`, and where the numbers come from.

    `reference`: name of the line whose energy is the reference of the energy axis, "" for none.
    """

    name: str
    title: str
    source: str
    window: tuple[float, float]
    background: str
    lines: tuple[Line, ...]
    reference: str = ""
    note: str = ""

    def line(self, name: str) -> Line:
        """The line called `name`.

        Errors: `HeterofilmError` when there is none.
        """
        for line in self.lines:
            if line.name == name:
                return line
        names = [line.name for line in self.lines]
        raise InputError(f"The preset '{self.name}' has no line '{name}'.{did_you_mean(name, names)}")


def preset(name: str, path: str | os.PathLike[str] | None = None) -> Preset:
    """The preset `name`, of the project or of the TOML file `path`.

    Errors: `HeterofilmError` for an unknown name, or a file that is no table of presets.
    """
    known = presets_in(path)
    if name not in known:
        raise InputError(f"There is no XPS preset '{name}'.{did_you_mean(name, known)} Known: {', '.join(known)}.")
    return known[name]


def presets_in(path: str | os.PathLike[str] | None = None) -> dict[str, Preset]:
    """All presets of the project, or of a TOML file.

    Errors: `HeterofilmError` for a file that cannot be read, or holds something else.
    """
    where = "presets.toml" if path is None else str(path)
    try:
        text = (
            resources.files(__package__).joinpath("presets.toml").read_text(encoding="utf-8")
            if path is None
            else Path(path).read_text(encoding="utf-8")
        )
        tables = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise FileFormatError(f"Cannot read the XPS presets '{where}': {str(error).splitlines()[0]}.") from None
    return {name: _preset(name, table, where) for name, table in tables.items()}


def _preset(name: str, table: Any, where: str) -> Preset:
    place = f"The preset '{name}' in '{where}'"
    if not isinstance(table, dict) or not isinstance(table.get("line"), list) or not table["line"]:
        raise InputError(f"{place} has no [[{name}.line]].")
    _known(table, {"title", "source", "window", "background", "reference", "note", "line"}, place)
    window = table.get("window")
    if not (isinstance(window, list) and len(window) == 2 and float(window[0]) < float(window[1])):
        raise InputError(f"{place} needs window = [low, high] in eV.")
    lines = tuple(_line(one, place) for one in table["line"])
    names = [line.name for line in lines]
    for k, line in enumerate(lines):
        if line.parent and line.parent not in names[:k]:
            raise InputError(f"{place}: the line '{line.name}' hangs on '{line.parent}', which does not stand above.")
    return Preset(
        name, str(table.get("title", name)), str(table.get("source", "")), (float(window[0]), float(window[1])),
        str(table.get("background", "shirley")), lines, str(table.get("reference", "")), str(table.get("note", "")),
    )  # fmt: skip


def _line(table: Any, place: str) -> Line:
    if not isinstance(table, dict) or not {"name", "energy_eV", "fwhm_eV"} <= set(table):
        raise InputError(f"{place}: every line needs name, energy_eV and fwhm_eV.")
    _known(table, {f.name for f in fields(Line)}, place)
    here = f"{place}: {table['name']}"
    return Line(
        str(table["name"]), Span.of(table["energy_eV"], f"{here}, energy_eV"),
        Span.of(table["fwhm_eV"], f"{here}, fwhm_eV"),
        str(table.get("state", "")), str(table.get("parent", "")),
        Span.of(table["area"], f"{here}, area") if "area" in table else None, str(table.get("shape", "gl-sum")),
        tuple(float(x) for x in table.get("values", (0.3,))),
    )  # fmt: skip


def _known(table: dict[str, Any], names: set[str], place: str) -> None:
    for key in table:
        if key not in names:
            raise InputError(f"{place} has a key '{key}' that is not known.{did_you_mean(key, names)}")
