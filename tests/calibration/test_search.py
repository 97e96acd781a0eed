"""Searches and profiles on functions whose least and intervals are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from heterofilm.calibration.experiments import counting
from heterofilm.calibration.search import FAR, covariance, least, profile, starts

A = np.array([[1.0, 0.5], [0.2, 2.0], [0.3, -1.0]])
B = np.array([1.0, 2.0, 0.5])
LOWER, UPPER = np.full(2, -50.0), np.full(2, 50.0)


def linear(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return A @ u - B, A


def test_linear_least_squares() -> None:
    """u = (A^T A)^-1 A^T b, covariance (A^T A)^-1."""
    found = least(linear, np.zeros(2), LOWER, UPPER)
    assert found.u == pytest.approx(np.linalg.lstsq(A, B, rcond=None)[0], abs=1e-8)
    assert covariance(A) == pytest.approx(np.linalg.inv(A.T @ A), rel=1e-12)


@pytest.mark.parametrize("beside", [0.0, 1e-17, -1e-13, 1e-6, 0.3, 2.0])
@pytest.mark.parametrize("middle", [0.0, 0.7, -3.0])
def test_where_zero_lies_says_nothing(beside: float, middle: float) -> None:
    """r = (e^(u - m) - e^0.9)/1e-4 has its least at m + 0.9 from every start, one at rounding from u = 0 too, and a
    scale that is moved moves the course of a search with it."""

    def function(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (np.exp(u - middle) - np.exp(0.9)) / 1e-4, np.diag(np.exp(u - middle) / 1e-4)

    bounds = np.full(2, middle - 6.0), np.full(2, middle + 6.0)
    found = least(function, np.full(2, middle + beside), *bounds)
    assert found.converged and found.u == pytest.approx(middle + 0.9, abs=1e-8)
    assert found.evaluations < 15


def test_slopes_are_asked_for_where_a_step_is_kept() -> None:
    """Residuals and slopes as functions of their own end as those that come together do, with no slopes of a step that
    was given up (Rosenbrock's valley, whose least is 0 at (1, 1))."""
    asked: dict[str, int] = {"residuals": 0, "slopes": 0}

    def residuals(u: np.ndarray) -> np.ndarray:
        asked["residuals"] += 1
        return np.array([10.0 * (u[1] - u[0] ** 2), 1.0 - u[0]])

    def slopes(u: np.ndarray) -> np.ndarray:
        asked["slopes"] += 1
        return np.array([[-20.0 * u[0], 10.0], [-1.0, 0.0]])

    start = np.array([-1.2, 1.0])
    apart = least((residuals, slopes), start, LOWER, UPPER)
    together = least(lambda u: (residuals(u), slopes(u)), start, LOWER, UPPER)
    assert apart.converged and apart.u == pytest.approx([1.0, 1.0], abs=1e-6)
    assert apart.u.tolist() == together.u.tolist() and apart.evaluations == together.evaluations
    assert asked["slopes"] - together.evaluations < asked["residuals"] - together.evaluations


def test_a_wall_is_walked_along() -> None:
    """What cannot be simulated is a step too far: the least beside it is found."""

    def function(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if u[0] > 1.5:
            return np.full(2, FAR), np.zeros((2, 2))
        return np.array([u[0] - 1.4, 5.0 * (u[1] - u[0])]), np.array([[1.0, 0.0], [-5.0, 5.0]])

    assert least(function, np.array([-4.0, 2.0]), LOWER, UPPER).u == pytest.approx([1.4, 1.4], abs=1e-4)


def test_a_residual_may_count_on_one_side_only() -> None:
    """u is wanted at 0, and at least 1 (or at most -1) with the same weight: the least is half-way; met, it is free."""
    for side, wanted, best in ((1, 1.0, 0.5), (-1, -1.0, -0.5), (1, -2.0, 0.0), (-1, 2.0, 0.0)):

        def function(u: np.ndarray, side: int = side, wanted: float = wanted) -> tuple[np.ndarray, np.ndarray]:
            r = counting(np.array([u[0], u[0] - wanted]), np.array([0, side]))
            return r, np.array([[1.0], [float(r[1] != 0.0)]])

        found = least(function, np.array([3.0]), LOWER[:1], UPPER[:1])
        assert found.converged and found.u == pytest.approx([best], abs=1e-3)


@pytest.mark.parametrize("k", [0, 1])
def test_profile_of_a_linear_model(k: int) -> None:
    """The interval is u_k +- sqrt(chi2) sigma_k, to the 2 % at which the search for it stops."""
    best = least(linear, np.zeros(2), LOWER, UPPER)
    sigma = np.sqrt(np.linalg.inv(A.T @ A)[k, k])
    scale = 0.1 / sigma  # within the three half-ranges that are looked over

    def narrow(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return A @ u / scale * 0.0 + (A @ u - B) / (scale * sigma), A / (scale * sigma)

    best = least(narrow, np.zeros(2), LOWER, UPPER)
    found = profile(narrow, best, k, LOWER, UPPER)
    wide = np.sqrt(chi2.ppf(0.95, 1)) * scale * sigma**2
    assert found.high - best.u[k] == pytest.approx(wide, rel=0.03)
    assert best.u[k] - found.low == pytest.approx(wide, rel=0.03)
    assert not found.open_low and not found.open_high


def test_profile_of_a_curved_model() -> None:
    """r = e^u - 1, sigma 0.1: S rises by 3.84 at u = ln(1 +- 0.196), which is not symmetric."""

    def curved(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (np.exp(u) - 1.0) / 0.1, (np.exp(u) / 0.1)[:, None]

    best = least(curved, np.array([0.3]), np.array([-5.0]), np.array([5.0]))
    found = profile(curved, best, 0, np.array([-5.0]), np.array([5.0]))
    assert found.low == pytest.approx(np.log(1.0 - 0.196), rel=0.03)
    assert found.high == pytest.approx(np.log(1.0 + 0.196), rel=0.03)


def test_a_direction_without_end() -> None:
    """Of r = u_0 + u_1 no end is found for either, and the profile is flat."""

    def tied(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.array([(u[0] + u[1] - 1.0) / 0.01]), np.array([[100.0, 100.0]])

    best = least(tied, np.zeros(2), LOWER, UPPER)
    found = profile(tied, best, 0, LOWER, UPPER)
    assert found.open_low and found.open_high
    assert found.rise.max() < 1e-3


def test_starts_lie_within_bounds() -> None:
    """The first is the one given; others fill the ranges, a stratum each."""
    found = starts(np.array([0.2, 9.0]), np.array([-1.0, -0.5]), np.array([1.0, 6.0]), 5, 1)
    assert found[0].tolist() == [0.2, 6.0]
    others = np.array(found[1:])
    assert (others[:, 1] >= -0.5).all() and (np.abs(others) <= 1.0).all()
    assert sorted(np.floor((others[:, 0] + 1.0) / 0.5).astype(int)) == [0, 1, 2, 3]
