"""Slopes with which a cubic between two points keeps the shape of the points (numbers, or arrays of them).

F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5, 300, 1984. ``h_0``, ``h_1``: lengths of two neighbouring
pieces, ``d_0``, ``d_1``: slopes of their chords. Plain functions: the library reads its curves with them, kernels
compile them.
"""

from __future__ import annotations

from typing import Any


def inner_slope(h_0: Any, h_1: Any, d_0: Any, d_1: Any) -> Any:
    """Between two pieces that go the same way: the weighted harmonic mean of their chords."""
    w_0 = 2.0 * h_1 + h_0
    w_1 = h_1 + 2.0 * h_0
    return (w_0 + w_1) / (w_0 / d_0 + w_1 / d_1)


def parabola_slope(h_0: Any, h_1: Any, d_0: Any, d_1: Any) -> Any:
    """At the outer end of the first piece: of the parabola through the three points."""
    return ((2.0 * h_0 + h_1) * d_0 - h_0 * d_1) / (h_0 + h_1)
