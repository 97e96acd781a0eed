"""Records as parquet: what is written comes back, or a sentence says what does not; any program reads the rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.records import parquet
from heterofilm.records.battery_data_format import is_bdf
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate

PROTOCOLS = {
    "curve": "Discharge at 20 uA/cm2 for 60 s",
    "spectrum": "Discharge at 20 uA/cm2 for 60 s; EIS from 1 kHz to 100 Hz",
    "spectrum alone": "EIS from 1 kHz to 100 Hz",
    "temperatures": "Discharge at 20 uA/cm2 for 60 s; Set temperature to 45 degC; Charge at 20 uA/cm2 for 60 s",
    "sweeps": "CV between 2.2 V and 3.8 V at 20 mV/s",
}


@pytest.fixture(scope="module", params=PROTOCOLS)
def record(request: pytest.FixtureRequest) -> Record:
    return simulate("vo-half", PROTOCOLS[request.param])


@pytest.mark.parametrize("suffix", [".nc", ".parquet", ".csv"])
def test_a_file_gives_back_the_record_or_says_what_it_leaves_out(record: Record, suffix: str, tmp_path: Path) -> None:
    """Equal to the last digit, with spectra, profiles, states and steps; a sentence of a file that cannot hold them."""
    path = record.write(tmp_path / f"a{suffix}")
    if said := record.left_out(path):
        assert suffix == ".csv" and said.startswith("a.csv has the rows of the record alone")
        assert ("a.impedance.csv" in said) == (record.impedance is not None) == (tmp_path / "a.impedance.csv").exists()
        return
    back = Record.read(path)
    assert back.equals(record)
    assert list(tmp_path.iterdir()) == [path]


def test_the_rows_are_a_table_of_the_battery_data_format(record: Record, tmp_path: Path) -> None:
    """With its names, units and signs, whoever reads them."""
    table = pl.read_parquet(record.write(tmp_path / "a.parquet"))
    assert is_bdf(table.columns)
    assert table.select(record.bdf().columns).equals(record.bdf())


def test_rows_that_were_changed_make_their_own_steps(tmp_path: Path) -> None:
    """Steps and spectra of rows that are gone are not those of the file: it says so."""
    record = simulate("vo-half", "Discharge at 20 uA/cm2 for 60 s; Charge at 20 uA/cm2 for 30 s")
    path = record.write(tmp_path / "a.parquet")
    kept = pl.read_parquet_metadata(path)
    rows = pl.read_parquet(path).filter(pl.col("Step Count / 1") == 1)
    rows.write_parquet(path, metadata={name: kept[name] for name in (parquet.META, parquet.REST, parquet.ROWS)})
    back = Record.read(path)
    assert back.steps.height == 1 and back.states is None
    assert "rows when it was written" in str(back.meta["doubts"])
    assert back.frame.columns == record.frame.columns


def test_profiles_without_room_are_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And all else is there."""
    record = simulate("vo-half", PROTOCOLS["spectrum"])
    monkeypatch.setattr(parquet, "MOST_BESIDE", 100)
    assert "depth profiles, which are left out" in record.left_out("a.parquet")
    assert Record.read(record.write(tmp_path / "a.parquet")).equals(replace(record, profiles=None))


@pytest.mark.parametrize("rest", ["", "no base 85 \u00e4", "0000000000"])
def test_a_damaged_rest_is_a_sentence(rest: str, tmp_path: Path) -> None:
    record = simulate("vo-half", PROTOCOLS["curve"])
    path = record.write(tmp_path / "a.parquet")
    kept = dict(pl.read_parquet_metadata(path)) | {parquet.REST: rest}
    pl.read_parquet(path).write_parquet(
        path, metadata={name: kept[name] for name in (parquet.META, parquet.REST, parquet.ROWS)}
    )
    with pytest.raises(HeterofilmError, match="Cannot read"):
        Record.read(path)
