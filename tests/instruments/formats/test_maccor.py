"""Maccor: text exports of two programs, and a workbook."""

from pathlib import Path

import numpy as np
import pytest

from cycler_files import Half
from cycler_files import measured as written
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.instruments import read
from instruments.test_workbook import make_workbook
from real_data import real_file


def test_the_text_in_minutes_with_magnitudes() -> None:
    """7446 rows from 15:40:24 on 11 May to 07:10:13 on 14 May; the last step discharges to 1.3000 V."""
    measured = read(real_file("cycling_csv/cellpy_maccor_002.txt"))
    table = measured.table
    assert table.height == 7446
    wanted = 2 * 86400 + 15 * 3600 + 29 * 60 + 49
    assert table["time_s"][-1] == pytest.approx(wanted, abs=2.0)
    assert table["voltage_V"][-1] == 1.3 and table["current_A"][-1] == pytest.approx(1.6037e-4)
    assert any("min was taken" in note for note in measured.notes)
    steps = measured.record(1e-4).steps
    last = steps.row(-1, named=True)
    assert last["kind"] == "discharge"
    # the file's own last capacity, 0.00225395 Ah
    assert last["capacity_C_m2"] * 1e-4 / 3600.0 == pytest.approx(0.00225395, rel=1e-6)


def test_the_csv_without_units() -> None:
    """28.8 in an hour gives 28.8: current and capacity in mA and mAh, charged with a positive current."""
    measured = read(real_file("cycling_csv/pyprobe_sample_data_maccor.csv"))
    assert measured.table.height == 15
    assert measured.table["current_A"][-1] == pytest.approx(-0.028798)
    assert measured.table["charge_C"][-1] == pytest.approx(-0.024 * 3.6)
    assert any("mA was taken" in note for note in measured.notes)


HEAD = ["Rec", "Cycle C", "Step", "Test Time (sec)", "Cap. [Ah]", "Current [A]", "Voltage [V]", "Md"]
ROWS = [[k + 1, 1, 1, 10.0 * k, 10.0 * k * 1e-3 / 3600.0, 1e-3, 3.0 - 0.01 * k, "D"] for k in range(5)]


def test_a_workbook_is_the_same_table(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", {"Cell": [["Today's date", "x"], HEAD, *ROWS]})
    table = read(path).table
    assert np.allclose(table["charge_C"], 1e-2 * np.arange(5)) and (table["current_A"] > 0.0).all()
    assert read(path).format == "Maccor workbook"


def test_a_workbook_of_something_else_is_not_taken_for_one(tmp_path: Path) -> None:
    """It is read as a plain table, which nothing is assumed of."""
    found = read(make_workbook(tmp_path / "a.xlsx", {"Cell": [["a", "b"], [1, 2], [2, 3]]}))
    assert found.format != "Maccor workbook" and found.technique == "table"


def test_clocks_and_no_dates(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    head = "Rec\tCycle C\tStep\tTestTime\tCurrent [A]\tVoltage [V]\tMd\n"
    path.write_text(head + "1\t1\t1\t0d 00:00:00.00\t0\t3\tR\n2\t1\t1\t1d 00:00:10.50\t0\t3\tR\n")
    assert read(path).table["time_s"].to_list() == [0.0, 86410.5]


def test_minutes_and_magnitudes_with_a_state(tmp_path: Path) -> None:
    """Maccor's own text: Rec#, Cyc#, Test (Min), Amp-hr, Amps, Volts, State; a step time beside the step."""
    rows = written([Half(1, 900.0, 1.0), Half(-1, 850.0, 1.0)] * 2, 60.0)
    head = "Rec#\tCyc#\tStep\tTest (Min)\tStep (Min)\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time"
    start = np.concatenate([[0], np.flatnonzero(np.diff(rows.step)) + 1])[rows.step - 1]
    amount = np.abs(rows.counters["net"] - rows.counters["net"][start]) / 1e3
    body = [
        f"{k}\t{c - 1}\t{s}\t{t / 60:.4f}\t0\t{q:.10f}\t0\t{abs(i) / 1e3:.8f}\t{V:.6f}\t{'CRD'[w + 1]}\t1\t"
        for k, (c, s, t, q, i, V, w) in enumerate(
            zip(rows.cycle, rows.step, rows.time, amount, rows.current, rows.voltage, rows.state, strict=True)
        )
    ]
    path = tmp_path / "a.txt"
    path.write_text(
        "\n".join(["Today's Date 04/04/2016  Date of Test:\t03/31/2016\t Filename:\tC:\\a.001", head, *body])
    )
    made = read(path)
    assert made.format == "Maccor text" and any("taken from 'State'" in one for one in made.doubts)
    table = cycle_table(made.record(1e-4))
    assert (table["discharge_C_m2"] / 36.0).to_list() == pytest.approx([900.0] * 2, rel=1e-4)
    assert (table["charge_C_m2"] / 36.0).to_list() == pytest.approx([850.0] * 2, rel=1e-4)
