"""Files that are dropped on the page: their names made harmless, their bytes counted, whole or not at all."""

from __future__ import annotations

import filecmp
import re
import unicodedata
from collections.abc import AsyncIterator, Iterable
from pathlib import Path, PurePosixPath

from ...errors import InputError, bearable
from ...files import beside_of, made_folder, real
from ..folder import OWN
from ..session.state import within

__all__ = ["MOST_BYTES", "SHEET", "drop_place", "harmless", "moved", "received", "sorted_in"]

MOST_BYTES = 500_000_000  # of a file, as of a record on the command line
SHEET = "sample.toml"
MOST_PARTS, LONGEST = 6, 120  # folders of a path, letters of a name
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def harmless(name: str) -> str:
    """A path as it may lie in a sample's folder: letters, digits and a few signs, no way out, no hidden file.

    >>> harmless("../../etc/passwd"), harmless("C:\\\\raw\\\\XPS 2.9 V.vms")
    ('etc/passwd', 'C_/raw/XPS 2.9 V.vms')
    >>> harmless('<img src=x onerror="a()">.mpt'), harmless("=1+1.csv")
    ('_img src=x onerror=_a()__.mpt', '_1+1.csv')

    Errors: `InputError` for a name of which nothing is left.
    """
    parts = [_part(part) for part in name.replace("\\", "/").split("/") if part.strip(" .")]
    if not parts or not any(c.isalnum() for c in parts[-1]):
        raise InputError(f"'{bearable(name, 80)}' is no name of a file; rename it.")
    return str(PurePosixPath(*parts[-MOST_PARTS:]))


def _part(part: str) -> str:
    kept = "".join(
        c if c.isalnum() or c in " .,+-_()[]%=~&'#@µ°" else "_"
        for c in unicodedata.normalize("NFC", part)
        if c.isprintable()
    )
    kept = kept.strip(" .").lstrip("~")
    if kept[:1] in "=+-@'":  # what a table would take for a formula
        kept = f"_{kept[1:]}"
    if len(kept) > LONGEST:
        kept = kept[: LONGEST - 20] + kept[-20:]
    return f"_{kept}" if DEVICES.fullmatch(kept) else kept


def drop_place(project: Path, drop: str) -> Path:
    """Where the files of one drop are gathered. Errors: `InputError` for a name that the page did not make."""
    if not re.fullmatch(r"[0-9a-f-]{36}", drop):
        raise InputError("That is no drop of this page.")
    return project / OWN / "drops" / drop


async def received(folder: Path, name: str, chunks: AsyncIterator[bytes]) -> Path:
    """Write a file as it comes into a folder that is the app's own, whole or not at all; its place.

    Errors: `InputError` for a name that is none, and a file that is empty or larger than `MOST_BYTES`.
    """
    path = harmless(name)
    place = within(folder, path)
    made_folder(place.parent)
    beside = beside_of(place)
    size = 0
    try:
        with beside.open("xb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise InputError(f"'{path}' is larger than {MOST_BYTES / 1e6:g} MB; it was not taken.")
                file.write(chunk)
        if not size:
            raise InputError(f"'{path}' is empty; it was not taken.")
        beside.replace(place)
    except OSError as error:
        raise InputError(f"'{path}' cannot be written: {error.strerror or error}.") from None
    finally:
        beside.unlink(missing_ok=True)
    return place


def sorted_in(drop: Path) -> dict[str, list[Path]]:
    """The files of a drop by the folder that they make up: one with a sample file of its own, the one folder that was
    dropped alone, or "" for single files. Paths are relative to the drop."""
    every = [path.relative_to(drop) for path in sorted(drop.rglob("*")) if path.is_file()]
    sheets = sorted((path.parent for path in every if path.name == SHEET), key=lambda path: -len(path.parts))
    tops = {path.parts[0] for path in every if len(path.parts) > 1}
    alone = tops.pop() if len(tops) == 1 and all(len(path.parts) > 1 for path in every) else ""
    found: dict[str, list[Path]] = {}
    for path in every:
        own = next((str(folder) for folder in sheets if path.is_relative_to(folder) and folder != Path()), alone)
        found.setdefault(own, []).append(path)
    return found


def moved(files: Iterable[Path], drop: Path, inner: str, target: Path) -> list[str]:
    """Move files of a drop, without the folder `inner` around them, into a sample's folder; their paths within it.
    One gets a number where another file of other contents lies there already."""
    taken = []
    for path in files:
        place = target / (path.relative_to(inner) if inner else path)
        made_folder(place.parent)
        if not real(place.parent).is_relative_to(real(target.parent)):
            raise InputError(f"'{path}' leads out of the project's folder.")
        place = _free(place, drop / path)
        (drop / path).replace(place)
        taken.append(place.relative_to(target).as_posix())
    return taken


def _free(place: Path, new: Path) -> Path:
    """The place itself, if nothing or the same lies there; else one with a number."""
    number, found = 2, place
    while found.exists() and not filecmp.cmp(found, new, shallow=False):
        found = place.with_name(f"{place.stem} ({number}){place.suffix}")
        number += 1
    return found
