"""A cycler's columns as a `Measurement`: SI units, one sign, one charge counter, steps and cycles.

Vendors count charge in five ways (`headings.ROLES`); all become one running ``charge_C``, positive on discharge,
built from what moved between two rows. It is kept only where it agrees with the integral of the current, so that a
unit or a sign that was misunderstood cannot pass: the current alone counts then, and a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError
from ..records.measurement import Measurement
from .clock import date_seconds, seconds_of
from .headings import Layout, Match

__all__ = ["assemble"]

Array = NDArray[Any]
LARGEST = 1e12  # beyond it a number is damage: no cycler writes 1e12 s, V or A
CLEAR = 0.1  # share of the voltage's way that must agree on what a positive current does
AGREE = 0.2  # charge counter and integral of the current may differ by this share of the charge moved
_COUNTERS = {"charged_C", "discharged_C", "counter_C", "amount_C", "moved_C"}
_DISCHARGE = r"(?i)^d$|disch|dchg|d_c|ccd|cd$|放电"
_CHARGE = r"(?i)^c$|(?:^|[^s])charge|(?:^|[^d])chg|c_c|ccc|充电"


def assemble(
    raw: pl.DataFrame,
    layout: Layout,
    name: str,
    *,
    technique: str = "cycling",
    meta: Mapping[str, str | float | int] | None = None,
    notes: tuple[str, ...] = (),
) -> Measurement:
    """A measurement from a frame whose columns carry the vendor's headings, cells being numbers or text.

    Errors: `HeterofilmError` for a frame without a voltage, or one where no row holds numbers.
    """
    found = layout.match(raw.columns)
    said = list(notes)
    columns = {role: _values(raw[one.heading], one) for role, one in found.items() if role not in ("date", "direction")}
    if "voltage_V" not in columns:
        raise HeterofilmError(f"it has no column for the voltage; it has {', '.join(raw.columns[:12])}.")
    time = _time(raw, found, columns, said)
    if time is not None:
        columns["time_s"] = time
    if "current_A" not in columns and "moved_C" not in columns:
        columns["current_A"] = np.zeros(raw.height)
        said.append("The file has no current; it was taken as zero (open circuit).")
    keep = np.ones(raw.height, bool)
    for role in ("time_s", "voltage_V", "current_A"):
        if role in columns:
            with np.errstate(invalid="ignore"):
                keep &= np.isfinite(columns[role]) & (np.abs(columns[role]) < LARGEST)
    if not keep.any():
        raise HeterofilmError("none of its rows holds a time, a voltage and a current as numbers.")
    if not keep.all():
        said.append(f"{int((~keep).sum())} rows without numbers were left out.")
        raw, columns = raw.filter(pl.Series(keep)), {role: values[keep] for role, values in columns.items()}
    for role in _COUNTERS & columns.keys():
        columns[role] = _held(columns[role], 0.0 if role == "moved_C" else None)
    sign = _sign(columns, layout, said)
    if "current_A" in columns:
        columns["current_A"] = _signed(raw, found, columns["current_A"], sign, layout, said)
    else:
        columns["current_A"] = _mean_current(columns["moved_C"] * sign, columns.get("time_s"))
        if not (np.abs(columns["current_A"]) < LARGEST).all():
            raise HeterofilmError("its charge over its times gives no current: export the column of the current too.")
        said.append("The file has no current; it was taken from the charge moved since the row before.")
    table: dict[str, Array] = {role: columns[role] for role in ("time_s", "voltage_V", "current_A") if role in columns}
    for role in ("step", "cycle"):
        if role in columns and np.isfinite(columns[role]).any():
            table[role] = _counted(columns[role])
    if "cycle" not in table and "half_cycle" in columns and np.isfinite(columns["half_cycle"]).any():
        table["cycle"] = _counted(columns["half_cycle"]) // 2
    charge = _charge(columns, table, layout, sign)
    if charge is not None and "time_s" in table:
        doubt = _doubt(charge, table["time_s"], table["current_A"], table.get("step"))
        if doubt:
            said.append(doubt)
        else:
            table["charge_C"] = charge
    if "temperature_K" in columns and (there := np.isfinite(columns["temperature_K"])).any():
        table["temperature_K"] = np.where(there, columns["temperature_K"], np.nan)
        if not there.all():
            said.append(f"{int((~there).sum())} rows have no temperature.")
    frame = pl.DataFrame(table).with_columns(pl.selectors.float().fill_nan(None))
    return Measurement(technique, name, frame, dict(meta or {}), tuple(said))


def _held(counter: Array, gap: float | None) -> Array:
    """A counter whose gaps, and numbers too large to be any, hold what stood before; or are `gap`."""
    with np.errstate(invalid="ignore"):
        known = pl.Series(np.where(np.abs(counter) < LARGEST, counter, np.nan)).fill_nan(None)
    filled = known.fill_null(strategy="forward").fill_null(strategy="backward") if gap is None else known.fill_null(gap)
    return filled.fill_null(0.0).to_numpy()


def _values(column: pl.Series, one: Match) -> Array:
    """In SI, NaN where a cell holds no number."""
    if column.dtype == pl.String:
        text = column.str.strip_chars().str.strip_chars('"')
        if one.clock or (one.role.endswith("time_s") and bool(text.str.contains(":").any())):
            clock = seconds_of(text)
            dates = None if np.isfinite(clock).any() else date_seconds(text)
            return clock if dates is None else dates
        column = text.cast(pl.Float64, strict=False)
    elif column.dtype == pl.Duration:
        column = column.dt.total_microseconds() * 1e-6
    values = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return values if one.factor == 1.0 and one.offset == 0.0 else values * one.factor + one.offset


def _time(raw: pl.DataFrame, found: dict[str, Match], columns: dict[str, Array], said: list[str]) -> Array | None:
    """Seconds since the start: the test time, else the step times strung together, else the dates."""
    time = columns.get("time_s")
    if time is not None and np.isfinite(time).any():
        return time
    step_time = columns.get("step_time_s")
    if step_time is not None and np.isfinite(step_time).any():
        clean = np.nan_to_num(step_time)
        restarts = np.concatenate([[False], np.diff(clean) < 0.0])
        base = np.cumsum(np.where(restarts, np.concatenate([[0.0], clean[:-1]]), 0.0))
        said.append("The file has only the time in each step; the steps were strung together without a gap.")
        return np.asarray(step_time + base)
    dates = date_seconds(raw[found["date"].heading]) if "date" in found else None
    if dates is not None:
        said.append("The file has no test time; the date of each row was used.")
    return dates


def _sign(columns: dict[str, Array], layout: Layout, said: list[str]) -> float:
    """What the file's current is multiplied by to be positive on discharge."""
    if layout.positive != "unknown":
        return 1.0 if layout.positive == "discharge" else -1.0
    current, dV = columns.get("current_A", columns.get("moved_C", np.zeros(1))), np.diff(columns["voltage_V"])
    both = (np.sign(current[1:]) == np.sign(current[:-1])) & (current[1:] != 0.0)
    rises = np.sign(current[1:][both]) * dV[both]  # charging raises the voltage of any cell, discharging lowers it
    total = float(np.abs(rises).sum())
    share = float(rises.sum()) / total if total > 0.0 else 0.0
    if abs(share) < CLEAR:
        said.append("Nothing in the file says what a positive current means; it was taken as charge.")
        return -1.0
    way, seen = ("charge", "rises") if share > 0.0 else ("discharge", "falls")
    said.append(f"A positive current was taken as {way}, because the voltage {seen} while it flows.")
    return -1.0 if share > 0.0 else 1.0


