"""From TOML files to library entries, with a calibration overlay and overrides by dotted path.

A path names one number: ``phases.V2O5.couples.delta-gamma.U0`` (couples by name or by position),
``electrolytes.LiPON.cathode_interface.i0``, ``cells.voc1-atfb.area``. Order of precedence: file, then
``data/calibration.toml``, then the caller's overrides. Any problem is one :class:`HeterofilmError` sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ..errors import HeterofilmError
from ..units import convert
from .calibration import CALIBRATION, calibrate, calibration_of
from .change import Change, at, changed_entry, override
from .junction import Junction
from .schema import Anode, CellSpec, Electrolyte, Film, Phase
from .semiconductor import Semiconductor
from .sputtering import Crystallisation, Recipe, Target
from .toml import read_toml, sentence, stamp_of
from .value import Entry, Value, hint

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
}
_KIND_OF: dict[type[Entry], str] = {model: kind for kind, model in MODELS.items()}
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True)
class ResolvedCell:
    """A cell with everything it names.

    ``matrix``, ``domain``, ``electrolyte`` and ``anode`` are as they act in this cell: the film's own
    utilisation and sigma_e and the cell's own interface values are already in place.
    """

    spec: CellSpec
    film: Film
    matrix: Phase
    domain: Phase | None
    electrolyte: Electrolyte
    anode: Anode
    shadowed: frozenset[str] = frozenset()  # paths replaced by a value of the film or cell

    def check_acts(self, path: str) -> None:
        """Raises HeterofilmError where a change of the value at ``path`` would change nothing in this cell."""
        kind, name, _ = _split(path)
        own = {
            "cells": [self.spec.name],
            "films": [self.film.name],
            "phases": [phase.name for phase in (self.matrix, self.domain) if phase is not None],
            "electrolytes": [self.electrolyte.name],
            "anodes": [self.anode.name],
        }
        if name not in own.get(kind, ()):
            made = ", ".join(f"{k}.{part}" for k, parts in own.items() for part in parts)
            raise HeterofilmError(f"'{path}' does not act on the cell '{self.spec.name}', which is made of {made}.")
        if path in self.shadowed:
            raise HeterofilmError(
                f"'{path}' does not act on the cell '{self.spec.name}', whose film or own interfaces state that value "
                "themselves; change it there."
            )


class Library:
    """The library under one calibration and one set of overrides.

    ``overrides`` maps dotted paths to numbers in the entry's own unit. ``calibration`` is the packaged file
    unless it is another file, a mapping of the same content, or None for the values of the data files alone.
    """

    def __init__(
        self,
        overrides: Mapping[str, float] | None = None,
        calibration: Path | str | Mapping[str, Any] | None = CALIBRATION,
    ) -> None:
        self._changes: dict[tuple[str, str], list[tuple[str, tuple[str, ...], Change]]] = {}
        self._loaded: dict[tuple[str, Path], Entry] = {}
        self.calibrated = calibration_of(calibration)
        for path, calibrated in self.calibrated.items():
            if calibrated.rows or not calibrated.ensemble:  # else it is only drawn, and stays as the file says
                self._add(path, calibrate(path, calibrated))
            self._known(path, set())
        self._overridden = tuple(overrides or ())
        for path, number in (overrides or {}).items():
            self._add(path, override(path, number))

    def phase(self, name: str, folder: Path | None = None) -> Phase:
        """The phase ``name``, or the file of that path relative to ``folder``."""
        return self._get("phases", name, folder, Phase)

    def electrolyte(self, name: str, folder: Path | None = None) -> Electrolyte:
        """The electrolyte ``name``, or the file of that path relative to ``folder``."""
        return self._get("electrolytes", name, folder, Electrolyte)

    def anode(self, name: str = "Li", folder: Path | None = None) -> Anode:
        """The anode ``name``, or the file of that path relative to ``folder``."""
        return self._get("anodes", name, folder, Anode)

    def film(self, name: str, folder: Path | None = None) -> Film:
        """The film ``name``, or the file of that path relative to ``folder``."""
        return self._get("films", name, folder, Film)

    def entry(self, model: type[E], name: str | Path, folder: Path | None = None) -> E:
        """The entry ``name`` of any kind, ``library.entry(Semiconductor, "V2O5")``, or the file of that path."""
        return self._entry(_KIND_OF[model], name, folder, model)[0]

    def cell(self, name: str | Path) -> ResolvedCell:
        """The cell ``name`` (or TOML file) with its film, phases, electrolyte and anode.

        Raises HeterofilmError with one sentence for anything missing, unknown, malformed or impossible.
        """
        spec, file = self._entry("cells", name, None, CellSpec)
        film, film_file = self._entry("films", spec.film, file.parent, Film)
        matrix = self.phase(film.matrix, film_file.parent)
        domain = None if film.domain is None else self.phase(film.domain, film_file.parent)
        electrolyte = self.electrolyte(spec.electrolyte, file.parent)
        anode = self.anode(spec.anode, file.parent)
        parts = (spec, film, matrix, domain, electrolyte, anode)
        used = {(_kind(part), entry_name(part)) for part in parts if part is not None}
        for path in self._overridden:
            self._known(path, used)
        return _effective(ResolvedCell(spec, film, matrix, domain, electrolyte, anode))

    def value(self, path: str) -> Value:
        """The value that stands at a dotted path of a library entry."""
        self._known(path, set())
        kind, name, keys = _split(path)
        found = at(self._entry(kind, name, None, MODELS[kind])[0], keys, path)
        if not isinstance(found, Value):
            raise HeterofilmError(f"'{path}' does not hold a quantity; name one number of the entry.")
        return found

    def ensemble(self) -> tuple[dict[str, float], ...]:
        """The calibration's joint draws, each ready for use as ``overrides``; empty without an ensemble."""
        drawn = {path: entry for path, entry in self.calibrated.items() if entry.ensemble}
        lengths = {len(entry.ensemble) for entry in drawn.values()}
        if len(lengths) > 1:
            raise HeterofilmError(
                f"The ensembles of the calibration have lengths {sorted(lengths)}; joint draws need one."
            )
        units = {path: self.value(path).unit for path in drawn}
        return tuple(
            {path: convert(entry.ensemble[k], entry.unit, units[path]) for path, entry in drawn.items()}
            for k in range(next(iter(lengths), 0))
        )

    def _add(self, path: str, change: Change) -> None:
        kind, name, keys = _split(path)
        self._changes.setdefault((kind, name), []).append((path, keys, change))

    def _known(self, path: str, used: set[tuple[str, str]]) -> None:
        kind, name, _ = _split(path)
        if (kind, name) not in used and name not in names(kind):
            options = [*names(kind), *(own for k, own in used if k == kind)]
            raise HeterofilmError(f"'{path}' names no entry of {kind}{hint(name, options)}")

    def _get(self, kind: str, name: str, folder: Path | None, model: type[E]) -> E:
        return self._entry(kind, name, folder, model)[0]

    def _entry(self, kind: str, name: str | Path, folder: Path | None, model: type[E]) -> tuple[E, Path]:
        file = _file(kind, name, folder)
        entry = self._loaded.get((kind, file))
        if entry is None:
            entry = _parsed(kind, file, stamp_of(file))
            changes = self._changes.get((kind, entry_name(entry)), ())
            for path, keys, change in changes:
                entry = changed_entry(entry, path, keys, change)
            self._loaded[kind, file] = entry
        return cast(E, entry), file


