"""A cycler's columns as a `Measurement`: SI units, one sign, one charge counter, steps and cycles.

Here headings become columns in SI with one sign; `records.series` makes one clock and one counter of them, and which
charge counts is decided when a record is made (`records.charge`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.as_record import LEFT_OUT
from ..records.charge import FROM_CHARGE
from ..records.counters import COUNTERS
from ..records.measurement import Measurement
from ..records.runs import running, sweeps
from ..records.series import LARGEST, left_out, ordered, series, sound
from ..wording import counted
from .clock import date_seconds, seconds_of
from .headings import Layout, Match
from .marks import as_numbers
from .no_current import NO_CURRENT, mean_current, moved_alone

__all__ = ["assemble"]

Array = NDArray[Any]
STILL = 0.02  # of the voltage's range: what changes by less does not tell a direction
OFFSET = 0.01  # of the largest current: what flows at rest by less is the offset of a meter
LEAST = 3  # intervals that a piece must have for its voltage to tell
TINY = 1e-3  # of the largest gain of a counter: below it nothing was counted
CLEAR = 0.1  # share of the voltage's way that must agree on what a positive current does
_NO_SIGN = "Nothing in the file says what a positive current means; it was taken as charge."
_GUESSED = "A positive current was taken as {way}, because the voltage {seen} while it flows."
_DISCHARGE = r"(?i)^d$|disch|dchg|d_c|ccd|cd$|entlad|d[eé]charge|descarg|scaric|放电|放電|방전"
_CHARGE = r"(?i)^c$|(?:^|[^s])charge|(?:^|[^d])chg|c_c|ccc|\bladen|\bladung|aufladen|\bcarg|\bcaric|充电|充電|충전"


def assemble(
    raw: pl.DataFrame,
    layout: Layout,
    name: str,
    *,
    technique: str = "cycling",
    meta: Mapping[str, str | float | int] | None = None,
    notes: tuple[str, ...] = (),
    doubts: tuple[str, ...] = (),
) -> Measurement:
    """A measurement from a frame whose columns carry the vendor's headings, cells being numbers or text.

    `notes` and `doubts` of the reader come first, a doubt not among the notes.

    Errors: `HeterofilmError` for a frame without a voltage, or one where no row holds numbers.
    """
    found = layout.match(raw.columns)
    said, told = list(notes), list(doubts)
    columns = {
        role: _values(raw[one.heading], one, told) for role, one in found.items() if role not in ("date", "direction")
    }
    if "voltage_V" not in columns:
        raise FileFormatError(f"it has no column for the voltage; it has {', '.join(raw.columns[:12])}.")
    _time(raw, found, columns, told)
    alone = None if "moved_C" in columns else _without_current(found, columns, told)
    keep = sound(columns, told)
    if not keep.all():
        raw, columns = raw.filter(pl.Series(keep)), {role: values[keep] for role, values in columns.items()}
        columns[LEFT_OUT] = left_out(keep)
    columns, rows = ordered(columns, told)
    raw = raw if rows is None else raw[rows]
    if "moved_C" in columns:
        with np.errstate(invalid="ignore"):
            columns["moved_C"] = np.where(np.abs(columns["moved_C"]) < LARGEST, columns["moved_C"], 0.0)
    if "current_A" in columns:
        columns["current_A"], sign = _signed(raw, found, columns, layout, said, told)
    else:
        meta = {**(meta or {}), FROM_CHARGE: 1}
        size = mean_current(columns["moved_C"], columns.get("time_s"))
        if alone == "amount":  # a magnitude, whatever the vendor's sign of a current
            unknown = replace(layout, positive="unknown")
            others = {role: one for role, one in found.items() if role != "current_A"}
            columns["current_A"], sign = _signed(raw, others, columns | {"current_A": size}, unknown, said, told)
            columns["moved_C"], sign = np.sign(columns["current_A"]) * np.abs(columns["moved_C"]), 1.0
        else:
            sign = _sign(columns, layout, told)
            columns["current_A"] = size * sign + 0.0
        if alone is None:
            told.append(NO_CURRENT)
    for role in ("counter_C", "moved_C"):
        if role in columns:
            columns[role] = sign * columns[role] + 0.0
    return series(columns, technique, name, restarts=layout.restarts, meta=meta, notes=tuple(said), doubts=tuple(told))


def _without_current(found: dict[str, Match], columns: dict[str, Array], told: list[str]) -> str | None:
    """Put ``moved_C`` of a counter into `columns` where no current is there, or none but zero; else zero, and say so.

    ``signed`` or ``amount`` says what the counter is, None that it was not needed.
    """
    there = "current_A" in columns
    if there and (np.isnan(columns["current_A"]).all() or np.nan_to_num(columns["current_A"]).any()):
        return None
    moved = moved_alone(columns) if "time_s" in columns else None
    if moved is None:
        if not there:
            columns["current_A"] = np.zeros(columns["voltage_V"].size)
            told.append("The file has no current; it was taken as zero (open circuit).")
        return None
    kept = [found[role].heading for role in COUNTERS if role in columns]
    if there:
        told.append(
            f"'{found['current_A'].heading}' is zero throughout although '{kept[0]}' counts: its digits are too few, "
            "and the current was taken from the charge moved since the row before."
        )
        columns.pop("current_A")
    else:
        told.append(NO_CURRENT)
    for role in COUNTERS:
        columns.pop(role, None)
    columns["moved_C"] = moved[0]
    return "signed" if moved[1] else "amount"


def _values(column: pl.Series, one: Match, told: list[str]) -> Array:
    """In SI, NaN where a cell holds no number; what was assumed of dates is added to `told`."""
    if column.dtype == pl.String:
        text = column.str.strip_chars().str.strip_chars('"')
        if one.clock or (one.role.endswith("time_s") and bool(text.str.contains(":").any())):
            clock = seconds_of(text)
            dates = None if np.isfinite(clock).any() else date_seconds(text)
            if dates is None:
                return clock
            told += dates.said
            return dates.seconds
        numbers, said = as_numbers(text.to_frame(), [one.heading])
        told += said
        column = numbers.to_series()
    elif column.dtype == pl.Duration:
        column = column.dt.total_microseconds() * 1e-6
    values = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return values if one.factor == 1.0 and one.offset == 0.0 else values * one.factor + one.offset


def _time(raw: pl.DataFrame, found: dict[str, Match], columns: dict[str, Array], told: list[str]) -> None:
    """Put into `columns` the seconds since the start, and what other clock there is.

    The time is the test time, else the step times strung together, else the dates.
    """
    dated = date_seconds(raw[found["date"].heading]) if "date" in found else None
    if dated is not None:
        columns["date_s"] = dated.seconds
    step_time = columns.get("step_time_s")
    if "time_s" in columns and np.isfinite(columns["time_s"]).any():
        return
    if step_time is not None and np.isfinite(step_time).any():
        clean = np.nan_to_num(step_time)
        restarts = np.concatenate([[False], np.diff(clean) < 0.0])
        base = np.cumsum(np.where(restarts, np.concatenate([[0.0], clean[:-1]]), 0.0))
        columns["time_s"] = step_time + base
        told.append("The file has only the time in each step; the steps were strung together without a gap.")
    elif dated is not None:
        if dated.ambiguous:
            raise FileFormatError(
                "its dates repeat an hour in the night of a change of the clocks and go back elsewhere too, so that "
                "they tell no time: export the test time, or dates with their zone."
            )
        columns["time_s"] = dated.seconds
        told += ["The file has no test time; the date of each row was used.", *dated.said]


def _sign(columns: dict[str, Array], layout: Layout, told: list[str]) -> float:
    """What the file's current is multiplied by to be positive on discharge."""
    if layout.positive != "unknown":
        return 1.0 if layout.positive == "discharge" else -1.0
    current, dV = columns.get("current_A", columns.get("moved_C", np.zeros(1))), np.diff(columns["voltage_V"])
    both = (np.sign(current[1:]) == np.sign(current[:-1])) & (current[1:] != 0.0)
    rises = np.sign(current[1:][both]) * dV[both]  # charging raises the voltage of any cell, discharging lowers it
    total = float(np.abs(rises).sum())
    share = float(rises.sum()) / total if total > 0.0 else 0.0
    if abs(share) < CLEAR:
        told.append(_NO_SIGN)
        return -1.0
    way, seen = ("charge", "rises") if share > 0.0 else ("discharge", "falls")
    told.append(_GUESSED.format(way=way, seen=seen))
    return -1.0 if share > 0.0 else 1.0


