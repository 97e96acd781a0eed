"""Sensitivities: what eight values cost in every kind of run, and PyBaMM's beside ours in the same run.

``python benchmarks/sensitivities.py [RUNS]`` prints a row per kind of run: processor time of ``simulate`` and of
``sensitivities`` to eight values of the same cell, set up and warm, in turn; medians, and the median of what comes on
top in units of ``simulate``. The last columns are the same where every run has a cell with a new value, as in a fit.

`measure`: the engine follows eight values, PyBaMM (IDAKLU, forward sensitivities) three inputs of the twin of the same
equations: series resistance and the exchange currents of both electrodes, which are three of the eight.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from heterofilm import Cell, Library, sensitivities, simulate
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


VO = (
    "phases.V2O5.D", "films.VO.thickness", "phases.V2O5.couples.delta-gamma.hysteresis", "phases.V2O5.utilisation",
    "electrolytes.liquid-1M.cathode_interface.i0", "electrolytes.liquid-1M.cathode_interface.double_layer",
    "cells.vo-half.series_resistance", "cells.vo-half.area",
)  # fmt: skip
VOC1 = (
    "phases.V2O5.D", "phases.Cu2V2O7.D", "films.VOC1.hetero_i0", "films.VOC1.domain_size", "films.VOC1.cu_to_v",
    "phases.Cu2V2O7.couples.Cu+/Cu0.U0", "films.VOC1.transport_factor",
    "phases.Cu2V2O7.couples.Cu2+/Cu+.hysteresis",
)  # fmt: skip
VOC2 = (
    "phases.a-CuVO.D", "films.VOC2.thickness", "phases.a-CuVO.utilisation", "phases.a-CuVO.nucleation.rate",
    "phases.a-CuVO.nucleation.undercooling", "phases.a-CuVO.hysteresis_rate",
    "electrolytes.liquid-1M.cathode_interface.i0", "cells.voc2-half.series_resistance",
)  # fmt: skip
LCO = (
    "phases.LiCoO2-ocv.D", "films.LCO.thickness", "phases.LiCoO2-ocv.utilisation", "electrolytes.LiPON.conductivity",
    "electrolytes.LiPON.thickness", "cells.lco-atfb.lower_voltage", "cells.lco-atfb.temperature",
    "cells.lco-atfb.series_resistance",
)  # fmt: skip
DISSOCIATION = (
    "phases.LiCoO2-ocv.D", "films.LCO.thickness", "phases.LiCoO2-ocv.utilisation",
    *(f"electrolytes.LiPON-dissociation.{key}" for key in (
        "dissociation.D_plus", "dissociation.D_minus", "dissociation.k_r", "thickness")),
    "cells.lco-atfb.series_resistance",
)  # fmt: skip
LTO = (
    "phases.LiCoO2-ocv.D", "films.LCO.thickness", "phases.LiCoO2-ocv.utilisation", "phases.LTO.D",
    "films.LTO.thickness", "phases.LTO.utilisation", "anodes.LTO.i0", "cells.lco-lto.series_resistance",
)  # fmt: skip
LFP = (
    "phases.LiFePO4-ocv.D", "films.LFP.thickness", "phases.LiFePO4-ocv.utilisation", "cells.lfp-atfb.temperature",
    "electrolytes.LiPON.conductivity", "cells.lfp-atfb.series_resistance",
    *(f"phases.LiFePO4-ocv.front.{key}" for key in ("interface_energy", "interface_width")),
)  # fmt: skip
FRONT = {"phases.LiFePO4-ocv.front.interface_energy": "114 mJ/m2", "phases.LiFePO4-ocv.front.interface_width": "17 nm"}


class Case(NamedTuple):
    """A run, and what it is followed by."""

    name: str
    cell: Cell
    protocol: str
    values: tuple[str, ...]
    start: float | None = None


def cases() -> tuple[Case, ...]:
    """One of every kind that is followed."""
    vo, voc1, lco, lto = (Cell.load(name) for name in ("vo-half", "voc1-half", "lco-atfb", "lco-lto"))
    leaking = lco.replace({"electrolytes.LiPON.electronic_conductivity": "1e-13 S/cm"})
    behind = Cell(replace(lco.entries, electrolyte=Library().electrolyte("LiPON-dissociation")))
    return (
        Case("one phase", vo, "Discharge at 5 uA/cm2 until 2.15 V", VO),
        Case("two phases, copper", voc1, "Discharge at 20 uA/cm2 until 2.15 V", VOC1),
        Case("VOC2, nucleation", Cell.load("voc2-half"), "Discharge at 20 uA/cm2 until 2.15 V", VOC2),
        Case("LiPON, dissociation", behind, "Discharge at 1C until 3.6 V", DISSOCIATION),
        Case("table of open circuit", lco, "Discharge at 1C", LCO),
        Case("another temperature", lco, "Discharge at 1C until 3.85 V; Set temperature to 45 degC; Charge at 1C", LCO),
        Case("leak", leaking, "Discharge at 1C; Rest for 10 h", LCO),
        Case("two films", lto, "Discharge at 1C; Rest for 10 min; Charge at 1C", LTO),
        Case("a front", Cell.load("lfp-atfb", FRONT), "Discharge at 1C", LFP),
        Case("CV", vo, "CV between 2.8 V and 3.8 V at 1 mV/s for 1 cycles", VO),
        Case("GITT", vo, "GITT discharge at 10 uA/cm2 for 10 min, rest for 20 min, until 3 V", VO),
        Case("hold", vo, "Discharge at 20 uA/cm2 until 2.4 V; Hold at 2.4 V until 2 uA/cm2", VO),
        Case("power", vo, "Discharge at 30 uW/cm2 until 2.4 V", VO),
        Case("impedance", vo, "EIS from 100 kHz to 10 mHz", VO, 3.3),
        Case("impedance, two phases", voc1, "EIS from 100 kHz to 10 mHz", VOC1, 3.3),
        Case("impedance, two films", lto, "EIS from 100 kHz to 10 mHz", LTO, 2.3),
        Case("ten cycles of ageing", voc1,
             "10 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)", VOC1),
    )  # fmt: skip


def on_top(case: Case, runs: int) -> tuple[float, float, float]:
    """Of one cell again and again: ms of ``simulate``, of ``sensitivities``, and what comes on top over the first."""
    return _in_turn(case, runs, lambda k: case.cell)


def of_new_values(case: Case, runs: int) -> tuple[float, float, float]:
    """The same where every run has its own value, and lays its cell out."""
    path = case.values[0]
    x = case.cell.entries.number(path)
    return _in_turn(case, runs, lambda k: case.cell.replace({path: x * (1.0 + 1e-6 * (k + 1))}))


def _in_turn(case: Case, runs: int, cell: Callable[[int], Cell]) -> tuple[float, float, float]:
    times = []
    for k in range(-3, runs):
        started = time.process_time()
        simulate(cell(2 * k + 8), case.protocol, start=case.start, detail=False)
        between = time.process_time()
        sensitivities(cell(2 * k + 9), case.protocol, case.values, start=case.start)
        if k >= 0:
            times.append((between - started, time.process_time() - between))
    simulated, followed = np.array(times).T
    return 1e3 * np.median(simulated), 1e3 * np.median(followed), np.median(followed / simulated) - 1.0


def main(runs: int = 25) -> None:
    """Print the table."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {runs} runs each, processor time")
    heads = f"{'simulate':>11}{'followed':>11}{'on top':>8}"
    print(f"{'eight values':24}{heads}   {heads}  (new values)")
    for case in cases():
        (a, b, c), (d, e, f) = on_top(case, runs), of_new_values(case, runs)
        print(f"{case.name:24}{a:8.2f} ms{b:8.2f} ms{c:8.2f}{d:11.2f} ms{e:8.2f} ms{f:8.2f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
