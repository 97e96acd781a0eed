"""Where an entry comes from, and its text: files of the package, files of one's own, tables in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from ..errors import FileFormatError, HeterofilmError, InputError, did_you_mean
from ..files import is_file, real
from .columns import inside, read_columns
from .core_level import CoreLevel
from .device import Device
from .junction import Junction
from .like import LONGEST, laid_over
from .loads import Diode, Harvester, PublishedCell, SensorNode
from .materials import Material
from .ocv import COLUMNS as OCV_COLUMNS
from .ocv import column_of
from .schema import Anode, CellSpec, Electrolyte, Film, Phase
from .semiconductor import Semiconductor
from .sputtering import Crystallisation, Recipe, Target
from .system import System
from .toml import read_toml, sentence, stamp_of
from .value import Entry, hint

DATA = Path(__file__).parent / "data"
MODELS: dict[str, type[Entry]] = {
    "phases": Phase,
    "electrolytes": Electrolyte,
    "anodes": Anode,
    "films": Film,
    "cells": CellSpec,
    "semiconductors": Semiconductor,
    "junctions": Junction,
    "targets": Target,
    "recipes": Recipe,
    "crystallisations": Crystallisation,
    "systems": System,
    "core_levels": CoreLevel,
    "materials": Material,
    "devices": Device,
    "diodes": Diode,
    "nodes": SensorNode,
    "harvesters": Harvester,
    "published": PublishedCell,
}
PARTS = {
    "cells": {"film": "films", "electrolyte": "electrolytes", "anode": "anodes"},
    "films": {"matrix": "phases", "domain": "phases"},
    "anodes": {"film": "films"},
}
"""Keys of a kind that name another entry, with the kind of that: a name, a file, or the table itself."""
LIKE = ("devices",)  # kinds whose entries may be like another
OF_FILLING = {"D_of_filling": ("D", ("cm2/s",)), "sigma_e_of_filling": ("sigma_e", ("S/cm",)),
              "i0_of_filling": ("i0", ("mA/cm2",))}  # fmt: skip
DEEPEST = 20  # tables within tables
Stamp = tuple[int, int]
NOWHERE: Stamp = (0, 0)
Parts = Mapping[str, Mapping[str, Any] | Entry]


@dataclass(frozen=True)
class Origin:
    """Where the text of an entry comes from; a calibration acts on packaged entries only."""

    packaged: bool
    place: str  # "library", a file, or "Python"

    def __str__(self) -> str:
        return self.place


PACKAGED = Origin(True, "library")
PYTHON = Origin(False, "Python")


@dataclass(frozen=True)
class Found:
    """An entry as it stands in its text, the entries that stand in it themselves, and where it is."""

    entry: Entry
    parts: Parts
    origin: Origin
    folder: Path


def names(kind: str) -> list[str]:
    """The names in the library of a kind: phases, electrolytes, anodes, films, cells or semiconductors."""
    if kind not in MODELS and f"{kind}s" in MODELS:
        kind = f"{kind}s"
    if kind not in MODELS:
        raise InputError(f"There is no kind '{kind}' in the library{hint(kind, list(MODELS))}")
    return list(packaged(kind))


@cache
def packaged(kind: str) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (DATA / kind).glob("*.toml")))


def found(kind: str, given: str | Path | Mapping[str, Any] | Entry, folder: Path | None, origin: Origin) -> Found:
    """The entry that is ``given``: by its name in the library, a file relative to ``folder``, a table or itself.

    ``origin``: of a table or an entry. Raises HeterofilmError in one sentence for anything unknown or malformed.
    """
    place = folder or Path()
    if isinstance(given, Entry):
        return Found(given, {}, origin, place)
    if isinstance(given, Mapping):
        return Found(*_checked(kind, given, place, f"The {kind.removesuffix('s')} from {origin}"), origin, place)
    file, of = _file(kind, given, folder)
    stamp = stamp_of(file)
    return Found(*_parsed(kind, file, stamp, _stamps(file, stamp)), of, file.parent)


def _file(kind: str, name: str | Path, folder: Path | None) -> tuple[Path, Origin]:
    text = str(name)
    if text in packaged(kind):
        return DATA / kind / f"{text}.toml", PACKAGED
    if text.endswith(".toml") or isinstance(name, Path):
        file = Path(name) if folder is None else folder / text
        if not is_file(file):
            where = "" if folder is None else ", which is relative to the file that names it"
            meant = did_you_mean(file.name, _beside(file), cutoff=0.8)
            raise FileFormatError(f"There is no file {file}; check the path{where}.{meant}")
        return file, PACKAGED if real(file).parent == real(DATA / kind) else Origin(False, str(name))
    if kind == "films" and (made := _films_of(text)):
        raise InputError(f"'{text}' is a phase; the films of the library that are made of it: {', '.join(made)}.")
    options = [*packaged(kind), *_beside(Path(text) if folder is None else folder / text)]
    raise InputError(
        f"There is no '{text}' among the {kind} of the library, and it is no path ending in .toml{hint(text, options)}"
    )


def _films_of(phase: str) -> list[str]:
    """The films of the library that have a phase in them."""
    if phase not in packaged("phases"):
        return []
    texts = {name: read_toml(DATA / "films" / f"{name}.toml") for name in packaged("films")}
    return [name for name, text in texts.items() if phase in (text.get("matrix"), text.get("domain"))]


def _beside(file: Path) -> list[str]:
    """Names of the TOML files in the folder of one that is not there."""
    try:
        return sorted(other.name for other in islice(file.parent.glob("*.toml"), 1000))
    except (OSError, ValueError):
        return []


@lru_cache(maxsize=512)
def _raw(file: Path, stamp: Stamp) -> dict[str, Any]:
    return read_toml(file)


@lru_cache(maxsize=512)
def _parsed(kind: str, file: Path, stamp: Stamp, tables: tuple[tuple[str, Stamp], ...]) -> tuple[Entry, Parts]:
    return _checked(kind, _raw(file, stamp), file.parent, f"File {file.name}")


def _checked(kind: str, content: Mapping[str, Any], folder: Path, what: str) -> tuple[Entry, Parts]:
    """The entry and its parts that are tables; the entry names them."""
    if kind in LIKE and content.get("like"):
        content = laid_over(content, what, lambda name: _raw(*_other(kind, name, folder, what)))
    content = dict(content)
    parts = {key: content[key] for key in PARTS.get(kind, {}) if isinstance(content.get(key), Mapping | Entry)}
    for key, part in parts.items():
        content[key] = str(part.get("name", key)) if isinstance(part, Mapping) else cast(Any, part).name
    faults = []
    try:
        entry = MODELS[kind].model_validate(_with_columns(content, folder, what))
    except ValidationError as error:
        faults.append(sentence(error, what))
    for key, part in parts.items():  # whose faults are told at once with those of the whole
        if isinstance(part, Mapping):
            try:
                _checked(PARTS[kind][key], part, folder, f"The {key} of {what[:1].lower()}{what[1:]}")
            except HeterofilmError as error:
                faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return entry, parts


def _places(content: Any, depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table within an entry that names a csv, with its key."""
    if depth > DEEPEST:
        raise InputError(f"Tables nest more than {DEEPEST} deep; no entry does.")
    if isinstance(content, dict):
        for key, inner in content.items():
            if isinstance(inner, dict) and (key == "ocv" or key in OF_FILLING) and inner.get("file"):
                yield key, inner
            else:
                yield from _places(inner, depth + 1)
    elif isinstance(content, list):
        for inner in content:
            yield from _places(inner, depth + 1)