def load_phase(name: str, **options: Any) -> Phase:
    """One phase; ``options`` are those of :class:`Library` (``overrides``, ``calibration``)."""
    return Library(**options).phase(name)


def load_electrolyte(name: str, **options: Any) -> Electrolyte:
    """One electrolyte; ``options`` are those of :class:`Library`."""
    return Library(**options).electrolyte(name)


def load_anode(name: str = "Li", **options: Any) -> Anode:
    """One anode; ``options`` are those of :class:`Library`."""
    return Library(**options).anode(name)


def load_film(name: str, **options: Any) -> Film:
    """One film; ``options`` are those of :class:`Library`."""
    return Library(**options).film(name)


def load(model: type[E], name: str | Path, **options: Any) -> E:
    """One entry of any kind by library name or TOML file; ``options`` are those of :class:`Library`."""
    return Library(**options).entry(model, name)


def load_cell(name_or_path: str | Path, **options: Any) -> ResolvedCell:
    """One cell by library name or TOML file; ``options`` are those of :class:`Library`."""
    return Library(**options).cell(name_or_path)


def names(kind: str) -> list[str]:
    """The names in the library of a kind: phases, electrolytes, anodes, films, cells or semiconductors."""
    if kind not in MODELS and f"{kind}s" in MODELS:
        kind = f"{kind}s"
    if kind not in MODELS:
        raise HeterofilmError(f"There is no kind '{kind}' in the library{hint(kind, list(MODELS))}")
    return list(_names(kind))


