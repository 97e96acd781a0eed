"""The stack of a cell, from library entries to what the engine integrates."""

from .cell import Cell

__all__ = ["Cell"]
