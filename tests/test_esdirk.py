"""The tableau of the time stepper, and its step: order, fixed points, what it keeps exactly."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.esdirk import B_HAT, ERROR, GAMMA, PARABOLA, STAGES, A, C
from heterofilm.engine.integrate import DURATION
from verification.models import WIDE, Cell, bare, current, film, one_phase, two_phase

FULL = np.hstack([A, np.zeros((STAGES, 1))]) + np.diag([0.0, GAMMA, GAMMA, GAMMA])
B = FULL[-1]


@pytest.mark.parametrize(
    ("law", "value"),
    [
        (B.sum(), 1.0),
        (B @ C, 1 / 2),
        (B @ C**2, 1 / 3),
        (B @ FULL @ C, 1 / 6),
        (B_HAT.sum(), 1.0),
        (B_HAT @ C, 1 / 2),
    ],
)
def test_order_conditions(law, value):
    """Order 3 of the method and 2 of the embedded one, to the round-off of the published fractions."""
    assert law == pytest.approx(value, abs=1e-14)


def test_the_embedded_method_is_not_of_order_three():
    """An error estimate of the same order as the method would estimate nothing."""
    assert abs(B_HAT @ C**2 - 1 / 3) > 1e-3
    assert pytest.approx(B - B_HAT, abs=1e-16) == ERROR


def test_stage_order_two():
    """Every stage integrates 1 and t exactly: a stiff equation must not lower the order to one."""
    assert pytest.approx(C, abs=1e-14) == FULL.sum(axis=1)
    assert pytest.approx(C**2 / 2, abs=1e-14) == FULL @ C


def test_l_stability():
    """R(z) = 1 + z b (1 - z A)^-1 1 falls to zero at infinity and never exceeds one on the imaginary axis."""

    def amplification(z: complex) -> float:
        ones = np.ones(STAGES)
        return abs(1.0 + z * B @ np.linalg.solve(np.eye(STAGES) - z * FULL, ones))

    assert amplification(-1e9) < 1e-6
    assert max(amplification(1j * w) for w in np.geomspace(1e-2, 1e4, 200)) <= 1.0 + 1e-12


def test_the_prediction_is_exact_for_a_parabola():
    """The last stage is predicted from 0, C[1] and C[2] by the parabola through them."""
    for power in (0, 1, 2):
        known = np.array([0.0, C[1], C[2]]) ** power
        assert PARABOLA @ known == pytest.approx(1.0, abs=1e-13)


@pytest.mark.parametrize("model", [one_phase(10, 8, WIDE), two_phase(8, 4, WIDE, WIDE)], ids=["one", "two"])
def test_a_given_current_stays_what_it_is(model):
    """The current is imposed: over a step of many powers of ten in time it moves by not one bit."""
    slow = model._replace(film=model.film._replace(L=1e-3, width=model.film.width * 1e3 / 0.3))
    cell = Cell(slow, U=3.6)
    run = cell.run(current(0.7), (DURATION, 1e5), rtol=1e-3)
    assert run.t[-1] / run.t[1] > 1e4
    assert np.all(run.i == 0.7)


def test_a_state_at_rest_is_a_fixed_point():
    """Without current nothing moves, however long the step."""
    cell = Cell(two_phase(8, 4), U=3.1)
    before = cell.y.copy()
    cell.rest(1e7)
    assert cell.y == pytest.approx(before, abs=1e-11)


def test_film_of_two_nodes():
    """The smallest mesh there is still takes up all the charge it is given."""
    cell = Cell(bare(WIDE, film(3e-7, 2, 1e4), 3e-17), U=3.4)
    before = sum(cell.lithium())
    run = cell.pass_charge(0.1, 20.0)
    double_layer = cell.model.cathode.C * (cell.y[cell.lay.v] - 3.4)
    assert sum(cell.lithium()) - before == pytest.approx(run.Q[-1] + double_layer, rel=1e-10)
