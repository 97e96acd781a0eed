"""Monotone curves: through the points, monotone everywhere, slope and inverse exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from heterofilm.library.curve import Curve, bounded_slopes, monotone

STEPS = st.lists(st.tuples(st.floats(1e-3, 1.0), st.floats(1e-4, 1.0)), min_size=2, max_size=30)


def curve(steps: list[tuple[float, float]], sign: float) -> Curve:
    x, y = np.cumsum([(0.0, 0.0), *steps], axis=0).T
    return monotone(x, sign * y)


def dense(c: Curve) -> np.ndarray:
    """Points over the table and a tenth of it beyond both ends."""
    reach = 0.1 * (c.x[-1] - c.x[0])
    return np.linspace(c.x[0] - reach, c.x[-1] + reach, 1001)


@given(STEPS, st.sampled_from([-1.0, 1.0]))
def test_it_passes_through_its_points(steps: list[tuple[float, float]], sign: float) -> None:
    c = curve(steps, sign)
    assert np.array_equal(c.value(c.x[:-1]), c.y[:-1])
    assert c.value(c.x[-1]) == pytest.approx(c.y[-1], rel=1e-15)
    assert np.allclose(c.slope(c.x), c.s, rtol=1e-12, atol=0.0)


@given(STEPS, st.sampled_from([-1.0, 1.0]))
def test_it_is_strictly_monotone_everywhere(steps: list[tuple[float, float]], sign: float) -> None:
    """Slopes within three secants leave every cubic monotone (Fritsch and Carlson)."""
    c = curve(steps, sign)
    assert np.all(sign * c.slope(dense(c)) > 0.0)
    assert np.all(sign * np.diff(c.value(dense(c))) > 0.0)


@given(STEPS, st.sampled_from([-1.0, 1.0]))
def test_the_slope_is_that_of_the_value_and_has_no_jump(steps: list[tuple[float, float]], sign: float) -> None:
    """Central differences at half a small step: their error is h^2/6 times the third derivative."""
    c = curve(steps, sign)
    for k in range(len(c.x) - 1):
        width = c.x[k + 1] - c.x[k]
        x = c.x[k] + width * np.linspace(0.1, 0.9, 9)
        step = 1e-4 * width
        by_difference = (c.value(x + step) - c.value(x - step)) / (2.0 * step)
        secant = abs(c.y[k + 1] - c.y[k]) / width
        assert np.allclose(c.slope(x), by_difference, rtol=0.0, atol=1e-6 * secant + 1e-10 * abs(c.y).max() / step)
    inner = c.x[1:-1]
    assert np.allclose(c.slope(np.nextafter(inner, -np.inf)), c.slope(inner), rtol=1e-9)


@given(STEPS, st.sampled_from([-1.0, 1.0]))
def test_the_inverse_leads_back(steps: list[tuple[float, float]], sign: float) -> None:
    """value(inverse(y)) is y to 1e-12 of the span, beyond the ends too."""
    c = curve(steps, sign)
    reach = 0.2 * (c.y[-1] - c.y[0])
    y = np.linspace(c.y[0] - reach, c.y[-1] + reach, 501)
    assert np.abs(c.value(c.inverse(y)) - y).max() <= 1e-12 * abs(c.y[-1] - c.y[0])


@given(STEPS)
def test_inside_it_is_the_pchip_of_scipy(steps: list[tuple[float, float]]) -> None:
    """An independent implementation of the same slopes; the two end intervals differ by the least slope kept here."""
    c = curve(steps, -1.0)
    if len(c.x) < 5:
        return
    other = PchipInterpolator(c.x, c.y)
    x = np.linspace(c.x[1], c.x[-2], 301)
    assert np.abs(c.value(x) - other(x)).max() <= 1e-12 * abs(c.y).max()
    assert np.abs(c.slope(x) - other(x, 1)).max() <= 1e-10 * abs(other(x, 1)).max()


def test_a_straight_line_stays_one() -> None:
    c = monotone([0.0, 1.0, 3.0], [4.0, 3.0, 1.0])
    x = np.linspace(-1.0, 4.0, 51)
    assert np.allclose(c.value(x), 4.0 - x, rtol=0.0, atol=1e-14)
    assert np.allclose(c.inverse(4.0 - x), x, rtol=0.0, atol=1e-14)


@pytest.mark.parametrize(
    ("x", "y"),
    [([0, 1], [1, 0]), ([0, 1, 1], [3, 2, 1]), ([0, 1, 2], [3, 2, 2]), ([0, 1, 2], [3, 1, 2])],
)
def test_what_is_not_monotone_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(ValueError, match="monotone"):
        monotone(x, y)


@given(st.lists(st.tuples(st.floats(0.05, 3.0), st.floats(-3.0, 3.0)), min_size=2, max_size=12))
def test_a_curve_that_may_turn_is_the_pchip_of_scipy_to_its_ends(points: list[tuple[float, float]]) -> None:
    x, y = np.cumsum([step for step, _ in points]), np.round([value for _, value in points], 3)
    if len(points) == 2:
        np.testing.assert_allclose(bounded_slopes(x, y), np.repeat(np.diff(y) / np.diff(x), 2))
        return
    np.testing.assert_allclose(bounded_slopes(x, y), PchipInterpolator(x, y)(x, 1), rtol=1e-9, atol=1e-9)


def test_points_on_a_straight_line_give_it() -> None:
    """log D over filling of three points, as one writes it: the ends were flat, and D between them 35 % off."""
    x, y = np.array([0.0, 0.5, 1.0]), np.array([-12.0, -11.0, -10.0])
    z = np.linspace(0.0, 1.0, 21)
    np.testing.assert_allclose(Curve(x, y, bounded_slopes(x, y)).value(z), -12.0 + 2.0 * z, rtol=1e-14)
    assert bounded_slopes(x, y, flat_ends=True)[[0, -1]].tolist() == [0.0, 0.0]
