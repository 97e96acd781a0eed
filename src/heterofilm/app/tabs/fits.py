"""*Fits*: the core levels of a sample as they were fitted; windows dragged or typed, states and background chosen,
points left out by drawing a box around them. The sample is fitted anew after each."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...analysis.photoemission.background import BACKGROUNDS
from ...library.core_levels import core_levels
from .. import words
from ..look import EMPTY, dressed
from ..regions import Region, level_of, merged, regions_of, with_level
from ..session.actions import AddFiles, Describe
from ..session.state import State
from .page import Page, Tab
from .parts import fault, heading, lead, notes, offer, table

__all__ = ["Fits"]

MARGIN = 2.0  # eV to both sides of a window that are shown, to drag its edge to
DIGITS = 2  # of an energy that is dragged


class Fits(Tab):
    """A core level at a time."""

    name = "fits"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.there: dict[str, tuple[str, Region]] = {}

    def build(self) -> None:
        lead(words.FITS_LEAD)
        with ui.element("div").classes("two"):
            with ui.element("div").classes("stack"):
                self.choice = ui.select([], label=words.REGION, on_change=lambda _: self._show()).props(
                    "outlined dense"
                )
                self.settings = ui.element("div").classes("stack")
            with ui.element("div").classes("stack"):
                self.said = fault().classes(replace="fine")
                with ui.element("figure").classes("stack") as self.box:
                    self.plot = ui.plotly(EMPTY).classes("plot edges")
                    self.caption = ui.label("").classes("fine")
                self.plot.props["role"] = "group"
                self.plot.on(
                    "plotly_relayout", self._dragged, js_handler="(e) => emit([e['shapes[0].x0'], e['shapes[0].x1']])"
                )
                self.plot.on("plotly_selected", self._boxed, js_handler="(e) => emit(e?.range?.x ?? [])")
                self.numbers = ui.element("div").classes("stack")
        self._draw()

    # what is shown

    def _draw(self) -> None:
        """The regions of all samples that are analysed; the old ones stay until the new are there."""
        found: dict[str, tuple[str, Region]] = {}
        busy = []
        for sample in self.state.analysed:
            if sample not in self.state.sheets:
                continue
            analysis = self.project.analysis(sample)
            if analysis is None:
                busy.append(sample)
                found |= {label: one for label, one in self.there.items() if one[0] == sample}
            else:
                found |= {f"{sample}, {region.label}": (sample, region) for region in regions_of(analysis)}
        self.there = found
        chosen = self.choice.value if self.choice.value in found else next(iter(found), None)
        offer(self.choice, list(found), chosen)
        said = [f"{sample} {words.IS_ANALYSED}" for sample in busy] or ([] if found else [words.NO_FITS])
        self.said.set_text(" ".join(said))
        self._show()

    def _chosen(self) -> tuple[str, Region] | None:
        return self.there.get(str(self.choice.value))

    def _show(self) -> None:
        chosen = self._chosen()
        self.box.set_visibility(chosen is not None)
        self.settings.clear()
        self.numbers.clear()
        if chosen is None:
            return
        sample, region = chosen
        settings = level_of(self.state.sheets.get(sample, {}), region)
        self._plot(region, settings)
        with self.settings:
            self._fields(sample, region, settings)
        analysis = self.project.analysis(sample)
        if analysis is not None:
            start = region.level.rstrip("0123456789spdf")
            rows = [
                (one.quantity, str(one), one.method, one.note)
                for one in analysis.results
                if one.file.split(",")[0] == region.file and start in one.quantity
            ]
            with self.numbers:
                table(words.FIT_HEAD, rows, words.NUMBERS)

    def _window(self, region: Region, settings: dict[str, Any]) -> tuple[float, float]:
        """As the sample file says it, else what was fitted."""
        if "window" in settings:
            low, high = settings["window"]
            return float(low), float(high)
        measured = [trace for trace in region.figure["plotly"]["data"] if trace.get("name") == "measured"]
        energies = [x for trace in measured for x in trace["x"] if x is not None] or [0.0, 1.0]
        return min(energies), max(energies)

    def _plot(self, region: Region, settings: dict[str, Any]) -> None:
        low, high = self._window(region, settings)
        plot = dressed(region.figure["plotly"], self.page.dark)
        layout = plot["layout"]
        line = {"color": layout["font"]["color"], "width": 4, "dash": "dot"}  # as wide as a mouse finds
        layout["shapes"] = [
            {"type": "rect", "xref": "x", "yref": "paper", "x0": low, "x1": high, "y0": 0, "y1": 1, "line": line,
             "editable": True},  # dragged by its edges: `edits` below; by itself it had to be clicked first
            *(
                {"type": "rect", "xref": "x", "yref": "paper", "x0": a, "x1": b, "y0": 0, "y1": 1, "line": {"width": 0},
                 "fillcolor": "rgba(213,94,0,0.25)", "layer": "below", "editable": False}
                for a, b in settings.get("without", ())
            ),
        ]  # fmt: skip
        layout["xaxis"] = {**layout["xaxis"], "range": [high + MARGIN, low - MARGIN], "autorange": False}
        layout |= {"dragmode": "select", "selectdirection": "h"}
        plot["config"] = {**plot["config"], "edits": {"shapePosition": True}}
        self.plot.props["aria-label"] = str(region.figure["title"])
        self.plot.update_figure(plot)
        self.caption.set_text(f"{region.figure['title']}. {region.figure['caption']}")

    def _fields(self, sample: str, region: Region, settings: dict[str, Any]) -> None:
        low, high = self._window(region, settings)
        ends = []
        with ui.element("div").classes("line"):
            for label, value in ((words.WINDOW_LOW, low), (words.WINDOW_HIGH, high)):
                field = ui.number(label, value=round(value, DIGITS), step=0.1).props("outlined dense").classes("grow")
                ends.append(field)

        def typed() -> None:
            given = [float(field.value) for field in ends if field.value is not None]
            if len(given) == 2 and given != [round(low, DIGITS), round(high, DIGITS)]:
                self._set(sample, region, {**settings, "window": given})

        for field in ends:
            field.on("blur", typed)
            field.on("keydown.enter", typed)
        ui.select(
            {"": words.AS_FITTED, **{name: name for name in BACKGROUNDS}}, value=settings.get("background", ""),
            label=words.BACKGROUND,
            on_change=lambda event: self._set(sample, region, {**settings, "background": event.value}),
        ).props("outlined dense")  # fmt: skip
        known = [state.name for state in core_levels([])[region.level].states]
        if known:
            ui.select(
                known, value=list(settings.get("states", ())), multiple=True, label=words.STATES,
                on_change=lambda event: self._set(sample, region, {**settings, "states": list(event.value)}),
            ).props("outlined dense use-chips")  # fmt: skip
        heading(words.LEFT_OUT, 3)
        ui.label(words.LEFT_OUT_HOW).classes("fine")
        for k, (a, b) in enumerate(settings.get("without", ())):
            rest = [one for j, one in enumerate(settings["without"]) if j != k]
            with ui.element("div").classes("line"):
                ui.label(f"{a:g} to {b:g} eV").classes("grow")
                button = ui.button(
                    icon="close", on_click=lambda _, rest=rest: self._set(sample, region, {**settings, "without": rest})
                )
                button.props("flat round dense").props["aria-label"] = f"{words.REMOVE}: {a:g} to {b:g} eV"
        others = [one for one in self.there.values() if one[1].level == region.level and one != (sample, region)]
        with ui.element("div").classes("line"):
            if settings:
                ui.button(words.AS_LIBRARY, on_click=lambda: self._set(sample, region, {})).props("outline")
            if settings and others:
                ui.button(
                    words.COPY.format(n=len(others)),
                    on_click=lambda: self._copy(others, settings),
                ).props("outline")
        if region.figure["caption"]:
            notes(words.ASSUMED, [str(region.figure["caption"])], plain=True)

    # what is done

    def _copy(self, others: list[tuple[str, Region]], settings: dict[str, Any]) -> None:
        for name, other in others:
            self._set(name, other, settings)

    def _set(self, sample: str, region: Region, settings: dict[str, Any]) -> None:
        sheet = self.state.sheets[sample]
        if not sheet.get("files"):
            analysis = self.project.analysis(sample)
            paths = tuple(analysis.files) if analysis is not None else (region.file,)
            if not self.page.do(AddFiles(sample=sample, files=paths)):
                return
            sheet = self.state.sheets[sample]
        value = with_level(sheet, region, settings)
        self.page.do(Describe(sample=sample, file=region.file, key="level", value=value))

    def _dragged(self, event: Any) -> None:
        chosen, given = self._chosen(), event.args
        if chosen is None or not isinstance(given, list) or len(given) != 2 or None in given:
            return
        sample, region = chosen
        ends = sorted(round(float(x), DIGITS) for x in given)
        settings = level_of(self.state.sheets[sample], region)
        if ends != list(settings.get("window", ())):
            self._set(sample, region, {**settings, "window": ends})

    def _boxed(self, event: Any) -> None:
        chosen, given = self._chosen(), event.args
        if chosen is None or not isinstance(given, list) or len(given) != 2:
            return
        sample, region = chosen
        low, high = sorted(round(float(x), DIGITS) for x in given)
        if low < high:
            settings = level_of(self.state.sheets[sample], region)
            self._set(sample, region, {**settings, "without": merged(settings.get("without", ()), low, high)})

    def changed(self, before: State, after: State) -> None:
        if (before.sheets, before.analysed) != (after.sheets, after.analysed):
            self._draw()

    def ended(self) -> None:
        self._draw()

    def redraw(self) -> None:
        self._show()
