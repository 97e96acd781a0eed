"""Times and dates as text: hours:minutes:seconds with or without days, and the dates that cyclers write."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["date_seconds", "seconds_of"]

_CLOCK = r"^(?:(?P<d>\d+)\s*(?:days?|d)?[\s,-]+|(?P<e>\d+)d)?\s*(?P<h>\d+):(?P<m>\d+)(?::(?P<s>\d+(?:[.,]\d+)?))?$"
DATES = (
    "%Y-%m-%d %H:%M:%S%.f", "%m/%d/%Y %H:%M:%S%.f", "%d/%m/%Y %H:%M:%S%.f", "%d.%m.%Y %H:%M:%S%.f",
    "%m/%d/%Y %I:%M:%S %p", "%d-%b-%y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S%.f", "%m-%d-%Y %H:%M:%S%.f",
)  # fmt: skip


def seconds_of(text: pl.Series) -> NDArray[Any]:
    """``79:12:56``, ``1d 00:30:00.5`` or ``12.5`` as seconds; NaN for anything else, shape (n,)."""
    parts = text.str.extract_groups(_CLOCK).struct.unnest()
    d, e, h, m, s = (
        parts[name].str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        for name in ("d", "e", "h", "m", "s")
    )
    clock = (d.fill_null(0.0) + e.fill_null(0.0)) * 86400.0 + h * 3600.0 + m * 60.0 + s.fill_null(0.0)
    plain = text.cast(pl.Float64, strict=False)
    return clock.fill_null(plain).fill_null(float("nan")).to_numpy()


def date_seconds(dates: pl.Series) -> NDArray[Any] | None:
    """Dates as seconds since the first, NaN where there is none; None where they cannot be read.

    Of day and month in doubt, the order counts by which time goes on steadily.
    """
    if dates.dtype.is_temporal():
        parsed = [dates.cast(pl.Datetime("us"))]
    elif dates.dtype.is_numeric():  # days of a spreadsheet
        days = dates.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return np.asarray((days - days[np.isfinite(days)][:1]) * 86400.0) if np.isfinite(days).any() else None
    else:
        text = dates.str.strip_chars().str.replace(r",(\d+)$", ".$1")
        parsed = [text.str.to_datetime(form, strict=False, time_unit="us") for form in DATES]
    candidates = []
    for one in parsed:
        seconds = one.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() * 1e-6
        known = seconds[np.isfinite(seconds)]
        if known.size > 0.5 * seconds.size:
            jumps = float(np.abs(np.diff(known)).sum())
            candidates.append((seconds.size - known.size, jumps, seconds - known[0]))
    return min(candidates, key=lambda c: c[:2])[2] if candidates else None
