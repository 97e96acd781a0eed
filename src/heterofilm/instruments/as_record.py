"""A measured time series as a `Record`: per electrode area, with steps and cycles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from ..record import COLUMNS, Record

if TYPE_CHECKING:
    from .measurement import Measurement

QUIET = 1e-4  # of the largest current: below it the cell rests


def as_record(measurement: Measurement, area_m2: float, **meta: str | float | int) -> Record:
    """The `Record` of a cycling or voltammetry measurement; see `Measurement.record`."""
    if measurement.technique not in ("cycling", "voltammetry"):
        raise HeterofilmError(
            f"'{measurement.name}' holds {measurement.technique} data; a record is made of cycling or voltammetry."
        )
    if not (area_m2 > 0.0 and math.isfinite(area_m2)):
        raise HeterofilmError(f"The electrode area must be positive, got {area_m2:g} m2.")
    table = measurement.table
    time, current = measurement.column("time_s"), measurement.column("current_A")
    step = _running(table["step"].to_numpy()) if "step" in table.columns else _steps(current)
    cycle = table["cycle"].to_numpy() if "cycle" in table.columns else _cycles(current, step)
    if "charge_C" in table.columns:
        moved = measurement.column("charge_C")
    else:
        moved = np.concatenate([[0.0], np.cumsum(np.diff(time) * (current[1:] + current[:-1]) / 2)])
    first = np.concatenate([[True], step[1:] != step[:-1]])
    start = moved[np.flatnonzero(first)][np.cumsum(first) - 1]
    further = [name for name in table.columns if name not in (*COLUMNS, "current_A", "charge_C")]
    numeric = [name for name in further if table[name].dtype.is_numeric()]
    frame = pl.DataFrame(
        {
            "time_s": time,
            "voltage_V": measurement.column("voltage_V"),
            "current_A_m2": current / area_m2,
            "charge_C_m2": (moved - start) / area_m2,
            "step": step,
            "cycle": cycle,
        }
    ).with_columns(table[name].cast(pl.Float64) for name in numeric)
    known = {"name": measurement.name, "kind": "measured", "format": measurement.format} | measurement.meta
    return Record(frame, meta=known | {"area_m2": area_m2} | meta)


def _running(given: NDArray[np.int64]) -> NDArray[np.int64]:
    """The file's step numbers (which return in loops) as a count that never falls."""
    return np.concatenate([[1], 1 + np.cumsum(given[1:] != given[:-1])]).astype(np.int64)


def _steps(current: NDArray[np.float64]) -> NDArray[np.int64]:
    quiet = QUIET * np.max(np.abs(current), initial=0.0)
    return _running(np.where(np.abs(current) <= quiet, 0, np.sign(current)).astype(np.int64))


def _cycles(current: NDArray[np.float64], step: NDArray[np.int64]) -> NDArray[np.int64]:
    """A cycle begins where the direction of the first current that flowed comes back."""
    flowing = np.sign(np.where(np.abs(current) > QUIET * np.max(np.abs(current), initial=0.0), current, 0.0))
    seen = flowing[flowing != 0.0]
    if seen.size == 0:
        return np.ones(step.size, np.int64)
    last = np.maximum.accumulate(np.where(flowing != 0.0, np.arange(flowing.size), -1))
    held = np.where(last >= 0, flowing[np.maximum(last, 0)], seen[0])
    begins = (held[1:] == seen[0]) & (held[:-1] != seen[0])
    return np.concatenate([[1], 1 + np.cumsum(begins)]).astype(np.int64)
