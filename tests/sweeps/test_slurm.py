"""Arrays of jobs: their parts, their script, and what is submitted again.

SLURM itself, on one node of its own, runs them in `test_a_real_slurm`, by hand where it is installed; `stand_in` takes
its place elsewhere: programs called ``sbatch`` and ``squeue`` that run tasks one after the other.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm import Cell, HeterofilmError, run_sweep
from heterofilm.sweeps import slurm
from heterofilm.sweeps.slurm import Ask, tasks_of
from heterofilm.sweeps.store import Batch, Span, base_cell, submit
from heterofilm.sweeps.study import study_of

D = "phases.V2O5.D"
REAL = (
    shutil.which("sbatch") is not None and subprocess.run(["sinfo"], capture_output=True, check=False).returncode == 0
)


def study(count: int) -> dict[str, object]:
    values = {D: {"low": 1e-13, "high": 1e-12, "scale": "log", "count": count}}
    return {"cell": "vo-half", "protocol": "Discharge at 80 uA/cm2 until 2.15 V", "values": values}


def batch(folder: Path, count: int = 100) -> Batch:
    content, near = study_of(study(count))
    return submit(folder, content, base_cell(content.cell, near), near)


@given(
    edges=st.lists(st.integers(0, 10**9), max_size=8, unique=True), rate=st.floats(0.01, 1e5),
    minutes=st.floats(2.0, 1e4), most=st.integers(0, 50),
)  # fmt: skip
def test_tasks_hold_what_is_missing_once(edges: list[int], rate: float, minutes: float, most: int) -> None:
    """Whatever is missing and however fast it goes: every place in one task, and no more tasks than are allowed."""
    edges = sorted(edges)
    gaps = [(a, min(b, a + 10**6)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    tasks = tasks_of(gaps, rate, Ask(minutes, most))
    spans = sorted(span for one in tasks for span in one)
    assert all(start < stop for start, stop in spans) and all(tasks)
    joined: list[Span] = []
    for start, stop in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    expected: list[Span] = []
    for start, stop in gaps:
        if expected and expected[-1][1] == start:
            expected[-1] = (expected[-1][0], stop)
        else:
            expected.append((start, stop))
    assert joined == expected and len(tasks) <= (most or slurm.MOST_TASKS)


def test_a_dry_run_writes_a_script_and_submits_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script that the shell reads without complaint, with the lines that were asked for."""
    run_sweep(study(100), tmp_path / "a b", on="slurm", ask=Ask(90.0, 2, ("--partition=short",)), dry=True)
    said = capsys.readouterr()
    assert "nothing was submitted" in said.err and "runs per second here" in said.err
    for line in ("#SBATCH --time=01:30:00", "#SBATCH --array=0-0", "#SBATCH --partition=short"):
        assert line in said.out.splitlines()
    (script,) = (tmp_path / "a b" / "jobs").glob("*.sh")
    assert script.read_text() in said.out
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert not list((tmp_path / "a b" / "jobs").glob("*.id"))


STAND_IN = {
    "sbatch": """#!/bin/bash
# a stand-in for SLURM: the tasks of an array one after the other; FAIL_TASK is killed, as by a node that goes down
number=$RANDOM
last=$(sed -n 's/^#SBATCH --array=0-//p' "$2")
for task in $(seq 0 $last); do
    [ "$task" = "$FAIL_TASK" ] || SLURM_ARRAY_TASK_ID=$task bash "$2" || exit 1
done
echo $number
""",
    "srun": '#!/bin/bash\nexec "$@"\n',
    "squeue": '#!/bin/bash\n[ -z "$RUNNING" ] || for k in $RUNNING; do echo "${k}_0 $k $k"; done\n',
}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs in place of SLURM's, first in the path."""
    place = tmp_path / "bin"
    place.mkdir()
    for name, text in STAND_IN.items():
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.mark.usefixtures("stand_in")
@pytest.mark.skipif(os.name != "posix", reason="a shell")
def test_what_a_job_left_is_submitted_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the stand-in: one of three tasks is lost; the same call submits its part, then there is nothing to submit."""
    monkeypatch.setattr(slurm, "FIRST", 100)
    monkeypatch.setattr(slurm, "SECONDS", 0.0)
    monkeypatch.setattr(slurm, "FILL", 1e-9)
    said: list[str] = []
    here, folder = tmp_path / "here", tmp_path / "runs"
    monkeypatch.setenv("FAIL_TASK", "1")
    first = run_sweep(study(300), folder, on="slurm", ask=Ask(5.0), say=said.append)
    assert "300 runs in 3 tasks" in said[-1] and first.batch.missing() == [(100, 200)]
    (number,) = [file.read_text().strip() for file in (folder / "jobs").glob("*.id")]
    monkeypatch.setenv("RUNNING", number)
    run_sweep(study(300), folder, on="slurm", say=said.append)
    assert "1 tasks of the jobs before are waiting or running" in said[-1]
    monkeypatch.delenv("RUNNING")
    monkeypatch.delenv("FAIL_TASK")
    again = run_sweep(study(300), folder, on="slurm", ask=Ask(5.0), say=said.append)
    assert "100 runs in 1 tasks" in said[-1] and again.missing == 0
    assert again.table(curves=True).equals(run_sweep(study(300), here, workers=1).table(curves=True))


def test_without_slurm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HeterofilmError, match="There is no 'sbatch' here"):
        slurm.submit(batch(tmp_path / "runs"), 100.0, Ask())


def test_a_cell_without_a_name_cannot_be_submitted(tmp_path: Path) -> None:
    content, near = study_of(study(10))
    mine = submit(tmp_path, content, Cell.load("vo-half"), near, named=False)
    with pytest.raises(HeterofilmError, match="by a name or a file"):
        slurm.submit(mine, 100.0, Ask(), dry=True)


@pytest.mark.skipif(not REAL, reason="needs a SLURM that runs: slurm-wlm and munge on one node will do")
def test_a_real_slurm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that end at their walltime, one that is killed on the way: in the end the table of an undisturbed sweep."""
    count = 50_000
    monkeypatch.setattr(slurm, "FILL", 50.0)  # more work than there is time for
    here = run_sweep(study(count), tmp_path / "here").table(curves=True)
    rounds = 0
    while (found := run_sweep(study(count), tmp_path / "runs", on="slurm", ask=Ask(1.0, 2), say=print)).missing:
        rounds += 1
        assert rounds < 60
        began = time.monotonic()
        while slurm.active(found.batch):
            time.sleep(2.0)
            if rounds == 2 and time.monotonic() - began > 15.0:
                newest = max((tmp_path / "runs" / "jobs").glob("*.id"))
                subprocess.run(["scancel", "--signal=KILL", newest.read_text().strip()], check=False)
                rounds = 3
    assert found.table(curves=True).equals(here)
