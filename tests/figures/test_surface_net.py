"""Surface nets: a sphere is closed, round, and turned outwards."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from heterofilm.figures.surface_net import surface_net


def test_a_sphere() -> None:
    """Area 4 pi r^2 and volume 4/3 pi r^3 within 2 %, every edge shared by two faces, normals outwards."""
    x = np.arange(30) - 14.5
    r = np.sqrt(x[:, None, None] ** 2 + x[:, None] ** 2 + x**2)
    vertices, quads = surface_net(10.5 - r, 0.5)
    assert np.linalg.norm(vertices - 14.5, axis=1) == pytest.approx(10.0, abs=0.1)
    p = vertices[quads] - 14.5
    normal = 0.5 * np.cross(p[:, 2] - p[:, 0], p[:, 3] - p[:, 1])
    assert ((normal * p.mean(axis=1)).sum(axis=1) > 0.0).all()
    assert np.linalg.norm(normal, axis=1).sum() == pytest.approx(400.0 * np.pi, rel=0.02)
    assert (normal * p.mean(axis=1)).sum() / 3.0 == pytest.approx(4000.0 / 3.0 * np.pi, rel=0.02)
    edges = Counter(frozenset((int(q[k]), int(q[(k + 1) % 4]))) for q in quads for k in range(4))
    assert set(edges.values()) == {2}


def test_nothing_inside_is_no_surface() -> None:
    vertices, quads = surface_net(np.zeros((4, 4, 4)))
    assert vertices.shape == (0, 3) and quads.shape == (0, 4)
