"""Basytec, Novonix, PEC and the Battery Data Format."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from made_cell import AREA, made_cell
from real_data import real_file


def test_basytec() -> None:
    measured = read(real_file("cycling_csv/pyprobe_sample_data_basytec.txt"))
    assert (measured.format, measured.table.height) == ("Basytec text", 74)
    last = measured.table.row(-1, named=True)
    assert last["time_s"] == pytest.approx(70.2358036666668) and last["voltage_V"] == pytest.approx(3.53285012323902)
    assert last["current_A"] == pytest.approx(-0.449601734416934)
    assert last["charge_C"] == pytest.approx(-3600.0 * 0.001248916998009)


def test_novonix() -> None:
    measured = read(real_file("cycling_csv/pyprobe_sample_data_novonix.csv"))
    assert (measured.format, measured.table.height) == ("Novonix csv", 207)
    last = measured.table.row(-1, named=True)
    assert last["time_s"] == pytest.approx(3.4131889 * 3600.0) and last["current_A"] == pytest.approx(-0.49999387)
    assert last["charge_C"] == pytest.approx(-3600.0 * 1.70652976)
    assert last["temperature_K"] == pytest.approx(24.792 + 273.15)


PEC_HEADINGS = (
    "Test,Cell,Rack,Step,Cycle,Total Time (Hours in hh:mm:ss.xxx),Step Time (Seconds),Voltage (mV),"
    "Current (mA),Charge Capacity (mAh),Discharge Capacity (mAh)"
)
PEC = f"""TestRegime Name:,x,
Start Time:,01/01/2024 10:00:00,
#RESULTS CHECK
a,b,c,d
#END RESULTS CHECK
{PEC_HEADINGS}
1,1,A,1,0,00:00:00.000,0,3000,36,0,0
1,1,A,1,0,00:00:10.500,10.5,3100,36,0.105,0
1,1,A,2,0,00:00:10.500,0,3100,-36,0.105,0
1,1,A,2,0,26:00:20.500,10,3050,-36,0.105,936.1
"""


def test_pec_in_its_own_units(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(PEC)
    measured = read(path)
    assert measured.format == "PEC csv"
    table = measured.table
    assert table["time_s"].to_list() == [0.0, 10.5, 10.5, 26 * 3600 + 20.5]
    assert np.allclose(table["voltage_V"], [3.0, 3.1, 3.1, 3.05])
    assert np.allclose(table["current_A"], [-0.036, -0.036, 0.036, 0.036])
    assert np.allclose(table["charge_C"], np.array([0.0, -0.105, -0.105, 935.995]) * 3.6)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_record_written_in_the_battery_data_format_comes_back(suffix: str, tmp_path: Path) -> None:
    record = made_cell(2)
    measured = read(record.write(tmp_path / f"a{suffix}"))
    assert measured.format.startswith("Battery Data Format")
    again = measured.record(AREA)
    for column in ("time_s", "voltage_V", "current_A_m2", "charge_C_m2"):
        assert np.allclose(again.frame[column], record.frame[column], rtol=1e-9, atol=1e-9), column
    assert again.frame["cycle"].equals(record.frame["cycle"])


def test_a_file_of_the_format_keeps_its_own_columns_apart_from_the_vendors() -> None:
    """The file holds Arbin's columns too, a thousand times larger; those of the format count."""
    measured = read(real_file("cycling_csv/arbin_example.bdf.csv"))
    assert (measured.format, measured.table.height) == ("Battery Data Format csv", 2150)
    assert np.abs(measured.column("current_A")).max() == pytest.approx(8.65e-8, rel=1e-2)
    assert measured.table["step"].max() == 17


def test_a_parquet_that_claims_too_much_or_is_cut_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    one = pl.DataFrame({"Test Time / s": [0.0], "Voltage / V": [3.0], "Current / A": [0.0]})
    one.select(pl.all().repeat_by(21_000_000).explode()).write_parquet(path)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(HeterofilmError, match="21000000 rows"):
        read(path)
    raw = path.read_bytes()
    path.write_bytes(raw[:-20])
    with pytest.raises(HeterofilmError):
        read(path)
