"""What is seen along a step is what the integration itself has seen.

The slopes are tested on whole protocols (tests/simulation/test_followed.py), against differences on the same steps.
"""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine import events
from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.follow import Demand, Seen, begin, follow, new_dual_history, new_path, new_work_of_duals
from heterofilm.engine.integrate import Settings
from heterofilm.engine.programme import integrate
from heterofilm.engine.state import layout
from heterofilm.engine.twin import Twin, dual, dual_zeros
from heterofilm.engine.voltage import Control
from verification.models import one_phase, two_phase


@pytest.mark.parametrize("model", [one_phase(12, 6), two_phase(8, 4)], ids=["one phase", "two phases"])
def test_values_are_those_of_the_run(model: object) -> None:
    """t, V, i, Q after every step, and the anchors of the hysteresis at the end, to rounding; no slopes come from
    nothing."""
    lay, control = layout(model), Control(by_i=1.0, at_0=0.2)  # type: ignore[arg-type]
    kinds, limits = np.array([events.VOLTAGE_BELOW, events.DURATION]), np.array([2.3, 1e6])
    y, history = rest_state(3.8, 0.0, 0.0, model, lay)  # type: ignore[arg-type]
    status, series, _ = integrate(y, history, control, kinds, limits, model, lay, Settings(rtol=1e-3, keep_states=True))  # type: ignore[arg-type]
    twin, path, there = Twin.of_struct(model), new_path(lay), new_dual_history(lay)  # type: ignore[arg-type]
    demand = Twin(Demand, {"control": Twin.of_struct(control), "limits": dual([3.8, 1e6])})
    begin(path, there, demand, 0.0, 0.0, twin, lay)
    demand = Twin(Demand, {"control": Twin.of_struct(control), "limits": dual(limits)})
    work, factors = new_work_of_duals(lay)
    times = np.array([0.0, *(0.5 * (series.points[1:, 0] + series.points[:-1, 0]))])
    seen = Twin(Seen, {"steps": dual_zeros(len(series.points), 4), "asked": dual_zeros(times.size, 4)})
    asked = follow(
        series.points, series.states, kinds, status, 1, times, control, model, lay, demand, twin, there, path, work,
        factors, seen,
    )  # fmt: skip
    assert asked == times.size
    assert seen.steps[..., 0] == pytest.approx(series.points, rel=1e-9, abs=1e-12)
    assert not seen.steps[..., 1:].any() and not seen.asked[..., 1:].any()
    V = seen.asked[1:, 1, 0]
    assert (series.points[:-1, 1] + 1e-6 >= V).all() and (series.points[1:, 1] - 1e-6 <= V).all()
    assert there.m[..., 0] == pytest.approx(history.m, abs=1e-12)
    assert there.d[..., 0] == pytest.approx(history.d, abs=1e-12)
