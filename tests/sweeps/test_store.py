"""The folder of a sweep: what is missing, what is there twice, what is damaged, whose it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm import Cell, HeterofilmError, run_sweep
from heterofilm.sweeps.runs import rows_of
from heterofilm.sweeps.store import Batch, batch_of, manifests, submit
from heterofilm.sweeps.study import study_of
from heterofilm.sweeps.work import do, within

D = "phases.V2O5.D"
CELL = Cell.load("vo-half")


def study(count: int = 40, **more: Any) -> dict[str, Any]:
    values = {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": count}}
    return {"cell": "vo-half", "protocol": "Discharge at 80 uA/cm2 until 2.15 V", "values": values} | more


def batch(folder: Path, content: dict[str, Any] | None = None) -> Batch:
    return submit(folder, study_of(content or study())[0], CELL, Path())


def done(mine: Batch) -> pl.DataFrame:
    for span in mine.missing():
        do(mine, span)
    return mine.scan().sort("number").collect()


@given(st.lists(st.tuples(st.integers(0, 39), st.integers(1, 40)), max_size=6))
def test_what_is_missing_is_what_no_shard_covers(pieces: list[tuple[int, int]]) -> None:
    """Whatever stretches were written, in whatever order, overlapping or not."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        mine = batch(Path(place))
        mine.place.mkdir()
        covered = np.zeros(40, bool)
        for start, length in pieces:
            stop = min(start + length, 40)
            (mine.place / f"{start:012d}-{stop:012d}.parquet").touch()
            covered[start:stop] = True
        missing = np.zeros(40, bool)
        for start, stop in mine.missing():
            assert start < stop and not missing[start:stop].any()
            missing[start:stop] = True
        assert np.array_equal(missing, ~covered)


def test_two_writers_at_one_place_leave_each_run_once(tmp_path: Path) -> None:
    """Shards that overlap, or lie within others, give the table of one that was never disturbed."""
    whole = done(batch(tmp_path / "one"))
    mine = batch(tmp_path / "two")
    for span in ((0, 17), (10, 30), (12, 20), (0, 17), (25, 40)):
        do(mine, span)
    assert mine.missing() == [] and mine.scan().sort("number").collect().equals(whole)
    assert whole["number"].to_list() == list(range(40))


def test_the_same_study_is_the_same_manifest_and_is_not_written_again(tmp_path: Path) -> None:
    first = batch(tmp_path)
    file = tmp_path / f"manifest-{first.name}.json"
    before = file.stat().st_mtime_ns, file.read_bytes()
    assert batch(tmp_path).name == first.name and (file.stat().st_mtime_ns, file.read_bytes()) == before
    assert manifests(tmp_path) == [first.name]


def test_runs_that_the_folder_has_are_not_done_again(tmp_path: Path) -> None:
    """Of a finer grid every second point is there; a list that repeats a run has it once."""
    coarse, fine = batch(tmp_path, study(5)), study(9)
    there = done(coarse)
    finer = batch(tmp_path, fine)
    assert finer.count == 4 and set(finer.numbers(0, 4)) == {1, 3, 5, 7}
    new = done(finer)
    assert sorted([*there[D], *new[D]]) == pytest.approx(np.geomspace(1e-13, 1e-12, 9).tolist())
    repeated = study() | {"values": {D: [1e-13, 2e-13, 1e-13, 2.5e-13, 2e-13]}, "sample": {"kind": "list"}}
    assert batch(tmp_path, repeated).count == 2  # 1e-13 is there


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": "Discharge at 81 uA/cm2 until 2.15 V"}, {"settings": {"rtol": 2e-3}}, {"keep": {"points": 50}},
        {"settings": {"start": 3.7}},
    ],
)  # fmt: skip
def test_a_folder_of_another_sweep_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    batch(tmp_path)
    with pytest.raises(HeterofilmError, match="holds another sweep: its "):
        batch(tmp_path, study(**change))


def test_a_worker_that_finds_another_cell_does_nothing(tmp_path: Path) -> None:
    """Of another library, or another version, whose runs would not be these."""
    mine = batch(tmp_path)
    assert batch_of(tmp_path, mine.name).numbers(3, 5).tolist() == [3, 4]
    with pytest.raises(HeterofilmError, match="not what was submitted"):
        batch_of(tmp_path, mine.name, Cell.load("vo-half", {"films.VO.thickness": 123}))


def test_damage_is_found_and_run_again(tmp_path: Path) -> None:
    """A shard that was cut off, one with too few rows, and a manifest that was changed."""
    mine = batch(tmp_path)
    for span in ((0, 10), (10, 20), (20, 40)):
        do(mine, span)
    whole = mine.scan().sort("number").collect()
    cut, short = mine.place / "000000000000-000000000010.parquet", mine.place / "000000000010-000000000020.parquet"
    cut.write_bytes(cut.read_bytes()[:-100])
    pl.read_parquet(short).head(9).write_parquet(short)
    assert mine.sound() == [cut.name, short.name] and mine.missing() == [(0, 20)]
    assert done(mine).equals(whole)
    file = tmp_path / f"manifest-{mine.name}.json"
    file.write_text(file.read_text().replace("vo-half", "vo-hilf"))
    with pytest.raises(HeterofilmError, match="is damaged"):
        batch_of(tmp_path, mine.name)


def test_what_an_ended_process_left_goes_once_it_is_old(tmp_path: Path) -> None:
    """A fresh one may be that of a worker on another machine."""
    mine = batch(tmp_path)
    do(mine, (0, 5))
    old, fresh = mine.place / ".0123abcd.part.parquet", mine.place / ".4567abcd.part.parquet"
    for file in (old, fresh):
        file.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    mine.sound()
    assert not old.exists() and fresh.exists()


def test_a_run_takes_less_than_two_kilobytes(tmp_path: Path) -> None:
    """Values, status, ten numbers and a curve of 100 points of voltage and charge, with everything beside them."""
    mine = batch(tmp_path, study(1024))
    do(mine, (0, 1024))
    size = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    assert size / 1024 < 2000.0
    row = mine.scan().collect().row(0, named=True)
    assert len(row["curve_V"]) == len(row["curve_C_m2"]) == 100 and len(row["run"]) == 16


def test_places_within_gaps() -> None:
    assert within((3, 9), [(0, 4), (5, 6), (8, 20)]) == [(3, 4), (5, 6), (8, 9)]
    assert within((3, 9), [(0, 3), (9, 12)]) == []


def test_an_empty_folder_has_no_rows_to_show(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="holds no runs yet"):
        batch(tmp_path).scan()
    assert rows_of(batch(tmp_path).job, batch(tmp_path).points, np.arange(0)).height == 0
    assert run_sweep(study(3), tmp_path / "x", workers=1).table().height == 3
