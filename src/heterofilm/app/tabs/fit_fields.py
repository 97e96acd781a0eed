"""The fields beside a fit: window, background and states or circuit, points left out, and every number of the fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from ...analysis.impedance.fit import WEIGHTINGS
from ...analysis.photoemission.background import BACKGROUNDS
from ...errors import InputError
from ...figures.words import html
from ...library.core_levels import core_levels
from .. import words
from ..regions import HOW, Region, held, started, where
from .corrections import Corrections
from .kept import Region as Part
from .kept import Rows, Typed
from .parts import fault, heading, short

__all__ = ["FitFields", "FitNumbers", "given_value", "shown_value"]

DIGITS = 2  # of an energy
Said = dict[str, Any]


class FitFields:
    """All but the numbers, of one region. `show` puts them as its sample file has it; what they hold until they are
    left or ended by Enter stays."""

    def __init__(self, tab: Corrections, region: Region) -> None:
        self.tab = tab
        self.unit = "eV" if region.level else "Hz"
        self._filling = False
        self._choices: dict[str, Any] = {}
        self._ends: list[Typed] = []
        with ui.element("div").classes("line"):
            for label in (words.WINDOW_LOW, words.WINDOW_HIGH):
                field = ui.number(label.format(unit=self.unit), step=0.1 if region.level else None)
                self._ends.append(Typed(field.props("outlined dense").classes("grow"), self._window))
        self.states: Any = None
        if region.level:
            self._choice("background", words.BACKGROUND, BACKGROUNDS)
            if known := [state.name for state in core_levels([])[region.level].states]:
                self.states = ui.select(known, value=[], multiple=True, label=words.STATES)
                self.states.props("outlined dense use-chips").on_value_change(
                    lambda event: self._other("states", list(event.value))
                )
        else:
            circuit = ui.input(words.CIRCUIT, placeholder="R0-p(R1,CPE1)-Wo1").props("outlined dense")
            self.circuit = Typed(circuit, lambda text: self._other("circuit", text))
            self._choice("weights", words.WEIGHTS, WEIGHTINGS)
        heading(words.LEFT_OUT, 3)
        ui.label(words.LEFT_OUT_HOW).classes("fine")
        self.without: Rows[str, _LeftOut] = Rows(
            ui.element("div").classes("stack"), lambda name: _LeftOut(name, lambda: self._back(name))
        )

    @property
    def said(self) -> Said:
        """What the sample file says now."""
        chosen = self.tab.chosen()
        return {} if chosen is None else chosen[2]

    def show(self, region: Region, said: Said) -> None:
        """As it is said of the region."""
        self._filling = True
        try:
            for field, x in zip(self._ends, where(region, said), strict=True):
                field.show(round(x, DIGITS) if region.level else float(f"{x:.4g}"))
            for key, choice in self._choices.items():
                choice.set_value(said.get(key, ""))
            if not region.level:
                self.circuit.show(said.get("circuit", ""))
            elif self.states is not None:
                self.states.set_value(list(said.get("states", ())))
        finally:
            self._filling = False
        self.without.show(map(self._named, said.get("without", ())))

    def _named(self, one: Any) -> str:
        return f"{one[0]:g} to {one[1]:g} eV" if self.unit == "eV" else f"{one:.5g} Hz"

    def _choice(self, key: str, label: str, known: Any) -> None:
        choice = ui.select({"": words.AS_FITTED, **{name: name for name in known}}, value="", label=label)
        choice.props("outlined dense").on_value_change(lambda event: self._other(key, event.value))
        self._choices[key] = choice

    def _other(self, key: str, value: Any) -> None:
        """Another word; of other states, or another circuit, what was said of the old one's numbers goes."""
        if not self._filling:
            said = self.said
            self.tab.correct({**said, key: value} if key in self._choices else _without_numbers(said, key, value))

    def _window(self, _: float) -> None:
        low, high = (field.given for field in self._ends)
        if "" not in (low, high):
            self.tab.window(float(low), float(high))

    def _back(self, name: str) -> None:
        said = self.said
        rest = [one for one in said.get("without", ()) if self._named(one) != name]
        self.tab.correct({**said, "without": rest})


class _LeftOut:
    """Points that are left out, and the way back for them."""

    def __init__(self, name: str, back: Callable[[], Any]) -> None:
        with ui.element("div").classes("line") as self.box:
            ui.label(name).classes("grow")
            button = ui.button(icon="close", on_click=back)
            button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {name}"


def _without_numbers(said: Said, key: str, value: Any) -> Said:
    """Other states, or another circuit: what was said of the old one's numbers goes."""
    return {**{name: one for name, one in said.items() if name not in HOW}, key: value}


