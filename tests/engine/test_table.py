"""Tables of any shape: their points, continuity, slopes, inverse, and the search for a piece."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.engine.table import (
    BEGIN,
    NO_TABLE,
    Table,
    cubic,
    factor_of,
    inverse,
    mean_slope,
    merged,
    mixed,
    piece,
    steepest,
)
from heterofilm.library.curve import Curve, monotone


def crowded(seed: int, points: int = 0) -> Curve:
    """A falling curve whose points crowd and whose slopes differ by orders of magnitude."""
    rng = np.random.default_rng(seed)
    n = points or int(rng.integers(3, 400))
    x = np.cumsum(10.0 ** rng.uniform(-6.0, 0.0, n))
    fall = 10.0 ** rng.uniform(-5.0, 0.0, n)
    return monotone(x / x[-1], 4.0 - np.cumsum(fall) / fall.sum())


def of(*curves: Curve) -> Table:
    return Table.through(curves[0].x, *((curve.y, curve.s) for curve in curves))


def places(curve: Curve, seed: int) -> np.ndarray:
    """Points, between and beyond them."""
    rng = np.random.default_rng(seed)
    return np.concatenate([curve.x, rng.uniform(curve.x[0] - 0.3, curve.x[-1] + 0.3, 200), [-1e300, 1e300]])


@given(st.integers(0, 2**32 - 1))
def test_the_kernel_is_the_curve_of_the_library(seed: int) -> None:
    """Value and slope of the curve it was made of, at, between and beyond the points; the piece is the right one."""
    curve = crowded(seed)
    table = of(curve)
    for x in places(curve, seed)[:-2]:
        k = piece(x, table)
        assert k == np.searchsorted(curve.x, x, side="right")
        value, slope = cubic(x, k, 0, table)
        assert value == pytest.approx(float(curve.value(x)), rel=1e-12, abs=1e-12)
        assert slope == pytest.approx(float(curve.slope(x)), rel=1e-8, abs=1e-9)
    assert mean_slope(curve.x[1:-1], table) == pytest.approx(curve.s[1:-1], rel=1e-12)


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 1.0))
@example(0, 1.0)
def test_the_inverse_of_mixed_branches(seed: int, share: float) -> None:
    """x(U(x)) holds U, however flat and steep both branches are, within and beyond the points."""
    first = crowded(seed, 60)
    second = monotone(first.x, crowded(seed + 1, 60).y + 0.01)
    table = of(first, second)
    for x in places(first, seed)[:-2]:
        value, _, _ = mixed(x, piece(x, table), share, table)
        back = inverse(value, share, table)
        again, slope, _ = mixed(back, piece(back, table), share, table)
        assert slope < 0.0
        assert again == pytest.approx(value, abs=1e-12 + 2e-15 * abs(slope))


def test_nan_and_infinity_are_no_place_in_memory() -> None:
    """They are at an end, and what comes out is not a number, or infinite."""
    table = of(crowded(1))
    assert piece(math.nan, table) == 0 and piece(-math.inf, table) == 0
    assert piece(math.inf, table) == len(table.rows) - 1
    assert math.isnan(cubic(math.nan, 0, 0, table)[0])


def test_the_curve_is_smooth() -> None:
    """Value and slope go on over every beginning of a piece."""
    curve = crowded(5, 50)
    table = of(curve)
    for k in range(1, len(table.rows)):
        x = table.rows[k, BEGIN]
        (before, slope_before), (here, slope) = (cubic(x, j, 0, table) for j in (k - 1, k))
        assert before == pytest.approx(here, abs=1e-13)
        assert slope_before == pytest.approx(slope, rel=1e-9)


def test_the_greatest_slope_is_found_within_a_piece() -> None:
    """A cubic that falls at both ends and rises between them is seen."""
    x, y = np.array([0.0, 1.0]), np.array([1.0, 0.9])
    assert steepest(Table.through(x, (y, np.array([-1.0, -1.0])))) == pytest.approx(0.35)
    assert steepest(of(crowded(3))) < 0.0


def test_the_mean_of_two_branches() -> None:
    first = crowded(1, 20)
    second = Curve(first.x, first.y + 0.1, first.s)
    table = of(first, second)
    one = merged(table)
    assert merged(one) is one and merged(NO_TABLE) is NO_TABLE
    for x in (-0.1, 0.2, 0.9, 1.2):
        assert cubic(x, piece(x, one), 0, one)[0] == pytest.approx(mixed(x, piece(x, table), 0.5, table)[0])


def test_a_factor_is_constant_beyond_its_points() -> None:
    """The exponential of the curve and its slope; no table is a factor of one."""
    x = np.linspace(0.0, 1.0, 5)
    table = Table.through(x, (np.sin(3.0 * x), 3.0 * np.cos(3.0 * x)), ends=False)
    assert factor_of(0.3, NO_TABLE) == (1.0, 0.0)
    assert factor_of(0.25, table) == pytest.approx(
        (math.exp(math.sin(0.75)), 3.0 * math.cos(0.75) * math.exp(math.sin(0.75)))
    )
    assert factor_of(-2.0, table) == pytest.approx((1.0, 0.0)) and factor_of(9.0, table)[1] == 0.0
