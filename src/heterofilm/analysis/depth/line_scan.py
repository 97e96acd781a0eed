"""Layers of a cross-section from a line scan of its elements (EDS): interfaces, their widths, thicknesses.

Edges are error functions as in a depth profile (`edges`), which weighs counts by their own noise. A line scan may hold
percents: each element is brought to the counts whose Poisson noise is what neighbouring points scatter by.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement

__all__ = ["as_profile", "elements_of"]

CHI2 = 0.4549  # median of chi^2 of one degree of freedom
MOST = 1e8  # counts at the top of an element without scatter


def elements_of(scan: Measurement) -> list[str]:
    """The elements of a line scan. Errors: `HeterofilmError` for data of another technique."""
    if scan.technique != "line scan":
        raise InputError(f"'{scan.name}' holds {scan.technique} data, not a line scan.")
    return [name for name in scan.table.columns if name != "distance_nm"]


def as_profile(scan: Measurement) -> Measurement:
    """The scan as a depth profile whose counts scatter by their square root; elements that are nowhere are left out."""
    elements = elements_of(scan)
    columns = {"depth_nm": scan.column("distance_nm")}
    for name in elements:
        y = np.maximum(np.nan_to_num(scan.column(name)), 0.0)
        if y.max() > 0.0:
            columns[name] = y * _counts_per_unit(y)
    return replace(scan, technique="depth profile", table=pl.DataFrame(columns))


def _counts_per_unit(y: NDArray[Any]) -> float:
    """c for which c y scatters from point to point by sqrt(c y): c = mean(y)/var, of differences of neighbours."""
    scatter = float(np.median(np.diff(y) ** 2)) / (2.0 * CHI2)
    typical = float(np.median(y[y > 0.1 * y.max()]))
    return float(min(typical / scatter, MOST / y.max())) if scatter > 0.0 else MOST / float(y.max())
