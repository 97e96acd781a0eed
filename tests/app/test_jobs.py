"""Jobs: done, cancelled with what is finished kept, found again by another server, and nothing of them left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import asdict
from pathlib import Path

import pytest

from heterofilm.app.analyses import kept, key_of
from heterofilm.app.curves import Curves
from heterofilm.app.folder import OWN
from heterofilm.app.jobs.job import Job
from heterofilm.app.jobs.live import Live
from heterofilm.app.jobs.queue import Queue
from heterofilm.app.session.state import Curve, sample_of
from heterofilm.errors import InputError
from heterofilm.files import LEFTOVER
from heterofilm.samples import analyse
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

CYCLE = "(Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
SHORT = Curve("vo-half", {}, "Discharge at 80 uA/cm2 until 2.15 V")
FEW = Curve("vo-half", {}, f"3 x {CYCLE}")
LONG = Curve("vo-half", {}, f"100000 x {CYCLE}")  # hours


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


@pytest.mark.parametrize("curve", [SHORT, FEW])
def test_a_job_makes_what_the_call_makes(queue: Queue, curve: Curve) -> None:
    """The record of a job is that of `simulate`, and no folder of it stays."""
    job = simulated(queue, curve)
    assert simulated(queue, curve).name == job.name, "the same is not done twice"
    (ended,) = queue.settle()
    assert ended.status == "done", ended.words
    record = Curves(queue.project).get(curve)
    assert record is not None and record.frame.equals(simulate(curve.cell, curve.test).frame)
    assert [path.suffix for path in (queue.project / OWN / "curves").iterdir()] == [".nc"]
    queue.forget(job.name)
    assert queue.jobs() == [] and not list((queue.project / OWN / "jobs").iterdir())


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


def test_an_analysis_is_kept_as_it_was_found(queue: Queue) -> None:
    """Numbers, notes and figures of a job are those of `analyse`; a changed sheet or file is another analysis."""
    write_files(queue.project / "glass", "l.txt")
    sheet = {"name": "glass", "files": [{"path": "l.txt"}]}
    sample = sample_of("glass", sheet, queue.project)
    key = key_of(sample)
    queue.add("analyse", "glass", key, {"sample": "glass", "sheet": sheet})
    (ended,) = queue.settle()
    assert ended.status == "done", ended.words
    found, made = kept(queue.project, key), analyse(sample)
    assert found is not None and repr(list(found.results)) == repr(made.results)
    assert [one["name"] for one in found.figures] == [f.name for one in made.findings.values() for f in one.figures]
    assert list((queue.project / "results" / "glass" / "figures").glob("*.svg"))
    assert key_of(sample_of("glass", sheet | {"title": "other"}, queue.project)) != key
    os.utime(queue.project / "glass" / "l.txt", ns=(1, 1))
    assert key_of(sample) != key


def test_a_job_that_makes_no_sense_fails_in_a_sentence(queue: Queue) -> None:
    write_files(queue.project / "glass", "l.txt")
    queue.add("analyse", "glass", "k", {"sample": "glass", "sheet": {"name": "glass", "files": [{"path": "none"}]}})
    (ended,) = queue.settle()
    assert ended.status == "done" and "could not be analysed" in ended.words  # as `analyse` has it
    queue.add("simulate", "none", "k", {"cell": "none", "test": SHORT.test})
    assert queue.settle()[-1].status == "failed" and "none" in queue.settle()[-1].words


def test_the_live_process_answers_the_newest_question(tmp_path: Path) -> None:
    """Of questions that come while one runs only the last is answered; the answer is what `simulate` gives."""
    live = Live(tmp_path)
    try:
        first = live.ask(SHORT)
        wait(lambda: first.running() or first.done())
        thick = [Curve("vo-half", {"films.VO.thickness": f"{d} nm"}, SHORT.test) for d in (400, 450, 500)]
        asked = [live.ask(curve) for curve in thick]
        assert first.result(300.0).record is not None
        answer = asked[-1].result(300.0)
        assert answer.record is not None and answer.error == ""
        expected = simulate("vo-half", SHORT.test, overrides=thick[-1].values)
        shown = answer.record.frame
        assert shown.equals(expected.frame.select(shown.columns)) and answer.record.steps.equals(expected.steps)
        assert answer.record.meta == expected.meta
        dropped = [one for one in asked[:-1] if one.cancelled()]
        assert len(dropped) >= 1
        with pytest.raises(CancelledError):
            dropped[0].result()
        wrong = live.ask(Curve("vo-half", {}, "Discharge at 5 uA/cm2 until 9 V")).result(300.0)
        assert wrong.error
        place = tmp_path / "kept.nc"
        live.ask(SHORT, place).result(300.0)
        assert place.is_file()
    finally:
        live.close()
    wait(lambda: not processes(tmp_path))


def test_a_stopped_simulation_leaves_no_process(tmp_path: Path) -> None:
    live = Live(tmp_path)
    asked = live.ask(LONG)
    wait(asked.running)
    wait(lambda: processes(tmp_path))
    live.stop()
    with pytest.raises(InputError, match="stopped"):
        asked.result(60.0)
    wait(lambda: not processes(tmp_path))
    assert live.ask(SHORT).result(300.0).record is not None, "and it answers again"
    live.close()
    wait(lambda: not processes(tmp_path))
