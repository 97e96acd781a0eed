"""Images of atoms near a cell: none is missed that lies within reach of a place inside."""

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.structures.images import images_within


@pytest.mark.parametrize("reach", [1.0, 3.5])
def test_distances_are_those_of_many_repeated_cells(reach: float) -> None:
    rng = np.random.default_rng(2)
    cell = np.array([[4.0, 0.0, 0.0], [1.5, 3.0, 0.0], [-1.0, 0.8, 5.0]])  # skew, with atoms outside of it
    atoms = Atoms("LiVO", scaled_positions=rng.uniform(-1.0, 2.0, (3, 3)), cell=cell, pbc=True)
    places, symbols = images_within(atoms, reach)
    assert len(places) == len(symbols)
    shifts = np.array(np.meshgrid(*[np.arange(-5, 6)] * 3)).reshape(3, -1).T @ cell
    every = (atoms.positions[None] + shifts[:, None]).reshape(-1, 3)
    for point in rng.uniform(0.0, 1.0, (50, 3)) @ cell:
        apart = np.linalg.norm(every - point, axis=1)
        found = np.linalg.norm(places - point, axis=1)
        np.testing.assert_allclose(np.sort(found[found <= reach]), np.sort(apart[apart <= reach]), atol=1e-9)
