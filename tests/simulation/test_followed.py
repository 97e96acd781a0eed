"""Derivatives along the steps of a run against differences of exact solutions on the same steps.

The run that is followed and those that it is compared with are solved to rounding on one sequence of step lengths, the
last before a limit excepted (``fixed_steps.py``). Differences of two widths are extrapolated (Richardson).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fixed_steps import OnFixedSteps, Recorded
from heterofilm import Cell
from heterofilm.cell.slopes import followed
from heterofilm.engine.build import SLOPES, STEPS, prepare
from heterofilm.protocol import Protocol
from heterofilm.simulation.arguments import options_of
from heterofilm.simulation.followed import NO_TIMES
from heterofilm.simulation.start import beginning

WIDTH = 1e-6  # of a value; the last step before a limit must stay a step
ALLOWED = 1e-4  # of the largest slope of a column within a stretch
LEAST = 1e-6  # of a column in SI: the current of a rest is rounding
NOISE = 3e-12 / WIDTH  # of a column's largest: what Newton's method and the secant leave, over the difference

HALF = "vo-half"
ONE_PHASE = (
    "phases.V2O5.D", "films.VO.thickness", "phases.V2O5.couples.delta-gamma.hysteresis",
    "phases.V2O5.hysteresis_rate", "phases.V2O5.utilisation", "electrolytes.liquid-1M.cathode_interface.i0",
    "electrolytes.liquid-1M.cathode_interface.double_layer", "cells.vo-half.series_resistance", "cells.vo-half.area",
)  # fmt: skip
TWO_PHASES = (
    "phases.V2O5.D", "phases.Cu2V2O7.D", "films.VOC1.hetero_i0", "films.VOC1.domain_size", "films.VOC1.cu_to_v",
    "phases.Cu2V2O7.couples.Cu+/Cu0.U0", "films.VOC1.transport_factor",
    "phases.Cu2V2O7.couples.Cu2+/Cu+.hysteresis",
)  # fmt: skip
LCO = (
    "phases.LiCoO2-ocv.D", "films.LCO.thickness", "electrolytes.LiPON.conductivity", "cells.lco-atfb.lower_voltage",
    "cells.lco-atfb.temperature", "phases.LiCoO2-ocv.utilisation",
)  # fmt: skip
LTO = (
    "phases.LTO.D", "films.LTO.thickness", "films.LCO.thickness", "phases.LTO.utilisation",
    "cells.lco-lto.lower_voltage", "cells.lco-lto.upper_voltage", "anodes.LTO.i0",
)  # fmt: skip
V2O5_BELOW = ("phases.V2O5.D", "films.V2O5-200.thickness", "phases.V2O5.couples.delta-gamma.hysteresis",
              "phases.V2O5.hysteresis_rate", "cells.v2o5-lco.area")  # fmt: skip
CASES = {
    "discharge to a limit": (HALF, "Discharge at 5 uA/cm2 until 2.25 V", ONE_PHASE, {}),
    "reversal at a C-rate": (HALF, "Discharge at C/2 until 2.3 V; Charge at C/2 until 3.6 V", ONE_PHASE, {}),
    "current, voltage, rest": (
        HALF,
        "Discharge at 20 uA/cm2 until 2.4 V; Hold at 2.4 V until 2 uA/cm2; Rest for 1 h; Charge at 20 uA/cm2 for 1 h",
        ONE_PHASE, {},
    ),
    "titration": (HALF, "GITT discharge at 10 uA/cm2 for 10 min, rest for 20 min, until 3 V", ONE_PHASE, {}),
    "sweep": (HALF, "CV between 2.8 V and 3.8 V at 1 mV/s for 1 cycles", ONE_PHASE, {"rtol": 3e-3}),
    "the limit of safety": (
        "lfp-atfb", "Charge at C/2 for 50 min; Rest for 10 min",
        ("electrolytes.LiPON.window", "phases.LiFePO4-ocv.D", "cells.lfp-atfb.area"), {"start": 3.6},
    ),
    "power and charge": (HALF, "Discharge at 30 uW/cm2 until 4 uAh/cm2/um; Rest for 5 min", ONE_PHASE, {}),
    "two phases": (
        "voc1-half", "Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V", TWO_PHASES, {},
    ),
    "ageing": (
        "voc1-half", "3 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)",
        ("phases.V2O5.D", "phases.V2O5.ageing.depth_loss", "films.VOC1.activation.interface_gain"), {"ageing": True},
    ),
    "a table, cut-offs": ("lco-atfb", "Discharge at 1C; Rest for 10 min; Charge at C/2", LCO, {}),
    "a state of charge": ("lco-atfb", "Discharge at 1C until 3.7 V", LCO, {"start": "50 %"}),
    "another temperature": (
        "lco-atfb", "Discharge at 1C until 3.85 V; Set temperature to 45 degC; Charge at 1C", LCO, {},
    ),
    "a film as anode": ("lco-lto", "Discharge at 1C; Rest for 10 min; Charge at C/2 until 2.6 V", LTO, {}),
    "two films, a state of charge": ("lco-lto", "Discharge at 1C until 2.2 V", LTO, {"start": "50 %"}),
    "hysteresis of the anode": (
        "v2o5-lco", "Discharge at 2C until 0.8 V; Charge at 2C until 1.5 V; Hold at 1.4 V for 5 min", V2O5_BELOW, {},
    ),
    "an anode that ends": (
        HALF, "Discharge at 5 uA/cm2; Charge at 20 uA/cm2 for 20 min",
        ("phases.V2O5.D", "films.VO.thickness", "anodes.Li.thickness", "cells.vo-half.upper_voltage",
         "anodes.Li.double_layer"),
        {"overrides": {"anodes.Li.thickness": "30 nm"}, "start": 3.3},
    ),
    "a front": (
        "lfp-atfb", "Discharge at 1C until 3 V; Charge at 1C for 10 min",
        ("phases.LiFePO4-ocv.D", "films.LFP.thickness", "cells.lfp-atfb.temperature",
         *(f"phases.LiFePO4-ocv.front.{key}" for key in ("interface_energy", "interface_width"))),
        {"overrides": {"phases.LiFePO4-ocv.front.interface_energy": "114 mJ/m2",
                       "phases.LiFePO4-ocv.front.interface_width": "17 nm"}},
    ),
    "a front of couples": (
        HALF, "Discharge at 20 uA/cm2 until 2.3 V",
        ("phases.V2O5.couples.delta-gamma.U0", "phases.V2O5.front.lithium_poor", "phases.V2O5.D"),
        {"overrides": {"phases.V2O5.front.interface_energy": "20 mJ/m2", "phases.V2O5.front.interface_width": "17 nm"}},
    ),
    "dissociation": (
        "lco-atfb", "Discharge at 1C until 3.85 V; Charge at 1C",
        ("phases.LiCoO2-ocv.D", "electrolytes.LiPON-dissociation.dissociation.D_plus",
         "electrolytes.LiPON-dissociation.dissociation.k_r", "electrolytes.LiPON-dissociation.thickness"),
        {"electrolyte": "LiPON-dissociation"},
    ),
}  # fmt: skip


def cell_of(name: str, electrolyte: str | None, overrides: dict[str, float | str]) -> Cell:
    cell = Cell.load(name, overrides)
    if electrolyte is None:
        return cell
    from dataclasses import replace

    from heterofilm import Library

    return replace(cell, entries=replace(cell.entries, electrolyte=Library().electrolyte(electrolyte)))


@pytest.mark.parametrize("case", CASES)
def test_slopes_are_those_of_the_steps(case: str) -> None:
    """|slope - difference| < 1e-4 of the largest, for t, V, i and Q of every stretch, ends at limits included."""
    name, text, paths, settings = CASES[case]
    settings = {"rtol": 1e-4, "ageing": False, "start": None, "electrolyte": None, "overrides": {}} | settings
    cell, protocol = cell_of(name, settings["electrolyte"], settings["overrides"]), Protocol.of(text)
    prepare(*STEPS, *SLOPES)
    options = options_of(settings["rtol"], 2e-3, False, settings["ageing"], None)
    begin = beginning(cell, settings["start"])
    cells = [followed(cell, path) for path in paths]
    run = Recorded(begin.cell, begin.state, options, protocol.count(), cells, lambda _: NO_TIMES)
    assert begin.rest is not None
    run.start_at(begin.rest)
    go(run, protocol)

    def ends(path: str, number: float) -> list[np.ndarray]:
        changed = cell.replace({path: number})
        begin = beginning(changed, settings["start"])
        other = OnFixedSteps(begin.cell, begin.state, options, protocol.count(), done=run.done)
        go(other, protocol)
        return other.ends

    for j, path in enumerate(paths):
        x = cell.entries.number(path)
        h = WIDTH * abs(x)
        up, down, up_2, down_2 = (ends(path, x + d) for d in (h, -h, 0.5 * h, -0.5 * h))
        for k, stretch in enumerate(run.stretches):
            known = (4.0 * (up_2[k] - down_2[k]) / h - (up[k] - down[k]) / (2.0 * h)) / 3.0
            for column in range(4):
                off = np.abs(known[:, column] - stretch.slopes[:, column, j])
                largest = np.abs(known[:, column]).max()
                noise = NOISE * max(np.abs(up[k][:, column]).max(), LEAST) / abs(x)
                assert (off <= ALLOWED * largest + noise).all(), (case, path, k, "tViQ"[column], off.max() / largest)


def go(run: Any, protocol: Protocol) -> None:
    for steps in protocol.cycles(run.progress):
        run.cycle(steps)
