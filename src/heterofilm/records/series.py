"""Current, voltage and time from a tester's columns in SI: rows that hold numbers, one clock, one counter of charge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from ..wording import counted
from .as_record import ASSUMED, BEFORE, LEFT_OUT
from .counters import COUNTERS, counted_before, held, running_charge
from .measurement import Measurement
from .runs import running
from .timeline import falls, steady

__all__ = ["LARGEST", "left_out", "ordered", "series", "sound", "whole_numbers"]

Array = NDArray[Any]
LEAST_SOUND = 0.5  # of the rows: with fewer that hold numbers the table is not understood
SMALL = 20  # rows: a fragment, of which any may be damaged
FEWEST, BACKWARDS = 5, 0.9  # intervals, and the share of them that fall, by which a file has its newest row first
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
        raise InputError("none of its rows holds a time, a voltage and a current as numbers.")
    if keep.size >= SMALL and keep.mean() < LEAST_SOUND:
        raise InputError(
            f"only {int(keep.sum())} of its {keep.size} rows hold a time, a voltage and a current as numbers: check "
            "its columns and their marks of decimals and thousands."
        )
    if not keep.all():
        doubts.append(f"Left out: {counted(int((~keep).sum()), 'row')} without numbers.")
    return keep


def left_out(keep: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many rows were left out before each that was kept, behind the last one too; shape (rows that were kept,)."""
    rows = np.flatnonzero(keep)
    lost = np.diff(rows, prepend=-1) - 1.0
    lost[-1:] += keep.size - 1 - rows[-1:]
    return lost


def whole_numbers(values: Array) -> NDArray[np.int64]:
    """Whole numbers; a gap holds the number before it, a gap at the start the first that comes."""
    whole = pl.Series(np.where(np.isfinite(values) & (np.abs(values) < 2**53), values, np.nan)).fill_nan(None)
    return whole.fill_null(strategy="forward").fill_null(strategy="backward").cast(pl.Int64).to_numpy()


def ordered(columns: Mapping[str, Array], told: list[str]) -> tuple[dict[str, Array], NDArray[np.intp] | None]:
    """The columns in the order of one clock that never falls, with ``time_assumed`` where it was mended.

    Also which rows they are, None for all of them. Besides the roles of `series` there may be any further column.
    """
    if "time_s" in columns and _newest_first(columns["time_s"]):
        told.append("The newest row stands first in the file: its rows were turned round.")
        turned, order = ordered({role: values[::-1] for role, values in columns.items()}, told)
        back = np.flatnonzero(np.ones(columns["time_s"].size, bool))[::-1]
        return turned, back if order is None else back[order]
    found = dict(columns)
    if "time_s" not in columns or not falls(columns["time_s"]):
        return found, None
    beside = [np.nan_to_num(columns[role]) for role in ("step", "cycle") if role in columns]
    current = columns.get("current_A", np.zeros(columns["time_s"].size))
    spare = next((np.nan_to_num(columns[role]) for role in ("step_time_s", "date_s") if role in columns), None)
    rows = [columns["voltage_V"], current, *beside]
    rows += [np.nan_to_num(columns[role]) for role in COUNTERS if role in columns]
    numbers = beside[-1] if "cycle" in columns else None
    line = steady(columns["time_s"], rows, running(np.sign(current), *beside), spare, numbers)
    if not line.said:
        return found, None
    told += line.said
    found = {role: values[line.rows] for role, values in columns.items()}
    found["time_s"] = line.time_s
    if line.assumed.any():
        found[ASSUMED] = line.assumed
    return found, line.rows


def _newest_first(time: Array) -> bool:
    """Whether time falls from nearly every row to the next."""
    changes = np.diff(time)
    changes = changes[changes != 0.0]
    return changes.size >= FEWEST and float(np.mean(changes < 0.0)) > BACKWARDS


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
    """A measurement from columns of `sound` rows that are `ordered`, each of shape (n,).

    `columns`: time_s (missing in a voltammogram without), voltage_V, current_A, step, cycle, half_cycle, temperature_K,
    those of `counters.COUNTERS` (current and charge positive on discharge), and in `ordered` step_time_s or date_s as a
    second clock. `restarts`: ``counter_C`` begins at zero in each step. `notes` without those in `doubts`; `further`
    columns are kept as they are.
    """
    said, told = list(notes), list(doubts)
    table: dict[str, Array] = {role: columns[role] for role in ("time_s", "voltage_V", "current_A") if role in columns}
    for role in ("step", "cycle"):
        if role in columns and np.isfinite(columns[role]).any():
            table[role] = whole_numbers(columns[role])
    if "cycle" not in table and "half_cycle" in columns and np.isfinite(columns["half_cycle"]).any():
        table["cycle"] = whole_numbers(columns["half_cycle"]) // 2
    if "temperature_K" in columns and (there := np.isfinite(columns["temperature_K"])).any():
        table["temperature_K"] = np.where(there, columns["temperature_K"], np.nan)
        if not there.all():
            said.append(f"No temperature in {counted(int((~there).sum()), 'row')}.")
    table |= further or {}
    if "time_s" in table:
        counters = {
            role: held(columns[role], 0.0 if role == "moved_C" else None, LARGEST)
            for role in COUNTERS
            if role in columns
        }
        if ASSUMED in columns:
            table[ASSUMED] = columns[ASSUMED]
        if LEFT_OUT in columns and columns[LEFT_OUT].any():
            table[LEFT_OUT] = columns[LEFT_OUT]
        before = counted_before(counters, table["time_s"], table["current_A"])
        charge = running_charge(counters, table["time_s"], table["current_A"], table.get("step"), restarts, told)
        if charge is not None:
            table["charge_C"] = charge
            meta = dict(meta or {}) | ({BEFORE: before} if before > 0.0 else {})
    frame = pl.DataFrame(table).with_columns(pl.selectors.float().fill_nan(None))
    return Measurement(technique, name, frame, dict(meta or {}), (*said, *told), doubts=tuple(told))
