"""Which cycles of a table were discharged at one current."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["SAME_CURRENT", "changes", "mean_currents"]

SAME_CURRENT = 0.05  # mean currents of neighbouring cycles that differ by less are one rate


def mean_currents(table: pl.DataFrame) -> NDArray[Any] | None:
    """Mean current of each discharge of a `cycles.cycle_table` (A/m2), NaN without one; None where none is known."""
    return table["discharge_A_m2"].to_numpy().astype(float) if "discharge_A_m2" in table.columns else None


def changes(current: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a mean current differs by more than 5 % from that of the cycle before; the first does not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.abs(np.diff(np.log(current)))
    return np.concatenate([[False], step > np.log1p(SAME_CURRENT)])
