"""Tables of a combinatorial library as csv: a first column without heading that counts the rows, and named columns."""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ..table import read_table

PERCENT = re.compile(r"([A-Z][a-z]?) \(at\. ?%\)")


def recognises(head: Head) -> bool:
    lines = head.lines[:4]
    return len(lines) > 2 and lines[0].startswith(",") and lines[1].startswith("0,") and lines[2].startswith("1,")


def read(path: Path) -> list[Measurement]:
    frame = read_table(text_of(path), separator=",")
    table = frame.drop(frame.columns[0])
    if table.width == 0:
        raise FileFormatError("it has no column beside the numbers of its rows.")
    notes = []
    shares = [name for name in table.columns if PERCENT.fullmatch(name)]
    if shares:
        total = table.sum_horizontal() if shares == table.columns else table.select(shares).sum_horizontal()
        if abs(float(total.median() or 0.0) - 1.0) < 0.01:  # type: ignore[arg-type]
            notes.append("columns headed at. % hold fractions that sum to 1; they were left as they are")
    return [Measurement("table", path.stem, table, notes=tuple(notes))]


FORMATS = (Format("numbered table of a film library (csv)", (".csv",), ("table",), recognises, read, rank=80),)
