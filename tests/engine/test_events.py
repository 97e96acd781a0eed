"""Limits: positive before they are met, zero where they are, and found within the step."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.events import (
    CHARGE,
    CURRENT_BELOW,
    DURATION,
    LITHIUM_BELOW,
    SLOPE_BELOW,
    VOLTAGE_ABOVE,
    VOLTAGE_BELOW,
    closest,
    first_limit,
    margin,
)
from verification.models import Cell, current, two_phase

STATE = {"t": 10.0, "V": 3.0, "i": -0.2, "Q": -5.0, "rate": -1e-3, "metal": 7.0}


@pytest.mark.parametrize(
    ("kind", "at", "beyond"),
    [
        (VOLTAGE_BELOW, 3.0, 3.1),
        (VOLTAGE_ABOVE, 3.0, 2.9),
        (DURATION, 10.0, 9.0),
        (CHARGE, 5.0, 4.0),
        (CURRENT_BELOW, 0.2, 0.3),
        (SLOPE_BELOW, 1e-3, 2e-3),
        (LITHIUM_BELOW, 7.0, 8.0),
    ],
)
def test_a_margin_falls_through_zero_where_the_limit_is_met(kind, at, beyond):
    assert margin(kind, at, *STATE.values()) == pytest.approx(0.0, abs=1e-12)
    assert margin(kind, beyond, *STATE.values()) < 0.0


def test_the_first_limit_met_is_named_and_the_closest_leaves_time_out():
    kinds, values = np.array([DURATION, VOLTAGE_BELOW, CHARGE]), np.array([1.0, 2.5, 5.1])
    assert first_limit(kinds, values, *STATE.values()) == 0
    smallest, which = closest(kinds, values, *STATE.values())
    assert which == 2 and smallest == pytest.approx(0.1)


@pytest.mark.parametrize("limit", [1e-5, 1e-6])
def test_a_rest_ends_where_its_slope_is_the_limit(limit):
    """The slope just before the end, of the same relaxation run on in fine steps, is the limit within a few percent."""
    cell = Cell(two_phase(10, 4))
    cell.discharge(0.2, 3.0)
    done = cell.run(current(0.0), (SLOPE_BELOW, limit), (DURATION, 1e7), rtol=1e-6)
    assert done.status == 0
    after = cell.rest(0.02 * done.t[-1], rtol=1e-7)
    assert abs(after.V[-1] - after.V[0]) / after.t[-1] == pytest.approx(limit, rel=0.1)
