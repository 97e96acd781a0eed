"""The library: entries from their files, with a calibration overlay and overrides by dotted path.

A path names one number: ``phases.V2O5.couples.delta-gamma.U0`` (couples by name or by position),
``electrolytes.LiPON.cathode_interface.i0``, ``cells.voc1-atfb.area``. Order of precedence: the entry's own text, then
``data/calibration.toml``, then the caller's overrides. The calibration acts on the packaged entries that it was made
for and on nothing else: an entry of one's own under the same name means what it says. Overrides act on the entry of
that name in the cell, whatever its origin. Any problem is one :class:`HeterofilmError` sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from ..errors import InputError
from ..units import convert
from .calibration import CALIBRATION, calibration_of, drawn
from .cell_entries import ResolvedCell, effective, entry_name, kind_of, split
from .change import Change, at, change_path, override, quantity_at
from .files import MODELS, PARTS, PYTHON, Found, Origin, found, names, packaged
from .schema import Anode, Electrolyte, Film, Phase
from .value import Entry, Quantity, Value, hint

_KIND_OF: dict[type[Entry], str] = {model: kind for kind, model in MODELS.items()}
E = TypeVar("E", bound=Entry)
Given = str | Path | Mapping[str, Any] | Entry  # a name of the library, a TOML file, a table, or the entry itself


class _Pending(NamedTuple):
    path: str
    keys: tuple[str, ...]
    change: Change
    packaged_only: bool


class Library:
    """The library under one calibration and one set of overrides.

    ``overrides`` maps dotted paths to numbers in the entry's own unit, or to texts with their unit. ``calibration`` is
    the packaged file unless it is another file, a mapping of the same content, or None for the values of the data files
    alone. ``draw``: one of :meth:`ensemble`, in place of the calibration's best values.
    """

    def __init__(
        self,
        overrides: Mapping[str, float | str] | None = None,
        calibration: Path | str | Mapping[str, Any] | None = CALIBRATION,
        draw: Mapping[str, float] | None = None,
    ) -> None:
        if overrides is not None and not isinstance(overrides, Mapping):
            raise InputError(
                f"overrides are pairs of a path and a value, such as {{'phases.V2O5.D': 1e-13}}, not {overrides!r:.60}."
            )
        self._changes: dict[tuple[str, str], list[_Pending]] = {}
        self._loaded: dict[tuple[str, Path, str], tuple[Entry, Found]] = {}
        self.calibrated = calibration_of(calibration)
        for path in self.calibrated:
            self._known(path, set())
        for path, number in (draw or {}).items():
            self._add(path, drawn(path, number), packaged_only=True)
        self._overridden = tuple(overrides or ())
        for path, given in (overrides or {}).items():
            self._add(path, override(path, given))

    def phase(self, name: Given, folder: Path | None = None) -> Phase:
        """The phase ``name``, or the file of that path relative to ``folder``."""
        return self._get("phases", name, folder, Phase)

    def electrolyte(self, name: Given, folder: Path | None = None) -> Electrolyte:
        """The electrolyte ``name``, or the file of that path relative to ``folder``."""
        return self._get("electrolytes", name, folder, Electrolyte)

    def anode(self, name: Given = "Li", folder: Path | None = None) -> Anode:
        """The anode ``name``, or the file of that path relative to ``folder``."""
        return self._get("anodes", name, folder, Anode)

    def film(self, name: Given, folder: Path | None = None) -> Film:
        """The film ``name``, or the file of that path relative to ``folder``."""
        return self._get("films", name, folder, Film)

    def entry(self, model: type[E], name: Given, folder: Path | None = None) -> E:
        """The entry ``name`` of any kind, ``library.entry(Semiconductor, "V2O5")``, or the file of that path."""
        return self._get(_KIND_OF[model], name, folder, model)

    def origin(self, model: type[E], name: Given, folder: Path | None = None) -> Origin:
        """Where the text of an entry comes from."""
        return self._entry(_KIND_OF[model], name, folder, PYTHON)[1].origin

    def cell(self, name: Given, folder: Path | None = None) -> ResolvedCell:
        """The cell ``name`` (or TOML file, or table) with its film, phases, electrolyte and anode.

        Raises HeterofilmError with one sentence for anything missing, unknown, malformed or impossible.
        """
        origins: dict[str, Origin] = {}

        def get(kind: str, given: Given, folder: Path | None, origin: Origin) -> tuple[Any, Found]:
            entry, place = self._entry(kind, given, folder, origin)
            origins[f"{kind_of(entry)}.{entry_name(entry)}"] = place.origin
            return entry, place

        def part(of: Found, entry: Any, key: str) -> tuple[Any, Found]:
            kind = PARTS[kind_of(entry)][key]
            return get(kind, of.parts.get(key) or getattr(entry, key), of.folder, of.origin)

        spec, place = get("cells", name, folder, PYTHON)
        film, film_place = part(place, spec, "film")
        matrix, _ = part(film_place, film, "matrix")
        domain = None if film.domain is None else part(film_place, film, "domain")[0]
        electrolyte, _ = part(place, spec, "electrolyte")
        anode, anode_place = part(place, spec, "anode")
        below, host = None, None
        if anode.film is not None:
            below, below_place = part(anode_place, anode, "film")
            host, _ = part(below_place, below, "matrix")
        cell = ResolvedCell(spec, film, matrix, domain, electrolyte, anode, below, host, origins=origins)
        for path in self._overridden:
            self._known(path, {(kind, own) for kind, own in (key.split(".", 1) for key in cell.parts)})
        return effective(cell)

    def value(self, path: str) -> Value:
        """The value that stands at a dotted path of a library entry."""
        self._known(path, set())
        kind, name, keys = split(path)
        entry = at(self._entry(kind, name, None, PYTHON)[0], keys, path)
        if not isinstance(entry, Value):
            raise InputError(f"'{path}' does not hold a quantity; name one number of the entry.")
        return entry

    def quantity(self, path: str) -> Quantity | None:
        """What the field at a dotted path expects: its unit and limits."""
        kind, name, keys = split(path)
        return quantity_at(self._entry(kind, name, None, PYTHON)[0], keys, path)

    def ensemble(self) -> tuple[dict[str, float], ...]:
        """The calibration's joint draws, each ready for use as ``draw``; empty without an ensemble."""
        drawn = {path: entry for path, entry in self.calibrated.items() if entry.ensemble}
        lengths = {len(entry.ensemble) for entry in drawn.values()}
        if len(lengths) > 1:
            raise InputError(f"The ensembles of the calibration have lengths {sorted(lengths)}; joint draws need one.")
        units = {path: self.value(path).unit for path in drawn}
        return tuple(
            {path: convert(entry.ensemble[k], entry.unit, units[path]) for path, entry in drawn.items()}
            for k in range(next(iter(lengths), 0))
        )

    @property
    def overridden(self) -> tuple[str, ...]:
        """The dotted paths that the caller changes."""
        return self._overridden

    def _add(self, path: str, change: Change, packaged_only: bool = False) -> None:
        kind, name, keys = split(path)
        self._changes.setdefault((kind, name), []).append(_Pending(path, keys, change, packaged_only))

    def _known(self, path: str, used: set[tuple[str, str]]) -> None:
        kind, name, _ = split(path)
        if (kind, name) not in used and name not in packaged(kind):
            options = [*packaged(kind), *(own for k, own in used if k == kind)]
            raise InputError(f"'{path}' names no entry of {kind}{hint(name, options)}")

    def _get(self, kind: str, name: Given, folder: Path | None, model: type[E]) -> E:
        return cast(E, self._entry(kind, name, folder, PYTHON)[0])

    def _entry(self, kind: str, given: Given, folder: Path | None, origin: Origin) -> tuple[Entry, Found]:
        """The entry with what the calibration and the caller make of it, and where it is."""
        key = (kind, folder or Path(), str(given)) if isinstance(given, str | Path) else None
        if key is not None and key in self._loaded:
            return self._loaded[key]
        place = found(kind, given, folder, origin)
        entry = place.entry
        if place.origin.packaged:
            entry = self.calibrated.over(kind, entry_name(entry), entry)
        for path, keys, change, packaged_only in self._changes.get((kind, entry_name(entry)), ()):
            if place.origin.packaged or not packaged_only:
                entry = change_path(entry, path, keys, change)
        if key is not None:
            self._loaded[key] = entry, place
        return entry, place


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


__all__ = [
    "MODELS", "Given", "Library", "ResolvedCell", "load", "load_anode", "load_cell", "load_electrolyte", "load_film",
    "load_phase", "names",
]  # fmt: skip
