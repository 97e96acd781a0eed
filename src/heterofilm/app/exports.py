"""A figure as a file: as it is shown, or the numbers behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from ..errors import InputError, require
from ..figures.figure import Figure
from ..figures.style import Columns
from ..files import atomic, inert, write_table

__all__ = ["SUFFIXES", "write"]

SUFFIXES = ("svg", "pdf", "png", "csv", "xlsx", "parquet")
DPI = 300  # of a picture in pixels, as journals ask for


def write(figure: Any, place: Path, style: str = "", columns: Columns = "single") -> Path:
    """Write a figure, or its numbers, by the suffix of the place; `style`: a journal's, "" for as on the page.

    Errors: `HeterofilmError` for another suffix, a place that cannot be written to, and xlsx without XlsxWriter.
    """
    suffix = place.suffix[1:].lower()
    if suffix not in SUFFIXES:
        raise InputError(f"A figure is exported as {', '.join(SUFFIXES)}, not as '{place.name}'.")
    if style and suffix in ("svg", "pdf", "png") and isinstance(figure, Figure):
        return figure.save(place, style=style, columns=columns)
    if suffix in ("svg", "pdf"):
        return Path(figure.save(place))
    if suffix == "png":
        return atomic(place, lambda target: target.write_bytes(figure.picture(DPI)))
    table = figure.numbers()
    if suffix == "csv":
        return write_table(table, place)
    if suffix == "parquet":
        return atomic(place, lambda target: table.write_parquet(target))
    return atomic(place, lambda target: _workbook(table, target))


def _workbook(table: pl.DataFrame, target: Path) -> None:
    """One sheet, whose texts no spreadsheet runs."""
    require("xlsxwriter", "app", "A workbook (csv needs none)")
    import xlsxwriter

    with xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet("numbers")
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, inert(name))
            for row, value in enumerate(table[name], start=1):
                if isinstance(value, str):
                    sheet.write_string(row, column, inert(value))
                elif value is not None:
                    sheet.write_number(row, column, value)
