"""A text file that grows by lines, each of which ends in a checksum over itself and over all before it.

Whatever is changed, lost or exchanged in it is found when it is read; what was cut off is told from what was changed.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import InputError


class Mark(NamedTuple):
    """A place in a ledger: bytes up to there, and the checksum of all of them."""

    length: int
    check: int


class Line(NamedTuple):
    """A line that is whole: its text, and the place where it ends."""

    text: str
    end: Mark


class Ledger:
    """One file; ``head`` is its first line, the names of its columns."""

    def __init__(self, path: Path, head: str) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        self._head = _line(head, 0)
        self.begin = Mark(len(self._head), zlib.crc32(head.encode()))
        self.end = self.begin
        self.dirty = False

    def read(self) -> tuple[list[Line], str]:
        """All lines up to the first that is not whole, and what is wrong with that one ("" where nothing is)."""
        raw = read_all(self._file)
        if not raw:
            return [], ""
        if not raw.startswith(self._head):
            return [], f"'{self.path.name}', line 1"
        lines: list[Line] = []
        start, check = len(self._head), self.begin.check
        while start < len(raw):
            stop = raw.find(b"\n", start)
            body = raw[start : stop - 9]
            check = zlib.crc32(body, check)
            if stop < 0 or raw[stop - 9 : stop] != b",%08x" % check:
                return lines, f"'{self.path.name}', line {len(lines) + 2}"
            start = stop + 1
            lines.append(Line(body.decode(), Mark(start, check)))
        return lines, ""

    def start(self) -> None:
        """Begin with nothing but the head."""
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        write_all(self._file, self._head)
        self.end, self.dirty = self.begin, True

    def cut(self, end: Mark) -> None:
        """Go on from a place; what comes after it is dropped."""
        if os.fstat(self._file).st_size != end.length:
            os.ftruncate(self._file, end.length)
            self.dirty = True
        self.end = end

    def append(self, texts: Sequence[str]) -> None:
        """More lines. Errors: `OSError` where they cannot be written whole; then nothing of them counts."""
        block, check = b"", self.end.check
        for text in texts:
            line = _line(text, check)
            check = zlib.crc32(text.encode(), check)
            block += line
        os.lseek(self._file, self.end.length, os.SEEK_SET)
        write_all(self._file, block)
        self.end, self.dirty = Mark(self.end.length + len(block), check), True

    def gone(self) -> bool:
        """Whether the file was deleted under its user."""
        return os.fstat(self._file).st_nlink == 0

    def size(self) -> int:
        """Bytes of the file."""
        return os.fstat(self._file).st_size

    def sync(self) -> None:
        """What was written, onto the disk."""
        if self.dirty:
            os.fsync(self._file)
            self.dirty = False

    def close(self) -> None:
        """Give the file free."""
        os.close(self._file)


def _line(text: str, check: int) -> bytes:
    if "\n" in text:
        raise InputError("A line of a table cannot hold a line break.")
    body = text.encode()
    return body + b",%08x\n" % zlib.crc32(body, check)


def write_all(file: int, data: bytes) -> None:
    """Write all of ``data``: a write that is cut short, as on a full disk, is an error and not a shorter file."""
    view = memoryview(data)
    while view:
        written = os.write(file, view)
        if written <= 0:
            raise OSError(28, os.strerror(28))
        view = view[written:]


def read_all(file: int) -> bytes:
    """All bytes of a file."""
    os.lseek(file, 0, os.SEEK_SET)
    blocks = []
    while block := os.read(file, 1 << 20):
        blocks.append(block)
    return b"".join(blocks)