def _signed(
    raw: pl.DataFrame,
    found: dict[str, Match],
    columns: dict[str, Array],
    layout: Layout,
    said: list[str],
    told: list[str],
) -> tuple[Array, float]:
    """The current positive on discharge, and what a charge with a sign is multiplied by to be so.

    Of magnitudes the state or the voltage has the sign.
    """
    current = columns["current_A"]
    heading = f"'{found['current_A'].heading}'" if "current_A" in found else "The current"
    plain = 1.0 if layout.positive == "discharge" else -1.0
    if "direction" in found:
        state = raw[found["direction"].heading].cast(pl.String).str.strip_chars()
        discharging = state.str.contains(_DISCHARGE).fill_null(False).to_numpy()
        charging = state.str.contains(_CHARGE).fill_null(False).to_numpy() & ~discharging
        if (discharging & (current != 0.0)).any() and not (current[discharging | charging] < 0.0).any():
            told.append(
                f"{heading} is a magnitude in the file; its sign was taken from '{found['direction'].heading}'."
            )
            signed = np.where(discharging, current, np.where(charging, -current, 0.0))
            untold = (np.abs(current) > OFFSET * np.max(np.abs(current))) & ~discharging & ~charging
            if untold.any():
                way = _by_voltage(columns)
                words = sorted({f"'{word}'" for word in state.filter(pl.Series(untold)).to_list()})
                rows, by = counted(int(untold.sum()), "row"), "the way of the voltage gave their sign"
                told.append(
                    f"{rows} with a current stand under {', '.join(words[:4])}, no direction: "
                    f"{by if way is not None else 'their current was left out'}."
                )
                signed = np.where(untold, current * (way if way is not None else 0.0), signed)
            return signed + 0.0, plain
    net = _counted_net(columns)
    if net is not None:
        agree = float((net * np.sign(current)).sum()) / float(np.abs(net[current != 0.0]).sum() or 1.0)
        ways = _by_counters(net, columns) if not (current < 0.0).any() else None
        if ways is not None and not (current < 0.0).any() and abs(agree) < 1.0 - CLEAR:
            told.append(
                f"{heading} is never negative in the file; its sign was taken from what "
                f"'{found['charged_C'].heading}' and '{found['discharged_C'].heading}' count."
            )
            return current * ways + 0.0, plain
        if abs(agree) > 1.0 - CLEAR and (agree > 0.0) != (plain > 0.0):
            told.append(
                f"A positive {heading} was taken as {'discharge' if agree > 0.0 else 'charge'}, because that is what "
                f"'{found['charged_C'].heading}' and '{found['discharged_C'].heading}' count meanwhile."
            )
            return np.sign(agree) * current + 0.0, float(np.sign(agree))
    if layout.positive == "unknown" and not (current < 0.0).any():
        way = _by_voltage(columns)
        if way is not None:
            told.append(
                f"{heading} is never negative although the voltage falls and rises under it: it was taken as a "
                "magnitude, and its sign from the way of the voltage in each step."
            )
            return current * way + 0.0, plain
    sign = _sign(columns, layout, told)
    if layout.positive != "unknown" and sign < 0.0 and "current_A" in found:
        said.append(
            f"{heading} is positive on charge (oxidation) in files of {layout.vendor}; its sign was turned, "
            "so that discharge (reduction) is positive."
        )
    return sign * current + 0.0, sign


