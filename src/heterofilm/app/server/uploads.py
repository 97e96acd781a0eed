"""Files that are dropped on the page: their names made harmless, their bytes counted as they come, whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from ...errors import InputError, bearable
from ...files import beside_of, made_folder
from ..session.state import within

__all__ = ["MOST_BYTES", "harmless", "received"]

MOST_BYTES = 500_000_000  # of a file, as of a record on the command line
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
        c if c.isalnum() or c in " .,+-_()[]%=~&'#@µ°" else "_" for c in unicodedata.normalize("NFC", part) if c.isprintable()
    )
    kept = kept.strip(" .").lstrip("~")
    if kept[:1] in "=+-@'":  # what a table would take for a formula
        kept = f"_{kept[1:]}"
    if len(kept) > LONGEST:
        kept = kept[: LONGEST - 20] + kept[-20:]
    return f"_{kept}" if DEVICES.fullmatch(kept) else kept


async def received(folder: Path, sample: str, name: str, chunks: AsyncIterator[bytes]) -> str:
    """Write a file as it comes into a sample's folder; its path within that folder, which differs from `name` where
    another file of other contents has it already.

    Errors: `InputError` for a name that is none, and a file that is empty or larger than `MOST_BYTES`.
    """
    path = harmless(name)
    place = within(folder, f"{sample}/{path}")
    made_folder(place.parent)
    if not place.parent.resolve().is_relative_to(folder):
        raise InputError(f"'{bearable(name, 80)}' leads out of the project's folder.")
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
        place = _free(place, beside)
        beside.replace(place)
    except OSError as error:
        raise InputError(f"'{path}' cannot be written: {error.strerror or error}.") from None
    finally:
        beside.unlink(missing_ok=True)
    return place.relative_to(folder / sample).as_posix()


def _free(place: Path, new: Path) -> Path:
    """The place itself, if nothing or the same lies there; else one with a number."""
    number, found = 2, place
    while found.exists() and not (found.stat().st_size == new.stat().st_size and found.read_bytes() == new.read_bytes()):
        found = place.with_name(f"{place.stem} ({number}){place.suffix}")
        number += 1
    return found
