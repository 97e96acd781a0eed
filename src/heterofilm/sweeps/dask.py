"""Dask's scheduler, for a cluster that one has at hand: shards are its tasks, rows never pass through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..cell import Cell
from ..errors import InputError, require
from .local import ALONE, FIRST, Supply, cores
from .store import Batch, Span, batch_of, read_manifest
from .work import do

RETRIES = 4  # of a shard whose worker was lost

_batches: dict[tuple[str, str], Batch] = {}  # of this worker


def run(batch: Batch, address: str, workers: int | None, told: Callable[[int], None]) -> None:
    """All that is missing, on the cluster at ``address``, or without one on processes of this machine.

    Workers write to the folder themselves, so it must be one that they all see.
    """
    require("distributed", "dask", "A sweep on dask")
    from dask import config
    from distributed import Client, LocalCluster

    if address and workers is not None:
        raise InputError("The cluster at an address has its own number of workers; leave workers out.")
    if address:
        with Client(address) as client:
            _through(client, batch, told)
        return
    count = workers or cores()
    with (
        config.set({"distributed.worker.profile.enabled": False}),  # a hundred looks a second at what workers do
        LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None, env=ALONE) as cluster,
        Client(cluster) as client,
    ):
        _through(client, batch, told)


def _through(client: Any, batch: Batch, told: Callable[[int], None]) -> None:
    """Twice as many shards as workers are under way: nobody waits, and their lengths follow the rate."""
    from distributed import as_completed

    named = read_manifest(batch.folder, batch.name)["named"]
    place, cell = str(batch.folder.absolute()), None if named else batch.job.cell
    count = max(len(client.scheduler_info()["workers"]), 1)
    supply = Supply(batch, count)
    done = as_completed()
    rate: float | None = None

    def more() -> None:
        if (span := supply.take(rate)) is not None:
            done.add(client.submit(shard, place, batch.name, span, cell, pure=False, retries=RETRIES))

    for _ in range(2 * count):
        more()
    for future in done:
        (start, stop), seconds = future.result()
        told(stop - start)
        if stop - start >= FIRST // 2:
            rate = (stop - start) / max(seconds, 1e-3)
        more()


def shard(folder: str, name: str, span: Span, cell: Cell | None) -> tuple[Span, float]:
    """One shard, on a worker: what was written, and the seconds it took."""
    import time

    if (folder, name) not in _batches:
        _batches[folder, name] = batch_of(folder, name, cell)
    began = time.monotonic()
    return do(_batches[folder, name], span), time.monotonic() - began
