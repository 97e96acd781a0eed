"""A worker: runs at some places of a batch, one shard after the other, until there are no more or it must stop.

``python -m heterofilm.sweeps.work FOLDER BATCH`` reads from its input, a line each, what to do: ``START STOP``, places.
It answers ``ran N`` on the way and ``done START STOP`` for what it has written, which is less where it was asked to end
(SIGTERM); it ends where its input does. ``... FOLDER BATCH JOB TASK`` takes its part of a job of SLURM instead.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ..errors import HeterofilmError
from .runs import rows_of
from .store import Batch, Span, batch_of

MARGIN = 20.0  # s before the end of its time that a worker stops: writing a shard takes seconds


def do(batch: Batch, span: Span, goes_on: Callable[[int], bool] = lambda done: True) -> Span:
    """Run what is at these places and write it; what was written, less where ``goes_on(done)`` ended it."""
    start, stop = span
    rows = rows_of(batch.job, batch.points, batch.numbers(start, stop), goes_on)
    batch.write(start, rows)
    return start, start + rows.height


def task(batch: Batch, spans: Iterable[Span], deadline: float | None, stopped: Callable[[], bool]) -> None:
    """The part of a job of a batch system; what another has done meanwhile is left out."""
    for span in spans:
        for start, stop in within(span, batch.missing()):
            if not _in_time(deadline, stopped)(0):
                return
            do(batch, (start, stop), _in_time(deadline, stopped))


def within(span: Span, gaps: Iterable[Span]) -> list[Span]:
    """What of a stretch of places lies in gaps."""
    cut = [(max(span[0], start), min(span[1], stop)) for start, stop in gaps]
    return [(start, stop) for start, stop in cut if start < stop]


def _in_time(deadline: float | None, stopped: Callable[[], bool]) -> Callable[[int], bool]:
    return lambda done: not stopped() and (deadline is None or time.time() < deadline - MARGIN)


def _answers(folder: str, name: str, stopped: Callable[[], bool]) -> None:
    """Do what the lines of the input say."""
    held = sys.stdin.readline().strip()  # the cell, where no file has it: from the process that started this one
    batch = batch_of(folder, name, pickle.loads(base64.b64decode(held)) if held else None)
    print("ready", flush=True)
    for line in sys.stdin:
        start, stop = map(int, line.split())

        def told(done: int) -> bool:
            print("ran", done, flush=True)
            return not stopped()

        try:
            print("done", *do(batch, (start, stop), told), flush=True)
        except HeterofilmError as error:
            print("failed", error, flush=True)
        if stopped():
            return


def main(arguments: list[str]) -> int:
    """A worker of `local`, or a task of `slurm`."""
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    folder, name, *job = arguments
    asks = not job
    try:
        if asks:
            _answers(folder, name, lambda: bool(asked))
            return 0
        began = time.time()
        about = json.loads(Path(job[0]).read_text("utf-8"))
        spans = [(start, stop) for start, stop in about["tasks"][int(job[1])]]
        end = float(os.environ.get("SLURM_JOB_END_TIME") or began + about["walltime"])
        task(batch_of(folder, name), spans, end, lambda: bool(asked))
    except HeterofilmError as error:
        print(
            f"failed {error}" if asks else f"heterofilm: {error}", file=sys.stdout if asks else sys.stderr, flush=True
        )
        return 2
    except BrokenPipeError:
        return 0  # the process that started this one is gone, and what was written stays
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
