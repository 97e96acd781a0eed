"""``python benchmarks/sweeps.py [RUNS]``: a sweep on Dask with one and with two workers, for two idle cores.

Clusters are up and have done a small sweep before. ``speedup``: walltime of one worker over that of two, asked 1.7;
``overhead_ms``: processor time of scheduler and client for a run (asked 0.1), and of workers beyond the runs' own.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "src")]

from heterofilm import run_sweep  # noqa: E402

D = "phases.V2O5.D"
RUNS, FEW = 30_000, 2_000


def study(count: int) -> dict[str, Any]:
    """Discharges of a film with one phase, each with a value of its own."""
    values = {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": count}}
    return {"cell": "vo-half", "protocol": "Discharge at 80 uA/cm2 until 2.15 V", "values": values}


def on_dask(workers: int, count: int) -> dict[str, float]:
    """Walltime (s), and processor time (s) of this process, which is client and scheduler, and of the workers."""
    import psutil
    from dask import config
    from distributed import LocalCluster

    def spent() -> float:
        return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))

    with (
        tempfile.TemporaryDirectory() as folder,
        config.set({"distributed.worker.profile.enabled": False}),
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        place = f"dask:{cluster.scheduler_address}"
        run_sweep(study(FEW), Path(folder) / "few", on=place)
        wall, own, theirs = time.perf_counter(), time.process_time(), spent()
        found = run_sweep(study(count), Path(folder) / "all", on=place)
        assert found.missing == 0
        return {
            "wall_s": time.perf_counter() - wall, "client_s": time.process_time() - own, "workers_s": spent() - theirs,
        }  # fmt: skip


def locally(count: int) -> float:
    """Processor time (s) of the runs in one process, all that a sweep does but Dask."""
    with tempfile.TemporaryDirectory() as folder:
        run_sweep(study(FEW), Path(folder) / "few", workers=1)
        began = _all()
        run_sweep(study(count), Path(folder) / "all", workers=1)
        return _all() - began


def _all() -> float:
    """Processor time (s) of this process and of those that it waited for."""
    import os

    return sum(os.times()[:4])


def main() -> None:
    """One JSON line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    local = locally(count)
    one, two = on_dask(1, count), on_dask(2, count)
    result: dict[str, Any] = {
        "case": "sweep on Dask", "runs": count, "local_cpu_s": local, "one_worker": one, "two_workers": two,
        "speedup": one["wall_s"] / two["wall_s"],
        "overhead_ms": {
            "scheduler and client": 1e3 * two["client_s"] / count,
            "workers beyond local": 1e3 * (two["workers_s"] - local) / count,
        },
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main()
