"""Several steps in one call are the steps one by one."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.depth import DEPTHS, deepen
from heterofilm.engine.events import DURATION, VOLTAGE_ABOVE, VOLTAGE_BELOW
from heterofilm.engine.integrate import Settings
from heterofilm.engine.parameters import NO_AGEING
from heterofilm.engine.programme import CHARGE, ENERGY, RESULTS, STATUS, VOLTAGE, Programme, integrate, run_programme
from heterofilm.engine.programme import DURATION as LASTED
from heterofilm.engine.voltage import voltage
from verification.models import Cell, current, held, one_phase, two_phase

STEPS = (
    (current(0.05), [(VOLTAGE_BELOW, 2.5), (DURATION, 1e6)]),
    (held(2.5), [(DURATION, 600.0), (DURATION, 1e6)]),
    (current(-0.05), [(VOLTAGE_ABOVE, 3.8), (DURATION, 5e5), (DURATION, 1e6)]),
)
SETTINGS = Settings(rtol=1e-4)


def programme(steps=STEPS) -> Programme:
    """Steps as the engine takes them."""
    limits = [limit for _, several in steps for limit in several]
    return Programme(
        controls=np.array([control.row for control, _ in steps]),
        first=np.cumsum([0] + [len(several) for _, several in steps]),
        kinds=np.array([kind for kind, _ in limits]),
        values=np.array([value for _, value in limits]),
    )


@pytest.mark.parametrize("model", [one_phase(10, 5), two_phase(8, 4)], ids=["one", "two"])
def test_a_programme_is_its_steps(model) -> None:
    """States to the last bit; what the compiler may sum in another order to round-off."""
    together, apart = Cell(model), Cell(model)
    results, depths, deep = np.zeros((3, RESULTS)), np.zeros((2, DEPTHS)), np.zeros((2, DEPTHS))
    run = (together.y, together.history, depths, programme(), model, together.lay, NO_AGEING, SETTINGS, results)
    assert run_programme(*run) == 3
    for (control, limits), row in zip(STEPS, results, strict=True):
        kinds, values = np.array([kind for kind, _ in limits]), np.array([value for _, value in limits])
        status, series, _ = integrate(apart.y, apart.history, control, kinds, values, model, apart.lay, SETTINGS)
        t, V, _, Q = series.points.T
        assert (row[STATUS], row[LASTED], row[CHARGE]) == (status, t[-1], Q[-1])
        assert row[VOLTAGE] == pytest.approx(voltage(apart.y, model, apart.lay), rel=1e-14)
        assert row[ENERGY] == pytest.approx(np.trapezoid(V, Q), rel=1e-12)
        if Q[-1] > 0.0:
            deepen(apart.y, apart.history, model, apart.lay, NO_AGEING, deep)
    assert np.array_equal(together.y, apart.y)
    assert np.array_equal(together.history.m, apart.history.m)
    assert depths == pytest.approx(deep, rel=1e-12)


def test_it_stops_where_a_step_has_no_end() -> None:
    """A step that meets only its last limit, the one for hopeless ones, is the last."""
    cell, results = Cell(one_phase(10, 5)), np.zeros((2, RESULTS))
    steps = ((current(0.05), [(VOLTAGE_BELOW, 2.5), (DURATION, 10.0)]), STEPS[2])
    run = (cell.y, cell.history, np.zeros((2, DEPTHS)), programme(steps), cell.model, cell.lay, NO_AGEING, SETTINGS)
    assert run_programme(*run, results) == 0
    assert results[0, STATUS] == 1
    assert not results[1].any()
