"""Jobs of a project for tests: a queue that leaves nothing behind, curves that take long, and what they have done."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from heterofilm.app.curves import Curves
from heterofilm.app.jobs.job import Job
from heterofilm.app.jobs.queue import Queue
from heterofilm.app.session.state import Curve

CYCLE = "(Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
SHORT = Curve("vo-half", {}, "Discharge at 80 uA/cm2 until 2.15 V")
FEW = Curve("vo-half", {}, f"3 x {CYCLE}")
LONG = Curve("vo-half", {}, f"5000000 x {CYCLE}")  # hours


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    made = Queue(tmp_path, most=1)
    yield made
    for job in made.jobs():
        made.cancel(job.name)
    made.settle(60.0)
    wait(lambda: not processes(tmp_path))


def processes(project: Path) -> list[int]:
    """Of this project, by their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().split(b"\0")
        except OSError:
            continue
        state = place.with_name("stat").read_text().rpartition(")")[2].split()[0] if place.exists() else "Z"
        if any(os.fsencode(project) in word for word in words) and state != "Z":
            found.append(int(place.parent.name))
    return found


def simulated(queue: Queue, curve: Curve) -> Job:
    return queue.add("simulate", "a curve", Curves(queue.project).key(curve), asdict(curve))


def wait(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 300.0
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)


def cycles(queue: Queue, curve: Curve) -> int:
    """Lines that a running curve has written."""
    table = Curves(queue.project).place(curve).with_suffix("") / "cycles.csv"
    return table.read_text().count("\n") - 1 if table.is_file() else 0