def _signed(
    raw: pl.DataFrame, found: dict[str, Match], current: Array, sign: float, layout: Layout, said: list[str]
) -> Array:
    """Positive on discharge; where the file gives magnitudes, the name of the state has the sign."""
    heading = f"'{found['current_A'].heading}'" if "current_A" in found else "The current"
    if "direction" in found:
        state = raw[found["direction"].heading].cast(pl.String).str.strip_chars()
        discharging = state.str.contains(_DISCHARGE).fill_null(False).to_numpy()
        charging = state.str.contains(_CHARGE).fill_null(False).to_numpy() & ~discharging
        if (discharging & (current != 0.0)).any() and not (current[discharging | charging] < 0.0).any():
            said.append(
                f"{heading} is a magnitude in the file; its sign was taken from '{found['direction'].heading}'."
            )
            return np.where(discharging, current, np.where(charging, -current, 0.0))
    if layout.positive != "unknown" and sign < 0.0 and "current_A" in found:
        said.append(
            f"{heading} is positive on charge (oxidation) in files of {layout.vendor}; its sign was turned, "
            "so that discharge (reduction) is positive."
        )
    return sign * current + 0.0


def _mean_current(moved: Array, time: Array | None) -> Array:
    if time is None:
        raise HeterofilmError("it has neither a current nor a time.")
    dt = np.diff(time, prepend=time[:1])
    with np.errstate(over="ignore"):  # the caller looks for what is too large
        return np.asarray(np.divide(moved, dt, out=np.zeros_like(moved), where=dt > 0.0))


