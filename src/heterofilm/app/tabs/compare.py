"""*Compare*: measured and simulated curves over each other, as a figure and as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from ...figures.style import PRESETS
from ...figures.words import plain
from ...plots.comparison import AXES, COLOURS, comparison_figure
from ...records.record import Record
from ...samples.overlays import kind_in_words
from .. import words
from ..session.actions import Compare, Overlay, PrintAs
from ..session.numbers import of_curve
from ..session.script import NOW
from ..session.state import State
from .drawn import FigureBox
from .kept import Region, Rows, Same
from .overlaid import OverlayBox
from .page import Tab
from .parts import fault, lead, notes, offer, table

__all__ = ["CompareTab"]

MOST_ROWS = 200


class CompareTab(Tab):
    """One comparison."""

    name = "compare"

    def build(self) -> None:
        self.overlay = OverlayBox(self.page)
        self._filling = False
        self._drawn: Any = None  # what the figure shows
        lead(words.COMPARE_LEAD)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.what = ui.select({"": words.VOLTAGES}, value="", label=words.COMPARED).props("outlined dense")
                with ui.element("div").classes("stack") as self.left:
                    self._fields()
                self.overlay.fields()
                with ui.element("div").classes("line"):
                    styles = {"": words.AS_SHOWN, **{name: name for name in PRESETS}}
                    self.style = ui.select(styles, label=words.PRINT).props("outlined dense").classes("grow")
                    self.columns = ui.select(words.COLUMNS, label=words.WIDTH).props("outlined dense").classes("grow")
            with ui.element("div").classes("stack"):
                with ui.element("div").classes("stack") as self.right:
                    self.wrong = fault()
                    self.box = FigureBox(self.page)
                    self.numbers = Region()
                self.overlay.figures()
        self._draw()
        for field in (self.x, self.colour, self.offset):
            field.on_value_change(lambda _: self._choose(self.state.comparison.curves))
        self.what.on_value_change(self._other)
        for field in (self.style, self.columns):
            field.on_value_change(lambda _: self._print())

    def _fields(self) -> None:
        """Those of the curves of voltage."""
        with ui.element("fieldset").classes("choices"):
            ui.html(words.CURVES, sanitize=False, tag="legend")
            self.curves: Rows[str, _Tick] = Rows(ui.element("div").classes("stack"), lambda name: _Tick(self, name))
        now = self.state.comparison
        axes = {x: words.AXES[x] for x in AXES}
        self.x = ui.select(axes, value=now.x, label=words.OVER).props("outlined dense")
        shades = {colour: words.COLOURS[colour] for colour in COLOURS}
        self.colour = ui.select(shades, value=now.colour, label=words.COLOUR).props("outlined dense")
        self.offset = ui.number(words.OFFSET, value=now.offset, step=0.1).props("outlined dense debounce=300")
        self.faults = Region()

    def _other(self, event: Any) -> None:
        """Curves of voltage, or measurements of another kind."""
        if not self._filling and (event.value or "") != self.state.overlaid.what:
            self.page.do(Overlay(what=event.value or ""))

    def _print(self) -> None:
        if not self._filling:
            self.page.do(PrintAs(style=self.style.value or "", columns=self.columns.value or "single"))

    def _there(self) -> tuple[list[str], dict[str, Record], list[str]]:
        """The names of all curves, those that are there, and why others are not."""
        measured, faults = self.project.measured()
        names = [*self.state.kept, *measured, *([NOW] if self.state.shown else [])]
        return names, {**self.project.records(), **measured}, faults

    def toggle(self, name: str, on: bool) -> None:
        """One curve more, or less, than there are now: clicks that come quickly do not undo each other."""
        now = [one for one in self.state.comparison.curves if one != name]
        self._choose((*now, name) if on else tuple(now))

    def _choose(self, curves: tuple[str, ...]) -> None:
        if not self._filling:
            offset = float(self.offset.value or 0.0)
            self.page.do(Compare(curves=curves, x=self.x.value, colour=self.colour.value, offset=offset))

    def _fill(self, names: list[str], chosen: list[str]) -> None:
        """The fields as the session has them; what one of them says meanwhile is no word of the user's."""
        now, what, printed = self.state.comparison, self.state.overlaid.what, self.state.printed
        kinds = {kind: kind_in_words(kind) for kind in [*self.project.kinds(), *filter(None, [what])]}
        self._filling = True
        try:
            offer(self.what, {"": words.VOLTAGES, **kinds}, what)
            self.style.set_value(printed.style)
            self.columns.set_value(printed.columns)
            self.x.set_value(now.x)
            self.colour.set_value(now.colour)
            if float(self.offset.value or 0.0) != now.offset:  # or a field that is emptied would fill itself
                self.offset.set_value(now.offset)
            for name, tick in self.curves.show(names).items():
                tick.box.set_value(name in chosen)
        finally:
            self._filling = False

    def _draw(self) -> None:
        what = self.state.overlaid.what
        names, there, faults = self._there()
        chosen = [name for name in self.state.comparison.curves if name in names]
        self._fill(names, chosen)
        for side in (self.left, self.right):
            side.set_visibility(not what)
        self.overlay.draw()
        if not what:
            self.faults.draw(faults, lambda: notes(words.NOT_READ, faults[:20]) if faults else None)
            self._show({name: there[name] for name in chosen if name in there})

    def _show(self, shown: dict[str, Record]) -> None:
        """These curves over each other."""
        now = self.state.comparison
        drawn = (now.x, now.colour, now.offset, [(name, Same(one)) for name, one in shown.items()], self.page.dark)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        said, figure = ("" if shown else words.NO_CURVES), None
        try:
            if shown:
                figure = comparison_figure(shown, now.x, now.colour, now.offset)  # type: ignore[arg-type]
        except HeterofilmError as error:
            said, shown = str(error), {}
        self.wrong.set_text(said)
        self.wrong.classes(replace="fine" if said == words.NO_CURVES else "fault")
        self.box.show(figure)
        rows = [
            (name, str(row["step"]), row["quantity"], f"{row['value']:.5g}", row["unit"], row["words"])
            for name, record in shown.items()
            for row in of_curve(name, record)
        ]
        beside = [
            f"{name}: {line}"
            for name, record in shown.items()
            for key in ("notes", "assumed", "doubts", "incomplete")
            for line in str(record.meta.get(key, "")).splitlines()
        ]
        self.numbers.draw((rows, beside), lambda: _numbers(rows, beside))

    def changed(self, before: State, after: State) -> None:
        own = [(s.comparison, s.kept, s.sheets, s.shown, s.overlaid, s.printed) for s in (before, after)]
        if own[0] != own[1]:
            self._draw()

    def answered(self) -> None:
        if NOW in self.state.comparison.curves and not self.state.overlaid.what:
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._draw()


class _Tick:
    """A curve that may be shown: ticked where it is."""

    def __init__(self, tab: CompareTab, name: str) -> None:
        self.box = ui.checkbox(plain(name)).props("dense")
        self.box.on_value_change(lambda event: tab.toggle(name, event.value))


def _numbers(rows: Sequence[Sequence[str]], beside: Sequence[str]) -> None:
    if rows:
        table(words.STEP_HEAD, rows[:MOST_ROWS], words.NUMBERS)
    if beside:
        notes(words.BESIDE, beside, plain=True)
