"""Tables in text files: separator, decimal mark and headings found out, numbers parsed at the speed of polars."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import polars as pl

from ..errors import FileFormatError
from ..text_tables import cells_of, number, separator_of
from ..wording import counted
from .marks import as_numbers

__all__ = ["complete", "number", "read_table", "separator_of"]


def read_table(
    text: str,
    columns: Sequence[str] | None = None,
    *,
    separator: str | None = None,
    told: list[str] | None = None,
    headings: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Rows of numbers as a frame of floats; words become null; a decimal comma is found out (`marks`).

    `columns`: the headings; without them the first line is taken for headings. A trailing separator is forgiven, and a
    row that is cut short is filled with nulls. `headings`: what the columns hold, for their marks, where `columns` do
    not say it. What was assumed is added to `told`.

    Errors: `HeterofilmError` for a text without rows, or rows with more cells than headings.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if columns is None and lines:
        mark = separator or separator_of(lines[: min(20, len(lines))])
        columns = _cells(lines[0], mark)
        lines = lines[1:]
    if not lines or not columns:
        raise FileFormatError("it holds no row of data.")
    sample = lines[:50]
    mark = separator or separator_of(sample)
    if mark == " ":
        body = "\n".join("\t".join(line.split()) for line in lines)
        mark = "\t"
    else:
        body = "\n".join(line.rstrip().rstrip(mark) for line in lines)
    names = _unique(columns)
    widest = max(len(cells_of(line, mark)) for line in body.splitlines()[:1000])
    if widest > len(names):
        names += [f"column_{k}" for k in range(len(names) + 1, widest + 1)]
    try:
        frame = pl.read_csv(
            io.StringIO(body), separator=mark, has_header=False, infer_schema=False,
            truncate_ragged_lines=True, schema={name: pl.String() for name in names[:widest]}, quote_char='"',
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise FileFormatError(f"its rows are no table ({str(error).splitlines()[0][:80]}).") from None
    missing = [pl.lit(None, pl.Float64()).alias(name) for name in names[widest:]]  # headings that no row reaches
    shown = [*(headings or names), *names[len(headings or names) :]][:widest]
    numbers, said = as_numbers(frame, shown, separator=mark)
    if told is not None:
        told += said
    return numbers.with_columns(missing)


def complete(frame: pl.DataFrame, told: list[str]) -> pl.DataFrame:
    """The rows all of whose cells hold numbers; how many others have some of them is added to `told`."""
    some = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    found = some.drop_nulls()
    if found.height < some.height:
        told.append(f"left out: {counted(some.height - found.height, 'row')} with a cell that holds no number")
    return found


def _cells(line: str, mark: str) -> list[str]:
    cells = re.split(r"\s{2,}|\t", line.strip()) if mark == " " else cells_of(line.rstrip("\r\n").rstrip(mark), mark)
    return [cell.strip().strip('"') for cell in cells]


def _unique(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for k, name in enumerate(names, 1):
        plain = name.strip() or f"column_{k}"
        found.append(plain if plain not in found else f"{plain}_{k}")
    return found
