"""Waterfalls: every bar begins where the one before ended."""

import polars as pl
import pytest

from heterofilm.plots.limits import levers_figure, voltage_figure, waterfall_figure


def test_a_waterfall_ends_at_what_is_delivered() -> None:
    """Causes, large and small together, lead from the first bar to the last, whatever their sign."""
    table = pl.DataFrame({
        "cause": ["delivered", "utilisation", "hysteresis", "cut-off voltage", "electrolyte"],
        "capacity_uAh_cm2_um": [60.0, 30.0, 12.0, -2.5, 0.5], "low": [55.0, 29.0, 10.0, -3.0, 0.4],
        "high": [65.0, 31.0, 14.0, -2.0, 0.6],
    })  # fmt: skip
    figure = waterfall_figure(table, "x")
    steps = [s.bands[0] for s in figure.series if s.bands]
    assert steps[0].y_high[0] == 100.0 and steps[-1].y_high[0] == 60.0
    level = 100.0
    for band in steps[1:-1]:
        assert level == pytest.approx(max(band.y_high[0], band.y_low[0])) or level == pytest.approx(
            min(band.y_high[0], band.y_low[0])
        )
        level = band.y_low[0]
    assert level == pytest.approx(60.0)
    assert figure.x_names[0] == "theoretical" and "all others" in figure.x_names


def test_voltage_falls_to_nothing_and_levers_are_few() -> None:
    table = pl.DataFrame({"cause": ["hysteresis", "electrolyte"], "loss_V": [0.06, 0.04], "low": [None, None],
                          "high": [None, None]}, schema_overrides={"low": pl.Float64, "high": pl.Float64})  # fmt: skip
    figure = voltage_figure(table, 3.0, 2.9, "x")
    assert figure.series[0].y[0] == pytest.approx(100.0)
    assert [s.bands[0].y_low[0] for s in figure.series if s.bands][-1] == pytest.approx(0.0, abs=1e-9)
    assert len(levers_figure([(f"phases.A.{k}: 1 to 2", 0.1) for k in range(9)], "x").x_names) == 6
