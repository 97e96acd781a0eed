"""Workers that are asked to end, or whose time is over: what they have is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heterofilm.sweeps import work
from heterofilm.sweeps.store import Batch, base_cell, submit
from heterofilm.sweeps.study import study_of

D = "phases.V2O5.D"


def batch(folder: Path, count: int) -> Batch:
    values = {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": count}}
    study, near = study_of({"cell": "vo-half", "protocol": "Discharge at 80 uA/cm2 until 2.15 V", "values": values})
    return submit(folder, study, base_cell(study.cell, near), near)


def test_a_task_ends_before_its_time_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the margin that writing takes; what it has done until then is a shard, and the rest is missing."""
    mine = batch(tmp_path, 2000)
    clock = iter(range(10**6))
    monkeypatch.setattr(work.time, "time", lambda: float(next(clock)))
    work.task(mine, [(0, 1500), (1500, 2000)], deadline=work.MARGIN + 4.0, stopped=lambda: False)
    assert mine.missing() == [(768, 2000)]  # three times 256 runs, at one tick each
    work.task(mine, [(0, 2000)], deadline=work.MARGIN, stopped=lambda: False)
    assert mine.missing() == [(768, 2000)]
    work.task(mine, [(0, 2000)], deadline=None, stopped=lambda: False)
    assert mine.missing() == [] and [span for span, _ in mine.shards()] == [(0, 768), (768, 2000)]


def started(*arguments: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "heterofilm.sweeps.work", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}, **more,  # type: ignore[call-overload]
    )  # fmt: skip


def job(folder: Path, spans: list[tuple[int, int]], walltime: float) -> str:
    file = folder / "job.json"
    file.write_text(json.dumps({"tasks": [spans], "walltime": walltime}))
    return str(file)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_task_that_is_terminated_writes_what_it_has(tmp_path: Path) -> None:
    """SLURM sends SIGTERM at the limit, and SIGKILL half a minute later."""
    mine = batch(tmp_path, 200_000)
    process = started(str(tmp_path), mine.name, job(tmp_path, [(0, 200_000)], 1e6), "0")
    time.sleep(0.5)
    while process.poll() is None and not (tmp_path / "kernels").exists():
        if _cpu(process.pid) > 8.0:  # it has begun to run: imports and kernels take less
            break
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=600) == 0, process.stderr.read() if process.stderr else ""
    (((start, stop), _),) = mine.shards()
    assert start == 0 and 0 < stop < 200_000 and mine.missing() == [(stop, 200_000)]


def _cpu(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def test_a_task_whose_folder_is_another_says_so(tmp_path: Path) -> None:
    mine = batch(tmp_path, 10)
    process = started(str(tmp_path), "0" * 16, job(tmp_path, [(0, 10)], 1e6), "0")
    assert process.wait(timeout=600) == 2
    assert process.stderr is not None and "is damaged" in process.stderr.read()
    assert mine.missing() == [(0, 10)]
