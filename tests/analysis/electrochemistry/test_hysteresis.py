"""Voltage hysteresis: a gap that was put in comes back, and its mean is the polarisation of the table of cycles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import heterofilm as hf
from heterofilm.analysis.electrochemistry.hysteresis import hysteresis, hysteresis_table
from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.records.measurement import Measurement
from heterofilm.records.record import Record

CYCLES = "2 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)"


def record(gap: float, efficiency: float) -> Record:
    """A discharge along 4 - s and a charge `gap` above it that gives back the share `efficiency`."""
    s = np.linspace(0.0, 1.0, 101)
    t = np.concatenate([100.0 * s, 101.0 + 100.0 * efficiency * s])
    V = np.concatenate([4.0 - s, 3.0 + gap + s])
    i = np.repeat([1.0, -1.0], s.size)
    return Measurement("cycling", "", pl.DataFrame({"time_s": t, "voltage_V": V, "current_A": i})).record(1.0)


@given(gap=st.floats(0.01, 0.5), efficiency=st.floats(0.8, 1.0))
def test_a_gap_comes_back_whatever_the_efficiency(gap: float, efficiency: float) -> None:
    table = hysteresis_table(hysteresis(record(gap, efficiency)))
    for name in ("gap_10_V", "gap_50_V", "gap_90_V", "mean_V", "largest_V"):
        assert table[name][0] == pytest.approx(gap, abs=1e-6), name


def test_the_mean_is_the_polarisation_of_the_table_of_cycles() -> None:
    """E/Q of the charge less E/Q of the discharge, but for half a spacing of 1/200 at two steep ends of 0.5 V."""
    made = hf.simulate("vo-half", CYCLES)
    table, cycles = hysteresis_table(hf.hysteresis(made)), hf.cycle_table(made)
    assert table["cycle"].to_list() == [1, 2]
    assert table["mean_V"].to_list() == pytest.approx(cycles["polarisation_V"].to_list(), abs=2 * 0.5 * 0.5 / 200)
    assert (table["largest_V"] >= table["gap_50_V"]).all()


def test_only_the_cycles_asked_for_and_only_those_with_both_halves() -> None:
    made = hf.simulate("vo-half", f"{CYCLES}\nDischarge at 40 uA/cm2 until 3 V")
    assert set(hysteresis(made)["cycle"]) == {1, 2} and set(hysteresis(made, [2, 7])["cycle"]) == {2}
    with pytest.raises(HeterofilmError, match="shows no gap"):
        hysteresis(hf.simulate("vo-half", "Discharge at 40 uA/cm2 until 3 V"))


def test_the_command_prints_draws_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, plot, out = tmp_path / "r.nc", tmp_path / "r.svg", tmp_path / "r.csv"
    hf.simulate("vo-half", CYCLES).write(file)
    assert main(["hysteresis", str(file), "--plot", str(plot), "--out", str(out)]) == 0
    assert "mean" in capsys.readouterr().out
    assert "cycle 2" in plot.read_text() and set(pl.read_csv(out)["cycle"]) == {1, 2}
