"""Structures that no engine can make sense of are refused, each with its own sentence."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms
from ase.build import bulk

from heterofilm.atomistic.structures.checks import check_atoms
from heterofilm.errors import HeterofilmError


@pytest.mark.parametrize(
    ("atoms", "words"),
    [
        (Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 0.4]], cell=[9, 9, 9], pbc=True), "overlapping atoms"),
        (Atoms("Cu", positions=[[0, 0, 0]], cell=[0.9, 9, 9], pbc=True), "overlapping atoms"),  # with its own image
        (Atoms("Cu", cell=[[0, 4, 0], [4, 0, 0], [0, 0, 4]], pbc=True), "left-handed"),
        (Atoms("Cu", cell=[[4, 0, 0], [0, 4, 0], [4, 4, 0]], pbc=True), "no volume"),
        (Atoms("Cu", pbc=True), "no volume"),
        (Atoms("Cu", cell=[[4, 0, 0], [40, 4, 0], [0, 0, 4]], pbc=True), "odd cell"),
        (Atoms("Cu", positions=[[0, 0, np.nan]], cell=[4, 4, 4], pbc=True), "not finite"),
        (Atoms("X", cell=[4, 4, 4], pbc=True), "without an element"),
        (Atoms(cell=[4, 4, 4], pbc=True), "0 atoms"),
    ],
)
def test_a_bad_structure_is_refused_in_one_sentence(atoms: Atoms, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words) as caught:
        check_atoms(atoms)
    assert "\n" not in str(caught.value)


def test_a_molecule_without_a_cell_and_a_primitive_cell_pass() -> None:
    check_atoms(Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2.2]]))
    check_atoms(bulk("Cu"))
