"""Runs of a design: numbers of `simulate`, each run once, kept in a folder."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.designs import runs as module
from heterofilm.designs.runs import Runs
from heterofilm.designs.study import design_of
from heterofilm.simulation.run import simulate

L = "films.VO.thickness"
STUDY = design_of({
    "cell": "vo-half", "runs": {"slow": "Discharge at 5 uA/cm2", "fast": "Discharge at 40 uA/cm2"},
    "inputs": {L: {"low": 100, "high": 1000}}, "outputs": {"q": "fast.capacity_uAh_cm2"}, "goal": {"maximise": "q"},
})[0]  # fmt: skip


def test_numbers_are_those_of_a_simulation() -> None:
    found = Runs(STUDY, Cell.load("vo-half"), [L], None, Path(), True)(np.array([[200.0], [400.0]]))
    for k, thickness in enumerate((200.0, 400.0)):
        record = simulate("vo-half", "Discharge at 40 uA/cm2", overrides={L: thickness}, detail=False)
        assert found["fast.capacity_uAh_cm2_um"][k] == pytest.approx(record.capacity(), rel=3e-3)
    assert found["slow.capacity_uAh_cm2"][1] > found["fast.capacity_uAh_cm2"][1]


@pytest.mark.parametrize("kept", [False, True])
def test_nothing_is_run_twice(kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process, and with a folder in the next one; values that repeat are one run."""
    folder = tmp_path if kept else None
    cell, told = Cell.load("vo-half"), list[int]()
    runs = Runs(STUDY, cell, [L], folder, Path(), True, told.append)
    first = runs(np.array([[200.0], [300.0], [200.0]]))
    assert sum(told) == 4  # two values, two protocols
    again = runs(np.array([[300.0], [250.0]]))
    assert sum(told) == 6 and again["fast.run_h"][0] == first["fast.run_h"][1]
    if kept:
        monkeypatch.setattr(module, "do", None)
        later = Runs(STUDY, cell, [L], folder, Path(), True)(np.array([[250.0], [200.0]]))
        assert later["fast.run_h"].tolist() == [again["fast.run_h"][1], first["fast.run_h"][0]]


def test_what_cannot_be_run_has_a_reason() -> None:
    runs = Runs(STUDY, Cell.load("vo-half"), [L], None, Path(), True)
    found = runs(np.array([[1e9], [200.0]]))
    assert np.isnan(found["fast.capacity_uAh_cm2"]).tolist() == [True, False]
    assert any("thickness" in reason for reason in runs.reasons)
