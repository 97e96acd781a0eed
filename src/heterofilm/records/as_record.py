"""A measured time series as a `Record`: per electrode area, with steps and cycles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from ..units import from_si
from .charge import FROM_CHARGE, decide
from .edges import doubts_of_edges, edges_of, left_out_of
from .file_ends import doubts_of_file_ends, file_ends
from .gaps import Doubt, gaps_of, half_of
from .record import COLUMNS, Record, summary_of_steps
from .runs import at_all, cycles_of, directions, running, steps_of, sweeps
from .timeline import falls, steady

__all__ = ["ASSUMED", "BEFORE", "LEFT_OUT", "as_record"]

ASSUMED = "time_assumed"
"""Column of a measurement: whether the interval before a row is not the clock's own."""
LEFT_OUT = "rows_left_out"
"""Column of a measurement: how many rows without numbers stood before a row."""
BEFORE = "counted_before_C"
"""Key of a measurement's meta: what its counter had counted of the first half cycle before the first row."""


class Series(Protocol):
    """What a record is made of: a `Measurement`."""

    @property
    def technique(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def table(self) -> pl.DataFrame: ...
    @property
    def meta(self) -> Mapping[str, str | float | int]: ...
    @property
    def doubts(self) -> tuple[str, ...]: ...
    @property
    def format(self) -> str: ...
    def column(self, *names: str) -> NDArray[np.float64]:
        """The first of the columns `names` that is there."""
        ...


def as_record(measurement: Series, area_m2: float, **meta: str | float | int) -> Record:
    """The `Record` of a cycling or voltammetry measurement; see `Measurement.record`."""
    if measurement.technique not in ("cycling", "voltammetry"):
        plain = measurement.technique == "table"
        hint = (
            " Say what its columns are: `columns` in a sample file, or heterofilm.instruments.read_columns."
            if plain
            else ""
        )
        raise InputError(
            f"'{measurement.name}' holds {measurement.technique} data; a record is made of cycling or "
            f"voltammetry.{hint}"
        )
    if not (area_m2 > 0.0 and math.isfinite(area_m2)):
        raise InputError(f"The electrode area must be positive, got {area_m2:g} m2.")
    for name in ("time_s", "voltage_V", "current_A"):
        if not np.isfinite(measurement.column(name)).all():
            raise InputError(f"'{measurement.name}' has gaps in time, voltage or current: leave those rows out.")
    table, assumed, said = _in_time(measurement)
    lost = table[LEFT_OUT].to_numpy() if LEFT_OUT in table.columns else None
    time, voltage, current = (table[name].cast(pl.Float64).to_numpy() for name in ("time_s", "voltage_V", "current_A"))
    given = {name: _whole(table[name], measurement.name) for name in ("step", "cycle") if name in table.columns}
    counter = table["charge_C"].cast(pl.Float64).to_numpy() if "charge_C" in table.columns else None
    gaps = gaps_of(time, voltage, current, at_all(current), counter)
    span = np.diff(time, prepend=time[:1])
    for gap in gaps:
        span[gap.row] = gap.counts
    moved = np.cumsum(span * (current + np.concatenate([current[:1], current[:-1]])) / 2.0)
    way = directions(current, moved, given.get("cycle"))
    if measurement.technique == "voltammetry":
        step = steps_of(given["step"], given.get("cycle"), way, moved, False)[0] if "step" in given else sweeps(voltage)
        cycle = given["cycle"] if "cycle" in given else cycles_of(None, at_all(current), moved)[0]
    else:
        step, how = steps_of(given.get("step"), given.get("cycle"), way, moved)
        cycle, counted = cycles_of(given.get("cycle"), way, moved, given.get("step"), assumed)
        said += [one for one in (how, counted) if one]
    checked = not measurement.meta.get(FROM_CHARGE)
    charge = decide(time, current, step, cycle, way, counter, assumed, gaps, checked)
    doubt, doubts = charge.doubt.copy(), list(charge.said)
    before = float(measurement.meta.get(BEFORE, 0.0))
    begun = before > 0.0 and bool((way != 0).any())
    if measurement.technique == "cycling":
        doubts += doubts_of_edges(edges_of(time, voltage, current, way, step), cycle, way, step, doubt)
        cut = [one for one in file_ends(time, voltage, way) if one.at_end or not begun]
        doubts += doubts_of_file_ends(cut, cycle, way, step, doubt)
    if lost is not None:
        left_out_of(lost, step, way, charge.counted, doubt)
    if begun:
        row = int(np.argmax(way != 0))
        doubt[step[row] - 1] |= int(Doubt.BEGUN)
        doubts.append(
            f"The file begins within the {half_of(way[row])} of cycle {cycle[row]}: its counter stands at "
            f"{from_si(before, 'uAh'):.4g} uAh in the first row, which are not in it."
        )
    total = np.cumsum(charge.moved)
    first = np.concatenate([[0], np.flatnonzero(np.diff(step)) + 1])
    begin = np.concatenate([[0.0], total])[first]
    further = [name for name in table.columns if name not in (*COLUMNS, "current_A", "charge_C", LEFT_OUT)]
    numeric = [name for name in further if table[name].dtype.is_numeric()]
    frame = pl.DataFrame(
        {
            "time_s": time,
            "voltage_V": voltage,
            "current_A_m2": current / area_m2,
            "charge_C_m2": (total - begin[step - 1]) / area_m2,
            "step": step,
            "cycle": cycle,
        }
    ).with_columns(table[name].cast(pl.Float64) for name in numeric)
    flowed = np.logical_or.reduceat(way != 0, first) | (measurement.technique == "voltammetry")
    steps = summary_of_steps(frame).with_columns(
        pl.when(pl.Series(flowed)).then("kind").otherwise(pl.lit("rest")).alias("kind"),
        integral_C_m2=charge.integral / area_m2,
        counter_C_m2=charge.counter / area_m2,
        lasted_s=charge.time_s,
        counted=charge.counted.astype(np.int64),
        doubt=doubt,
    )
    assumed_too = [*measurement.doubts, *(one for one in said if one not in measurement.doubts)]
    known: dict[str, Any] = {"name": measurement.name, "kind": "measured", "format": measurement.format}
    known |= {key: one for key, one in measurement.meta.items() if key != BEFORE} | {"charge": charge.source}
    for key, sentences in (("assumed", assumed_too), ("doubts", doubts)):
        if sentences:
            known[key] = "\n".join(sentences)
    return Record(frame, meta=known | {"area_m2": area_m2} | meta, steps=steps)


def _in_time(measurement: Series) -> tuple[pl.DataFrame, NDArray[np.bool_], list[str]]:
    """The rows in the order of a clock that never falls, which intervals are not the clock's own, and what was done."""
    table = measurement.table
    time, current = measurement.column("time_s"), measurement.column("current_A")
    if not falls(time) and ASSUMED not in table.columns:
        return table, np.zeros(time.size, bool), []
    beside = [table[name].to_numpy() for name in ("voltage_V", "current_A", "step", "cycle") if name in table.columns]
    run = running(np.sign(current), *beside[2:])
    line = steady(time, beside, run, None, table["cycle"].to_numpy() if "cycle" in table.columns else None)
    if ASSUMED in table.columns:
        assumed = table[ASSUMED].to_numpy()[line.rows] | line.assumed
        table = table.drop(ASSUMED)
    else:
        assumed = line.assumed
    if line.rows.size < table.height or line.said:
        table = table[line.rows].with_columns(pl.Series("time_s", line.time_s))
    return table, assumed, list(line.said)


def _whole(column: pl.Series, name: str) -> NDArray[np.int64]:
    """Errors: `HeterofilmError` for a gap."""
    if column.null_count():
        raise InputError(f"The column '{column.name}' of '{name}' has gaps: fill them, or leave the column out.")
    return column.cast(pl.Int64).to_numpy()
