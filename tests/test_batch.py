"""Batches: the same numbers as one by one, in the order given, whatever fails or is cut off."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, HeterofilmError, simulate, simulate_many
from heterofilm.simulation.batch import PART

D = [1e-13, 3e-13, 1e-12]
PROTOCOL = "Discharge at 20 uA/cm2 until 2.15 V"


def test_a_batch_gives_what_single_runs_give():
    table = simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL)
    assert table["phases.V2O5.D"].to_list() == D and table["error"].null_count() == 3
    for row, diffusion in zip(table.iter_rows(named=True), D, strict=True):
        one = simulate("vo-half", PROTOCOL, overrides={"phases.V2O5.D": diffusion}, detail=False)
        assert row["capacity_uAh_cm2_um"] == pytest.approx(one.capacity(), rel=1e-3)


def test_every_combination_is_a_point():
    points = list(Cell.vary("vo-half", {"phases.V2O5.D": D, "films.VO.thickness": [200.0, 400.0]}))
    assert len(points) == 6 and points[1][0] == {"phases.V2O5.D": D[0], "films.VO.thickness": 400.0}
    assert points[1][1].thickness == pytest.approx(4e-7)


def test_the_number_of_threads_does_not_matter():
    cells = [cell for _, cell in Cell.vary("vo-half", {"phases.V2O5.D": list(np.geomspace(1e-13, 1e-12, 40))})]
    one, two = (simulate_many(cells, PROTOCOL, workers=n, total=len(cells)) for n in (1, 2))
    assert one.equals(two) and one["point"].is_sorted()


def test_a_cell_that_cannot_be_run_is_a_sentence_and_the_others_go_on():
    table = simulate_many(["vo-half", "no-cell", "voc1-half"], PROTOCOL)
    assert table["point"].to_list() == [0, 1, 2]
    assert "no-cell" in table["error"][1] and table["capacity_uAh_cm2_um"].null_count() == 1


def test_parts_that_are_there_are_not_run_again(tmp_path, monkeypatch):
    monkeypatch.setattr("heterofilm.simulation.batch.PART", 2)
    first = simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b")
    assert len(list((tmp_path / "b").glob("part-*.parquet"))) == 2
    (tmp_path / "b" / "part-000001.parquet").unlink()  # as if cut off
    calls = []
    real = __import__("heterofilm.simulation.batch", fromlist=["steps_of"]).steps_of
    monkeypatch.setattr("heterofilm.simulation.batch.steps_of", lambda *a, **k: calls.append(1) or real(*a, **k))
    again = simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b")
    assert again.equals(first) and len(calls) == 1
    with pytest.raises(HeterofilmError, match="holds another batch"):
        simulate_many(["vo-half"], "Rest for 1 h", folder=tmp_path / "b")
    assert PART == 500


def test_nothing_to_do_is_an_error():
    with pytest.raises(HeterofilmError, match="no cells"):
        simulate_many([], PROTOCOL)


def test_a_table_of_steps_has_a_row_per_step():
    table = simulate_many(["vo-half"], f"{PROTOCOL}; Charge at 20 uA/cm2 until 3.8 V")
    assert table.select(pl.col("step"), pl.col("kind")).rows() == [(1, "discharge"), (2, "charge")]
