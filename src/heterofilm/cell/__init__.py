"""Cells: library entries put together for the engine."""

from .assemble import MECHANISMS
from .cell import Cell

__all__ = ["MECHANISMS", "Cell"]
