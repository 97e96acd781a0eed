"""Heights above the face of a and b, whatever the axes."""

import numpy as np
import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase import Atoms

from heterofilm.atomistic.structures.heights import cell_height, heights
from heterofilm.errors import HeterofilmError


def test_heights_count_along_the_normal_of_a_slanted_cell_towards_c() -> None:
    cell = np.array([[4.0, 0, 0], [0, 5, 0], [8, 0, 24]])
    places = [[0, 0, 1], [3, 0, 5], [6, 0, 9]]
    assert heights(Atoms("OOO", places, cell=cell)) == pytest.approx([1, 5, 9])
    assert cell_height(Atoms("O", cell=cell)) == pytest.approx(24.0)
    swapped = cell[[1, 0, 2]]  # left-handed: the cross product points away from c
    assert heights(Atoms("OOO", places, cell=swapped)) == pytest.approx([1, 5, 9])
    assert cell_height(Atoms("O", cell=swapped)) == pytest.approx(24.0)


def test_a_turned_cell_keeps_its_heights() -> None:
    atoms = Atoms("O2", [[0, 0, 1], [1, 1, 7]], cell=[4, 5, 24])
    turned = atoms.copy()
    turned.rotate(70.0, (1.0, 2.0, -1.0), rotate_cell=True)
    assert heights(turned) == pytest.approx(heights(atoms))


def test_a_molecule_has_none() -> None:
    with pytest.raises(HeterofilmError, match="needs a cell"):
        heights(Atoms("O2", [[0, 0, 0], [0, 0, 1.2]]))
