"""The command sweep."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from heterofilm.cli import main

STUDY = """
cell = "vo-half"
protocol = "Discharge at 80 uA/cm2 until 2.15 V"
values = { "phases.V2O5.D" = [1e-13, -1, 1e-12], "films.VO.thickness" = ["100 nm", "0.3 um"] }
"""


@pytest.fixture
def study(tmp_path: Path) -> str:
    (tmp_path / "study.toml").write_text(STUDY)
    return str(tmp_path / "study.toml")


def test_a_sweep_is_run_shown_and_written(tmp_path: Path, study: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Runs that failed are counted by their reasons, and make the code 1."""
    folder, out, plot = (str(tmp_path / name) for name in ("runs", "t.csv", "t.svg"))
    assert main(["sweep", study, "--folder", folder, "--workers", "1", "--out", out, "--plot", plot]) == 1
    said = capsys.readouterr().out
    assert (
        "6 runs, 2 failed" in said and "2 x The value set for 'phases.V2O5.D'" in said and "films.VO.thickness" in said
    )
    table = pl.read_csv(out)
    assert table.height == 6 and table["capacity_uAh_cm2"].null_count() == 2
    assert Path(plot).read_text().count("Capacity over") >= 2
    assert main(["sweep", study, "--folder", folder, "--out", str(tmp_path / "t.parquet")]) == 1
    assert pl.read_parquet(tmp_path / "t.parquet").height == 6


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--out", "t.doc"], "must end in .csv or .parquet"), (["--of", "run_h"], "give --plot too"),
        (["--of", "hours", "--plot", "t.svg"], "is no number of a run"), (["--tasks", "3"], "are about SLURM"),
        (["--on", "slurm", "--time", "1 s"], "between 2 min"), (["--on", "cloud"], "A sweep runs on"),
        (["--plot", "t.doc"], "t.doc"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_one_sentence(
    tmp_path: Path, study: str, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert main(["sweep", study, "--folder", str(tmp_path / "runs"), *more]) == 2
    assert words in capsys.readouterr().err and not (tmp_path / "runs").exists()
