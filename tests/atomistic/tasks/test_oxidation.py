"""States from moments: what is clear is read, what is not is said to be so."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms

from heterofilm.atomistic.level import Level
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import insert, oxidation_states
from heterofilm.errors import HeterofilmError

V2O5 = load("V2O5").atoms


def moments(atoms: Atoms, by: dict[str, float]) -> np.ndarray:
    return np.array([by.get(s, 0.03) for s in atoms.symbols])


def test_the_bulks_are_v5_and_cu2() -> None:
    found = oxidation_states(V2O5, moments(V2O5, {"V": 0.02}))
    assert found.decidable and found.counts == {"V5+": 4} and found.charge == 0
    cu = load("Cu2V2O7").atoms
    found = oxidation_states(cu, moments(cu, {"V": 0.02, "Cu": 0.48}))
    assert found.decidable and found.counts == {"V5+": 8, "Cu2+": 8}


def test_lithium_reduces_one_vanadium_each() -> None:
    filled = insert(V2O5, [[8.634, 0.891, 2.598], [2.878, 2.673, 1.770]])
    m = moments(filled, {})
    m[[0, 1]] = 1.0
    found = oxidation_states(filled, -m)  # the sign of a moment is that of its neighbours
    assert found.decidable and found.counts == {"V4+": 2, "V5+": 2}


def test_an_electron_on_no_atom_is_not_given_to_one() -> None:
    """Li without a reduced ion: the cell would be charged, so nothing is claimed."""
    filled = insert(load("Cu2V2O7").atoms, [[2.47, 5.83, 4.31]])
    found = oxidation_states(filled, moments(filled, {"V": 0.02, "Cu": 0.45}), level=Level("CHGNet 0.3.0"))
    assert not found.decidable and found.charge == 1
    assert "CHGNet 0.3.0" in found.words and "not localised" in found.words


def test_a_moment_between_two_states_is_not_decidable() -> None:
    found = oxidation_states(V2O5, moments(V2O5, {"V": 0.5}))
    assert not found.decidable and found.states[0] is None and found.charge is None
    assert found.counts == {"V?": 4}


def test_bad_input_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="one finite moment per atom"):
        oxidation_states(V2O5, np.zeros(3))
    with pytest.raises(HeterofilmError, match="No moments are known for the states of Au"):
        oxidation_states(Atoms("Au"), np.zeros(1))
