"""Writing files whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import HeterofilmError


def check_place(path: str | os.PathLike[str]) -> Path:
    """`path`, if a file can stand there: to be asked before a long run, not after it.

    Errors: `HeterofilmError` for a folder that does not exist or may not be written to, and for a folder's own name.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise HeterofilmError(f"There is no folder '{path.parent}' to write '{path.name}' to; make it first.")
    if path.is_dir():
        raise HeterofilmError(f"Cannot write '{path}': it is a folder; name a file in it.")
    if not os.access(path.parent, os.W_OK):
        raise HeterofilmError(f"Cannot write '{path}': its folder is read-only to you; choose another one.")
    return path


def atomic(path: Path, write: Callable[[Path], Any]) -> Path:
    """Let `write` fill a file beside `path` and move it there, so that it appears whole or not at all.

    Errors: `HeterofilmError` where it cannot be written.
    """
    check_place(path)
    beside = path.with_name(f".{secrets.token_hex(4)}.part{path.suffix}")
    try:
        write(beside)
        os.replace(beside, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise HeterofilmError(
            f"Cannot write '{path}': {reason}; choose a folder that exists and that you may write to."
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return path
