"""What the package itself is, by the contents of its code and data: whether a result of before was made by the same."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

__all__ = ["package_digest"]

SOURCES = (".py", ".toml", ".csv", ".json")
ROOMS = ("engine", "film", "cell", "protocol", "simulation")
"""Rooms of the package whose code decides what a run gives; library data is in the values of the cell."""


@lru_cache
def package_digest(rooms: tuple[str, ...] = ROOMS) -> str:
    """A fingerprint of the code, and of the data beside it, that decide what a run gives: 64 digits."""
    root = Path(__file__).parent
    found = hashlib.sha256()
    for room in rooms:
        for source in sorted(path for path in (root / room).rglob("*") if path.suffix in SOURCES):
            found.update(source.relative_to(root).as_posix().encode())
            found.update(source.read_bytes())
    return found.hexdigest()
