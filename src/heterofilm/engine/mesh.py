"""Finite volumes with nodes on both boundaries, for a line and for a sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def line(length: float, nodes: int, stretch: float = 1.0) -> NDArray[np.float64]:
    """Nodes from 0 to ``length`` (m); ``stretch`` > 1 is the ratio of the first cell to the last."""
    if nodes < 2:
        raise ValueError(f"a line needs at least 2 nodes, not {nodes}")
    cells = stretch ** -np.linspace(0.0, 1.0, nodes - 1)
    x = np.concatenate([[0.0], np.cumsum(cells)])
    return x * (length / x[-1])


def widths(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Control volume of every node of a line (m)."""
    if x.size == 0:
        return np.empty(0)
    edges = np.concatenate([x[:1], 0.5 * (x[1:] + x[:-1]), x[-1:]])
    return np.diff(edges)


def shell_shares(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Control volume of every node of a sphere over the volume of the sphere."""
    if r.size == 0:
        return np.empty(0)
    edges = np.concatenate([r[:1], 0.5 * (r[1:] + r[:-1]), r[-1:]])
    return np.diff(edges**3) / r[-1] ** 3


def shell_links(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area between neighbours over their distance, over the volume of the sphere (1/m2)."""
    if r.size == 0:
        return np.empty(0)
    middle = 0.5 * (r[1:] + r[:-1])
    return 3.0 * middle**2 / np.diff(r) / r[-1] ** 3
