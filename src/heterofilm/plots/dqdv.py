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

__all__ = ["SHADES", "dqdv_figure", "half_cycles"]

SHADES = (INK, "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#CC79A7", *PALETTE[3:6])
EVERY = 3  # point that is drawn of the 1 mV grid
LEAST = 3  # points of a half cycle whose curve is known


def half_cycles(record: Record, cycles: Iterable[int]) -> Iterator[tuple[int, int, Literal["discharge", "charge"]]]:
    """Cycle, step and kind of the discharges and charges of some cycles whose curves the record has."""
    wanted = set(cycles)
    points = dict(record.frame.group_by("step").agg(pl.len()).iter_rows())
    for row in record.steps.iter_rows(named=True):
        known = row["kind"] in ("discharge", "charge") and points.get(row["step"], 0) >= LEAST
        if known and row["cycle"] in wanted:
            yield row["cycle"], row["step"], row["kind"]


def dqdv_figure(record: Record, cycles: Iterable[int], title: str, smoothing: float = SMOOTHING) -> Figure:
    """dQ/dV over the potential: discharge above zero, charge below, a colour per cycle."""
    thickness: Any = record.meta.get("thickness_m")
    volume = isinstance(thickness, int | float) and thickness > 0
    scale, unit = (3.6e7 * thickness, "µAh cm⁻² µm⁻¹ V⁻¹") if volume else (36.0, "µAh cm⁻² V⁻¹")
    found = list(half_cycles(record, cycles))
    order = sorted({cycle for cycle, _, _ in found})
    series: list[Series] = []
    for cycle, step, kind in found:
        curve = dqdv(record, step, smoothing)
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
