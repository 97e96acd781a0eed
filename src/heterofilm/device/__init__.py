"""The device around a cell: its stack, what bending and heat do to it, what it drives and for how long."""

from .stack import Stack

__all__ = ["Stack"]
