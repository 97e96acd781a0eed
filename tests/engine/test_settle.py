"""What has no derivative at the start of a step: overpotentials that give a current, currents that meet a demand."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.kinetics import butler_volmer
from heterofilm.engine.parameters import Interface
from heterofilm.engine.settle import consistent, overpotential
from heterofilm.engine.voltage import Control, control_residual
from heterofilm.engine.voltage import current as external
from verification.models import Model, between_films, current, held, leaking, one_phase, power, rough_state, two_phase


@pytest.mark.parametrize("i", [-5.0, -1e-3, 0.0, 0.3, 20.0])
def test_overpotential_inverts_butler_volmer(i):
    """The overpotential of a current gives that current back."""
    interface = Interface(i0=0.5, alpha=0.3, p=0.0, C=0.0)
    assert butler_volmer(-overpotential(i, 0.5, 298.15, interface), 0.5, 298.15, interface)[0] == pytest.approx(
        i, abs=1e-10
    )


@pytest.mark.parametrize("control", [current(0.1), held(2.0), power(0.2), Control(by_i=-5.0, by_V=1.0)])
@pytest.mark.parametrize(
    "model", [two_phase(6, 4), leaking(one_phase(6, 5), 0.5), between_films(6, 5)], ids=["plain", "leaking", "films"]
)
def test_the_current_meets_the_demand_at_once(model: Model, control: Control) -> None:
    """Whatever the state: a current, a voltage, a power or a resistance, of the cycler, not of the ions."""
    lay, y, history = rough_state(model)
    assert consistent(y, 0.0, control, model, lay, history, np.zeros(lay.size))
    assert control_residual(y, 0.0, control, model, lay) == pytest.approx(0.0, abs=1e-9)
    if control.by_i == 1.0:
        assert external(y, model, lay) == pytest.approx(0.1, abs=1e-12)
