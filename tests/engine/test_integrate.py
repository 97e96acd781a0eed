"""One protocol step: limits are located, the first ends it, records are as fine as asked."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.events import CHARGE, CURRENT_BELOW, DURATION, VOLTAGE_ABOVE, VOLTAGE_BELOW
from heterofilm.engine.integrate import FULL, TOO_MANY_STEPS, UNDELIVERED, Settings
from heterofilm.engine.programme import integrate
from heterofilm.engine.voltage import Control
from verification.models import V2O5, WIDE, Cell, current, held, one_phase, power, two_phase

ONE, TWO = one_phase(20, 10), two_phase(12, 5)


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize("stop", [3.3, 2.7, 2.15])
def test_a_voltage_limit_is_met(model, stop):
    """The step ends where V is the limit, in time to 1e-6 of the time step that crossed it."""
    run = Cell(model).discharge(0.05, stop)
    step, fall = run.t[-1] - run.t[-2], run.V[-2] - run.V[-1]
    fastest = max(fall / step, abs(np.gradient(run.V, run.t)[-1]))
    assert abs(run.V[-1] - stop) < 1e-5 * fastest * step
    assert np.all(run.V[:-1] > stop)


@pytest.mark.parametrize("i", [0.05, -0.02])
def test_a_charge_limit_is_exact(i):
    """Q = i t is known for a given current, so nothing is left to find: met to 1e-9."""
    cell = Cell(ONE, U=2.8)
    run = cell.pass_charge(i, 20.0)
    assert abs(run.Q[-1]) == pytest.approx(20.0, rel=1e-9)
    assert run.t[-1] == pytest.approx(20.0 / abs(i), rel=1e-9)
    assert pytest.approx(i * run.t, rel=1e-9, abs=1e-12) == run.Q


def test_a_time_limit_is_exact():
    """The last time step ends at the limit, to round-off."""
    for duration in (1e-3, 7.0, 3601.0):
        assert Cell(ONE).run(current(0.05), (DURATION, duration)).t[-1] == pytest.approx(duration, rel=1e-12)


def test_the_first_limit_ends_the_step():
    """Of several limits the one that is met first, whatever their order."""
    limits = {"V": (VOLTAGE_BELOW, 3.3), "t": (DURATION, 4000.0), "Q": (CHARGE, 100.0)}
    alone = {name: Cell(ONE).run(current(0.05), limit).t[-1] for name, limit in limits.items()}
    for order in ("VtQ", "QtV", "tVQ"):
        run = Cell(ONE).run(current(0.05), *(limits[name] for name in order))
        first = min(alone, key=alone.get)
        assert order[run.status] == first
        assert run.t[-1] == pytest.approx(alone[first], rel=1e-4)
    assert {name for name in alone if alone[name] < 1e4} >= {"V", "t"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_limit_in_the_step_in_which_time_is_up_comes_first(order):
    """A voltage met a thousandth of a step before the time ends it, whichever of the two is named first."""
    alone = Cell(ONE).discharge(0.05, 2.7)
    last = alone.t[-1] - alone.t[-2]
    limits = [(VOLTAGE_BELOW, 2.7), (DURATION, alone.t[-1] + 1e-3 * last)]
    run = Cell(ONE).run(current(0.05), *(limits[k] for k in order))
    assert order[run.status] == 0
    assert run.t[-1] == pytest.approx(alone.t[-1], abs=1e-3 * last)


@pytest.mark.parametrize(("kind", "value", "winner"), [(CHARGE, 50.0, 1), (DURATION, 900.0, 1), (CHARGE, 1e4, 0)])
def test_each_kind_can_be_first(kind, value, winner):
    """A second limit takes over exactly where it lies before the first."""
    assert Cell(ONE).run(current(0.05), (VOLTAGE_BELOW, 2.15), (kind, value)).status == winner


def test_a_limit_already_met():
    """Nothing is integrated: one point, and the state stays."""
    cell = Cell(ONE, U=3.0)
    before = cell.y[cell.lay.theta_m : cell.lay.v].copy()
    run = cell.run(current(0.05), (VOLTAGE_BELOW, 3.1))
    assert run.status == 0 and run.t.size == 1
    assert np.all(cell.y[cell.lay.theta_m : cell.lay.v] == before)


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one", "two"])
def test_rest_relaxes(model):
    """After a discharge the voltage rises, ever more slowly, and no current flows."""
    cell = Cell(model)
    end = cell.discharge(0.4, 2.3).V[-1]
    run = cell.rest(1e5, rtol=1e-6)
    assert np.all(run.i == 0.0) and np.all(run.Q == 0.0)
    assert run.V[0] > end  # the ohmic part at once
    assert np.all(np.diff(run.V) > -1e-5)
    assert run.V[-1] > end + 0.02
    quarter = np.interp([0.0, 2.5e4, 5e4, 1e5], run.t, run.V)
    assert quarter[1] - quarter[0] > 5.0 * abs(quarter[3] - quarter[2])


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one", "two"])
def test_charge_after_discharge(model):
    """A charge runs above the discharge at equal Li, and gives back no more than went in."""
    cell = Cell(model)
    down = cell.discharge(0.01, 2.2)
    up = cell.charge(0.01, 3.8)
    assert up.V[-1] == pytest.approx(3.8, abs=1e-4)
    assert 0.8 < abs(up.Q[-1]) / down.Q[-1] < 1.001
    inside = np.linspace(0.1, 0.9, 9) * down.Q[-1]
    on_the_way_back = np.interp(inside, (down.Q[-1] + up.Q)[::-1], up.V[::-1])
    assert np.all(on_the_way_back > np.interp(inside, down.Q, down.V) + 0.01)


def test_constant_voltage_until_the_current_falls():
    """Held at a potential, V stays there and the current falls to its limit."""
    cell = Cell(ONE)
    run = cell.run(held(3.1), (CURRENT_BELOW, 0.01))
    assert run.status == 0
    assert run.V[1:] == pytest.approx(3.1, abs=1e-6)
    assert run.i[-1] == pytest.approx(0.01, rel=1e-4)
    assert run.i[0] > 1.0 and np.all(np.diff(run.i) < 1e-6)


def test_constant_power():
    """i V is what the cycler asks for at every point."""
    run = Cell(ONE).run(power(0.15), (VOLTAGE_BELOW, 2.3))
    assert run.status == 0
    assert run.i * run.V == pytest.approx(0.15, rel=1e-6)
    assert run.i[-1] > 1.3 * run.i[0]


def test_recording_no_coarser_than_asked():
    """Between two points the voltage moves by about dV; the end stays the same."""
    fine, coarse = Cell(ONE).discharge(0.05, 2.3, dV=5e-3), Cell(ONE).discharge(0.05, 2.3)
    assert np.abs(np.diff(fine.V)).max() < 3.0 * 5e-3
    assert np.abs(np.diff(coarse.V)).max() > 20e-3
    assert fine.Q[-1] == coarse.Q[-1]


def test_states_are_kept_on_request():
    """One row per point, the last of them the final state."""
    cell = Cell(TWO)
    run = cell.discharge(0.1, 2.6, keep=True)
    assert run.states.shape == (run.t.size, cell.lay.size + 2 * cell.lay.nodes)
    assert np.all(run.states[-1, : cell.lay.size] == cell.y)
    assert np.all(np.abs(run.states[:, cell.lay.size :]) <= 1.0)


def test_out_of_steps_and_out_of_room():
    """Both are told, not hidden."""
    limit = np.array([VOLTAGE_BELOW]), np.array([2.15])
    for settings, status in (
        (Settings(rtol=1e-4, max_steps=5, max_points=1000), TOO_MANY_STEPS),
        (Settings(rtol=1e-4, dV=1e-4, max_steps=5000, max_points=256), FULL),
    ):
        cell = Cell(ONE)
        found, series, _ = integrate(cell.y, cell.history, current(0.05), *limit, ONE, cell.lay, settings)
        assert found == status
        assert 1 < len(series.points) <= 1000


def test_a_tighter_tolerance_changes_less():
    """The capacity converges with the tolerance."""
    Q = {rtol: Cell(one_phase(20, 10, V2O5)).discharge(0.05, 2.15, rtol=rtol).Q[-1] for rtol in (1e-3, 1e-5, 1e-7)}
    assert abs(Q[1e-5] - Q[1e-7]) < 0.3 * abs(Q[1e-3] - Q[1e-7]) + 1e-9
    assert Q[1e-3] == pytest.approx(Q[1e-7], rel=3e-3)


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one", "two"])
def test_a_demand_that_rises_from_nothing(model):
    """A current that begins at zero: its charge is the half of slope times time squared, to the error of a step."""
    for slope in (1e-7, 1e-4, 1e-1):
        cell = Cell(model)
        duration = (2.0 * 20.0 / slope) ** 0.5
        run = cell.run(Control(by_i=1.0, slope=slope), (DURATION, duration), (VOLTAGE_BELOW, -1.0))
        end = run.t[-1]
        assert run.status in (0, 1) and run.i[-1] == pytest.approx(slope * end, rel=1e-9)
        assert run.Q[-1] == pytest.approx(0.5 * slope * end**2, rel=2e-2)


def test_a_power_beyond_the_peak_is_told_from_a_failure():
    """i V has a peak where V = -i dV/di; more is demanded at once, or comes to be as the voltage falls."""
    model = ONE.replace(R_s=1.0)
    at_once = Cell(model).run(power(10.0), (VOLTAGE_BELOW, -1.0))
    assert at_once.status == UNDELIVERED and at_once.t.size == 1
    later = Cell(model).run(power(2.7), (VOLTAGE_BELOW, -1.0))
    assert later.status == UNDELIVERED and later.t.size > 10
    total = model.R_s + model.electrolyte.R + model.film.L / model.film.sigma_e
    assert later.V[-1] == pytest.approx(later.i[-1] * total, rel=0.02)
    assert later.i[-1] * later.V[-1] == pytest.approx(2.7, rel=1e-3)


@pytest.mark.parametrize("model", [ONE, TWO], ids=["one", "two"])
def test_interfaces_without_double_layer(model):
    """C = 0 is allowed and differs from a small C by next to nothing."""

    def without(C):
        return model.replace(cathode=model.cathode.replace(C=C), anode=model.anode.replace(C=C))

    bare, small = (Cell(without(C)).discharge(0.1, 2.4, rtol=1e-6) for C in (0.0, 1e-6))
    assert bare.Q[-1] == pytest.approx(small.Q[-1], rel=1e-4)
    Q = np.linspace(0.05, 0.9, 20) * bare.Q[-1]
    assert np.interp(Q, bare.Q, bare.V) == pytest.approx(np.interp(Q, small.Q, small.V), abs=2e-3)


def test_a_voltage_limit_from_below():
    """On charge the limit is met from below."""
    run = Cell(one_phase(20, 10, WIDE), U=2.8).run(current(-0.05), (VOLTAGE_ABOVE, 3.1))
    assert run.status == 0 and run.V[-1] == pytest.approx(3.1, abs=1e-6) and run.V[0] < 3.0
