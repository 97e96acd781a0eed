"""Where the charge is: the kernel agrees with the sums over nodes and shells written out, and a run with its charge."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.balance import stored
from heterofilm.engine.events import DURATION
from heterofilm.engine.integrate import Settings
from heterofilm.engine.programme import integrate
from verification.models import Cell, current, lithium, one_phase, rough_state, two_phase


@pytest.mark.parametrize("model", [one_phase(20, 10), two_phase(12, 5)], ids=["one", "two"])
def test_what_is_stored_is_the_lithium_less_the_charge_of_the_double_layer(model):
    lay, y, _ = rough_state(model)
    expected = sum(lithium(y, model, lay)) - model.cathode.C * y[lay.v]
    assert stored(y, model, lay) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("model", [one_phase(20, 10), two_phase(12, 5)], ids=["one", "two"])
def test_what_a_step_stores_is_its_charge(model):
    """Whatever the tolerance, to round-off."""
    for rtol in (1e-2, 1e-4):
        cell = Cell(model)
        limits = np.array([DURATION]), np.array([600.0])
        before = stored(cell.y, model, cell.lay)
        _, series, _ = integrate(cell.y, cell.history, current(0.1), *limits, model, cell.lay, Settings(rtol=rtol))
        gained = stored(cell.y, model, cell.lay) - before
        assert gained == pytest.approx(60.0, rel=1e-10)
        assert series.missed == pytest.approx(gained - series.points[-1, 3], abs=1e-12 * before)
