"""A project that is open: its session, the curves and analyses that follow from its state, and the jobs that make them.

It knows nothing of pages: what a page shows it asks here, and what is done goes through `do`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import HeterofilmError
from ..files import atomic, write_table
from ..records.record import Record
from ..samples.curves import CURVES, curves_of_sample
from ..samples.curves import Curve as Measured
from ..samples.guess import listed
from ..samples.records import records_of
from .analyses import Analyses, Analysis, key_of
from .answers import Answers
from .curves import Curves
from .jobs.job import Job
from .jobs.live import Answer, Live
from .jobs.queue import Queue
from .session import Curve, Session, numbers
from .session.script import NOW, commands, script
from .session.state import State, sample_of

__all__ = ["QUICK", "Project"]

QUICK = 20  # cycles up to which a curve is simulated while the user waits


class Project:
    """A project's folder with all that acts on it; ``close`` it. Jobs go on after that, the live process does not.

    Errors: as `Session`.
    """

    def __init__(self, folder: str | Path) -> None:
        self.session = Session(folder)
        self.folder = self.session.folder
        self.queue = Queue(self.folder)
        self.curves = Curves(self.folder)
        self.analyses = Analyses(self.folder)
        self.live = Live(self.folder)
        self.answer: Answer | None = None  # to the last question about the curve at hand
        self._measured: dict[str, tuple[str, dict[str, Record], list[str]]] = {}
        self._overlaid: dict[str, tuple[str, list[Measured], list[str]]] = {}
        self.made = 0  # how many curves the live process has written
        self._writing: set[str] = set()  # keys of curves that the live process is asked to write
        self.answers = Answers(self.folder, self.queue, self.live)
        self.want()

    @property
    def state(self) -> State:
        return self.session.state

    def do(self, action: Any) -> State:
        """Carry out an action, and start what follows from it. Errors: as `Session.do`."""
        return self._followed(lambda: self.session.do(action))

    def undo(self) -> State:
        """Errors: as `Session.undo`."""
        return self._followed(self.session.undo)

    def redo(self) -> State:
        """Errors: as `Session.redo`."""
        return self._followed(self.session.redo)

    def _followed(self, step: Callable[[], State]) -> State:
        """A step, and what follows from it: nothing from a value on the way of a slider."""
        before = self.state
        after = step()
        own = [(one.kept, one.sheets, one.analysed, one.asked) for one in (before, after)]
        if own[0] != own[1]:
            self.want()
        return after

    # what follows from the state

    def want(self) -> None:
        """Start a job for every kept curve and every analysis that is not there; not one that failed or was cancelled,
        which waits in the list of jobs to be tried again."""
        known = {job.key for job in self.queue.jobs() if job.status != "done"}
        for name, curve in self.state.kept.items():
            key = self.curves.key(curve)
            if key in known or key in self._writing or self.curves.get(curve) is not None:
                continue
            if self.answer is not None and self.answer.asked == curve and self.answer.record and not self.answer.error:
                self._write(curve, key)
            else:
                self.queue.add("simulate", name, key, _plain(curve))
        for name in self.state.analysed:
            try:
                key = self.analysis_key(name)
            except HeterofilmError:
                continue  # a sample without files: said where it is shown
            for job in self.queue.jobs():  # of the sample as it was: nobody waits for it
                if (job.kind, job.title) == ("analyse", name) and job.key != key and not job.ended:
                    self.queue.drop(job.name)
            if key not in known and self.analyses.get(key) is None:
                self.queue.add("analyse", name, key, {"sample": name, "sheet": dict(self.state.sheets[name])})
        self.answers.want(self.state.asked)

    def _write(self, curve: Curve, key: str) -> None:
        """Let the live process write the record that it has just made."""
        place = self.curves.place(curve)
        place.parent.mkdir(parents=True, exist_ok=True)
        self._writing.add(key)

        def written(_: Future[Answer]) -> None:
            self._writing.discard(key)
            self.made += 1

        self.live.ask(curve, place).add_done_callback(written)

    def whole(self, curve: Curve) -> Record | None:
        """A curve with its losses and fillings; where only its voltage is there, the rest is asked for meanwhile."""
        try:
            key = self.curves.key(curve)
        except HeterofilmError:
            return None
        found = self.curves.get(curve)
        if found is None and key not in self._writing and self.quick(curve):
            self._write(curve, key)
        return found

    def try_again(self, name: str) -> None:
        """Start a job that failed or was cancelled once more; it goes on where it has a folder."""
        for job in self.queue.jobs():
            if job.name == name and job.ended:
                self.queue.forget(name)
                self.queue.add(job.kind, job.title, job.key, job.arguments)

    def why(self, curve: Curve) -> str:
        """Why the job of a curve ended without it; "" where it waits or runs."""
        try:
            key = self.curves.key(curve)
        except HeterofilmError as error:
            return str(error)
        ended = [job for job in self.queue.jobs() if job.key == key and job.status in ("failed", "cancelled")]
        return ended[-1].words if ended else ""

    # the curve at hand

    def quick(self, curve: Curve) -> bool:
        """Whether a curve is simulated while the user waits."""
        try:
            return curve.protocol(self.folder).count() <= QUICK
        except HeterofilmError:
            return False

    def ask(self) -> Future[Answer]:
        """The curve at hand, from the live process; remembered as `answer`."""
        asked = self.live.ask(self.state.curve)

        def remember(done: Future[Answer]) -> None:
            if not done.cancelled() and done.exception() is None:
                self.answer = done.result()

        asked.add_done_callback(remember)
        return asked

    def now(self) -> Record | None:
        """The record of the curve at hand, where it has been made."""
        if self.answer is not None and self.answer.asked == self.state.curve and not self.answer.error:
            return self.answer.record
        return self.curves.get(self.state.curve)

    # samples

    def analysis_key(self, sample: str) -> str:
        """Errors: `HeterofilmError` for a sample without files."""
        return key_of(sample_of(sample, self.state.sheets[sample], self.folder))

    def analysis(self, sample: str) -> Analysis | None:
        """What was found in a sample as it is now; None while it is not there."""
        try:
            return self.analyses.get(self.analysis_key(sample))
        except HeterofilmError:
            return None

    def is_to_come(self, sample: str, file: Path) -> bool:
        """Whether the job of an analysis has still to write a file of its results; its numbers are there before."""
        try:
            key = self.analysis_key(sample)
            written = file.stat().st_mtime_ns if file.is_file() else 0
        except (HeterofilmError, KeyError, OSError):
            return False
        if written and written >= self.analyses.stamp(key):
            return False
        return any(job.key == key and not job.ended for job in self.queue.jobs())

    def measured(self) -> tuple[dict[str, Record], list[str]]:
        """Measured curves of all samples by ``sample/file``, and a sentence for each that cannot be had."""
        found: dict[str, Record] = {}
        faults: list[str] = []
        for name, sheet in self.state.sheets.items():
            try:
                sample = sample_of(name, sheet, self.folder)
                key = key_of(sample)
            except HeterofilmError as error:
                faults.append(str(error))
                continue
            if self._measured.get(name, ("",))[0] != key:
                own: dict[str, Record] = {}
                said: list[str] = []
                for entry in listed(sample):
                    try:
                        own |= {f"{name}/{curve}": one for curve, one in records_of(sample, entry).items()}
                    except HeterofilmError as error:
                        said.append(f"{name}/{entry.path}: {error}")
                self._measured[name] = (key, own, said)
            found |= self._measured[name][1]
            faults += self._measured[name][2]
        return found, faults

    def kinds(self) -> list[str]:
        """What the samples have that can lie over each other, as their analyses found it."""
        found = {kind for name in self.state.sheets if (one := self.analysis(name)) for kind in one.files.values()}
        return [kind for kind in CURVES if kind in found]

    def measurements(self, what: str) -> tuple[dict[str, list[Measured]], list[str]]:
        """Measured curves of a kind by sample, of those that have any, and why files cannot be read."""
        found: dict[str, list[Measured]] = {}
        faults: list[str] = []
        for name, sheet in self.state.sheets.items():
            try:
                sample = sample_of(name, sheet, self.folder)
                key = f"{what} {key_of(sample)}"
                if self._overlaid.get(name, ("",))[0] != key:
                    own, failed = curves_of_sample(sample, what)
                    self._overlaid[name] = (key, own, [f"{name}/{file}: {why}" for file, why in failed])
            except HeterofilmError as error:
                faults.append(str(error))
                continue
            _, own, said = self._overlaid[name]
            found |= {name: own} if own else {}
            faults += said
        return found, faults

    # all of it

    def records(self) -> dict[str, Record]:
        """The simulated curves that are there and whole, by name."""
        found = {name: self.curves.get(curve) for name, curve in self.state.kept.items()}
        if self.state.shown:
            found[NOW] = self.now()
        return {name: one for name, one in found.items() if one is not None and "incomplete" not in one.meta}

    def missing(self) -> dict[str, str]:
        """Curves and samples whose numbers are not (all) there, and why."""
        found: dict[str, str] = {}
        there = self.records()
        wanted = {**self.state.kept, **({NOW: self.state.curve} if self.state.shown else {})}
        for name, curve in wanted.items():
            if name not in there:
                part = self.curves.get(curve)
                found[name] = (
                    str(part.meta["incomplete"]) if part is not None else "it has not been simulated to its end"
                )
        for name in self.state.analysed:
            if name in self.state.sheets and self.analysis(name) is None:
                found[name] = "its analysis is not done"
        for kind, question in self.state.asked.items():
            if self.answers.get(question) is None:
                found[kind] = self.answers.why(question) or "it has not been worked out to its end"
        return found

    def numbers(self) -> pl.DataFrame:
        """Every number that is there."""
        samples = {name: self.analysis(name) for name in self.state.analysed if name in self.state.sheets}
        found = [self.answers.get(question) for question in self.state.asked.values()]
        rows = [row for one in found if one is not None for row in one.rows]
        return numbers(
            self.records(), {name: list(one.results) for name, one in samples.items() if one is not None}, rows
        )

    def script(self) -> str:
        """The session as Python."""
        actions = self.session.actions[: self.session.place]
        without = {
            name: why for name, why in self.missing().items() if name in self.state.kept or name in self.state.asked
        }
        return script(actions, self.state, self.session.found, without)

    def commands(self) -> str:
        """What is in effect, as commands."""
        return commands(self.state, self.missing())

    def export(self) -> list[Path]:
        """Write session.py, session.sh and numbers.csv into the project's folder."""
        written = []
        for name, text in (("session.py", self.script()), ("session.sh", self.commands())):
            place = self.folder / name
            written.append(atomic(place, lambda target, text=text: target.write_text(text, encoding="utf-8")))  # type: ignore[misc]
        return [*written, write_table(self.numbers(), self.folder / "numbers.csv")]

    def jobs(self) -> list[Job]:
        """All jobs as they stand; what ended is taken up."""
        return [
            replace(job, at=self.curves.cycles(job.key)) if job.kind == "simulate" and job.status == "running" else job
            for job in self.queue.poll()
        ]

    def close(self) -> None:
        """End the live process and give the folder free; jobs go on."""
        self.live.close()
        self.session.close()


def _plain(curve: Curve) -> dict[str, Any]:
    return {**asdict(curve), "values": dict(curve.values)}
