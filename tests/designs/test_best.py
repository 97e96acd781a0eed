"""Designs of cells: as good as a dense grid in a tenth of its runs; robust, loaded, resumed."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import heterofilm as hf
from heterofilm.cell import Cell
from heterofilm.designs import best as module
from heterofilm.errors import HeterofilmError
from heterofilm.protocol import Protocol
from heterofilm.simulation.run import steps_of

L, AREA, D = "films.LCO.thickness", "cells.lco-atfb.area", "phases.LiCoO2-ocv.D"
RUNS = {"slow": "Discharge at 20 uA/cm2", "fast": "Discharge at 400 uA/cm2"}
KEPT = "fast.capacity_uAh_cm2 / slow.capacity_uAh_cm2"
STUDY = {
    "cell": "lco-atfb", "runs": RUNS, "inputs": {L: {"low": "0.3 um", "high": "10 um", "scale": "log"}},
    "outputs": {"energy": "fast.energy_uWh_cm2", "kept": KEPT},
    "goal": {"maximise": "energy", "where": {"kept": {"at_least": 0.8}}}, "most": 24,
}  # fmt: skip


def test_as_good_as_a_dense_grid_in_a_tenth_of_its_runs() -> None:
    """Most energy at a fast discharge that keeps four fifths of a slow one: 24 designs against 240 of a grid."""
    found = hf.design(STUDY)
    rows = []
    for thickness in np.geomspace(300.0, 10_000.0, 240):
        cell = Cell.load("lco-atfb", {L: thickness})
        slow, fast = (steps_of(cell, Protocol.of(text), ageing=False)[0] for text in RUNS.values())
        if fast["capacity_C_m2"] >= 0.8 * slow["capacity_C_m2"]:
            rows.append(fast["energy_J_m2"] / 36.0)
    assert found.runs.height == 24 and found.best["kept"][0] >= 0.8
    assert found.best["energy"][0] >= max(rows) * (1.0 - 2e-3)  # the tolerance of the integration
    assert found.best_cell().thickness == pytest.approx(1e-9 * found.best[L][0])


def test_a_load_is_met_by_every_cell_of_the_front() -> None:
    """Less area needs more film; on the front neither gains without the other's loss; the cell does feed the load."""
    study = {
        "cell": "lco-atfb", "load": {"power": "20 uW", "energy": "50 uWh"},
        "inputs": {L: {"low": "0.1 um", "high": "5 um", "scale": "log"},
                   AREA: {"low": "0.01 cm2", "high": "2 cm2", "scale": "log"}},
        "outputs": {"small": "area", "thin": "thickness"}, "goal": {"minimise": ["small", "thin"]}, "most": 60,
    }  # fmt: skip
    found = hf.design(study)
    front = found.best.sort("small")
    assert front.height > 5 and front["thin"].is_sorted(descending=True) and (front["load_uWh"] >= 50.0).all()
    cell = found.best_cell()
    step = hf.simulate(cell, "Discharge at 20 uW", detail=False, ageing=False).steps
    assert step["energy_J_m2"][0] * cell.area >= 50.0 * 3.6e-3 * (1.0 - 2e-3)
    assert len(found.figures()) == 1


def test_a_node_is_served() -> None:
    """The months that `device/service.py` finds for the best cell are those asked for, within how the current is
    averaged over the voltage."""
    study = {
        "cell": "lco-atfb", "load": {"node": "temperature-sensor", "months": 0.25},
        "inputs": {AREA: {"low": "1 cm2", "high": "400 cm2", "scale": "log"}}, "outputs": {"small": "area"},
        "goal": {"minimise": "small"}, "most": 24,
    }  # fmt: skip
    found = hf.design(study)
    said = next(note for note in found.notes if "this cell lasts" in note)
    assert float(said.split("lasts ")[1].split()[0]) == pytest.approx(0.25, rel=0.15)


def test_a_robust_optimum_is_worth_less_on_average_and_holds_where_values_are_bad() -> None:
    """A limit that nine in ten draws meet asks for a thinner film than one that the film of the library meets."""
    thin = STUDY | {"inputs": {L: {"low": "20 nm", "high": "10 um", "scale": "log"}}}
    plain, careful = hf.design(thin), hf.design(thin | {"robust": {"values": [D], "draws": 10}})
    assert careful.best[L][0] < plain.best[L][0]
    assert any("worst over 10 draws" in note for note in careful.notes)


def test_indices_are_shares_of_the_variance() -> None:
    """Of a product of area and a capacity that hangs on thickness, both have a part; of what does not act, none."""
    study = {
        "cell": "lco-atfb", "runs": {"slow": "Discharge at 5 uA/cm2"},
        "inputs": {L: {"low": 300, "high": 600}, AREA: {"low": 1.0, "high": 2.0},
                   "phases.LiCoO2-ocv.sigma_e": {"low": 1e-4, "high": 1e-3}},
        "outputs": {"charge": "slow.capacity_uAh_cm2 * area", "energy": "slow.energy_uWh_cm2"}, "indices": 64,
    }  # fmt: skip
    found = hf.design(study)
    assert found.indices is not None and not found.best.height
    total = {(r["output"], r["input"]): r["total"] for r in found.indices.iter_rows(named=True)}
    assert total["energy", L] == pytest.approx(1.0, abs=0.1) and abs(total["energy", AREA]) < 0.05
    assert total["charge", L] == pytest.approx(0.5, abs=0.15) and total["charge", AREA] == pytest.approx(0.5, abs=0.15)
    assert abs(total["charge", "phases.LiCoO2-ocv.sigma_e"]) < 0.05
    assert len(found.figures()) == 1


def test_the_same_call_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interrupt the best until then is there and said; the next call runs only what is missing, and ends where
    an undisturbed one does."""
    whole = hf.design(STUDY | {"most": 20})
    true_runs, rounds = module.Runs.__call__, []

    def stopping(self, values):
        rounds.append(len(values))
        if len(rounds) == 3:
            raise KeyboardInterrupt
        return true_runs(self, values)

    monkeypatch.setattr(module.Runs, "__call__", stopping)
    part = hf.design(STUDY | {"most": 20}, tmp_path)
    assert any("interrupted after" in note for note in part.notes) and 0 < part.runs.height < 20
    again = hf.design(STUDY | {"most": 20}, tmp_path)
    assert again.best.equals(whole.best) and again.runs.drop("met").equals(whole.runs.drop("met"))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"inputs": {"films.VO.thickness": {"low": 1, "high": 2}}}, "does not act"),
        ({"inputs": {L: {"low": -1, "high": 2, "scale": "log"}}}, "must be positive"),
        ({"robust": {"values": [L]}}, "an input and drawn"),
        ({"cell": "lco"}, "lco"),
    ],
)
def test_refused(change: dict, word: str) -> None:
    with pytest.raises(HeterofilmError, match=word):
        hf.design(STUDY | change)


def test_what_nothing_meets_is_said() -> None:
    found = hf.design(STUDY | {"goal": {"maximise": "energy", "where": {"kept": {"at_least": 2.0}}}, "most": 10})
    assert not found.best.height and any("meets the limits" in note for note in found.notes)
    assert isinstance(found.runs, pl.DataFrame)
    with pytest.raises(HeterofilmError, match="No design"):
        found.best_cell()
