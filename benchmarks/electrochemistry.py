"""Impedance, thousands of cycles and batches, beside PyBaMM's single-particle half-cell in the same run.

Not the same equations here: PyBaMM's leanest model against the full film model, with ageing in every cycle.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from heterofilm import Cell, Protocol, simulate, simulate_many
from heterofilm.engine import programme
from heterofilm.engine.impedance import spectrum
from heterofilm.simulation import control
from heterofilm.simulation.runner import Options, Runner
from heterofilm.simulation.start import beginning
from heterofilm.simulation.state import CellState
from verification.models import Cell as Hand
from verification.models import two_phase

try:
    import pybamm
except ModuleNotFoundError:
    pybamm = None

FREQUENCIES = np.geomspace(1e-3, 1e5, 60)
CYCLES = 4000
LEAN = {"nodes": 16, "shells": 5}  # end capacity within 0.1 % of a fine mesh; the library's cells are finer
TOLERANCE = {"vo-half": 1e-2, "voc1-half": 1e-3}


def median(call: Callable[[], Any], runs: int) -> float:
    """Seconds of a call, warm."""
    call()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def memory() -> float:
    """Largest resident memory so far (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def lean(name: str) -> Cell:
    """A cell of the library on a lean mesh."""
    cell = Cell.load(name)
    return replace(cell, entries=replace(cell.entries, spec=cell.entries.spec.model_copy(update=LEAN)))


def eis(runs: int) -> dict[str, Any]:
    """60 frequencies of the two-phase cell, 40 x (1 + 8 shells)."""
    cell = Hand(two_phase(40, 9))
    omega = 2.0 * np.pi * FREQUENCIES
    result = {
        "case": "impedance, 60 frequencies, two phases",
        "engine_ms": 1e3 * median(lambda: spectrum(omega, cell.y, cell.history, cell.model, cell.lay), runs),
    }
    if pybamm is not None:
        options = {"working electrode": "positive", "surface form": "differential"}
        other = pybamm.EISSimulation(pybamm.lithium_ion.SPM(options), parameter_values=pybamm.ParameterValues("Xu2019"))
        result["pybamm_ms"] = 1e3 * median(lambda: other.solve(FREQUENCIES), max(3, runs // 4))
        result["ratio"] = result["pybamm_ms"] / result["engine_ms"]
    return result


def cycling(name: str) -> dict[str, Any]:
    """4000 cycles with ageing, one after the other; memory before and after."""
    cell = lean(name)
    protocol = "{} x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)"
    rtol = TOLERANCE[name]
    # of up to 100 cycles every curve is kept, by other kernels than those of thousands: loading them is no growth
    simulate(cell, protocol.format(200), rtol=rtol, detail=False)
    before = memory()
    start = time.perf_counter()
    record = simulate(cell, protocol.format(CYCLES), rtol=rtol, detail=False)
    seconds = time.perf_counter() - start
    assert record.steps["cycle"].n_unique() == CYCLES
    return {"case": f"{CYCLES} cycles, {name}", "engine_s": seconds, "engine_growth_MB": memory() - before}


def cycling_pybamm() -> dict[str, Any] | None:
    """The same number of cycles of PyBaMM's SPM half-cell, as lean as it goes: only the last cycle is kept."""
    if pybamm is None:
        return None
    pybamm.set_logging_level("ERROR")
    model = pybamm.lithium_ion.SPM({"working electrode": "positive"})
    steps = ("Discharge at 1C until 3.5 V", "Charge at 1C until 4.2 V")
    before = memory()

    def run(cycles: int) -> None:
        simulation = pybamm.Simulation(
            model,
            experiment=pybamm.Experiment([steps] * cycles),
            parameter_values=pybamm.ParameterValues("Xu2019"),
            solver=pybamm.IDAKLUSolver(rtol=1e-3, atol=1e-3),
        )
        simulation.solve(save_at_cycles=[cycles], calc_esoh=False)

    run(2)
    start = time.perf_counter()
    run(CYCLES)
    return {
        "case": f"{CYCLES} cycles, PyBaMM SPM half-cell",
        "pybamm_s": time.perf_counter() - start,
        "pybamm_growth_MB": memory() - before,
    }


def batch() -> dict[str, Any]:
    """Discharges of one-phase films per second on one core, models made before."""
    values = {"phases.V2O5.D": [float(D) for D in np.geomspace(1e-13, 1e-12, 2000)]}
    cells = [cell for _, cell in Cell.vary(lean("vo-half"), values)]
    for cell in cells:
        _ = cell.model
    protocol = "Discharge at 20 uA/cm2 until 2.15 V"
    rtol = 4e-3  # charges within 0.15 % of those at 1e-5
    seconds = median(lambda: simulate_many(cells, protocol, rtol=rtol, workers=1), 5)
    return {"case": "batch, one phase", "discharges_per_second_per_core": len(cells) / seconds}


def overhead(runs: int) -> dict[str, Any]:
    """A discharge with its curve, of a cell with a new value in every run, against its steps alone."""
    base, protocol = Cell.load("vo-half"), "Discharge at 5 uA/cm2 until 2.15 V"
    fresh = (base.replace({"phases.V2O5.D": 8e-13 * (1.0 + 1e-9 * k)}) for k in count())
    options = Options(detail=False)
    begin = beginning(base, None)
    run = Runner(base, begin.state, options, 1)
    step = next(Protocol.of(protocol).steps()).step
    kinds, limits = control.limits(step, base, run.V)
    demand = control.control(step, base, run.V)

    def alone() -> float:
        start = CellState.at_rest(base, base.window[1])
        began = time.perf_counter()
        programme.integrate(start.y, start.history, demand, kinds, limits, base.model, run.layout, run.settings)
        return time.perf_counter() - began

    def whole() -> float:
        began = time.perf_counter()
        _ = simulate(next(fresh), protocol, detail=False).frame
        return time.perf_counter() - began

    pairs = [(alone(), whole()) for _ in range(20 * runs)][
        1:
    ]  # in turn, and the fastest of each: neither was disturbed
    steps, all_of_it = (min(times) for times in zip(*pairs, strict=True))
    return {
        "case": "a discharge with its curve and a new value",
        "steps_ms": 1e3 * steps, "whole_ms": 1e3 * all_of_it, "whole_over_steps": all_of_it / steps,
    }  # fmt: skip


def measure(runs: int) -> list[dict[str, Any]]:
    """All cases; long ones next to each other."""
    results = [eis(runs)]
    film = cycling("vo-half")
    other = cycling_pybamm()
    if other is not None:
        film["ratio"] = other["pybamm_s"] / film["engine_s"]
        results.append(other)
    return [*results, film, cycling("voc1-half"), batch(), overhead(runs)]
