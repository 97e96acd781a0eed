"""Curves of samples: those of cycling files, per area; what cannot be had is explained, and stops no other."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.samples import Sample, SampleFile
from heterofilm.samples.records import measured, records_of
from heterofilm.simulation.run import simulate
from synthetic_files import write_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A discharge of 2 cm2, and a spectrum of light."""
    frame = simulate("vo-half", "Discharge at 80 uA/cm2 until 2.15 V").frame
    frame.select(
        pl.col("time_s").alias("Time / s"), pl.col("voltage_V").alias("Voltage / V"),
        (-2e-4 * pl.col("current_A_m2")).alias("Current / A"),
    ).write_csv(tmp_path / "d.csv")  # fmt: skip
    write_files(tmp_path, "l.txt")
    return tmp_path


def sample(folder: Path, **sheet: str) -> Sample:
    files = [{"path": "d.csv"}, {"path": "l.txt"}]
    return Sample(SampleFile.model_validate({"name": "s", "files": files, **sheet}), folder, folder / "sample.toml")


def test_a_curve_is_per_area(folder: Path) -> None:
    """The current of 2 cm2 over 2 cm2 is that of the simulated film, and so is its charge."""
    (name, record), *more = measured({"s": sample(folder, area="2 cm2", thickness="300 nm")}).items()
    assert name == "s/d.csv" and not more
    truth = simulate("vo-half", "Discharge at 80 uA/cm2 until 2.15 V")
    assert record.capacity("uAh/cm2") == pytest.approx(truth.capacity("uAh/cm2"), rel=1e-3)
    assert record.meta["thickness_m"] == pytest.approx(300e-9)


def test_without_an_area_there_is_a_sentence(folder: Path) -> None:
    bare = sample(folder)
    assert measured({"s": bare}) == {}
    with pytest.raises(HeterofilmError, match="area"):
        records_of(bare, bare.sheet.files[0])
    assert records_of(bare, bare.sheet.files[1]) == {}, "no curve of current and voltage"
