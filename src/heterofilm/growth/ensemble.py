"""Draws of every ranged number, kept where the films that were grown and measured come out.

Each value with a range is drawn from it, evenly or evenly in its logarithm, once per draw and path. A draw that
contradicts a measured film of the library on the same targets is dropped (rejection sampling). What is left says
how far a film may be off: little at the recipes that were measured, more away from them.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from ..library.value import Value
from ..units import convert

Real = Any  # a float, or an array of draws of it


def nominal(path: str, value: Value, unit: str) -> float:
    """The value itself."""
    return value.to(unit)


class Draws:
    """`count` draws; the same path gives the same draws, whoever asks."""

    def __init__(self, count: int, seed: int = 0) -> None:
        self.count = count
        self.seed = seed
        self.kept: np.ndarray[Any, Any] | None = None  # indices

    def __call__(self, path: str, value: Value, unit: str) -> Real:
        """An array of draws, or the value where it has no range."""
        if value.low is None or value.high is None or value.low == value.high:
            return value.to(unit)
        low, high = (convert(x, value.unit, unit) for x in (value.low, value.high))
        u = np.random.default_rng([self.seed, zlib.crc32(path.encode())]).random(self.count)
        drawn = low * (high / low) ** u if value.method == "log" else low + (high - low) * u
        return drawn if self.kept is None else drawn[self.kept]

    def keep(self, mask: np.ndarray[Any, Any]) -> None:
        """Drop the draws where `mask` is false."""
        self.kept = np.flatnonzero(mask)


def interval(draws: Real) -> tuple[float, float]:
    """5 and 95 % of the draws."""
    low, high = np.quantile(np.asarray(draws, dtype=float), (0.05, 0.95))
    return float(low), float(high)
