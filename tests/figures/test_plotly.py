"""Figures as Plotly draws them: the panel keeps its height, whatever stands in the legend."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.plotly import HEIGHT, ROW, draw

X = np.array([0.0, 1.0])


def _height(labels: list[str]) -> float:
    figure = Figure("f", "F", "x / V", "y / A", [Series(label, X, X) for label in labels])
    return float(draw(figure).layout.height)


@pytest.mark.parametrize("labels", [[], ["VO"], ["VO", "VOC1", "VOC2"], ["cathodic, 3.39 V: b = 0.88 ± 0.02"] * 2])
def test_one_or_two_rows_stand_above_the_panel(labels: list[str]) -> None:
    assert _height(labels) == HEIGHT


def test_more_rows_make_the_figure_higher() -> None:
    """Each row beyond the second adds its height: eight entries too long to stand side by side are eight rows."""
    long = [f"cathodic, {k}.48 V: b = 0.88 ± 0.02" for k in range(8)]
    assert _height(long) == HEIGHT + 6 * ROW
    assert _height([*long, long[0]]) == HEIGHT + 6 * ROW  # a label that comes again is no entry more
    assert _height([f"c{k}" for k in range(8)]) == HEIGHT  # short ones stand side by side
