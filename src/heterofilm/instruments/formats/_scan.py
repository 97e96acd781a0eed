"""What the readers of diffraction and Raman files share: clean columns, and text that begins with words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ...wording import counted
from ..numbers import first_row, rows_of

__all__ = ["diffraction", "first_row", "numbers", "rows_of"]

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
        raise FileFormatError(f"it has {x.size} angles and {y.size} intensities; export it again.")
    columns = {"two_theta_deg": x, "intensity": y} | ({} if sigma is None else {"sigma": np.asarray(sigma, float)})
    good = np.all([np.isfinite(c) & (np.abs(c) < 1e30) for c in columns.values()], axis=0)
    told = list(notes)
    if not good.all():
        told.append(f"left out: {counted(int(np.count_nonzero(~good)), 'row')} without finite numbers")
    if np.count_nonzero(good) < 3:
        raise FileFormatError("it has fewer than three points with finite numbers.")
    if x[good].min() < -180.0 or x[good].max() > 180.0:
        raise FileFormatError("its angles are not between -180 and 180 deg: the first column must be 2 theta.")
    order = np.argsort(x[good], kind="stable")
    frame = pl.DataFrame({key: c[good][order] for key, c in columns.items()})
    return Measurement("xrd", name, frame, meta, tuple(told))


def numbers(text: str) -> NDArray[np.float64]:
    """The numbers of a text between blanks.

    Errors: `HeterofilmError` for a word among them.
    """
    words = text.split()
    if len(words) > MAX_ROWS:
        raise FileFormatError(f"it holds more than {MAX_ROWS} points.")
    try:
        return np.array(words, dtype=np.float64)
    except ValueError:
        raise FileFormatError("there are words among its numbers; the file is damaged.") from None
