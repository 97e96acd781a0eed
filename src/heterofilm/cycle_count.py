"""Where a cycle begins in a test that does not count its cycles: by the half cycles themselves.

A cycle begins where the direction of the first current that flowed comes back after the other one. What lies between,
rests, holds and spectra, belongs to the cycle before. Tests that are read (`records.runs`) and protocols without loops
(`protocol.loops`) are counted alike.
"""

from __future__ import annotations

from typing import Literal

__all__ = ["COUNTED", "CycleCount"]

COUNTED = {
    1: "cycles are counted from the half cycles: one begins where a discharge follows a charge",
    -1: "cycles are counted from the half cycles: one begins where a charge follows a discharge",
}
"""How they were counted, by the direction that came first."""


class CycleCount:
    """Told the directions as they come: `first` and `last` of them are 0 until a current flows."""

    def __init__(self) -> None:
        self.first: Literal[-1, 0, 1] = 0
        self.last: Literal[-1, 0, 1] = 0

    def begins(self, way: Literal[-1, 0, 1]) -> bool:
        """Whether a cycle begins here; `way` is 1 for a discharge, -1 for a charge, 0 where neither is meant."""
        if way == 0:
            return False
        again = way == self.first and self.last == -way
        self.first, self.last = self.first or way, way
        return again
