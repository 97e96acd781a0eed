"""Basytec text, Novonix csv, PEC csv, Battery Data Format: tables whose headings say it all, as lists.

Current is positive on charge in all of them. Basytec and Novonix are checked against a vendor's file each, and the
Battery Data Format against its definition (github.com/battery-data-alliance/battery-data-format). The PEC layout (a
header between ``#RESULTS CHECK`` lines, times in a unit that the heading names, mV or V, mA or A) follows published
descriptions of the export; not yet checked against a vendor's file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records import battery_data_format as bdf
from ...records.measurement import Measurement
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import Heading, cells, find_heading, head_lines, read_rows

__all__ = ["FORMATS"]

BASYTEC = Layout(
    "Basytec",
    {
        "time": "time_s",
        "u": "voltage_V",
        "i": "current_A",
        "ah step": "counter_C",
        "ah": "counter_C",
        "line": "step",
        "cyc count": "cycle",
        "t1": "temperature_K",
    },
    {"counter_C": "Ah", "temperature_K": "degC"},
)
NOVONIX = Layout(
    "Novonix",
    {
        "run time": "time_s",
        "potential": "voltage_V",
        "current": "current_A",
        "capacity": "counter_C",
        "cycle number": "cycle",
        "step number": "step",
        "temperature": "temperature_K",
    },
)
PEC = Layout(
    "PEC",
    {
        "total time": "time_s",
        "step time": "step_time_s",
        "voltage": "voltage_V",
        "current": "current_A",
        "charge capacity": "charged_C",
        "discharge capacity": "discharged_C",
        "cycle": "cycle",
        "step": "step",
        "real time": "date",
    },
    {"charged_C": "mAh", "discharged_C": "mAh"},
)
MAX_ROWS = 20_000_000
LONGEST = 20_000  # characters of a line of headings


def _begins(mark: str) -> Callable[[Head], bool]:
    return lambda head: any(line.strip().lower().startswith(mark) for line in head.lines[:4])


def _reader(layout: Layout, needs: tuple[str, ...] = ("voltage_V", "current_A")) -> Callable[[Path], list[Measurement]]:
    def read(path: Path) -> list[Measurement]:
        heading = find_heading(Head.of(path), layout, needs)
        if heading is None:
            raise FileFormatError(f"it has no row of headings that {layout.vendor} writes; export it again.")
        told: list[str] = []
        frame = read_rows(path, heading, [one.heading for one in layout.match(heading.cells).values()], told)
        return [assemble(frame, layout, path.stem, doubts=tuple(told))]

    return read


def _is_pec(head: Head) -> bool:
    if not any("RESULTS CHECK" in line for line in head.lines[:60]):
        return False
    return find_heading(head, PEC, ("time_s", "voltage_V", "current_A")) is not None


def _bdf_heading(head: Head) -> Heading | None:
    """The line of headings; it is the first, but a table may have been put below some lines about the test."""
    for lines in head_lines(head):
        for number, line in enumerate(lines):
            if "oltage" not in line or len(line) > LONGEST:
                continue
            for mark in (",", ";", "\t"):
                if line.count(mark) > 1 and bdf.is_bdf(found := cells(line, mark)):
                    return Heading(number, found, mark)
    return None


def _bdf_text(head: Head) -> bool:
    return _bdf_heading(head) is not None


def _read_bdf(path: Path) -> list[Measurement]:
    heading = _bdf_heading(Head.of(path))
    if heading is None:
        raise FileFormatError("it has no row of headings of the Battery Data Format; export it again.")
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in bdf.columns_of(heading.cells).values()], told)
    found = bdf.measurement(frame, path.stem)
    return [replace(found, notes=(*found.notes, *told), doubts=(*found.doubts, *told))]


def _bdf_parquet(head: Head) -> bool:
    if head.bytes[:4] != b"PAR1":
        return False
    try:
        return bdf.is_bdf(pl.scan_parquet(head.path).collect_schema().names())
    except BaseException as error:  # polars panics on some damage, and a panic is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return False


def _read_parquet(path: Path) -> list[Measurement]:
    lazy = pl.scan_parquet(path)
    wanted = [one.heading for one in bdf.columns_of(lazy.collect_schema().names()).values()]
    rows = int(lazy.select(pl.len()).collect().item())
    if rows > MAX_ROWS:
        raise FileFormatError(f"it claims {rows} rows, more than is read from one file; write a part of it.")
    return [bdf.measurement(lazy.select(wanted).collect(), path.stem)]


FORMATS = (
    Format("Basytec text", (".txt",), ("cycling",), _begins("~resultfile from basytec"), _reader(BASYTEC)),
    Format(
        "Novonix csv", (".csv",), ("cycling",),
        lambda head: head.text.lstrip().startswith("[Summary]") and "novonix" in head.text[:400].lower(),
        _reader(NOVONIX),
    ),
    Format("PEC csv", (".csv",), ("cycling",), _is_pec, _reader(PEC, ("time_s", "voltage_V", "current_A"))),
    Format("Battery Data Format csv", (".csv", ".bdf"), ("cycling",), _bdf_text, _read_bdf),
    Format("Battery Data Format parquet", (".parquet",), ("cycling",), _bdf_parquet, _read_parquet),
)  # fmt: skip
