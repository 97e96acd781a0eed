"""Maccor: text exports (tab or comma) and xlsx exports.

Current and capacity are magnitudes with the direction in the column Md (C, D, R ...), or signed with positive on charge
where there is none. Neither current nor test time need carry a unit: the unit of time is then found from the dates
in the rows, and the current is taken in mA for "Current" and in A for "Current [A]".
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ...units import si
from ..clock import date_seconds, seconds_of
from ..cycler import assemble
from ..head import Head
from ..headings import Layout, split, words
from ..reading import Format
from ..rows import find_heading, read_rows
from ..workbook import is_workbook, sheets

__all__ = ["FORMATS"]

ROLES = {
    "testtime": "time_s",
    "test time": "time_s",
    "test": "time_s",
    "steptime": "step_time_s",
    "step time": "step_time_s",
    "voltage": "voltage_V",
    "volts": "voltage_V",
    "current": "current_A",
    "amps": "current_A",
    "cap": "amount_C",
    "capacity": "amount_C",
    "amp hr": "amount_C",
    "md": "direction",
    "state": "direction",
    "cycle c": "cycle",
    "cyc#": "cycle",
    "cycle p": "cycle",
    "cycle": "cycle",
    "step": "step",
    "dpt time": "date",
    "temp 1": "temperature_K",
}
PLAIN = Layout("Maccor", ROLES, {"temperature_K": "degC"})
_KNOWN = {"rec", "rec#", "dpt time", "es", "md", "cycle c", "cycle p", "cyc#"}
TIMES = ("s", "min", "h")


def _ours(headings: list[str]) -> bool:
    said = {split(h)[0] for h in headings}
    return bool(said & {"rec", "rec#"}) and len(said & _KNOWN) >= 2


def recognises(head: Head) -> bool:
    heading = find_heading(head, PLAIN, ("time_s", "voltage_V", "current_A"))
    return heading is not None and _ours(list(heading.cells))


def read(path: Path) -> list[Measurement]:
    heading = find_heading(Head.of(path), PLAIN, ("time_s", "voltage_V", "current_A"))
    if heading is None:
        raise FileFormatError("it has no row of headings with a test time, a voltage and a current.")
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in PLAIN.match(heading.cells).values()], told)
    return [_measurement(frame, path.stem, told)]


def recognises_xlsx(head: Head) -> bool:
    if not is_workbook(head):
        return False
    try:
        return _table(head.path) is not None
    except HeterofilmError:
        return False


def read_xlsx(path: Path) -> list[Measurement]:
    frame = _table(path)
    if frame is None:
        raise FileFormatError("none of its sheets has Maccor's headings (Rec, Test Time, Current, Voltage).")
    return [_measurement(frame, path.stem)]


def _table(path: Path) -> pl.DataFrame | None:
    for sheet in sheets(path):
        for row, headings in enumerate(sheet.top):
            if _ours(headings) and {"time_s", "voltage_V", "current_A"} <= PLAIN.match(headings).keys():
                return sheet.rows(row)
    return None


def _measurement(frame: pl.DataFrame, name: str, told: Sequence[str] = ()) -> Measurement:
    found = PLAIN.match(frame.columns)
    units, notes = {"temperature_K": "degC"}, list(told)
    if not split(found["time_s"].heading)[1]:
        units["time_s"] = unit = _unit_of_time(frame, found)
        notes.append(f"'{found['time_s'].heading}' has no unit; {unit} was taken, by the dates in the rows.")
        if not unit:
            units["time_s"] = "s"
            notes[-1] = f"'{found['time_s'].heading}' has no unit; seconds were taken."
    if not split(found["current_A"].heading)[1] and words(found["current_A"].heading) == "current":
        units |= {"current_A": "mA", "amount_C": "mAh"}
        notes.append("'Current' has no unit; mA was taken, and mAh for the capacity.")
    elif "amount_C" in found and not split(found["amount_C"].heading)[1]:
        units["amount_C"] = "Ah"
    return assemble(frame, Layout("Maccor", ROLES, units), name, doubts=tuple(notes))


def _unit_of_time(frame: pl.DataFrame, found: dict) -> str:  # type: ignore[type-arg]
    """s, min or h, whichever makes the test time last as long as the dates say; "" without dates."""
    dated = date_seconds(frame[found["date"].heading]) if "date" in found else None
    dates = None if dated is None else dated.seconds
    cells = frame[found["time_s"].heading]
    time = seconds_of(cells) if cells.dtype == pl.String else cells.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if dates is None or (cells.dtype == pl.String and cells.str.contains(":").any()):
        return ""
    known = np.isfinite(dates) & np.isfinite(time)
    if known.sum() < 2 or not np.ptp(time[known]) > 0.0 or not np.ptp(dates[known]) > 0.0:
        return ""
    ratio = np.ptp(dates[known]) / np.ptp(time[known])
    return min(TIMES, key=lambda unit: abs(np.log(ratio / si(unit))))


FORMATS = (
    Format("Maccor text", (".txt", ".csv"), ("cycling",), recognises, read),
    Format("Maccor workbook", (".xlsx",), ("cycling",), recognises_xlsx, read_xlsx, rank=30),
)
