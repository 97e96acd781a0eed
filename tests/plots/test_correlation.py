"""The figure of two quantities: every sample where its numbers are, with its name and both uncertainties."""

import numpy as np

from heterofilm.analysis.correlation import correlation
from heterofilm.plots.correlation import correlation_figure


def test_points_names_bars_and_line() -> None:
    x, y, sd = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.1, 5.9, 8.0]), np.full(4, 0.1)
    names = ["a", "b", "c", "d"]
    figure = correlation_figure(correlation(x, y, sd, sd), names, x, y, sd, sd, "Cu / at.%", "gap / eV")
    points = next(s for s in figure.series if s.label == "samples")
    assert list(points.x) == list(x) and list(points.y) == list(y) and list(points.y_error) == list(sd)
    assert [(n.x, n.y, n.text) for n in figure.notes] == list(zip(x, y, names, strict=True))
    assert sum(s.label == "± x" for s in figure.series) == 4
    assert "n = 4" in figure.caption and "by chance in 8 %" in figure.caption
    assert figure.title == "gap against Cu"
