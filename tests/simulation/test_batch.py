"""Batches: the same numbers as one by one, in the order given, whatever fails or is cut off."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import numpy as np
import polars as pl
import pytest
from tqdm import tqdm

from heterofilm import Cell, HeterofilmError, SimulationError, simulate, simulate_many
from heterofilm.simulation import batch
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
    again = simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b")
    assert again.equals(first)
    (tmp_path / "b" / "part-000001.parquet").unlink()
    with pytest.raises(HeterofilmError, match=r"is damaged: 'part-000001\.parquet'"):
        simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b")
    calls = []
    real = batch.steps_of
    monkeypatch.setattr("heterofilm.simulation.batch.steps_of", lambda *a, **k: calls.append(1) or real(*a, **k))
    again = simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b", repair=True)
    assert again.equals(first) and len(calls) == 1
    assert PART == 500


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"protocol": "Rest for 1 h"}, "its protocol"),
        ({"cells": [("phases.V2O5.D", [1e-13, 4e-13, 1e-12])]}, "phases.V2O5.D of point 1 was 3e-13 and is 4e-13 now"),
        ({"cells": [("films.VO.thickness", [200.0, 300.0, 400.0])]}, "films.VO.thickness of point 0 was None"),
        ({"cells": [("phases.V2O5.D", D[:2])]}, "it had 3 points in a part of 2"),
        ({"cells": [("phases.V2O5.D", [*D, 2e-12])]}, "it had 3 points in a part of 4"),
        ({"rtol": 1e-4}, "its rtol was 0.001 and is 0.0001 now"),
        ({"ageing": False}, "its mechanisms"),
        ({"start": 3.5}, "its start was None and is 3.5 now"),
        ({"returns": "records"}, "its records was False and is True now"),
    ],
)
def test_a_sweep_is_never_served_from_another(tmp_path, change, words):
    """Every argument that decides a table: another value is refused by its name, or run anew where asked."""
    simulate_many(Cell.vary("vo-half", {"phases.V2O5.D": D}), PROTOCOL, folder=tmp_path / "b")
    how = {"cells": [("phases.V2O5.D", D)], "protocol": PROTOCOL} | change
    values = dict(how.pop("cells"))
    with pytest.raises(HeterofilmError, match="holds another sweep") as caught:
        simulate_many(Cell.vary("vo-half", values), folder=tmp_path / "b", **how)
    assert words in str(caught.value)
    anew = simulate_many(Cell.vary("vo-half", values), folder=tmp_path / "b", fresh=True, **how)
    plain = simulate_many(Cell.vary("vo-half", values), **how)
    if how.get("returns") == "records":
        assert all(one.equals(other) for one, other in zip(anew, plain, strict=True))
    else:
        assert anew.equals(plain)


def test_a_part_of_other_cells_is_noticed_by_their_contents(tmp_path):
    """Cells without values beside them are told apart by all that the engine is given of them."""
    simulate_many(["vo-half"], PROTOCOL, folder=tmp_path / "b")
    other = Cell.load("vo-half", {"phases.V2O5.D": 2e-13})
    with pytest.raises(HeterofilmError, match="the values of the cell of point 0 differ"):
        simulate_many([other], PROTOCOL, folder=tmp_path / "b")


def test_records_are_what_single_runs_return(tmp_path):
    """In memory and streamed to a folder, and again from there."""
    protocol = f"{PROTOCOL}; EIS from 1 kHz to 1 Hz"
    cells = {"phases.V2O5.D": D}
    records = simulate_many(Cell.vary("vo-half", cells), protocol, returns="records")
    single = [simulate("vo-half", protocol, overrides={"phases.V2O5.D": one}) for one in D]
    assert len(records) == 3 and all(a.equals(b) for a, b in zip(records, single, strict=True))
    for _ in range(2):
        stored = simulate_many(Cell.vary("vo-half", cells), protocol, returns="records", folder=tmp_path / "r")
        assert all(a.equals(b) for a, b in zip(stored, single, strict=True))
    assert records.curves().height == sum(one.frame.height for one in single)
    assert set(records.spectra()["phases.V2O5.D"]) == set(D)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_eight_moments_a_sweep_gives_the_same_table(tmp_path, monkeypatch):
    monkeypatch.setattr("heterofilm.simulation.batch.PART", 3)
    cells = {"phases.V2O5.D": np.geomspace(1e-13, 1e-12, 60).tolist()}

    def run(folder):
        return simulate_many(Cell.vary("vo-half", cells), f"2 x ({PROTOCOL}; Charge at 20 uA/cm2)", folder=folder)

    began = time.monotonic()
    whole = run(tmp_path / "whole")
    lasts = time.monotonic() - began
    draw = random.Random(3)
    for _ in range(8):
        child = os.fork()
        if child == 0:
            tqdm.set_lock(threading.RLock())  # one that is killed while it holds it would stop this process too
            try:
                run(tmp_path / "cut")
            finally:
                os._exit(0)
        time.sleep(draw.uniform(0.02, 0.3) * lasts)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert run(tmp_path / "cut").equals(whole)
    assert not list((tmp_path / "cut").rglob(".*.part*"))


def test_a_dataset_holds_curves_spectra_and_profiles_over_the_points():
    data = simulate_many(
        Cell.vary("vo-half", {"phases.V2O5.D": D}), f"{PROTOCOL}; EIS from 1 kHz to 1 Hz", returns="dataset"
    )
    assert data.sizes["point"] == 3 and data["phases.V2O5.D"].to_numpy().tolist() == D
    for k, diffusion in enumerate(D):
        one = simulate("vo-half", f"{PROTOCOL}; EIS from 1 kHz to 1 Hz", overrides={"phases.V2O5.D": diffusion})
        V = data["voltage_V"].isel(point=k).to_numpy()
        assert np.array_equal(V[: one.frame.height], one.frame["voltage_V"]) and np.isnan(V[one.frame.height :]).all()
        assert data["step_capacity_C_m2"].isel(point=k, number=0) == one.steps["capacity_C_m2"][0]
        assert data["spectrum_Z_re_ohm_m2"].isel(point=k, line=0) == one.impedance["Z_re_ohm_m2"][0]
        moments = one.profiles.sizes["point"]
        kept = data["profile_filling_matrix"].isel(point=k).to_numpy()[:moments]
        assert np.array_equal(kept, one.profiles["filling_matrix"].to_numpy())


def test_a_point_that_fails_says_so_and_keeps_what_it_had():
    cells = [Cell.load("vo-half"), "no-cell", Cell.load("voc1-half")]
    records = simulate_many(cells, "Discharge at 20 uA/cm2 until 3 V; Rest until 2 V", returns="records")
    assert repr(records) == "<Records: 3 points, 3 failed>" and list(records) == []
    with pytest.raises(SimulationError, match="never reaches its limit") as caught:
        records[0]
    assert caught.value.record.steps["end"].to_list() == ["3 V", "failed: no limit was reached"]
    with pytest.raises(HeterofilmError, match="no-cell"):
        records[1]


def test_nothing_to_do_is_an_error():
    with pytest.raises(HeterofilmError, match="no cells"):
        simulate_many([], PROTOCOL)


def test_a_table_of_steps_has_a_row_per_step():
    table = simulate_many(["vo-half"], f"{PROTOCOL}; Charge at 20 uA/cm2 until 3.8 V")
    assert table.select(pl.col("step"), pl.col("kind")).rows() == [(1, "discharge"), (2, "charge")]
