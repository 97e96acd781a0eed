"""The Battery Data Format: names, units and signs of a record's rows outside of heterofilm (amperes, + on charge)."""

from __future__ import annotations

import polars as pl

from ..units import si
from .columns import COLUMNS

KELVIN = 273.15
_REQUIRED = ("Test Time / s", "Voltage / V", "Current / A")
_CAPACITIES = ("Charging Capacity / Ah", "Discharging Capacity / Ah")


def to_bdf(frame: pl.DataFrame, area: float, kelvin: float | None) -> pl.DataFrame:
    """The frame with the names, units and signs of the Battery Data Format, then the further columns.

    ``area`` of the electrode (m2); ``kelvin``: one temperature throughout, where the frame has no column of its own.
    """
    ampere_hours = pl.col("charge_C_m2") * (area / si("Ah"))
    index = "step_index" if "step_index" in frame.columns else "step"
    columns = [
        pl.col("time_s").alias("Test Time / s"),
        pl.col("voltage_V").alias("Voltage / V"),
        # 0 - x and not -x: a rest reads 0.0 A, not -0.0 A
        (0.0 - pl.col("current_A_m2") * area).alias("Current / A"),
        pl.col("cycle").alias("Cycle Count / 1"),
        pl.col("step").alias("Step Count / 1"),
        pl.col(index).alias("Step Index / 1"),
        (0.0 - ampere_hours).clip(lower_bound=0.0).alias("Charging Capacity / Ah"),
        ampere_hours.clip(lower_bound=0.0).alias("Discharging Capacity / Ah"),
    ]
    if "temperature_K" in frame.columns:
        columns.insert(6, (pl.col("temperature_K") - KELVIN).alias("Ambient Temperature / degC"))
    elif kelvin is not None:
        columns.insert(6, pl.lit(kelvin - KELVIN).alias("Ambient Temperature / degC"))
    extra = [name for name in frame.columns if name not in {*COLUMNS, "temperature_K", "step_index"}]
    return frame.select(*columns, *extra)
