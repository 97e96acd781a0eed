"""Surfaces of a field: where the field says, closed, and of either sign."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.fields.grid import Grid
from heterofilm.errors import HeterofilmError
from heterofilm.figures.field import FieldFigure, Surface, _net, level_of_share

CELL = np.array([[8.0, 0.0, 0.0], [2.0, 8.0, 0.0], [0.0, 0.0, 10.0]])
SHAPE = (32, 32, 40)
FRACTIONS = np.stack(np.meshgrid(*(np.arange(n) / n for n in SHAPE), indexing="ij"), axis=-1)


def ball(centre: tuple[float, float, float], height: float) -> np.ndarray:
    """`height` at the centre, falling with the square of the distance (Å) to 0 at 3 Å."""
    apart = FRACTIONS - np.array(centre)
    far2 = (((apart - np.round(apart)) @ CELL) ** 2).sum(axis=-1)
    return height * (1.0 - far2 / 9.0)


def test_a_surface_lies_where_the_field_has_its_level_in_a_slanted_cell() -> None:
    """1 - r²/9 = 5/9 at r = 2 Å."""
    vertices, quads = _net(Grid(ball((0.5, 0.5, 0.5), 1.0), CELL, ""), 5.0 / 9.0)
    r = np.linalg.norm(vertices - 0.5 * CELL.sum(axis=0), axis=1)
    assert abs(r - 2.0).max() < 0.1 and len(quads) > 100


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_body_across_the_faces_of_the_cell_is_closed_and_keeps_its_volume(sign: float) -> None:
    """By Gauss: (1/3) ∮ r·dA of the parts inside the cell is the ball's volume; open parts would not give it."""
    vertices, quads = _net(Grid(sign * ball((0.0, 0.5, 0.95), 1.0), CELL, ""), sign * 5.0 / 9.0)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)
    assert volume == pytest.approx(4.0 / 3.0 * np.pi * 8.0, rel=0.08)


def test_the_level_of_a_share_holds_that_share() -> None:
    grid = Grid(np.random.default_rng(0).normal(size=(10, 10, 10)), CELL, "e/Å3")
    level = level_of_share(grid, 0.5)
    beyond = np.abs(grid.values)[np.abs(grid.values) >= level].sum() / np.abs(grid.values).sum()
    assert beyond == pytest.approx(0.5, abs=0.01)
    assert level_of_share(Grid(np.zeros((4, 4, 4)), CELL, ""), 0.5) > 0.0


def test_both_back_ends_show_both_signs_and_the_atoms(tmp_path: Path) -> None:
    values = ball((0.3, 0.5, 0.5), 1.0).clip(0.0) - ball((0.7, 0.5, 0.5), 1.0).clip(0.0)
    atoms = Atoms("VO", positions=[[2.0, 4.0, 5.0], [3.6, 4.0, 5.0]], cell=CELL, pbc=True)
    figure = FieldFigure("f", "t", atoms, Grid(values, CELL, "e/Å3"), [Surface(0.5, "#e6b800", "gained"),
                         Surface(-0.5, "#20a4b8", "lost"), Surface(9.0, "#000000", "nowhere")])  # fmt: skip
    traces = {trace.name: trace for trace in figure.to_plotly().data}
    assert {"V", "O", "gained", "lost"} <= set(traces)
    assert np.mean(traces["gained"].x) < np.mean(traces["lost"].x) and len(traces["nowhere"].x) == 0
    for path in figure.save_static(tmp_path / "f", ("svg", "png")):
        assert path.stat().st_size > 3000
    assert 'class="plot"' in figure.save(tmp_path / "f.html").read_text(encoding="utf-8")
    with pytest.raises(HeterofilmError, match="must end in"):
        figure.save(tmp_path / "f.gif")
