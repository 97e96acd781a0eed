"""Relaxations against minima known otherwise, and a real oxide with CHGNet."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms
from ase.build import bulk

from atomistic_engines import CURVE, Exact, double_well, stationary
from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import energy, oxidation_states, relax
from heterofilm.errors import HeterofilmError


def test_a_cell_comes_to_the_minimum_of_its_energy_over_volume() -> None:
    """EMT copper: the relaxed lattice constant is where a scan of energies has its minimum."""
    engine = engines.get("emt")
    a = np.linspace(3.5, 3.7, 41)
    E = [energy(bulk("Cu", a=float(x)), engine).energy_eV for x in a]
    low = int(np.argmin(E))
    parabola = np.polyfit(a[low - 3 : low + 4], E[low - 3 : low + 4], 2)
    found = relax(bulk("Cu", a=3.75), engine, fmax=0.002)
    assert found.atoms.cell.volume ** (1 / 3) * 4 ** (1 / 3) == pytest.approx(-parabola[1] / 2 / parabola[0], abs=2e-3)
    assert found.pressure_GPa is not None and found.pressure_GPa < 0.1
    assert found.volume_change == pytest.approx(np.prod(1 + np.array(found.length_changes)) - 1, abs=1e-6)


def test_atoms_come_to_the_nearest_minimum() -> None:
    """The exact minimum of an analytic surface, from its own side of the saddle."""
    x, E = stationary()
    for start, k in ((-0.7, 0), (0.8, 2)):
        atoms = Atoms("Li", positions=[[start, 0.3, 0.1]])
        found = relax(atoms, Exact(double_well), cell=False, fmax=0.001)
        np.testing.assert_allclose(found.atoms.positions[0], [x[k], CURVE * x[k] ** 2, 0.0], atol=1e-3)
        assert found.energy_eV == pytest.approx(E[k], abs=1e-5)
        assert found.pressure_GPa is None and found.volume_change == 0.0


def test_fixed_atoms_stay() -> None:
    atoms = bulk("Cu", cubic=True)
    atoms.rattle(0.1, seed=0)
    found = relax(atoms, engines.get("emt"), cell=False, fixed=[0, 2])
    np.testing.assert_array_equal(found.atoms.positions[[0, 2]], atoms.positions[[0, 2]])
    assert np.abs(found.atoms.positions[1] - atoms.positions[1]).max() > 1e-3


def test_what_cannot_be_relaxed_is_refused() -> None:
    engine = engines.get("emt")
    with pytest.raises(HeterofilmError, match="repeats in all three"):
        relax(Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 2.4]]), engine)
    with pytest.raises(HeterofilmError, match="fmax from"):
        relax(bulk("Cu"), engine, fmax=0.0)
    nan = Exact(lambda atoms: (float("nan"), np.zeros((len(atoms), 3))))
    with pytest.raises(HeterofilmError, match="no finite energy"):
        relax(bulk("Cu"), nan)

    def fails(atoms: Atoms) -> tuple[float, np.ndarray]:
        raise RuntimeError("SCF did not converge\nin 60 cycles")

    with pytest.raises(HeterofilmError, match="SCF did not converge in 60 cycles") as caught:
        relax(bulk("Cu"), Exact(fails))
    assert "\n" not in str(caught.value)


def test_chgnet_keeps_v2o5_within_3_percent_and_sees_v5() -> None:
    """Enjalbert and Galy's cell, relaxed with the potential; no moment is left on vanadium."""
    pytest.importorskip("chgnet", reason="the extra 'mlp' (chgnet) is not installed")
    engine = engines.get("chgnet")
    found = relax(load("V2O5").atoms, engine, fmax=0.1)
    assert max(abs(change) for change in found.length_changes) < 0.03
    assert found.moments is not None
    states = oxidation_states(found.atoms, found.moments, level=engine.level)
    assert states.decidable and states.counts == {"V5+": 4}
