"""Fields on periodic grids: what they refuse, integrals and gradients of plane waves."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.fields.grid import Grid, same_grid
from heterofilm.errors import HeterofilmError

CELL = np.array([[4.0, 0.0, 0.0], [1.0, 5.0, 0.0], [0.5, -0.7, 6.0]])


def test_the_mean_times_the_volume_is_the_integral_of_a_field() -> None:
    grid = Grid(np.full((4, 5, 6), 0.25), CELL, "e/Å3")
    assert grid.integral == pytest.approx(0.25 * 4.0 * 5.0 * 6.0)


def test_height_times_area_is_the_volume_for_every_face_of_an_oblique_cell() -> None:
    grid = Grid(np.ones((4, 5, 6)), CELL, "")
    for axis in "abc":
        assert grid.height_A(axis) * grid.area_A2(axis) == pytest.approx(grid.volume_A3)
    assert grid.height_A("c") == pytest.approx(6.0)


def test_the_gradient_of_a_plane_wave_in_an_oblique_cell_is_exact() -> None:
    nx, ny, nz = 8, 9, 10
    x, y, z = np.meshgrid(np.arange(nx) / nx, np.arange(ny) / ny, np.arange(nz) / nz, indexing="ij")
    turns = np.array([2.0, -1.0, 3.0])
    phase = 2.0 * np.pi * (turns[0] * x + turns[1] * y + turns[2] * z)
    G = 2.0 * np.pi * np.linalg.inv(CELL) @ turns
    gradient = Grid(np.sin(phase), CELL, "").gradient()
    np.testing.assert_allclose(gradient, G[:, None, None, None] * np.cos(phase), atol=1e-12)


@pytest.mark.parametrize(
    ("values", "cell", "words"),
    [
        (np.ones((4, 4)), CELL, "three axes"),
        (np.full((4, 4, 4), np.nan), CELL, "not finite"),
        (np.ones((4, 4, 4)), np.zeros((3, 3)), "plane"),
        (np.ones((4, 4, 4)), np.eye(2), "three vectors"),
    ],
)
def test_what_is_no_field_is_refused(values: np.ndarray, cell: np.ndarray, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        Grid(values, cell, "")


def test_different_grids_cells_and_units_are_told_apart() -> None:
    one = Grid(np.ones((4, 4, 4)), CELL, "eV")
    for other, words in (
        (Grid(np.ones((4, 4, 6)), CELL, "eV"), "one grid"),
        (Grid(np.ones((4, 4, 4)), CELL * 1.001, "eV"), "one cell"),
        (Grid(np.ones((4, 4, 4)), CELL, "e/Å3"), "one unit"),
    ):
        with pytest.raises(HeterofilmError, match=words):
            same_grid(one, other, "A difference")
