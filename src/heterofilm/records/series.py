"""Current, voltage and time from a tester's columns in SI: rows that hold numbers, one clock, one counter of charge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from .as_record import ASSUMED
from .counters import COUNTERS, held, running_charge
from .measurement import Measurement
from .runs import running
from .timeline import steady

__all__ = ["LARGEST", "counted", "series", "sound"]

Array = NDArray[Any]
LARGEST = 1e12  # beyond it a number is damage: no cycler writes 1e12 s, V or A


def sound(columns: Mapping[str, Array], doubts: list[str]) -> NDArray[np.bool_]:
    """Which rows hold a time, a voltage and a current, where there are such columns; shape (n,).

    Errors: `HeterofilmError` where no row does.
    """
    keep = np.ones(next(iter(columns.values())).size, bool)
    for role in ("time_s", "voltage_V", "current_A"):
        if role in columns:
            with np.errstate(invalid="ignore"):
                keep &= np.isfinite(columns[role]) & (np.abs(columns[role]) < LARGEST)
    if not keep.any():
        raise HeterofilmError("none of its rows holds a time, a voltage and a current as numbers.")
    if not keep.all():
        doubts.append(f"{int((~keep).sum())} rows without numbers were left out.")
    return keep


def counted(values: Array) -> NDArray[np.int64]:
    """Whole numbers; a gap holds the number before it, a gap at the start the first that comes."""
    whole = pl.Series(np.where(np.isfinite(values) & (np.abs(values) < 2**53), values, np.nan)).fill_nan(None)
    return whole.fill_null(strategy="forward").fill_null(strategy="backward").cast(pl.Int64).to_numpy()


def series(
    columns: Mapping[str, Array],
    technique: str,
    name: str,
    *,
    restarts: bool = False,
    meta: Mapping[str, str | float | int] | None = None,
    notes: tuple[str, ...] = (),
    doubts: tuple[str, ...] = (),
    further: Mapping[str, Array] | None = None,
) -> Measurement:
    """A measurement from columns of `sound` rows, each of shape (n,).

    `columns`: time_s (missing in a voltammogram without), voltage_V, current_A, step, cycle, half_cycle, temperature_K,
    those of `counters.COUNTERS` (current and charge positive on discharge), and step_time_s or date_s as a second clock.
    `restarts`: ``counter_C`` begins at zero in each step. `notes` without those in `doubts`; `further` columns are kept
    as they are.
    """
    said, told = list(notes), list(doubts)
    table: dict[str, Array] = {role: columns[role] for role in ("time_s", "voltage_V", "current_A") if role in columns}
    for role in ("step", "cycle"):
        if role in columns and np.isfinite(columns[role]).any():
            table[role] = counted(columns[role])
    if "cycle" not in table and "half_cycle" in columns and np.isfinite(columns["half_cycle"]).any():
        table["cycle"] = counted(columns["half_cycle"]) // 2
    if "temperature_K" in columns and (there := np.isfinite(columns["temperature_K"])).any():
        table["temperature_K"] = np.where(there, columns["temperature_K"], np.nan)
        if not there.all():
            said.append(f"{int((~there).sum())} rows have no temperature.")
    table |= further or {}
    if "time_s" in table:
        counters = {
            role: held(columns[role], 0.0 if role == "moved_C" else None, LARGEST)
            for role in COUNTERS
            if role in columns
        }
        table = _in_time(table, columns, counters, told)
        charge = running_charge(counters, table["time_s"], table["current_A"], table.get("step"), restarts, told)
        if charge is not None:
            table["charge_C"] = charge
    frame = pl.DataFrame(table).with_columns(pl.selectors.float().fill_nan(None))
    return Measurement(technique, name, frame, dict(meta or {}), (*said, *told), doubts=tuple(told))


def _in_time(
    table: dict[str, Array], columns: Mapping[str, Array], counters: dict[str, Array], told: list[str]
) -> dict[str, Array]:
    """The table (and, in place, the counters) in the order of one clock that never falls."""
    beside = [table[name] for name in ("step", "cycle") if name in table]
    run = running(np.sign(table["current_A"]), *beside)
    spare = next((columns[role] for role in ("step_time_s", "date_s") if role in columns), None)
    rows = [table["voltage_V"], table["current_A"], *beside, *counters.values()]
    line = steady(table["time_s"], rows, run, None if spare is None else np.nan_to_num(spare))
    if not line.said:
        return table
    told += line.said
    for role in counters:
        counters[role] = counters[role][line.rows]
    found = {name: values[line.rows] for name, values in table.items()}
    found["time_s"] = line.time_s
    if line.assumed.any():
        found[ASSUMED] = line.assumed
    return found
