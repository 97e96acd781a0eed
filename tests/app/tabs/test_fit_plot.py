"""What the mouse does on the figure of a fit, as it is told to the tab; what is no drag is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.regions import Region
from heterofilm.app.tabs.fit_plot import FitPlot

TRACES = [
    {"name": "measured", "x": [30.0, 40.0], "y": [1.0, 2.0], "mode": "markers"},
    {"name": "W⁶⁺", "x": [30.0, 40.0], "y": [1.0, 2.0], "line": {"color": "#8C6D31"}},
]
FIGURE = {"title": "t", "caption": "c", "plotly": {"data": TRACES, "layout": {"xaxis": {}, "height": 489}}}
PEAKS = [{"number": "W6+ 4f7/2.energy", "at": 35.0}, {"number": "W6+ 4f7/2.width", "at": None}]
CORE = Region("a.vms", "W4f", FIGURE, PEAKS)
SPECTRUM = Region("b.z", "", FIGURE)


class Told:
    """A tab that writes down what it is told."""

    def __init__(self, region: Region, said: dict[str, Any]) -> None:
        self.calls: list[Any] = []
        self.chosen = lambda: ("s", region, said)
        self.page = SimpleNamespace(dark=False)

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.calls.append((name, *given))


def drawn(region: Region, said: dict[str, Any]) -> tuple[FitPlot, Told]:
    """The figure without a page."""
    tab = Told(region, said)
    made = FitPlot.__new__(FitPlot)
    made.tab, made.handles, made._drawn = tab, [], None
    made.plot = SimpleNamespace(props={}, style={}, update_figure=lambda plot: setattr(made.plot, "figure", plot))
    made.plot.style = type("Style", (dict,), {"__call__": lambda self, text: self.update([text.split(": ")])})()
    made.caption = SimpleNamespace(set_text=lambda text: None)
    made.draw(region, said, False)
    return made, tab


def event(said: Any) -> Any:
    return SimpleNamespace(args=said)


def test_each_shape_is_what_it_stands_for() -> None:
    """The window, what is left out, a peak: dragged, each is told as itself, ends in order and rounded."""
    plot, tab = drawn(CORE, {"window": [31.0, 39.0], "without": [[32.0, 33.0]]})
    plot._dragged(event({"0": {"x0": 39.123, "x1": 30.499}}))
    plot._dragged(event({"1": {"x0": 33.4, "x1": 32.4}}))
    plot._dragged(event({"2": {"x0": 33.504, "x1": 33.504}}))
    assert tab.calls == [("window", 30.5, 39.12), ("stretch", 0, 32.4, 33.4), ("peak", "W6+ 4f7/2.energy", 33.5)]


def test_an_end_that_is_not_dragged_stays() -> None:
    """The page gives both ends by their pixels, also that which the mouse has not taken hold of."""
    plot, tab = drawn(CORE, {"window": [31.0, 39.0]})
    plot._dragged(event({"0": {"x0": 30.5, "x1": 38.995}}))
    other, spectrum = drawn(SPECTRUM, {"window": [1.0, 10000.0]})
    other._dragged(event({"0": {"x0": 3.02, "x1": 9999.0}}))
    assert tab.calls == [("window", 30.5, 39.0)] and spectrum.calls == [("window", 3.02, 10000.0)]


def test_a_mark_has_the_colour_and_the_name_of_its_line() -> None:
    plot, _ = drawn(CORE, {})
    mark = plot.plot.figure["layout"]["shapes"][-1]
    assert mark["line"]["color"] == "#8C6D31" and mark["label"]["text"] == "W⁶⁺ 4f7/2"
    assert plot.plot.style["height"] == "489px", "a long legend takes nothing from the panel"


def test_a_point_is_left_out_alone() -> None:
    """Of a core level half of the way to its neighbours; of a spectrum its frequency."""
    plot, tab = drawn(CORE, {})
    plot._clicked(event([34.0, 34.1, 34.3]))
    plot._boxed(event([36.0, 35.0]))
    other, spectrum = drawn(SPECTRUM, {"without": [50.0]})
    other._clicked(event([10.0, 20.0, 40.0]))
    assert tab.calls == [("leave_out", 34.05, 34.2), ("leave_out", 35.0, 36.0)]
    ((what, low, high),) = spectrum.calls
    assert what == "leave_out" and low < 20.0 < high and (low, high) == pytest.approx((20.0, 20.0), rel=2e-3)
    assert other.handles == [("window", None), ("point", 50.0)]


@pytest.mark.parametrize(
    "said",
    [None, 7, [], {"9": {"x0": 1.0}}, {"0": {"x0": "far"}}, {"0": 3}, {"x": {"x0": 1.0}}, {"0": {"x0": 1.0}}],
    ids=repr,
)
def test_what_is_no_drag_does_nothing(said: Any) -> None:
    """Of a shape that is not there, of no numbers, of one end of a window alone."""
    plot, tab = drawn(CORE, {})
    plot._dragged(event(said))
    plot._boxed(event(said))
    plot._clicked(event(said))
    assert tab.calls == []
