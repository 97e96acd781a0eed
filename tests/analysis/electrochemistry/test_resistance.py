"""Resistances from steps of the current: a resistor and an RC come back, and the model's own parts do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm import Cell, simulate
from heterofilm.analysis.electrochemistry.resistance import resistances
from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.records.measurement import Measurement
from heterofilm.records.record import Record


def record(t: object, V: object, i: object) -> Record:
    return Measurement("cycling", "", pl.DataFrame({"time_s": t, "voltage_V": V, "current_A": i})).record(1.0)


@given(R_0=st.floats(1e-3, 1.0), R_1=st.floats(1e-3, 1.0), i=st.floats(0.01, 10.0) | st.floats(-10.0, -0.01))
def test_a_resistor_and_an_rc_come_back(R_0: float, R_1: float, i: float) -> None:
    """R_0 at once, R_0 + R_1 after many time constants, from rest to a pulse and back."""
    t = np.concatenate([np.linspace(0, 1, 5), 1 + np.linspace(1e-9, 20, 60), 21 + np.linspace(1e-9, 20, 60)])
    on = (t > 1.0) & (t <= 21.0)
    u_1 = R_1 * i * np.where(on, 1 - np.exp(-(t - 1)), np.where(t > 21, np.exp(-(t - 21)), 0.0))
    table = resistances(record(t, 3.0 - R_0 * i * on - u_1, i * on))
    assert table["to_A_m2"].to_list() == [i, 0.0]
    np.testing.assert_allclose(table["R_first_ohm_m2"], R_0, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(table["R_end_ohm_m2"], R_0 + R_1, rtol=1e-6, atol=1e-6)


def test_of_a_cell_the_first_reading_lies_above_what_is_ohmic_and_below_the_end() -> None:
    cell = Cell.load("vo-atfb")
    table = resistances(simulate(cell, "Rest for 1 min\nPulse at 20 uA/cm2 for 30 s every 600 s for 5 pulses"))
    pulses = table.filter(pl.col("to_A_m2") > 0.0)
    assert pulses.height == 5
    assert (pulses["R_first_ohm_m2"] > cell.model.R_s).all()
    assert (pulses["R_end_ohm_m2"] > pulses["R_first_ohm_m2"]).all()


@pytest.mark.parametrize("share", [0.04, 0.25, 0.75, 0.96])
def test_a_row_on_the_way_is_no_step(share: float) -> None:
    """A mean over an interval in which the current turned, the voltage at its end: R of the whole step comes back."""
    i = np.concatenate([np.full(9, 1.0), [1.0 - 2.0 * share], np.full(9, -1.0)])
    V = np.where(np.arange(19) < 9, 2.0, 2.0 + 2.0 * 0.3)
    table = resistances(record(np.arange(19.0), V, i))
    assert table.height == 1 and table["passed"].to_list() == [1]
    assert table["R_first_ohm_m2"][0] == pytest.approx(0.3) and table["first_s"][0] == 2.0


def test_a_current_that_goes_on_over_several_rows_never_steps() -> None:
    i = np.concatenate([np.zeros(5), [0.25, 0.5, 0.75], np.ones(5)])
    with pytest.raises(HeterofilmError, match="never steps"):
        resistances(record(np.arange(13.0), 3.0 - i, i))


def test_a_record_without_steps_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="never steps"):
        resistances(record([0.0, 1.0, 2.0], [3.0, 2.9, 2.8], [1.0, 1.0, 1.0]))


def test_nothing_is_made_of_a_step_over_cycles_whose_curves_were_not_kept() -> None:
    kept = simulate("vo-half", "Pulse at 50 uA/cm2 for 60 s every 900 s for 10 pulses", keep=[1, 2, 9])
    table = resistances(kept)
    assert set(table["cycle"]) == {1, 2, 9} and table["first_s"].max() < 1.0 and table["length_s"].max() < 1000.0


def test_the_command_prints_draws_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, plot, out = tmp_path / "r.nc", tmp_path / "r.svg", tmp_path / "r.csv"
    simulate("vo-half", "Rest for 1 min\nPulse at 20 uA/cm2 for 30 s every 600 s for 5 pulses").write(file)
    assert main(["resistance", str(file), "--plot", str(plot), "--out", str(out)]) == 0
    assert "upper bound" in capsys.readouterr().out
    assert "first reading" in plot.read_text() and pl.read_csv(out).height == 10
