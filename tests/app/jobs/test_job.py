"""A job on the disk: read as it was told, in the order it was given, alive as long as somebody holds its lock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from heterofilm.app.folder import locked
from heterofilm.app.jobs.job import KNOWN, jobs_in, new_job, read_job
from heterofilm.errors import FileFormatError


def test_it_is_read_as_it_was_told(tmp_path: Path) -> None:
    made = [new_job(tmp_path, "simulate", name, f"key {name}", {"x": 1}) for name in ("a", "b", "c")]
    assert [job.title for job in jobs_in(tmp_path)] == ["a", "b", "c"]
    now = made[1].tell(status="running", words=KNOWN, at=3, of=7)
    assert read_job(made[1].folder) == now and now.known and not now.ended
    done = now.tell(status="done", words="7 steps")
    assert made[1].now() == done and done.ended and not done.known
    assert new_job(tmp_path, "ask", "d", "k", {}).order > max(job.order for job in made)


def test_it_lives_as_long_as_its_lock(tmp_path: Path) -> None:
    job = new_job(tmp_path, "simulate", "a", "key", {})
    assert not job.alive()
    held = locked(job.folder / "lock")
    assert held is not None and job.alive()
    os.close(held)
    assert not job.alive()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": 1}', "\x00"])
def test_a_damaged_one_is_passed_over(text: str, tmp_path: Path) -> None:
    job, kept = (new_job(tmp_path, "simulate", name, "key", {}) for name in ("a", "b"))
    (job.folder / "job.json").write_text(text)
    with pytest.raises(FileFormatError, match="no job that can be read"):
        read_job(job.folder)
    assert jobs_in(tmp_path) == [kept]
