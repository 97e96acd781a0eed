"""Processes of this machine. One that ends by whatever is replaced, and what it had under way is given out again."""

from __future__ import annotations

import base64
import os
import pickle
import random
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError, SimulationError
from .store import Batch, Span, read_manifest
from .work import within

SECONDS = 90.0  # of work in a shard
FIRST, LEAST, MOST = 1024, 256, 50_000  # runs in a shard: of a new worker, at least, and at most (some 50 MB)
PATIENCE = 5  # times that a worker may end over the same runs, or before it is ready
ALONE = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
Told = Callable[[int], None]


class Supply:
    """Places that are given out in pieces of minutes.

    They begin at one drawn by lot, so that two processes that run the same batch do not do the same all the time.
    """

    def __init__(self, batch: Batch, workers: int) -> None:
        self.batch, self.workers = batch, workers
        gaps = batch.missing()
        self.left = sum(stop - start for start, stop in gaps)
        first = random.randrange(batch.count) if gaps else 0
        before = [(start, min(stop, first)) for start, stop in gaps if start < first]
        self.gaps = [(max(start, first), stop) for start, stop in gaps if stop > first] + before

    def take(self, rate: float | None) -> Span | None:
        """The next piece, of what nobody else has written meanwhile, for a worker of so many runs per second."""
        while self.gaps:
            start, stop = self.gaps.pop(0)
            still = within((start, stop), self.batch.missing())
            self.left -= (stop - start) - sum(b - a for a, b in still)
            if not still:
                continue
            (start, stop), self.gaps = still[0], [*still[1:], *self.gaps]
            middle = min(start + piece(rate, self.left, self.workers), stop)
            self.left -= middle - start
            if middle < stop:
                self.gaps.insert(0, (middle, stop))
            return start, middle
        return None

    def give_back(self, span: Span) -> None:
        """What was not done."""
        if span[0] < span[1]:
            self.gaps.insert(0, span)
            self.left += span[1] - span[0]


def piece(rate: float | None, left: int, workers: int) -> int:
    """Runs in the next shard: minutes of work, and less towards the end, so that all workers end together."""
    even = max(left // (2 * workers), LEAST)
    return FIRST if rate is None else max(min(int(rate * SECONDS), even, MOST), LEAST)


class Worker:
    """A process, what it has under way, and what it has said in part."""

    def __init__(self, batch: Batch, cell: str) -> None:
        paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "heterofilm.sweeps.work", str(batch.folder), batch.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
            env=os.environ | ALONE | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.ready, self.span, self.ran, self.began = False, None, 0, 0.0
        self.rate: float | None = None
        self._said = b""
        self.ask(cell)

    span: Span | None

    def ask(self, line: str) -> None:
        """Say a line to it; one that has just ended says so by its output."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n".encode())

    def leave(self) -> None:
        """Let it end."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def lines(self) -> list[str] | None:
        """What it has said since; None where it has ended."""
        data = os.read(self.output.fileno(), 1 << 16)
        *whole, self._said = (self._said + data).split(b"\n")
        return [line.decode() for line in whole] if data else None


@dataclass
class Pool:
    """Workers on one batch."""

    batch: Batch
    count: int
    told: Told

    def __post_init__(self) -> None:
        self.supply = Supply(self.batch, self.count)
        named = read_manifest(self.batch.folder, self.batch.name)["named"]
        self.cell = "" if named else base64.b64encode(pickle.dumps(self.batch.job.cell)).decode()
        self.workers: list[Worker] = []
        self.ended: Counter[Span] = Counter()

    def run(self) -> None:
        """Until nothing is missing."""
        with selectors.DefaultSelector() as wait:
            try:
                while self.supply.gaps or any(one.span for one in self.workers):
                    while len(self.workers) < self.count and self.supply.gaps:
                        worker = Worker(self.batch, self.cell)
                        self.workers.append(worker)
                        wait.register(worker.output, selectors.EVENT_READ, worker)
                    for key, _ in wait.select():
                        lines = key.data.lines()
                        if lines is None:
                            wait.unregister(key.fileobj)
                            self.lost(key.data)
                        for line in lines or ():
                            self.heard(key.data, line)
            finally:
                for worker in self.workers:
                    worker.leave()
                    worker.process.terminate()
                for worker in self.workers:
                    worker.process.wait()
                    worker.output.close()

    def heard(self, worker: Worker, line: str) -> None:
        """What a worker says."""
        word, _, rest = line.partition(" ")
        if word == "failed":
            raise InputError(rest)
        if word == "ran":
            self.told(int(rest) - worker.ran)
            worker.ran = int(rest)
            return
        if word == "done" and worker.span is not None:
            start, stop = map(int, rest.split())
            self.told(stop - start - worker.ran)
            self.supply.give_back((stop, worker.span[1]))
            worker.rate = (stop - start) / max(time.monotonic() - worker.began, 1e-3)
        worker.ready, worker.span, worker.ran = True, self.supply.take(worker.rate), 0
        worker.began = time.monotonic()
        if worker.span is None:
            worker.leave()
        else:
            worker.ask(f"{worker.span[0]} {worker.span[1]}")

    def lost(self, worker: Worker) -> None:
        """A worker that has ended, by itself or otherwise."""
        code = worker.process.wait()
        worker.leave()
        worker.output.close()
        self.workers.remove(worker)
        if worker.span is None and (worker.ready or code == 0):
            return
        span = worker.span or (0, 0)
        self.told(-worker.ran)
        self.supply.give_back(span)
        self.ended[span] += 1
        if self.ended[span] >= PATIENCE:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            where = f"over the runs {span[0]} to {span[1]}" if worker.span else "before they were ready"
            raise SimulationError(
                f"Workers ended {PATIENCE} times {where}, the last by {how}; what they said stands above."
            )


def run(batch: Batch, workers: int | None, told: Told) -> None:
    """All that is missing, on so many processes, all cores by default; ``told(n)``: n more runs are done.

    Errors: `HeterofilmError` of a worker (a full disk), and where workers end again and again over the same runs.
    """
    Pool(batch, workers or cores(), told).run()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
