"""*Cell*: which cell, and every value that acts in it, with its unit, kind, range and source, changed in its field."""

from __future__ import annotations

import shutil
from typing import Any

from nicegui import ui

from ...cell import Cell as ModelCell
from ...errors import HeterofilmError
from ...library import Value, names, value_paths
from ...library.cell_entries import words_of
from .. import own_film, words
from ..own_potential import cell_with_table
from ..server.uploads import drop_place
from ..session.actions import ChooseCell, ResetValue, SetValue
from ..session.state import State
from .kept import Region, Typed
from .page import Tab
from .parts import drop_zone, fault, lead, notes, offer

__all__ = ["CellTab", "cells_of", "given_value"]


def cells_of(page: Any) -> list[str]:
    """Cells of the library, and those of the project."""
    return [*own_film.cells_of(page.project.folder), *names("cells")]


def given_value(text: str) -> float | str:
    """What a field holds: a number in the unit of the entry, or a text with its own unit."""
    try:
        return float(text)
    except ValueError:
        return text.strip()


class CellTab(Tab):
    """The cell at hand."""

    name = "cell"

    def build(self) -> None:
        lead(words.CELL_LEAD)
        with ui.element("div").classes("line"):
            self.choice = (
                ui.select(cells_of(self.page), value=self.state.curve.cell, label=words.CELL, on_change=self._chosen)
                .props("outlined dense")
                .style("min-width: 16rem")
            )
            self.title = ui.label("").classes("grow")
        own = ui.expansion(words.OCV)
        own.props["toggle-aria-label"] = words.OCV
        with own, ui.element("div").classes("stack"):
            lead(words.OCV_LEAD)
            with ui.element("div").classes("line"):
                self.phase = ui.select([], label=words.OCV_PHASE).props("outlined dense").style("min-width: 12rem")
                self.lithium = ui.number(words.OCV_LITHIUM, min=0.0, step=0.1).props("outlined dense")
                self.lithium.style("min-width: 18rem")
            drop_zone("table", several=False)
        self.said = Region()
        self.box = Region()
        self.open: set[str] = set()
        self._draw()

    def _chosen(self, event: Any) -> None:
        if event.value and event.value != self.state.curve.cell and not self.page.do(ChooseCell(cell=event.value)):
            self.choice.set_value(self.state.curve.cell)

    def _draw(self) -> None:
        try:
            cell = self.state.curve.loaded(self.project.folder)
        except HeterofilmError as error:  # of a file that has changed since
            why = str(error)
            self.said.draw(why, lambda: fault(why))
            self.box.draw(why, lambda: None)
            self.groups: dict[str, _Group] = {}
            return
        self.title.set_text(cell.entries.spec.title)
        phases = [phase.name for phase in cell.phases]
        offer(self.phase, phases, self.phase.value if self.phase.value in phases else phases[0])
        said = [cell.values, cell.nominal, *cell.remarks]
        self.said.draw(said, lambda: notes(words.BESIDE, said, plain=True))
        values: dict[str, dict[str, Value]] = {}
        for path, value in value_paths(cell.entries):
            values.setdefault(".".join(path.split(".")[:2]), {})[path] = value
        if not self.open:
            self.open = {next(group for group in values if group.startswith("films."))}
        structure = (self.state.curve.cell, {group: list(own) for group, own in values.items()})
        self.box.draw(structure, lambda: self._build_groups(list(values)))
        for group, own in values.items():
            self.groups[group].show(own, cell)

    def _build_groups(self, groups: list[str]) -> None:
        self.groups = {group: _Group(self, group) for group in groups}

    def dropped(self, purpose: str, drop: str) -> None:
        if purpose == "table":
            self.page.act(lambda: self._take(drop))

    def _take(self, drop: str) -> None:
        """Make a cell that runs from the table that was dropped, and choose it."""
        place = drop_place(self.project.folder, drop)
        tables = sorted(path for path in place.rglob("*") if path.is_file())
        try:
            for table in tables[:1]:
                given = self.lithium.value
                name, left = cell_with_table(
                    self.project.folder,
                    self.state.curve,
                    str(self.phase.value),
                    table,
                    None if given is None else float(given),
                )
                self.project.do(ChooseCell(cell=name))
                if left:
                    self.page.say(words.OCV_LEFT.format(phase=self.phase.value, left=", ".join(left)))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def changed(self, before: State, after: State) -> None:
        if (before.curve.cell, before.curve.values) != (after.curve.cell, after.curve.values):
            offer(self.choice, cells_of(self.page), after.curve.cell)
            self._draw()


class _Group:
    """The values of one part of the cell; their fields are drawn when it is opened first."""

    def __init__(self, tab: CellTab, group: str) -> None:
        self.tab = tab
        self.group = group
        self.rows: dict[str, _Row] = {}
        self.values: dict[str, Value] = {}
        self.panel = ui.expansion("", value=group in tab.open)
        self.panel.on_value_change(lambda event: self._opened(event.value))

    def show(self, values: dict[str, Value], cell: ModelCell) -> None:
        self.values, self.cell = values, cell
        title = getattr(cell.entries.parts[self.group], "title", "")
        changed = sum(path in self.tab.state.curve.values for path in values)
        mark = f" ({changed})" if changed else ""
        named = f"{self.group}{mark}{f': {title}' if title else ''}"
        if self.panel.text != named:
            self.panel.set_text(named)
            self.panel.props["toggle-aria-label"] = named  # what is seen, word by word (WCAG 2.5.3)
        self._fill()

    def _opened(self, opened: bool) -> None:
        (self.tab.open.add if opened else self.tab.open.discard)(self.group)
        self._fill()

    def _fill(self) -> None:
        if self.group in self.tab.open and not self.rows:
            with self.panel, ui.element("div").classes("values"):
                for head in words.VALUE_HEAD:
                    ui.label(head).classes("head")
                self.rows = {path: _Row(self.tab, path) for path in self.values}
        origin = self.cell.entries.origins.get(self.group)
        for path, row in self.rows.items():
            row.show(self.values[path], words_of(self.values[path], origin))


class _Row:
    """One value, below the heads of its group."""

    def __init__(self, tab: CellTab, path: str) -> None:
        self.tab = tab
        self.path = path
        ui.label(path.split(".", 2)[2])
        with ui.element("div") as self.place:
            self.field = ui.input().props("outlined dense")
            self.field.props["aria-label"] = path
            with self.field.add_slot("append"):
                self.back = ui.button(icon="undo", on_click=lambda: tab.page.do(ResetValue(path=path)))
                self.back.props("flat round dense size=sm").props["aria-label"] = f"{words.RESET}: {path}"
        self.typed = Typed(self.field, self._told)
        self.kind, self.range, self.source = (ui.label("").classes("extra") for _ in range(3))
        self.source.classes("last")

    def _told(self, text: str) -> None:
        if text:
            self.tab.page.do(SetValue(path=self.path, value=given_value(text)))

    def show(self, value: Value, origin: str) -> None:
        unit = "" if value.unit == "1" else value.unit
        span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g} {unit}"
        was = f"{words.WAS.format(before=value.before)}; " if value.before is not None else ""
        changed = self.path in self.tab.state.curve.values
        self.place.classes(replace="set" if changed else "")
        self.back.set_visibility(changed)
        if self.field.props.get("suffix", "") != unit:
            self.field.props["suffix"] = unit
        self.typed.show(f"{value.value:.6g}")
        self.kind.set_text(f"{value.kind}, {origin}" if origin != "file" else value.kind)
        self.range.set_text("; ".join(filter(None, [span.strip(), value.uncertainty])))
        self.source.set_text(f"{was}{value.source}")
