"""Processes that work beside each other on the analyses and figures of a project.

Every task is a plain function of what it is given, so results do not depend on how many there are. A script that asks
for more than one needs the guard ``if __name__ == "__main__":``, since each process imports it anew.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self

__all__ = ["Workers", "cores"]

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
WORTH_IT = 8  # tasks below which starting processes takes longer than what they save


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """`count` processes, started with the first large batch of tasks; with one, everything happens in this process."""

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)
            self._pool = None
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value

    def map(self, work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What `work` gives for each task, in their order, as soon as it is there."""
        every = list(tasks)
        if self.count < 2 or (self._pool is None and len(every) < WORTH_IT):
            for task in every:
                yield work(*task)
            return
        futures: list[Future[Any]] = [self._started().submit(work, *task) for task in every]
        for future in futures:
            yield future.result()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # each process is one of several: more threads in it would wait for each other
            self._before = {name: os.environ.get(name) for name in ONE_THREAD}
            os.environ.update(ONE_THREAD)
            self._pool = ProcessPoolExecutor(self.count, mp_context=get_context("spawn"), initializer=_quiet)
        return self._pool


def _quiet() -> None:
    """Ctrl-C is the first process's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
