"""Least squares between limits: lines in one step, known minima, limits that hold, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from heterofilm.analysis.photoemission.solve import least_squares
from heterofilm.errors import InputError

FREE = np.full(2, 1e6)


@given(st.integers(0, 10**6))
def test_lines_within_limits_are_those_of_an_independent_solver(seed: int) -> None:
    """A residual A x - b has one minimum in a box; scipy's active-set method finds the same misfit.

    The search ends where a step promises less than 1e-7 of the misfit, so misfits agree to that and rounding.
    """
    rng = np.random.default_rng(seed)
    A, b = rng.standard_normal((12, 4)), rng.standard_normal(12)
    low, high = -rng.uniform(0.05, 1.0, 4), rng.uniform(0.05, 1.0, 4)
    x = least_squares(lambda x: A @ x - b, lambda x: A, np.zeros(4), low, high)
    assert np.all((low <= x) & (x <= high))
    best = lsq_linear(A, b, (low, high), method="bvls").x
    assert np.sum((A @ x - b) ** 2) <= np.sum((A @ best - b) ** 2) * (1 + 1e-5)


def test_rosenbrocks_valley_is_followed_to_its_end() -> None:
    """r = (10 (y - x^2), 1 - x) vanishes at (1, 1) alone; from (-1.2, 1), the start of the literature."""
    x = least_squares(
        lambda x: np.array([10.0 * (x[1] - x[0] ** 2), 1.0 - x[0]]),
        lambda x: np.array([[-20.0 * x[0], 10.0], [-1.0, 0.0]]),
        np.array([-1.2, 1.0]), -FREE, FREE,
    )  # fmt: skip
    assert x == pytest.approx([1.0, 1.0], abs=1e-6)


def test_a_limit_in_the_valley_holds() -> None:
    """With x at most 1/2 the least misfit of the same lies at (1/2, 1/4)."""
    x = least_squares(
        lambda x: np.array([10.0 * (x[1] - x[0] ** 2), 1.0 - x[0]]),
        lambda x: np.array([[-20.0 * x[0], 10.0], [-1.0, 0.0]]),
        np.array([-1.2, 1.0]), -FREE, np.array([0.5, 1e6]),
    )  # fmt: skip
    assert x == pytest.approx([0.5, 0.25], abs=1e-4) and x[0] <= 0.5


def test_scales_do_not_matter() -> None:
    """A number of 1e9 and one of 1e-9 are found as well: steps are in units of the columns' lengths."""
    scale = np.array([1e9, 1e-9])
    A = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]) / scale
    wanted = np.array([2.0, -1.0]) * scale
    x = least_squares(lambda x: A @ (x - wanted), lambda x: A, np.zeros(2), -10.0 * scale, 10.0 * scale)
    assert x / wanted == pytest.approx([1.0, 1.0], rel=1e-6)


def test_a_start_beyond_the_limits_and_a_number_that_nothing_moves() -> None:
    """The start is brought within; a column of zeros leaves its number where it is."""
    J = np.array([[1.0, 0.0], [2.0, 0.0]])
    x = least_squares(lambda x: J @ (x - 0.3), lambda x: J, np.array([9.0, 0.7]), np.zeros(2), np.ones(2))
    assert x == pytest.approx([0.3, 0.7])


def test_a_start_without_a_misfit_is_refused() -> None:
    with pytest.raises(InputError, match="no finite intensity"):
        least_squares(lambda x: np.array([np.nan]), lambda x: np.ones((1, 1)), np.ones(1), -np.ones(1), np.ones(1))
