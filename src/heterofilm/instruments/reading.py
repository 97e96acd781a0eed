"""`read(path)`: the format is recognised by content, the file is read, and what went wrong is one sentence."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from ..errors import FileFormatError, HeterofilmError, InputError, did_you_mean
from ..records.measurement import Measurement
from .head import Head

LONGEST = 500  # characters of a sentence

__all__ = ["Format", "formats", "read", "read_all", "recognise"]


@dataclass(frozen=True)
class Format:
    """One file format: a module of ``instruments/formats`` holds it (or several) under the name ``FORMATS``.

    - `name`: as the vendor says it, ``BioLogic EC-Lab text``; `suffixes`: usual ones, with dot, for the listing only;
    - `techniques`: what such a file can hold;
    - `recognises`: head -> is it this format, by content (a suffix may decide between equal contents);
    - `read`: path -> the measurements in the file; errors are `HeterofilmError` whose message goes on after
      "Cannot read 'FILE': ";
    - `rank`: formats of a lower rank are asked first; general ones (any csv) have a high one.
    """

    name: str
    suffixes: tuple[str, ...]
    techniques: tuple[str, ...]
    recognises: Callable[[Head], bool]
    read: Callable[[Path], list[Measurement]]
    rank: int = 10


@lru_cache
def formats() -> tuple[Format, ...]:
    """All known formats, in the order in which they are asked."""
    package = import_module(f"{__package__}.formats")
    found: list[Format] = []
    for module in sorted(iter_modules(package.__path__), key=lambda m: m.name):
        found += getattr(import_module(f"{package.__name__}.{module.name}"), "FORMATS", ())
    return tuple(sorted(found, key=lambda f: f.rank))


def recognise(path: str | os.PathLike[str]) -> Format:
    """The format of a file, by its content.

    Errors: `HeterofilmError` for a file that is missing, empty, too large, or of no known format.
    """
    head = Head.of(Path(path))
    for one in formats():
        if _knows(one, head):
            return one
    kind = "text, but of no known layout" if head.text else "binary, and of no known format"
    raise FileFormatError(
        f"Cannot read '{path}': it is {kind}; export it as text or csv with a row of headings that carry units, "
        "or see 'heterofilm formats' for what is read."
    )


def _knows(one: Format, head: Head) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return one.recognises(head)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # what a format chokes on is not of that format
        return False


def read_all(path: str | os.PathLike[str], *, format: str | None = None) -> list[Measurement]:
    """Every measurement in an instrument's file; `format` (a name of `formats`) overrules what its content says.

    Errors: `HeterofilmError` with one sentence for anything that cannot be read.
    """
    path = Path(path)
    one = _named(format) if format is not None else recognise(path)
    Head.of(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            measurements = one.read(path)
    except HeterofilmError as error:
        raise FileFormatError(f"Cannot read '{path}' ({one.name}): {_plain(str(error))}") from None
    except MemoryError:
        raise FileFormatError(f"Cannot read '{path}' ({one.name}): it claims more data than memory holds.") from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a library's reader on a damaged file can raise anything, a panic of Rust included
        reason = _plain(str(error).splitlines()[0][:100] if str(error).strip() else type(error).__name__)
        raise FileFormatError(f"Cannot read '{path}' ({one.name}): it is damaged or cut short ({reason}).") from error
    if not measurements:
        raise FileFormatError(f"Cannot read '{path}' ({one.name}): it holds no measurement.")
    return [replace(m, format=one.name, path=path) for m in measurements]


def _plain(said: str) -> str:
    """One line of bearable length that does nothing to a terminal, whatever of a file's content it quotes."""
    line = "".join(sign if sign.isprintable() else " " for sign in said)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 5]} ..."


def read(path: str | os.PathLike[str], part: str | int | None = None, *, format: str | None = None) -> Measurement:
    """The measurement in a file; of several, the one called `part` (or number `part`, counted from 1).

    Errors: `HeterofilmError` with one sentence for anything that cannot be read, for several measurements without
    `part`, and for a `part` that is not there.
    """
    found = read_all(path, format=format)
    names = [m.name for m in found]
    listed = ", ".join(f"'{name}'" for name in names[:12]) + (" ..." if len(names) > 12 else "")
    if part is None:
        if len(found) > 1:
            raise InputError(f"'{path}' holds {len(found)} measurements, {listed}: name one of them.")
        return found[0]
    if isinstance(part, int):
        if 1 <= part <= len(found):
            return found[part - 1]
        raise InputError(f"'{path}' has no measurement {part}; it has {len(found)}: {listed}.")
    if part in names:
        return found[names.index(part)]
    raise InputError(f"'{path}' has no measurement '{part}'.{did_you_mean(part, names)} It has {listed}.")


def _named(name: str) -> Format:
    known = {one.name: one for one in formats()}
    if name not in known:
        raise InputError(f"There is no format '{name}'.{did_you_mean(name, known)} See 'heterofilm formats'.")
    return known[name]
