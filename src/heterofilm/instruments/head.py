"""The first look at a file: its size, its first bytes, and its first lines if it is text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import FileFormatError
from ..files import check_file
from ..text_tables import decode

__all__ = ["MAX_BYTES", "Head", "decode", "text_of"]

MAX_BYTES = 500_000_000
HEAD = 65_536


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


def text_of(path: Path) -> str:
    """The whole file as text.

    Errors: `HeterofilmError` for a binary file.
    """
    text = decode(path.read_bytes())
    if text is None:
        raise FileFormatError("it is not text; export it from the instrument's program as text.")
    return text
