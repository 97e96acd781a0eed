"""Curves on one pair of axes: heights, offsets and order are what the caption says."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.plots.overlay import Line, overlay_figure

X = np.linspace(0.0, 10.0, 101)
LINES = [Line(f"{k}", X, 7.0 + k * np.exp(-((X - 5.0) ** 2))) for k in (1.0, 3.0, 9.0)]


def test_scaled_curves_have_one_height_or_one_area() -> None:
    for scaling, measure in (("max", lambda y: y.max()), ("area", lambda y: np.trapezoid(y, X))):
        figure = overlay_figure(LINES, "x", "y / counts", scaling=scaling)  # type: ignore[arg-type]
        assert [measure(np.asarray(s.y)) for s in figure.series] == pytest.approx([1.0] * 3)
        assert all(np.min(s.y) == pytest.approx(0.0) for s in figure.series)
        assert figure.y_label == "Intensity, scaled"
    plain = overlay_figure(LINES, "x", "y / counts")
    assert [np.asarray(s.y).max() for s in plain.series] == pytest.approx([8.0, 10.0, 16.0])
    assert plain.y_label == "y / counts"


def test_a_waterfall_lifts_each_by_the_same_and_names_it_beside() -> None:
    figure = overlay_figure(LINES, "x", "y / counts", waterfall=True, ordered=True)
    feet = [float(np.min(s.y)) for s in figure.series]
    assert np.diff(feet) == pytest.approx([0.55 * 9.0] * 2, rel=1e-6)
    assert [note.text for note in figure.notes] == ["1.0", "3.0", "9.0"] and not any(s.in_legend for s in figure.series)
    assert "+ offset" in figure.y_label and len({s.colour for s in figure.series}) == 3


def test_binding_energies_run_to_the_left() -> None:
    low, high = overlay_figure(LINES, "x", "y", reverse=True).x_range or (0.0, 0.0)
    assert low > high


def test_a_curve_that_cannot_be_scaled_or_drawn_is_one_sentence() -> None:
    with pytest.raises(HeterofilmError, match="'flat' is flat"):
        overlay_figure([Line("flat", X, 0.0 * X), LINES[0]], "x", "y", scaling="max")
    with pytest.raises(HeterofilmError, match="fewer than two points"):
        overlay_figure([Line("empty", X, np.nan * X)], "x", "y")
    with pytest.raises(HeterofilmError, match="no curve"):
        overlay_figure([], "x", "y")
