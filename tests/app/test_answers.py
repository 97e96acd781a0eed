"""Answers: what a job wrote is read as it was, damaged ones are none, and quick ones come from the live process."""

from __future__ import annotations

import time
from pathlib import Path

from heterofilm.app.answers import Answers, figure_file, keep, key_of
from heterofilm.app.folder import OWN
from heterofilm.app.jobs.live import Live
from heterofilm.app.jobs.queue import Queue
from heterofilm.app.session.questions.film import Block
from heterofilm.app.session.questions.paper import Paper
from heterofilm.app.session.questions.question import Answered

LONGEST = 300.0  # s


def test_what_a_job_wrote_is_read_as_it_was(tmp_path: Path) -> None:
    question = Paper()
    found = Block().answered(tmp_path)
    answers = Answers(tmp_path, Queue(tmp_path), None)  # type: ignore[arg-type]
    assert answers.get(question) is None
    said = Answered(found.rows, found.figures, ("a note",), (("T", ("a",), (("1",),)),))
    place = keep(said, question.kind, key_of(question), tmp_path)
    read = answers.get(question)
    assert read is not None and list(read.rows) == list(found.rows) and list(read.notes) == ["a note"]
    assert read.figures[0]["title"] == found.figures[0].title
    assert (tmp_path / figure_file("paper", "microstructure", "svg")).stat().st_size > 1000
    place.write_text("[" * 100_000)
    assert Answers(tmp_path, Queue(tmp_path), None).get(question) is None  # type: ignore[arg-type]
    assert place.is_relative_to(tmp_path / OWN)


def test_quick_ones_come_from_the_live_process(tmp_path: Path) -> None:
    """Also where a newer question of the kind was asked at once: its answer is the one that stays."""
    live = Live(tmp_path)
    answers = Answers(tmp_path, Queue(tmp_path), live)
    first, second = Block(seed=1), Block(seed=2)
    try:
        answers.want({"block": first})
        answers.want({"block": second})
        end = time.monotonic() + LONGEST
        while answers.get(second) is None and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        live.close()
    assert answers.get(second) is not None and answers.get(first) is None and answers.made >= 1
    assert list(answers.get(second).rows) == list(second.answered(tmp_path).rows)  # type: ignore[union-attr]
