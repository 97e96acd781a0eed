"""Figures on the page are as high as they ask for."""

from __future__ import annotations

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.tabs.drawn import as_high


class Style(dict[str, str]):
    def __call__(self, text: str) -> None:
        name, _, value = text.partition(": ")
        self[name] = value


def test_a_figure_is_as_high_as_its_legend_asks() -> None:
    class Plot:
        style = Style()

    as_high(Plot, {"layout": {"height": 460}})
    assert Plot.style == {}, "that of the style sheet"
    as_high(Plot, {"layout": {"height": 634}})
    assert Plot.style["height"] == "634px"
    as_high(Plot, {"layout": {}})
    assert Plot.style["height"] == "460px"
