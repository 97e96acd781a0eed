"""A fingerprint of numbers, texts, arrays and structures of the engine, by their contents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["digest"]


def digest(*things: Any) -> str:
    """A fingerprint of numbers, texts, arrays and tuples of them."""
    found = hashlib.sha256()
    _feed(found, things)
    return found.hexdigest()


def _feed(found: Any, thing: Any) -> None:
    if isinstance(thing, np.ndarray):
        found.update(f"{thing.dtype}{thing.shape}".encode())
        found.update(np.ascontiguousarray(thing).tobytes())
    elif isinstance(thing, bool | int | float | str | bytes | np.generic) or thing is None:
        found.update(repr(thing.item() if isinstance(thing, np.generic) else thing).encode() + b";")
    elif isinstance(thing, Sequence):
        found.update(f"({len(thing)}".encode())
        for part in thing:
            _feed(found, part)
    else:  # a structure of the engine
        for name in sorted(type(thing).__annotations__):
            found.update(name.encode())
            _feed(found, getattr(thing, name))
