"""*Session*: the log of what was decided, the session as Python and as commands, all its numbers; and their export."""

from __future__ import annotations

from nicegui import ui

from .. import words
from ..session.state import State
from .page import Tab
from .parts import code, heading, lead, notes, table

__all__ = ["SessionTab"]

MOST_LINES = 300  # of the log, and rows of the numbers


class SessionTab(Tab):
    """Everything so far."""

    name = "session"

    def build(self) -> None:
        lead(words.SESSION_LEAD)
        with ui.element("div").classes("line"):
            ui.button(words.WRITE, on_click=self._write).props("unelevated color=primary text-color=on-accent")
            for name in ("session.py", "session.sh", "numbers.csv"):
                button = ui.button(name, icon="download", on_click=lambda _, name=name: self._send(name))
                button.props("flat no-caps").props["aria-label"] = f"{words.DOWNLOAD} {name}"
        self.box = ui.element("div").classes("stack")
        self._draw()

    def _draw(self) -> None:
        self.box.clear()
        with self.box:
            if missing := self.project.missing():
                notes(
                    words.MISSING.format(names=", ".join(missing)), [f"{name}: {why}" for name, why in missing.items()]
                )
            heading(words.SCRIPT)
            code(self.project.script(), words.SCRIPT)
            heading(words.COMMANDS)
            code(self.project.commands(), words.COMMANDS)
            heading(words.NUMBERS)
            rows = [
                ("" if one is None else f"{one:.6g}" if isinstance(one, float) else str(one) for one in row)
                for row in self.project.numbers().head(MOST_LINES).iter_rows()
            ]
            table(words.NUMBER_HEAD, [tuple(row) for row in rows], "")
            heading(words.LOG)
            log = [(entry.when, entry.words) for entry in reversed(self.project.session.log[-MOST_LINES:])]
            table(words.LOG_HEAD, log, "")

    def _write(self) -> None:
        if self.page.act(self.project.export):
            self.page.say(words.WRITTEN.format(folder=self.project.folder))

    def _send(self, name: str) -> None:
        self.page.act(self.project.export)
        ui.download.content((self.project.folder / name).read_bytes(), name)

    def changed(self, before: State, after: State) -> None:
        self._draw()

    def answered(self) -> None:
        self._draw()

    def ended(self) -> None:
        self._draw()
