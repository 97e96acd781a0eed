"""The figure of a sweep: every point of the table, a line for each combination of the other values."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest

from heterofilm.plots.vary import LINES, capacities, sweep_figure

UNITS = {"films.VO.thickness": "nm", "phases.V2O5.D": "cm2/s"}


def _table(thicknesses: list[float], diffusivities: list[float]) -> pl.DataFrame:
    """As `simulate_many` gives it: a charge between two discharges of every point, of capacity 100 L + D."""
    rows = [
        {"point": k, "films.VO.thickness": L, "phases.V2O5.D": D, "kind": kind, "capacity_uAh_cm2_um": Q, "error": None}
        for k, (L, D) in enumerate(product(thicknesses, diffusivities))
        for kind, Q in (("discharge", -1.0), ("charge", -2.0), ("discharge", 100.0 * L + D))
    ]
    return pl.DataFrame(rows)


def test_the_last_discharge_of_every_point_counts() -> None:
    found = capacities(_table([1.0, 2.0], [3.0]))
    assert found["capacity_uAh_cm2_um"].to_list() == [103.0, 203.0]
    assert capacities(pl.DataFrame({"point": [1], "error": ["failed"]})).height == 0


def test_every_point_is_drawn_over_the_value_that_has_most() -> None:
    """x of the longer list, a line each of the other's values, in rising order."""
    figure = sweep_figure(_table([2.0, 1.0, 3.0], [5.0, 4.0]), UNITS)
    assert figure.x_label == "films.VO.thickness / nm"
    drawn = {series.label: (series.x, series.y) for series in figure.series}
    assert list(drawn) == ["V2O5.D 4 cm2/s", "V2O5.D 5 cm2/s"]
    for D, (x, y) in zip((4.0, 5.0), drawn.values(), strict=True):
        assert np.array_equal(x, [1.0, 2.0, 3.0]) and np.array_equal(y, 100.0 * np.asarray(x) + D)


def test_wide_spans_are_logarithmic() -> None:
    wide, narrow = ([10.0**-k for k in (11, 12, 13)], [1.0, 2.0, 3.0])
    assert sweep_figure(_table([1.0], wide), UNITS).log_x
    assert not sweep_figure(_table([1.0], narrow), UNITS).log_x


def test_too_many_lines_are_thinned_and_it_is_said() -> None:
    """First and last stay."""
    figure = sweep_figure(_table([float(k) for k in range(30)], [float(k) for k in range(20)]), UNITS)
    assert len(figure.series) == LINES and f"{LINES} of 20 combinations" in figure.caption
    assert figure.series[0].label == "V2O5.D 0 cm2/s" and figure.series[-1].label == "V2O5.D 19 cm2/s"


@pytest.mark.parametrize("units", [UNITS, {"films.VO.thickness": "nm"}])
def test_a_sweep_without_results_is_an_empty_figure(units: dict[str, str]) -> None:
    """All points failed: nothing to draw, and no error on top."""
    failed = pl.DataFrame({"point": [0], **{path: [1.0] for path in units}, "error": ["no"]})
    assert all(len(series.x) == 0 for series in sweep_figure(failed, units).series)
