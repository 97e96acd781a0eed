"""Scans that stand below each other in one table: where the abscissa begins again, another measurement begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.measurement import Measurement

__all__ = ["BELOW", "apart", "other_headings", "scans"]

BELOW = "{} scans stand below each other in the table, each read as a measurement of its own"
BACK = 5.0  # steps: what an axis may go back by without another scan beginning
LEAST = 5  # rows of a scan
OVERLAP = 0.5  # of the shorter of two scans: what covers less goes on where the other ended
MOST = 0.1  # of the rows: an axis that turns more often is in no order at all


def scans(axis: NDArray[Any]) -> list[NDArray[np.intp]]:
    """The rows of each scan of an abscissa, shape (n,); one for what covers a range once, in whatever regions.

    >>> [rows.size for rows in scans(np.tile(np.arange(10.0), 2))]
    [10, 10]
    """
    x = np.asarray(axis, float)
    whole = [np.arange(x.size)]
    if x.size < 2 * LEAST or not np.isfinite(x).all():
        return whole
    step = float(np.median(np.abs(np.diff(x))))
    begins, extreme, sign = [0], 0, 0.0
    for k in range(1, x.size):
        forth = x[k] - x[extreme]
        if sign == 0.0 and forth != 0.0:
            sign = float(np.sign(forth))
        if sign * forth > 0.0:
            extreme = k
        elif abs(forth) > BACK * step:
            # it began again in one leap, or turned and came back row by row since the extreme
            first = k if abs(x[k] - x[k - 1]) > BACK * step else extreme + 1
            begins.append(first)
            after = np.diff(x[first : first + 4])
            sign = float(np.sign(after.sum())) if after.size else 0.0
            extreme = k
    if len(begins) > max(MOST * x.size, 1.0):
        return whole
    found: list[NDArray[np.intp]] = []
    for part in np.split(np.arange(x.size), begins[1:]):
        into = next((n for n, rows in enumerate(found) if _joined(x, rows, part)), None)
        if into is None:
            found.append(part)
        else:
            found[into] = np.concatenate([found[into], part])
    return found


def _joined(x: NDArray[Any], one: NDArray[np.intp], two: NDArray[np.intp]) -> bool:
    """Whether two parts are regions of one scan, or one of them is too short to be a scan."""
    if min(one.size, two.size) < LEAST:
        return True
    low, high = max(x[one].min(), x[two].min()), min(x[one].max(), x[two].max())
    return bool(high - low <= OVERLAP * min(np.ptp(x[one]), np.ptp(x[two])))


def apart(m: Measurement, axis: str) -> list[Measurement]:
    """A measurement as one for each scan of its column `axis`; as it is where there is one."""
    parts = scans(m.table[axis].to_numpy())
    if len(parts) == 1:
        return [m]
    told = BELOW.format(len(parts))
    return [
        replace(m, name=f"{m.name}, scan {k}", table=m.table[rows.tolist()], notes=(*m.notes, told))
        for k, rows in enumerate(parts, 1)
    ]


def other_headings(lines: Sequence[str], headings: str) -> None:
    """Refuses rows of headings among `lines` that are not `headings` again.

    Errors: `HeterofilmError` for such a row: what stands below it is something else.
    """
    first = " ".join(headings.split())
    for line in lines:
        words = sum(any(c.isalpha() for c in cell) for cell in line.replace(";", ",").replace("\t", ",").split(","))
        if words > 1 and " ".join(line.split()) != first and not line.lstrip().startswith(("#", ";", "/", "!", "'")):
            raise FileFormatError(
                f"a second row of headings, '{line.strip()[:60]}', stands below the first table: save the tables apart."
            )
