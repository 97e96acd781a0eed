"""Sliders of the values of the cell at hand: where they run, and how they follow an undo."""

from __future__ import annotations

import math

from nicegui import ui

from ...errors import HeterofilmError
from ...figures.words import html
from ...library import Value, value_paths
from .. import words
from ..session.actions import SetValue
from .kept import Rows
from .page import Tab
from .parts import heading, offer, short, slider

__all__ = ["Sliders", "place_on", "spread", "value_at"]

PLACES = 1000  # of a slider from end to end
WIDE = 3.0  # times a value, to both sides, where its range is not known
LOGARITHMIC = 20.0  # high over low from which a slider runs along the logarithm
Ends = tuple[float, float, bool]  # from, to, along the logarithm


def spread(value: Value) -> Ends:
    """From where to where a slider of a value runs, in its unit, and whether along the logarithm."""
    low, high = value.span
    if not low < high:
        if value.value == 0.0:
            return 0.0, 1.0, False
        low, high = sorted((value.value / WIDE, value.value * WIDE))
    low, high = min(low, value.value), max(high, value.value)
    return low, high, low > 0.0 and (value.method == "log" or high / low > LOGARITHMIC)


def place_on(value: float, ends: Ends) -> int:
    """Of a value, on a slider."""
    low, high, log = ends
    if log and value <= 0.0:
        return 0
    share = math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low)
    return round(PLACES * min(1.0, max(0.0, share)))


def value_at(place: float, ends: Ends) -> float:
    """At a place of a slider, in four digits, and never beyond its ends."""
    low, high, log = ends
    share = min(1.0, max(0.0, place / PLACES))
    value = low * (high / low) ** share if log else low + share * (high - low)
    return min(high, max(low, float(f"{value:.4g}")))


class Sliders:
    """Which values have one, and the sliders themselves."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        heading(words.SLIDERS, 3)
        self.paths = ui.select(
            [], multiple=True, label=words.SLIDERS, with_input=True, on_change=lambda _: self._draw()
        )
        self.paths.props("outlined dense use-chips options-dense")
        self.rows: Rows[tuple[str, str], _Slide] = Rows(
            ui.element("div").classes("stack"), lambda key: _Slide(self.tab, key[1], self._values()[key[1]])
        )
        self.anew()

    def _values(self) -> dict[str, Value]:
        try:
            return dict(value_paths(self.tab.state.curve.loaded(self.tab.project.folder).entries))
        except HeterofilmError:
            return {}

    def anew(self) -> None:
        """For another cell: at first the thickness of its film and a diffusivity."""
        values = self._values()
        chosen = [path for path in self.paths.value or () if path in values]
        if not chosen:
            chosen = [path for path in values if path.startswith("films.") and path.endswith(".thickness")]
            chosen += [path for path in values if path.startswith("phases.") and path.endswith(".D")][:1]
        offer(self.paths, list(values), chosen)
        self._draw()

    def _draw(self) -> None:
        values, cell = self._values(), self.tab.state.curve.cell
        self.rows.show((cell, path) for path in self.paths.value or () if path in values)
        self._follow(values)

    def follow(self) -> None:
        """Put the sliders where the values are, after an undo or a change in another tab."""
        self._follow(self._values())

    def _follow(self, values: dict[str, Value]) -> None:
        for (_, path), slide in self.rows.own.items():
            if path in values:
                slide.show(values[path])


class _Slide:
    """The slider of one value."""

    def __init__(self, tab: Tab, path: str, value: Value) -> None:
        self.ends = spread(value.before if value.before is not None else value)
        self.unit = "" if value.unit == "1" else f" {value.unit}"
        with ui.element("div").classes("slide") as self.box:
            ui.html(html(path).replace(".", ".<wbr>"), sanitize=False, tag="span")
            self.said = ui.label("")

            def move(place: float) -> None:
                given = value_at(place, self.ends)
                self._say(given)
                if tab.state.curve.values.get(path) != given:
                    tab.page.do(SetValue(path=path, value=given))

            self.moved = slider(path, place_on(value.value, self.ends), PLACES, move)
        self._say(value.value)

    def _say(self, value: float) -> None:
        self.said.set_text(f"{short(value)}{self.unit}")

    def show(self, value: Value) -> None:
        """Where the value is; a place beside it by one is that of a hand, whose value has four digits."""
        place = place_on(value.value, self.ends)
        if abs(self.moved.props["value"] - place) > 1:
            self.moved.props["value"] = place
            self.moved.update()
        self._say(value.value)
