"""*Compare*: measured and simulated curves over each other, as a figure and as numbers."""

from __future__ import annotations

from functools import partial
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
from ..session.state import Print, State
from .overlaid import OverlayBox
from .page import Tab
from .parts import FigureBox, fault, lead, notes, table

__all__ = ["CompareTab"]

MOST_ROWS = 200


class CompareTab(Tab):
    """One comparison."""

    name = "compare"

    def build(self) -> None:
        self.overlay = OverlayBox(self.page)
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
                    self.numbers = ui.element("div").classes("stack")
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
            self.curves = ui.element("div").classes("stack")
        self.boxes: dict[str, Any] = {}
        now = self.state.comparison
        axes = {x: words.AXES[x] for x in AXES}
        self.x = ui.select(axes, value=now.x, label=words.OVER).props("outlined dense")
        shades = {colour: words.COLOURS[colour] for colour in COLOURS}
        self.colour = ui.select(shades, value=now.colour, label=words.COLOUR).props("outlined dense")
        self.offset = ui.number(words.OFFSET, value=now.offset, step=0.1).props("outlined dense debounce=300")
        self.faults = ui.element("div").classes("stack")

    def _other(self, event: Any) -> None:
        """Curves of voltage, or measurements of another kind."""
        if (event.value or "") != self.state.overlaid.what:
            self.page.do(Overlay(what=event.value or ""))

    def _show_print(self) -> None:
        self.style.set_value(self.state.printed.style)
        self.columns.set_value(self.state.printed.columns)

    def _print(self) -> None:
        wanted = PrintAs(style=self.style.value or "", columns=self.columns.value or "single")
        if Print(wanted.style, wanted.columns) != self.state.printed:
            self.page.do(wanted)

    def _there(self) -> tuple[list[str], dict[str, Record], list[str]]:
        """The names of all curves, those that are there, and why others are not."""
        measured, faults = self.project.measured()
        names = [*self.state.kept, *measured, *([NOW] if self.state.shown else [])]
        return names, {**self.project.records(), **measured}, faults

    def _toggle(self, name: str, on: bool) -> None:
        """One curve more, or less, than there are now: clicks that come quickly do not undo each other."""
        now = [one for one in self.state.comparison.curves if one != name]
        self._choose((*now, name) if on else tuple(now))

    def _choose(self, curves: tuple[str, ...]) -> None:
        wanted = Compare(
            curves=curves, x=self.x.value, colour=self.colour.value,
            offset=float(self.offset.value or 0.0),
        )  # fmt: skip
        now = self.state.comparison
        if (wanted.curves, wanted.x, wanted.colour, wanted.offset) != (now.curves, now.x, now.colour, now.offset):
            self.page.do(wanted)

    def _draw(self) -> None:
        what = self.state.overlaid.what
        kinds = {"": words.VOLTAGES, **{kind: kind_in_words(kind) for kind in self.project.kinds()}}
        self.what.set_options(kinds | ({what: kind_in_words(what)} if what else {}), value=what)
        self._show_print()
        for side in (self.left, self.right):
            side.set_visibility(not what)
        self.overlay.draw()
        if not what:
            self._draw_voltages()

    def _draw_voltages(self) -> None:
        names, there, faults = self._there()
        now = self.state.comparison
        chosen = [name for name in now.curves if name in names]
        self._offer(names, chosen)
        self.x.set_value(now.x)
        self.colour.set_value(now.colour)
        self.offset.set_value(now.offset)
        self.faults.clear()
        if faults:
            with self.faults:
                notes(words.NOT_READ, faults[:20])
        self.numbers.clear()
        try:
            shown = {name: there[name] for name in chosen if name in there}
            figure: Any = comparison_figure(shown, now.x, now.colour, now.offset) if shown else None  # type: ignore[arg-type]
        except HeterofilmError as error:
            self.wrong.set_text(str(error))
            self.box.show(None)
            return
        self.wrong.set_text("" if shown else words.NO_CURVES)
        self.wrong.classes(replace="fault" if shown else "fine")
        self.box.show(figure)
        rows = [
            (name, str(row["step"]), row["quantity"], f"{row['value']:.5g}", row["unit"], row["words"])
            for name, record in shown.items()
            for row in of_curve(name, record)
        ]
        with self.numbers:
            if rows:
                table(words.STEP_HEAD, rows[:MOST_ROWS], words.NUMBERS)
            said = [
                f"{name}: {line}"
                for name, record in shown.items()
                for key in ("notes", "assumed", "doubts", "incomplete")
                for line in str(record.meta.get(key, "")).splitlines()
            ]
            if said:
                notes(words.BESIDE, said, plain=True)

    def _offer(self, names: list[str], chosen: list[str]) -> None:
        """A box for each curve, ticked where it is shown."""
        if list(self.boxes) != names:
            self.curves.clear()
            with self.curves:
                for name in names:
                    told = partial(self._toggle, name)
                    box = ui.checkbox(plain(name), value=name in chosen)
                    box.props("dense").on_value_change(lambda event, told=told: told(event.value))
                    self.boxes[name] = box
            self.boxes = {name: self.boxes[name] for name in names}
        for name, box in self.boxes.items():
            if box.value != (name in chosen):
                box.set_value(name in chosen)

    def changed(self, before: State, after: State) -> None:
        own = [(s.comparison, s.kept, s.sheets, s.shown, s.overlaid) for s in (before, after)]
        if own[0] != own[1]:
            self._draw()
        elif before.printed != after.printed:
            self._show_print()

    def answered(self) -> None:
        if NOW in self.state.comparison.curves and not self.state.overlaid.what:
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._draw()
