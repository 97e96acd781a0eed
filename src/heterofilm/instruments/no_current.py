"""A test whose current was not written, or only as zero: it is what its counter of charge gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.counters import gained_alone, held
from ..records.series import LARGEST

__all__ = ["NO_CURRENT", "mean_current", "moved_alone"]

Array = NDArray[Any]
NO_CURRENT = "The file has no current; it was taken from the charge moved since the row before."


def moved_alone(columns: Mapping[str, Array]) -> tuple[Array, bool] | None:
    """What the counters gain from row to row, C, shape (n,), and whether that has a sign; None where they gain nothing.

    Positive is charge, as in the counters' own columns.
    """
    count = {role: held(columns[role], None, LARGEST)
             for role in ("charged_C", "discharged_C", "counter_C", "amount_C") if role in columns}  # fmt: skip
    signed = True
    if "charged_C" in count and "discharged_C" in count:
        moved = gained_alone(np.abs(count["charged_C"])) - gained_alone(np.abs(count["discharged_C"]))
    elif "counter_C" in count:
        moved = gained_alone(count["counter_C"])
        signed = bool((moved < 0.0).any())
    elif "amount_C" in count:
        moved, signed = gained_alone(np.abs(count["amount_C"])), False
    else:
        return None
    return (moved, signed) if moved.any() else None


def mean_current(moved: Array, time: Array | None) -> Array:
    """The current that moves so much from row to row, A, shape (n,).

    Errors: `HeterofilmError` where there is no time, or none in which it could move.
    """
    if time is None:
        raise FileFormatError("it has neither a current nor a time.")
    dt = np.diff(time, prepend=time[:1])
    with np.errstate(over="ignore"):
        current = np.asarray(np.divide(moved, dt, out=np.zeros_like(moved), where=dt > 0.0))
    if not (np.abs(current) < LARGEST).all():
        raise FileFormatError("its charge over its times gives no current: export the column of the current too.")
    return current
