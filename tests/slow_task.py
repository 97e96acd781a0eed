"""A task that takes a moment, where processes of their own can import it."""

from __future__ import annotations

import time
from pathlib import Path


def begun(folder: str, number: int) -> int:
    """The number; it leaves a word in the folder when it begins."""
    Path(folder, str(number)).touch()
    time.sleep(0.1)
    return number
