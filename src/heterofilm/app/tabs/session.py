"""*Session*: the log of what was decided, the session as Python and as commands, all its numbers; and their export."""

from __future__ import annotations

from nicegui import ui

from .. import words
from ..session.state import State
from .kept import Region
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
        self.missing, self.script, self.commands, self.numbers, self.log = (Region() for _ in range(5))
        self._draw()

    def _draw(self) -> None:
        project = self.project
        missing, script, commands = project.missing(), project.script(), project.commands()
        rows = [
            tuple("" if one is None else f"{one:.6g}" if isinstance(one, float) else str(one) for one in row)
            for row in project.numbers().head(MOST_LINES).iter_rows()
        ]
        log = [(entry.when, entry.words) for entry in reversed(project.session.log[-MOST_LINES:])]
        self.missing.draw(missing, lambda: _missing(missing))
        self.script.draw(script, lambda: (heading(words.SCRIPT), code(script, words.SCRIPT)))
        self.commands.draw(commands, lambda: (heading(words.COMMANDS), code(commands, words.COMMANDS)))
        self.numbers.draw(rows, lambda: (heading(words.NUMBERS), table(words.NUMBER_HEAD, rows, "")))
        self.log.draw(log, lambda: (heading(words.LOG), table(words.LOG_HEAD, log, "")))

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


def _missing(missing: dict[str, str]) -> None:
    if missing:
        notes(words.MISSING.format(names=", ".join(missing)), [f"{name}: {why}" for name, why in missing.items()])
