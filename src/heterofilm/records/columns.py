"""The columns of a record's frame and of its table of steps: what they must be, and what is made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ..errors import InputError, did_you_mean

Meta = dict[str, str | float | int]

COLUMNS: dict[str, pl.DataType] = {
    "time_s": pl.Float64(), "voltage_V": pl.Float64(), "current_A_m2": pl.Float64(),
    "charge_C_m2": pl.Float64(), "step": pl.Int64(), "cycle": pl.Int64(),
}  # fmt: skip
"""The columns every frame has; charge is counted from the start of its step, positive on discharge."""

STEP_COLUMNS: dict[str, pl.DataType] = {
    "step": pl.Int64(),
    "cycle": pl.Int64(),
    "kind": pl.String(),
    "end": pl.String(),
    "capacity_C_m2": pl.Float64(),
    "energy_J_m2": pl.Float64(),
    "t_start": pl.Float64(),
    "t_end": pl.Float64(),
    "label": pl.String(),
}

_SOUND: set[tuple[object, ...]] = set()  # columns with their types that need nothing done to them, where none has gaps
MOST_SOUND = 1000

# Names that a netCDF variable, a CSV header and a pandas attribute can all carry.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_+\-.]*")


def moved() -> pl.Expr:
    """Charge that a row of a step moved since the row before (C/m2, positive on discharge), by the record's own charge.

    Within one step: in ``group_by("step")``, or with ``.over("step")``. The charge is exact where it was simulated and
    what the tester counted where it was measured (`records.charge`); the current between two rows is neither.
    """
    charge = pl.col("charge_C_m2")
    return charge.diff().fill_null(charge.first())


def delivered() -> pl.Expr:
    """Energy of the charge that a row `moved` (J/m2, positive on discharge), at the mean voltage of it and the row
    before; what moved before the first row of a step, at the voltage of that row.
    """
    voltage = pl.col("voltage_V")
    return moved() * (voltage + voltage.shift().fill_null(voltage.first())) / 2


def passed(frame: pl.DataFrame) -> pl.Series:
    """Charge that passed up to each row of a record's frame (C/m2, positive on discharge), over all steps."""
    return frame.select(moved().over("step").cum_sum()).to_series()


def summary_of_steps(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per step of a record's frame; the reason for its end is unknown here and left empty.

    The capacity is the charge at the step's end, what went back and forth in it taken off; the energy that of the same
    charge (`delivered`).
    """
    mean = pl.col("current_A_m2").mean()
    moving = pl.when(mean > 0).then(pl.lit("discharge")).when(mean < 0).then(pl.lit("charge"))
    kind = moving.otherwise(pl.lit("rest"))
    rows = frame.group_by("step", maintain_order=True).agg(
        pl.col("cycle").first(),
        kind.alias("kind"),
        pl.lit("").alias("end"),
        pl.col("charge_C_m2").last().abs().alias("capacity_C_m2"),
        delivered().sum().abs().alias("energy_J_m2"),
        pl.col("time_s").first().alias("t_start"),
        pl.col("time_s").last().alias("t_end"),
        pl.lit("").alias("label"),
    )
    return rows.cast(dict(STEP_COLUMNS))  # type: ignore[arg-type]


def checked(frame: pl.DataFrame, columns: Mapping[str, pl.DataType], what: str) -> pl.DataFrame:
    """The frame with the wanted columns first and typed, further ones numeric; gaps become NaN."""
    schema, height = frame.schema, frame.height
    told = what, *schema.items()
    if told in _SOUND and not any(frame.get_column(name).null_count() for name in schema):
        return frame
    further = [name for name in schema if name not in columns]
    for name in columns:
        if name not in schema:
            hint = did_you_mean(name, further)
            raise InputError(f"The {what} of a record has no column '{name}'.{hint}")
    casts: list[pl.Expr | str] = []
    for name in [*columns, *further]:
        found, where = schema[name], f"The column '{name}' in the {what} of a record"
        if not NAME.fullmatch(name):
            raise InputError(f"{where} has a name some files cannot hold: use letters, digits and _ + - .")
        wanted = columns.get(name) or (pl.Int64() if found.is_integer() else pl.Float64())
        if height and not (found == wanted or found == pl.Null or (found.is_numeric() and wanted != pl.String)):
            raise InputError(f"{where} holds {found}, but {wanted} was expected.")
        gaps = frame[name].null_count()
        if wanted == pl.Int64 and gaps:
            raise InputError(f"{where} has gaps, but a whole number is needed in every row.")
        if found == wanted and not gaps:
            casts.append(name)
            continue
        column = pl.col(name).cast(wanted)
        casts.append(column if wanted == pl.Int64 else column.fill_null("" if wanted == pl.String else float("nan")))
    if not all(isinstance(one, str) for one in casts) or casts != frame.columns:
        return frame.select(casts)
    if len(_SOUND) < MOST_SOUND:
        _SOUND.add(told)
    return frame
