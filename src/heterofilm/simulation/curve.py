"""The rows of one step, as a table once somebody looks: seeing what is in a state takes longer than making it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..records.record import COLUMNS

Array = NDArray[np.float64]
MOST_WAITING = 50_000  # states that wait to be looked at: some 30 MB


class Curve:
    """One step: time, voltage, current and charge at once, what follows from its states when first asked for."""

    def __init__(self, columns: Mapping[str, Any], look: Callable[[], pl.DataFrame] | None = None) -> None:
        """``columns``: arrays (rows,), or one number for all rows; ``look`` makes further columns."""
        self._columns, self._look = columns, look
        self._frame: pl.DataFrame | None = None
        self.voltage: Array = columns["voltage_V"]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Curve:
        """A step that is a table already."""
        found = cls({"voltage_V": frame["voltage_V"].to_numpy()})
        found._frame = frame
        return found

    def finish(self) -> pl.DataFrame:
        """Its rows, from now on as a table alone."""
        if self._frame is None:
            n = self.voltage.size
            frame = pl.DataFrame(
                [
                    pl.Series(name, value if isinstance(value, np.ndarray) else np.full(n, value))
                    for name, value in self._columns.items()
                ]
            )
            self._frame = frame if self._look is None else frame.hstack(self._look())
            self._columns, self._look = {}, None
        return self._frame


def joined(curves: list[Curve]) -> pl.DataFrame:
    """All steps in one table."""
    if not curves:
        return pl.DataFrame(schema=COLUMNS)
    return curves[0].finish() if len(curves) == 1 else pl.concat([curve.finish() for curve in curves])
