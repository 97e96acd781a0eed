"""What the readers of diffraction and Raman files share: clean columns, and text that begins with words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import HeterofilmError
from ...records.measurement import Measurement
from ..table import number, separator_of

__all__ = ["diffraction", "first_row", "numbers", "rows_of"]

_SPLIT = re.compile(r"[\s;]+")
MAX_ROWS = 5_000_000


def diffraction(
    name: str,
    two_theta: ArrayLike,
    intensity: ArrayLike,
    meta: dict[str, str | float | int],
    notes: Sequence[str] = (),
    sigma: ArrayLike | None = None,
) -> Measurement:
    """An XRD scan with rising, finite angles; what had to be left out stands in the notes.

    Errors: `HeterofilmError` for columns of different length, fewer than 3 points or angles that are none.
    """
    x, y = np.asarray(two_theta, float), np.asarray(intensity, float)
    if x.shape != y.shape:
        raise HeterofilmError(f"it has {x.size} angles and {y.size} intensities; export it again.")
    columns = {"two_theta_deg": x, "intensity": y} | ({} if sigma is None else {"sigma": np.asarray(sigma, float)})
    good = np.all([np.isfinite(c) & (np.abs(c) < 1e30) for c in columns.values()], axis=0)
    told = list(notes)
    if not good.all():
        told.append(f"{np.count_nonzero(~good)} rows without finite numbers were left out")
    if np.count_nonzero(good) < 3:
        raise HeterofilmError("it has fewer than three points with finite numbers.")
    if x[good].min() < -180.0 or x[good].max() > 180.0:
        raise HeterofilmError("its angles are not between -180 and 180 deg: the first column must be 2 theta.")
    order = np.argsort(x[good], kind="stable")
    frame = pl.DataFrame({key: c[good][order] for key, c in columns.items()})
    return Measurement("xrd", name, frame, meta, tuple(told))


def numbers(text: str) -> NDArray[np.float64]:
    """The numbers of a text between blanks.

    Errors: `HeterofilmError` for a word among them.
    """
    words = text.split()
    if len(words) > MAX_ROWS:
        raise HeterofilmError(f"it holds more than {MAX_ROWS} points.")
    try:
        return np.array(words, dtype=np.float64)
    except ValueError:
        raise HeterofilmError("there are words among its numbers; the file is damaged.") from None


def rows_of(line: str, mark: str) -> list[float] | None:
    """The numbers of a line, or None when one of its cells is none."""
    cells = line.split() if mark == " " else [c for c in line.rstrip().rstrip(mark).split(mark)]
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
