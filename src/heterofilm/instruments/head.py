"""The first look at a file: its size, its first bytes, and its first lines if it is text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import FileFormatError
from ..files import check_file

__all__ = ["MAX_BYTES", "Head", "decode", "text_of"]

MAX_BYTES = 500_000_000
HEAD = 65_536
_PADDING = re.compile(rb"\x00+(?=[\r\n]|\Z)")


@dataclass(frozen=True)
class Head:
    """What a reader may look at to say whether a file is of its format."""

    path: Path
    size: int
    bytes: bytes  # the first 64 kB

    @classmethod
    def of(cls, path: Path) -> Head:
        """Errors: `HeterofilmError` for a file that is missing, no file, unreadable, empty or larger than 500 MB."""
        try:
            size = check_file(path, MAX_BYTES).stat().st_size
            if size == 0:
                raise FileFormatError(f"Cannot read '{path}': the file is empty; export it again.")
            with path.open("rb") as file:
                return cls(path, size, file.read(HEAD))
        except OSError as error:
            raise FileFormatError(f"Cannot read '{path}': {error.strerror}.") from None

    @property
    def suffix(self) -> str:
        """In lower case, with its dot."""
        return self.path.suffix.lower()

    @cached_property
    def text(self) -> str:
        """The first 64 kB as text; empty for a binary file."""
        return decode(self.bytes) or ""

    @cached_property
    def lines(self) -> list[str]:
        """The first lines, the last of which may be cut."""
        return self.text.splitlines()


def decode(raw: bytes) -> str | None:
    """Bytes as text: UTF-8, UTF-16 with its mark, or Windows-1252; None for what looks binary."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw[: len(raw) // 2 * 2].decode("utf-16", "replace")
    if b"\x00" in raw:  # some programs pad the lines of a text with NUL, or end it with one
        raw = _PADDING.sub(b"", raw)
    if b"\x00" in raw:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.end >= len(raw) - 1 and error.reason == "unexpected end of data":
            return raw[: error.start].decode("utf-8-sig")
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26) for byte in raw[:4096])
    return None if controls > 0.01 * min(len(raw), 4096) else raw.decode("cp1252", "replace")


def text_of(path: Path) -> str:
    """The whole file as text.

    Errors: `HeterofilmError` for a binary file.
    """
    text = decode(path.read_bytes())
    if text is None:
        raise FileFormatError("it is not text; export it from the instrument's program as text.")
    return text
