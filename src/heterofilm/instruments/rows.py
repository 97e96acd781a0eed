"""Large tables of text: the row of headings found, the columns that are wanted read straight from the bytes.

`table.read_table` reads any small table; here a file of a quarter of a million rows is read without a second copy.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from .head import Head, decode
from .headings import Layout, split, unit_of
from .marks import as_numbers
from .sections import heading_rows, parts_of

__all__ = ["Heading", "cells", "find_heading", "head_lines", "read_rows"]

ROWS_OF_HEAD = 400  # headings lie further down in no cycler's file
BLOCK = 32_000_000  # bytes that are parsed at a time
LINE = 1_000_000  # bytes
SAMPLE = 50  # rows that tell words, clocks and dates from numbers
_DASH, _BLANK = b"\x96", b"\xa0"
WIDE = 100_000_000  # bytes of UTF-16, which is turned into UTF-8 as a whole


@dataclass(frozen=True)
class Heading:
    """Where the headings stand: the last line of them (from 0), the cells, what separates them."""

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
    """The first line whose cells `layout` understands as all of the roles `needs`, with units from the line below."""
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
                    below = units_below(lines, number, mark, len(found))
                    return (
                        Heading(number, found, mark)
                        if below is None
                        else Heading(number + 1, _with(found, below), mark)
                    )
    return None


def units_below(lines: Sequence[str], number: int, mark: str, width: int) -> tuple[str, ...] | None:
    """The units that the line below the headings says, one for each; None where it is no line of units."""
    if number + 1 >= len(lines):
        return None
    units = [unit_of(cell) for cell in cells(lines[number + 1], mark)[:width]]
    if any(unit is None for unit in units) or sum(bool(unit) for unit in units) < 2:
        return None
    return (*(unit or "" for unit in units), *[""] * (width - len(units)))


def _with(found: tuple[str, ...], units: tuple[str, ...]) -> tuple[str, ...]:
    """Headings with units for those that have none."""
    pairs = zip(found, units, strict=True)
    return tuple(f"{one} ({unit})" if unit and not split(one)[1] else one for one, unit in pairs)


def read_rows(path: Path, heading: Heading, wanted: Sequence[str], told: list[str]) -> pl.DataFrame:
    """The columns `wanted` below the headings: floats, or text where the cells hold words, clocks or dates.

    Cells that are no numbers become null, a row cut short is filled with nulls. Headings that come again hold for what
    stands below them (`sections`). What was assumed of marks (`marks`) and headings is added to `told`.

    Errors: `HeterofilmError` where nothing stands below the headings.
    """
    wanted = list(dict.fromkeys(wanted))
    places = {one: heading.cells.index(one) for one in wanted}
    found = _text(path, heading, sorted(set(places.values())))
    again = heading_rows(found, heading.cells)
    factors: dict[str, NDArray[Any]] = {}
    if again:
        whole = _text(path, heading, range(len(heading.cells)))
        again = heading_rows(whole, heading.cells)
        found, factors = parts_of(whole, heading.cells, wanted, again, told)
    else:
        found = found.select(pl.col(_name(k)).alias(one) for one, k in places.items())
    sample = found.head(SAMPLE)
    read, _ = as_numbers(sample)
    texts = {one for one in wanted if 2 * read[one].null_count() > sample.height + _empty(sample[one])}
    found, said = as_numbers(found, wanted, texts, heading.separator)
    told += said
    for one, factor in factors.items():
        if one in texts:
            raise FileFormatError(
                f"the unit of '{one}' changes within the file: put the parts into files of their own."
            )
        found = found.with_columns(pl.col(one) * pl.Series(factor))
    found = found.filter(~pl.all_horizontal(pl.all().is_null()))
    if found.is_empty():
        raise FileFormatError("nothing stands below its headings.")
    return found


def _empty(cells: pl.Series) -> int:
    return int((cells.fill_null("").str.strip_chars() == "").sum())


def _text(path: Path, heading: Heading, columns: Iterable[int]) -> pl.DataFrame:
    """The cells of these columns below the headings."""
    frames = [_parse(block, len(heading.cells), list(columns), heading.separator)
              for block in _blocks(path, heading.line + 1)]  # fmt: skip
    if not frames:
        raise FileFormatError("nothing stands below its headings.")
    return pl.concat(frames)


def _blocks(path: Path, skip: int) -> Iterator[bytes]:
    """The file below its first `skip` lines, in blocks of whole lines."""
    with path.open("rb") as file:
        source: IO[bytes] = file
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            if path.stat().st_size > WIDE:
                raise FileFormatError(f"it is UTF-16 of more than {WIDE // 1_000_000} MB; save it as UTF-8.")
            source = io.BytesIO((decode(path.read_bytes()) or "").encode())
        source.seek(0)
        for _ in range(skip):
            _line(source)
        while block := source.read(BLOCK):
            yield block + _line(source)


def _line(source: IO[bytes]) -> bytes:
    line = source.readline(LINE)
    if len(line) == LINE:
        raise FileFormatError(f"it has a line of more than {LINE // 1_000_000} MB, which no table of numbers has.")
    return line


def _name(column: int) -> str:
    return f"column_{column + 1}"


def _parse(block: bytes, width: int, columns: list[int], mark: str) -> pl.DataFrame:
    if _DASH in block or _BLANK in block:
        try:
            block.decode()
        except UnicodeDecodeError:  # Windows' dash for a minus, and its blank within a number
            block = re.sub(rb"\x96(?=[\d.,])", b"-", re.sub(rb"(?<=\d)\xa0(?=\d)", b"", block))
    # own names above the rows: headings repeat, and a table without any must not be wider than its first row
    raw = b"".join([mark.join(map(_name, range(width))).encode(), b"\n", block])
    try:
        return pl.read_csv(
            raw, separator=mark, columns=[_name(k) for k in columns],
            schema={_name(k): pl.String() for k in range(width)}, truncate_ragged_lines=True, encoding="utf8-lossy",
            quote_char='"', null_values=[""],
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise FileFormatError(f"its rows are no table ({str(error).splitlines()[0][:80]}).") from None
