"""An interface in two parts: which atoms are whose, where the count begins, and what cannot be parted."""

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from atomistic_engines import MOVED, Lumps
from heterofilm.atomistic.structures.heights import heights
from heterofilm.atomistic.tasks.sides import join, split
from heterofilm.errors import HeterofilmError


def planes(z: list[float], symbols: str, height: float) -> Atoms:
    return Atoms(symbols, [[1.5, 1.5, h] for h in z], cell=[[3, 0, 0], [0, 3, 0], [0.5, 0.3, height]], pbc=True)


def test_heights_are_counted_along_the_normal_of_an_oblique_cell() -> None:
    atoms = planes([2.0, 5.0], "LiF", 20.0)
    np.testing.assert_allclose(heights(atoms), [2.0, 5.0])
    assert split(atoms, 3.0) == ((0,), (1,))


def test_without_vacuum_the_count_begins_in_the_middle_of_the_lower_side() -> None:
    atoms = planes([2.0, 4.0, 6.0, 8.0], "Li2F2", 10.0)
    found = join(atoms, (0, 1), Lumps())
    assert (found.transfer.start_A, found.transfer.plane_A) == (3.0, 5.0)
    assert 0.0 < -found.transfer.electrons < 2.0 * MOVED  # of the two planes of Li, the upper one
    wide = join(planes([2.0, 4.0, 6.0, 8.0], "Li2F2", 30.0), (0, 1), Lumps())
    assert wide.transfer.start_A == pytest.approx(20.0)
    assert wide.transfer.electrons == pytest.approx(-2.0 * MOVED, abs=0.02)


def test_sides_that_cannot_be_parted_are_refused() -> None:
    atoms = planes([2.0, 4.0, 6.0, 8.0], "Li2F2", 30.0)
    with pytest.raises(HeterofilmError, match="all atoms lie on one side"):
        split(atoms, 9.0)
    with pytest.raises(HeterofilmError, match="overlap: the lower one reaches up to 6"):
        join(atoms, (0, 2), Lumps())
    with pytest.raises(HeterofilmError, match="both sides"):
        join(atoms, (0, 1, 2, 3), Lumps())
