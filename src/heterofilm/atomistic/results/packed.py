"""Small recorded data as one ``.npz``: arrays and one line of JSON; reading executes nothing and is limited in size."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ...errors import FileFormatError, HeterofilmError
from ...files import atomic

__all__ = ["DAMAGED", "MAX_BYTES", "pack", "refused", "unpack"]

MAX_BYTES = 2_000_000
UNPACKED = 10 * MAX_BYTES
# what a file that is not what it should be can raise on the way to a record
DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError, BadZipFile)


def pack(path: str | os.PathLike[str], head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write `head` (plain JSON) and `arrays` (as they are), whole or not at all."""
    path = Path(path)
    words = np.array(json.dumps(dict(head)))

    def write(target: Path) -> None:
        with target.open("wb") as file:
            np.savez_compressed(file, head=words, **arrays)  # type: ignore[arg-type]

    return atomic(path, write)


def unpack(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What `pack` wrote: head and arrays.

    Errors: one of `DAMAGED` for a file that is missing, larger than 2 MB, or not of this kind; readers turn it into
    their own sentence.
    """
    path = Path(path)
    if path.stat().st_size > MAX_BYTES:
        raise ValueError("it is larger than 2 MB")
    with np.load(path, allow_pickle=False) as held:  # a single array is no context: TypeError
        if sum(held.zip.getinfo(name).file_size for name in held.zip.namelist()) > UNPACKED:
            raise ValueError("it unpacks to more than 20 MB")
        arrays = {key: np.asarray(held[key]) for key in held.files}
    head = json.loads(str(arrays.pop("head")))
    if not isinstance(head, dict):
        raise ValueError("its head is no table")
    return head, arrays


def refused(path: str | os.PathLike[str], kind: str, error: Exception) -> HeterofilmError:
    """One sentence for a file that is not what it should be."""
    return FileFormatError(f"'{path}' holds no recorded {kind} ({str(error)[:120]}).")
