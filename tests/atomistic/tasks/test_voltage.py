"""Voltages and insertion energies of a host whose binding is known exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase.build import bulk
from hypothesis import given
from hypothesis import strategies as st

from atomistic_engines import BOUND, Exact, bound_ions
from draws import examples
from heterofilm.atomistic.store import Store
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import insert, intercalation_voltage, interstitial_sites, metal
from heterofilm.errors import HeterofilmError

HOST = load("V2O5").atoms
SITES = interstitial_sites(HOST)[0].equivalent
ENGINE = Exact(bound_ions)


@examples(60)
@given(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2))
def test_the_voltage_is_the_binding_energy_per_charge(ions: int, a: int, b: int) -> None:
    """V = binding/e whatever the filling and the number of formula units in either cell."""
    filled = insert(HOST, SITES[:ions]).repeat((1, a, 1))
    found = intercalation_voltage(HOST.repeat((1, 1, b)), filled, ENGINE)
    assert found.voltage_V == pytest.approx(BOUND, abs=1e-9)
    assert found.ions_per_unit == pytest.approx(ions / 2)
    assert found.framework == "V2O5"
    assert found.volume_change == pytest.approx(0.0, abs=1e-9)


def test_a_step_between_two_fillings_counts_only_its_own_ions() -> None:
    found = intercalation_voltage(insert(HOST, SITES[:1]), insert(HOST, SITES), ENGINE)
    assert found.voltage_V == pytest.approx(BOUND, abs=1e-9)
    assert found.ions_per_unit == pytest.approx(0.5)


def test_two_charges_halve_the_voltage() -> None:
    """E per ion over z e: magnesium carries two."""

    def surface(atoms):  # type: ignore[no-untyped-def]
        swapped = atoms.copy()
        swapped.numbers[swapped.numbers == 12] = 3
        return bound_ions(swapped)

    found = intercalation_voltage(HOST, insert(HOST, SITES, "Mg"), Exact(surface), ion="Mg")
    assert found.voltage_V == pytest.approx(BOUND / 2, abs=1e-9)


def test_host_metal_and_filled_host_are_each_computed_with_settings_of_their_elements(tmp_path: Path) -> None:
    store, engine = Store(tmp_path), Exact(bound_ions, {"u": {"V": 3.1, "Li": 1.0}})
    intercalation_voltage(HOST, insert(HOST, SITES), engine, store=store)
    keys = store.keys()
    records = [store.record(key) for key in keys]
    used = sorted(sorted(one["engine_settings"]["u"]) for one in records if one and one["task"] == "relax")
    assert used == [["Li"], ["Li", "V"], ["V"]]  # metal, filled host, host
    with pytest.raises(HeterofilmError, match="given u of Cu, but the structure holds Li, O, V alone"):
        intercalation_voltage(HOST, insert(HOST, SITES), Exact(bound_ions, {"u": {"Cu": 4.0}}))


def test_frameworks_that_differ_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="differ in composition"):
        intercalation_voltage(HOST, insert(load("Cu2V2O7").atoms, []), ENGINE)
    with pytest.raises(HeterofilmError, match="holds no more Li"):
        intercalation_voltage(insert(HOST, SITES), HOST, ENGINE)
    with pytest.raises(HeterofilmError, match="nothing but Li"):
        intercalation_voltage(load("Li").atoms, HOST, ENGINE)
    with pytest.raises(HeterofilmError, match="No charge is known"):
        intercalation_voltage(HOST, HOST, ENGINE, ion="Xe")


def test_the_pieces_are_kept_for_the_next_voltage(tmp_path: Path) -> None:
    engine, store = Exact(bound_ions), Store(tmp_path)
    intercalation_voltage(HOST, insert(HOST, SITES[:1]), engine, store=store)
    before = len(engine.calls)
    intercalation_voltage(HOST, insert(HOST, SITES), engine, store=store)
    assert len(engine.calls) - before <= 3  # the filled host alone
    assert metal("Li", engine, store=store).energy_per_atom_eV == pytest.approx(-1.9)


def test_the_metal_of_an_ion_is_its_own_lattice() -> None:
    assert len(metal("Na", Exact(bound_ions)).atoms) == len(bulk("Na"))
