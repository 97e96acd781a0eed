"""Resistances from steps of the current, over the voltage at which they were taken."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..figures.elements import Series
from ..figures.figure import Figure
from ..units import si
from .voltage import AGAINST_LITHIUM

__all__ = ["resistance_figure"]


def resistance_figure(table: pl.DataFrame, title: str = "Resistance", unit: str = AGAINST_LITHIUM) -> Figure:
    """First reading and end of every pulse that begins from rest or goes to another current, over the voltage before
    (``unit``: `volts` of the record)."""
    pulses = table.filter(pl.col("to_A_m2") != 0.0)
    V, ohm_cm2 = pulses["voltage_V"].to_numpy(), 1.0 / si("ohm cm2")
    lasts = f"{np.median(pulses['length_s'].to_numpy()) if pulses.height else 0.0:.3g} s"
    return Figure(
        "resistance", title, f"Voltage before the pulse / {unit}", "Resistance / Ω cm²",
        [
            Series("first reading", V, ohm_cm2 * pulses["R_first_ohm_m2"].to_numpy(), "points", marker="circle"),
            Series(f"end of the pulse ({lasts})", V, ohm_cm2 * pulses["R_end_ohm_m2"].to_numpy(), "points",
                   marker="circle-open"),
        ],
        caption="The end of a pulse holds the change of the rest potential too: an upper bound of the resistance.",
    )  # fmt: skip
