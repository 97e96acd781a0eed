"""A project: what follows from its state is made once, found again, and its exports make its numbers again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from heterofilm.app.project import Project
from heterofilm.app.session.actions import AddFiles, Analyse, Describe, Keep, SetTest, SetValue, ShowCurve
from heterofilm.app.session.numbers import SCHEMA
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

SHORT = "Discharge at 80 uA/cm2 until 2.15 V"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path / "p")
    yield made
    for job in made.jobs():
        made.queue.cancel(job.name)
    made.queue.settle()
    made.close()


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 300.0
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def test_a_curve_that_is_kept_is_not_run_again(project: Project) -> None:
    """The live process has it already: no job, and the record is that of `simulate`."""
    project.do(SetTest(test=SHORT))
    project.do(ShowCurve())
    assert project.now() is None and "now" in project.missing()
    project.ask().result(300.0)
    until(lambda: project.now() is not None)
    project.do(Keep(name="a"))
    until(lambda: project.made == 1)
    assert project.queue.jobs() == [] and project.missing() == {}
    kept = project.records()["a"]
    assert kept.frame.equals(simulate("voc1-half", SHORT).frame)


def test_what_is_asked_for_is_made_by_jobs_once(project: Project) -> None:
    """A curve that was never looked at, and a sample; undone and done again, nothing is made twice."""
    write_files(project.folder / "glass", "l.txt")
    project.do(SetTest(test=SHORT))
    project.do(Keep(name="a"))
    project.do(AddFiles(sample="glass", files=("l.txt",)))
    project.do(Analyse(sample="glass"))
    assert set(project.missing()) == {"a", "glass"}
    until(lambda: all(job.ended for job in project.jobs()))
    assert [job.status for job in project.jobs()] == ["done", "done"] and project.missing() == {}
    project.undo()
    project.redo()
    project.want()
    assert len(project.jobs()) == 2
    assert set(project.numbers()["of"]) == {"a", "glass/l.txt"}


def test_another_process_finds_all_again(project: Project) -> None:
    """Numbers of a project that is opened again are those it had, and nothing is run for them."""
    project.do(SetTest(test=SHORT))
    project.do(Keep(name="a"))
    project.do(SetValue(path="films.VOC1.thickness", value="400 nm"))
    project.do(Keep(name="b"))
    until(lambda: all(job.ended for job in project.jobs()))
    before = project.numbers()
    assert set(before["of"]) == {"a", "b"}
    project.export()
    project.close()
    again = Project(project.folder)
    try:
        assert again.numbers().equals(before) and len(again.jobs()) == 2
    finally:
        again.close()
    done = subprocess.run(
        [sys.executable, str(project.folder / "session.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert pl.read_csv(project.folder / "numbers.csv", schema=SCHEMA).equals(
        before.with_columns(pl.lit(None).alias("uncertainty").cast(pl.Float64))
    )


def test_measurements_of_samples_are_read_once(project: Project) -> None:
    """Each kind by sample, none where it has none; a changed sheet is read anew; a file that is gone is told."""
    for name in ("one", "two"):
        write_files(project.folder / name, "m.txt")
        project.do(AddFiles(sample=name, files=("m.txt", "gone.txt") if name == "two" else ("m.txt",)))
    found, faults = project.measurements("raman")
    assert set(found) == {"one", "two"} and len(faults) == 1 and faults[0].startswith("two/gone.txt")
    assert project.measurements("xrd")[0] == {}
    again, _ = project.measurements("raman")
    first = again["one"][0]
    assert project.measurements("raman")[0]["one"][0] is first
    project.do(Describe(sample="one", key="title", value="other"))
    assert project.measurements("raman")[0]["one"][0] is not first
