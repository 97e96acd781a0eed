"""*Test*: the protocol as it is typed, the curve as it is computed, sliders that move it, and curves kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from ...plots.comparison import comparison_figure
from ...plots.record import record_figure
from ...protocol import Protocol, ready_made
from ...protocol.completion import completed, completions
from ...records.record import Record
from .. import words
from ..cursor import nearest, readout
from ..project import QUICK
from ..session.actions import DropCurve, Keep, SetStart, SetTest, ShowCurve
from ..session.numbers import of_curve
from ..session.script import NOW
from ..session.state import Curve, State
from .drawn import FigureBox
from .kept import Region, Rows, Same, Typed
from .page import Page, Tab
from .parts import fault, heading, lead, notes, slider, table
from .sliders import Sliders

__all__ = ["TestTab"]

MOST_ROWS = 60  # of the table of steps
MOST_WORDS = 14  # that are offered as next ones
PLACES = 1000  # of the cursor, from the beginning of a test to its end
TYPING = 0.35  # s without a key until a test counts as written


class TestTab(Tab):
    """The curve at hand."""

    name = "test"

    def build(self) -> None:
        self._point: tuple[Curve, Callable[[Record], int]] | None = None  # at the cursor: of which curve, which row
        self._drawn: Any = None  # the curves that the figure shows
        self._fault = ""  # why it cannot
        lead(words.TEST_LEAD)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self._build_test()
                self.sliders = Sliders(self)
                self._build_kept()
            with ui.element("div").classes("stack"):
                with ui.element("div").classes("line"):
                    self.said = fault().classes(replace="fine grow")
                    self.over = ui.switch(words.WITH_KEPT, value=True, on_change=lambda _: self.answered())
                self.wrong = fault()
                self.box = FigureBox(self.page)
                self.box.plot.on(
                    "plotly_hover", self._hovered, throttle=0.1,
                    js_handler="(e) => emit([e.points[0].data.name, e.points[0].x / Math.max(...e.points[0].data.x),"
                    " e.points[0].y])",
                )  # fmt: skip
                ui.label(words.CURSOR).classes("fine")
                self.cursor = slider(words.CURSOR, 0, PLACES, self._moved)
                self.read = Region("")
                self.beside = Region()
        self._draw_kept()
        self._typed(self.text.value)
        if self.state.shown and self.project.now() is None:
            self.page.hub.simulate()
        self.answered()

    # the test

    def _build_test(self) -> None:
        curve = self.state.curve
        ui.select(list(ready_made()), label=words.READY, on_change=self._ready).props("outlined dense")
        self.text = ui.textarea(words.PROTOCOL, value=curve.test).classes("mono")
        self.text.props(f"outlined autogrow debounce={round(1000 * TYPING)} spellcheck=false")
        self.text.on_value_change(lambda event: self._typed(event.value))
        self.next: Rows[str, _Next] = Rows(ui.element("div").classes("line"), lambda word: _Next(self.text, word))
        self.slip = fault()
        self.good = ui.label("").classes("fine")
        with ui.element("div").classes("line"):
            self.start = ui.input(words.START, value=curve.start, placeholder=words.START_HINT).props("outlined dense")
            self.start.classes("grow")
            self.starts = Typed(self.start, lambda text: self.page.do(SetStart(start=text)))
            self.go = ui.button(words.SIMULATE, on_click=self._simulate).props(
                "unelevated color=primary text-color=on-accent"
            )
            self.stop = ui.button(words.STOP, on_click=self._stop).props("outline")
            self.stop.set_visibility(False)

    def _ready(self, event: Any) -> None:
        if event.value:
            self.text.set_value(str(Protocol.load(event.value)))

    def _typed(self, text: str | None) -> None:
        """Say what is wrong with the test, and where; carry it over when nothing is."""
        given = text or ""
        self._offer_next(given)
        try:
            protocol = Protocol.parse(given, self.project.folder)
            cycles, steps = protocol.count(), sum(1 for _ in zip(range(1000), protocol.steps(), strict=False))
        except HeterofilmError as error:
            self.slip.set_text(str(error))
            self.good.set_text("")
            return
        self.slip.set_text("")
        many = f"{steps}+" if steps == 1000 else str(steps)
        self.good.set_text(
            words.GOOD.format(
                steps=words.STEPS[steps != 1].format(n=many), cycles=words.CYCLES[cycles != 1].format(n=cycles)
            )
        )
        if given != self.state.curve.test:
            self.page.do(SetTest(test=given))

    def _offer_next(self, text: str) -> None:
        """What may be written next, to be clicked."""
        self.next.show(completions(text)[:MOST_WORDS])

    def _simulate(self) -> None:
        if not self.state.shown:
            self.page.do(ShowCurve())
        else:
            self.page.hub.simulate()

    def _stop(self) -> None:
        self.project.live.stop()

    # kept curves

    def _build_kept(self) -> None:
        heading(words.KEPT, 3)
        with ui.element("div").classes("line"):
            self.called = ui.input(words.KEEP_AS).props("outlined dense").classes("grow")
            self.called.on("keydown.enter", self._keep)
            ui.button(words.KEEP, on_click=self._keep).props("outline")
        self.kept: Rows[str, _Kept] = Rows(ui.element("div").classes("stack"), lambda name: _Kept(self.page, name))

    def _keep(self) -> None:
        name = str(self.called.value or "").strip()
        if not name:
            number = 1
            while f"curve {number}" in self.state.kept:
                number += 1
            name = f"curve {number}"
        if self.page.do(Keep(name=name)):
            self.called.set_value("")

    def _draw_kept(self) -> None:
        for name, row in self.kept.show(self.state.kept).items():
            row.said.set_text(self._about(self.state.kept[name]))

    def _about(self, curve: Curve) -> str:
        """What is known of a kept curve: its steps, or why it has none."""
        record = self.project.curves.get(curve)
        if record is None:
            why = self.project.why(curve)
            return words.UNFINISHED.format(why=why) if why else words.BUSY
        if "incomplete" in record.meta:
            return words.UNFINISHED.format(why=record.meta["incomplete"])
        return repr(record)[1:-1].partition(":")[2].strip()

    # at the cursor

    def _moved(self, place: float) -> None:
        """The cursor of the keyboard: a share of the rows of the curve at hand."""
        self.cursor.update()  # or the next drawing of the page would put it back
        if self.state.shown:
            self._point = (self.state.curve, lambda record: round(place / PLACES * (record.frame.height - 1)))
            self._read()

    def _hovered(self, event: Any) -> None:
        """The mouse is over a point of a curve."""
        given = event.args
        if not isinstance(given, list) or len(given) != 3 or not all(isinstance(one, int | float) for one in given[1:]):
            return
        share, voltage = float(given[1]), float(given[2])
        self._point = (
            self.state.kept.get(str(given[0]), self.state.curve), lambda record: nearest(record, share, voltage)
        )  # fmt: skip
        self._read()

    def _read(self) -> None:
        """What the curve holds at the point that was meant last."""
        if self._point is None:
            return
        curve, row = self._point
        record = self.project.whole(curve)
        if record is None:
            self.read.draw(None, lambda: ui.label(words.WORKED_OUT).classes("fine"))
            return
        at = row(record)

        def read() -> None:
            table(words.CURSOR_HEAD, readout(record, curve.loaded(self.project.folder), at), words.AT_CURSOR)

        self.read.draw((Same(record), at), read)

    # what comes back

    def changed(self, before: State, after: State) -> None:
        if after.curve.test != before.curve.test and self.text.value != after.curve.test:
            self.text.set_value(after.curve.test)
        if after.curve.start != before.curve.start:
            self.starts.show(after.curve.start)
        if after.curve.cell != before.curve.cell:
            self.sliders.anew()
        elif after.curve.values != before.curve.values:
            self.sliders.follow()
        if after.kept != before.kept:
            self._draw_kept()
            self.answered()
        elif after.shown != before.shown or after.curve.test != before.curve.test:
            self.answered()

    def asked(self) -> None:
        self.stop.set_visibility(True)

    def answered(self) -> None:
        hub = self.page.hub
        self.stop.set_visibility(hub.busy)
        curve = self.state.curve
        record = self.project.now() if self.state.shown else None
        partial = self.project.answer.record if self.project.answer and self.project.answer.asked == curve else None
        error = hub.error if self.state.shown else ""
        record = record or (partial if error else None)
        self.said.set_text(self._words(record))
        self._show(record)
        self.wrong.set_text(self._fault or error)

    def _words(self, record: Record | None) -> str:
        curve, answer = self.state.curve, self.project.answer
        if not self.state.shown:
            return ""
        if self.page.hub.busy:
            return f"{curve.cell} {words.BUSY}"
        if record is None and not self.project.quick(curve) and not self.slip.text:
            return words.LONG.format(cycles=words.CYCLES[1].format(n=f"more than {QUICK}"))
        if answer is not None and answer.asked == curve and answer.record is not None:
            return words.TOOK.format(ms=1e3 * answer.seconds)
        return ""

    def _show(self, record: Record | None) -> None:
        if self.page.hub.busy and self.box.figure is not None:
            return  # the curve before, until the new one is there
        kept = {
            name: one
            for name, curve in self.state.kept.items()
            if self.over.value and (one := self.project.curves.get(curve)) is not None
        }
        shown = {**kept, **({NOW: record} if record is not None else {})}
        drawn = [(name, Same(one)) for name, one in shown.items()]
        if drawn == self._drawn:
            return
        self._drawn = drawn
        figure, self._fault = None, ""
        try:
            if record is not None and not kept:
                figure = record_figure(record)
            elif shown:
                figure = comparison_figure(shown)
        except HeterofilmError as error:
            self._fault = str(error)
        self.box.show(figure)
        self._tell(shown, record)

    def _tell(self, shown: dict[str, Record], record: Record | None) -> None:
        """The numbers of the curves, and what they rest on."""
        rows = [
            (name, str(row["step"]), row["quantity"], f"{row['value']:.5g}", row["unit"], row["words"])
            for name, one in reversed(shown.items())
            for row in of_curve(name, one)
        ]
        said = [] if record is None else [str(record.meta.get(key, "")) for key in ("notes", "nominal", "values")]
        said += [] if record is None else str(record.meta.get("remarks", "")).splitlines()

        def beside() -> None:
            if rows:
                table(words.STEP_HEAD, rows[:MOST_ROWS], words.NUMBERS)
            if record is not None:
                notes(words.BESIDE, [one for one in said if one], plain=True)

        self.beside.draw((rows, said), beside)

    def ended(self) -> None:
        self._read()
        self._draw_kept()
        self.answered()

    def redraw(self) -> None:
        self.box.show(self.box.figure)


class _Next:
    """A word that may be written next, at the end of what is written by then."""

    def __init__(self, text: Any, word: str) -> None:
        self.box = ui.button(word, on_click=lambda: text.set_value(completed(str(text.value or ""), word)))
        self.box.props("outline dense no-caps size=sm").props["aria-label"] = f"{words.NEXT}: {word}"


class _Kept:
    """A curve that is kept, by its name."""

    def __init__(self, page: Page, name: str) -> None:
        with ui.element("div").classes("line") as self.box:
            with ui.element("div").classes("grow"):
                ui.label(name)
                self.said = ui.label("").classes("fine")
            button = ui.button(icon="close", on_click=lambda: page.do(DropCurve(name=name)))
            button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {name}"
