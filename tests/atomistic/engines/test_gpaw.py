"""GPAW behind the engine's door: what it refuses, and (with the extra dft) V2O5 with ELF and a density that adds up."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.engines.gpaw import Gpaw
from heterofilm.errors import HeterofilmError


def test_settings_are_checked_before_gpaw_is_asked() -> None:
    with pytest.raises(HeterofilmError, match=r"does not know the setting 'cutof_eV'.*cutoff_eV"):
        Gpaw({"cutof_eV": 300.0})
    with pytest.raises(HeterofilmError, match="mode pw or lcao"):
        Gpaw({"mode": "fd"})
    with pytest.raises(HeterofilmError, match="cutoff_eV from 100 to 2000"):
        Gpaw({"cutoff_eV": float("nan")})
    with pytest.raises(HeterofilmError, match=r"Cu in alternate has no moment.*moments=\{'Cu': 1.0\}"):
        Gpaw({"alternate": ["Cu"]})


def test_the_level_says_functional_u_basis_and_spins() -> None:
    assert str(Gpaw().level) == "PBE, PW 400 eV, GPAW"
    assert str(Gpaw({"mode": "lcao", "u": {"V": 3.1}, "moments": {"Cu": 1.0}}).level) == (
        "PBE+U (V 3.1 eV), LCAO dzp, spins, GPAW"
    )


def test_stress_is_offered_in_plane_waves_only() -> None:
    assert {"elf", "stress"} <= Gpaw().capabilities
    assert {"elf"} == {"elf", "stress"} & Gpaw({"mode": "lcao"}).capabilities


def test_a_dipole_layer_needs_vacuum_at_both_ends_of_the_cell(cell) -> None:
    pytest.importorskip("gpaw")
    with pytest.raises(HeterofilmError, match=r"3 Å of vacuum at both ends.*Centre the slab"):
        Gpaw({"dipole": True}).ground_state(cell, elf=False, log=None)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heterofilm.errors.find_spec", lambda name: None)
    with pytest.raises(HeterofilmError, match=r"heterofilm\[dft\]"):
        engines.get("gpaw")


@pytest.fixture
def cell():  # a small closed-shell crystal, not at its lattice constant
    from ase import Atoms

    return Atoms("LiF", [[0, 0, 0], [2, 2, 2]], cell=[4.0, 4.0, 4.0], pbc=True)


def test_missing_setups_are_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path, cell) -> None:
    pytest.importorskip("gpaw")
    from heterofilm.atomistic.engines import gpaw as gpaw_engine

    monkeypatch.setattr(gpaw_engine, "_setup_folders", lambda: [tmp_path])
    with pytest.raises(HeterofilmError, match=r"no setup for F, Li .*gpaw-data"):
        Gpaw().calculator(cell)


def test_a_density_that_does_not_converge_is_no_result(cell) -> None:
    pytest.importorskip("gpaw")
    from heterofilm.atomistic.engines.electrons import electrons

    with pytest.raises(HeterofilmError, match=r"did not converge within 2 iterations.*no result"):
        electrons(cell, Gpaw({"max_iterations": 2, "cutoff_eV": 200.0, "k_density": 0.5}))


def test_two_layers_of_lif_lose_no_electron_in_their_difference_and_move_none_by_symmetry(cell) -> None:
    pytest.importorskip("gpaw")
    from ase import Atoms

    from heterofilm.atomistic.engines.electrons import electrons
    from heterofilm.atomistic.fields.charge import charge_difference, transfer

    box = Atoms(
        "LiFLiF", [[0, 0, 3.0], [2, 2, 3.0], [2, 2, 5.0], [0, 0, 5.0]], cell=[4.0, 4.0, 10.0], pbc=True
    )  # fmt: skip
    engine = Gpaw({"cutoff_eV": 400.0, "k_density": 0.5})
    whole, lower, upper = (electrons(part, engine).density for part in (box, box[:2], box[2:]))
    difference = charge_difference(whole, lower, upper)
    assert abs(difference.integral_e) < 1e-3
    assert difference.moved_e > 0.05
    assert abs(transfer(difference, 4.0, start_A=9.0).electrons) < 5e-3


def test_the_kinetic_energy_density_of_atomic_orbitals_holds_their_kinetic_energy(cell) -> None:
    """∫ τ dV = Σ f <ψ| -∇²/2 |ψ>, whose integrals between atomic orbitals are known without a grid."""
    pytest.importorskip("gpaw")
    from heterofilm.atomistic.engines.gpaw import _elf

    cell.calc = calc = Gpaw({"mode": "lcao", "spacing_A": 0.14, "k_density": 0.5}).calculator(cell)
    cell.get_potential_energy()
    field = _elf(calc, cell)
    assert field.values.min() >= 0.0 and field.values.max() <= 1.0
    density = calc.dft.density
    on_grid = float(density.taut_sR.integrate().sum() - density.tauct_R.integrate())
    exact = sum(float((one.calculate_density_matrix() * one.T_MM.data).sum().real) for one in calc.dft.ibzwfs)
    assert on_grid == pytest.approx(exact, rel=0.02)  # differences over 0.14 Å


def test_a_dipole_layer_holds_the_step_between_two_faces() -> None:
    """A slab with a face of Li and one of F: the vacua differ, and the potential is flat in both."""
    pytest.importorskip("gpaw")
    from ase import Atoms

    from heterofilm.atomistic.engines.electrons import electrons
    from heterofilm.atomistic.fields.alignment import work_function
    from heterofilm.atomistic.fields.averages import planar_average

    slab = Atoms("LiF", [[0, 0, 7.0], [0, 0, 8.6]], cell=[3.0, 3.0, 16.0], pbc=True)
    found = electrons(slab, Gpaw({"mode": "lcao", "spacing_A": 0.2, "k_density": 0.5, "dipole": True}), elf=True)
    assert found.elf is not None and found.elf.values.max() > 0.5  # in spite of a vacuum without orbitals
    assert abs(2 * found.elf.values.shape[2] - found.potential.values.shape[2]) <= 1  # on every other point
    assert found.atom_states is not None and found.states is not None
    for name, parts in found.atom_states.items():
        np.testing.assert_allclose(parts.sum(axis=1), found.states.parts[name])
    assert found.density.values.shape[2] % 2 == found.potential.values.shape[2] % 2
    levels = work_function(planar_average(found.potential), found.fermi_eV, (7.0, 8.6))
    assert abs(levels.dipole_step_eV) > 0.5 and levels.flatness_eV < 0.05


def test_v2o5_in_plane_waves_is_a_semiconductor_with_electrons_localised_on_oxygen() -> None:
    """Coarse k-points and cutoff: the gap is that of these settings, and ELF agrees with GPAW's own formula."""
    pytest.importorskip("gpaw")
    pytest.importorskip("pymatgen")
    from heterofilm.atomistic.engines.electrons import electrons
    from heterofilm.atomistic.structures.library import load

    found = electrons(
        load("V2O5").atoms, Gpaw({"cutoff_eV": 300.0, "k_density": 1.0, "density_tolerance": 1e-3}), elf=True
    )
    edges = found.edges
    assert edges.direct_gap_eV is not None and 2.0 < edges.direct_gap_eV < 2.2  # at Z
    assert edges.direct is False and 1.6 < edges.gap_eV < edges.direct_gap_eV
    assert found.elf is not None and found.states is not None
    assert 0.2 < found.elf.values.mean() < 0.45  # GPAW's own, with finite differences: 0.28
    assert found.elf.values.max() > 0.8
    np.testing.assert_allclose(found.occupations.sum(axis=2), 56.0, atol=1e-3)  # 112 valence electrons
    below = found.states.energies_eV <= found.edges.valence_eV
    O_p, V_d = (found.states.parts[name][0][below][-40:].sum() for name in ("O-p", "V-d"))
    assert O_p > V_d  # 2 eV below the edge are oxygen's
