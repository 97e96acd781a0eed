"""Processes of this machine: whichever of them ends, and whenever, the table is that of an undisturbed sweep.

That the coordinator may be ended at any moment, and the disk may be full, is asked in ``test_killed.py``.
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from draws import EXPLORE
from heterofilm import Cell, HeterofilmError, run_sweep
from heterofilm.sweeps import local
from heterofilm.sweeps.store import Batch, base_cell, submit
from heterofilm.sweeps.study import study_of

D = "phases.V2O5.D"


def study(count: int) -> dict[str, object]:
    values = {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": count}}
    return {"cell": "vo-half", "protocol": "Discharge at 80 uA/cm2 until 2.15 V", "values": values}


def batch(folder: Path, count: int) -> Batch:
    content, near = study_of(study(count))
    return submit(folder, content, base_cell(content.cell, near), near)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_workers_that_are_killed_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGKILL to workers at random while they run: the same table, each run once, and the bar ends where it should."""
    count, kills = (40_000, 25) if EXPLORE else (6_000, 3)
    monkeypatch.setattr(local, "PATIENCE", 1000)
    monkeypatch.setattr(local, "FIRST", 1000)
    whole = run_sweep(study(count), tmp_path / "whole", workers=2).table(curves=True)
    draw, killed, seen = random.Random(5), [0], [0]
    pool = local.Pool(batch(tmp_path / "killed", count), 2, lambda n: seen.__setitem__(0, seen[0] + n))
    heard = pool.heard

    def and_killed(worker: local.Worker, line: str) -> None:
        heard(worker, line)
        if killed[0] < kills and worker.span is not None and draw.random() < 3.0 * kills * 256 / count:
            os.kill(worker.process.pid, signal.SIGKILL)
            killed[0] += 1

    pool.heard = and_killed  # type: ignore[method-assign]
    pool.run()
    assert killed[0] == kills and seen[0] == count
    assert run_sweep(study(count), tmp_path / "killed").table(curves=True).equals(whole)


def test_workers_that_end_over_the_same_runs_are_not_started_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some times it is a sentence."""
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # with which no Python begins
    with pytest.raises(HeterofilmError, match="Workers ended 5 times before they were ready"):
        local.run(batch(tmp_path, 10), 1, lambda _: None)


def test_a_cell_that_has_no_file_reaches_the_workers(tmp_path: Path) -> None:
    """A Cell made in Python, which the study does not name."""
    cell = Cell.load("vo-half").replace(thickness="123 nm")
    found = run_sweep(study(5), tmp_path, cell=cell, workers=1).table()
    assert found["capacity_uAh_cm2_um"].to_numpy() * 0.123 == pytest.approx(found["capacity_uAh_cm2"].to_numpy())
    with pytest.raises(HeterofilmError, match="holds another sweep: its cell digest differs"):
        run_sweep(study(5), tmp_path)


def test_pieces_are_minutes_of_work_and_less_towards_the_end() -> None:
    assert local.piece(None, 10**6, 4) == local.FIRST
    assert local.piece(100.0, 10**6, 4) == 9000 and local.piece(1e5, 10**7, 4) == local.MOST
    assert local.piece(100.0, 4000, 4) == 500 and local.piece(100.0, 10, 4) == local.LEAST
    for rate in (0.1, 10.0, 1e4):
        assert local.LEAST <= local.piece(rate, 10**5, 2) <= local.MOST


@pytest.mark.parametrize("rate", [None, 50.0])
def test_every_place_is_given_out_once(tmp_path: Path, rate: float | None) -> None:
    """Wherever it begins; what is given back comes again, what another wrote meanwhile does not."""
    mine = batch(tmp_path, 5000)
    mine.place.mkdir()
    (mine.place / "000000001000-000000002000.parquet").touch()
    supply = local.Supply(mine, 2)
    first = supply.take(rate)
    assert first is not None
    supply.give_back(first)
    given = []
    while (span := supply.take(rate)) is not None:
        given.append(span)
    places = sorted(place for start, stop in given for place in range(start, stop))
    assert places == [*range(1000), *range(2000, 5000)] and supply.left == 0
