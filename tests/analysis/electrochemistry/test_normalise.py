"""Capacity per area and volume: the law of propagation, and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heterofilm.analysis.electrochemistry.normalise import normalise
from heterofilm.errors import HeterofilmError
from heterofilm.records.record import Record
from made_cell import AREA, THICKNESS, made_cell


def test_one_cycle_is_the_records_own_capacity() -> None:
    record = made_cell(1)
    found = normalise(record, calibration=0.0)
    assert found.per_volume == pytest.approx(record.capacity("uAh/cm2/um", 2), rel=1e-12)
    assert found.per_area == pytest.approx(record.capacity("uAh/cm2", 2), rel=1e-12)
    assert found.per_volume_sigma == 0.0


@settings(deadline=None)
@given(st.floats(0.0, 0.2), st.floats(0.0, 0.2), st.floats(0.0, 0.1))
def test_relative_variances_add(area: float, thickness: float, calibration: float) -> None:
    """(u/c)^2 = sum of the relative variances; thickness does not enter the capacity per area."""
    found = normalise(
        made_cell(1, points=5),
        area_sigma_m2=area * AREA,
        thickness_sigma_m=thickness * THICKNESS,
        calibration=calibration,
    )
    both = math.hypot(area, calibration)
    assert found.per_area_sigma / found.per_area == pytest.approx(both, rel=1e-6, abs=1e-12)
    assert found.per_volume_sigma / found.per_volume == pytest.approx(math.hypot(both, thickness), rel=1e-6, abs=1e-12)
    if max(both, thickness) > 1e-9:
        assert sum(found.shares.values()) == pytest.approx(1.0)


def test_the_propagation_agrees_with_drawing_area_and_thickness() -> None:
    """Monte Carlo of Q/(A d) with 3 and 5 % gives the same spread to 3 %."""
    draw = np.random.default_rng(1)
    A, d = (m * (1.0 + u * draw.standard_normal(200_000)) for m, u in ((AREA, 0.03), (THICKNESS, 0.05)))
    record = made_cell(1)
    found = normalise(record, area_sigma_m2=0.03 * AREA, thickness_sigma_m=0.05 * THICKNESS, calibration=0.0)
    charge = found.per_volume * AREA * THICKNESS
    assert np.std(charge / (A * d)) == pytest.approx(found.per_volume_sigma, rel=0.03)


def test_the_spread_of_the_cycles_counts_in_full() -> None:
    """Three cycles with a known fade: mean and sample standard deviation, not divided by sqrt(3)."""
    fade = 0.1
    Q = 1000.0 * (1.0 - fade) ** np.arange(3)
    found = normalise(made_cell(3, fade=fade), calibration=0.0)
    assert found.per_area == pytest.approx(Q.mean() / 36.0, rel=1e-9)
    assert found.per_area_sigma == pytest.approx(Q.std(ddof=1) / 36.0, rel=1e-6)
    assert found.shares["cycles"] == pytest.approx(1.0)
    only = normalise(made_cell(3, fade=fade), cycles=[2], calibration=0.0)
    assert only.cycles == (2,) and only.per_area == pytest.approx(Q[1] / 36.0, rel=1e-9)


def test_a_row_for_a_table() -> None:
    """Per volume with a thickness, else per area; what the uncertainty holds stands in the method."""
    volume = normalise(made_cell(2), area_sigma_m2=2e-6).row("capacity", "VOC1", "a.mpr")
    assert volume.unit == "uAh/cm2/um" and volume.sample == "VOC1" and "area 1.7 %" in volume.method
    flat = Record(made_cell(2).frame, meta={"area_m2": AREA})
    assert normalise(flat).row("capacity").unit == "uAh/cm2"


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"area_sigma_m2": -1e-6}, "area must lie"),
        ({"thickness_sigma_m": 1e-6}, "thickness must lie"),
        ({"cycles": [9]}, "no cycle 9"),
        ({"direction": "sideways"}, "sideways"),
        ({"area_sigma_m2": float("nan")}, "area must lie"),
    ],
)
def test_what_cannot_be_is_refused(given_: dict, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        normalise(made_cell(2), **given_)


def test_a_record_without_an_area_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="area_m2"):
        normalise(Record(made_cell(1).frame))
