"""Finite volumes: they fill the line and the sphere, and see a linear profile exactly."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine import mesh


@pytest.mark.parametrize("stretch", [1.0, 3.0, 50.0])
def test_a_line_is_filled(stretch):
    """Nodes lie on both ends, control volumes add up to the length, the first cell is ``stretch`` times the last."""
    x = mesh.line(3e-7, 17, stretch)
    assert x[0] == 0.0 and x[-1] == pytest.approx(3e-7, rel=1e-15)
    cells = np.diff(x)
    assert cells[0] / cells[-1] == pytest.approx(stretch)
    assert mesh.widths(x).sum() == pytest.approx(3e-7, rel=1e-14)
    assert np.all(mesh.widths(x) > 0.0)


def test_a_stretched_mesh_is_geometric():
    """Neighbouring cells keep one ratio, so that the second order survives the stretching."""
    ratios = np.diff(mesh.line(1.0, 9, 10.0))
    assert ratios[1:] / ratios[:-1] == pytest.approx(10.0 ** (-1.0 / 7.0))


def test_an_end_owns_half_a_cell():
    """Control volumes end halfway between nodes."""
    assert mesh.widths(mesh.line(4.0, 5)) == pytest.approx([0.5, 1.0, 1.0, 1.0, 0.5])


@pytest.mark.parametrize("nodes", [2, 9, 40])
def test_a_sphere_is_filled(nodes):
    """Shares add up to one; the innermost is a ball, the outermost a shell of half a cell."""
    r = mesh.line(5e-9, nodes)
    share = mesh.shell_shares(r)
    assert share.sum() == pytest.approx(1.0, rel=1e-14)
    assert share[0] == pytest.approx((0.5 / (nodes - 1)) ** 3)
    assert share[-1] == pytest.approx(1.0 - (1.0 - 0.5 / (nodes - 1)) ** 3)


def test_steady_uptake_of_a_sphere():
    """theta = r^2 fills every place at the same rate, 6 D: the discrete sphere finds it to second order."""

    def error(nodes: int) -> float:
        r = mesh.line(1.0, nodes)
        flow = mesh.shell_links(r) * np.diff(r**2)
        rate = np.concatenate([flow, [2.0 * 3.0]]) - np.concatenate([[0.0], flow])
        return float(np.abs(rate / mesh.shell_shares(r) - 6.0) @ mesh.shell_shares(r))

    assert error(81) < 1e-3
    assert error(41) / error(81) > 3.5 or error(41) < 1e-12


def test_nothing_has_no_volume():
    """A film without domains has an empty sphere."""
    empty = np.empty(0)
    assert mesh.widths(empty).size == mesh.shell_shares(empty).size == mesh.shell_links(empty).size == 0


def test_one_node_is_no_line():
    """A line needs two ends."""
    with pytest.raises(ValueError, match="at least 2 nodes, not 1"):
        mesh.line(1.0, 1)
