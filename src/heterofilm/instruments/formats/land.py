"""LAND / LANHE: text and xlsx exports of the record layer, with English or Chinese headings.

Layout after published descriptions of the export (Index, TestTime, Voltage/V, Current/mA, Capacity/mAh, State; sheets
"Record..."); not yet checked against a vendor's file. Capacity is a magnitude that begins again in each step. Current
has a sign, positive on charge, or is a magnitude with the direction in the column of the state.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import find_heading, read_rows
from ..workbook import is_workbook, sheet_names, sheets

__all__ = ["FORMATS"]

LAYOUT = Layout(
    "LAND",
    {
        "testtime": "time_s",
        "test time": "time_s",
        "测试时间": "time_s",
        "steptime": "step_time_s",
        "step time": "step_time_s",
        "步骤时间": "step_time_s",
        "工步时间": "step_time_s",
        "voltage": "voltage_V",
        "电压": "voltage_V",
        "current": "current_A",
        "电流": "current_A",
        "capacity": "amount_C",
        "容量": "amount_C",
        "cycle index": "cycle",
        "cycle": "cycle",
        "cycleno": "cycle",
        "循环序号": "cycle",
        "step index": "step",
        "step": "step",
        "stepno": "step",
        "步骤序号": "step",
        "工步序号": "step",
        "state": "direction",
        "status": "direction",
        "stepstatus": "direction",
        "状态": "direction",
        "工作模式": "direction",
        "systime": "date",
        "sys time": "date",
        "系统时间": "date",
    },
    {"current_A": "mA", "amount_C": "mAh"},
)
_NEEDS = ("voltage_V", "current_A", "amount_C")
_FIRST = re.compile(r"(?i)^(index|record|记录序号|序号|数据序号)\b|^(记录序号|序号|数据序号)")
_SHEETS = re.compile(r"(?i)record|记录|detail")


def _ours(headings: tuple[str, ...] | list[str]) -> bool:
    said = [h for h in headings if h]
    return bool(said) and bool(_FIRST.match(said[0])) and set(_NEEDS) <= LAYOUT.match(said).keys()


def recognises(head: Head) -> bool:
    heading = find_heading(head, LAYOUT, _NEEDS)
    return heading is not None and _ours(heading.cells)


def read(path: Path) -> list[Measurement]:
    heading = find_heading(Head.of(path), LAYOUT, _NEEDS)
    if heading is None:
        raise FileFormatError("it has no row of headings with a voltage, a current and a capacity.")
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in LAYOUT.match(heading.cells).values()], told)
    return [assemble(frame, LAYOUT, path.stem, doubts=tuple(told))]


def recognises_xlsx(head: Head) -> bool:
    if not is_workbook(head) or any(name.lower().startswith("channel") for name in sheet_names(head.path)):
        return False
    try:
        return bool(_tables(head.path))
    except HeterofilmError:
        return False


def read_xlsx(path: Path) -> list[Measurement]:
    tables = _tables(path)
    if not tables:
        raise FileFormatError("none of its sheets has LAND's headings (Index, TestTime, Voltage/V, Current/mA ...).")
    return [assemble(pl.concat(tables, how="diagonal_relaxed"), LAYOUT, path.stem)]


def _tables(path: Path) -> list[pl.DataFrame]:
    """The sheets of records; the later ones of a long test go on without headings."""
    found: list[pl.DataFrame] = []
    book = sheets(path)
    for sheet in book:
        if len(book) > 1 and not _SHEETS.search(sheet.name):
            continue
        at = next((row for row, headings in enumerate(sheet.top) if _ours(headings)), None)
        if at is not None:
            found.append(sheet.rows(at))
        elif found and sheet.top and len(sheet.top[0]) == found[0].width:
            more = sheet.rows(None)
            found.append(more.rename(dict(zip(more.columns, found[0].columns, strict=True))))
    return found


FORMATS = (
    Format("LAND text", (".txt", ".csv"), ("cycling",), recognises, read),
    Format("LAND workbook", (".xlsx",), ("cycling",), recognises_xlsx, read_xlsx, rank=25),
)
