"""Any workbook (.xlsx) whose sheets are tables: each is read as the same table would be as a csv file.

So a workbook can hold whatever a text table can: cycling, voltammograms, impedance, UV-vis, diffraction, Raman.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head
from ..photoelectron import unique_names
from ..reading import Format, read_all
from ..workbook import Sheet, clock_text, is_workbook, sheets

MAX_SHEETS = 50
MAX_ROWS = 1_000_000


def read(path: Path) -> list[Measurement]:
    found: list[Measurement] = []
    refused: list[tuple[str, str]] = []
    listed = [sheet for sheet in sheets(path) if any(any(row) for row in sheet.top)][:MAX_SHEETS]
    with tempfile.TemporaryDirectory(prefix="heterofilm-") as folder:
        for k, sheet in enumerate(listed):
            place = Path(folder) / str(k)
            place.mkdir()
            # only the file's name may tell Raman from others, as it may for a csv
            file = place / f"{re.sub(r'[^A-Za-z0-9_.-]+', '_', path.stem)[:60] or 'sheet'}.csv"
            file.write_text(_text(sheet), encoding="utf-8")
            try:
                read_sheet = read_all(file)
            except HeterofilmError as error:
                refused.append((sheet.name, re.sub(r"^Cannot read '.*?'( \(.*?\))?: ", "", str(error))))
                continue
            for m in read_sheet:
                own = m.name if m.name != file.stem else ""
                name = (f"{sheet.name} {own}".strip() if len(listed) > 1 else own) or path.stem
                note = f"Sheet '{sheet.name}' was read as a table of the kind '{m.format}'."
                found.append(replace(m, name=name, notes=(*m.notes, note)))
    tables = [m for m in found if m.technique == "table"]
    if len(tables) < len(found):  # a table of settings beside the measurements
        found = [m for m in found if m.technique != "table"]
    if not found:
        first = f" ('{refused[0][0]}': {refused[0][1].rstrip('.')})" if refused else ""
        raise FileFormatError(
            f"none of its {len(listed)} sheets is a table with headings above rows of numbers{first}."
        )
    if refused:
        told = f"Sheets that are no tables were left out: {', '.join(name for name, _ in refused[:6])}."
        found = [replace(m, notes=(*m.notes, told)) for m in found]
    return unique_names(found)


def _text(sheet: Sheet) -> str:
    """The sheet as csv, from its first row on that has anything in it."""
    frame = sheet.rows(None)
    if frame.height > MAX_ROWS:
        raise FileFormatError(f"its sheet '{sheet.name}' has more than {MAX_ROWS} rows; export it as csv.")
    cells = frame.select(_plain(column) for column in frame)
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerows(row for row in cells.iter_rows() if any(cell for cell in row))
    return into.getvalue()


def _plain(column: pl.Series) -> pl.Series:
    """A column as text; numbers keep all their digits, line breaks in headings become blanks."""
    text = clock_text(column) if column.dtype == pl.Duration else column.cast(pl.String)
    return text.fill_null("").str.replace_all(r"[\r\n\x00]+", " ").str.strip_chars()


def _is(head: Head) -> bool:
    return is_workbook(head)


FORMATS = (
    Format(
        "any workbook of tables", (".xlsx",),
        ("cycling", "voltammetry", "impedance", "uvvis", "xrd", "raman", "xps", "composition", "table"), _is, read,
        rank=950,
    ),
)  # fmt: skip
