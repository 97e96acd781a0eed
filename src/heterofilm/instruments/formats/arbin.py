"""Arbin: csv and xlsx exports, and the .res database (an Access file, read through mdb-export of mdbtools).

Current is positive on charge. The two capacities run on from step to step and begin again where the schedule resets
them; steps and cycles are the schedule's.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..access import exported
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import find_heading, read_rows
from ..workbook import is_workbook, sheet_names, sheets

__all__ = ["FORMATS"]

LAYOUT = Layout(
    "Arbin",
    {
        "test time": "time_s",
        "voltage": "voltage_V",
        "current": "current_A",
        "charge capacity": "charged_C",
        "discharge capacity": "discharged_C",
        "cycle index": "cycle",
        "step index": "step",
        "step time": "step_time_s",
        "date time": "date",
        "aux temperature 1": "temperature_K",
    },
    {"charged_C": "Ah", "discharged_C": "Ah", "temperature_K": "degC"},
)
_CHANNEL = re.compile(r"(?i)^channel[_-]?\d")
_TABLE = "Channel_Normal_Table"


def recognises_csv(head: Head) -> bool:
    heading = find_heading(head, LAYOUT, ("time_s", "voltage_V", "current_A", "step", "cycle", "charged_C"))
    return heading is not None


def read_csv(path: Path) -> list[Measurement]:
    heading = find_heading(Head.of(path), LAYOUT, ("time_s", "voltage_V", "current_A"))
    if heading is None:
        raise FileFormatError("it has no row of headings with a test time, a voltage and a current.")
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in LAYOUT.match(heading.cells).values()], told)
    return [assemble(frame, LAYOUT, path.stem, doubts=tuple(told))]


def recognises_xlsx(head: Head) -> bool:
    return is_workbook(head) and any(_CHANNEL.match(name) for name in sheet_names(head.path))


def read_xlsx(path: Path) -> list[Measurement]:
    """One measurement for each channel; a channel goes on over several sheets (Channel_11_1, Channel_11_2 ...)."""
    channels: dict[str, list[pl.DataFrame]] = {}
    for sheet in sheets(path, re.compile(r"(?i)^channel(?!.*(?:chart|statistic))")):
        if len(sheet.top) > 1 and {"time_s", "voltage_V", "current_A"} <= LAYOUT.match(sheet.top[0]).keys():
            name = re.sub(r"[_-]\d+$", "", sheet.name) if sheet.name.count("_") > 1 else sheet.name
            channels.setdefault(name, []).append(sheet.rows(0))
    if not channels:
        raise FileFormatError("none of its sheets 'Channel_...' has a test time, a voltage and a current.")
    several = len(channels) > 1
    return [
        assemble(pl.concat(parts, how="diagonal_relaxed"), LAYOUT, name if several else path.stem)
        for name, parts in channels.items()
    ]


def recognises_res(head: Head) -> bool:
    return head.bytes[4:19] in (b"Standard Jet DB", b"Standard ACE DB")


def read_res(path: Path) -> list[Measurement]:
    out = exported(path, _TABLE, "an Arbin .res file")
    frame = pl.read_csv(io.BytesIO(out), infer_schema=False, truncate_ragged_lines=True)
    return _tests(frame, path)


def _tests(frame: pl.DataFrame, path: Path) -> list[Measurement]:
    """One measurement for each test in the database, its rows in the order of Data_Point."""
    numbers = frame.with_columns(pl.all().str.strip_chars().cast(pl.Float64, strict=False))
    if "Data_Point" in numbers.columns:
        numbers = numbers.sort("Data_Point")
    tests = numbers.partition_by("Test_ID", maintain_order=True) if "Test_ID" in numbers.columns else [numbers]
    names = [path.stem] if len(tests) == 1 else [f"{path.stem} test {k}" for k in range(1, len(tests) + 1)]
    return [assemble(one, LAYOUT, name) for one, name in zip(tests, names, strict=True)]


FORMATS = (
    Format("Arbin database", (".res",), ("cycling",), recognises_res, read_res),
    Format("Arbin workbook", (".xlsx",), ("cycling",), recognises_xlsx, read_xlsx),
    Format("Arbin csv", (".csv", ".txt"), ("cycling",), recognises_csv, read_csv, rank=20),
)
