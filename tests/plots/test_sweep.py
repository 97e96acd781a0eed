"""Figures of sweeps: the median follows a law that is known, the band holds nine tenths."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import HeterofilmError
from heterofilm.plots.sweep import LABELS, sweep_figures
from heterofilm.sweeps.runs import NUMBERS

RNG = np.random.default_rng(1)


def table(n: int = 5000) -> pl.DataFrame:
    x, z = 10.0 ** RNG.uniform(-14.0, -12.0, n), RNG.uniform(1.0, 2.0, n)
    columns = {"a.b.D": x, "a.b.L": z, "capacity_uAh_cm2_um": np.log10(x) + z}
    return pl.DataFrame(columns).with_columns(pl.lit(None).cast(pl.String).alias("error"))


def test_the_median_and_the_band_are_those_of_the_runs() -> None:
    """y = log10 x + z with z even between 1 and 2: over x the median is log10 x + 1.5, the band from 1.05 to 1.95."""
    figure, other = sweep_figures(table(), {"a.b.D": "cm2/s", "a.b.L": "1"})
    assert figure.log_x and not other.log_x and figure.x_label == "a.b.D / cm2/s" and other.x_label == "a.b.L"
    points, median = figure.series
    assert len(points.x) <= 1000 and "of 5000 runs" in points.label
    (band,) = median.bands
    law = np.log10(np.asarray(median.x))
    assert np.asarray(median.y) - law == pytest.approx(1.5, abs=0.15)
    assert np.asarray(band.y_low) - law == pytest.approx(1.05, abs=0.1)
    assert np.asarray(band.y_high) - law == pytest.approx(1.95, abs=0.1)


def test_one_value_alone_is_a_line_through_its_runs() -> None:
    rows = pl.DataFrame({"a.b.L": [3.0, 1.0, 2.0], "capacity_uAh_cm2_um": [9.0, 1.0, 4.0], "error": [None] * 3})
    (figure,) = sweep_figures(rows, {"a.b.L": "nm"})
    line = figure.series[1]
    assert list(line.x) == [1.0, 2.0, 3.0] and list(line.y) == [1.0, 4.0, 9.0] and line.bands == ()


def test_every_number_has_its_label_and_others_are_refused() -> None:
    assert set(LABELS) == set(NUMBERS)
    with pytest.raises(HeterofilmError, match="is no number of a run"):
        sweep_figures(table(), {"a.b.D": "cm2/s"}, "colour")
    failed = table(3).with_columns(pl.lit("why").alias("error"))
    with pytest.raises(HeterofilmError, match="nothing to draw"):
        sweep_figures(failed, {"a.b.D": "cm2/s"})
