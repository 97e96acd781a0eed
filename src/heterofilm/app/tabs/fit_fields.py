"""The fields beside a fit: window, background and states or circuit, points left out, and every number of the fit."""

from __future__ import annotations

from functools import partial
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
from .parts import fault, heading, short

__all__ = ["draw_fields", "draw_numbers", "given_value", "shown_value"]

DIGITS = 2  # of an energy
Said = dict[str, Any]


def draw_fields(tab: Corrections, region: Region, said: Said) -> None:
    """All but the numbers."""
    _window(tab, region, said)
    if region.level:
        _choice(tab, said, "background", words.BACKGROUND, BACKGROUNDS)
        known = [state.name for state in core_levels([])[region.level].states]
        if known:
            ui.select(
                known, value=list(said.get("states", ())), multiple=True, label=words.STATES,
                on_change=lambda event: tab.correct(_without_numbers(said, "states", list(event.value))),
            ).props("outlined dense use-chips")  # fmt: skip
    else:
        circuit = ui.input(words.CIRCUIT, value=said.get("circuit", ""), placeholder="R0-p(R1,CPE1)-Wo1")
        circuit.props("outlined dense")

        def named() -> None:
            text = str(circuit.value or "").strip()
            if text != said.get("circuit", ""):
                tab.correct(_without_numbers(said, "circuit", text))

        circuit.on("blur", named)
        circuit.on("keydown.enter", named)
        _choice(tab, said, "weights", words.WEIGHTS, WEIGHTINGS)
    heading(words.LEFT_OUT, 3)
    ui.label(words.LEFT_OUT_HOW).classes("fine")
    for k, one in enumerate(said.get("without", ())):
        rest = [other for j, other in enumerate(said["without"]) if j != k]
        name = f"{one[0]:g} to {one[1]:g} eV" if region.level else f"{one:.5g} Hz"
        with ui.element("div").classes("line"):
            ui.label(name).classes("grow")
            button = ui.button(icon="close", on_click=partial(_back, tab, said, rest))
            button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {name}"


def _back(tab: Corrections, said: Said, rest: list[Any]) -> None:
    tab.correct({**said, "without": rest})


def _choice(tab: Corrections, said: Said, key: str, label: str, known: Any) -> None:
    ui.select(
        {"": words.AS_FITTED, **{name: name for name in known}}, value=said.get(key, ""), label=label,
        on_change=lambda event: tab.correct({**said, key: event.value}),
    ).props("outlined dense")  # fmt: skip


def _without_numbers(said: Said, key: str, value: Any) -> Said:
    """Other states, or another circuit: what was said of the old one's numbers goes."""
    return {**{name: one for name, one in said.items() if name not in HOW}, key: value}


def _window(tab: Corrections, region: Region, said: Said) -> None:
    unit = "eV" if region.level else "Hz"
    ends = [round(x, DIGITS) if region.level else float(f"{x:.4g}") for x in where(region, said)]
    fields = []
    with ui.element("div").classes("line"):
        for label, value in zip((words.WINDOW_LOW, words.WINDOW_HIGH), ends, strict=True):
            field = ui.number(label.format(unit=unit), value=value, step=0.1 if region.level else None)
            fields.append(field.props("outlined dense").classes("grow"))

    def typed() -> None:
        given = [float(field.value) for field in fields if field.value is not None]
        if len(given) == 2 and given != ends:
            tab.window(*given)

    for field in fields:
        field.on("blur", typed)
        field.on("keydown.enter", typed)


def draw_numbers(tab: Corrections, region: Region, said: Said) -> None:
    """Every number of the fit: what it came to, and whether the next fit finds it, or is told."""
    heading(words.FIT_NUMBERS, 3)
    with ui.element("div").classes("line"):
        ui.button(words.TAKE_AS_START, on_click=lambda: tab.correct(started(region, said))).props("outline")
        if "start" in said:
            left = {key: one for key, one in said.items() if key != "start"}
            ui.button(words.NO_START, on_click=lambda: tab.correct(left)).props("outline")
    for note in dict.fromkeys(str(row["note"]) for row in region.numbers if row["note"]):
        fault(note)
    with ui.element("div").classes("fitted"):
        for row in region.numbers:
            _number(tab, row, said)


def _number(tab: Corrections, row: Any, said: Said) -> None:
    name = row["number"]
    how = next((one for one in HOW if name in said.get(one, {})), "")
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    ui.html(html(name), sanitize=False, tag="span")
    ui.label(f"{short(row['value'])}{unit}").classes("fine")
    ways = {"": words.FREE_NUMBER if not row["of"] else words.OF_OTHER.format(other=row["of"]), **words.HOW}
    choice = ui.select(ways, value=how).props("outlined dense options-dense")
    choice.props["aria-label"] = f"{words.HOW_IT_IS}: {name}"
    with ui.element("div"):  # keeps its place where there is no field
        field = ui.input(value=shown_value(how, said[how][name]) if how else "").props("outlined dense")
    field.props["aria-label"] = name
    field.set_visibility(bool(how))

    def chosen(event: Any) -> None:
        way = event.value
        if way in ("", "start", "fixed"):
            tab.correct(held(said, name, way, float(short(row["value"]))))
            return
        if way == "bounds":
            low, high = sorted((0.5 * row["value"], 2.0 * row["value"]))
            if row["unit"] == "eV":
                low, high = row["value"] - 0.5, row["value"] + 0.5
            tab.correct(held(said, name, way, [float(short(low)), float(short(high))]))
            return
        field.set_visibility(True)  # what it is tied to has to be written
        field.set_value("")

    def typed() -> None:
        text = str(field.value or "").strip()
        way = choice.value
        if text and way and not (way == how and text == shown_value(how, said[how][name])):
            tab.page.act(lambda: tab.correct(held(said, name, way, given_value(way, text))))

    choice.on_value_change(chosen)
    field.on("blur", typed)
    field.on("keydown.enter", typed)


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
