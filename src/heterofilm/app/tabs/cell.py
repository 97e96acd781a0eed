"""*Cell*: which cell, and every value that acts in it, with its unit, kind, range and source, changed in its field."""

from __future__ import annotations

import shutil
from functools import partial
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
        self.said = ui.element("div").classes("stack")
        self.box = ui.element("div").classes("stack")
        self.open: set[str] = set()
        self._draw()

    def _chosen(self, event: Any) -> None:
        if event.value and event.value != self.state.curve.cell and not self.page.do(ChooseCell(cell=event.value)):
            self.choice.set_value(self.state.curve.cell)

    def _draw(self) -> None:
        self.box.clear()
        self.said.clear()
        self.fields: dict[str, Any] = {}
        try:
            cell = self.state.curve.loaded(self.project.folder)
        except HeterofilmError as error:  # of a file that has changed since
            with self.said:
                fault(str(error))
            return
        self.title.set_text(cell.entries.spec.title)
        phases = [phase.name for phase in cell.phases]
        offer(self.phase, phases, self.phase.value if self.phase.value in phases else phases[0])
        with self.said:
            notes(words.BESIDE, [cell.values, cell.nominal, *cell.remarks], plain=True)
        groups: dict[str, list[tuple[str, Value]]] = {}
        for path, value in value_paths(cell.entries):
            groups.setdefault(".".join(path.split(".")[:2]), []).append((path, value))
        if not self.open:
            self.open = {next(group for group in groups if group.startswith("films."))}
        with self.box:
            for group, values in groups.items():
                title = getattr(cell.entries.parts[group], "title", "")
                changed = sum(path in self.state.curve.values for path, _ in values)
                mark = f" ({changed})" if changed else ""
                named = f"{group}{mark}{f': {title}' if title else ''}"
                with ui.expansion(named, value=group in self.open) as panel:
                    panel.props["toggle-aria-label"] = named  # what is seen, word by word (WCAG 2.5.3)
                    told = partial(self._opened, group, values, cell, panel)
                    panel.on_value_change(lambda event, told=told: told(event.value))
                    if group in self.open:
                        self._group(values, cell)

    def _opened(self, group: str, values: Any, cell: ModelCell, panel: Any, opened: bool) -> None:
        (self.open.add if opened else self.open.discard)(group)
        if opened and not any(path in self.fields for path, _ in values):
            with panel:
                self._group(values, cell)

    def _group(self, values: list[tuple[str, Value]], cell: ModelCell) -> None:
        with ui.element("div").classes("values"):
            for head in words.VALUE_HEAD:
                ui.label(head).classes("head")
            for path, value in values:
                self._row(path, value, cell)

    def _row(self, path: str, value: Value, cell: ModelCell) -> None:
        short = path.split(".", 2)[2]
        origin = words_of(value, cell.entries.origins.get(".".join(path.split(".")[:2])))
        unit = "" if value.unit == "1" else value.unit
        span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g} {unit}"
        before = value.before
        was = f"{words.WAS.format(before=before)}; " if before is not None else ""
        ui.label(short)
        with ui.element("div").classes("set" if path in self.state.curve.values else "") as place:
            field = ui.input(value=f"{value.value:.6g}", suffix=unit or None).props("outlined dense")
            field.props["aria-label"] = path
            if path in self.state.curve.values:
                with field.add_slot("append"):
                    back = ui.button(icon="undo", on_click=lambda: self.page.do(ResetValue(path=path)))
                    back.props("flat round dense size=sm").props["aria-label"] = f"{words.RESET}: {path}"
        self.fields[path] = (field, place)
        shown = str(field.value)

        def commit() -> None:
            text = str(field.value or "").strip()
            if text in ("", shown) or not self.page.do(SetValue(path=path, value=given_value(text))):
                field.set_value(shown)

        field.on("blur", commit)
        field.on("keydown.enter", commit)
        ui.label(f"{value.kind}, {origin}" if origin != "file" else value.kind).classes("extra")
        ui.label("; ".join(filter(None, [span.strip(), value.uncertainty]))).classes("extra")
        ui.label(f"{was}{value.source}").classes("extra last")

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
