"""A cluster of Dask on this machine, with processes for workers: the table of a local sweep."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from draws import EXPLORE
from heterofilm import Cell, HeterofilmError, MissingExtraError, run_sweep
from heterofilm.sweeps import local

D = "phases.V2O5.D"
STUDY = {
    "cell": "vo-half",
    "protocol": "Discharge at 80 uA/cm2 until 2.15 V",
    "values": {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": 3000}},
}


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """A cluster asks for the event loop of the thread, which a test of pages may have closed."""
    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    yield
    own.close()


def test_a_cluster_gives_what_this_machine_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that is there, at its address on loopback; by ``make explore`` a worker is lost on the way."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(local, "FIRST", 500)
    here = run_sweep(STUDY, tmp_path / "here", workers=2).table(curves=True)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        lost = []

        def say(_: str) -> None: ...

        original = distributed.Client.submit

        def submit(self, *arguments, **named):  # type: ignore[no-untyped-def]
            if EXPLORE and len(lost) == 3:
                cluster.workers[next(iter(cluster.workers))].process.process.kill()
            lost.append(1)
            return original(self, *arguments, **named)

        monkeypatch.setattr(distributed.Client, "submit", submit)
        there = run_sweep(STUDY, tmp_path / "there", on=f"dask:{cluster.scheduler_address}", say=say)
        assert there.missing == 0 and len(lost) > 3
        with pytest.raises(HeterofilmError, match="its own number of workers"):
            run_sweep(
                STUDY, tmp_path / "three", on=f"dask:{cluster.scheduler_address}", workers=2,
                cell=Cell.load("vo-half"),
            )  # fmt: skip
    assert there.table(curves=True).equals(here)


def test_without_dask_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"heterofilm\[dask\]"):
        run_sweep(STUDY, tmp_path, on="dask")
