"""A field on fewer points keeps its integral, and each wave becomes its mean over the larger voxels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.atomistic.fields.coarse import coarse
from heterofilm.atomistic.fields.grid import Grid

CELL = np.array([[6.0, 0.0, 0.0], [1.0, 7.0, 0.0], [0.0, 0.5, 15.0]])
SHAPE = (24, 27, 60)


def phase(k: tuple[int, int, int], shape: tuple[int, ...]) -> np.ndarray:
    places = np.meshgrid(*(np.arange(n) / n for n in shape), indexing="ij")
    return np.asarray(sum(2 * np.pi * a * x for a, x in zip(k, places, strict=True)))


@given(st.integers(0, 2**32 - 1), st.integers(500, 30_000))
def test_no_electron_is_lost_and_the_points_are_as_few_as_asked(seed: int, most: int) -> None:
    fine = Grid(np.random.default_rng(seed).uniform(size=SHAPE), CELL, "e/Å3")
    found = coarse(fine, most)
    assert found.values.size <= most
    assert found.integral == pytest.approx(fine.integral, rel=1e-12)


@pytest.mark.parametrize("k", [(1, 0, 0), (0, 2, 0), (1, 1, 3)])
def test_a_wave_is_averaged_over_the_voxels_and_stays_in_its_place(k: tuple[int, int, int]) -> None:
    turns = phase(k, SHAPE)
    found = coarse(Grid(np.cos(turns + 0.3), CELL, "e/Å3"), 3000)
    m = found.values.shape
    turns = phase(k, m)
    mean = np.prod([np.sin(np.pi * a / n) / (np.pi * a / n) if a else 1.0 for a, n in zip(k, m, strict=True)])
    np.testing.assert_allclose(found.values, mean * np.cos(turns + 0.3), atol=1e-12)


def test_a_small_field_stays_as_it_is() -> None:
    fine = Grid(np.ones((4, 4, 4)), CELL, "eV")
    assert coarse(fine, 100) is fine
