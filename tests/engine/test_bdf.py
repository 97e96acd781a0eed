"""The time stepper: the order of its formula and of its error estimate, fixed points, what it keeps exactly."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.bdf import accept, between, error_share, formula, new_trail, predict
from heterofilm.engine.events import DURATION
from heterofilm.engine.state import layout
from verification.models import WIDE, Cell, bare, current, film, one_phase, two_phase

STEPS = [(1.0, 1.0, 1.0), (0.7, 1.3, 0.4), (2.0, 1.0, 0.6), (0.1, 1.0, 1.0)]  # h, h_1, h_2
MODEL = one_phase(4, 3, WIDE)
LAY = layout(MODEL)


@pytest.mark.parametrize(("h", "h_1", "h_2"), STEPS)
@pytest.mark.parametrize("power", [0, 1, 2])
def test_the_slope_is_exact_for_a_parabola(h, h_1, h_2, power):
    """g (new - y) - c (y - before) is the slope at the end of the step, whatever the lengths of the steps."""
    g, c = formula(h, 2, np.array([h_1, h_2]))
    before, y, new = (np.array([-h_1, 0.0, h]) - 0.3) ** power
    slope = power * (h - 0.3) ** (power - 1) if power else 0.0
    assert g * (new - y) - c * (y - before) == pytest.approx(slope, abs=1e-13)


def test_the_first_steps_are_of_order_one():
    """Nothing is behind a restart that a second order could be made of."""
    for taken in (0, 1):
        assert formula(0.5, taken, np.ones(2)) == (2.0, 0.0)


@pytest.mark.parametrize(("h", "h_1", "h_2"), STEPS)
@pytest.mark.parametrize("taken", [1, 2])
def test_the_error_estimate_is_the_error(h, h_1, h_2, taken):
    """For the lowest power that the formula does not integrate exactly the estimate is the error itself."""
    power = taken + 1
    past = np.array([-h_1 - h_2, -h_1, 0.0]) ** power
    trail = new_trail(LAY)
    trail.lengths[:] = h_1, h_2
    y = np.full(LAY.size, past[2])
    trail.before[0], trail.before[1] = past[1], past[0]
    predict(y, np.zeros(LAY.size), h, taken, trail, current(0.1), MODEL, LAY)
    g, c = formula(h, taken, trail.lengths)
    new = past[2] + (power * h ** (power - 1) + c * (past[2] - past[1])) / g  # y' = f(t)
    estimate = error_share(h, taken, trail.lengths) * (new - trail.error[0])
    assert estimate == pytest.approx(new - h**power, rel=1e-12)


def test_l_stability():
    """y' = z y with steps that double again and again: nothing grows, and a stiff mode is gone at once."""
    for z in (-1e-2, -1.0, -1e2, -1e9):
        before, y, h = 1.0, 1.0, 1.0
        for _ in range(20):
            g, c = formula(2.0 * h, 2, np.array([h, h]))
            before, y, h = y, ((g + c) * y - c * before) / (g - z), 2.0 * h
            assert abs(y) <= 1.0 + 1e-12
    g, c = formula(1.0, 2, np.ones(2))
    for w in np.geomspace(1e-2, 1e4, 100):
        assert np.abs(np.roots([g - 1j * w, -(g + c), c])).max() <= 1.0 + 1e-12


def test_the_extension_is_exact_for_a_cubic():
    """Between two states the cubic through values and slopes."""
    y, new, out = np.array([0.0]), np.array([8.0]), np.zeros(1)
    between(y, new, np.array([[0.0], [12.0]]), 2.0, 0.25, LAY, out)
    assert out[0] == pytest.approx(0.5**3)


def test_a_mode_that_dies_out_within_a_step_is_no_bulge():
    """With the slope of its start a cubic would go a hundred times as far as the step."""
    y, new, out = np.array([0.0]), np.array([1.0]), np.zeros(1)
    for s in np.linspace(0.0, 1.0, 41):
        between(y, new, np.array([[1e3], [0.0]]), 1.0, float(s), LAY, out)
        assert 0.0 <= out[0] <= 1.01


def test_accepting_moves_the_trail():
    """The present state becomes the last, the last the one before."""
    trail = new_trail(LAY)
    states = [np.full(LAY.size, float(k)) for k in range(3)]
    y = states[0].copy()
    accept(y, states[1], 0.5, trail)
    accept(y, states[2], 0.25, trail)
    assert np.all(y == 2.0) and np.all(trail.before == [[1.0], [0.0]]) and tuple(trail.lengths) == (0.25, 0.5)


@pytest.mark.parametrize("model", [one_phase(10, 8, WIDE), two_phase(8, 4, WIDE, WIDE)], ids=["one", "two"])
def test_a_given_current_stays_what_it_is(model):
    """The current is imposed: over a step of many powers of ten in time it moves by not one bit."""
    slow = model.replace(film=model.film.replace(L=1e-3, width=model.film.width * 1e3 / 0.3))
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
