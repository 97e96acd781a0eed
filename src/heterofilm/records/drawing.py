"""Who draws a record: figures stand on records and not the other way, so the package that has both says it here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

draw: Callable[[Any], Any] | None = None
"""Makes the figure of a record."""
