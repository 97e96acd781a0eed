"""From TOML files to library entries, with a calibration overlay and overrides by dotted path.

A path names one number: ``phases.V2O5.couples.delta-gamma.U0`` (couples by name or by position),
``electrolytes.LiPON.cathode_interface.i0``, ``cells.voc1-atfb.area``. Order of precedence: file, then
``data/calibration.toml``, then the caller's overrides. Any problem is one :class:`HeterofilmError` sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, Field, ValidationError

from ..errors import HeterofilmError
from ..units import convert, parse_quantity
from .junction import Junction
from .schema import Anode, CellSpec, Electrolyte, Entry, Film, Phase, Quantity, Value, hint
from .semiconductor import Semiconductor
from .sputtering import Crystallisation, Recipe, Target

DATA = Path(__file__).parent / "data"
CALIBRATION = DATA / "calibration.toml"
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
MAX_BYTES = 1_000_000
E = TypeVar("E", bound=Entry)
Change = Callable[[Any, Any], Any]  # (present node, field's Quantity or None) -> new node


class Calibrated(Entry):
    """One calibrated number: ``ensemble`` holds joint posterior draws, the same length for every path."""

    value: float
    unit: str
    sigma: float | None = None
    rows: tuple[str, ...] = ()
    ensemble: tuple[float, ...] = ()
    source: str = ""


class CalibrationFile(Entry):
    """``data/calibration.toml``: free notes, and a table per dotted path."""

    values: dict[str, Calibrated] = Field(default_factory=dict)
    notes: str = ""


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
        self.calibrated = _calibration(calibration)
        for path, calibrated in self.calibrated.items():
            if calibrated.rows or not calibrated.ensemble:  # else it is only drawn, and stays as the file says
                self._add(path, _calibrate(path, calibrated))
            self._known(path, set())
        self._overridden = tuple(overrides or ())
        for path, number in (overrides or {}).items():
            self._add(path, _override(path, number))

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
        found = _at(self._entry(kind, name, None, MODELS[kind])[0], keys, path)
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
            entry = _parsed(kind, file, _stamp(file))
            changes = self._changes.get((kind, entry_name(entry)), ())
            for path, keys, change in changes:
                entry = _change(entry, path, keys, change)
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


def with_settings(entry: E, settings: Mapping[str, str | float]) -> E:
    """``entry`` with quantities replaced by their dotted path in it, for example ``{"power.Cu": "1.5 W"}``.

    Raises HeterofilmError in one sentence for an unknown path, a wrong unit or an impossible value.
    """
    for path, given in settings.items():

        def change(present: Any, _: Quantity | None, path: str = path, given: str | float = given) -> Any:
            if present is not None and not isinstance(present, Value):
                raise HeterofilmError(f"'{path}' is not a quantity that can be set.")
            try:
                number, unit = parse_quantity(str(given))
            except HeterofilmError as error:
                raise HeterofilmError(f"The value set for '{path}': {error}") from None
            return {"value": number, "unit": unit, "kind": "assumed", "source": "set by the caller"}

        entry = cast(E, _change(entry, path, tuple(path.split(".")), change))
    return entry


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


def _index(items: Sequence[Any], key: str, path: str) -> int:
    known = [str(getattr(item, "name", k)) for k, item in enumerate(items)]
    if key in known:
        return known.index(key)
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    raise HeterofilmError(f"'{path}' leads nowhere at '{key}' of {len(items)}{hint(key, known)}")


def _at(node: Any, keys: tuple[str, ...], path: str) -> Any:
    for key in keys:
        if isinstance(node, tuple):
            node = node[_index(node, key, path)]
        elif isinstance(node, Mapping) and key in node:
            node = node[key]
        elif isinstance(node, BaseModel) and key in type(node).model_fields:
            node = getattr(node, key)
        else:
            raise _nowhere(node, key, path)
    return node


def _nowhere(node: Any, key: str, path: str) -> HeterofilmError:
    options: list[str] = []
    if isinstance(node, BaseModel):
        options = list(type(node).model_fields)
    elif isinstance(node, Mapping):
        options = list(node)
    return HeterofilmError(f"'{path}' leads nowhere at '{key}'{hint(key, options)}")


def _changed(node: Any, keys: tuple[str, ...], change: Change, path: str, quantity: Quantity | None = None) -> Any:
    """A copy of ``node`` with the part at ``keys`` changed; untouched parts are shared."""
    if not keys:
        return change(node, quantity)
    key, rest = keys[0], keys[1:]
    if isinstance(node, BaseModel) and key in type(node).model_fields:
        content = {name: getattr(node, name) for name in type(node).model_fields}
        metadata = type(node).model_fields[key].metadata
        content[key] = _changed(
            content[key], rest, change, path, next((m for m in metadata if isinstance(m, Quantity)), None)
        )
        return content
    if isinstance(node, tuple):
        k = _index(node, key, path)
        return (*node[:k], _changed(node[k], rest, change, path), *node[k + 1 :])
    if isinstance(node, Mapping) and (key in node or not rest):
        return {**node, key: _changed(node.get(key), rest, change, path)}
    raise _nowhere(node, key, path)


def _change(entry: Entry, path: str, keys: tuple[str, ...], change: Change) -> Entry:
    try:
        return type(entry).model_validate(_changed(entry, keys, change, path))
    except ValidationError as error:
        raise HeterofilmError(_sentence(error, f"The value set for '{path}'")) from None


def _override(path: str, number: float) -> Change:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise HeterofilmError(f"The override of '{path}' must be a number in its own unit, got {number!r}.")

    def change(present: Any, quantity: Quantity | None) -> Any:
        source = "set by the caller"
        if isinstance(present, Value):
            new = {key: getattr(present, key) for key in Value.model_fields}
            low, high = present.low, present.high
            inside = (low is None or number >= low) and (high is None or number <= high)
            new |= {"value": number, "kind": "assumed", "source": source, "sigma": None, "rows": ()}
            return new if inside else new | {"low": None, "high": None}
        if present is None and quantity is not None:
            return {"value": number, "unit": quantity.unit, "kind": "assumed", "source": source}
        if isinstance(present, int | float):
            return number
        raise HeterofilmError(f"'{path}' is not a number that is set in the file; set it there first.")

    return change


def _calibrate(path: str, calibrated: Calibrated) -> Change:
    rows = ", ".join(calibrated.rows)
    new = {
        "value": calibrated.value,
        "unit": calibrated.unit,
        "kind": "calibrated",
        "source": calibrated.source or (f"calibrated on {rows}" if rows else "calibrated"),
        "sigma": calibrated.sigma,
        "rows": calibrated.rows,
    }

    def change(present: Any, _: Quantity | None) -> Any:
        if not isinstance(present, Value):
            if present is None:
                return new
            raise HeterofilmError(f"The calibration's '{path}' does not name a quantity.")
        try:
            scale = [
                None if x is None else convert(x, calibrated.unit, present.unit)
                for x in (calibrated.value, calibrated.sigma)
            ]
        except HeterofilmError as error:
            raise HeterofilmError(f"The calibration of '{path}': {error}") from None
        kept = {"unit": present.unit, "low": present.low, "high": present.high, "method": present.method}
        return new | kept | {"value": scale[0], "sigma": scale[1]}

    return change


# ---- files ----


def _calibration(calibration: Path | str | Mapping[str, Any] | None) -> dict[str, Calibrated]:
    if calibration is None:
        return {}
    if isinstance(calibration, Mapping):
        return _calibration_table(calibration, "The calibration")
    file = Path(calibration)
    if file == CALIBRATION and not file.exists():
        return {}
    return _calibration_file(file, _stamp(file))


@lru_cache(maxsize=16)
def _calibration_file(file: Path, stamp: tuple[int, int]) -> dict[str, Calibrated]:
    return _calibration_table(_toml(file), f"File {file.name}")


def _calibration_table(table: Mapping[str, Any], what: str) -> dict[str, Calibrated]:
    try:
        return CalibrationFile.model_validate(dict(table)).values
    except ValidationError as error:
        raise HeterofilmError(_sentence(error, what)) from None


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


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError as error:
        raise HeterofilmError(f"File {file} cannot be read ({error.strerror}); check the path.") from None
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=512)
def _parsed(kind: str, file: Path, stamp: tuple[int, int]) -> Entry:
    try:
        return MODELS[kind].model_validate(_toml(file))
    except ValidationError as error:
        raise HeterofilmError(_sentence(error, f"File {file.name}")) from None


def _toml(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise HeterofilmError(f"File {file.name} is larger than 1 MB; an entry is a short TOML file.")
        return tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError as error:
        raise HeterofilmError(f"File {file} cannot be read ({error.strerror}); check the path.") from None
    except UnicodeDecodeError as error:
        raise HeterofilmError(f"File {file.name} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise HeterofilmError(f"File {file.name} is not valid TOML: {error}; correct that place.") from None
    except (ValueError, RecursionError) as error:
        raise HeterofilmError(f"File {file.name} is not usable TOML: {error}; correct it.") from None


def _sentence(error: ValidationError, what: str) -> str:
    """One sentence from pydantic's list: which file, which key, what is wrong, what to do."""
    problems = error.errors(include_url=False, include_context=False)
    first = problems[0]
    key = ".".join(str(part) for part in first["loc"])
    where = f"{what}, key '{key}'" if key else what
    kind, message = first["type"], first["msg"].removeprefix("Value error, ")
    if kind == "missing":
        message = "is missing; add it"
    elif kind == "string_pattern_mismatch":
        message = f"expected a name without dots and spaces, got {_short(first['input'])}"
    elif kind == "model_type":
        message = f'expected a table or a text such as "300 nm", got {_short(first["input"])}'
    elif kind != "value_error":
        message = message.replace("Input should be", "expected").replace("Input", "it")
        message = f"{message[:1].lower()}{message[1:]}, got {_short(first['input'])}"
    more = f" ({len(problems) - 1} more after this one)" if len(problems) > 1 else ""
    message = message.rstrip(".")
    return f"{where}: {message}{more}" + ("" if message.endswith("?") and not more else ".")


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."
