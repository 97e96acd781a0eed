"""The page of one browser tab: its frame, and the tabs along the chain. All pages of a project show one state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from .. import words
from ..jobs.job import Job
from ..jobs.live import Answer
from ..project import Project
from ..session.state import State
from .joblist import JobList

__all__ = ["Hub", "Page", "Tab"]

BEAT = 0.4  # s between two looks at the jobs


class Hub:
    """What all pages of a project share: who is told when something changes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.pages: list[Page] = []
        self.busy = False
        self.error = ""
        self._jobs: list[Job] = []
        self._made = 0
        project.session.listeners.append(self._changed)

    def _changed(self, before: State, after: State) -> None:
        for page in list(self.pages):
            page.changed(before, after)
        if after.shown and ((after.curve, True) != (before.curve, before.shown)):
            self.simulate()

    def simulate(self) -> None:
        """Ask for the curve at hand, where it is a quick one; all pages show the answer."""
        curve = self.project.state.curve
        self.error = ""
        if not self.project.quick(curve):
            self.busy = False
            self._tell()
            return
        self.busy = True
        asked = self.project.ask()
        loop = asyncio.get_running_loop()
        asked.add_done_callback(lambda done: loop.call_soon_threadsafe(self._answered, done))
        for page in self.pages:
            page.asked()

    def _answered(self, done: Future[Answer]) -> None:
        try:
            answer = done.result()
        except CancelledError:
            return  # a newer question stands in its place
        except HeterofilmError as error:
            self.error = str(error)
        else:
            if answer.asked != self.project.state.curve:
                return  # the newer one is on its way
            self.error = answer.error
        self.busy = False
        self.project.want()
        self._tell()

    def _tell(self) -> None:
        for page in list(self.pages):
            page.answered()

    async def beat(self) -> None:
        """Look at the jobs now and then, as long as the server runs."""
        while True:
            jobs = await asyncio.to_thread(self.project.jobs)
            made = self.project.made + self.project.answers.made
            if jobs != self._jobs or self._made != made:
                ended, seen = (
                    {job.name for job in jobs if told(job)} - {job.name for job in self._jobs if told(job)}
                    for told in (lambda job: job.ended, lambda job: job.known)
                )
                for job in jobs:
                    if job.name in ended and self._jobs:
                        self.project.session.note(f"{job.title}: {words.STATUS[job.status]}. {job.words}")
                self._jobs = jobs
                more, self._made = self._made != made, made
                for page in list(self.pages):
                    page.jobs(jobs, bool(ended or seen) or more)
            await asyncio.sleep(BEAT)

    @property
    def known_jobs(self) -> Sequence[Job]:
        return self._jobs


class Tab:
    """One tab: built when it is first opened; told of what changes afterwards."""

    name = ""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.project = page.hub.project

    @property
    def state(self) -> State:
        return self.project.state

    def build(self) -> None:
        """Draw it, within the panel."""
        raise NotImplementedError

    def changed(self, before: State, after: State) -> None:
        """The state is another one."""

    def asked(self) -> None:
        """The curve at hand is on its way."""

    def answered(self) -> None:
        """It is there, or it cannot be had."""

    def ended(self) -> None:
        """A job has ended."""

    def redraw(self) -> None:
        """The page is light or dark now."""

    def dropped(self, purpose: str, drop: str) -> None:
        """Files were dropped on a zone."""


