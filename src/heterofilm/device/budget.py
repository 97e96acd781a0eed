"""The thermal budget: every step of a device against what the layers below, the substrate and a chip stand.

A chip with its wiring stands 6 h at 425, 1 h at 450 or 0.5 h at 475 degC before its vias have 10 % more resistance
(Takeuchi, Wung, Sun, Howe, IEEE Trans. Electron Devices 52, 2005, thermal budget limits of quarter-micrometer
foundry CMOS, abstract); between these points, ln t is linear in T, and beyond them their line goes on.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from ..units import si
from .stack import Stack

__all__ = ["LIPON", "Measured", "budget_table", "chip_hours"]

_CHIP = ((698.15, 6.0), (723.15, 1.0), (748.15, 0.5))  # K, h


class Measured(NamedTuple):
    """LiPON as someone sputtered it: conductivity (S/m), what is told of its nitrogen, and where."""

    conductivity: float
    nitrogen: str
    source: str


LIPON = (
    Measured(3.8e-5, "17.47 % of nitrogen by EDS", "Tan et al., E3S Web Conf. 53, 01008, 2018"),
    Measured(6.6e-5, "Li0.95PO3.00N0.60, by atomic layer deposition", "Nisula et al., Chem. Mater., 2015"),
    Measured(1.0e-4, "the most nitrogen of a series", "Put et al., ACS Appl. Mater. Interfaces, 2016"),
    Measured(1.1e-4, "nitrogen doubly and perhaps triply bound", "RF sputtering of Li3PO4, ephys.kz 3 (2)"),
    Measured(1.6e-4, "not stated", "Yu et al., Adv. Funct. Mater. 2025, 10.1002/adfm.202423990"),
)
"""Sourced conductivities of LiPON; nitrogen raises them, but no common scale of it can be read from these reports."""


def chip_hours(temperature: float) -> float:
    """Hours that the wiring of a chip stands a temperature (K)."""
    T, t = (np.array(column) for column in zip(*_CHIP, strict=True))
    logs = np.log(t)
    if temperature <= T[0]:
        slope = (logs[1] - logs[0]) / (T[1] - T[0])
        return float(np.exp(min(logs[0] + slope * (temperature - T[0]), 50.0)))
    if temperature >= T[-1]:
        slope = (logs[-1] - logs[-2]) / (T[-1] - T[-2])
        return float(np.exp(logs[-1] + slope * (temperature - T[-1])))
    return float(np.exp(np.interp(temperature, T, logs)))


def budget_table(stack: Stack) -> pl.DataFrame:
    """A row per step: temperature_K, time_h, weakest layer that is there already, its limit_K, margin_K, the share of a
    chip's budget that the step uses, and a note.
    """
    order = [layer.role for layer in stack.layers]
    rows = []
    for step in stack.entry.steps:
        here = stack.layers[: order.index(step.layer) + 1]
        weakest = min(here, key=lambda layer: layer.material.maximum_temperature.si)
        T, limit = step.temperature.si, weakest.material.maximum_temperature.si
        hours = step.time.to("h")
        used = hours / chip_hours(T)
        notes = []
        if step.rate is not None:
            needed = stack.layer(step.layer).thickness.si / step.rate.si / si("h")
            if not math.isclose(needed, hours, rel_tol=0.05):
                notes.append(f"the rate of {step.rate} takes {needed:.3g} h, not {hours:.3g} h")
        if limit < T:
            notes.append(f"too hot for {weakest.title}")
        if used > 1.0:
            notes.append("a chip does not stand it")
        rows.append(
            {
                "step": step.name, "temperature_K": T, "time_h": hours, "weakest": weakest.title,
                "limit_K": limit, "margin_K": limit - T, "chip_budget": used, "note": "; ".join(notes),
            }
        )  # fmt: skip
    schema = {"step": pl.String, "temperature_K": pl.Float64, "time_h": pl.Float64, "weakest": pl.String,
              "limit_K": pl.Float64, "margin_K": pl.Float64, "chip_budget": pl.Float64, "note": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)
