"""Rows of runs: what one simulation of the same values gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, HeterofilmError, Protocol, simulate
from heterofilm.simulation.run import steps_of
from heterofilm.sweeps.points import Points
from heterofilm.sweeps.runs import CURVE, NUMBERS, Job, keys, rows_of, schema, step_kept
from heterofilm.sweeps.study import study_of

D = "phases.V2O5.D"
PROTOCOL = "Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V"


def job(protocol: str = PROTOCOL, values: Any = (1e-13, 1e-12), **more: Any) -> tuple[Job, Points]:
    study, _ = study_of({"cell": "vo-half", "protocol": protocol, "values": {D: list(values)}} | more)
    cell = Cell.load("vo-half")
    return Job(cell, study, Protocol.of(protocol), b"f" * 16), Points(study, cell)


@pytest.mark.parametrize("more", ["", "; EIS from 1 kHz to 1 Hz"], ids=["together", "alone"])
def test_a_row_is_what_a_simulation_gives(more: str) -> None:
    """Whether its steps are known beforehand, or must be run one cell at a time."""
    mine, points = job(PROTOCOL + more)
    rows = rows_of(mine, points, np.arange(2))
    assert rows.schema == pl.Schema(schema((D,), 100))
    for row, value in zip(rows.iter_rows(named=True), (1e-13, 1e-12), strict=True):
        cell = Cell.load("vo-half", {D: value})
        record = simulate(cell, PROTOCOL, dV=5e-3, detail=False)
        steps = record.steps
        assert row["error"] is None and row[D] == value
        assert row["capacity_uAh_cm2"] == pytest.approx(record.capacity("uAh/cm2", step=1), rel=1e-9)
        assert row["capacity_uAh_cm2_um"] == pytest.approx(record.capacity(step=1), rel=1e-9)
        assert row["mean_voltage_V"] == pytest.approx(steps["energy_J_m2"][0] / steps["capacity_C_m2"][0], rel=1e-6)
        assert row["duration_h"] == pytest.approx(steps["t_end"][0] / 3600.0, rel=1e-9)
        assert row["run_h"] == pytest.approx(steps["t_end"][1] / 3600.0, rel=1e-9)
        assert row["end_voltage_V"] == pytest.approx(2.15, abs=1e-6)
        assert row["utilisation"] == pytest.approx(steps["capacity_C_m2"][0] / cell.theoretical_capacity, rel=1e-9)
        worn = steps_of(cell, Protocol.of(PROTOCOL))[-1]["active_share"]  # after the cycle
        assert worn < 1.0 and row["active_share"] == pytest.approx(worn, rel=1e-5)
        assert 0.0 <= row["lithium_missed"] < 1e-9
        frame = record.step(1).frame
        even = np.linspace(frame["time_s"][0], frame["time_s"][-1], 100)
        assert row["curve_V"] == pytest.approx(np.interp(even, frame["time_s"], frame["voltage_V"]), abs=1e-5)
        assert row["curve_C_m2"][-1] == pytest.approx(steps["capacity_C_m2"][0], rel=1e-6)


def test_a_run_that_fails_is_a_row_with_its_reason() -> None:
    """A value that cannot be, and one with which nothing begins; the others are whole."""
    rows = rows_of(*job("Discharge at 20 uA/cm2 until 2.15 V", (1e-13, -1.0, 1e-12)), np.arange(3))
    assert "positive" in rows["error"][1] and rows["error"].null_count() == 2
    assert all(rows[name][1] is None for name in (*NUMBERS, *CURVE)) and rows[D][1] == -1.0
    assert rows["capacity_uAh_cm2"][0] < rows["capacity_uAh_cm2"][2]
    none = rows_of(*job("Discharge at 1 A/cm2 until 3.7 V"), np.arange(2))
    assert none["error"].null_count() == 0 and all("cell 'vo-half'" in error for error in none["error"])


def test_it_stops_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between calls of the engine; what it has is the beginning of the whole."""
    monkeypatch.setattr("heterofilm.sweeps.runs.AT_ONCE", 2)
    mine, points = job(values=np.geomspace(1e-13, 1e-12, 7).tolist())
    whole = rows_of(mine, points, np.arange(7))
    part = rows_of(mine, points, np.arange(7), lambda done: done < 4)
    assert part.height == 4 and part.equals(whole.head(4))
    assert rows_of(mine, points, np.arange(7), lambda _: False).schema == whole.schema


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_row_does_not_depend_on_those_beside_it(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit, in whatever company it is run: pieces of a sweep are cut by time."""
    mine, points = job(values=[*np.geomspace(1e-13, 1e-12, 6).tolist(), -1.0])
    whole = rows_of(mine, points, np.arange(7))
    monkeypatch.setattr("heterofilm.sweeps.runs.AT_ONCE", size)
    assert rows_of(mine, points, np.arange(7)).equals(whole)
    assert rows_of(mine, points, np.arange(3, 7)).equals(whole.tail(4))


def test_the_kept_step_is_the_last_discharge_or_the_one_that_is_asked_for() -> None:
    two = Protocol.of(PROTOCOL)
    assert step_kept(job()[0].study, two) == 1
    assert step_kept(job()[0].study, Protocol.of("Rest for 1 h")) == 1
    assert step_kept(job(keep={"step": 2})[0].study, two) == 2
    with pytest.raises(HeterofilmError, match="keeps step 3"):
        step_kept(job(keep={"step": 3})[0].study, two)


def test_runs_are_known_by_all_that_decides_them() -> None:
    """The same values have the same key, of another cell or by a hair of a value another one."""
    values = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, np.nextafter(2.0, 3.0)], [2.0, 1.0]])
    first, same, *others = keys(b"a" * 16, values)
    assert first == same and len({first, *others, *keys(b"b" * 16, values)}) == 6
