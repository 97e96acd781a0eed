"""CP2K behind the engine's door: what it refuses, and (where CP2K is installed) LiF against itself and its laws."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.engines import cp2k_program
from heterofilm.atomistic.engines.cp2k import Cp2k
from heterofilm.atomistic.engines.electrons import Electrons, electrons
from heterofilm.atomistic.fields.charge import charge_difference
from heterofilm.atomistic.store import Store
from heterofilm.errors import HeterofilmError

FAST = {"cutoff_Ry": 120.0, "k_density": 0.0}  # LiF at Γ in seconds; nothing here is converged in basis or grid


def cell() -> Atoms:
    return Atoms("LiF", [[0, 0, 0], [2, 2, 2]], cell=[4.0, 4.0, 4.0], pbc=True)


@pytest.fixture(scope="module")
def installed() -> None:
    try:
        cp2k_program.program()
    except HeterofilmError:
        pytest.skip("CP2K is not installed")


@pytest.fixture(scope="module")
def lif(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Electrons:
    return electrons(cell(), Cp2k(FAST), elf=True, store=Store(tmp_path_factory.mktemp("store")))


def test_settings_are_checked_before_cp2k_is_asked() -> None:
    for asked, words in (
        ({"cutof_Ry": 300.0}, r"does not know the setting 'cutof_Ry'.*cutoff_Ry"),
        ({"cutoff_Ry": float("nan")}, "cutoff_Ry from 50 to 4000"),
        ({"mixing": 0.0}, "mixing from 0.001 to 1"),
        ({"max_iterations": "many"}, "max_iterations from 1"),
        ({"u": 3.0}, "takes u by element"),
    ):
        with pytest.raises(HeterofilmError, match=words):
            Cp2k(asked)


def test_the_level_says_functional_u_basis_grid_and_spins() -> None:
    assert str(Cp2k().level) == "PBE, GPW DZVP-MOLOPT-SR-GTH 500 Ry, CP2K"
    assert str(Cp2k({"u": {"Cu": 4.0}, "moments": {"Cu": 1.0}, "cutoff_Ry": 400}).level) == (
        "PBE+U (Cu 4 eV), GPW DZVP-MOLOPT-SR-GTH 400 Ry, spins, CP2K"
    )


def test_without_the_program_or_a_cell_one_sentence_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HeterofilmError, match="finds no CP2K"):
        electrons(cell(), engines.get("cp2k"))
    with pytest.raises(HeterofilmError, match="needs a cell"):
        Cp2k().ground_state(Atoms("Li"), elf=False, log=None)


def test_lif_counts_its_electrons_and_is_an_insulator_with_electrons_localised_on_fluorine(lif: Electrons) -> None:
    np.testing.assert_allclose(lif.occupations.sum(axis=2), 5.0, atol=1e-6)  # pairs: 3 electrons of Li, 7 of F
    assert lif.density.integral == pytest.approx(10.0, abs=0.02)  # on this coarse grid
    assert abs(lif.potential.values.mean()) < 1e-2 and lif.potential.values.min() < -50.0  # wells at the atoms
    assert lif.edges.gap_eV > 0.5 and lif.moments is None and lif.provenance is not None
    assert lif.elf is not None and lif.states is not None
    assert lif.elf.values.min() >= 0.0 and lif.elf.values.max() <= 1.0
    F_p, Li_s = (lif.states.parts[name][0] for name in ("F-p", "Li-s"))
    top = np.abs(lif.states.energies_eV - lif.edges.valence_eV) < 0.5
    assert F_p[top].sum() > 5.0 * Li_s[top].sum()


def test_spins_without_a_moment_are_the_closed_shell(lif: Electrons) -> None:
    """One state computed two ways: energy, density and the ELF that is put together from both spins agree."""
    spins = Cp2k({**FAST, "moments": {"Li": 0.0}}).ground_state(cell(), elf=True, log=None)
    assert spins.energy_eV == pytest.approx(lif.energy_eV, abs=1e-3)
    np.testing.assert_allclose(spins.moments, 0.0, atol=1e-3)
    assert spins.elf is not None and lif.elf is not None
    busy = lif.density.values > 1e-2
    np.testing.assert_allclose(spins.elf.values[busy], lif.elf.values[busy], atol=5e-3)


def test_a_density_that_does_not_converge_is_no_result_and_leaves_its_log(installed: None, tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(HeterofilmError, match=r"did not converge within 2 iterations.*no result"):
        electrons(cell(), Cp2k({**FAST, "max_iterations": 2}), store=store)
    assert store.keys() == ()
    (log,) = tmp_path.glob("partial/*/log.txt")
    assert "SCF run NOT converged" in log.read_text(encoding="utf-8")


def test_an_element_without_a_basis_is_named(installed: None) -> None:
    with pytest.raises(HeterofilmError, match=r"no basis DZVP-MOLOPT-SR-GTH .* for U"):
        Cp2k(FAST).ground_state(Atoms("U", cell=[6, 6, 6], pbc=True), elf=False, log=None)


def test_two_layers_lose_no_electron_in_their_difference(installed: None) -> None:
    box = Atoms("LiFLiF", [[0, 0, 3], [2, 2, 3], [2, 2, 5], [0, 0, 5]], cell=[4.0, 4.0, 8.0], pbc=True)
    engine = Cp2k({**FAST, "convergence": 1e-5})
    whole, lower, upper = (electrons(part, engine).density for part in (box, box[:2], box[2:]))
    difference = charge_difference(whole, lower, upper)
    assert abs(difference.integral_e) < 1e-3 and difference.moved_e > 0.02


def test_forces_point_down_the_energy(installed: None) -> None:
    """-dE/dz of a stretched H2 by central differences over 0.02 Å: 1 %, and 0.02 eV/Å for atoms that feel the grid."""
    atoms = Atoms("H2", [[2, 2, 2], [2, 2, 2.9]], cell=[4.0, 4.0, 5.0], pbc=True)
    atoms.calc = Cp2k({"cutoff_Ry": 200.0, "k_density": 0.0, "convergence": 1e-7}).calculator(atoms)
    force = atoms.get_forces()[1, 2]
    E = []
    for step in (0.01, -0.02):
        atoms.positions[1, 2] += step
        E.append(atoms.get_potential_energy())
    assert force < -1.0  # it pulls the two together
    assert force == pytest.approx(-(E[0] - E[1]) / 0.02, rel=0.01, abs=0.02)