def _counted(values: Array) -> NDArray[np.int64]:
    """Whole numbers; a gap holds the number before it, a gap at the start the first that comes."""
    whole = pl.Series(np.where(np.isfinite(values) & (np.abs(values) < 2**53), values, np.nan)).fill_nan(None)
    return whole.fill_null(strategy="forward").fill_null(strategy="backward").cast(pl.Int64).to_numpy()


def _charge(columns: dict[str, Array], table: dict[str, Any], layout: Layout, sign: float) -> Array | None:
    """The running charge (C), positive on discharge, from whichever counter the file has."""
    if "charged_C" in columns and "discharged_C" in columns:
        return np.cumsum(_increments(columns["discharged_C"]) - _increments(columns["charged_C"]))
    if "counter_C" in columns:
        count = sign * columns["counter_C"] + 0.0
        if not layout.restarts:
            return np.asarray(count)
        step = table.get("step", np.ones(count.size))
        moved = np.diff(count, prepend=0.0)
        new = np.concatenate([[False], step[1:] != step[:-1]])
        return np.cumsum(np.where(new, count, moved))
    if "amount_C" in columns:
        return np.cumsum(_increments(columns["amount_C"]) * np.sign(table["current_A"]))
    if "moved_C" in columns:
        return np.cumsum(sign * columns["moved_C"])
    return None


def _increments(counter: Array) -> Array:
    """What a counter that never falls gained in each row; where it falls it began again at zero."""
    count = np.abs(counter)
    gained = np.diff(count, prepend=count[:1])
    return np.asarray(np.where(gained < 0.0, count, gained))


def _doubt(charge: Array, time: Array, current: Array, step: Array | None) -> str:
    """Why the file's charge cannot be trusted; "" where it agrees with the current."""
    dt = np.diff(time)
    within = dt > 0.0 if step is None else (dt > 0.0) & (step[1:] == step[:-1])
    integral = np.where(within, dt * (current[1:] + current[:-1]) / 2.0, 0.0)
    counted = np.where(within, np.diff(charge), 0.0)
    moved = float(np.abs(integral).sum())
    if not np.isfinite(charge).all():
        return "The file's charge has gaps; the current was integrated instead."
    if moved <= 0.0 and float(np.abs(counted).sum()) <= 0.0:
        return ""
    # noise cancels in the sums over neighbouring rows, a wrong sign or unit does not
    away = float(
        np.abs(np.add.reduceat(counted - integral, np.arange(0, counted.size, max(1, counted.size // 50)))).sum()
    )
    if away <= AGREE * max(moved, float(np.abs(counted).sum())):
        return ""
    return (
        f"The file's own charge differs from the integral of its current by {100 * away / max(moved, 1e-300):.0f} %; "
        "the integral was used."
    )
