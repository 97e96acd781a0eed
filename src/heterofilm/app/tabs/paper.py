"""*Paper*: its claims, each with the model's answer and the figure that shows it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nicegui import ui

from .. import words
from ..session.questions.paper import FOLDER, HEAD, Paper
from .asking import Asking
from .kept import Region
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
        self.one = Region()
        self._rows: dict[str, Any] = {}

    def _draw(self) -> None:
        super()._draw()
        question = self.state.asked.get("paper")
        answer = None if question is None else self.project.answers.get(question)
        self._rows = {} if answer is None else {str(row[0]): row for row in answer.tables[0][2]}
        offer(self.claim, list(self._rows), self.claim.value if self.claim.value in self._rows else None)
        self._show()  # also where the figure alone is another one

    def _show(self) -> None:
        """The claim that is chosen: its row, and its figure."""
        row = self._rows.get(str(self.claim.value))
        if row is None:
            self.one.draw(None, lambda: None)
            return
        place = self.project.folder / FOLDER / "figures" / f"{row[HEAD.index('Figure')]}.png"
        about = place.stat() if place.is_file() else None
        if about is not None and about.st_size >= MAX_BYTES:
            about = None
        shown = (list(row), about and about.st_mtime_ns)
        self.one.draw(shown, lambda: _claim(row, None if about is None else place))


def _claim(row: Sequence[Any], picture: Path | None) -> None:
    heading(str(row[0]), 3)
    table(words.CLAIM_HEAD, [(name, str(value)) for name, value in zip(HEAD, row, strict=True) if value])
    if picture is None:
        ui.label(words.NO_FIGURE).classes("fine")
        return
    with ui.element("figure"):
        image = ui.element("img").classes("picture")
        image.props["src"] = f"data:image/png;base64,{b64encode(picture.read_bytes()).decode()}"
        image.props["alt"] = f"{words.FIGURES}: {picture.stem}"
