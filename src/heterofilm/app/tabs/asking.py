"""What the tabs of questions have: fields that make a question, and its answer as figures, numbers and sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from nicegui import ui

from ...errors import HeterofilmError, InputError
from .. import words
from ..answers import figure_file
from ..session.actions import Unask
from ..session.questions.question import Answered, Question
from ..session.state import State
from .page import Page, Tab
from .parts import card, fault, heading, lead, notes, table, written_figure

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
        self._shown: Any = None  # what is drawn
        self._filling = False
        self._backs: dict[str, Any] = {}  # what takes a question back, by its kind

    def fields(self) -> None:
        """Draw what questions are made of."""
        raise NotImplementedError

    def fill(self, asked: dict[str, Question]) -> None:
        """Put the fields as the questions are that are asked."""

    def build(self) -> None:
        lead(self.lead)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.fields()
            self.found = ui.element("div").classes("stack")
        self._fill()
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
            known.set_options({path: f"{path} = {value}" for path, value in found.items()}, value=None)

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

    def _fill(self) -> None:
        self._filling = True
        try:
            self.fill({kind: one for kind, one in self.state.asked.items() if kind in self.kinds})
        finally:
            self._filling = False

    # what is answered

    def _draw(self) -> None:
        asked = [self.state.asked[kind] for kind in self.kinds if kind in self.state.asked]
        answers = [self.project.answers.get(one) for one in asked]
        whys = [self.project.answers.why(one) for one in asked]
        shown = (asked, [id(one) for one in answers], whys, self.page.dark)
        if shown == self._shown:
            return
        self._shown = shown
        for kind, button in self._backs.items():
            button.set_visibility(kind in self.state.asked)
        self.found.clear()
        with self.found:
            for question, answer, why in zip(asked, answers, whys, strict=True):
                self._answer(question, answer, why)

    def _answer(self, question: Question, answer: Answered | None, why: str) -> None:
        heading(question.words)
        if answer is None:
            said = fault(why or words.WORKED_OUT)
            if not why:
                said.classes(replace="fine")
            return
        if answer.notes:
            notes(words.BESIDE, answer.notes, plain=True)
        if answer.figures:
            with ui.element("div").classes("cards"):
                for figure in answer.figures:
                    if isinstance(figure, dict):
                        written_figure(
                            figure, self.page.dark, self.project.folder,
                            lambda suffix, name=figure["name"]: figure_file(question.kind, name, suffix),  # type: ignore[misc]
                        )  # fmt: skip
                        continue
                    card(figure, self.page)
        rows = [
            (one["quantity"], "" if one["value"] is None else f"{one['value']:.5g}", one["unit"], one["words"])
            for one in answer.rows
        ]
        table(words.ANSWER_HEAD, rows[:MOST_ROWS], words.NUMBERS)
        for title, head, further in answer.tables:
            table(head, further[:MOST_ROWS], title)

    def changed(self, before: State, after: State) -> None:
        own = [{kind: one for kind, one in state.asked.items() if kind in self.kinds} for state in (before, after)]
        if own[0] != own[1]:
            self._fill()
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._draw()
