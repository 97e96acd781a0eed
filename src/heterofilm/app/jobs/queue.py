"""The jobs of a project: a few run at once, each in a process of its own that no closed tab and no end of the server
ends; a new server finds them again by their folders."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError, InputError
from .job import ENDED, Job, jobs_in, new_job

__all__ = ["Queue"]

PATIENCE = 20.0  # s that a worker has to write down what is finished before it is killed


class Queue:
    """The jobs of one project. `poll` it now and then: it starts what waits and notices what ended."""

    def __init__(self, project: Path, most: int = 0) -> None:
        """`most`: how many run at once; one less than there are processors by default, and at least one."""
        self.project = project
        self.most = most or max(1, (os.cpu_count() or 2) - 1)
        self._lock = threading.RLock()  # pages ask from one thread, the beat of the server from others
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._asked: dict[str, float] = {}  # to end, and when
        self._told: set[str] = set()  # of these
        self._dropped: set[str] = set()  # to be forgotten once they have ended

    def jobs(self) -> list[Job]:
        """All of them, in their order."""
        return jobs_in(self.project)

    def add(self, kind: str, title: str, key: str, arguments: Mapping[str, Any]) -> Job:
        """A job, or the one that makes the same and waits or runs already."""
        with self._lock:
            for job in self.jobs():
                if job.key == key and not job.ended:
                    return job
            job = new_job(self.project, kind, title, key, arguments)
            self.poll()
            return job

    def cancel(self, name: str) -> None:
        """End a job: what is finished of it stays. Errors: `InputError` for a job that there is not."""
        with self._lock:
            job = self._named(name)
            if job.status == "waiting":
                job.tell(status="cancelled", words="cancelled before it began")
            elif job.status == "running" and name not in self._asked:
                self._asked[name] = time.monotonic()
                self._press(job)

    def drop(self, name: str) -> None:
        """End a job that nobody waits for any more, and leave no trace of it in the list."""
        with self._lock:
            self._dropped.add(name)
            self.cancel(name)

    def forget(self, name: str) -> None:
        """Remove a job that ended from the list. Errors: `InputError` for one that has not."""
        job = self._named(name)
        if not job.ended:
            raise InputError(f"The job '{job.title}' has not ended; cancel it first.")
        shutil.rmtree(job.folder, ignore_errors=True)

    def poll(self) -> list[Job]:
        """Start what waits, notice what ended, press what was asked to end; the jobs as they stand then."""
        with self._lock:
            return self._poll()

    def _poll(self) -> list[Job]:
        for child in self._children.values():
            child.poll()  # or what ended would stay as a zombie
        jobs = self.jobs()
        running = 0
        for k, job in enumerate(jobs):
            if job.status != "running":
                continue
            if job.alive() or (self._starting(job) and not self._gone(job)):
                running += 1
                self._press(job)
            else:
                jobs[k] = self._lost(job)
        for job in [job for job in jobs if job.ended and job.name in self._dropped]:
            self._dropped.discard(job.name)
            shutil.rmtree(job.folder, ignore_errors=True)
            jobs.remove(job)
        for k, job in enumerate(jobs):
            if job.status == "waiting" and running < self.most:
                jobs[k] = self._start(job)
                running += 1
        return jobs

    def settle(self, seconds: float = 600.0) -> list[Job]:
        """Wait until all have ended."""
        until = time.monotonic() + seconds
        jobs = self.poll()
        while not all(job.ended for job in jobs) and time.monotonic() < until:
            time.sleep(0.05)
            jobs = self.poll()
        return jobs

    def _named(self, name: str) -> Job:
        found = [job for job in self.jobs() if job.name == name]
        if not found:
            raise InputError("There is no such job any more.")
        return found[0]

    def _start(self, job: Job) -> Job:
        started = job.tell(status="running", words="begins")
        with (job.folder / "said").open("wb") as said:
            self._children[job.name] = subprocess.Popen(
                [sys.executable, "-m", "heterofilm.app.jobs.worker", str(job.folder)],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=self.project, start_new_session=True,
            )  # fmt: skip
        return started

    def _starting(self, job: Job) -> bool:
        """Whether its process is a child that has not got as far as to take its lock."""
        return job.name in self._children

    def _gone(self, job: Job) -> bool:
        return self._children[job.name].returncode is not None

    def _press(self, job: Job) -> None:
        """Tell a job that is to end, once it can hear: a worker that begins has no number yet."""
        if job.name in self._asked and job.name not in self._told and _signal(job, signal.SIGTERM):
            self._told.add(job.name)
        if time.monotonic() - self._asked.get(job.name, math.inf) > PATIENCE:
            _signal(job, getattr(signal, "SIGKILL", signal.SIGTERM))

    def _lost(self, job: Job) -> Job:
        """A job whose process is gone: as its worker left it, else ended without a word."""
        try:
            now = job.now()
        except HeterofilmError:
            return job
        if now.status in ENDED:
            return now
        if job.name in self._asked:
            return now.tell(status="cancelled", words="ended by force; what it had written stays")
        return now.tell(
            status="failed",
            words="its process ended without a word (killed, or out of memory); start it again and it goes on",
        )


def _signal(job: Job, which: int) -> bool:
    """Whether it was sent."""
    pid = job.now().pid
    if pid > 0 and job.alive():  # a number that another process has by now is not its own
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, which)
            return True
    return False
