"""*Fit and design*: what limits the cell at hand, its values from measured curves, what to measure next, and the best
cell for a target."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import HeterofilmError, InputError
from ...library import value_paths
from .. import words
from ..session.questions.design import AIMS, TargetOf, content_of, template
from ..session.questions.experiment import Experiment
from ..session.questions.fit import Fit
from ..session.questions.limits import Limits
from ..session.questions.question import Question
from ..session.state import State
from .asking import Asking
from .parts import fault, offer

__all__ = ["DesignTab"]

NEXT = (
    "Discharge at 5 uA/cm2 until 2.15 V", "Discharge at 80 uA/cm2 for 10 min; Rest for 1 h",
    "EIS from 100 kHz to 10 mHz",
)  # fmt: skip


class DesignTab(Asking):
    """Of the cell that *Cell* has at hand."""

    name = "design"
    lead = words.DESIGN_LEAD
    kinds = ("limits", "fit", "experiment", "target")

    def fields(self) -> None:
        self.about = ui.label("").classes("fine")
        self.current = ui.number(words.CURRENT, value=80.0, min=0.0).props("outlined dense")
        self.follows(self.current, "limits", self._limits)
        self.button(words.WHAT_LIMITS, "limits", self._limits)
        self.data = ui.select([], multiple=True, label=words.DATA).props("outlined dense use-chips options-dense")
        self.free = ui.select([], multiple=True, label=words.FREE, with_input=True)
        self.free.props("outlined dense use-chips options-dense")
        self.noise = ui.input(words.NOISE, value="1 mV").props("outlined dense")
        self.searches = ui.number(words.SEARCHES, value=3, min=1, max=50, step=1, precision=0).props("outlined dense")
        self.button(words.FIT, "fit", self._fit)
        self.faults = fault()
        self.protocols = ui.textarea(words.PROTOCOLS, value="\n".join(NEXT)).props("outlined autogrow")
        self.button(words.MEASURE_NEXT, "experiment", self._experiment)
        self.aim = ui.select(list(AIMS), label=words.AIM, on_change=self._aimed).props("outlined dense")
        self.study = ui.textarea(words.STUDY).classes("mono").props("outlined autogrow spellcheck=false")
        self.follows(self.study, "target", self._target)
        self.button(words.DESIGN_IT, "target", self._target)
        self._offer()

    def _offer(self) -> None:
        curve = self.state.curve
        self.about.set_text(words.OF_CELL.format(cell=curve.cell))
        measured, _ = self.project.measured()
        offer(self.data, list(measured), [name for name in self.data.value or () if name in measured])
        self.faults.set_text("" if measured else words.NO_DATA)
        self.faults.classes(replace="fine")
        try:
            paths = [path for path, _ in value_paths(curve.loaded(self.project.folder).entries)]
        except HeterofilmError:
            paths = []
        offer(self.free, paths, [path for path in self.free.value or () if path in paths])

    def _limits(self) -> Limits:
        if not self.current.value or not self.current.value > 0.0:
            raise InputError("The current of a discharge is positive, for example 80 uA/cm2.")
        curve = self.state.curve
        return Limits(cell=curve.cell, values=dict(curve.values), uA_cm2=float(self.current.value))

    def _fit(self) -> Fit:
        curve, data = self.state.curve, tuple(self.data.value or ())
        if not data or not self.free.value:
            raise InputError("A fit needs at least one measured curve, and one value that is free.")
        samples = {name.partition("/")[0] for name in data}
        sheets: dict[str, Any] = {name: dict(self.state.sheets[name]) for name in sorted(samples)}
        return Fit(
            cell=curve.cell, values=dict(curve.values), data=data, sheets=sheets, free=tuple(self.free.value),
            noise=str(self.noise.value or "").strip() or "1 mV", searches=int(self.searches.value or 3),
        )  # fmt: skip

    def _experiment(self) -> Experiment:
        tests = tuple(filter(None, map(str.strip, str(self.protocols.value or "").splitlines())))
        if not tests or not self.free.value:
            raise InputError("What to measure next needs tests to choose from, and at least one value that is asked.")
        curve = self.state.curve
        return Experiment(
            cell=curve.cell, values=dict(curve.values), free=tuple(self.free.value), protocols=tests,
            noise=str(self.noise.value or "").strip() or "1 mV",
        )  # fmt: skip

    def _aimed(self, event: Any) -> None:
        """A study of this aim to begin with."""
        if event.value:
            self.page.act(lambda: self.study.set_value(template(event.value, self._film())))

    def _film(self) -> str:
        return self.state.curve.loaded(self.project.folder).entries.film.name

    def _target(self) -> TargetOf:
        text = str(self.study.value or "").strip()
        if not text:
            raise InputError("A search needs a study: choose an aim, and change what is written.")
        curve = self.state.curve
        content_of(text, curve.cell)
        return TargetOf(cell=curve.cell, values=dict(curve.values), study=text)

    def fill(self, asked: dict[str, Question]) -> None:
        self._offer()
        if isinstance(one := asked.get("limits"), Limits):
            self.current.set_value(one.uA_cm2)
        if isinstance(fit := asked.get("fit"), Fit):
            self.data.set_value([name for name in fit.data if name in self.data.options])
            self.free.set_value([path for path in fit.free if path in self.free.options])
            self.noise.set_value(fit.noise)
            self.searches.set_value(fit.searches)
        if isinstance(next_one := asked.get("experiment"), Experiment):
            self.free.set_value([path for path in next_one.free if path in self.free.options])
            self.protocols.set_value("\n".join(next_one.protocols))
            self.noise.set_value(next_one.noise)
        if isinstance(target := asked.get("target"), TargetOf):
            self.study.set_value(target.study)

    def changed(self, before: State, after: State) -> None:
        if (before.curve, before.sheets) != (after.curve, after.sheets):
            self._offer()
        super().changed(before, after)
