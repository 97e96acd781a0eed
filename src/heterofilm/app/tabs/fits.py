"""*Fits*: core levels and impedance spectra of the samples as they were fitted, corrected with the mouse or by typing;
the sample is fitted anew after each correction."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from .. import words
from ..regions import Region, frequencies, line_of, merged, moved, regions_of, said_of, where
from ..session.actions import AddFiles, Correct
from ..session.state import State
from .fit_fields import FitFields, FitNumbers
from .fit_plot import FitPlot
from .kept import Region as Part
from .page import Page, Tab
from .parts import fault, lead, notes, offer, table

__all__ = ["Fits"]

Said = dict[str, Any]
Shown = tuple[str, Region]  # sample, and what of it


class Fits(Tab):
    """One core level, or the spectra of one file, at a time."""

    name = "fits"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.there: dict[str, Shown] = {}

    def build(self) -> None:
        lead(words.FITS_LEAD)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.choice = ui.select([], label=words.REGION, on_change=lambda _: self._show()).props(
                    "outlined dense"
                )
                self.settings = Part()
                self.assumed = Part("")
            with ui.element("div").classes("stack"):
                self.said = fault().classes(replace="fine keeps")
                self.wrong = fault()
                self.plot = FitPlot(self)
                self.numbers = Part()
                self.results = Part()
        self._draw()

    # what is shown

    def _draw(self) -> None:
        """What is fitted of all samples that are analysed; the old ones stay until the new are there."""
        found: dict[str, Shown] = {}
        busy: list[str] = []
        wrong: list[str] = []
        for sample in self.state.analysed:
            if sample not in self.state.sheets:
                continue
            analysis = self.project.analysis(sample)
            old = {label: one for label, one in self.there.items() if one[0] == sample}
            if analysis is None:
                busy.append(sample)
                found |= old
                continue
            found |= {f"{sample}, {region.label}": (sample, region) for region in regions_of(analysis)}
            for file, why in analysis.failed:  # by a correction that makes no sense: it can be taken back here
                kept = {label: one for label, one in old.items() if one[1].file == file and label not in found}
                found |= kept
                wrong += [f"{file}: {why}"] if kept else []
        self.there = found
        chosen = self.choice.value if self.choice.value in found else next(iter(found), None)
        offer(self.choice, list(found), chosen)
        said = [f"{sample} {words.IS_ANALYSED}" for sample in busy] or ([] if found else [words.NO_FITS])
        self.said.set_text(" ".join(said))
        self.wrong.set_text("\n".join(wrong))
        self._show()

    def chosen(self) -> tuple[str, Region, Said] | None:
        """The sample, what of it is shown, and what its sample file says of that."""
        one = self.there.get(str(self.choice.value))
        return None if one is None else (*one, said_of(self.state.sheets.get(one[0], {}), one[1]))

    def _show(self) -> None:
        chosen = self.chosen()
        self.plot.visible(chosen is not None)
        for part in (self.settings, self.assumed, self.numbers, self.results):
            part.box.set_visibility(chosen is not None)
        if chosen is None:
            return
        sample, region, said = chosen
        self.plot.draw(region, said, self.page.dark)
        self.others = [one for one in self.there.values() if one[1].level == region.level and one != (sample, region)]
        self.settings.draw((sample, region.label), lambda: self._build_fields(region))
        self.fields.show(region, said)
        self.library.set_visibility(bool(said))
        self.copy.set_text(words.COPY.format(n=len(self.others)))
        self.copy.set_visibility(bool(said and self.others))
        caption = str(region.figure["caption"]) if region.level else ""
        self.assumed.draw(caption, lambda: notes(words.ASSUMED, [caption], plain=True) if caption else None)
        names = [(row["number"], row["unit"], row["of"]) for row in region.numbers]
        self.numbers.draw((sample, region.label, names), lambda: self._build_numbers(region))
        if region.numbers:
            self.fitted.show(region, said)
        rows = self._results(sample, region)
        self.results.draw(rows, lambda: table(words.FIT_HEAD, rows, words.NUMBERS) if rows else None)

    def _build_fields(self, region: Region) -> None:
        self.fields = FitFields(self, region)
        with ui.element("div").classes("line"):
            self.library = ui.button(words.AS_LIBRARY, on_click=lambda: self.correct({})).props("outline")
            self.copy = ui.button("", on_click=self._copy).props("outline")

    def _build_numbers(self, region: Region) -> None:
        if region.numbers:
            self.fitted = FitNumbers(self, region)

    def _results(self, sample: str, region: Region) -> list[tuple[str, ...]]:
        analysis = self.project.analysis(sample)
        start = region.level.rstrip("0123456789spdf")
        return [
            (one.quantity, str(one), one.method, one.note)
            for one in (() if analysis is None else analysis.results)
            if one.file.split(",")[0] == region.file and start in one.quantity
        ]

    # what is done

    def correct(self, said: Said) -> None:
        """What is shown is fitted as told from now on."""
        if (chosen := self.chosen()) is not None and said != chosen[2]:
            self._correct(chosen[0], chosen[1], said)

    def _correct(self, sample: str, region: Region, said: Said) -> None:
        sheet = self.state.sheets[sample]
        if not sheet.get("files"):  # it stands for all of its folder: they are listed before one is treated apart
            analysis = self.project.analysis(sample)
            paths = tuple(analysis.files) if analysis is not None else (region.file,)
            if not self.page.do(AddFiles(sample=sample, files=paths)):
                return
            sheet = self.state.sheets[sample]
        self.page.do(Correct(sample=sample, file=region.file, keys=line_of(sheet, region, said)))

    def _copy(self) -> None:
        """What is said of this one, of all others of its kind."""
        if (chosen := self.chosen()) is not None:
            for name, other in self.others:
                self._correct(name, other, chosen[2])

    # by mouse

    def _measured(self, sample: str, region: Region) -> list[float]:
        """The frequencies that were measured; none where the file cannot be read any more."""
        try:
            return frequencies(self.project.folder / sample / region.file)
        except HeterofilmError:
            return []

    def window(self, low: float, high: float) -> None:
        """The window was dragged to these ends; one that leaves out no frequency is none."""
        if (chosen := self.chosen()) is None:
            return
        sample, region, said = chosen
        before = where(region, said)
        ends: list[float | None] = [low, high]
        if not region.level:
            f = self._measured(sample, region)
            ends[0] = None if not f or low <= f[0] else low
            ends[1] = None if not f or high >= f[-1] else high
        if (low, high) != before:
            self.correct({**said, "window": ends if ends != [None, None] else None})

    def leave_out(self, low: float, high: float) -> None:
        """The points from one end to the other are left out: a stretch of energies, each of the frequencies."""
        if (chosen := self.chosen()) is None or not low <= high:
            return
        sample, region, said = chosen
        if region.level:
            if low < high:
                self.correct({**said, "without": merged(said.get("without", ()), low, high)})
            return
        own = {*said.get("without", ()), *(f for f in self._measured(sample, region) if low <= f <= high)}
        self.correct({**said, "without": sorted(own)})

    def stretch(self, place: int, low: float, high: float) -> None:
        """A stretch that is left out was dragged elsewhere."""
        if (chosen := self.chosen()) is not None and low < high:
            rest = [one for k, one in enumerate(chosen[2].get("without", ())) if k != place]
            self.correct({**chosen[2], "without": merged(rest, low, high)})

    def peak(self, number: str, to: float) -> None:
        """A peak was dragged to an energy."""
        if (chosen := self.chosen()) is None:
            return
        _, region, said = chosen
        row = next((one for one in region.numbers if one["number"] == number), None)
        if row is not None:
            self.correct(moved(row, said, to))

    # what comes back

    def changed(self, before: State, after: State) -> None:
        if (before.sheets, before.analysed) != (after.sheets, after.analysed):
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._show()
