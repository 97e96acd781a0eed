"""dQ/dV of the cycles of a record, simulated or measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..analysis.electrochemistry.dqdv import SMOOTHING, dqdv
from ..analysis.electrochemistry.half_cycles import half_cycles
from ..figures.colours import INK, PALETTE
from ..figures.elements import Note, Series, in_order
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si
from .voltage import voltage_axis

__all__ = ["SHADES", "dqdv_figure"]

SHADES = (INK, "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#CC79A7", *PALETTE[3:6])
EVERY = 3  # point that is drawn of the 1 mV grid


def dqdv_figure(record: Record, cycles: Iterable[int], title: str, smoothing: float = SMOOTHING) -> Figure:
    """dQ/dV over the potential: discharge above zero, charge below, a colour per cycle."""
    thickness: Any = record.meta.get("thickness_m")
    volume = isinstance(thickness, int | float) and thickness > 0
    scale, unit = (si("uAh/cm2/um") * thickness, "µAh cm⁻² µm⁻¹ V⁻¹") if volume else (si("uAh/cm2"), "µAh cm⁻² V⁻¹")
    found = list(half_cycles(record, cycles))
    order = sorted({cycle for cycle, _, _ in found})
    shades, bar = in_order("Cycle", [str(cycle) for cycle in order])
    shades = shades if bar is not None else list(SHADES)
    series: list[Series] = []
    for cycle, steps, kind in found:
        curve = dqdv(record, steps, smoothing)
        y = np.abs(curve["dqdv_C_m2_V"].to_numpy()[::EVERY]) / scale
        name = f"cycle {cycle}"
        series.append(
            Series(
                name,
                curve["voltage_V"].to_numpy()[::EVERY],
                y if kind == "discharge" else -y,
                colour=shades[order.index(cycle)],
                in_legend=bar is None and name not in {s.label for s in series},
            )
        )
    x = [float(v) for s in series for v in (np.min(s.x), np.max(s.x))]
    y = [float(v) for s in series for v in (np.nanmin(s.y), np.nanmax(s.y))]
    sides = ((max(y, default=0.0), "discharge"), (min(y, default=0.0), "charge"))
    notes = tuple(Note(max(x) - 0.1 * (max(x) - min(x)), 0.5 * top, word) for top, word in sides if top != 0.0)
    return Figure(
        "dqdv", title, voltage_axis(record), f"dQ/dV / {unit}", series,
        f"Discharge above zero, charge below, smoothed by {1e3 * smoothing:g} mV (standard deviation of a Gaussian). "
        "The distance between a peak and its counterpart is hysteresis and polarisation.",
        notes=notes, scale=bar,
    )  # fmt: skip
