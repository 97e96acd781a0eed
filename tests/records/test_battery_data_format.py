"""The Battery Data Format by all its names, as csv and parquet, through `Record.read` and through the readers."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cycler_files import Half, measured
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.records.battery_data_format import columns_of, is_bdf, label_of
from heterofilm.records.record import Record

SPELLINGS = {
    "preferred labels": {"time": "Test Time / s", "voltage": "Voltage / V", "current": "Current / A"},
    "machine names": {"time": "test_time_second", "voltage": "voltage_volt", "current": "current_ampere"},
    "old labels": {"time": "Test Time / ms", "voltage": "Voltage / V", "current": "Current / A"},
    "old names": {"time": "test_time_millisecond", "voltage": "voltage_volt", "current": "current_ampere"},
    "other units": {"time": "Test Time / h", "voltage": "Voltage / mV", "current": "Current / mA"},
}
UNITS = {
    "Test Time / ms": 1e3,
    "test_time_millisecond": 1e3,
    "Test Time / h": 1 / 3600,
    "Voltage / mV": 1e3,
    "Current / mA": 1e3,
}


def frame(spelling: str, *more: str) -> pl.DataFrame:
    rows = measured([Half(1, 900.0, 1.0), Half(-1, 850.0, 1.0)] * 3, 60.0)
    base = {"time": rows.time, "voltage": rows.voltage, "current": rows.current / 1e3}
    named = {label: base[what] * UNITS.get(label, 1.0) for what, label in SPELLINGS[spelling].items()}
    further = {
        "Step Index / 1": (rows.step - 1) % 4 + 1, "Cycle Count / 1": rows.cycle, "step_count": rows.step,
        "net_capacity_ah": rows.counters["net"] / 1e3, "Unix Time / s": rows.time + 1.7e9,
    }  # fmt: skip
    return pl.DataFrame(named | {name: further[name] for name in more})


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_every_spelling_is_the_same_test(spelling: str, suffix: str, tmp_path: Path) -> None:
    """Three columns are enough: 900 and 850 uAh three times, from both ways of reading."""
    path = tmp_path / f"a.bdf.{suffix}"
    (pl.DataFrame.write_csv if suffix == "csv" else pl.DataFrame.write_parquet)(frame(spelling), path)
    for record in (read(path).record(1e-4), Record.read(path, area_m2=1e-4)):
        table = cycle_table(record)
        assert (table["discharge_C_m2"] / 36.0).to_list() == pytest.approx([900.0] * 3)
        assert (table["charge_C_m2"] / 36.0).to_list() == pytest.approx([850.0] * 3)


@pytest.mark.parametrize(
    "more", ["Step Index / 1", "Cycle Count / 1", "step_count", "net_capacity_ah", "Unix Time / s"]
)
def test_what_else_a_table_has_changes_nothing(more: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    frame("preferred labels", more).write_csv(path)
    record = Record.read(path, area_m2=1e-4)
    assert (cycle_table(record)["discharge_C_m2"] / 36.0).to_list() == pytest.approx([900.0] * 3)
    assert record.meta["charge"] == ("counter" if more == "net_capacity_ah" else "integral")


def test_labels() -> None:
    found = label_of("Ambient Temperature / °C")
    assert found is not None and (found.role, found.offset) == ("temperature_K", 273.15)
    for heading in ("Voltage(V)", "time", "Voltage / A", "Cycle Count / s", "voltage", "voltage_ampere"):
        assert label_of(heading) is None, heading
    both = columns_of(["voltage_volt", "Voltage / V", "current_ampere", "test_time_second"])
    assert both["voltage_V"].heading == "Voltage / V" and is_bdf(["voltage_volt", "current_ampere", "test_time_second"])


def test_rows_without_numbers_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    table = frame("preferred labels")
    table.with_columns(
        pl.when(pl.int_range(pl.len()) == 9).then(np.nan).otherwise("Voltage / V").alias("Voltage / V")
    ).write_csv(path)
    record = Record.read(path, area_m2=1e-4)
    assert record.frame.height == table.height - 1 and "1 row without numbers" in str(record.meta["assumed"])
    table.select("Test Time / s", "Voltage / V").write_csv(path)
    with pytest.raises(HeterofilmError, match="no column 'Current / A'"):
        Record.read(path, area_m2=1e-4)
