"""Figures over the cycle number show the tables' numbers."""

import polars as pl
import pytest

from heterofilm.figures.matplotlib import draw as draw_static
from heterofilm.plots.cycles import capacity_figure, mean_voltage_figure, rate_figure

TABLE = pl.DataFrame(
    {
        "cycle": [1, 2, 3],
        "first": ["discharge"] * 3,
        "discharge_C_m2": [360.0, 350.0, 340.0],
        "charge_C_m2": [345.0, 349.0, 500.0],
        "coulombic_efficiency": [345 / 360, 349 / 350, 500 / 340],
        "discharge_V": [2.6, 2.6, 2.6],
        "charge_V": [3.0, 3.0, 3.0],
    }
)


def test_capacity_and_efficiency():
    """Per area without a thickness; efficiencies on the right, and a word on those outside."""
    figure = capacity_figure({"a": TABLE})
    charge, discharge, efficiency = figure.series
    assert list(discharge.y) == [10.0, 350 / 36, 340 / 36] and charge.y[0] == 345 / 36
    assert efficiency.right and efficiency.y[1] == pytest.approx(100 * 349 / 350)
    assert "discharge over the charge before it" in figure.caption and "1 of 3" in figure.caption
    assert figure.right_range[0] < 95.8 < 99.7 < figure.right_range[1]
    assert "cm⁻² µm⁻¹" not in figure.y_label
    assert len(draw_static(figure).axes) == 2


def test_several_cells_by_name():
    """Films of the paper keep their colours."""
    figure = capacity_figure({"VO": TABLE, "VOC1": TABLE, "mine": TABLE})
    assert [s.label for s in figure.series] == ["VO", "VOC1", "mine"]
    assert len({s.colour for s in figure.series}) == 3 and figure.series[0].colour == "#0072B2"


def test_only_discharges():
    only = TABLE.with_columns(
        pl.lit(None, pl.Float64).alias("charge_C_m2"), pl.lit(None, pl.Float64).alias("coulombic_efficiency")
    )
    assert [s.label for s in capacity_figure({"a": only}).series] == ["discharge"]


def test_the_polarisation_is_the_distance():
    charge, discharge = mean_voltage_figure(TABLE).series
    assert charge.y[0] - discharge.y[0] == pytest.approx(0.4)


def test_rates():
    """A current that came back is open; the share of the slowest stands at the points."""
    summary = pl.DataFrame(
        {"current_A_m2": [0.05, 0.8, 0.05], "mean_C_m2": [360.0, 180.0, 350.0], "sd_C_m2": [3.6, None, None],
         "share": [1.0, 0.5, 0.97]}
    )  # fmt: skip
    figure = rate_figure({"mean": summary})
    line, again = figure.series
    assert list(line.x) == [5.0, 80.0] and list(line.y) == [10.0, 5.0]
    assert list(again.x) == [5.0] and again.marker == "circle-open"
    assert line.y_error is not None and line.y_error[0] == pytest.approx(0.1)  # one standard deviation, in the csv too
    assert "mean: ±" in figure.numbers().columns
    assert [note.text for note in figure.notes] == ["100 %", "50 %"] and figure.x_ticks == (5.0, 80.0)
