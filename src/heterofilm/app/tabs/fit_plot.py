"""The figure of a fit with what the mouse takes hold of: the edges of the window, stretches that are left out, peaks.

Plotly tells which shape was dragged where; a point that is clicked and a box that is drawn leave points out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from ...figures.words import plain, screen
from ...plots.xps import chemist
from ..look import EMPTY, dressed
from ..regions import Region, where
from .corrections import Corrections
from .drawn import as_high

__all__ = ["FitPlot"]

MARGIN = 2.0  # eV to both sides of a window that are shown, to drag its edge to
WIDER = 3.0  # times a frequency, likewise
DIGITS = 2  # of an energy that is dragged
PIXEL = 1e-3  # of a figure's width, about
TOP = 0.9  # from here up the marks of peaks stand
# shapes that were dragged, by their number: their ends
DRAGGED = """(e) => {
  const moved = {};
  for (const [key, x] of Object.entries(e ?? {})) {
    const of = key.match(/^shapes\\[(\\d+)\\]\\.(x[01])$/);
    if (of) (moved[of[1]] ??= {})[of[2]] = x;
  }
  if (Object.keys(moved).length) emit(moved);
}"""
# the point under the mouse and its neighbours, of what was measured
CLICKED = """(e) => {
  const point = e?.points?.find((one) => one.data.mode?.includes("markers"));
  if (!point) return;
  const x = [...new Set(point.data.x)].sort((a, b) => a - b), k = x.indexOf(point.x);
  emit([x[Math.max(k - 1, 0)], point.x, x[Math.min(k + 1, x.length - 1)]]);
}"""
BOXED = "(e) => { if (e?.range?.x) emit(e.range.x); }"


class FitPlot:
    """The figure, and what is done on it, told to the tab."""

    def __init__(self, tab: Corrections) -> None:
        self.tab = tab
        self._drawn: Any = None
        self.handles: list[tuple[str, Any]] = []  # of each shape: "window", a stretch's place, a peak's number
        with ui.element("figure").classes("stack") as self.box:
            self.plot = ui.plotly(EMPTY).classes("plot edges")
            self.caption = ui.label("").classes("fine")
        self.plot.props["role"] = "group"
        self.plot.on("plotly_relayout", self._dragged, js_handler=DRAGGED)
        self.plot.on("plotly_selected", self._boxed, js_handler=BOXED)
        self.plot.on("plotly_click", self._clicked, js_handler=CLICKED)

    def visible(self, shown: bool) -> None:
        self.box.set_visibility(shown)

    def draw(self, region: Region, said: dict[str, Any], dark: bool) -> None:
        """The fit, its window, what is left out, a mark on every peak. Where all is as before, a drag is left alone."""
        if (drawn := (region, said, dark)) == self._drawn:
            return
        self._drawn = drawn
        low, high = where(region, said)
        plot = dressed(region.figure["plotly"], dark)
        layout = plot["layout"]
        ink = layout["font"]["color"]
        full = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
        # as wide as a mouse finds, and without dashes: it would fall through between them
        edge = {"color": layout["xaxis"]["tickcolor"], "width": 5}
        shapes = [{"type": "rect", **full, "x0": low, "x1": high, "line": edge}]
        self.handles = [("window", None)]
        for k, one in enumerate(said.get("without", ()) if region.level else ()):
            shapes.append({"type": "rect", **full, "x0": one[0], "x1": one[1],
                           "line": {"width": 4, "color": "rgba(213,94,0,0.5)"},
                           "fillcolor": "rgba(213,94,0,0.25)"})  # fmt: skip
            self.handles.append(("stretch", k))
        if not region.level:
            shapes += [{"type": "line", **full, "x0": f, "x1": f, "line": {"width": 2, "color": "rgba(213,94,0,0.5)"}}
                       for f in said.get("without", ())]  # fmt: skip
            self.handles += [("point", f) for f in said.get("without", ())]
        for row in region.numbers:
            if row["at"] is not None:
                peak = chemist(str(row["number"]).removesuffix(".energy"))
                mark = {"type": "line", **full, "y0": TOP, "x0": row["at"], "x1": row["at"]}
                within = {"textposition": "end", "xanchor": "right", "yanchor": "bottom"}
                label = {"text": screen(peak), "font": {"size": 11}, **within}
                shapes.append({**mark, "line": {"color": _colour(plot["data"], peak, ink), "width": 6}, "label": label})
                self.handles.append(("peak", row["number"]))
        layout["shapes"] = shapes
        seen = [high + MARGIN, low - MARGIN] if region.level else [math.log10(low / WIDER), math.log10(high * WIDER)]
        layout["xaxis"] = {**layout["xaxis"], "range": seen, "autorange": False}
        layout |= {"dragmode": "select", "selectdirection": "h"}
        # by themselves shapes have to be clicked before they can be dragged
        plot["config"] = {**plot["config"], "edits": {"shapePosition": True}}
        if self.plot.props.get("aria-label") != region.figure["title"]:
            self.plot.props["aria-label"] = str(region.figure["title"])
        as_high(self.plot, plot)
        self.plot.update_figure(plot)
        self.caption.set_text(f"{region.figure['title']}. {region.figure['caption']}")

    def _dragged(self, event: Any) -> None:
        given = event.args if isinstance(event.args, dict) else {}
        for number, ends in given.items():
            if not str(number).isdigit() or int(number) >= len(self.handles) or not isinstance(ends, dict):
                continue
            found = [float(x) for x in ends.values() if isinstance(x, int | float)]
            if not found:
                continue
            kind, which = self.handles[int(number)]
            x = [self._rounded(one) for one in sorted(found)]
            if kind == "window" and len(x) == 2:
                self.tab.window(*self._held(x))
            elif kind == "stretch" and len(x) == 2:
                self.tab.stretch(which, *x)
            elif kind == "peak":
                self.tab.peak(which, x[0])
            self._put_back()

    def _held(self, x: list[float]) -> list[float]:
        """Ends of a window, that which was not taken hold of as it was: the page gives both by their pixels."""
        if (chosen := self.tab.chosen()) is None:
            return x
        _, region, said = chosen
        before = where(region, said)
        if region.level:
            pixel = PIXEL * (before[1] - before[0] + 2.0 * MARGIN)
            return [old if abs(new - old) < pixel else new for new, old in zip(x, before, strict=True)]
        pixel = PIXEL * math.log(WIDER**2 * before[1] / before[0])
        return [old if abs(math.log(new / old)) < pixel else new for new, old in zip(x, before, strict=True)]

    def _boxed(self, event: Any) -> None:
        if len(given := _numbers(event.args)) == 2:
            low, high = sorted(given)
            self.tab.leave_out(self._rounded(low), self._rounded(high))

    def _clicked(self, event: Any) -> None:
        """A single point: the stretch half of the way to its neighbours, or its frequency alone."""
        given = _numbers(event.args)
        if len(given) != 3 or (chosen := self.tab.chosen()) is None:
            return
        before, x, after = given
        if chosen[1].level:
            low, high = (before + x) / 2.0, (after + x) / 2.0
            self.tab.leave_out(round(low, DIGITS + 1), round(high, DIGITS + 1))
        else:
            self.tab.leave_out(0.999 * x, 1.001 * x)

    def _rounded(self, x: float) -> float:
        chosen = self.tab.chosen()
        return round(x, DIGITS) if chosen is not None and chosen[1].level else float(f"{x:.4g}")

    def _put_back(self) -> None:
        """The figure as the session has it, also where the drag changed nothing there."""
        self._drawn = None
        if (chosen := self.tab.chosen()) is not None:
            self.draw(chosen[1], chosen[2], self.tab.page.dark)


def _colour(traces: Sequence[Mapping[str, Any]], peak: str, ink: str) -> str:
    """That of the lines of its state, whose name in the legend its own begins with."""
    known = {one["name"]: one["line"]["color"] for one in traces if one.get("name") and "color" in one.get("line", {})}
    own = [name for name in known if plain(peak).startswith(str(name))]
    return known[max(own, key=len)] if own else ink


def _numbers(given: Any) -> list[float]:
    """What the page has sent, if it is numbers."""
    known = isinstance(given, list) and all(isinstance(x, int | float) and math.isfinite(x) for x in given)
    return [float(x) for x in given] if known else []
