"""Basytec text, Novonix csv, PEC csv, Battery Data Format: tables whose headings say it all, as four lists.

Current is positive on charge in all of them. Basytec and Novonix are checked against a vendor's file each, and the
Battery Data Format against its definition (github.com/battery-data-alliance/battery-data-format). The PEC layout (a
header between ``#RESULTS CHECK`` lines, times in a unit that the heading names, mV or V, mA or A) follows published
descriptions of the export; not yet checked against a vendor's file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from ...errors import HeterofilmError
from ...records.measurement import Measurement
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import find_heading, read_rows

__all__ = ["BDF", "FORMATS"]

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
BDF = Layout(
    "the Battery Data Format",
    {
        "test time": "time_s",
        "test time second": "time_s",
        "voltage": "voltage_V",
        "voltage volt": "voltage_V",
        "current": "current_A",
        "current ampere": "current_A",
        "charging capacity": "charged_C",
        "charging capacity ah": "charged_C",
        "discharging capacity": "discharged_C",
        "discharging capacity ah": "discharged_C",
        "cycle count": "cycle",
        "step count": "step",
        "step index": "step",
        "ambient temperature": "temperature_K",
        "surface temperature t1": "temperature_K",
    },
    {"charged_C": "Ah", "discharged_C": "Ah", "temperature_K": "degC"},
)
MAX_ROWS = 20_000_000


def _bdf_headings(headings: list[str]) -> list[str]:
    """Of a table that keeps its vendor's columns beside those of the format, only the latter."""
    official = [h for h in headings if " / " in h]
    return official if {"time_s", "voltage_V", "current_A"} <= BDF.match(official).keys() else headings


def _is_bdf(headings: list[str]) -> bool:
    plain = {h.strip().lower() for h in headings}
    return {"test time / s", "voltage / v", "current / a"} <= plain or {
        "test_time_second", "voltage_volt", "current_ampere",
    } <= plain  # fmt: skip


def _begins(mark: str) -> Callable[[Head], bool]:
    return lambda head: any(line.strip().lower().startswith(mark) for line in head.lines[:4])


def _reader(layout: Layout, needs: tuple[str, ...] = ("voltage_V", "current_A")) -> Callable[[Path], list[Measurement]]:
    def read(path: Path) -> list[Measurement]:
        heading = find_heading(Head.of(path), layout, needs)
        if heading is None:
            raise HeterofilmError(f"it has no row of headings that {layout.vendor} writes; export it again.")
        chosen = _bdf_headings(list(heading.cells)) if layout is BDF else heading.cells
        frame = read_rows(path, heading, [one.heading for one in layout.match(chosen).values()])
        return [assemble(frame, layout, path.stem)]

    return read


def _is_pec(head: Head) -> bool:
    if not any("RESULTS CHECK" in line for line in head.lines[:60]):
        return False
    return find_heading(head, PEC, ("time_s", "voltage_V", "current_A")) is not None


def _bdf_text(head: Head) -> bool:
    heading = find_heading(head, BDF, ("time_s", "voltage_V", "current_A"))
    return heading is not None and _is_bdf(list(heading.cells))


def _bdf_parquet(head: Head) -> bool:
    if head.bytes[:4] != b"PAR1":
        return False
    try:
        return _is_bdf(pl.scan_parquet(head.path).collect_schema().names())
    except BaseException as error:  # polars panics on some damage, and a panic is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return False


def _read_parquet(path: Path) -> list[Measurement]:
    lazy = pl.scan_parquet(path)
    found = BDF.match(_bdf_headings(lazy.collect_schema().names()))
    wanted = list(dict.fromkeys(one.heading for one in found.values()))
    rows = int(lazy.select(pl.len()).collect().item())
    if rows > MAX_ROWS:
        raise HeterofilmError(f"it claims {rows} rows, more than is read from one file; write a part of it.")
    return [assemble(lazy.select(wanted).collect(), BDF, path.stem)]


FORMATS = (
    Format("Basytec text", (".txt",), ("cycling",), _begins("~resultfile from basytec"), _reader(BASYTEC)),
    Format(
        "Novonix csv", (".csv",), ("cycling",),
        lambda head: head.text.lstrip().startswith("[Summary]") and "novonix" in head.text[:400].lower(),
        _reader(NOVONIX),
    ),
    Format("PEC csv", (".csv",), ("cycling",), _is_pec, _reader(PEC, ("time_s", "voltage_V", "current_A"))),
    Format(
        "Battery Data Format csv", (".csv",), ("cycling",), _bdf_text,
        _reader(BDF, ("time_s", "voltage_V", "current_A")),
    ),
    Format("Battery Data Format parquet", (".parquet",), ("cycling",), _bdf_parquet, _read_parquet),
)  # fmt: skip
