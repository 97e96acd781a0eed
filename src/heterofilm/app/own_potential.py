"""A cell of the project that runs from a potential of one's own: its files, beside the table, in ``cells``."""

from __future__ import annotations

from pathlib import Path

from ..cell import Cell
from ..errors import HeterofilmError, InputError, did_you_mean
from ..files import atomic, check_file, file_stem, made_folder
from ..library import Film, Library, Phase
from ..library.toml import MAX_BYTES
from ..library.writer import inline, to_toml
from .session.state import Curve, place_of

__all__ = ["cell_with_table"]

OF_COUPLES = ("couples", "nucleation", "ageing", "ocv")  # what a table stands in place of, and what hangs on it


def cell_with_table(
    project: Path, base: Curve, phase: str, table: Path, lithium: float | None = None
) -> tuple[str, list[str]]:
    """Write a cell like `base` whose `phase` has the open-circuit potential of a csv; its name for the session, and
    the tables of the phase that it has no more (couples, their nucleation and ageing).

    The table says its columns (`heterofilm.library.ocv.COLUMNS`); one that counts a filling or a capacity needs
    `lithium`, Li per formula unit. What is set in the session is no part of the new files.

    Errors: `HeterofilmError` for a phase that the cell does not have and a table that cannot be used; nothing is left.
    """
    entries = Cell.load(place_of(base.cell, project)).entries
    phases = {one.name: one for one in (entries.matrix, entries.domain) if one is not None}
    if phase not in phases:
        raise InputError(
            f"The cell '{base.cell}' has no phase '{phase}', but {' and '.join(phases)}.{did_you_mean(phase, phases)}"
        )
    check_file(table, MAX_BYTES, "table")
    folder = made_folder(project / "cells")
    stem = _free(folder, file_stem(table.stem)[:40])
    library = Library()
    film, spec = entries.film, entries.spec
    role = "domain" if entries.domain is not None and entries.domain.name == phase else "matrix"
    found: Phase = library.phase(getattr(film, role)) if getattr(film, role) == phase else phases[phase]
    files = {
        f"{stem}.csv": table.read_bytes(),
        f"{stem}-phase.toml": _phase(found, stem, lithium).encode(),
        f"{stem}-film.toml": _film(film, role, stem, phase).encode(),
        f"{stem}.toml": to_toml(spec.model_copy(update={"name": stem, "film": f"{stem}-film.toml"})).encode(),
    }
    try:
        for name, content in files.items():
            atomic(folder / name, lambda place, content=content: place.write_bytes(content))  # type: ignore[misc]
        Cell.load(folder / f"{stem}.toml")
    except HeterofilmError:
        for name in files:
            (folder / name).unlink(missing_ok=True)
        raise
    left_out = [key for key in OF_COUPLES if getattr(found, key) != type(found).model_fields[key].default]
    return f"cells/{stem}.toml", left_out


def _phase(phase: Phase, stem: str, lithium: float | None) -> str:
    """The phase without what a table stands in place of, then the table."""
    own = {"name": f"{phase.name}-{stem}", **{key: type(phase).model_fields[key].default for key in OF_COUPLES}}
    text = to_toml(phase.model_copy(update=own))
    rows = {"file": f"{stem}.csv", "kind": "measured", "source": f"{stem}.csv, dropped in the app"}
    lines = ["", "[ocv]", *(f"{key} = {inline(value)}" for key, value in rows.items())]
    return text + "\n".join([*lines, *([f"lithium = {lithium!r}"] if lithium is not None else [])]) + "\n"


def _film(film: Film, role: str, stem: str, phase: str) -> str:
    """The film with the other phase, which is called otherwise."""
    own = {name if name != phase else f"{phase}-{stem}": value for name, value in film.utilisation.items()}
    changed = {"name": f"{film.name}-{stem}", role: f"{stem}-phase.toml", "utilisation": own}
    return to_toml(film.model_copy(update=changed))


def _free(folder: Path, stem: str) -> str:
    number, found = 2, stem
    while any((folder / f"{found}{end}").exists() for end in (".toml", ".csv", "-film.toml", "-phase.toml")):
        found, number = f"{stem}-{number}", number + 1
    return found
