"""Newton's method of a time step: what it leaves over, and fillings that cross a peak of D."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.engine.kinetics import phi
from heterofilm.engine.newton import bend_fillings, left_over
from heterofilm.engine.parameters import Diffusion
from heterofilm.engine.state import layout, new_work
from verification.models import Cell, film, liquid, one_phase

GRID = np.linspace(0.0, 2.0, 401)
# between two couples D is thousands of times that on their plateaus
D = 3e-17 + 5e-14 * np.exp(-(((GRID - 0.5) / 0.01) ** 2))
PEAK = Diffusion(D, np.concatenate([[0.0], np.cumsum(0.5 * (D[1:] + D[:-1]) * np.diff(GRID))]), 2.0)
MODEL = one_phase(12, 2)._replace(
    D_m=PEAK, film=film(300e-9, 12, 0.55 * 18457, sigma_e=1e-5), electrolyte=liquid()
)  # fmt: skip
LAY = layout(MODEL)


@given(st.floats(1e-9, 1.0), st.floats(1e-6, 0.49))
def test_corrections_that_shrink_by_one_ratio_leave_the_sum_of_all_to_come(size: float, ratio: float) -> None:
    later = size * np.cumsum(ratio ** np.arange(1, 200))[-1]
    assert left_over(size, size / ratio) == pytest.approx(later, rel=1e-9)


def test_corrections_that_hardly_shrink_or_stand_alone_leave_all_over() -> None:
    assert left_over(0.3, np.inf) == left_over(0.3, 0.4) == left_over(0.3, 0.2) == 0.3


@given(st.integers(0, 2**32 - 1), st.floats(-4.0, 1.0))
def test_a_bent_filling_obeys_the_balance_of_its_node(seed: int, power: float) -> None:
    """g (theta - theta*) + l (Phi(theta) - Phi*) = 0 with the linear Phi*; where both agree nothing is touched."""
    rng, g = np.random.default_rng(seed), 10.0**power
    work, own = new_work(LAY), slice(LAY.theta_m, LAY.theta_m + LAY.nodes)
    y, change = np.zeros(LAY.size), np.zeros(LAY.size)
    y[own], change[own] = rng.uniform(0.3, 0.8, LAY.nodes), rng.uniform(-0.3, 0.3, LAY.nodes)
    slopes = [phi(theta, PEAK.D, PEAK.Phi, PEAK.theta_max) for theta in y[own]]
    work.Phi[:], work.D_m[:] = np.transpose(slopes)
    linear = change[own].copy()
    moved = bend_fillings(g, y, change, 1e-6, MODEL, LAY, work)
    link = np.concatenate([MODEL.film.link, [0.0]]) + np.concatenate([[0.0], MODEL.film.link])
    link /= g * MODEL.film.width
    after = np.array([phi(theta, PEAK.D, PEAK.Phi, PEAK.theta_max)[0] for theta in y[own] + change[own]])
    missed = change[own] - linear + link * (after - work.Phi - work.D_m * linear)
    touched = change[own] != linear
    # a root known to 1e-6 of a filling, on a slope of up to 1 + l D
    assert np.abs(missed[touched]).max(initial=0.0) < 2e-6 * (1.0 + link.max() * D.max())
    assert np.abs(missed[~touched]).max(initial=0.0) <= 1e-6 * MODEL.matrix.theta_full
    assert bool(moved) == touched.any()


def test_a_front_over_a_peak_of_D_costs_no_failed_step() -> None:
    """Every node passes the filling at which D is 1600 times larger: Newton converges in every step, and steps a
    hundred times more exact end with the same profile."""
    ends = []
    for rtol in (1e-2, 1e-4):
        cell = Cell(MODEL, 3.6)
        done = cell.pass_charge(0.2, 300.0, rtol=rtol)
        theta = cell.y[LAY.theta_m : LAY.theta_m + LAY.nodes]
        assert theta.min() > 0.55 and done.effort[3] == 0
        ends.append(theta.copy())
    assert ends[0] == pytest.approx(ends[1], abs=5e-3)
