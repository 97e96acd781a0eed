"""Sensitivities of a discharge beside PyBaMM's on the twin of the same equations, in the same run.

The engine follows eight values, PyBaMM (IDAKLU, forward sensitivities) three inputs of the twin: series resistance and
the exchange currents of both electrodes, which are three of the eight. Both are set up and warm; medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from heterofilm.cell.slopes import STEP, Slopes
from heterofilm.engine import events
from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.follow import Demand, Seen, follow, new_path, new_work_of_duals
from heterofilm.engine.integrate import Settings
from heterofilm.engine.parameters import Model
from heterofilm.engine.programme import integrate
from heterofilm.engine.state import layout
from heterofilm.engine.twin import Twin, dual, dual_zeros
from heterofilm.engine.voltage import Control

RTOL = 1e-3  # of the engine: its capacity is within 0.1 %
PYBAMM_RTOL, PYBAMM_ATOL, STRICTNESS = 1e-4, 1e-6, 0.003  # of the twin; its sensitivities are quickest with these
RUNS_OF_PYBAMM = 3  # each takes seconds


def followed(model: Model) -> list[Model]:
    """Models with an imaginary step on one value each."""
    film, c, a, D = model.film, model.cathode, model.anode, model.D_m
    i = 1j * STEP
    return [
        model.replace(R_s=model.R_s + i),
        model.replace(cathode=c.replace(i0=c.i0 + i)),
        model.replace(anode=a.replace(i0=a.i0 + i)),
        model.replace(film=film.replace(c_m=film.c_m + i)),
        model.replace(film=film.replace(sigma_e=film.sigma_e + i)),
        model.replace(cathode=c.replace(C=c.C + i)),
        model.replace(anode=a.replace(C=a.C + i)),
        model.replace(D_m=D.replace(D=D.D * (1.0 + i), Phi=D.Phi * (1.0 + i))),
    ]


def median(call: Callable[[], Any], runs: int) -> float:
    """Median wall time (ms)."""
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def measure(runs: int, model: Model, start: float, stop: float, current: float, twin: Any) -> dict[str, Any]:
    """Times of the steps alone, of following them, and of PyBaMM with and without sensitivities.

    ``twin``: builds the twin of a model, or None where PyBaMM is not installed.
    """
    lay, control = layout(model), Control(by_i=1.0, at_0=current)
    kinds, limits = np.array([events.VOLTAGE_BELOW, events.DURATION]), np.array([stop, 1e7])
    settings = Settings(rtol=RTOL, keep_states=True)
    dual_model = Twin.of_struct(model, [Slopes(one) for one in followed(model)])
    demand = Twin(Demand, {"control": Twin.of_struct(control), "limits": dual(limits)})
    work, factors = new_work_of_duals(lay)

    def steps() -> Any:
        y, history = rest_state(start, 0.0, 0.0, model, lay)
        return integrate(y, history, control, kinds, limits, model, lay, settings)

    status, series, _ = steps()

    def slopes() -> Any:
        _, history = rest_state(start, 0.0, 0.0, model, lay)
        seen = Twin(Seen, {"steps": dual_zeros(len(series.points), 4), "asked": dual_zeros(0, 4)})
        follow(
            series.points, series.states, kinds, status, 1, np.empty(0), control, model, lay, demand, dual_model,
            Twin.of_struct(history), new_path(lay), work, factors, seen,
        )  # fmt: skip
        return seen

    result: dict[str, Any] = {
        "case": "sensitivities to 8 values",
        "steps_ms": median(steps, runs),
        "slopes_ms": median(slopes, runs),
    }
    result["slopes_over_steps"] = result["slopes_ms"] / result["steps_ms"]
    if twin is not None:
        import pybamm

        from twins import pybamm_twin

        inputs = {"R_s": model.R_s, "i0_c": model.cathode.i0, "i0_a": model.anode.i0}
        R_s, i0_c, i0_a = (pybamm.InputParameter(name) for name in inputs)
        built = twin(model.replace(R_s=R_s, cathode=model.cathode.replace(i0=i0_c), anode=model.anode.replace(i0=i0_a)))
        options = pybamm_twin.OPTIONS | {pybamm_twin.STRICTNESS: STRICTNESS}
        solver = pybamm.IDAKLUSolver(rtol=PYBAMM_RTOL, atol=PYBAMM_ATOL, output_variables=["V"], options=options)
        until = np.array([0.0, 2.0 * float(series.points[-1, 0])])
        result["pybamm_3_ms"] = median(
            lambda: solver.solve(built._model, until, inputs=inputs, calculate_sensitivities=True), RUNS_OF_PYBAMM
        )
        result["ratio"] = result["pybamm_3_ms"] / (result["steps_ms"] + result["slopes_ms"])
    return result
