"""The process of a job: it makes what the call makes, and says in a sentence what it cannot make."""

from __future__ import annotations

import os

import pytest

from heterofilm.app.analyses import kept, key_of
from heterofilm.app.curves import Curves
from heterofilm.app.folder import OWN
from heterofilm.app.jobs.queue import Queue
from heterofilm.app.session.state import Curve, sample_of
from heterofilm.samples import analyse
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

from .project_jobs import FEW, SHORT, queue, simulated

__all__ = ["queue"]


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
