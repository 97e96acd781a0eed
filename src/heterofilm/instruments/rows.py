"""Large tables of text: the row of headings found, the columns that are wanted read straight from the bytes.

`table.read_table` reads any small table; here a file of a quarter of a million rows is read without a second copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..errors import HeterofilmError
from .head import Head, decode
from .headings import Layout

__all__ = ["Heading", "cells", "find_heading", "head_lines", "read_rows"]

ROWS_OF_HEAD = 400  # headings lie further down in no cycler's file
_DECIMAL_COMMA = re.compile(r"\d,\d")
_DECIMAL_POINT = re.compile(r"\d\.\d")


@dataclass(frozen=True)
class Heading:
    """Where the headings stand: the line (from 0), the cells in it, what separates them."""

    line: int
    cells: tuple[str, ...]
    separator: str


def cells(line: str, separator: str) -> tuple[str, ...]:
    """The cells of a line, quotes and blanks around them taken away."""
    return tuple(cell.strip().strip('"').strip() for cell in line.rstrip("\r\n").split(separator))


def head_lines(head: Head) -> list[list[str]]:
    """The first lines as text; for bytes that are no UTF-8 also as a Chinese program would have written them."""
    readings = [head.lines]
    if head.bytes[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" not in head.bytes:
        try:
            head.bytes[:-4].decode("utf-8")
        except UnicodeDecodeError:
            readings.append(head.bytes.decode("gb18030", "replace").splitlines())
    return [lines[:ROWS_OF_HEAD] for lines in readings]


def find_heading(head: Head, layout: Layout, needs: Iterable[str] = ("voltage_V", "current_A")) -> Heading | None:
    """The first line whose cells `layout` understands as all of the roles `needs`."""
    wanted = set(needs)
    for lines in head_lines(head):
        for number, line in enumerate(lines):
            if len(line) > 20_000:
                continue
            for mark in ("\t", ";", ","):
                if line.count(mark) + 1 < len(wanted):
                    continue
                found = cells(line, mark)
                if wanted <= layout.match(found).keys():
                    return Heading(number, found, mark)
    return None


def read_rows(path: Path, heading: Heading, wanted: Sequence[str]) -> pl.DataFrame:
    """The columns `wanted` below the headings: floats, or text where the cells hold words, clocks or dates.

    A decimal comma is found out. Cells that are no numbers become null, a row cut short is filled with nulls.

    Errors: `HeterofilmError` where nothing stands below the headings.
    """
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = (decode(raw) or "").encode()
    start = _offset(raw, heading.line + 1)
    sample = raw[start : start + 20_000].decode("utf-8", "replace").splitlines()[:50]
    if not any(line.strip() for line in sample):
        raise HeterofilmError("nothing stands below its headings.")
    mark = heading.separator
    comma = mark != "," and (
        sum(len(_DECIMAL_COMMA.findall(line)) for line in sample)
        > sum(len(_DECIMAL_POINT.findall(line)) for line in sample)
    )
    places = {one: heading.cells.index(one) for one in dict.fromkeys(wanted)}
    texts = {k for k in places.values() if _is_text(k, sample, mark, comma)}
    # own names above the rows: headings repeat, and a table without any must not be wider than its first row
    width = len(heading.cells)
    body = b"".join([mark.join(map(_name, range(width))).encode(), b"\n", memoryview(raw)[start:]])
    del raw
    frame = _parse(body, width, sorted(places.values()), mark, comma, texts)
    padded = [
        k
        for k in places.values()
        if k not in texts and frame.height and frame[_name(k)].null_count() > 0.5 * frame.height
    ]
    if padded:  # blanks around the numbers
        again = _parse(body, width, sorted(padded), mark, comma, set(padded))
        cell = pl.all().str.strip_chars()
        cell = cell.str.replace(",", ".", literal=True) if comma else cell
        frame = frame.with_columns(again.select(cell.cast(pl.Float64, strict=False)))
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return frame.select(pl.col(_name(k)).alias(one) for one, k in places.items())


def _name(column: int) -> str:
    return f"column_{column + 1}"


def _parse(raw: bytes, width: int, columns: list[int], mark: str, comma: bool, texts: set[int]) -> pl.DataFrame:
    try:
        return pl.read_csv(
            raw, separator=mark, columns=[_name(k) for k in columns],
            schema={_name(k): pl.Float64() if k in columns and k not in texts else pl.String() for k in range(width)},
            ignore_errors=True, truncate_ragged_lines=True, decimal_comma=comma, encoding="utf8-lossy",
            quote_char='"', null_values=[""],
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise HeterofilmError(f"its rows are no table ({str(error).splitlines()[0][:80]}).") from None


def _offset(raw: bytes, lines: int) -> int:
    """Where line `lines` (from 0) begins."""
    at = 0
    for _ in range(lines):
        at = raw.find(b"\n", at) + 1
        if at == 0:
            raise HeterofilmError("nothing stands below its headings.")
    return at


def _is_text(column: int, sample: list[str], mark: str, comma: bool) -> bool:
    """Whether the column holds words, clocks or dates rather than numbers."""
    numbers = others = 0
    for line in sample:
        row = cells(line, mark)
        if column < len(row) and row[column]:
            try:
                float(row[column].replace(",", ".") if comma else row[column])
                numbers += 1
            except ValueError:
                others += 1
    return others > numbers
