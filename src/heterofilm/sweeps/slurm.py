"""Arrays of jobs under SLURM: every task has its part of the manifest, and needs nothing from any other.

What a job did not come to do is what is missing in the folder: the same command submits that, and no more.
"""

from __future__ import annotations

import json
import math
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, SimulationError
from ..files import atomic, made_folder
from .local import FIRST, MOST, SECONDS
from .store import Batch, Span, read_manifest

MOST_TASKS = 1000  # of an array: what most clusters take
FILL = (
    0.5  # of its time that a task is given work for: rates of machines differ, and what is left over is submitted anew
)


@dataclass(frozen=True)
class Ask:
    """What is asked of SLURM: minutes of a task, tasks at most (0: as many as it takes), and lines of options.

    ``options``: such as ``("--partition=short", "--account=films")``.
    """

    minutes: float = 60.0
    tasks: int = 0
    options: tuple[str, ...] = ()


def tasks_of(gaps: list[Span], rate: float, ask: Ask) -> list[list[Span]]:
    """What is missing, in shards, in as many tasks as do it within their time at so many runs per second each."""
    size = max(min(int(rate * SECONDS), MOST), FIRST)
    shards = [(a, min(a + size, stop)) for start, stop in gaps for a in range(start, stop, size)]
    each = max(int(FILL * ask.minutes * 60.0 * rate / size), 1)
    count = min(math.ceil(len(shards) / each), ask.tasks or MOST_TASKS, MOST_TASKS)
    return [shards[k::count] for k in range(count)] if shards else []


def script(batch: Batch, job: Path, tasks: int, ask: Ask) -> str:
    """The script of a job."""
    where = job.parent.absolute()
    whole = math.ceil(ask.minutes * 60.0)
    limit = f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    lines = [
        "#!/bin/bash",
        f"#SBATCH --job-name=sweep-{batch.name[:8]}",
        f"#SBATCH --array=0-{tasks - 1}",
        f"#SBATCH --time={limit}",
        "#SBATCH --ntasks=1",
        "#SBATCH --cpus-per-task=1",
        f"#SBATCH --output={where}/%A-%a.txt",
        *(f"#SBATCH {option}" for option in ask.options),
        "",
        "# every task writes its rows to the folder by itself; one that is ended loses less than a second of them",
        "export POLARS_MAX_THREADS=1 OMP_NUM_THREADS=1",
        f"export PYTHONPATH={shlex.quote(str(Path(__file__).parents[2]))}${{PYTHONPATH:+:$PYTHONPATH}}",
        f"srun {shlex.quote(sys.executable)} -m heterofilm.sweeps.work {shlex.quote(str(batch.folder.absolute()))} "
        f"{batch.name} {shlex.quote(str(job.absolute()))} $SLURM_ARRAY_TASK_ID",
        "",
    ]
    return "\n".join(lines)


def submit(batch: Batch, rate: float, ask: Ask, dry: bool = False) -> tuple[str, str]:
    """Write the job of what is missing and submit it; what became of it in words, and the script.

    Errors: `HeterofilmError` where there is no SLURM, or it refuses the job.
    """
    if not read_manifest(batch.folder, batch.name)["named"]:
        raise InputError("A task on another machine finds its cell by a name or a file; give the study one of them.")
    if not dry and (running := active(batch)):
        return (
            f"{len(running)} tasks of the jobs before are waiting or running; what they leave is submitted after them.",
            "",
        )
    tasks = tasks_of(batch.missing(), rate, ask)
    if not tasks:
        return "Nothing is missing.", ""
    place = made_folder(batch.folder / "jobs")
    job = place / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 10**6:06d}.json"
    about = {"batch": batch.name, "walltime": ask.minutes * 60.0, "tasks": tasks}
    text = script(batch, job, len(tasks), ask)
    runs = sum(stop - start for task in tasks for start, stop in task)
    said = f"{runs} runs in {len(tasks)} tasks of at most {ask.minutes:g} min"
    atomic(job, lambda target: target.write_text(json.dumps(about)))
    atomic(job.with_suffix(".sh"), lambda target: target.write_text(text))
    if dry:
        return f"{said}; the script is '{job.with_suffix('.sh')}', and nothing was submitted.", text
    number = _asked("sbatch", "--parsable", str(job.with_suffix(".sh"))).strip().partition(";")[0]
    atomic(job.with_suffix(".id"), lambda target: target.write_text(f"{number}\n"))
    return f"{said} were submitted as job {number}.", text


def active(batch: Batch) -> list[str]:
    """Tasks of the folder's jobs that wait or run."""
    numbers = [file.read_text().strip() for file in sorted((batch.folder / "jobs").glob("*.id"))]
    if not numbers:
        return []
    known = _asked("squeue", "--noheader", "--array", "--format=%i %A %F", "--user", _asked("id", "-un").strip())
    lines = [line.split() for line in known.splitlines()]
    return [line[0] for line in lines if len(line) == 3 and (line[1] in numbers or line[2] in numbers)]


def _asked(*command: str) -> str:
    if shutil.which(command[0]) is None:
        raise InputError(
            f"There is no '{command[0]}' here; submit from a machine of the cluster, or ask for a dry run."
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SimulationError(f"'{command[0]}' refused: {' '.join(done.stderr.split()) or done.stdout.strip()}")
    return done.stdout
