"""A grown film in a cell and a device of the project: their files, in a folder of their own beneath ``cells``."""

from __future__ import annotations

from pathlib import Path

from ..device.stack import Stack
from ..errors import HeterofilmError, InputError
from ..files import atomic, made_folder
from ..growth.written import written
from ..library import Device, Library
from ..library.toml import read_toml
from ..library.writer import to_toml
from .session.questions.film import Film
from .session.questions.question import own_or_named

__all__ = ["FIRST_DEVICE", "cells_of", "device_with_film", "devices_of"]

FOLDER = "cells"
FIRST_DEVICE = "voc1-polyimide"  # of the library, where a choice begins


def device_with_film(project: Path, film: Film, like: str) -> tuple[str, str]:
    """Write the film of a recipe, the cell of the device `like` with it, and a device with this cell; the names of cell
    and device for the session. The device keeps all layers of `like`, and what they are like to bend, but the film's
    thickness.

    Errors: `HeterofilmError` for a film that no cell can have, and a device that does not go with it; nothing is left.
    """
    grown = film.made(project)
    entry = Library().entry(Device, own_or_named(like, project))
    stack = Stack.load(own_or_named(like, project))
    own, lent = grown.film, stack.cell.entries.film
    if (own.matrix, own.domain) != (lent.matrix, lent.domain):
        raise InputError(
            f"The device '{like}' has a film of {_phases(lent.matrix, lent.domain)}, and the recipe makes "
            f"{_phases(own.matrix, own.domain)}; choose a device with a film of these."
        )
    stem = _free(project / FOLDER, own.name)
    folder = made_folder(project / FOLDER / stem)
    try:
        cell = written(grown, own, folder, stack.cell.entries.spec)[-1].name
        said = {"name": stem, "title": f"{own.title}, in the device {entry.name}", "cell": cell, "like": ""}
        text = to_toml(entry.model_copy(update=said))
        place = atomic(folder / f"{stem}-device.toml", lambda target: target.write_text(text, encoding="utf-8"))
        Stack.load(place)
    except HeterofilmError:
        for one in folder.iterdir():
            one.unlink()
        folder.rmdir()
        raise
    return f"{FOLDER}/{stem}/{cell}", f"{FOLDER}/{stem}/{place.name}"


def cells_of(project: Path) -> list[str]:
    """The project's own cells, as the session names them."""
    return _own(project, "electrolyte")


def devices_of(project: Path) -> list[str]:
    """The project's own devices, the newest first."""
    return sorted(_own(project, "layers"), key=lambda name: (project / name).stat().st_mtime_ns, reverse=True)


def _own(project: Path, key: str) -> list[str]:
    """Files beneath ``cells`` that have this key at their top."""
    found = []
    for path in sorted((project / FOLDER).rglob("*.toml")):
        try:
            if key in read_toml(path, "entry"):
                found.append(path.relative_to(project).as_posix())
        except HeterofilmError:
            continue  # of another program
    return found


def _phases(matrix: str, domain: str | None) -> str:
    return " and ".join(filter(None, [matrix, domain]))


def _free(folder: Path, stem: str) -> str:
    number, found = 2, stem
    while (folder / found).exists():
        found, number = f"{stem}-{number}", number + 1
    return found
