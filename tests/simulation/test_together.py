"""Cells in one call of the engine: the numbers that each has alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, Protocol, simulate, simulate_many
from heterofilm.engine.build import TOGETHER, prepare
from heterofilm.engine.together import PASSED, TIME, VOLTS
from heterofilm.simulation import batch
from heterofilm.simulation.arguments import mechanisms_of
from heterofilm.simulation.runner import charges_only
from heterofilm.simulation.together import Course, known_steps, run_cells

PROTOCOLS = (
    "Discharge at 20 uA/cm2 until 2.15 V",
    "Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V",
    "Discharge at C/5; Rest for 1 h; Hold at 3.8 V until 1 uA/cm2",
    "Discharge at 20 uW/cm2 until 2.15 V",
    "Discharge at 20 mA/cm2 until 2.15 V",  # over at once on some
)
VALUES = {"phases.V2O5.D": [1e-14, 1e-12], "films.VO.thickness": ["100 nm", "1 um"]}


def points() -> list[object]:
    of_one_phase = list(Cell.vary("vo-half", VALUES))
    return [*of_one_phase, "voc1-half", *of_one_phase[:1], "no-cell", Cell.load("lco-atfb"), Cell.load("voc1-half")]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_batch_is_what_its_cells_give_one_by_one(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of several layouts, names that are none, cells that cannot begin: the same rows in the same order. Only
    the error of the lithium balance is made of round-off, which another order of sums changes."""
    together = simulate_many(points(), protocol, total=len(points()))
    monkeypatch.setattr(batch, "run_cells", lambda *_: iter(()))
    alone = simulate_many(points(), protocol, total=len(points()))
    assert together.columns == alone.columns and together.height == alone.height
    for name in alone.columns:
        if name == "lithium_missed_C_m2":
            assert np.nanmax(np.abs(together[name].to_numpy() - alone[name].to_numpy())) < 1e-9
        elif alone[name].dtype == pl.Float64:
            assert together[name].to_numpy() == pytest.approx(alone[name].to_numpy(), rel=1e-9, nan_ok=True), name
        else:
            assert together[name].to_list() == alone[name].to_list(), name


def test_only_steps_that_are_known_beforehand_are_run_together() -> None:
    """No loop, load, sweep or spectrum, nor a rest that waits for a voltage."""
    assert len(known_steps(Protocol.of("Discharge at C/5; Rest for 1 h")) or ()) == 2
    for other in (
        "2 x (Discharge at C/5; Charge at C/5)", "EIS from 1 kHz to 1 Hz", "Rest until 3.7 V",
        "CV between 2.15 V and 3.8 V at 1 mV/s", "Set temperature to 40 degC",
    ):  # fmt: skip
        assert known_steps(Protocol.of(other)) is None


def test_the_course_of_a_step_is_that_of_a_record() -> None:
    """Voltage and charge at times that are even over the step, within what lines between 5 mV miss."""
    prepare(*TOGETHER)
    cells = [cell for _, cell in Cell.vary("vo-half", {"phases.V2O5.D": [1e-13, 1e-12]})]
    protocol = Protocol.of("Charge at 20 uA/cm2 until 3.85 V; Discharge at 20 uA/cm2 until 2.15 V")
    settings = charges_only(1e-3).replace(dV=5e-3, volts=1.0)
    (found,) = run_cells(cells, protocol, settings, mechanisms_of(True), None, Course(2, 100))
    for k, cell in enumerate(cells):
        record = simulate(cell, protocol, dV=1e-3, detail=False).step(2)
        t = record.frame["time_s"].to_numpy() - record.frame["time_s"][0]
        curve = found.curves[k]
        assert curve[:, TIME] == pytest.approx(np.linspace(0.0, t[-1], 100), rel=1e-12)
        assert curve[:, VOLTS] == pytest.approx(np.interp(curve[:, TIME], t, record.frame["voltage_V"]), abs=5e-3)
        assert curve[:, PASSED] == pytest.approx(np.interp(curve[:, TIME], t, record.frame["charge_C_m2"]), rel=1e-9)
        assert curve[-1, PASSED] == pytest.approx(record.steps["capacity_C_m2"][0], rel=1e-12)
