"""The list of jobs behind the button of the bar: what each is at, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from .. import words
from ..jobs.job import Job
from ..project import Project
from .kept import Rows

__all__ = ["JobList"]

MOST = 20  # that are shown
Act = Callable[[Callable[[], Any]], Any]  # does something to the project, and says why where it cannot be done


class JobList:
    """The newest first."""

    def __init__(self, project: Project, act: Act) -> None:
        with ui.element("div").classes("jobs"):
            self.none = ui.label(words.NO_JOBS)
            self.rows: Rows[str, _Row] = Rows(ui.element("div").classes("stack"), lambda name: _Row(project, act, name))

    def show(self, jobs: Sequence[Job]) -> None:
        """As they stand."""
        shown = {job.name: job for job in reversed(jobs[-MOST:])}
        self.none.set_visibility(not jobs)
        for name, row in self.rows.show(shown).items():
            row.show(shown[name])


class _Row:
    """One job, by its name."""

    def __init__(self, project: Project, act: Act, name: str) -> None:
        def button(text: str, done: Callable[[str], Any]) -> Any:
            return ui.button(text, on_click=lambda: act(lambda: done(name))).props("flat dense no-caps")

        with ui.element("div").classes("job").props('role="group"') as self.box:
            self.said = ui.label("")
            with ui.element("div").classes("line"):
                self.again = button(words.AGAIN, project.try_again)
                self.forget = button(words.FORGET, project.queue.forget)
                self.cancel = button(words.CANCEL, project.queue.cancel)
            self.progress = ui.html("", sanitize=False)

    def show(self, job: Job) -> None:
        if self.box.props.get("aria-label") != job.title:
            self.box.props["aria-label"] = job.title
        self.said.set_text(f"{job.title}: {words.STATUS[job.status]}. {job.words}")
        self.again.set_visibility(job.ended and job.status != "done")
        self.forget.set_visibility(job.ended)
        self.cancel.set_visibility(not job.ended)
        running = job.status == "running"
        self.progress.set_visibility(running)
        if running:
            far = f" value={job.at} max={job.of}" if job.of > 1 else ""
            self.progress.set_content(f'<progress{far} aria-label="{words.JOBS}"></progress>')
