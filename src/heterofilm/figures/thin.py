"""Points of a curve that nobody would miss on a screen, left out."""

from __future__ import annotations

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
    a, b = bounds[:-1], bounds[1:]  # the stretches that are looked at, all of one depth at once
    wanted = known[a] & known[b]
    a, b = a[wanted], b[wanted]
    while True:
        wanted = b - a > 1
        a, b = a[wanted], b[wanted]
        if not a.size:
            return np.flatnonzero(kept)
        inner = b - a - 1
        first = np.cumsum(inner) - inner
        of = np.repeat(np.arange(a.size), inner)  # the stretch of each point between
        points = np.arange(of.size) - first[of] + a[of] + 1
        off = _distance(x, y, a[of], b[of], points)
        worst = np.maximum.reduceat(off, first)
        hits = np.flatnonzero(off == worst[of])
        at = points[hits[np.unique(of[hits], return_index=True)[1]]]
        far = worst > within
        kept[at[far]] = True
        a, b = np.concatenate([a[far], at[far]]), np.concatenate([at[far], b[far]])


def _distance(x: Array, y: Array, a: NDArray[Any], b: NDArray[Any], points: NDArray[Any]) -> Array:
    """Of every point from the stretch between its a and its b."""
    dx, dy = x[b] - x[a], y[b] - y[a]
    px, py = x[points] - x[a], y[points] - y[a]
    length = dx * dx + dy * dy
    along = np.clip((px * dx + py * dy) / np.where(length > 0.0, length, 1.0), 0.0, 1.0)
    return np.asarray(np.hypot(px - along * dx, py - along * dy))
