"""*Paper*: its claims, each with the model's answer and the figure that shows it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from nicegui import ui

from .. import words
from ..session.questions.paper import FOLDER, HEAD, Paper
from ..session.questions.question import Answered, Question
from .asking import Asking
from .parts import heading, offer, table

__all__ = ["PaperTab"]

MAX_BYTES = 20_000_000  # of a picture


class PaperTab(Asking):
    """All claims, one of them with its figure."""

    name = "paper"
    lead = words.PAPER_LEAD
    kinds = ("paper",)

    def fields(self) -> None:
        self.button(words.RUN_STUDY, "paper", Paper)
        self.claim = ui.select([], label=words.CLAIM, with_input=True, on_change=lambda _: self._show())
        self.claim.props("outlined dense")
        self.one = ui.element("div").classes("stack")
        self._rows: dict[str, Any] = {}

    def _answer(self, question: Question, answer: Answered | None, why: str) -> None:
        super()._answer(question, answer, why)
        found = [] if answer is None else answer.tables[0][2]
        self._rows = {str(row[0]): row for row in found}
        offer(self.claim, list(self._rows), self.claim.value if self.claim.value in self._rows else None)

    def _show(self) -> None:
        """The claim that is chosen: its row, and its figure."""
        self.one.clear()
        row = self._rows.get(str(self.claim.value))
        if row is None:
            return
        with self.one:
            heading(str(row[0]), 3)
            table(words.CLAIM_HEAD, [(name, str(value)) for name, value in zip(HEAD, row, strict=True) if value])
            name = str(row[HEAD.index("Figure")])
            place = self.project.folder / FOLDER / "figures" / f"{name}.png"
            if name and place.is_file() and place.stat().st_size < MAX_BYTES:
                picture = f"data:image/png;base64,{b64encode(place.read_bytes()).decode()}"
                with ui.element("figure"):
                    image = ui.element("img").classes("picture")
                    image.props["src"], image.props["alt"] = picture, f"{words.FIGURES}: {name}"
            else:
                ui.label(words.NO_FIGURE).classes("fine")
