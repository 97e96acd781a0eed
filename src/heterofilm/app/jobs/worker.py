"""The process of one job: ``python -m heterofilm.app.jobs.worker FOLDER``. It holds the job's lock, writes how far it
is, and answers SIGTERM by writing down what is finished."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError, SimulationError
from ...protocol import Progress, Protocol, ScheduledStep
from ..folder import OWN, locked
from .job import KNOWN, Job, read_job

__all__ = ["Cancelled", "main"]

POLITE = 5  # how much the worker gives way to what the user waits for
OFTEN = 0.3  # s between two words about how far it is


class Cancelled(HeterofilmError):
    """The user asked for an end."""


class Wish:
    """Whether the user asked for an end, and whether what runs looks at that by itself."""

    asked = False
    looked_at = False


class Watched(Protocol):
    """A protocol that ends before the next cycle once an end was asked for: all cycles until then are whole."""

    def cycles(self, progress: Progress | None = None) -> Iterator[list[ScheduledStep]]:
        for steps in super().cycles(progress):
            if Wish.asked:
                raise Cancelled("Cancelled.")
            yield steps


def main(folder: str) -> int:
    """Do the job of a folder; 0 where it was done."""
    lock = locked(Path(folder) / "lock")
    if lock is None:
        return 1  # another worker is at it
    signal.signal(signal.SIGTERM, _end)
    if hasattr(os, "nice"):
        os.nice(POLITE)
    job = read_job(Path(folder)).tell(status="running", pid=os.getpid(), words="begins")
    project = job.folder.parents[2]
    try:
        words = WORK[job.kind](job, project)
    except (HeterofilmError, MemoryError) as error:
        sentence = str(error) or "this needs more memory than there is"
        job.tell(status="cancelled" if Wish.asked else "failed", words=sentence)
    except Exception as error:  # told to the user in a sentence, and to whoever mends it in the file `said`
        if Wish.asked:  # within the code of others, which makes something else of it
            job.tell(status="cancelled", words="Cancelled.")
            return 2
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        job.tell(status="failed", words=f"it ended in an error of the program ({reason}); please report it")
    else:
        job.tell(status="done", words=words)
        return 0
    return 2


def _end(*_: Any) -> None:
    Wish.asked = True
    if not Wish.looked_at:
        raise Cancelled("Cancelled.")


def _simulate(job: Job, project: Path) -> str:
    """A curve, streamed to a folder cycle by cycle where it has several, then written whole."""
    import shutil

    from ...files import made_folder
    from ...simulation.run import simulate
    from ..session.state import Curve

    curve = Curve(**job.arguments)
    target = made_folder(project / OWN / "curves") / f"{job.key}.nc"
    wanted = curve.protocol(project)
    protocol = Watched(wanted.items, wanted.said)
    folder = target.with_suffix("") if protocol.count() > 1 else None
    job.tell(status="running", pid=os.getpid(), words="is simulated", of=protocol.count())
    Wish.looked_at = folder is not None
    try:
        record = simulate(curve.loaded(project), protocol, start=curve.start or None, folder=folder)
    except SimulationError as error:
        if error.record is None or not error.record.steps.height:
            raise
        error.record.write(target.with_suffix(".part.nc"))
        done = int(error.record.steps["cycle"].max() or 0)  # type: ignore[arg-type]
        if Wish.asked:
            raise Cancelled(f"Cancelled in cycle {done} of {protocol.count()}; what was finished is kept.") from None
        raise
    record.write(target)
    target.with_suffix(".part.nc").unlink(missing_ok=True)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    return f"{record.steps.height} steps"


def _analyse(job: Job, project: Path) -> str:
    """A sample: its results as the app shows them, and the folder that ``heterofilm analyse`` writes."""
    from ...samples import write
    from ...samples.analyse import analyse_all
    from ..analyses import keep
    from ..session.state import sample_of
    from .remembered import Remembered

    sample = sample_of(job.arguments["sample"], job.arguments["sheet"], project)
    told, at, said = 0.0, 0, ""
    Wish.looked_at = True  # an exception within one analysis would be taken for a fault of its file

    def progress(name: str) -> None:
        nonlocal told, at
        if Wish.asked:
            raise Cancelled("Cancelled; of an analysis nothing is kept before its end.")
        at += 1
        if time.monotonic() - told > OFTEN:
            told = time.monotonic()
            job.tell(status="running", pid=os.getpid(), words=said or f"{name} is looked at", at=at)

    (done,) = analyse_all([sample], progress, workers=Remembered())
    keep(done, job.key, project)
    said = KNOWN
    job.tell(status="running", pid=os.getpid(), words=KNOWN, at=at)
    write([done], project / "results" / job.arguments["sample"], progress=progress, fresh=True, formats=("svg", "pdf"))
    failed = f", {len(done.failed)} could not be analysed" if done.failed else ""
    return f"{len(done.results)} numbers{failed}"


def _ask(job: Job, project: Path) -> str:
    """A question that takes its time: its answer as the app shows it, and its figures as files."""
    from ..answers import keep
    from ..session.actions import ACTIONS

    (question,) = ACTIONS.validate_python([job.arguments])
    job.tell(status="running", pid=os.getpid(), words="is worked out")
    found = question.answered(project)
    keep(found, question.kind, job.key, project)
    return f"{len(found.rows)} numbers"


WORK = {"simulate": _simulate, "analyse": _analyse, "ask": _ask}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
