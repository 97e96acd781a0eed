"""The gap between charge and discharge over the share of the lithium, a line per cycle."""

from __future__ import annotations

import polars as pl

from ..figures.elements import Series
from ..figures.figure import Figure
from .dqdv import SHADES

__all__ = ["hysteresis_figure"]


def hysteresis_figure(gaps: pl.DataFrame, title: str = "Voltage hysteresis") -> Figure:
    """Of a table of `heterofilm.analysis.electrochemistry.hysteresis.hysteresis`."""
    series = [
        Series(
            f"cycle {cycle}", 100.0 * own["share"].to_numpy(), 1e3 * own["gap_V"].to_numpy(),
            colour=SHADES[k % len(SHADES)],
        )
        for k, ((cycle,), own) in enumerate(gaps.group_by("cycle", maintain_order=True))
    ]  # fmt: skip
    return Figure(
        "hysteresis", title, "Share of the cycled lithium that is in / %", "Charge above discharge / mV", series,
        "Each half cycle over its own charge. The gap holds hysteresis and the overpotentials of both currents.",
    )  # fmt: skip