def _counted_net(columns: dict[str, Array]) -> Array | None:
    """What the counter of the discharge gains more than that of the charge, shape (n,); None without."""
    if "charged_C" not in columns or "discharged_C" not in columns:
        return None
    net = np.zeros(columns["current_A"].size)
    for role, sign in (("discharged_C", 1.0), ("charged_C", -1.0)):
        net[1:] += sign * np.maximum(np.diff(np.abs(np.nan_to_num(columns[role]))), 0.0)
    return net if net.any() else None


def _by_counters(net: Array, columns: dict[str, Array]) -> Array | None:
    """+1 in pieces in which the counter of the discharge gains, -1 where that of the charge does; None without."""
    piece, _ = _pieces(columns, columns["current_A"] != 0.0)
    total = np.bincount(piece - 1, net)
    way = np.sign(np.where(np.abs(total) > TINY * np.max(np.abs(total), initial=0.0), total, 0.0))
    return np.asarray(np.where(columns["current_A"] == 0.0, 0.0, _held(way)[piece - 1])) if way.any() else None


def _pieces(columns: dict[str, Array], flows: Array) -> tuple[Array, Array]:
    """A number for each piece, from 1, shape (n,), and the first row of each.

    A piece ends where the current stops, the step or the cycle changes, or the potential turns.
    """
    beside = [np.nan_to_num(columns[role]) for role in ("step", "cycle") if role in columns]
    piece = running(flows, sweeps(columns["voltage_V"]), *beside)
    return piece, np.concatenate([[0], np.flatnonzero(np.diff(piece)) + 1])


def _held(way: Array) -> Array:
    """Directions of pieces; one that tells none goes on in that of the piece before, at the start of the next."""
    known = np.maximum.accumulate(np.where(way != 0.0, np.arange(way.size), -1))
    return np.asarray(np.where(known >= 0, way[np.maximum(known, 0)], way[np.flatnonzero(way)[0]]))


def _by_voltage(columns: dict[str, Array]) -> Array | None:
    """+1 in pieces in which the voltage falls under a current, -1 where it rises; None where all go one way.

    One in which the voltage stands still (a hold) goes on in the direction of the piece before (`_pieces`).
    """
    V, flows = columns["voltage_V"], columns["current_A"] > 0.0
    piece, first = _pieces(columns, flows)
    last = np.concatenate([first[1:], [V.size]]) - 1
    # the drop at a change of the current alone is no piece
    change = np.where(flows[first] & (last - first >= LEAST), V[last] - V[first], 0.0)
    way = np.where(np.abs(change) > STILL * float(np.ptp(V)), -np.sign(change), 0.0)
    return _held(way)[piece - 1] if (way > 0.0).any() and (way < 0.0).any() else None
