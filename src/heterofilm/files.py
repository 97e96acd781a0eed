"""Reading files of bounded size; writing them whole or not at all, under names and with cells that mean nothing to the
programs that open them."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import FileFormatError, InputError, bearable

if TYPE_CHECKING:
    import polars as pl

LEFTOVER = re.compile(r"\.[0-9a-f]{8}\.part(\..*)?")
LONGEST = 300  # letters of a path in a sentence
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,79}")  # a name that is one of a file everywhere
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of one
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?( ?%)?|-")


def check_file(path: str | os.PathLike[str], most: int, what: str = "file") -> Path:
    """`path`, if it is a plain file of at most `most` bytes: to be asked before it is opened, since a pipe or a device
    never ends. `what` it is, for the sentence.

    Errors: `FileFormatError` for one that is missing, no plain file, or larger, and for what is no name of a file.
    """
    path = Path(path)
    short = bearable(str(path), LONGEST)
    try:
        about = path.stat()
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        reason = (error.strerror if isinstance(error, OSError) else "") or "it is no name of a file"
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else reason
        raise FileFormatError(f"Cannot read the {what} '{short}': {reason}; check the path.") from None
    if not stat.S_ISREG(about.st_mode):
        raise FileFormatError(f"Cannot read the {what} '{short}': it is no plain file; name one.")
    if about.st_size > most:
        raise FileFormatError(f"Cannot read the {what} '{short}': it is larger than {most / 1e6:g} MB.")
    return path


def read_file(path: str | os.PathLike[str], most: int, what: str = "file") -> bytes:
    """The bytes of a plain file. Errors: as `check_file`, and for one that may not be read."""
    try:
        with open(check_file(path, most, what), "rb") as file:
            return file.read(most + 1)[:most]
    except OSError as error:
        raise FileFormatError(f"Cannot read the {what} '{path}': {error.strerror or error}.") from None


def real(path: str | os.PathLike[str]) -> Path:
    """`path` without links, also where a link leads to itself: of that `Path.resolve` makes a RuntimeError."""
    return Path(os.path.realpath(path))


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a file stands at `path`; a text that no file can have as its name is none."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # of more letters than a name may have
        return False


def check_place(path: str | os.PathLike[str]) -> Path:
    """`path`, if a file can stand there: to be asked before a long run, not after it.

    Errors: `HeterofilmError` for a folder that does not exist or may not be written to, and for a folder's own name.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise InputError(f"There is no folder '{path.parent}' to write '{path.name}' to; make it first.")
    if path.is_dir():
        raise InputError(f"Cannot write '{path}': it is a folder; name a file in it.")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"Cannot write '{path}': its folder is read-only to you; choose another one.")
    return path


def check_folder(path: str | os.PathLike[str]) -> Path:
    """`path`, if it is a folder to write into or can be made one: to be asked before a long run, not after it.

    Errors: `HeterofilmError` for a file of that name, and where nothing may be written.
    """
    path = Path(path)
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise InputError(f"'{there}' is a file, but a folder is needed; name another place.")
    if not os.access(there, os.W_OK):
        raise InputError(f"Cannot write to '{path}': the folder '{there}' is read-only; name another place.")
    return path


def made_folder(path: str | os.PathLike[str]) -> Path:
    """The folder `path`, made with those above it where they are missing. Errors: `HeterofilmError` if it cannot be."""
    path = check_folder(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot make the folder '{path}': {error.strerror or error}.") from None
    return path


def prepare_folder(out: str | os.PathLike[str], inner: Sequence[str] = ("data", "figures")) -> Path:
    """The folder `out` with the folders `inner` in it, tried by writing a file; what a process that was
    ended left half written there is removed.

    Errors: `HeterofilmError` for a file of that name, and where nothing can be written.
    """
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"'{folder}' is a file, but the report needs a folder; name another place.")
    trial = beside_of(folder / "trial")
    try:
        for name in inner:
            (folder / name).mkdir(parents=True, exist_ok=True)
        trial.touch()
        remove_leftovers(file for name in ("", *inner) for file in (folder / name).glob(".*.part*"))
    except OSError as error:
        raise InputError(
            f"Cannot write to the folder '{folder}': {error.strerror or error}; name another place."
        ) from None
    finally:
        if folder.is_dir():
            trial.unlink(missing_ok=True)
    return folder


def atomic(path: Path, write: Callable[[Path], Any]) -> Path:
    """Let `write` fill a file beside `path` and move it there, so that it appears whole or not at all.

    Errors: `HeterofilmError` where it cannot be written.
    """
    check_place(path)
    beside = beside_of(path)
    try:
        write(beside)
        os.replace(beside, path)
    except UnicodeEncodeError:
        raise InputError(f"Cannot write '{path}': a name in it is no text of UTF-8; rename what has it.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        full = error.errno in FULL or "No space left" in reason  # polars and HDF5 tell it in words alone
        advice = "make room and run it again" if full else "choose a folder that exists and that you may write to"
        raise InputError(f"Cannot write '{path}': {reason}; {advice}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def beside_of(path: Path) -> Path:
    """Where a file is filled before it is moved to `path`."""
    return path.with_name(f".{secrets.token_hex(4)}.part{path.suffix}")


def remove_leftovers(files: Iterable[Path]) -> None:
    """Remove, of these, what a process that was ended had not filled."""
    for file in files:
        if LEFTOVER.fullmatch(file.name):
            file.unlink(missing_ok=True)


def file_stem(name: str) -> str:
    """`name` as the stem of a file's name: itself where it can be one, otherwise what is left of it and a mark that
    tells it from every other name.

    >>> file_stem("profiles-half")
    'profiles-half'
    >>> file_stem("../VOC1 / Pt")
    'VOC1-Pt-1ead30'
    """
    if STEM.fullmatch(name):
        return name
    left = re.sub(r"[^A-Za-z0-9_+]+", "-", name).strip("-+_")[:60] or "name"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{left}-{digest[:6]}"


def inert(text: str) -> str:
    """A text for a cell of a table: one that a spreadsheet would run gets an apostrophe before it, a number does not.

    >>> inert("=1+1"), inert("-3.2e-4"), inert("VOC1")
    ("'=1+1", '-3.2e-4', 'VOC1')
    """
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def write_table(table: pl.DataFrame, path: Path, *, bom: bool = False) -> Path:
    """Write a table as csv, whole or not at all, its texts and headings `inert`; numbers stay as they are.

    `bom`: with the mark by which spreadsheets know UTF-8, so that µ and ± come out as such.

    Errors: `HeterofilmError` where it cannot be written.
    """
    import polars as pl

    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    safe = table.with_columns(pl.col(texts).map_elements(inert, return_dtype=pl.String, skip_nulls=True))
    heads = {name: inert(name) for name in safe.columns if inert(name) != name}
    safe = safe.rename(heads)
    return atomic(path, lambda target: safe.write_csv(target, include_bom=bom))
