"""The core levels of the library by name, with those of one's own files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from .core_level import CoreLevel
from .files import names
from .loader import Library

__all__ = ["core_levels"]


@cache
def _packaged() -> dict[str, CoreLevel]:
    library = Library(calibration=None)
    return {name: library.entry(CoreLevel, name) for name in names("core_levels")}


def core_levels(own: Sequence[str | Path] = (), folder: Path | None = None) -> dict[str, CoreLevel]:
    """The core levels of the library by name; those of one's own files stand before them, or in their place.

    `own`: TOML files, relative to `folder`.

    Errors: `HeterofilmError` for a file that cannot be read, or holds something else.
    """
    library = Library(calibration=None)
    mine = {level.name: level for level in (library.entry(CoreLevel, path, folder) for path in own)}
    return mine | {name: level for name, level in _packaged().items() if name not in mine}
