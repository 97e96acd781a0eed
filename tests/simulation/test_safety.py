"""Where physics ends: limits of safety, powers that no current gives, and the balance of lithium of every run."""

from __future__ import annotations

import polars as pl
import pytest

from heterofilm import Cell, Record, SimulationError, simulate
from heterofilm.protocol import EndKind, Load, Protocol
from heterofilm.records.balance import COLUMN, DOUBTFUL
from heterofilm.simulation.control import MARGIN, stands
from heterofilm.simulation.run import steps_of


def test_a_discharge_of_a_full_surface_ends_at_the_limit_of_safety_and_the_run_goes_on():
    """By time alone it would go down the tail of the phase for ever: it went to -2000 V."""
    record = simulate("vo-half", "Discharge at 200 uA/cm2 for 10 h; Rest for 1 h")
    assert record.steps["end"][0].startswith(f"{-MARGIN:g} V (safety limit): the surface of the film is full")
    assert record.steps["end_voltage_V"][0] == pytest.approx(-MARGIN, abs=1e-4)
    assert record.steps["end"][1] == "1 h" and record.steps["end_voltage_V"][1] > 1.0
    assert "Step 1 (discharge) ended by -1 V (safety limit)" in record.meta["notes"]


def test_a_charge_ends_beyond_the_window_of_its_electrolyte():
    """The tail takes a film to 13 V at the current that was asked for."""
    cell = Cell.load("vo-half")
    record = simulate(cell, "Charge at 20 uA/cm2 for 10 h; Rest for 1 min")
    high = cell.entries.electrolyte.window.si + MARGIN
    assert record.steps["end_voltage_V"][0] == pytest.approx(high, abs=1e-4)
    assert "empty" in record.steps["end"][0] and f"{high:g} V" in record.steps["end"][0]


def test_a_cell_is_taken_by_its_word():
    """Cut-offs further out than the window move the limits of safety with them."""
    cell = Cell.load("vo-half", {"cells.vo-half.upper_voltage": 5.5})
    assert stands(Cell.load("vo-half")) == (-MARGIN, 4.5 + MARGIN)
    assert stands(cell) == (-MARGIN, 5.5 + MARGIN)


def test_a_limit_of_the_step_comes_first():
    record = simulate("vo-half", "Discharge at 200 uA/cm2 until -0.5 V", detail=False)
    assert record.steps["end"].to_list() == ["-0.5 V"]


def test_a_load_ends_at_a_limit_of_safety():
    steps = [Load("drawn", "A/m2", (0.0, 36000.0), (2.0, 2.0)), *Protocol.of("Rest for 1 min").items]
    record = simulate("vo-half", steps, detail=False)
    assert "safety limit" in record.steps["end"][0] and record.steps["end"][1] == "1 min"


def test_many_cycles_in_one_call_of_the_engine_end_the_same_way():
    """Without curves a cycle is one programme: the same ends and charges, but for the cause in words."""
    cell, text = Cell.load("vo-half"), "2 x (Discharge at 200 uA/cm2 for 10 h; Charge at 200 uA/cm2 until 3.8 V)"
    fast = steps_of(cell, Protocol.of(text))
    slow = simulate(cell, text, detail=False).steps
    assert fast[0]["end"] == f"{-MARGIN:g} V (safety limit)"
    assert slow["end"][0].startswith(fast[0]["end"]) and slow["end"][1] == fast[1]["end"] == "3.8 V"
    assert [row["capacity_C_m2"] for row in fast] == pytest.approx(slow["capacity_C_m2"].to_list(), rel=2e-3)


def test_a_power_that_no_current_gives_ends_the_step_and_not_the_run():
    cell = Cell.load("vo-half", {"cells.vo-half.series_resistance": 5000.0})
    record = simulate(cell, "Rest for 1 min; Discharge at 1000 uW/cm2 until 2 V; Rest for 1 h", detail=False)
    assert record.steps["end"].to_list() == ["1 min", "no current gives this power", "1 h"]
    assert "Step 2 (discharge) ended by no current gives this power" in record.meta["notes"]


def test_a_run_that_cannot_begin_says_so():
    cell = Cell.load("vo-half", {"cells.vo-half.series_resistance": 1e5})
    with pytest.raises(SimulationError, match=r"cannot begin.*safety limit.*choose a smaller current"):
        simulate(cell, "Discharge at 1000 uA/cm2 for 1 h")


def test_what_was_asked_for_beyond_the_window_is_done_and_said():
    record = simulate("vo-half", "Hold at 6 V for 1 min", detail=False)
    assert "went to 6.000 V" in record.meta["notes"] and "4.5 V" in record.meta["notes"]


def test_every_run_balances_its_lithium(tmp_path):
    """In the table of steps, on disk and as an attribute: below 1e-9 of the theoretical charge, and then nothing is
    said of it."""
    text = "Discharge at 80 uA/cm2 until 2.15 V; Rest for 1 h; CV between 2.15 V and 3.8 V at 1 mV/s; EIS"
    text += " from 1 kHz to 1 Hz"
    record = simulate("voc1-half", text, detail=False)
    assert record.lithium_missed is not None and 0.0 <= record.lithium_missed < DOUBTFUL
    assert "lithium" not in repr(record) and "lithium of the film" not in record.meta.get("notes", "")
    record.write(tmp_path / "a.nc")
    assert Record.read(tmp_path / "a.nc").lithium_missed == record.lithium_missed
    folder = simulate("voc1-half", text, detail=False, folder=tmp_path / "run")
    assert folder.steps[COLUMN].equals(simulate("voc1-half", text, detail=False, folder=tmp_path / "run").steps[COLUMN])


def test_lithium_that_is_missed_is_said():
    """Errors of steps add up with their signs, and the largest sum counts."""
    record = simulate("vo-half", "3 x (Rest for 1 min)", detail=False)
    whole = record.meta["theoretical_capacity_C_m2"]
    wrong = record.steps.with_columns(pl.Series(COLUMN, [3e-7 * whole, -1e-7 * whole, -1e-7 * whole]))
    off = Record(record.frame, meta=record.meta, steps=wrong)
    assert off.lithium_missed == pytest.approx(3e-7)
    assert "lithium missed: 3.0e-07 of the charge" in repr(off)
    assert Record(record.frame, meta={}, steps=record.steps.drop(COLUMN)).lithium_missed is None


def test_small_domains_keep_their_lithium():
    """Domains of 5 nm, strong hysteresis and a couple far down: 9 % of the charge was lost, in rests and holds."""
    values = {
        "films.VOC1.domain_size": 5.427,
        "phases.V2O5.couples.alpha-epsilon.hysteresis": 0.2626,
        "phases.V2O5.couples.epsilon-delta.U0": 0.4608,
    }
    text = (
        "3 x (Discharge at 254 uA/cm2 until 2.15 V; Rest for 10 min; Charge at 254 uA/cm2 until 3.8 V; "
        "Hold at 3.8 V for 30 min)"
    )
    record = simulate(Cell.load("voc1-half", values), text, detail=False)
    assert record.lithium_missed < 1e-12


def test_ends_know_what_cut_a_step_short():
    assert [kind for kind in EndKind if kind.cut_short] == [EndKind.SAFETY, EndKind.EXHAUSTED, EndKind.LITHIUM]
