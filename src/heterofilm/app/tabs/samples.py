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
from ..analyses import Analysis, figure_file
from ..server.uploads import SHEET, drop_place, moved, sorted_in
from ..session.actions import AddFiles, Analyse, Describe, RemoveFile, TakeSheet
from ..session.state import State, check_name, sample_of
from .drawn import Cards
from .kept import Region, Rows, Typed
from .page import Page, Tab
from .parts import drop_zone, heading, lead, notes, offer, table

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
                self.sheet = Region()
            self.found = Region()
        self._draw()

    # what is shown

    def _draw(self) -> None:
        names = list(self.state.sheets)
        if self.sample not in names:
            self.sample = names[0] if names else ""
        offer(self.choice, names, self.sample or None)
        self.choice.set_visibility(bool(names))
        self.sheet.draw(self.sample, self._build_sheet)
        self.found.draw(self.sample, self._build_found)
        self._fill()

    def _build_sheet(self) -> None:
        if not self.sample:
            return
        self.fields = {key: self._field(key, label) for key, label in words.SHEET.items()}
        with ui.element("div").classes("line"):
            ui.button(words.ANALYSE, on_click=self._analyse).props("unelevated color=primary text-color=on-accent")
        heading(words.FILES, 3)
        self.files: Rows[str, _File] = Rows(ui.element("div").classes("stack"), lambda path: _File(self, path))
        self.more = ui.label("")

    def _build_found(self) -> None:
        if not self.sample:
            return
        heading(self.sample)
        self.waits = ui.label("").classes("fine").props('role="status" aria-live="polite"')
        with ui.element("div").classes("stack") as self.there:
            self.verdict = ui.label("")
            self.numbers = Region()
            self.figures = heading(words.FIGURES, 3)
            sample = self.sample
            self.cards = Cards(
                self.page, lambda one, suffix: figure_file(sample, one, suffix),
                lambda path: self.project.is_to_come(sample, path),
            )  # fmt: skip
            self.methods = Region()

    def _fill(self) -> None:
        """The fields, and what was found, as they are now."""
        if not self.sample:
            return
        sheet, entries, analysis = self.state.sheets[self.sample], self._entries(), self.project.analysis(self.sample)
        for key, field in self.fields.items():
            field.show(_text(sheet.get(key)))
        shown = {entry.path: entry for entry in entries[:MOST_FILES]}
        for path, row in self.files.show(shown).items():
            row.show(shown[path], analysis)
        more = len(entries) - MOST_FILES
        self.more.set_text(f"+ {more}")
        self.more.set_visibility(more > 0)
        waits = self.sample in self.state.analysed
        self.waits.set_text(f"{self.sample} {words.IS_ANALYSED}" if waits else words.NOT_ANALYSED)
        self.waits.set_visibility(analysis is None)
        self.there.set_visibility(analysis is not None)  # hidden, they wait for what has changed of them
        if analysis is not None:
            self._show(analysis, {entry.path for entry in entries})

    def _entries(self) -> list[Any]:
        try:
            return listed(sample_of(self.sample, self.state.sheets[self.sample], self.project.folder))
        except HeterofilmError:
            return []

    def _field(self, key: str, label: str) -> Typed:
        sample = self.sample

        def told(text: str) -> None:
            given: Any = text or None
            if key == "cu_to_v" and text.replace(".", "", 1).isdigit():
                given = float(text)
            self.page.do(Describe(sample=sample, key=key, value=given))

        return Typed(ui.input(label, placeholder=words.SHEET_HINTS[key]).props("outlined dense"), told)

    def _show(self, analysis: Analysis, paths: set[str]) -> None:
        read = len(paths & set(analysis.files))
        self.verdict.set_text(
            words.VERDICT.format(
                files=len(paths), read=read, numbers=len(analysis.results), figures=len(analysis.figures),
                notes=len(analysis.notes) + len(analysis.failed),
            )
        )  # fmt: skip
        rows = [(one.quantity, str(one), one.file, one.method, one.note) for one in analysis.results]

        def numbers() -> None:
            if analysis.doubts:
                notes(words.DOUBTS, analysis.doubts)
            if analysis.main:
                table(words.MAIN_HEAD, analysis.main, words.MAIN)
            if rows:
                table(words.RESULT_HEAD, rows, words.RESULTS)
            if analysis.notes:
                notes(words.ASSUMED, [f"{kind}: {note}" for kind, note in analysis.notes], plain=True)

        self.numbers.draw((analysis.doubts, analysis.main, rows, analysis.notes), numbers)
        self.figures.set_visibility(bool(analysis.figures))
        self.cards.show(analysis.figures[:MOST_FIGURES])
        methods = [part for part in analysis.methods.split("\n") if part.strip()]
        self.methods.draw(methods, lambda: notes(words.METHODS, methods, plain=True))

    # what is done

    def _chosen(self, event: Any) -> None:
        if event.value and event.value != self.sample:
            self.sample = event.value
            self._draw()

    def _analyse(self) -> None:
        self.page.do(Analyse(sample=self.sample))

    def overrule(self, path: str, what: str) -> None:
        """A file is of another kind than was found."""
        if self._listed_by_hand(path):
            self.page.do(Describe(sample=self.sample, file=path, key="what", value=what or None))

    def remove(self, path: str) -> None:
        """A file is none of the sample's."""
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
        self._fill()

    def redraw(self) -> None:
        self._fill()


class _File:
    """A file of the sheet: what it was taken for, or why it was not read; taken for another kind, or away."""

    def __init__(self, tab: Samples, path: str) -> None:
        self._what = ""
        with ui.element("div").classes("line") as self.box:
            with ui.element("div").classes("grow"):
                ui.label(path).style("overflow-wrap: anywhere")
                self.said = ui.label("")
            kinds = {"": words.AS_FOUND, **{kind: kind for kind in KINDS}}
            self.what = ui.select(kinds, value="", label=words.OVERRULE)
            self.what.props("outlined dense options-dense").style("width: 10.5rem")
            button = ui.button(icon="close", on_click=lambda: tab.remove(path))
            button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {path}"

        def chosen(event: Any) -> None:
            if event.value != self._what:
                tab.overrule(path, event.value)
                self.what.set_value(self._what)  # it was refused otherwise

        self.what.on_value_change(chosen)

    def show(self, entry: Any, analysis: Analysis | None) -> None:
        self._what = entry.what
        self.what.set_value(entry.what)
        self.said.set_visibility(analysis is not None)
        if analysis is not None:
            failed = dict(analysis.failed)
            self.said.set_text(failed.get(entry.path) or analysis.files.get(entry.path) or words.NOT_READ)
            kind, other = ("fault", "fine") if entry.path in failed else ("fine", "fault")
            self.said.classes(add=kind, remove=other)


def _text(value: Any) -> str:
    """As it stands in a field."""
    return "" if value is None else str(value)
