"""Neware: the binary files against what the vendor's own program exports."""

import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file

ORACLES = {
    "21_10_7_85": (".ndax", 141), "46_1_5_60_bts16": (".ndax", 84), "Unit27_Example_Data_File": (".ndax", 301),
    "nda_v22": (".nda.zip", 1380), "new_nda_file": (".nda.zip", 439), "nw4-120-1-6-53": (".ndax", 18700),
    "test_2": (".ndax", 108563),
}  # fmt: skip
UNITS = {"uA": 1e-6, "mA": 1e-3, "A": 1.0, "mV": 1e-3, "V": 1.0, "mAs": 1e-3, "mAh": 3.6, "Ah": 3600.0, "As": 1.0}


def vendor(table: pl.DataFrame, quantity: str) -> np.ndarray:
    name = next(c for c in table.columns if c.startswith(f"{quantity}("))
    return table[name].cast(pl.Float64).to_numpy() * UNITS[name.split("(")[1].rstrip(")")]


@pytest.mark.parametrize("name", ORACLES)
def test_the_binary_agrees_with_the_vendors_export(name: str) -> None:
    """6e-5 V, 7e-4 mA, 2e-4 mAh, equal steps and times: the rounding of BTSDA's export."""
    suffix, rows = ORACLES[name]
    table = read(real_file(f"neware/fastnda_{name}{suffix}")).table
    said = pl.read_parquet(real_file(f"neware/fastnda_{name}.BTSDA.parquet"))
    assert table.height == said.height == rows
    assert np.abs(table["voltage_V"].to_numpy() - vendor(said, "Voltage")).max() < 6e-5
    assert np.abs(-table["current_A"].to_numpy() - vendor(said, "Current")).max() < 7e-7
    assert np.abs(table["time_s"].to_numpy() - said["Total Time"].to_numpy()).max() < 1e-3
    step = table["step"].to_numpy()
    assert (step == said["Step Count"].to_numpy()).all()
    charge = table["charge_C"].to_numpy()
    first = np.concatenate([[True], step[1:] != step[:-1]])
    begin = np.concatenate([[0.0], charge[:-1]])[np.flatnonzero(first)][np.cumsum(first) - 1]
    away = np.abs(np.abs(charge - begin) - np.abs(vendor(said, "Capacity"))).max() / 3.6
    assert away < 2e-4, f"{away} mAh"


def test_cycles_are_the_files_own_count() -> None:
    table = read(real_file("neware/fastnda_nw4-120-1-6-53.ndax")).table
    said = pl.read_parquet(real_file("neware/fastnda_nw4-120-1-6-53.BTSDA.parquet"))
    assert (table["cycle"].to_numpy() == said["Cycle Index"].to_numpy()).all()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("20260302_IFE_BTS85_2_9_8_1.ndax", 252951), ("navani_test.nda", 439), ("navani_test.ndax", 1464)],
)
def test_files_without_an_export_have_their_rows(name: str, rows: int) -> None:
    measured = read(real_file(f"neware/{name}"))
    assert measured.table.height == rows
    assert np.isfinite(measured.table.to_numpy()).all()


def test_a_damaged_description_does_not_touch_the_data() -> None:
    """TestInfo.xml of the damaged twin cannot be decoded; its data are byte for byte those of the good one."""
    damaged, good = (read(real_file(f"neware/fastnda_Unit27_Example_{kind}.ndax")) for kind in ("Corrupt", "Data_File"))
    assert damaged.table.equals(good.table)
    assert any("damaged" in note for note in damaged.notes) and not any("damaged" in note for note in good.notes)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="no row of data"):
        read(real_file("neware/fastnda_empty.ndax"))


def test_the_vendors_csv() -> None:
    """Signs by the column 'Step Type', charge by the two capacities, clocks beyond a day."""
    path = real_file("neware/neware_uio.csv")
    table = read(path).table
    said = pl.read_csv(path, infer_schema_length=None)
    assert table.height == said.height == 9065
    kind = said["Step Type"]
    moving = np.abs(table["current_A"].to_numpy()) > 0.0
    discharge, charge = ((kind == word).to_numpy() & moving for word in ("CC DChg", "CC Chg"))
    assert (table["current_A"].to_numpy()[discharge] > 0.0).all() and (
        table["current_A"].to_numpy()[charge] < 0.0
    ).all()
    assert table["time_s"][-1] == 144 * 3600 + 2 * 60 + 18
    longest = said.filter((pl.col("Step Index") == 2) & (pl.col("Cycle Index") == 1))["DChg. Cap.(Ah)"].max()
    step = table.filter((pl.col("step") == 2) & (pl.col("cycle") == 1))["charge_C"]
    assert float(step[-1] - step[0]) == pytest.approx(3600.0 * longest, rel=1e-6)


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_truncated_container_is_one_sentence(keep: float, tmp_path: Path) -> None:
    raw = real_file("neware/fastnda_21_10_7_85.ndax").read_bytes()
    path = tmp_path / "a.ndax"
    path.write_bytes(raw[: int(keep * len(raw))])
    with pytest.raises(HeterofilmError) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_bomb_in_the_container_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ndax"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.ndc", bytes(150_000_000))
    with pytest.raises(HeterofilmError, match="150 MB unpacked"):
        read(path)


def test_a_container_of_something_else_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.nda", b"not neware")
    path = tmp_path / "a.zip"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(HeterofilmError, match="no Neware file"):
        read(path)