class Page:
    """The page of one browser tab."""

    def __init__(self, hub: Hub, tabs: Sequence[type[Tab]], dark: bool) -> None:
        self.hub = hub
        self.project = hub.project
        self.dark = dark
        self.kinds = tabs
        self.tabs: dict[str, Tab] = {}  # that are built
        self.current = ""
        self.missed: dict[str, State] = {}  # tabs that are not looked at, and the state that they show
        self.turned: set[str] = set()  # those that are still drawn for the other theme
        self.client = ui.context.client

    def build(self) -> None:
        """The frame, and the first tab."""
        self.look = ui.dark_mode(self.dark)
        ui.link(words.SKIP, "#content").classes("skip")
        with ui.element("header").classes("bar"):
            with ui.element("div").classes("name"):
                ui.html(f"{words.TITLE}<small></small>", sanitize=False, tag="h1")
                ui.label(self.project.folder.name).classes("fine")
            with ui.tabs().classes("tabs").props("align=left outside-arrows mobile-arrows dense") as bar:
                for kind in self.kinds:
                    ui.tab(kind.name, label=words.TABS[kind.name])
            with ui.element("div").classes("tools"):
                self.undo = self._tool("undo", words.UNDO, lambda: self.act(self.project.undo))
                self.redo = self._tool("redo", words.REDO, lambda: self.act(self.project.redo))
                with self._tool("pending_actions", words.JOBS, None) as self.jobs_button:
                    self.count = ui.badge("").props("floating")
                    with ui.menu().props('anchor="bottom right" self="top right"') as menu:
                        menu.props["aria-label"] = words.JOBS
                        self.list = JobList(self.project, self.act)
                self._tool("contrast", words.LIGHT_DARK, self.turn)
        first = self.kinds[0].name
        # without a transition: during one, two panels are on the page at once, for the eye and for screen readers
        shown = ui.tab_panels(bar, value=first, on_change=lambda event: self.open(event.value), animated=False)
        with shown.props('id="content" tabindex=-1'):
            self.panels = {}
            for kind in self.kinds:
                with ui.tab_panel(kind.name) as panel:
                    self.panels[kind.name] = panel
        ui.on("heterofilm-dropped", self.dropped, args=["drop", "purpose", "refused"])
        ui.keyboard(self._key)
        self.open(first)
        self._may()
        self.jobs(self.hub.known_jobs, False)
        self.hub.pages.append(self)
        self.client.on_delete(self.leave)

    def leave(self) -> None:
        """The browser tab is closed."""
        if self in self.hub.pages:
            self.hub.pages.remove(self)

    def _tool(self, icon: str, label: str, action: Callable[[], Any] | None) -> Any:
        button = ui.button(icon=icon, on_click=action).props("flat round dense")
        button.props["aria-label"] = label
        with button:
            ui.tooltip(label)
        return button

    def open(self, name: str) -> None:
        """Build a tab when it is first looked at; later on, let it catch up with what it has missed."""
        self.current = name
        if name in self.tabs:
            tab = self.tabs[name]
            if name in self.missed:
                tab.changed(self.missed.pop(name), self.project.state)
                tab.ended()
                tab.answered()
            if name in self.turned:
                self.turned.discard(name)
                tab.redraw()
        else:
            kind = next(kind for kind in self.kinds if kind.name == name)
            self.tabs[name] = kind(self)
            with self.panels[name]:
                self.tabs[name].build()

    def act(self, step: Callable[[], Any]) -> bool:
        """Do something to the project; a sentence where it cannot be done."""
        try:
            step()
        except (HeterofilmError, ValueError) as error:
            self.say(str(error), bad=True)
            return False
        return True

    def do(self, action: Any) -> bool:
        """Carry out an action."""
        return self.act(lambda: self.project.do(action))

    def say(self, text: str, bad: bool = False) -> None:
        """A sentence that goes by itself."""
        with self.client:
            ui.notify(text, type="negative" if bad else None, position="bottom", multi_line=True,
                      timeout=9000 if bad else 4000, close_button="OK" if bad else False)  # fmt: skip

    def changed(self, before: State, after: State) -> None:
        self._may()
        self._each(lambda tab: tab.changed(before, after), before)

    def asked(self) -> None:
        self._each(lambda tab: tab.asked(), self.project.state)

    def answered(self) -> None:
        self._each(lambda tab: tab.answered(), self.project.state)

    def _each(self, tell: Callable[[Tab], Any], before: State) -> None:
        """Tell the tab that is looked at; others catch up when they are opened."""
        for name, tab in self.tabs.items():
            if name == self.current:
                tell(tab)
            else:
                self.missed.setdefault(name, before)

    def turn(self) -> None:
        """Light to dark, and back; remembered by the browser."""
        self.dark = not self.dark
        self.look.set_value(self.dark)
        ui.run_javascript(f"document.cookie = 'theme={'dark' if self.dark else 'light'}; SameSite=Strict; path=/'")
        self.turned = set(self.tabs) - {self.current}
        if self.current in self.tabs:
            self.tabs[self.current].redraw()

    def dropped(self, event: Any) -> None:
        """Files that the browser has sent are there."""
        for why in list(event.args.get("refused") or ())[:5]:
            self.say(words.REFUSED.format(why=str(why)[:300]), bad=True)
        for tab in self.tabs.values():
            tab.dropped(str(event.args.get("purpose")), str(event.args.get("drop")))

    def _key(self, event: Any) -> None:
        if event.action.keydown and (event.modifiers.ctrl or event.modifiers.meta) and event.key == "z":
            self.act(self.project.redo if event.modifiers.shift else self.project.undo)

    def _may(self) -> None:
        session = self.project.session
        self.undo.set_enabled(session.place > 0)
        self.redo.set_enabled(session.place < len(session.actions))

    def jobs(self, jobs: Sequence[Job], ended: bool) -> None:
        """The list of jobs, and how many there are to come."""
        open_jobs = [job for job in jobs if not job.ended]
        self.count.set_text(str(len(open_jobs)))
        self.count.set_visibility(bool(open_jobs))
        named = f"{words.JOBS} {len(open_jobs)}" if open_jobs else words.JOBS
        if self.jobs_button.props["aria-label"] != named:
            self.jobs_button.props["aria-label"] = named
        self.list.show(jobs)
        if ended:
            self._each(lambda tab: tab.ended(), self.project.state)
