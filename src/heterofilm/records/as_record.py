"""A measured time series as a `Record`: per electrode area, with steps and cycles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from .record import COLUMNS, Record

if TYPE_CHECKING:
    from .measurement import Measurement

QUIET = 1e-4  # of the largest current: below it the cell rests
TURN = 0.02  # of the potential's range: noise and staircases turn back by less


def as_record(measurement: Measurement, area_m2: float, **meta: str | float | int) -> Record:
    """The `Record` of a cycling or voltammetry measurement; see `Measurement.record`."""
    if measurement.technique not in ("cycling", "voltammetry"):
        plain = measurement.technique == "table"
        hint = (
            " Say what its columns are: `columns` in a sample sheet, or heterofilm.instruments.read_columns."
            if plain
            else ""
        )
        raise HeterofilmError(
            f"'{measurement.name}' holds {measurement.technique} data; a record is made of cycling or "
            f"voltammetry.{hint}"
        )
    if not (area_m2 > 0.0 and math.isfinite(area_m2)):
        raise HeterofilmError(f"The electrode area must be positive, got {area_m2:g} m2.")
    table = measurement.table
    time, voltage = measurement.column("time_s"), measurement.column("voltage_V")
    current = measurement.column("current_A")
    if not (np.isfinite(time).all() and np.isfinite(voltage).all() and np.isfinite(current).all()):
        raise HeterofilmError(f"'{measurement.name}' has gaps in time, voltage or current: leave those rows out.")
    cycle = _whole(table["cycle"], measurement.name) if "cycle" in table.columns else None
    if "step" in table.columns:
        step = _running(_whole(table["step"], measurement.name), cycle)
    elif measurement.technique == "voltammetry":
        step = _sweeps(voltage)
    else:
        step = _steps(current)
    if cycle is None:
        cycle = _cycles(current, step)
    first = np.concatenate([[True], step[1:] != step[:-1]])
    if "charge_C" in table.columns:
        # what a counter gained before a step's first row was moved in that step: it counts from the row before
        moved = measurement.column("charge_C")
        begin = np.concatenate([moved[:1], moved[:-1]])
    else:
        dt = np.maximum(np.diff(time), 0.0)
        moved = begin = np.concatenate([[0.0], np.cumsum(dt * (current[1:] + current[:-1]) / 2)])
    start = begin[np.flatnonzero(first)][np.cumsum(first) - 1]
    further = [name for name in table.columns if name not in (*COLUMNS, "current_A", "charge_C")]
    numeric = [name for name in further if table[name].dtype.is_numeric()]
    frame = pl.DataFrame(
        {
            "time_s": time,
            "voltage_V": voltage,
            "current_A_m2": current / area_m2,
            "charge_C_m2": (moved - start) / area_m2,
            "step": step,
            "cycle": cycle,
        }
    ).with_columns(table[name].cast(pl.Float64) for name in numeric)
    known = {"name": measurement.name, "kind": "measured", "format": measurement.format} | measurement.meta
    return Record(frame, meta=known | {"area_m2": area_m2} | meta)


def _whole(column: pl.Series, name: str) -> NDArray[np.int64]:
    """Errors: `HeterofilmError` for a gap."""
    if column.null_count():
        raise HeterofilmError(f"The column '{column.name}' of '{name}' has gaps: fill them, or leave the column out.")
    return column.cast(pl.Int64).to_numpy()


def _running(given: NDArray[np.int64], cycle: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """The file's step numbers (which return in loops) as a count that never falls; a new cycle is a new step."""
    new = given[1:] != given[:-1]
    if cycle is not None:
        new = new | (cycle[1:] != cycle[:-1])
    return np.concatenate([[1], 1 + np.cumsum(new)]).astype(np.int64)


def _sweeps(voltage: NDArray[np.float64]) -> NDArray[np.int64]:
    """A sweep is a step: it ends where the potential comes back by `TURN` of its range."""
    span = float(np.ptp(voltage))
    steps = np.ones(voltage.size, np.int64)
    if not span > 0.0:
        return steps
    level = np.rint((voltage - voltage.min()) / (TURN / 2.0 * span)).astype(np.int64)
    way, last, best = 0, 0, 0
    for k in np.flatnonzero(np.diff(level)) + 1:
        if way == 0:
            way, best = (int(np.sign(level[k] - level[0])), int(k)) if abs(level[k] - level[0]) >= 2 else (0, 0)
        elif way * (level[k] - level[best]) > 0:
            best = int(k)
        elif way * (level[best] - level[k]) >= 2:
            last += int(np.argmax(way * voltage[last:k]))
            steps[last + 1 :] += 1
            way, best = -way, int(k)
    return steps


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
