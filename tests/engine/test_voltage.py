"""Terminal voltage: its gradient, and the loss in an electrolyte that runs out of ions."""

import numpy as np
import pytest

from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.state import layout
from heterofilm.engine.table import Table, factor_of
from heterofilm.engine.voltage import (
    Control,
    control_residual,
    electrolyte_loss,
    film_ohmic_loss,
    film_resistance,
    voltage,
    voltage_gradient,
)
from verification.models import OF_FILLING, one_phase, two_phase

VARYING = two_phase(10, 4).replace(film=two_phase(10, 4).film.replace(sigma_theta=OF_FILLING))


@pytest.mark.parametrize(
    "model",
    [one_phase(12, 9), two_phase(10, 4), VARYING],
    ids=["one phase, LiPON", "two phases", "sigma_e of the filling"],
)
def test_gradient(model):
    """dV/dy by finite differences, with a profile in the electrolyte and a current."""
    lay = layout(model)
    y, _ = rest_state(3.2, 0.0, 0.0, model, lay)
    y[lay.i] = 0.5
    y[lay.y_e : lay.v_a] *= np.linspace(1.3, 0.6, lay.nodes_e)
    y[lay.theta_m : lay.U_m] += np.linspace(0.0, 0.1, lay.nodes)
    exact = np.zeros(lay.size)
    voltage_gradient(y, model, lay, exact)
    for k in range(lay.size):
        e = 1e-5 * max(abs(y[k]), 1e-2)
        up, down = y.copy(), y.copy()
        up[k] += e
        down[k] -= e
        slope = (voltage(up, model, lay) - voltage(down, model, lay)) / (2 * e)
        assert exact[k] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_electrons_in_a_film_of_one_filling():
    """At an even filling Li carries nothing: the loss is i L/sigma_e(theta), and the resistance L/sigma_e(theta)."""
    lay = layout(VARYING)
    y, _ = rest_state(3.2, 0.0, 0.0, VARYING, lay)
    y[lay.i] = 0.5
    factor, _ = factor_of(y[lay.theta_m], OF_FILLING)
    expected = VARYING.film.L / (VARYING.film.sigma_e * factor)
    assert film_resistance(y[lay.theta_m : lay.U_m], VARYING.film) == pytest.approx(expected, rel=1e-12)
    assert film_ohmic_loss(y[lay.i], y[lay.theta_m : lay.U_m], VARYING.film, VARYING.D_m) == pytest.approx(
        0.5 * expected, rel=1e-12
    )


def test_a_conductivity_that_does_not_change_is_the_same_either_way():
    """The sum over the film and the closed form of a constant sigma_e, with a profile."""
    even = Table.through(np.array([0.0, 0.5, 2.0]), (np.zeros(3), np.zeros(3)), ends=False)
    model = two_phase(10, 4)
    summed = model.replace(film=model.film.replace(sigma_theta=even))
    lay = layout(model)
    y, _ = rest_state(3.2, 0.0, 0.0, model, lay)
    y[lay.i] = 0.5
    y[lay.theta_m : lay.U_m] += np.linspace(0.0, 0.3, lay.nodes)
    assert film_ohmic_loss(y[lay.i], y[lay.theta_m : lay.U_m], summed.film, summed.D_m) == pytest.approx(
        film_ohmic_loss(y[lay.i], y[lay.theta_m : lay.U_m], model.film, model.D_m), rel=1e-12
    )
    gradients = np.zeros((2, lay.size))
    for one, out in zip((model, summed), gradients, strict=True):
        voltage_gradient(y, one, lay, out)
    assert gradients[1] == pytest.approx(gradients[0], rel=1e-10, abs=1e-12)


def test_the_loss_in_the_film_converges_with_its_mesh():
    """Half the width of the cells, a quarter of the error: 1/sigma_e between two nodes is the mean of theirs."""
    losses = []
    for nodes in (11, 21, 41, 321):
        model = two_phase(nodes, 4).replace(film=two_phase(nodes, 4).film.replace(sigma_theta=OF_FILLING))
        lay = layout(model)
        y, _ = rest_state(3.2, 0.0, 0.0, model, lay)
        y[lay.i] = 0.5
        y[lay.theta_m : lay.U_m] = 0.1 + 0.7 * (model.film.x / model.film.L) ** 2
        losses.append(film_ohmic_loss(y[lay.i], y[lay.theta_m : lay.U_m], model.film, model.D_m))
    errors = np.abs(np.array(losses[:3]) - losses[3])
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.1) and errors[1] / errors[2] == pytest.approx(4.0, rel=0.1)


def test_depleted_electrolyte_costs_volts():
    """The loss grows without bound as the concentration at the cathode goes to zero, and is never nan."""
    model = one_phase(6, 9)
    lay = layout(model)
    y, _ = rest_state(3.2, 0.0, 0.0, model, lay)
    y[lay.i] = 2.0
    losses = []
    for end in (0.5, 1e-2, 1e-4, 1e-6, 0.0, -1e-3):
        y[lay.y_e : lay.v_a] = np.linspace(1.5, end, lay.nodes_e)
        losses.append(electrolyte_loss(y, model, lay))
    assert np.all(np.isfinite(losses))
    assert np.all(np.diff(losses) > 0.0)
    assert losses[-1] > 1.0


def test_controls():
    """The residual vanishes where the demand is met: a current, a voltage, a power."""
    model = two_phase(6, 3)
    lay = layout(model)
    y, _ = rest_state(3.0, 0.0, 0.0, model, lay)
    y[lay.i] = 0.2
    V = voltage(y, model, lay)
    for control in (
        Control(by_i=1.0, at_0=0.2),
        Control(by_V=1.0, at_0=V - 5e-3 * 7.0, slope=5e-3),
        Control(by_P=1.0, at_0=0.2 * V),
    ):
        assert control_residual(y, 7.0, control, model, lay) == pytest.approx(0.0, abs=1e-14)