class FitNumbers:
    """Every number of a fit: what it came to, and whether the next fit finds it, or is told."""

    def __init__(self, tab: Corrections, region: Region) -> None:
        self.tab = tab
        heading(words.FIT_NUMBERS, 3)
        with ui.element("div").classes("line"):
            ui.button(words.TAKE_AS_START, on_click=self._start).props("outline")
            self.no_start = ui.button(words.NO_START, on_click=self._no_start).props("outline")
        self.notes = Part()
        with ui.element("div").classes("fitted"):
            self.rows = [_Number(tab, row) for row in region.numbers]

    def show(self, region: Region, said: Said) -> None:
        """The numbers of the same names as they are now."""
        self.no_start.set_visibility("start" in said)
        noted = list(dict.fromkeys(str(row["note"]) for row in region.numbers if row["note"]))
        self.notes.draw(noted, lambda: [fault(note) for note in noted])
        for number, row in zip(self.rows, region.numbers, strict=True):
            number.show(row, said)

    def _start(self) -> None:
        if (chosen := self.tab.chosen()) is not None:
            self.tab.correct(started(chosen[1], chosen[2]))

    def _no_start(self) -> None:
        if (chosen := self.tab.chosen()) is not None:
            self.tab.correct({key: one for key, one in chosen[2].items() if key != "start"})


class _Number:
    """One of them."""

    def __init__(self, tab: Corrections, row: Any) -> None:
        self.tab = tab
        self.row = row
        self.how: str | None = None  # that is shown
        self.name = name = row["number"]
        ui.html(html(name), sanitize=False, tag="span")
        self.value = ui.label("").classes("fine")
        ways = {"": words.FREE_NUMBER if not row["of"] else words.OF_OTHER.format(other=row["of"]), **words.HOW}
        self.choice = ui.select(ways, value="").props("outlined dense options-dense")
        self.choice.props["aria-label"] = f"{words.HOW_IT_IS}: {name}"
        with ui.element("div"):  # keeps its place where there is no field
            self.field = ui.input().props("outlined dense")
        self.field.props["aria-label"] = name
        self.choice.on_value_change(lambda event: self._chosen(event.value))
        self.typed = Typed(self.field, self._told)

    def show(self, row: Any, said: Said) -> None:
        """What it came to; how it is held, unless another way is chosen and not written yet."""
        self.row = row
        unit = "" if row["unit"] == "1" else f" {row['unit']}"
        self.value.set_text(f"{short(row['value'])}{unit}")
        how = next((one for one in HOW if self.name in said.get(one, {})), "")
        if how != self.how or self.choice.value == how:
            self.how = how
            self.choice.set_value(how)
            self.field.set_visibility(bool(how))
            self.typed.show(shown_value(how, said[how][self.name]) if how else "")

    def _chosen(self, way: str) -> None:
        if way == self.how:
            if (chosen := self.tab.chosen()) is not None:
                self.show(self.row, chosen[2])  # another way was chosen, and is not any more
            return
        value = self.row["value"]
        if way in ("", "start", "fixed"):
            self._hold(way, float(short(value)))
        elif way == "bounds":
            low, high = sorted((0.5 * value, 2.0 * value))
            if self.row["unit"] == "eV":
                low, high = value - 0.5, value + 0.5
            self._hold(way, [float(short(low)), float(short(high))])
        else:
            self.field.set_visibility(True)  # what it is tied to has to be written
            self.typed.empty()

    def _hold(self, way: str, value: Any) -> None:
        if (chosen := self.tab.chosen()) is not None:
            self.tab.correct(held(chosen[2], self.name, way, value))

    def _told(self, text: str) -> None:
        way = self.choice.value
        if text and way:
            self.tab.page.act(lambda: self._hold(way, given_value(way, text)))


def shown_value(how: str, value: Any) -> str:
    """As it stands in its field."""
    if how == "bounds":
        return f"{short(value[0])} : {short(value[1])}"
    return str(value) if how == "links" else short(value)


def given_value(how: str, text: str) -> Any:
    """What is written in the field of a number. Errors: `InputError` for what is none.

    >>> given_value("bounds", "529 : 531.5"), given_value("fixed", "1.4"), given_value("links", "2*R1")
    ([529.0, 531.5], 1.4, '2*R1')
    """
    if how == "links":
        return text
    parts = text.split(":") if how == "bounds" else [text]
    try:
        found = [float(one) for one in parts]
    except ValueError:
        found = []
    if len(found) != (2 if how == "bounds" else 1):
        wanted = "two numbers such as 529 : 531.5" if how == "bounds" else "a number such as 531.2"
        raise InputError(f"'{text[:60]}' is not {wanted}.")
    return found if how == "bounds" else found[0]
