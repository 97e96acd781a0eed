"""CP2K's words: numbers of real runs (2023.1: LiF with two k-points, Li with spins), and output that lacks some."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.engines.cp2k_output import read_orbitals, read_point, read_projections
from heterofilm.constants import HARTREE_EV
from heterofilm.errors import HeterofilmError

FOLDER = Path(__file__).parent / "cp2k"
LIF, LI = ((FOLDER / name).read_text(encoding="utf-8") for name in ("lif-k-points.out", "li-spins.out"))


def test_energy_fermi_level_and_iterations() -> None:
    lif, li = read_point(LIF), read_point(LI)
    assert lif.energy_eV == pytest.approx(-31.760093212113695 * HARTREE_EV)
    assert lif.fermi_eV == pytest.approx(-1.968938701, abs=1e-5)  # as CP2K says in eV
    assert (lif.iterations, li.iterations) == (16, 12)


def test_orbitals_of_k_points_and_spins_count_the_electrons() -> None:
    lif, li = read_orbitals(LIF), read_orbitals(LI)
    assert lif.eigenvalues_eV.shape == (1, 2, 15) and li.eigenvalues_eV.shape == (2, 1, 6)
    assert lif.eigenvalues_eV[0, 1, 5] == pytest.approx(0.260238156984, abs=1e-6)
    np.testing.assert_allclose(lif.occupations.sum(axis=2), 5.0)  # pairs, of 10 electrons
    np.testing.assert_allclose(li.occupations.sum(axis=2), [[2.0], [1.0]], atol=1e-9)


def test_spins_with_different_numbers_of_bands_keep_those_of_both() -> None:
    rows = LI.splitlines()
    last = max(k for k, row in enumerate(rows) if row.startswith(" MO|      6"))
    shorter = read_orbitals("\n".join(rows[:last] + rows[last + 1 :]))
    np.testing.assert_array_equal(shorter.eigenvalues_eV, read_orbitals(LI).eigenvalues_eV[..., :5])


def test_moments_forces_and_stress() -> None:
    lif, li = read_point(LIF), read_point(LI)
    assert lif.moments is None and li.forces_eV_A is None and li.stress_eV_A3 is None
    np.testing.assert_allclose(li.moments, [1.0])
    assert lif.forces_eV_A is not None and lif.forces_eV_A.shape == (2, 3)
    assert lif.stress_eV_A3 is not None
    # The cell is too wide along x and y, so it wants to shrink: ASE's stress is positive.
    np.testing.assert_allclose(lif.stress_eV_A3[:3] * 160.21766208, [4.94812586567, 4.94812586567, 0.00862515585])


def test_shares_of_an_orbital_on_its_only_atom_add_up_to_1() -> None:
    shells = read_projections(FOLDER / "li-alpha.pdos")
    assert list(shells) == ["s", "p"]
    np.testing.assert_allclose(sum(shells.values()), 1.0, atol=1e-7)


def test_a_density_that_did_not_converge_is_no_result() -> None:
    stalled = LIF.replace("*** SCF run converged in    16 steps ***", "SCF run NOT converged")
    with pytest.raises(HeterofilmError, match=r"did not converge within 16 iterations.*no result.*mixing"):
        read_point(stalled)


@pytest.mark.parametrize("mark", ["ENERGY|", "Fermi energy:"])
def test_output_without_a_number_is_refused(mark: str) -> None:
    with pytest.raises(HeterofilmError, match="cut short"):
        read_point("\n".join(line for line in LIF.splitlines() if mark not in line))


def test_tables_of_orbitals_that_miss_one_are_refused(tmp_path: Path) -> None:
    beta = LI.index(" MO| BETA")
    with pytest.raises(HeterofilmError, match="1 whole tables of orbitals for 2 spins"):
        read_orbitals(LI[: beta + 400])
    with pytest.raises(HeterofilmError, match="0 whole tables"):
        read_orbitals("nothing")
    for text, words in (("", "no table"), ("# a\n# Occupation s p\n 1 -0.1 2.0 0.5\n", "no table")):
        (tmp_path / "x.pdos").write_text(text)
        with pytest.raises(HeterofilmError, match=words):
            read_projections(tmp_path / "x.pdos")
    with pytest.raises(HeterofilmError, match="cannot be read"):
        read_projections(tmp_path / "none.pdos")
