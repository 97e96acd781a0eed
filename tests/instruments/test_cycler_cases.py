"""Inputs that once came out wrong, with their right answers, read in place: they are no part of the project.

Each stands for a kind that `test_charge_of_any_file` and the modules' own tests generate.
"""

import os
from pathlib import Path

import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.analysis.electrochemistry.dqdv import held, plateaus
from heterofilm.analysis.electrochemistry.half_cycles import half_cycles
from heterofilm.cli import main
from heterofilm.instruments import read, read_all
from heterofilm.records.record import Record

FOLDER = Path(os.environ.get("HETEROFILM_CASES", Path(__file__).parents[3] / "shared" / "cases"))
SAME = ([900.0] * 3, [900.0] * 3)
LESS = ([900.0] * 3, [850.0] * 3)
RIGHT = {  # file: discharge and charge of each cycle, uAh; a word of what must be said
    "a02_first_row_of_step_zero.csv": (*SAME, "do not fit their neighbours|does not fit their neighbours"),
    "a03_pause_30h_in_discharge.csv": (*SAME, "no row was written for 30 h"),
    "h07_arbin_pause.csv": (*SAME, "by the tester's counter no current flowed"),
    "a14_dates_start_of_summertime.csv": (*SAME, "change of the clocks"),
    "a13_dates_with_zone.csv": (*SAME, "the date of each row was used"),
    "a07_arbin_tiny_drop.csv": ([900.0] * 10, [900.0] * 10, ""),
    "b01_step_is_cycle.csv": (*LESS, "parted"),
    "a08_constant_step.csv": (*SAME, "parted"),
    "i01_one_cycle_charges_first.csv": ([900.0] * 3, [850.0, 800.0, 850.0], ""),
    "b30_bdf_minimal.bdf.csv": (*LESS, ""),
    "b34_bdf_step_index_repeats.bdf.csv": (*SAME, ""),
    "b21_units_in_second_line.csv": (*SAME, ""),
    "b10_mA_no_unit.csv": ([9e5] * 3, [9e5] * 3, "had no unit"),
    "a19_magnitude_no_state.csv": (*SAME, "never negative"),
    "a18_magnitude_state.csv": (*SAME, "its sign was taken from 'State'"),
    "n01_maccor_minutes.txt": ([900.0] * 2, [900.0] * 2, "its sign was taken from 'State'"),
    "m01_modulo_bat_with_eis.mpt": ([900.0] * 2, [900.0] * 2, ""),
    "m03_header_of_three.mpt": ([900.0] * 2, [900.0] * 2, ""),
    "b13_interrupted_discharge.csv": ([900.0], [900.0], ""),
}


def case(name: str) -> Path:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"'{name}' not found in '{FOLDER}': set HETEROFILM_CASES to the folder of the cases")
    return path


def record(name: str) -> Record:
    found = [m for m in read_all(case(name)) if m.technique == "cycling"]
    return found[0].record(1e-4)


@pytest.mark.parametrize("name", RIGHT)
def test_the_charge_is_right_and_what_was_assumed_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line as in Python."""
    discharge, charge, word = RIGHT[name]
    one = record(name)
    table = cycle_table(one)
    assert (table["discharge_C_m2"] / 36.0).to_list() == pytest.approx(discharge, rel=1e-3)
    assert (table["charge_C_m2"] / 36.0).to_list() == pytest.approx(charge, rel=1e-3)
    told = f"{one.meta.get('assumed', '')}\n{one.meta.get('doubts', '')}"
    assert any(one in told for one in word.split("|"))
    assert main(["cycles", str(case(name)), "--area", "1cm2"]) == 0
    shown = capsys.readouterr().out
    assert f"{discharge[0]:.2f}" in shown and any(one in shown for one in word.split("|"))


def test_the_efficiency_is_what_its_heading_says() -> None:
    """Discharge over the charge before it, though one cycle of three begins with its charge."""
    table = cycle_table(record("i01_one_cycle_charges_first.csv"))
    assert table["coulombic_efficiency"].to_list() == [None, pytest.approx(900 / 1650, rel=1e-3), None]
    assert table["first"].to_list() == ["discharge", "charge", "discharge"]


def test_the_counter_counts_where_rows_are_missing() -> None:
    assert record("h07_arbin_pause.csv").meta["charge"] == "counter"
    assert record("a03_pause_30h_in_discharge.csv").meta["charge"] == "integral"


def test_spectra_stand_beside_the_cycling_of_their_file() -> None:
    found = read_all(case("m01_modulo_bat_with_eis.mpt"))
    assert [m.technique for m in found] == ["cycling", "impedance"] and found[1].table.height == 31


def test_an_interrupted_half_is_one_half() -> None:
    halves = list(half_cycles(record("b13_interrupted_discharge.csv"), [1]))
    assert [kind for _, _, kind in halves] == ["discharge", "charge"] and len(halves[0][1]) == 2


def test_a_held_voltage_is_no_plateau() -> None:
    """The charge ends with 164 uAh at a constant voltage; what is above 3.6 V before it is less than 400 uAh."""
    one = record("b12_cccv_nosteps.csv")
    steps = next(steps for _, steps, kind in half_cycles(one, [1]) if kind == "charge")
    assert held(one, steps)[1] / 36.0 == pytest.approx(164.0, abs=17.0)
    highest = plateaus(one, steps).row(0, named=True)
    assert highest["charge_C_m2"] / 36.0 < 400.0 and highest["voltage_V"] < 3.67


def test_the_units_below_the_headings_serve_a_map_too(tmp_path: Path) -> None:
    from heterofilm.instruments import read_columns

    path = case("b21_units_in_second_line.csv")
    made = read_columns(path, {"Time": "time_s", "Voltage": "voltage_V", "Current": "current_A"})
    assert made.table["current_A"].abs().max() == pytest.approx(1e-3)
    assert read(path).table.select(pl.col("current_A").abs().max()).item() == pytest.approx(1e-3)
