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
    figure = overlay_figure(LINES, "x", "y / counts", waterfall=True, along="Cycle")
    feet = [float(np.min(s.y)) for s in figure.series]
    assert np.diff(feet) == pytest.approx([0.55 * 9.0] * 2, rel=1e-6)
    assert [note.text for note in figure.notes] == ["1.0", "3.0", "9.0"] and not any(s.in_legend for s in figure.series)
    assert "+ offset" in figure.y_label and len({s.colour for s in figure.series}) == 3


@pytest.mark.parametrize("scaling", ["max", "area"])
@pytest.mark.parametrize("waterfall", [False, True])
def test_a_cosmic_spike_changes_neither_heights_nor_the_frame(scaling: str, waterfall: bool) -> None:
    """It is drawn with its curve and named; every other point lies where it lay without it."""
    rng = np.random.default_rng(1)
    clean = [7.0 + k * np.exp(-((X - 5.0) ** 2)) + rng.normal(0.0, 0.02, X.size) for k in (1.0, 3.0, 9.0)]
    struck = clean[1].copy()
    struck[80] += 3000.0
    how = {"scaling": scaling, "waterfall": waterfall}
    names = ("a", "b", "c")
    spiked = [struck if name == "b" else y for name, y in zip(names, clean, strict=True)]
    before, after = (
        overlay_figure([Line(n, X, y, camera=True) for n, y in zip(names, ys, strict=True)], "x", "y", **how)  # type: ignore[arg-type]
        for ys in (clean, spiked)
    )
    assert before.y_range is None and "spike" not in before.caption
    assert "Cosmic spikes leave the frame" in after.caption and "(b: 8)" in after.caption
    low, high = after.y_range or (0.0, 0.0)
    for one, other in zip(before.series, after.series, strict=True):
        kept = np.delete(np.arange(X.size), 80)
        assert np.asarray(other.y)[kept] == pytest.approx(np.asarray(one.y)[kept], rel=0.01, abs=0.01)
        assert low < np.asarray(one.y).min() and np.asarray(one.y).max() < high
    assert np.asarray(after.series[1].y)[80] > high
    counts = overlay_figure([Line(n, X, y) for n, y in zip(names, spiked, strict=True)], "x", "y", **how)  # type: ignore[arg-type]
    assert counts.y_range is None, "what no camera counted is left as it is: a narrow line may be one point wide"


def test_many_lines_along_a_value_have_a_bar_instead_of_names() -> None:
    lines = [Line(f"cycle {k}", X, np.exp(-((X - 5.0) ** 2)) + 0.1 * k, value=str(k)) for k in range(1, 21)]
    for waterfall in (False, True):
        figure = overlay_figure(lines, "x", "y", along="Cycle", waterfall=waterfall)
        assert figure.scale is not None and figure.scale.label == "Cycle" and figure.scale.names[-1] == "20"
        assert not figure.notes and not any(s.in_legend for s in figure.series)
    few = overlay_figure(lines[:8], "x", "y", along="Cycle")
    assert few.scale is None and all(s.in_legend for s in few.series)


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
