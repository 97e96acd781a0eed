"""A folder that something runs into: held by one process, identified by contents, whole or refused.

``run.json`` says what is run (`identity`), ``parts.csv`` lists every further file with its size and checksum, and
``manifest.json`` closes what was finished. What is read back is checked first; what is damaged is named. Files reach
the disk at most once a second, in an order that leaves a whole folder whatever happens in between.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

from ..errors import FileFormatError, HeterofilmError, InputError
from ..files import beside_of, check_folder, read_file, remove_leftovers
from .ledger import Ledger, Line, write_all

MAX_BYTES = 10_000_000  # of what says what runs in a folder
SYNC = 1.0  # s between two times that files are forced onto the disk
_ANEW = "name another folder, or run it anew (fresh=True, --fresh)"


class Part(NamedTuple):
    """A file of the folder: its name in it, bytes, checksum."""

    name: str
    size: int
    check: int


class Folder:
    """One folder, held by one process at a time; ``close`` it, or use it in a ``with`` block.

    ``what`` names in one word what runs there ("run", "sweep"), ``own`` the patterns of all files that it may hold.
    """

    def __init__(
        self, path: str | os.PathLike[str], identity: Mapping[str, Any], what: str, own: Sequence[str],
        fresh: bool = False,
    ) -> None:  # fmt: skip
        self.path = check_folder(path)
        self.what = what
        self.own = ("run.json", "parts.csv", "manifest.json", *own)
        self._synced = time.monotonic()
        self._unsynced: list[Path] = []
        self._files: list[int] = []
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.lock = self._opened("lock")
            self._hold()
            self._clear(everything=fresh)
            self._identify(dict(identity))
            self.parts = Ledger(self.path / "parts.csv", "file,bytes,checksum")
        except OSError as error:
            self.release()
            raise self.failed(error) from None
        except BaseException:
            self.release()
            raise

    def _opened(self, name: str) -> int:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._files.append(os.open(self.path / name, flags, 0o644))
        return self._files[-1]

    def _hold(self) -> None:
        try:
            import fcntl
        except ImportError:  # not on Windows: there two processes must be told apart by their folders
            return
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"Another process is running in '{self.path}'; wait for it or name another.") from None

    def _clear(self, everything: bool) -> None:
        """Remove what a process that was ended left half written; to run anew, all that it had."""
        remove_leftovers(self.files())
        for file in self.files() if everything else ():
            if self._is_own(file):
                file.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """The files in the folder and in those folders within it that it may hold files in; no further."""
        inner = {pattern.partition("/")[0] for pattern in self.own if "/" in pattern}
        found = [file for file in self.path.iterdir() if not file.is_dir()]
        for name in sorted(inner):
            found += [file for file in (self.path / name).glob("*") if not file.is_dir()]
        return found

    def _is_own(self, file: Path) -> bool:
        name = file.relative_to(self.path).as_posix()
        return any(re.fullmatch(pattern, name) for pattern in self.own) and file.is_file()

    def _identify(self, identity: dict[str, Any]) -> None:
        path = self.path / "run.json"
        if not path.exists():
            if held := [file.name for file in self.files() if self._is_own(file) and file.stat().st_size]:
                raise InputError(
                    f"'{path}' is missing, so it is not known what '{held[0]}' and others there are of; {_ANEW}."
                )
            self.put("run.json", json.dumps(_sealed(identity), indent=1).encode())
            return
        found = self.sealed("run.json")
        if found.get("what") != identity["what"]:
            raise InputError(f"The folder '{self.path}' holds a {found.get('what')}, no {self.what}; {_ANEW}.")
        different = differences(found, identity)
        if different:
            more = f" and {len(different) - 3} more" if len(different) > 3 else ""
            raise InputError(
                f"The folder '{self.path}' holds another {self.what}: {'; '.join(different[:3])}{more}; {_ANEW}."
            )

    def sealed(self, name: str) -> dict[str, Any]:
        """A json file that ends in its own checksum.

        Errors: `HeterofilmError` for one that cannot be read, was changed, or is of an earlier heterofilm.
        """
        path = self.path / name
        try:
            found = json.loads(read_file(path, MAX_BYTES))
            if not isinstance(found, dict):
                raise ValueError("no table")
        except (HeterofilmError, ValueError, RecursionError):
            raise FileFormatError(f"'{path}' is damaged, so it is not known what runs there; {_ANEW}.") from None
        check = found.pop("checksum", None)
        if check is None and name == "run.json":
            raise InputError(f"The folder '{self.path}' is of an earlier heterofilm, which kept no checksums; {_ANEW}.")
        if check != _checksum(found):
            raise FileFormatError(f"'{path}' is damaged: its checksum does not fit; {_ANEW}.")
        return found

    def put(self, name: str, data: bytes) -> Part:
        """A file that appears whole or not at all."""
        path = self.path / name
        beside = beside_of(path)
        try:
            if path.parent != self.path:
                path.parent.mkdir(exist_ok=True)
            file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
            try:
                write_all(file, data)
            finally:
                os.close(file)
            os.replace(beside, path)
        except OSError as error:
            raise self.failed(error) from None
        finally:
            beside.unlink(missing_ok=True)
        self._unsynced.append(path)
        return Part(name, len(data), zlib.crc32(data))

    def keep(self, parts: Sequence[Part]) -> None:
        """Enter files into the list, from where on they count."""
        try:
            if self.parts.end == self.parts.begin and self.parts.size() == 0:
                self.parts.start()
            self.parts.append([f"{part.name},{part.size},{part.check:08x}" for part in parts])
        except OSError as error:
            raise self.failed(error) from None

    def listed(self) -> tuple[list[tuple[Part, Line]], str]:
        """The files in the list, each with the line that says so, and what is damaged of the list ("" for nothing)."""
        lines, damage = self.parts.read()
        found = []
        for line in lines:
            name, size, check = line.text.rsplit(",", 2)
            found.append((Part(name, int(size), int(check, 16)), line))
        return found, damage

    def content(self, part: Part) -> bytes:
        """What a file of the list holds.

        Errors: `DamageError` where it is not what was written.
        """
        try:
            data = read_file(self.path / part.name, part.size)
        except HeterofilmError:
            raise DamageError(f"'{part.name}' (it is missing, or not of its size)") from None
        if len(data) != part.size or zlib.crc32(data) != part.check:
            raise DamageError(f"'{part.name}' (its checksum does not fit)")
        return data

    def due(self) -> bool:
        """Whether it is time to force files onto the disk."""
        return time.monotonic() - self._synced >= SYNC

    def sync(self) -> None:
        """Files and their list onto the disk, in this order. Errors: `OSError`."""
        for path in self._unsynced:
            file = os.open(path, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)
        self._unsynced.clear()
        self.parts.sync()
        self._synced = time.monotonic()

    def close_with(self, manifest: Mapping[str, Any]) -> None:
        """What was run is finished: say so in a file of its own."""
        try:
            self.sync()
            self.put("manifest.json", json.dumps(_sealed(dict(manifest)), indent=1).encode())
            self.sync()
        except OSError as error:
            raise self.failed(error) from None

    def closed(self) -> dict[str, Any] | None:
        """What the manifest says, None where there is none."""
        return self.sealed("manifest.json") if (self.path / "manifest.json").exists() else None

    def failed(self, error: OSError) -> HeterofilmError:
        """The sentence for a file that could not be written."""
        if not self.path.is_dir():
            return InputError(f"The folder '{self.path}' was deleted while the {self.what} wrote to it.")
        reason = error.strerror or str(error)
        return InputError(f"Cannot write to '{self.path}': {reason}; make room and run again, it will go on.")

    def damaged(self, damage: str, good: str) -> HeterofilmError:
        """The sentence for a part that is not what was written."""
        return FileFormatError(
            f"The folder '{self.path}' is damaged: {damage}; go on from {good} (repair=True, --repair), {_ANEW}."
        )

    def release(self) -> None:
        """Give the folder free."""
        if hasattr(self, "parts"):
            self.parts.close()
            del self.parts
        while self._files:
            os.close(self._files.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class DamageError(Exception):
    """A part of a folder is not what was written; the words name it."""


def differences(then: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> list[str]:
    """What differs between two identities, in words."""
    found: list[str] = []
    for key in dict.fromkeys((*then, *now)):
        a, b = then.get(key), now.get(key)
        name = f"{path}{key}"
        if isinstance(a, dict) and isinstance(b, dict):
            found += differences(a, b, "" if key in ("values", "settings") else f"{name} ")
        elif a != b:
            short = all(len(str(x)) <= 40 for x in (a, b)) and "digest" not in key
            found.append(f"its {name} was {a} and is {b} now" if short else f"its {name} differs")
    return found


def _sealed(content: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return plain | {"checksum": _checksum(plain)}


def _checksum(content: Mapping[str, Any]) -> str:
    return f"{zlib.crc32(json.dumps(content, sort_keys=True).encode()):08x}"
