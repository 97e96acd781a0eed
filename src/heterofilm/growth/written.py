"""A grown film as files: a table of its numbers, and the entries that a cell runs from."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ..files import atomic, write_table
from ..library import CellSpec, Film
from ..library.writer import to_toml
from .grow import Grown

__all__ = ["written"]


def written(grown: Grown, film: Film | None, folder: Path, cell: CellSpec) -> list[Path]:
    """Write the table of all numbers, the film with phases of one's own, and a cell like `cell` with it; the cell last.

    `film`: None where the recipe makes none that a cell could have; then the table alone is written.
    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    table = pl.DataFrame([note._asdict() for note in grown.notes], infer_schema_length=None)
    paths = [write_table(table, folder / "growth.csv")]
    if film is not None:
        name, own = film.name, grown.entries.called
        for phase in grown.entries.phases.values():  # those of one's own go beside the film, which names them
            if own[phase.name].endswith(".toml") and own[phase.name] in (film.matrix, film.domain):
                body = to_toml(phase)
                place = folder / f"{phase.name}.toml"
                paths.append(atomic(place, lambda target, body=body: target.write_text(body, encoding="utf-8")))  # type: ignore[misc]
        beside = {file: f"{phase}.toml" for phase, file in own.items() if file.endswith(".toml")}
        film = film.model_copy(update={
            "matrix": beside.get(film.matrix, film.matrix), "domain": beside.get(film.domain or "", film.domain),
            "utilisation": {beside.get(phase, phase): value for phase, value in film.utilisation.items()},
        })  # fmt: skip
        text = to_toml(film)
        paths.append(atomic(folder / f"{name}.toml", lambda target: target.write_text(text, encoding="utf-8")))
        title = f"{film.title}, in the cell {cell.name}"
        spec = cell.model_copy(update={"name": f"{name}-{cell.name}", "title": title, "film": f"{name}.toml"})
        body = to_toml(spec)
        paths.append(atomic(folder / f"{spec.name}.toml", lambda target: target.write_text(body, encoding="utf-8")))
    return paths
