"""A smooth surface through a field on a grid, by surface nets: light enough for a page, and no library of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["surface_net"]

Array = NDArray[Any]

CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
EDGES = tuple(
    (a, b) for a in range(8) for b in range(a + 1, 8) if np.abs(CORNERS[a] - CORNERS[b]).sum() == 1
)  # the 12 edges of a cell


def surface_net(field: Array, level: float = 0.5) -> tuple[Array, Array]:
    """Vertices (v, 3), in units of the grid, and quadrilaterals (q, 4) of the surface where `field` crosses `level`.

    Every cell that the surface passes holds one vertex, the mean of the crossings on its edges; every edge of the grid
    that crosses joins the vertices of its four cells (S. F. F. Gibson, MICCAI 1998, 888). Quadrilaterals turn
    counterclockwise seen from where the field is low. It is closed if the outermost layer lies below the level.
    """
    inside = field > level
    corner = [tuple(slice(c, n - 1 + c) for c, n in zip(offset, field.shape, strict=True)) for offset in CORNERS]
    total = np.zeros((*(n - 1 for n in field.shape), 3))
    count = np.zeros(total.shape[:3])
    for a, b in EDGES:
        fa, fb = field[corner[a]], field[corner[b]]
        crosses = inside[corner[a]] != inside[corner[b]]
        share = np.where(crosses, (level - fa) / np.where(crosses, fb - fa, 1.0), 0.0)[..., None]
        total += np.where(crosses[..., None], CORNERS[a] + share * (CORNERS[b] - CORNERS[a]), 0.0)
        count += crosses
    cells = count > 0
    vertices = np.argwhere(cells) + total[cells] / count[cells][:, None]
    number = np.full(count.shape, -1)
    number[cells] = np.arange(len(vertices))
    return vertices, np.concatenate([_faces(inside, number, axis) for axis in range(3)])


def _faces(inside: NDArray[np.bool_], number: Array, axis: int) -> Array:
    """Quadrilaterals across the edges along `axis`."""
    b, c = (axis + 1) % 3, (axis + 2) % 3
    first, second = (np.moveaxis(inside, (axis, b, c), (0, 1, 2))[s] for s in (slice(None, -1), slice(1, None)))
    cells = np.moveaxis(number, (axis, b, c), (0, 1, 2))
    crosses = (first != second)[:, 1:-1, 1:-1]
    x, y, z = np.nonzero(crosses)
    quads = np.stack([cells[x, y, z], cells[x, y + 1, z], cells[x, y + 1, z + 1], cells[x, y, z + 1]], axis=1)
    rises = second[:, 1:-1, 1:-1][crosses]  # the field is high on the far side: turn the face round
    quads[rises] = quads[rises][:, ::-1]
    return quads
