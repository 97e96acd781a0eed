"""Writing files whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import HeterofilmError


def atomic(path: Path, write: Callable[[Path], Any]) -> Path:
    """Let `write` fill a file beside `path` and move it there, so that it appears whole or not at all."""
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
