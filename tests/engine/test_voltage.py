"""Terminal voltage: its gradient, and the loss in an electrolyte that runs out of ions."""

import numpy as np
import pytest

from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.state import layout
from heterofilm.engine.voltage import Control, control_residual, electrolyte_loss, voltage, voltage_gradient
from verification.models import one_phase, two_phase


@pytest.mark.parametrize("model", [one_phase(12, 9), two_phase(10, 4)], ids=["one phase, LiPON", "two phases"])
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
