"""Least squares of functions that cost a simulation."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.calibration.optimise import FLAT, counting, minimise
from heterofilm.errors import SimulationError

WIDE = np.full(2, 10.0)


def test_a_linear_problem_is_solved_as_the_normal_equations_say():
    rng = np.random.default_rng(3)
    A, b = rng.standard_normal((7, 2)), rng.standard_normal(7)
    found = minimise(lambda u: A @ u - b, np.zeros(2), -WIDE, WIDE)
    assert found.converged and found.u == pytest.approx(np.linalg.lstsq(A, b, rcond=None)[0], abs=1e-3)


def test_a_curved_valley_is_followed():
    """Rosenbrock's function: its least is 0 at (1, 1), at the end of a parabola."""
    found = minimise(lambda u: np.array([10.0 * (u[1] - u[0] ** 2), 1.0 - u[0]]), np.array([-1.2, 1.0]), -WIDE, WIDE)
    assert found.converged and 2.0 * found.cost < FLAT


def test_bounds_hold_and_the_rest_is_best_there():
    found = minimise(lambda u: np.array([u[0] - 3.0, u[1] + u[0]]), np.zeros(2), -WIDE, np.array([1.0, 10.0]))
    assert found.u == pytest.approx([1.0, -1.0], abs=1e-3)


def test_what_cannot_be_simulated_is_a_step_too_far():
    """A wall beside the least is walked along, not into."""

    def function(u):
        if u[0] > 1.5:
            raise SimulationError("no")
        return np.array([u[0] - 1.4, 5.0 * (u[1] - u[0])])

    found = minimise(function, np.array([-4.0, 2.0]), -WIDE, WIDE)
    assert found.u == pytest.approx([1.4, 1.4], abs=0.03)


def test_known_slopes_save_simulations():
    A = np.diag([1.0, 4.0])
    b = np.array([1.0, 1.0])
    anew = minimise(lambda u: A @ u - b, np.zeros(2), -WIDE, WIDE)
    known = minimise(lambda u: A @ u - b, np.zeros(2), -WIDE, WIDE, slopes_at_start=A)
    assert known.u == pytest.approx(anew.u, abs=1e-3) and known.evaluations <= anew.evaluations


def test_a_residual_may_count_on_one_side_only():
    """u is wanted at 0, and at least 1 (or at most -1) with the same weight: the least is half-way; met, it is free."""
    for side, wanted, least in ((1, 1.0, 0.5), (-1, -1.0, -0.5), (1, -2.0, 0.0), (-1, 2.0, 0.0)):
        sides = np.array([0, side])
        found = minimise(
            lambda u, wanted=wanted: np.array([u[0], u[0] - wanted]), np.array([3.0]), -WIDE[:1], WIDE[:1], sides=sides
        )
        assert found.converged and found.u == pytest.approx([least], abs=1e-3)


def test_corners_are_reached_in_one_step():
    """Where a side begins to count within a step its slope is in the step: a linear problem takes one and a check."""
    A = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0], [1.0, -4.0]])
    b, sides = np.array([0.2, -0.3, 0.9, 0.4]), np.array([0, 0, 1, -1])
    found = minimise(lambda u: A @ u - b, np.array([0.4, -0.4]), -WIDE, WIDE, slopes_at_start=A, sides=sides)

    def cost(u):
        r = counting(A @ u - b, sides)
        return float(r @ r)

    assert found.converged and found.evaluations <= 6
    around = [found.u + 0.01 * np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0.0, 6.28, 16)]
    assert all(cost(u) >= cost(found.u) for u in around)
