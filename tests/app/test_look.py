"""Figures on the page: what differs in points alone is drawn from what is shown; dark lines are seen on the dark."""

from __future__ import annotations

import json

import numpy as np
import pytest

from heterofilm.app.look import CONTRAST, LOOKS, TITLE, _luminance, dressed, likeness, refilled, screen_figure
from heterofilm.figures.elements import Band, Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.plotly import HEIGHT

X = np.linspace(0.0, 1.0, 300)


def figure(power: float, label: str = "one", **series: object) -> Figure:
    lines = [Series(label, X, X**power, **series), Series("two", X, 1.0 - X, colour="#000000")]  # type: ignore[arg-type]
    return Figure("f", "t", "x", "y", lines)


@pytest.mark.parametrize("dark", [False, True])
def test_new_points_in_an_old_figure_are_the_new_figure(dark: bool) -> None:
    one, two = figure(1.0), figure(3.0)
    assert likeness(one) == likeness(two)
    assert refilled(screen_figure(one, dark), two) == screen_figure(two, dark)


def test_what_differs_in_more_is_drawn_anew() -> None:
    assert likeness(figure(1.0)) != likeness(figure(1.0, "other"))
    assert likeness(figure(1.0)) != likeness(figure(1.0, style="dash"))
    assert likeness(figure(1.0, bands=(Band(X, X, X, X),))) is None
    assert likeness(figure(1.0, kind="points")) is None


@pytest.mark.parametrize("colour", ["#000000", "#1f2933", "#0072B2", "#6B4C9A", "#ffffff"])
def test_lines_are_told_from_a_dark_ground(colour: str) -> None:
    """WCAG 2.2: at least 3 : 1 for what is drawn; on light ground a colour stays what it is."""
    plot = {"data": [{"type": "scatter", "line": {"color": colour}}], "layout": {}}
    shown = dressed(plot, True)["data"][0]["line"]["color"]
    ground, line = (
        _luminance([int(one[k : k + 2], 16) for k in (1, 3, 5)]) for one in (str(LOOKS[True]["paper"]), shown)
    )
    assert (line + 0.05) / (ground + 0.05) >= CONTRAST >= 3.0
    assert dressed(plot, False)["data"][0]["line"]["color"] == colour


def test_edges_in_space_are_lines_and_atoms_are_not() -> None:
    """The edges of a unit cell are seen on the dark; an element keeps its colour."""
    edges = {"type": "scatter3d", "mode": "lines", "line": {"color": "#1f2933"}}
    atoms = {"type": "scatter3d", "mode": "markers", "marker": {"color": "#1f2933"}}
    shown = dressed({"data": [edges, atoms], "layout": {}}, True)["data"]
    assert shown[0]["line"]["color"] != "#1f2933"
    assert shown[1] == atoms


def test_areas_have_the_colour_of_their_lines() -> None:
    """On the dark too, each as dense as it is."""
    plot = {"data": [{"line": {"color": "#1f2933"}, "fillcolor": "rgba(31,41,51,0.9)"}], "layout": {}}
    shown = dressed(plot, True)["data"][0]
    own = [int(shown["line"]["color"][k : k + 2], 16) for k in (1, 3, 5)]
    assert shown["fillcolor"] == f"rgba({own[0]}, {own[1]}, {own[2]}, 0.9)" and min(own) > 51
    assert dressed(plot, False)["data"][0]["fillcolor"] == "rgba(31,41,51,0.9)"


def test_a_title_fits_half_of_a_page() -> None:
    """The letters of an axis are the page's, and a figure keeps the height that its legend asks for."""
    shown = screen_figure(figure(1.0), False)
    assert shown["layout"]["xaxis"]["title"]["font"]["size"] == TITLE and shown["layout"]["height"] == HEIGHT


def test_a_figure_is_plain_json_that_names_no_other_host() -> None:
    text = json.dumps(screen_figure(figure(2.0), True))
    assert "http" not in text
