"""``heterofilm library``: list the library, or show an entry: every value with its source."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import InputError, did_you_mean
from ..library import MODELS, Library, ResolvedCell, names, value_paths
from ..library.calibration import CALIBRATION
from ..library.cell_entries import entry_name, kind_of, told, words_of
from ..library.value import Entry
from .inputs import lines, setting

KINDS = (
    "cells", "films", "phases", "electrolytes", "anodes", "semiconductors", "junctions", "recipes", "systems",
    "targets", "crystallisations", "core_levels", "materials", "devices", "diodes", "nodes", "harvesters", "published",
)  # fmt: skip

GROUP = "your own cell"
EXAMPLES = (
    "heterofilm library",
    "heterofilm library phases V2O5",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("kind", nargs="?", metavar="KIND", help="cells, films, phases, electrolytes, anodes ...")
    parser.add_argument("name", nargs="?", metavar="NAME", help="an entry of the library, or a TOML file")
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="show the entry with a value changed"
    )
    parser.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate', or 'none'")


def run(given: argparse.Namespace) -> int:
    """List the kinds, the entries of one, or the values of an entry."""
    if given.kind is None:
        print(lines(("kind", "entries"), [(kind, ", ".join(names(kind))) for kind in KINDS], left=(0, 1)))
        return 0
    kind = given.kind if given.kind in KINDS else f"{given.kind}s"
    if kind not in KINDS:
        raise InputError(
            f"There is no kind '{given.kind}'; known: {', '.join(KINDS)}.{did_you_mean(given.kind, KINDS)}"
        )
    calibration = None if given.calibration == "none" else given.calibration or CALIBRATION
    overrides = dict(setting(text) for text in given.set)
    library = Library(overrides, calibration=calibration)
    if given.name is None:
        if overrides:
            raise InputError("--set does not act on a list; name the entry that is to be shown.")
        rows = [(name, library.entry(MODELS[kind], name).title) for name in names(kind)]  # type: ignore[attr-defined]
        print(lines(("name", "title"), rows, left=(0, 1)))
        return 0
    for line in shown(library, kind, given.name, overrides):
        print(line)
    return 0


def shown(library: Library, kind: str, name: str, overrides: Iterable[str]) -> Iterator[str]:
    """Title, values and tables of an entry, and for a cell what there is to say beside them."""
    if kind == "cells":
        from ..cell import Cell

        cell = Cell(library.cell(name))
        for path in overrides:
            cell.entries.check_acts(path)
        yield f"{cell.entries.spec.title}\n"
        yield _values(cell.entries, {start: str(origin) for start, origin in cell.entries.origins.items()})
        yield f"\n{told(cell.entries)}"
        yield cell.nominal
        yield from (f"! {remark}" for remark in cell.remarks)
        return
    entry: Any = library.entry(MODELS[kind], name)
    yield f"{entry.title}\n"
    start = f"{kind}.{entry.name}"
    for path in overrides:
        if not path.startswith(f"{start}."):
            raise InputError(f"'{path}' does not act on {start}, which is shown.")
    if kind == "systems":
        yield from _of_system(entry, library, name)
        return
    yield _values(entry, {start: str(library.origin(MODELS[kind], name))})


def _values(entry: Entry | ResolvedCell, origins: dict[str, str]) -> str:
    """Values one per line: path, number with unit, kind, what gave it, range, source; then tables of points."""
    rows: list[tuple[str, ...]] = []
    for path, value in value_paths(entry):
        span = "" if value.low is None or value.high is None else f"[{value.low:g}, {value.high:g}]"
        span = f"{span} {value.uncertainty}".strip()
        origin = words_of(value, origins.get(".".join(path.split(".")[:2])))
        rows.append((path, str(value), value.kind, origin, span, value.source))
    for part in [entry] if isinstance(entry, Entry) else entry.parts.values():
        start = f"{kind_of(part)}.{entry_name(part)}"
        for path, table in _tables(part, start):
            origin = origins.get(start, "file")
            kind = getattr(table, "kind", "") or "-"
            rows.append((path, str(table), kind, origin, "", table.source))
    return lines(("path", "value", "kind", "from", "range", "source"), rows, left=range(6))


def _tables(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Tables of points and polynomials in an entry, with their paths."""
    from ..library.ocv import OpenCircuitTable
    from ..library.of_filling import OfFilling

    if isinstance(node, OpenCircuitTable | OfFilling):
        yield path, node
    elif isinstance(node, Entry):
        for key in type(node).model_fields:
            yield from _tables(getattr(node, key), f"{path}.{key}")


def _of_system(entry: Any, library: Library, name: str) -> Iterator[str]:
    """Phases of a growth system in their order, and what it takes for granted."""
    from ..growth.outcome import phases_of
    from ..growth.state import folder_of

    phases = phases_of(entry, library, folder_of(name, None))
    rows = []
    for phase in phases.crystals:
        ratio = f"{phases.ratio(phase):.4g}" if entry.host in phase.atoms else f"no {entry.host}"
        glass = phases.glasses[phase.name].name if phase.name in phases.glasses else "-"
        rows.append((phase.name, ratio, "inert" if phase.name in phases.inert else "takes up lithium", glass))
    yield lines(("phase", entry.of, "in a cell", "its glass"), rows, left=(0, 2, 3))
    yield f"\nCrystallisation: {', '.join(entry.crystallisations)}. {entry.assumes}"
    yield f"Source: {entry.source}"
