"""Spreadsheets (.xlsx) from strangers: checked before they are opened, then read as text by calamine.

calamine lays a sheet out as a full rectangle from its first to its last cell, so one cell far away would take all
memory: where the cells lie is looked up beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import FileFormatError, HeterofilmError
from .containers import open_zip, read_member
from .head import Head

__all__ = ["Sheet", "clock_text", "is_workbook", "sheet_names", "sheets"]

MAX_MEMBER = 100_000_000
MAX_CELLS = 2_000_000
TOP = 60  # rows in which headings are looked for
FIRST = 1910  # no date of a measurement lies before
_EARLY = r"^(?:18\d\d|190\d)-\d\d-\d\d \d\d:\d\d:\d\d"
_PLACED = re.compile(  # a cell as Excel writes it, any other cell or row, the end of a row
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: [st]="\w*")*/?>'
    rb"|<(?:[\w.-]+:)?(c|row)(?=[\s/>])([^>]*)>|</(?:[\w.-]+:)?row\s*>"
)
_AT = re.compile(rb"\sr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CELL = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")  # Excel's own end at XFD1048576


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
            raise FileFormatError(f"it claims more than {2 * MAX_MEMBER // 1_000_000} MB unpacked; export it as csv.")
        for member in archive.infolist():
            raw = read_member(archive, member.filename, MAX_MEMBER)
            if b"sheetData" not in raw:
                continue
            if b"\0" in raw or re.search(rb"<!(?:DOCTYPE|ENTITY)", raw):
                raise FileFormatError("its XML holds a document type, entities or no text, which no instrument writes.")
            rows, columns = _extent(raw)
            if rows * columns > MAX_CELLS:
                raise FileFormatError(
                    f"a sheet of {rows} rows and {columns} columns is more than is read from a workbook; "
                    "export it as csv."
                )


def _extent(raw: bytes) -> tuple[int, int]:
    """The last row and column of a sheet, or the first ones that are too many."""
    rows = columns = 1
    for row, column in _places(raw):
        if row > rows or column > columns:
            rows, columns = max(rows, row), max(columns, column)
            if rows * columns > MAX_CELLS:
                break
    return rows, columns


def _places(raw: bytes) -> Iterator[tuple[int, int]]:
    """Row and column of every cell, 0 for that of a row without cells.

    Cells and rows stand where their ``r`` says, others follow the one before. What is not understood here might be by
    calamine, so a place that is none is refused.
    """
    row, column = 1, 0  # the row of the next cell without a name, the column of the last one
    for tag in _PLACED.finditer(raw):
        if tag[1]:
            column = _column(tag[1])
            yield int(tag[2]), column
            continue
        kind, more = tag[3], tag[4] or b""
        if more.count(b'"') % 2 or more.count(b"'") % 2:
            raise FileFormatError("a cell of it has no end.")
        at = next((one for one in said.groups() if one is not None), b"") if (said := _AT.search(more)) else None
        if kind == b"c":
            place = (row, column + 1) if at is None else _place(at)
            column = place[1]
            yield place
            continue
        column = 0
        if at is not None:
            if not at.isdigit():
                raise _nowhere(at)
            row = int(at[:10])
            yield row, 0
        if kind is None or more.endswith(b"/"):
            row += 1


def _place(at: bytes) -> tuple[int, int]:
    """Row and column of a cell's name."""
    if (cell := _CELL.fullmatch(at)) is None:
        raise _nowhere(at)
    return int(cell[2]), _column(cell[1].upper())


def _nowhere(at: bytes) -> FileFormatError:
    return FileFormatError(
        f"a cell of it lies at '{at[:20].decode('ascii', 'replace')}', which is no place in a sheet."
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its first rows as text, by which its headings are found."""

    name: str
    top: list[list[str]]
    book: Any = field(repr=False)

    def rows(self, at: int | None) -> pl.DataFrame:
        """All rows below row `at`, whose cells are the headings; numbers are numbers. None: a sheet without headings.

        Headings that repeat get a number. Times of day and lengths of time ([h]:mm:ss) are durations, and text of the
        form h:mm:ss where a column holds other things too.
        """
        frame = self._frame(0 if at is None else at + 1)
        heads = self.top[at] if at is not None else []
        names: list[str] = []
        for k, column in enumerate(frame.columns):
            plain = heads[k] if k < len(heads) and heads[k] else column
            names.append(plain if plain not in names else f"{plain}_{k + 1}")
        return frame.rename(dict(zip(frame.columns, names, strict=True)))

    def _frame(self, skip: int) -> pl.DataFrame:
        import fastexcel

        def load(**more: Any) -> pl.DataFrame:
            loaded: pl.DataFrame = self.book.load_sheet(self.name, header_row=None, skip_rows=skip, **more).to_polars()
            return loaded

        def column(k: int) -> pl.DataFrame:
            try:
                return load(use_columns=[k])
            except fastexcel.UnsupportedColumnTypeCombinationError:
                return load(use_columns=[k], dtypes="string")

        try:
            frame = load()
        except fastexcel.UnsupportedColumnTypeCombinationError:  # lengths of time beside anything else
            frame = pl.concat([column(k) for k in range(load(n_rows=1, dtypes="string").width)], how="horizontal")
        early = [name for name in frame.columns if _has_times(frame[name])]
        if not early:
            return frame
        spans = load(dtypes="duration")
        return frame.with_columns(
            _with_spans(frame[name], spans.to_series(frame.columns.index(name))) for name in early
        )


def _has_times(column: pl.Series) -> bool:
    """Whether some cells are dates before `FIRST`, as which calamine writes times of day and lengths of time."""
    if column.dtype == pl.String:
        return bool(column.str.contains(_EARLY).any())
    return column.dtype == pl.Datetime and bool((column.dt.year() < FIRST).any())


def _with_spans(column: pl.Series, spans: pl.Series) -> pl.Series:
    """The column with its times: durations where there is nothing else in it, else text; `spans`: its cells as such."""
    if column.dtype != pl.String and bool((column.dt.year().drop_nulls() < FIRST).all()):
        return spans.alias(column.name)
    text = column.cast(pl.String)
    return (
        pl.select(pl.when(text.str.contains(_EARLY)).then(clock_text(spans)).otherwise(text))
        .to_series()
        .alias(column.name)
    )


def clock_text(spans: pl.Series) -> pl.Series:
    """Durations as h:mm:ss.sss, with as many hours as there are."""
    ms = spans.dt.total_milliseconds()
    size = ms.abs()
    parts = [size // 3_600_000, size // 60_000 % 60, size // 1000 % 60, size % 1000]
    h, m, s, rest = (part.cast(pl.String).str.zfill(n) for part, n in zip(parts, (1, 2, 2, 3), strict=True))
    sign = pl.when(ms < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.select(pl.format("{}{}:{}:{}.{}", sign, h, m, s, rest)).to_series().alias(spans.name)


def sheets(path: Path, wanted: re.Pattern[str] | None = None) -> list[Sheet]:
    """The sheets whose name `wanted` is found in.

    Errors: `HeterofilmError` for a damaged workbook, or one larger than any instrument writes.
    """
    import logging

    import fastexcel

    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it tells the terminal of columns without values
    _check(path)
    book = fastexcel.read_excel(path)
    found = []
    for name in book.sheet_names:
        if wanted is None or wanted.search(name):
            top = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=TOP, dtypes="string").to_polars()
            found.append(Sheet(name, [[str(cell or "").strip() for cell in row] for row in top.rows()], book))
    return found
