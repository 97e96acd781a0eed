"""Rest: what a leak takes while nothing is drawn.

A conductance G across the cell discharges it by dq/dt = -G U(q), so that the time to a charge q that was taken is::

    t(q) = integral of dq'/(G U(q')) from 0 to q

Where U falls in proportion to what is left the decay is exponential, with the time constant of the capacity over G per
volt. Of electronic conduction through an electrolyte of conductivity sigma_e and thickness L, G = sigma_e A/L. The
same leak
acts in every step of a simulation (``engine/voltage.py``), which also lets the film level out; this is for years. Side
reactions, and ageing over a calendar, are not modelled: no sourced law of either is known for these cells.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.columns import running_integral
from ..errors import InputError
from ..units import si
from .source import Source
from .stack import Stack

__all__ = ["leak_of", "self_discharge", "years_to"]

YEAR = 365.25 * si("d")  # s


def self_discharge(source: Source, leak: float) -> pl.DataFrame:
    """A cell that rests, under a leak (S): time_s, charge_C that is lost, voltage_V, share that is left.

    Errors: `HeterofilmError` for a leak that is not positive.
    """
    if not leak > 0.0:
        raise InputError(f"A leak is a positive conductance, not {leak:g} S; without one nothing is lost.")
    q, U = source.area * source.charge, source.rest
    t = running_integral(q, 1.0 / (leak * U))
    return pl.DataFrame({"time_s": t, "charge_C": q, "voltage_V": U, "left": 1.0 - q / q[-1]})


def years_to(table: pl.DataFrame, share: float) -> float:
    """Years until a share of the charge is left."""
    left, t = table["left"].to_numpy(), table["time_s"].to_numpy()
    return float(np.interp(share, left[::-1], t[::-1])) / YEAR


def leak_of(stack: Stack) -> tuple[float, float, float]:
    """G of the electrolyte over the active area (S), at its value and the ends of its range.

    Errors: `HeterofilmError` where the electrolyte states no electronic conductivity.
    """
    entry = stack.cell.entries.electrolyte
    value = entry.electronic_conductivity
    if value is None:
        raise InputError(
            f"The electrolyte '{entry.name}' states no electronic_conductivity; without it no self-discharge is known."
        )
    scale = stack.active_area / stack.layer("electrolyte").thickness.si * value.si / value.value
    low, high = value.span
    return scale * value.value, scale * low, scale * high
