"""Results by content: the same question is answered once, another one never by mistake."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms
from ase.build import bulk
from hypothesis import given
from hypothesis import strategies as st

from atomistic_engines import Exact, double_well
from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.level import Level
from heterofilm.atomistic.store import Provenance, Store, decode, encode, identity
from heterofilm.atomistic.tasks import energy, interstitial_sites, relax
from heterofilm.errors import HeterofilmError


def test_a_second_call_is_a_lookup(tmp_path: Path) -> None:
    engine = Exact(double_well)
    atoms = bulk("Cu", cubic=True)
    first = energy(atoms, engine, store=Store(tmp_path))
    asked = len(engine.calls)
    again = energy(atoms, engine, store=Store(tmp_path))
    assert len(engine.calls) == asked > 0
    assert again.energy_eV == first.energy_eV
    np.testing.assert_array_equal(again.forces, first.forces)
    assert again.provenance == first.provenance


def test_a_result_of_other_code_is_not_served(tmp_path: Path) -> None:
    """It is refused in a sentence, and computed anew where that is asked for, once."""
    engine, atoms = Exact(double_well), bulk("Cu", cubic=True)
    first = energy(atoms, engine, store=Store(tmp_path))
    asked, file = len(engine.calls), Store(tmp_path).path(first.provenance.key)
    file.write_text(file.read_text().replace('"code digest": "', '"code digest": "0'))
    with pytest.raises(HeterofilmError, match=r"by other code of heterofilm .*--fresh"):
        energy(atoms, engine, store=Store(tmp_path))
    assert len(engine.calls) == asked
    store = Store(tmp_path, fresh=True)
    energy(atoms, engine, store=store)
    energy(atoms, engine, store=store)
    assert len(engine.calls) == 2 * asked
    energy(atoms, engine, store=Store(tmp_path))
    assert len(engine.calls) == 2 * asked


def test_an_engine_from_a_console_is_known_by_its_methods(tmp_path: Path) -> None:
    """There is no file to read it from; another body of a method is other code all the same."""
    atoms, asked = bulk("Cu", cubic=True), []
    for body in ("1.0", "1.0", "2.0"):
        names: dict[str, Any] = {"Exact": Exact}
        exec(f"class Mine(Exact):\n    def scale(self):\n        return {body}\n", names)
        engine = names["Mine"](double_well)
        if body == "2.0":
            with pytest.raises(HeterofilmError, match="by other code of heterofilm"):
                energy(atoms, engine, store=Store(tmp_path))
        else:
            energy(atoms, engine, store=Store(tmp_path))
        asked.append(len(engine.calls))
    assert asked[0] > 0 and asked[1:] == [0, 0]


def test_whatever_changes_a_number_changes_the_name() -> None:
    atoms, engine = bulk("Cu"), engines.get("emt")
    base = identity("energy", {"atoms": atoms}, engine, {"fmax": 0.05})
    assert base == identity("energy", {"atoms": atoms.copy()}, engine, {"fmax": 0.05})
    moved, grown, other = atoms.copy(), atoms.copy(), atoms.copy()
    moved.positions += 1e-4
    grown.set_cell(atoms.cell.array * 1.001)
    other.numbers[:] = 47
    names = {identity("energy", {"atoms": one}, engine, {"fmax": 0.05}) for one in (moved, grown, other)}
    names.add(identity("relax", {"atoms": atoms}, engine, {"fmax": 0.05}))
    names.add(identity("energy", {"atoms": atoms}, engine, {"fmax": 0.02}))
    names.add(identity("energy", {"atoms": atoms}, replace(engine, settings={"x": 1}), {"fmax": 0.05}))  # type: ignore[type-var]
    names.add(identity("energy", {"atoms": atoms}, replace(engine, level=Level("another")), {"fmax": 0.05}))  # type: ignore[type-var]
    assert len(names) == 7 and base not in names


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(min_size=1).filter("*".__ne__), inner),
    )
)
def test_what_is_encoded_comes_back(value: object) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_what_a_store_holds_under_former_names_is_found_and_read() -> None:
    """Insertion energies and interstitial sites were called adsorption and voids, and a level is held in words."""
    atoms, engine = bulk("Cu"), engines.get("emt")
    assert identity("insertion", {"host": atoms}, engine, {}) == identity("adsorption", {"host": atoms}, engine, {})
    site = interstitial_sites(Atoms("Cu", cell=[3.0, 3.0, 3.0], pbc=True))[0]
    assert decode({**encode(site), "*": "Void"}) == site
    about = Provenance("adsorption", "gpaw", Level("PBE", {"V": 3.1}, "PW 400 eV", True, "GPAW"), "1", {}, "0" * 32)
    held = encode(about)
    assert held["level"] == "PBE+U (V 3.1 eV), PW 400 eV, spins, GPAW" and decode(held) == about


def test_atoms_arrays_and_results_come_back() -> None:
    atoms = bulk("Cu", cubic=True)
    about = Provenance("relax", "emt", Level("EMT"), "ase 3", {"fmax": 0.05}, "0" * 32, 1.0)
    arrays: dict[str, np.ndarray] = {}
    big = np.arange(1000.0).reshape(10, 100)
    held = decode(json.loads(json.dumps(encode({"atoms": atoms, "about": about, "big": big}, arrays))), arrays)
    assert held["atoms"] == atoms and held["about"] == about
    np.testing.assert_array_equal(held["big"], big)
    assert list(arrays) == ["a0"]
    with pytest.raises(TypeError):
        encode(object())


def test_a_record_says_how_it_was_made(tmp_path: Path) -> None:
    store = Store(tmp_path)
    found = relax(bulk("Cu", a=3.65), engines.get("emt"), store=store)
    record = store.record(found.provenance.key)
    assert record is not None
    assert record["converged"] is True and record["version"].startswith("ase ")
    assert record["settings"]["fmax"] == 0.05 and record["wall_s"] >= 0.0
    assert record["inputs"]["atoms"]["numbers"]["values"] == [29]
    assert not list((tmp_path / "partial").iterdir())  # a finished task leaves no state


def test_an_interrupted_relaxation_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What ran out of steps is refused, stores nothing, and its next call takes only the rest of the way."""
    atoms = bulk("Cu", a=3.8, cubic=True)
    atoms.rattle(0.1, seed=1)
    engine, store = engines.get("emt"), Store(tmp_path)
    with pytest.raises(HeterofilmError, match="it is refused"):
        relax(atoms, engine, fmax=0.01, steps=20, store=store)
    assert not store.keys()
    seen: list[int] = []
    rest = relax(atoms, engine, fmax=0.01, store=store, progress=lambda done, words: seen.append(done))
    whole = relax(atoms, engine, fmax=0.01)
    assert rest.steps == 20 + seen[-1]
    assert seen[-1] < whole.steps
    assert rest.energy_eV == pytest.approx(whole.energy_eV, abs=1e-4)


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"schema": 99}', '{"schema": 1, "result": {"*": "os.system"}}'])
def test_a_damaged_result_is_named_not_used(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    store.path("k").write_text(damage)
    with pytest.raises(HeterofilmError, match="damaged"):
        store.read("k")


def test_a_damaged_state_begins_again(tmp_path: Path) -> None:
    engine, store, atoms = engines.get("emt"), Store(tmp_path), bulk("Cu", a=3.8)
    with pytest.raises(HeterofilmError):
        relax(atoms, engine, steps=2, store=store)
    state = next((tmp_path / "partial").glob("*/last.extxyz"))
    state.write_text("12\nhalf a fi")
    assert relax(atoms, engine, store=store).fmax_eV_A < 0.05
