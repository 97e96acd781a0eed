"""Spreadsheets (.xlsx) from strangers: checked before they are opened, then read as text by calamine.

calamine lays a sheet out as a full rectangle from its first to its last cell, so one cell far away would take all
memory: where the cells lie is looked up beforehand.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ..errors import HeterofilmError
from .containers import open_zip, read_member
from .head import Head

__all__ = ["is_workbook", "sheet_names", "sheet_rows", "sheets"]

MAX_MEMBER = 150_000_000
MAX_CELLS = 20_000_000
_CELL = re.compile(rb'<c\b[^>]{0,200}?\br="([A-Z]{1,7})(\d{1,9})"')


def is_workbook(head: Head) -> bool:
    """Whether it is an .xlsx: a zip container with a workbook in it."""
    if not head.bytes.startswith(b"PK"):
        return False
    try:
        with open_zip(head.path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except HeterofilmError:
        return False


def sheet_names(path: Path) -> list[str]:
    """The sheets' names; empty where they cannot be read."""
    try:
        with open_zip(path) as archive:
            raw = read_member(archive, "xl/workbook.xml", 1_000_000)
    except HeterofilmError:
        return []
    return [name.decode("utf-8", "replace") for name in re.findall(rb'<sheet\b[^>]{0,400}?\bname="([^"]{1,100})"', raw)]


def _check(path: Path) -> None:
    with open_zip(path) as archive:
        if sum(m.file_size for m in archive.infolist()) > 2 * MAX_MEMBER:
            raise HeterofilmError(f"it claims more than {2 * MAX_MEMBER // 1_000_000} MB unpacked; export it as csv.")
        for member in archive.infolist():
            raw = read_member(archive, member.filename, MAX_MEMBER)
            if not (member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")):
                continue
            if re.search(rb"<!(?:DOCTYPE|ENTITY)", raw):
                raise HeterofilmError("its XML holds a document type or entities, which no instrument writes.")
            rows = columns = 1
            for letters, digits in _CELL.findall(raw) if raw.count(b"<c ") <= MAX_CELLS else ((b"ZZZZ", b"9"),):
                rows, columns = max(rows, int(digits)), max(columns, _column(letters))
            if rows * columns > MAX_CELLS or raw.count(b"<c ") > MAX_CELLS:
                raise HeterofilmError(
                    f"a sheet of {rows} rows and {columns} columns is more than is read from a workbook; export it as csv."
                )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def sheets(path: Path, wanted: re.Pattern[str] | None = None) -> dict[str, pl.DataFrame]:
    """The sheets whose name `wanted` is found in, by name: frames of text, one row for each row of the sheet.

    Errors: `HeterofilmError` for a damaged workbook, or one larger than any instrument writes.
    """
    import fastexcel

    _check(path)
    book = fastexcel.read_excel(path)
    found = {}
    for name in book.sheet_names:
        if wanted is None or wanted.search(name):
            found[name] = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
    return found


def sheet_rows(frame: pl.DataFrame, at: int) -> pl.DataFrame:
    """A sheet's rows below row `at`, whose cells are the headings."""
    heads = [str(cell) if cell is not None else "" for cell in frame.row(at)]
    seen: dict[str, int] = {}
    names = []
    for k, head in enumerate(heads, 1):
        plain = head.strip() or f"column_{k}"
        names.append(plain if plain not in seen else f"{plain}_{k}")
        seen[plain] = k
    return frame.slice(at + 1).rename(dict(zip(frame.columns, names, strict=True)))
