"""*Junction*: two solids that meet: bands before and after, the field within, what it can do."""

from __future__ import annotations

from nicegui import ui

from ...library import names
from .. import words
from ..session.questions.junction import Junction
from ..session.questions.question import Question
from .asking import Asking, settings_of, settings_text

__all__ = ["JunctionTab"]


class JunctionTab(Asking):
    """Bands and field."""

    name = "junction"
    lead = words.JUNCTION_LEAD
    kinds = ("junction",)

    def fields(self) -> None:
        known = list(names("junctions"))
        first = "V2O5-Cu2V2O7"
        self.pair = ui.select(known, value=first, label=words.PAIR).props("outlined dense")
        self.settings = self.settings_field(words.JUNCTION_HINT, lambda: Junction(name=self.pair.value))
        for field in (self.pair, self.settings):
            self.follows(field, "junction", self._junction)
        self.button(words.WORK_OUT, "junction", self._junction)

    def _junction(self) -> Junction:
        return Junction(name=self.pair.value, settings=settings_of(self.settings.value or ""))

    def fill(self, asked: dict[str, Question]) -> None:
        if isinstance(one := asked.get("junction"), Junction):
            self.pair.set_value(one.name)
            self.settings.set_value(settings_text(one.settings))
