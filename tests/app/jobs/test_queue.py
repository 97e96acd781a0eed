"""The queue of jobs: cancelled with what is finished kept, found again by another server, nothing left behind."""

from __future__ import annotations

import os
import signal

import pytest

from heterofilm.app.curves import Curves
from heterofilm.app.jobs.queue import Queue
from heterofilm.errors import InputError
from heterofilm.files import LEFTOVER
from heterofilm.simulation.run import simulate

from .project_jobs import FEW, LONG, SHORT, cycles, processes, queue, simulated, wait

__all__ = ["queue"]


def test_a_cancelled_job_ends_its_worker_and_keeps_what_is_finished(queue: Queue) -> None:
    """Its cycles are those of the same run to its end; the next one in the queue begins."""
    job = simulated(queue, LONG)
    wait(lambda: cycles(queue, LONG) >= 6)
    simulated(queue, SHORT)
    assert [one.status for one in queue.poll()] == ["running", "waiting"]
    pid = job.now().pid
    assert processes(queue.project) == [pid]
    queue.cancel(job.name)
    ended, other = queue.settle()
    assert ended.status == "cancelled" and "kept" in ended.words, ended.words
    assert other.status == "done"
    wait(lambda: not processes(queue.project))
    record = Curves(queue.project).get(LONG)
    assert record is not None and record.meta["incomplete"] == "Cancelled."
    whole = simulate(FEW.cell, FEW.test)  # two cycles are kept in both, and so have the same time steps
    assert record.steps.height >= 6
    assert record.steps["capacity_C_m2"][:4].equals(whole.steps["capacity_C_m2"][:4])
    assert not [path for path in queue.project.rglob("*") if LEFTOVER.fullmatch(path.name)]


def test_a_job_outlives_its_server_and_is_found_again(queue: Queue) -> None:
    """Another queue over the same folder sees the job of a server that is gone, and can cancel it."""
    job = simulated(queue, LONG)
    wait(lambda: cycles(queue, LONG) >= 2)
    queue._children.clear()  # as if it were another process
    other = Queue(queue.project, most=1)
    before = cycles(queue, LONG)
    assert [one.status for one in other.poll()] == ["running"]
    wait(lambda: cycles(queue, LONG) > before)
    other.cancel(job.name)
    (ended,) = other.settle()
    assert ended.status == "cancelled"


def test_a_killed_worker_is_told_and_goes_on_when_asked_again(queue: Queue) -> None:
    job = simulated(queue, LONG)
    wait(lambda: cycles(queue, LONG) >= 4)
    os.kill(job.now().pid, signal.SIGKILL)
    (ended,) = queue.settle()
    assert ended.status == "failed" and "without a word" in ended.words
    before = cycles(queue, LONG)
    again = simulated(queue, LONG)
    wait(lambda: cycles(queue, LONG) > before)
    queue.cancel(again.name)
    queue.settle()
    record = Curves(queue.project).get(LONG)
    assert record is not None and record.steps.height >= before


def test_a_waiting_job_is_cancelled_before_it_begins(queue: Queue) -> None:
    simulated(queue, LONG)
    second = simulated(queue, SHORT)
    queue.cancel(second.name)
    assert [one.status for one in queue.poll()] == ["running", "cancelled"]
    with pytest.raises(InputError, match="not ended"):
        queue.forget(queue.jobs()[0].name)
    with pytest.raises(InputError, match="no such job"):
        queue.cancel("000000-none")


def test_a_dropped_job_leaves_nothing(queue: Queue) -> None:
    """One that nobody waits for any more is ended and is not in the list, whether it ran or waited."""
    running, waiting = simulated(queue, LONG), simulated(queue, FEW)
    wait(lambda: running.now().status == "running" and cycles(queue, LONG) > 0)
    queue.drop(waiting.name)
    queue.drop(running.name)
    wait(lambda: not queue.poll())
    wait(lambda: not processes(queue.project))
