"""Sweeps from their study to their table: what is asked for is checked first, what is there is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from heterofilm import HeterofilmError, run_sweep
from heterofilm.library.files import DATA
from heterofilm.sweeps import local
from heterofilm.sweeps.slurm import Ask

STUDY: dict[str, Any] = {
    "title": "a small one",
    "cell": "vo-half",
    "protocol": "Discharge at 80 uA/cm2 until 2.15 V",
    "values": {"phases.V2O5.D": [1e-13, -1.0, 1e-12]},
}


def test_what_is_there_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed run is a row with its reason, and is done; the table is without what identifies runs."""
    first = run_sweep(STUDY, tmp_path, workers=1)
    table = first.table()
    assert repr(first) == f"<Sweep 'a small one': 3 of 3 runs in '{tmp_path}'>" and first.missing == 0
    assert table["number"].to_list() == [0, 1, 2] and table["error"].null_count() == 2
    assert "run" not in table.columns and "curve_V" in first.table(curves=True).columns
    monkeypatch.setattr(local, "run", lambda *_: pytest.fail("nothing is missing"))
    assert run_sweep(STUDY, tmp_path).table().equals(table)
    assert first.scan().filter(pl.col("capacity_uAh_cm2") > 0.0).select(pl.len()).collect().item() == 2


def test_a_cell_of_ones_own_runs_by_a_study_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named relative to the study, as one writes it; the workers, who read it by its whole path, find the same cell."""
    cell = (DATA / "cells" / "vo-half.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(cell.replace('name = "vo-half"', 'name = "mine"'), encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        'cell = "mine.toml"\nprotocol = "Discharge at 80 uA/cm2 until 2.15 V"\n'
        '[values]\n"phases.V2O5.D" = [1e-13, 1e-12]\n'
    )
    monkeypatch.chdir(tmp_path)
    assert run_sweep("study.toml", "runs", workers=1).table()["error"].null_count() == 2


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"on": "slrm"}, "Did you mean 'slurm'"), ({"on": 5}, "runs on local"),
        ({"on": "local:tcp://x"}, "Only dask has an address"), ({"workers": 0}, "workers is a whole number"),
        ({"on": "slurm", "workers": 2}, "one process each"), ({"dry": True}, "are about SLURM"),
        ({"ask": Ask()}, "are about SLURM"), ({"progress": "yes"}, "progress is True or False"),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_one_sentence(tmp_path: Path, how: dict[str, Any], words: str) -> None:
    """Before anything is written."""
    with pytest.raises(HeterofilmError, match=words):
        run_sweep(STUDY, tmp_path / "x", **how)
    assert not (tmp_path / "x").exists()


def test_what_repeats_and_what_is_uneven_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    repeated = STUDY | {"values": {"phases.V2O5.D": [1e-13, 1e-13]}, "sample": {"kind": "list"}}
    assert run_sweep(repeated, tmp_path / "a", workers=1, say=said.append).count == 1
    assert "1 of 2 runs are in the folder already" in said[0]
    values = {"phases.V2O5.D": {"low": 1e-13, "high": 1e-12}}
    sobol = STUDY | {"values": values, "sample": {"kind": "sobol", "runs": 5}}
    run_sweep(sobol, tmp_path / "b", workers=1, say=said.append)
    assert "where its runs are a power of 2" in said[1]
