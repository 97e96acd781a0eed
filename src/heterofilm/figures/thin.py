"""Points of a curve that nobody would miss on a screen, left out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["thinned"]

Array = NDArray[Any]

LEAST = 60  # points of a curve that is left as it is


def thinned(x: Array, y: Array, within: float) -> NDArray[np.intp]:
    """Indices of the points that are kept: the line through them passes every other within `within`, of the units of x
    and y alike (U. Ramer, Comput. Graph. Image Process. 1 (1972) 244). Ends, and points beside a gap, stay.

    >>> thinned(np.arange(100.0), np.abs(np.arange(100.0) - 40.0), 1e-6)
    array([ 0, 40, 99])
    """
    if x.size <= LEAST:
        return np.arange(x.size)
    known = np.isfinite(x) & np.isfinite(y)
    edge = np.flatnonzero(np.diff(known.astype(np.int8)))
    kept = np.zeros(x.size, dtype=bool)
    kept[[0, -1]] = True
    kept[edge], kept[edge + 1] = True, True
    bounds = np.flatnonzero(kept)
    spans = [(a, b) for a, b in pairwise(bounds.tolist()) if b - a > 1 and known[a] and known[b]]
    while spans:
        a, b = spans.pop()
        off = _distance(x[a : b + 1], y[a : b + 1])
        worst = int(np.argmax(off))
        if off[worst] > within:
            kept[a + worst] = True
            spans += [(s, e) for s, e in ((a, a + worst), (a + worst, b)) if e - s > 1]
    return np.flatnonzero(kept)


def _distance(x: Array, y: Array) -> Array:
    """Of every point from the stretch between the first and the last."""
    dx, dy = x[-1] - x[0], y[-1] - y[0]
    length = dx * dx + dy * dy
    along = np.clip(((x - x[0]) * dx + (y - y[0]) * dy) / length, 0.0, 1.0) if length > 0.0 else np.zeros_like(x)
    return np.asarray(np.hypot(x - x[0] - along * dx, y - y[0] - along * dy))
