"""A project's folder: held by one app at a time; what the app keeps for itself lies in ``.heterofilm`` within it."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InputError
from ..files import made_folder

__all__ = ["OWN", "Held", "locked"]

OWN = ".heterofilm"  # curves and analyses that were made, jobs; hidden from the analysis of a sample


class Held:
    """The lock of a project. Errors: `InputError` where another process has it."""

    def __init__(self, folder: Path) -> None:
        place = made_folder(folder / OWN)
        lock = locked(place / "lock")
        if lock is None:
            raise InputError(f"The project '{folder}' is open in another app; close that one, or name another folder.")
        self._lock: int | None = lock

    def release(self) -> None:
        """Give it free."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def locked(path: Path) -> int | None:
    """A file that this process alone has locked, open; None where another has. It is free when its process ends."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _lock(file)
    except OSError:
        os.close(file)
        return None
    return file


def _lock(file: int) -> None:
    try:
        import fcntl
    except ImportError:  # on Windows
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
