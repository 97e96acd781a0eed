"""What the tabs of questions have: fields that make a question, and its answer as figures, numbers and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from nicegui import ui

from ...errors import HeterofilmError, InputError
from ...figures.words import html
from .. import words
from ..answers import figure_file
from ..session.actions import Unask
from ..session.questions.question import Answered, Question
from ..session.state import State
from .drawn import Cards
from .kept import Region, Rows, Same
from .page import Page, Tab
from .parts import fault, heading, lead, notes, offer, table

__all__ = ["Asking", "settings_of", "settings_text"]

MOST_ROWS = 80


def settings_of(text: str) -> dict[str, float | str]:
    """Lines of ``path = value``. Errors: `InputError` for another one.

    >>> settings_of("power.Cu = 1.5 W\\n\\ntime=30 min")
    {'power.Cu': '1.5 W', 'time': '30 min'}
    """
    found: dict[str, float | str] = {}
    for line in filter(str.strip, text.splitlines()):
        path, equals, value = (part.strip() for part in line.partition("="))
        if not (path and equals and value):
            raise InputError(f"'{line.strip()[:60]}' is not of the form path = value, for example power.Cu = 1.5 W.")
        try:
            found[path] = float(value)
        except ValueError:
            found[path] = value
    return found


def settings_text(settings: dict[str, Any]) -> str:
    """Settings as lines."""
    return "\n".join(f"{path} = {value}" for path, value in settings.items())


class Asking(Tab):
    """A tab of one or several questions."""

    lead: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._filling = False
        self._backs: dict[str, Any] = {}  # what takes a question back, by its kind

    def fields(self) -> None:
        """Draw what questions are made of."""
        raise NotImplementedError

    def fill(self, asked: dict[str, Question]) -> None:
        """Put the fields as the questions are that are asked: those of `asked`, which are new here."""

    def build(self) -> None:
        lead(self.lead)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.fields()
            found = ui.element("div").classes("stack")
            self.found: Rows[str, _Found] = Rows(found, lambda kind: _Found(self.page, kind))
        self._fill(self.kinds)
        self._draw()

    def ask(self, question: Callable[[], Question | None]) -> None:
        """Ask what the fields make; a sentence where they make no sense."""

        def step() -> None:
            made = question()
            if made is not None and self.state.asked.get(made.kind) != made:
                self.project.do(made)

        if not self._filling:
            self.page.act(step)

    def again(self, kind: str, question: Callable[[], Question | None]) -> None:
        """Ask once more where it is asked already: a field has changed."""
        if kind in self.state.asked:
            self.ask(question)

    def settings_field(self, hint: str, question: Callable[[], Question]) -> Any:
        """The field of settings, and a list of what may be set: what is chosen there is written as a line."""
        field = ui.textarea(words.SETTINGS, placeholder=hint).props("outlined autogrow")
        known = ui.select({}, label=words.SET_WHAT, with_input=True).props("outlined dense options-dense")

        def offered() -> None:
            try:
                found = question().settable(self.project.folder)
            except HeterofilmError:
                found = {}
            offer(known, {path: f"{path} = {value}" for path, value in found.items()}, None)

        def chosen(event: Any) -> None:
            if event.value:
                line = known.options[event.value]
                field.set_value("\n".join(filter(None, [str(field.value or "").strip(), line])))
                known.set_value(None)
                field.run_method("focus")

        known.on("focus", offered)
        known.on_value_change(chosen)
        return field

    def button(self, text: str, kind: str, question: Callable[[], Question | None]) -> None:
        """The button that asks, and one that takes it back."""
        with ui.element("div").classes("line"):
            ui.button(text, on_click=lambda: self.ask(question)).props("unelevated color=primary text-color=on-accent")
            button = ui.button(icon="close", on_click=lambda: self.page.do(Unask(question=kind))).props("flat dense")
            button.props["aria-label"] = f"{words.REMOVE}: {text}"
            self._backs[kind] = button

    def follows(self, field: Any, kind: str, question: Callable[[], Question | None]) -> Any:
        """A field whose change asks again: a choice at once, a text when it is left or ended by Enter."""
        if isinstance(field, ui.select):
            field.on_value_change(lambda _: self.again(kind, question))
        else:
            field.on("blur", lambda: self.again(kind, question))
            if not isinstance(field, ui.textarea):
                field.on("keydown.enter", lambda: self.ask(question))
        return field

    def _fill(self, kinds: Iterable[str]) -> None:
        self._filling = True
        try:
            self.fill({kind: one for kind, one in self.state.asked.items() if kind in kinds})
        finally:
            self._filling = False

    # what is answered

    def _draw(self) -> None:
        for kind, button in self._backs.items():
            button.set_visibility(kind in self.state.asked)
        for kind, found in self.found.show(kind for kind in self.kinds if kind in self.state.asked).items():
            question = self.state.asked[kind]
            found.show(question, self.project.answers.get(question), self.project.answers.why(question))

    def changed(self, before: State, after: State) -> None:
        other = [kind for kind in self.kinds if before.asked.get(kind) != after.asked.get(kind)]
        if other:
            self._fill(other)  # what is typed for another question stays
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._draw()


class _Found:
    """What was found of a question; while another answer is on its way, what there is waits unseen."""

    def __init__(self, page: Page, kind: str) -> None:
        with ui.element("div").classes("stack") as self.box:
            self.words = heading("")
            self.said = fault()
            with ui.element("div").classes("stack") as self.there:
                self.notes = Region()
                self.cards = Cards(page, lambda one, suffix: figure_file(kind, one["name"], suffix))
                self.tables = Region()

    def show(self, question: Question, answer: Answered | None, why: str) -> None:
        self.words.set_content(html(question.words))
        self.said.set_text(why or words.WORKED_OUT)
        kind, other = ("fault", "fine") if why else ("fine", "fault")
        self.said.classes(add=kind, remove=other)  # to replace all would show it where it is hidden
        self.said.set_visibility(answer is None)
        self.there.set_visibility(answer is not None)
        if answer is None:
            return
        self.notes.draw(answer.notes, lambda: notes(words.BESIDE, answer.notes, plain=True) if answer.notes else None)
        self.cards.show(answer.figures)
        self.tables.draw(Same(answer), lambda: _tables(answer))


def _tables(answer: Answered) -> None:
    rows = [
        (one["quantity"], "" if one["value"] is None else f"{one['value']:.5g}", one["unit"], one["words"])
        for one in answer.rows
    ]
    table(words.ANSWER_HEAD, rows[:MOST_ROWS], words.NUMBERS)
    for title, head, further in answer.tables:
        table(head, further[:MOST_ROWS], title)