def _other(kind: str, name: Any, folder: Path, what: str) -> tuple[Path, Stamp]:
    """The file of the entry that one in ``folder`` is like: of the library, or beside it."""
    if not isinstance(name, str):
        raise InputError(f"{what}, key 'like': expected the name of an entry, got {name!r:.60}.")
    known = name in packaged(kind) or not name.endswith(".toml")
    if not known and Path(name).name != name:
        raise InputError(f"{what}, key 'like': '{name:.200}' must lie in the same folder.")
    file = _file(kind, name, folder)[0] if known else inside(folder, name, f"{what}, key 'like',")
    return file, stamp_of(file)


@lru_cache(maxsize=512)
def _tables(file: Path, stamp: Stamp) -> tuple[str, ...]:
    """The other files that make up an entry: csv that it names, and those that it is like."""
    content = _raw(file, stamp)
    own = [str(table["file"]) for _, table in _places(content)]
    like = content.get("like")
    return (*own, like) if isinstance(like, str) and like.endswith(".toml") else tuple(own)


def _stamps(file: Path, stamp: Stamp, left: int = LONGEST) -> tuple[tuple[str, Stamp], ...]:
    """Those files with the state they are in, and what the ones that it is like name in turn."""
    found: list[tuple[str, Stamp]] = []
    for name in _tables(file, stamp):
        there = _stamp_of_table(file.parent / name)
        found.append((name, there))
        if name.endswith(".toml") and there != NOWHERE and left:
            found += _stamps(file.parent / name, there, left - 1)
    return tuple(found)


def _stamp_of_table(file: Path) -> Stamp:
    try:
        return stamp_of(file)
    except (HeterofilmError, ValueError):
        return NOWHERE  # told where it is read


def _with_columns(content: dict[str, Any], folder: Path, what: str) -> dict[str, Any]:
    """A copy in which every table that names a csv holds its columns."""
    if not any(True for _ in _places(content)):
        return content
    content = deepcopy(content)
    for key, table in _places(content):
        name = table["file"]
        if not isinstance(name, str):
            raise InputError(f"{what}, key '{key}.file': expected the name of a csv, got {name!r}.")
        file = inside(folder, name, f"{what}, key '{key}.file',")
        named, units = (key, OCV_COLUMNS) if key == "ocv" else OF_FILLING[key]
        known = cast("dict[str, tuple[str, ...]]", units if key == "ocv" else {"filling": ("1",), named: units})
        for column, (numbers, unit) in read_columns(file, known, column_of if key == "ocv" else None).items():
            new: dict[str, Any] = {column: numbers}
            if column == "capacity":
                new["capacity_unit"] = unit
            elif column == named:
                new = {"value": numbers, "unit": unit}
            for part, value in new.items():
                if part in table:
                    raise InputError(f"{what}: '{part}' stands in {name} and in [{key}]; keep one of the two.")
                table[part] = value
    return content
