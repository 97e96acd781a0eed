"""Figures of voltammograms show what was found."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cv import Peak, Sweep, b_value, dunn_split
from heterofilm.plots.cv import b_value_figure, dunn_figure, voltammogram_figure
from heterofilm.wording import plus_minus

V = np.linspace(3.8, 2.2, 50)


def sweep(rate):
    return Sweep("cathodic", 1, (3.8 - V) / rate, V, 0.5 * np.exp(-(((V - 3.0) / 0.1) ** 2)), rate, 1.0)


def test_a_colour_per_rate_and_one_legend_entry():
    peak = Peak("cathodic", 3.0, 0.5, 0.5, 0.16, 1.0, "zero current")
    figure = voltammogram_figure([sweep(1e-3), sweep(1e-3), sweep(5e-3)], [peak])
    assert [s.label for s in figure.series if s.in_legend] == ["1 mV s⁻¹", "5 mV s⁻¹", "peaks"]
    assert max(figure.series[0].y) == pytest.approx(100.0 * max(sweep(1e-3).current))  # uA/cm2 from A/m2
    assert figure.series[-1].y == [50.0]


def test_many_rates_have_a_colour_each_and_a_bar():
    """The ninth had the colour of the first."""
    figure = voltammogram_figure([sweep(1e-3 * 2.0**k) for k in range(10)])
    assert len({s.colour for s in figure.series}) == 10 and not any(s.in_legend for s in figure.series)
    assert figure.scale is not None and figure.scale.names[:3] == ("1", "2", "4")


def test_the_line_of_b_runs_through_the_points():
    v = np.array([1e-4, 3e-4, 1e-3])
    i = 2.0 * v**0.7
    points, line = b_value_figure({"cathodic, 3.00 V": (v, i, b_value(v, i))}).series
    assert "b = 0.7 ± less than" in points.label  # no scatter: not 0.70 ± 0.00
    assert np.interp(np.log(points.x[1]), np.log(line.x), np.log(line.y)) == pytest.approx(np.log(points.y[1]))


def test_plus_minus_is_one_standard_deviation_and_no_b_has_no_line():
    """The figure says what the table says: b ± its standard error, and no line where the slope is no b-value."""
    v = np.array([1e-4, 3e-4, 1e-3])
    scattered = b_value(v, v**0.7 * np.array([1.05, 0.95, 1.05]))
    (points, _) = b_value_figure({"cathodic, 3.00 V": (v, v, scattered)}).series
    assert points.label.endswith(f"b = {plus_minus(scattered.b, scattered.stderr)}")
    (points,) = b_value_figure({"anodic, 3.00 V": (v, v, b_value(v, v**-0.2))}).series
    assert points.label.endswith("b not determined")


def test_shares_add_up_and_the_warning_stays():
    v = np.array([1e-4, 3e-4, 1e-3])
    split = dunn_split(V, v[:, None] * np.ones(V.size) + np.sqrt(v)[:, None], v)
    figure = dunn_figure({"cathodic": split})
    assert np.asarray(figure.series[0].y) + np.asarray(figure.series[1].y) == pytest.approx(100.0)
    assert split.warning in figure.caption