def value_paths(entry: Entry | ResolvedCell) -> Iterator[tuple[str, Value]]:
    """Every (dotted path, Value) of an entry, or of a cell and all it names that takes effect in it."""
    if isinstance(entry, ResolvedCell):
        for field in fields(entry):
            part = getattr(entry, field.name)
            if isinstance(part, Entry):
                yield from (pair for pair in value_paths(part) if pair[0] not in entry.shadowed)
    else:
        yield from _walk(entry, f"{_kind(entry)}.{entry_name(entry)}")


def entry_name(entry: Entry) -> str:
    """The name of a named entry."""
    return cast(str, cast(Any, entry).name)


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (DATA / kind).glob("*.toml")))


def _kind(entry: Entry) -> str:
    for kind, model in MODELS.items():
        if isinstance(entry, model):
            return kind
    raise TypeError(f"{type(entry).__name__} is not an entry of the library")


def _walk(node: Any, path: str) -> Iterator[tuple[str, Value]]:
    if isinstance(node, Value):
        yield path, node
    elif isinstance(node, BaseModel):
        for key in type(node).model_fields:
            yield from _walk(getattr(node, key), f"{path}.{key}")
    elif isinstance(node, Mapping):
        for key, child in node.items():
            yield from _walk(child, f"{path}.{key}")
    elif isinstance(node, tuple):
        for index, child in enumerate(node):
            yield from _walk(child, f"{path}.{getattr(child, 'name', index)}")


def _effective(cell: ResolvedCell) -> ResolvedCell:
    """The cell with the film's and the cell's own values in place of the general ones."""
    shadowed: set[str] = set()

    def place(entry: Any, key: str, value: Value | None, below: str = "") -> Any:
        if value is None:
            return entry
        dotted = f"{below}.{key}" if below else key
        shadowed.add(f"{_kind(entry)}.{entry.name}.{dotted}")
        if below:
            value = getattr(entry, below).model_copy(update={key: value})
        return entry.model_copy(update={below or key: value})

    film, own = cell.film, cell.spec.interfaces
    matrix: Phase = place(cell.matrix, "utilisation", film.utilisation.get(film.matrix))
    matrix = place(matrix, "sigma_e", film.sigma_e)
    domain = cell.domain and place(cell.domain, "utilisation", film.utilisation.get(film.domain or ""))
    electrolyte, anode = cell.electrolyte, cell.anode
    for key in ("i0", "alpha", "exponent", "double_layer"):
        electrolyte = place(electrolyte, key, getattr(own, f"cathode_{key}"), "cathode_interface")
    for key in ("i0", "double_layer"):
        anode = place(anode, key, getattr(own, f"anode_{key}"))
    return ResolvedCell(cell.spec, film, matrix, domain, electrolyte, anode, frozenset(shadowed))


# ---- paths and changes ----


@lru_cache(maxsize=4096)
def _split(path: str) -> tuple[str, str, tuple[str, ...]]:
    parts = str(path).split(".")
    if len(parts) < 3 or not all(parts):
        raise HeterofilmError(f"'{path}' is no path to a number; one is 'phases.V2O5.couples.2.U0'.")
    if parts[0] not in MODELS:
        raise HeterofilmError(f"'{path}' begins with an unknown kind{hint(parts[0], list(MODELS))}")
    return parts[0], parts[1], tuple(parts[2:])


def _file(kind: str, name: str | Path, folder: Path | None) -> Path:
    text = str(name)
    if text in _names(kind):
        return DATA / kind / f"{text}.toml"
    if text.endswith(".toml") or isinstance(name, Path):
        file = Path(name) if folder is None else folder / text
        if not file.is_file():
            raise HeterofilmError(
                f"There is no file {file}; check the path, which is relative to the file that names it."
            )
        return file
    raise HeterofilmError(
        f"There is no '{text}' among the {kind} of the library, and it is no path ending in .toml"
        f"{hint(text, list(_names(kind)))}"
    )


@lru_cache(maxsize=512)
def _parsed(kind: str, file: Path, stamp: tuple[int, int]) -> Entry:
    try:
        return MODELS[kind].model_validate(read_toml(file))
    except ValidationError as error:
        raise HeterofilmError(sentence(error, f"File {file.name}")) from None
