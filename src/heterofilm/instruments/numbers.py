"""Where the numbers of a text begin, whatever stands above them."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import HeterofilmError
from ..text_tables import cells_of, number, separator_of

__all__ = ["first_row", "rows_of"]


def rows_of(line: str, mark: str) -> list[float] | None:
    """The numbers of a line, or None when one of its cells is none."""
    cells = line.split() if mark == " " else cells_of(line.rstrip().rstrip(mark), mark)
    try:
        return [number(cell) for cell in cells] if cells else None
    except HeterofilmError:
        return None


def first_row(lines: Sequence[str], columns: int = 2, within: int = 400) -> int | None:
    """Where rows of at least `columns` numbers begin: three in a row of the same width; None if nowhere."""
    for k in range(min(within, len(lines) - 2)):
        mark = separator_of([line for line in lines[k : k + 3] if line.strip()])
        found = [rows_of(line, mark) for line in lines[k : k + 3]]
        if all(row is not None and len(row) >= columns for row in found) and len({len(r or []) for r in found}) == 1:
            return k
    return None
