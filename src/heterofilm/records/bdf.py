"""The Battery Data Format: names, units and signs of a record's rows outside of heterofilm (amperes, + on charge)."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..errors import FileFormatError, did_you_mean
from .columns import COLUMNS, NAME, Meta

KELVIN = 273.15
_REQUIRED = ("Test Time / s", "Voltage / V", "Current / A")
_CAPACITIES = ("Charging Capacity / Ah", "Discharging Capacity / Ah")


def to_bdf(frame: pl.DataFrame, area: float, kelvin: float | None) -> pl.DataFrame:
    """The frame with the names, units and signs of the Battery Data Format, then the further columns.

    ``area`` of the electrode (m2); ``kelvin``: one temperature throughout, where the frame has no column of its own.
    """
    ampere_hours = pl.col("charge_C_m2") * (area / 3600)
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


def from_bdf(table: pl.DataFrame, meta: Meta) -> tuple[pl.DataFrame, Meta]:
    """Frame and meta of a table in the Battery Data Format, whose current is the whole electrode's.

    Errors: `FileFormatError` for a missing column, or without ``area_m2`` in the meta.
    """
    for name in _REQUIRED:
        if name not in table.columns:
            raise FileFormatError(f"it has no column '{name}'.{did_you_mean(name, table.columns)}")
    counts = [name for name in ("Cycle Count / 1", "Step Count / 1", "Step Index / 1") if name in table.columns]
    table = table.with_columns(pl.col(*_REQUIRED).cast(pl.Float64), pl.col(counts).cast(pl.Int64))
    area = meta.get("area_m2")
    if not isinstance(area, int | float) or not area > 0:
        raise FileFormatError(
            "it does not say the electrode area: give it, for example Record.read(path, area_m2=1e-4)."
        )

    def whole(name: str, otherwise: pl.Expr) -> pl.Expr:
        return pl.col(name) if name in table.columns else otherwise

    one = pl.lit(1, dtype=pl.Int64)
    # A step index may come back in every cycle; the running count of its changes never falls.
    changes = whole("Step Index / 1", one).rle_id().cast(pl.Int64) + 1
    frame = table.select(
        pl.col("Test Time / s").alias("time_s"),
        pl.col("Voltage / V").alias("voltage_V"),
        (0.0 - pl.col("Current / A") / area).alias("current_A_m2"),
        whole("Step Count / 1", changes).alias("step"),
        whole("Cycle Count / 1", one).alias("cycle"),
        *(name for name in table.columns if NAME.fullmatch(name)),
    )
    if "Step Index / 1" in table.columns and (table["Step Index / 1"] != frame["step"]).any():
        frame = frame.with_columns(table["Step Index / 1"].alias("step_index"))
    if "Ambient Temperature / degC" in table.columns:
        kelvin = table["Ambient Temperature / degC"].cast(pl.Float64) + KELVIN
        if kelvin.n_unique() > 1:
            frame = frame.with_columns(kelvin.alias("temperature_K"))
        elif kelvin.drop_nulls().len():  # one temperature throughout belongs to the whole record
            meta = {"temperature_K": kelvin[0]} | meta
    return frame.with_columns(_charge(table, frame, area).alias("charge_C_m2")), meta


def _charge(table: pl.DataFrame, frame: pl.DataFrame, area: float) -> pl.Series:
    """Charge since the start of the step, C/m2, positive on discharge."""
    if all(name in table.columns for name in _CAPACITIES):
        charged, discharged = (table[name].cast(pl.Float64) for name in _CAPACITIES)
        if ((charged > 0) & (discharged > 0)).any():
            raise FileFormatError(
                "its capacities run on from step to step, but were expected to start at 0 in each: drop the "
                "two capacity columns and the current is integrated instead."
            )
        return (discharged - charged) * (3600 / area)
    time, current = frame["time_s"].to_numpy(), frame["current_A_m2"].to_numpy()
    moved = np.concatenate([[0.0], np.cumsum(np.diff(time) * (current[1:] + current[:-1]) / 2)])[: len(time)]
    total = pl.DataFrame({"step": frame["step"], "moved": moved})
    return total.select((pl.col("moved") - pl.col("moved").first()).over("step"))["moved"]
