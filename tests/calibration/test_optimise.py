"""Least squares of functions that cost a simulation."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.calibration.optimise import FLAT, minimise
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
