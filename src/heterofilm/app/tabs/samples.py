"""*Samples*: files dropped, what they were recognised as, what was assumed, and what was found in them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from nicegui import ui

from ...errors import HeterofilmError, InputError
from ...library.toml import read_toml
from ...samples.file_entry import KINDS
from ...samples.guess import listed
from .. import words
from ..analyses import Analysis
from ..server.uploads import SHEET, drop_place, moved, sorted_in
from ..session.actions import AddFiles, Analyse, Describe, RemoveFile, TakeSheet
from ..session.state import State, check_name, sample_of
from .page import Page, Tab
from .parts import drop_zone, fault, heading, lead, notes, offer, table, written_figure

__all__ = ["Samples"]

MOST_FILES, MOST_FIGURES = 60, 40  # that are shown of a sample at once


class Samples(Tab):
    """A sample at a time."""

    name = "samples"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.sample = next(iter(self.state.sheets), "")

    def build(self) -> None:
        lead(words.SAMPLES_LEAD)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.new = ui.input(words.NEW_SAMPLE, placeholder=words.FIRST_SAMPLE).props("outlined dense")
                drop_zone("sample")
                self.choice = ui.select([], label=words.SAMPLE, on_change=self._chosen).props("outlined dense")
                self.sheet = ui.element("div").classes("stack")
            self.found = ui.element("div").classes("stack")
        self._draw()

    # what is shown

    def _draw(self) -> None:
        names = list(self.state.sheets)
        if self.sample not in names:
            self.sample = names[0] if names else ""
        offer(self.choice, names, self.sample or None)
        self.choice.set_visibility(bool(names))
        self._draw_sheet()
        self._draw_found()

    def _draw_sheet(self) -> None:
        self.sheet.clear()
        if not self.sample:
            return
        sheet = self.state.sheets[self.sample]
        with self.sheet:
            for key, label in words.SHEET.items():
                self._field(key, label, sheet.get(key))
            with ui.element("div").classes("line"):
                ui.button(words.ANALYSE, on_click=self._analyse).props("unelevated color=primary text-color=on-accent")
            heading(words.FILES, 3)
            analysis = self.project.analysis(self.sample)
            for entry in self._entries()[:MOST_FILES]:
                self._file(entry, analysis)
            if (more := len(self._entries()) - MOST_FILES) > 0:
                ui.label(f"+ {more}")

    def _entries(self) -> list[Any]:
        try:
            return listed(sample_of(self.sample, self.state.sheets[self.sample], self.project.folder))
        except HeterofilmError:
            return []

    def _field(self, key: str, label: str, value: Any) -> None:
        shown = "" if value is None else str(value)
        field = ui.input(label, value=shown, placeholder=words.SHEET_HINTS[key]).props("outlined dense")

        def commit() -> None:
            text = str(field.value or "").strip()
            now = self.state.sheets.get(self.sample, {}).get(key)
            if text == ("" if now is None else str(now)):
                return
            given: Any = text or None
            if key == "cu_to_v" and text.replace(".", "", 1).isdigit():
                given = float(text)
            if not self.page.do(Describe(sample=self.sample, key=key, value=given)):
                field.set_value("" if now is None else str(now))

        field.on("blur", commit)
        field.on("keydown.enter", commit)

    def _file(self, entry: Any, analysis: Analysis | None) -> None:
        failed = dict(analysis.failed) if analysis else {}
        with ui.element("div").classes("line"):
            with ui.element("div").classes("grow"):
                ui.label(entry.path).style("overflow-wrap: anywhere")
                if analysis is not None:
                    said = failed.get(entry.path) or analysis.files.get(entry.path) or words.NOT_READ
                    ui.label(said).classes("fault" if entry.path in failed else "fine")
            kinds = {"": words.AS_FOUND, **{kind: kind for kind in KINDS}}
            ui.select(
                kinds, value=entry.what, label=words.OVERRULE,
                on_change=lambda event, path=entry.path: self._overrule(path, event.value),
            ).props("outlined dense options-dense").style("width: 10.5rem")  # fmt: skip
            button = ui.button(icon="close", on_click=lambda _, path=entry.path: self._remove(path))
            button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {entry.path}"

    def _draw_found(self) -> None:
        self.found.clear()
        if not self.sample:
            return
        analysis = self.project.analysis(self.sample)
        with self.found:
            heading(self.sample)
            if analysis is None:
                waits = self.sample in self.state.analysed
                fault(f"{self.sample} {words.IS_ANALYSED}" if waits else words.NOT_ANALYSED).classes(replace="fine")
                return
            paths = {entry.path for entry in self._entries()}
            read = len(paths & set(analysis.files))
            ui.label(
                words.VERDICT.format(
                    files=len(paths), read=read, numbers=len(analysis.results), figures=len(analysis.figures),
                    notes=len(analysis.notes) + len(analysis.failed),
                )
            )  # fmt: skip
            if analysis.doubts:
                notes(words.DOUBTS, analysis.doubts)
            if analysis.main:
                table(words.MAIN_HEAD, analysis.main, words.MAIN)
            rows = [(one.quantity, str(one), one.file, one.method, one.note) for one in analysis.results]
            if rows:
                table(words.RESULT_HEAD, rows, words.RESULTS)
            if analysis.notes:
                notes(words.ASSUMED, [f"{kind}: {note}" for kind, note in analysis.notes], plain=True)
            if analysis.figures:
                heading(words.FIGURES, 3)
                self.cards = ui.element("div").classes("cards")
                self._draw_figures(analysis)
            notes(words.METHODS, [part for part in analysis.methods.split("\n") if part.strip()], plain=True)

    def _draw_figures(self, analysis: Analysis) -> None:
        with self.cards:
            for one in analysis.figures[:MOST_FIGURES]:
                stem = f"results/{self.sample}/figures/{one['name']}"
                written_figure(one, self.page.dark, self.project.folder, lambda suffix, stem=stem: f"{stem}.{suffix}")  # type: ignore[misc]

    # what is done

    def _chosen(self, event: Any) -> None:
        if event.value and event.value != self.sample:
            self.sample = event.value
            self._draw()

    def _analyse(self) -> None:
        self.page.do(Analyse(sample=self.sample))

    def _overrule(self, path: str, what: str) -> None:
        if self._listed_by_hand(path):
            self.page.do(Describe(sample=self.sample, file=path, key="what", value=what or None))

    def _remove(self, path: str) -> None:
        if self._listed_by_hand(path):
            self.page.do(RemoveFile(sample=self.sample, file=path))

    def _listed_by_hand(self, path: str) -> bool:
        """A sheet that lists no files stands for all of its folder: they are listed before one is treated apart."""
        if self.state.sheets[self.sample].get("files"):
            return True
        return self.page.do(AddFiles(sample=self.sample, files=tuple(entry.path for entry in self._entries())))

    def dropped(self, purpose: str, drop: str) -> None:
        if purpose == "sample":
            self.page.act(lambda: self._take(drop))

    def _take(self, drop: str) -> None:
        """Move what was dropped into the folders of samples, list it there, and analyse it."""
        place = drop_place(self.project.folder, drop)
        if not place.is_dir():
            return
        try:
            for inner, files in sorted_in(place).items():
                name = str(self.new.value or "").strip() or Path(inner).name or self.sample or words.FIRST_SAMPLE
                self._take_one(check_name(name, "sample"), inner, files, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)
        self.new.set_value("")

    def _take_one(self, name: str, inner: str, files: list[Path], place: Path) -> None:
        folder = self.project.folder / name
        sheets = [path for path in files if path.name == SHEET and str(path.parent) in (inner, ".")]
        raw = [path for path in files if path not in sheets]
        before = [entry.path for entry in self._entries()] if name == self.sample else []
        paths = moved(raw, place, inner, folder)
        if sheets and name not in self.state.sheets:
            self.project.do(TakeSheet(sample=name, sheet=read_toml(place / sheets[0], "sample file")))
        elif paths:
            whole = before if not self.state.sheets.get(name, {}).get("files") else []
            self.project.do(AddFiles(sample=name, files=tuple(dict.fromkeys([*whole, *paths]))))
        else:
            raise InputError(f"Nothing of what was dropped was new to '{name}'.")
        self.sample = name
        self.project.do(Analyse(sample=name))
        self._draw()

    def changed(self, before: State, after: State) -> None:
        if before.sheets != after.sheets or before.analysed != after.analysed:
            self._draw()

    def ended(self) -> None:
        self._draw_sheet()
        self._draw_found()

    def redraw(self) -> None:
        self._draw_found()
