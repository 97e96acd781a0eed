"""dQ/dV of the cycles of a record, simulated or measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
import polars as pl

from ..analysis.electrochemistry.dqdv import SMOOTHING, dqdv
from ..figures.colours import INK, PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si

__all__ = ["SHADES", "Half", "dqdv_figure", "half_cycles"]

SHADES = (INK, "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#CC79A7", *PALETTE[3:6])
EVERY = 3  # point that is drawn of the 1 mV grid
LEAST = 3  # points of a half cycle whose curve is known


Half = tuple[int, tuple[int, ...], Literal["discharge", "charge"]]
"""Cycle, steps and kind of a half cycle."""


def half_cycles(record: Record, cycles: Iterable[int]) -> Iterator[Half]:
    """The discharges and charges of some cycles whose curves the record has.

    Steps of one kind that only rests and holds part are one half cycle: an interrupted discharge is one.
    """
    wanted = set(cycles)
    points = dict(record.frame.group_by("step").agg(pl.len()).iter_rows())
    found: list[Half] = []
    for row in record.steps.iter_rows(named=True):
        kind, cycle = row["kind"], row["cycle"]
        if kind not in ("discharge", "charge") or cycle not in wanted:
            continue
        same = bool(found) and found[-1][0] == cycle and found[-1][2] == kind
        steps = (*found.pop()[1], row["step"]) if same else (row["step"],)
        found.append((cycle, steps, kind))
    for cycle, steps, kind in found:
        known = tuple(step for step in steps if points.get(step, 0) >= 2)
        if sum(points[step] for step in known) >= LEAST:
            yield cycle, known, kind


def dqdv_figure(record: Record, cycles: Iterable[int], title: str, smoothing: float = SMOOTHING) -> Figure:
    """dQ/dV over the potential: discharge above zero, charge below, a colour per cycle."""
    thickness: Any = record.meta.get("thickness_m")
    volume = isinstance(thickness, int | float) and thickness > 0
    scale, unit = (si("uAh/cm2/um") * thickness, "µAh cm⁻² µm⁻¹ V⁻¹") if volume else (si("uAh/cm2"), "µAh cm⁻² V⁻¹")
    found = list(half_cycles(record, cycles))
    order = sorted({cycle for cycle, _, _ in found})
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
                colour=SHADES[order.index(cycle) % len(SHADES)],
                in_legend=name not in {s.label for s in series},
            )
        )
    return Figure(
        "dqdv", title, "Voltage / V vs Li⁺/Li", f"dQ/dV / {unit}", series,
        f"Discharge above zero, charge below, smoothed by {1e3 * smoothing:g} mV (standard deviation of a Gaussian). "
        "The distance between a peak and its counterpart is hysteresis and polarisation.",
    )  # fmt: skip
