"""What a phase of a film is made of: the name that its structure, its patterns and its bands go by."""

from __future__ import annotations

from .files import names
from .loader import Library

__all__ = ["material"]


def material(phase: str, library: Library | None = None) -> str:
    """The material of a phase of the library, which is its own name unless it states another; any other name itself."""
    if phase not in names("phases"):
        return phase
    return (library or Library(calibration=None)).phase(phase).material or phase
