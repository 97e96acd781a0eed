"""Answers to the questions of a project: those that are quick stay in memory, those of jobs lie in its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from .._version import __version__
from ..errors import HeterofilmError
from ..files import atomic, made_folder, read_file, write_table
from ..fingerprint import package_digest
from ..samples.provenance import ROOMS
from .folder import OWN
from .jobs.live import Answer, Live
from .jobs.queue import Queue
from .session.questions.question import Answered, Question

__all__ = ["Answers", "figure_file", "keep", "key_of"]

MAX_BYTES = 400_000_000
SUFFIXES = ("svg", "pdf", "png")
CODE = (*ROOMS, "engine", "protocol", "cell", "simulation", "calibration")  # whose changes make an answer an old one


def key_of(question: Question) -> str:
    """What decides the answer of a job: the question and the code."""
    said = json.dumps([__version__, package_digest(CODE), question.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _place(project: Path, key: str) -> Path:
    return project / OWN / "answers" / f"{key}.json"


def figure_file(kind: str, name: str, suffix: str) -> str:
    """Where a figure of a job's answer is written, within the project."""
    return f"results/{kind}/{name.replace(' ', '-')}.{suffix}"


def keep(found: Answered, kind: str, key: str, project: Path) -> Path:
    """Write an answer where `Answers` finds it, and its figures as files."""
    figures = []
    for figure in found.figures:
        for suffix in SUFFIXES:
            figure.save(_within(project, figure_file(kind, figure.name, suffix)))
        write_table(figure.numbers(), _within(project, figure_file(kind, figure.name, "csv")))
        drawn = json.loads(figure.to_plotly().to_json())
        about = {"name": figure.name, "title": figure.title, "caption": figure.caption, "kind": kind}
        figures.append({**about, "plotly": drawn})
    content = {
        "rows": [dict(row) for row in found.rows], "figures": figures, "notes": list(found.notes),
        "tables": [list(table) for table in found.tables],
    }  # fmt: skip
    place = _place(project, key)
    made_folder(place.parent)
    return atomic(place, lambda target: target.write_text(json.dumps(content), encoding="utf-8"))


def _within(project: Path, name: str) -> Path:
    place = project / name
    made_folder(place.parent)
    return place


class Answers:
    """What is known of the questions that are asked. `made` counts what has come."""

    def __init__(self, project: Path, queue: Queue, live: Live) -> None:
        self.project, self.queue, self.live = project, queue, live
        self.made = 0
        self._found: dict[str, Answer] = {}  # by kind, of the live process
        self._asked: dict[str, Question] = {}  # by kind, that it is at
        self._read: dict[str, Answered] = {}  # by key, of jobs

    def want(self, asked: Mapping[str, Question]) -> None:
        """Have everything worked out that is not there; a job that failed or was cancelled waits to be tried again."""
        for kind, question in asked.items():
            if question.long:
                key = key_of(question)
                known = {job.key for job in self.queue.jobs() if job.status != "done"}
                if key not in known and self.get(question) is None:
                    self.queue.add("ask", kind, key, question.model_dump(mode="json"))
            elif self._asked.get(kind) != question:
                self._asked[kind] = question
                self.live.ask(question).add_done_callback(partial(self._came, kind, question))

    def _came(self, kind: str, question: Question, done: Future[Answer]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._found[kind] = done.result()
        elif self._asked.get(kind) == question:  # stopped; else a newer one of its kind stands in its place
            del self._asked[kind]
        self.made += 1

    def get(self, question: Question) -> Answered | None:
        """The answer, None where it is not there."""
        if not question.long:
            answer = self._found.get(question.kind)
            return answer.found if answer is not None and answer.asked == question else None
        key = key_of(question)
        if key not in self._read:
            try:
                said = json.loads(read_file(_place(self.project, key), MAX_BYTES))
                tables = tuple((str(title), head, rows) for title, head, rows in said["tables"])
                self._read[key] = Answered(said["rows"], said["figures"], said["notes"], tables)
            except (HeterofilmError, ValueError, KeyError, TypeError, RecursionError):
                return None
        return self._read[key]

    def why(self, question: Question) -> str:
        """Why there is none; "" where it waits, is worked out, or is there."""
        if not question.long:
            answer = self._found.get(question.kind)
            return answer.error if answer is not None and answer.asked == question else ""
        key = key_of(question)
        ended = [job for job in self.queue.jobs() if job.key == key and job.status in ("failed", "cancelled")]
        return ended[-1].words if ended else ""

    def stop(self, question: Question) -> None:
        """Ask for it no longer: a job is cancelled."""
        for job in self.queue.jobs():
            if question.long and job.key == key_of(question) and not job.ended:
                self.queue.cancel(job.name)
