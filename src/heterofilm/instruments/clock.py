"""Times and dates as text: hours:minutes:seconds with or without days, and the dates that cyclers write."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..units import si

__all__ = ["Dates", "date_seconds", "seconds_of"]

_CLOCK = (
    r"^(?P<minus>[-−])?(?:(?P<d>\d+)\s*(?:days?|d)?[\s,-]+|(?P<e>\d+)d)?"
    r"\s*(?P<h>\d+):(?P<m>\d+)(?::(?P<s>\d+(?:[.,]\d+)?))?$"
)
DATES = tuple(
    f"{day} {hour}"
    for day in ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%m-%d-%Y", "%d-%m-%Y", "%d-%b-%y",
                "%d-%b-%Y", "%d.%m.%y", "%m/%d/%y", "%Y.%m.%d")
    for hour in ("%H:%M:%S%.f", "%I:%M:%S%.f %p", "%H:%M", "%I:%M %p")
)  # fmt: skip
# the zone at the end of an ISO date: +02:00, +0200, -07, Z, UTC, and a name in brackets behind it
_ZONE = r"(?i)(?:\s*(?P<utc>Z|UTC|GMT)|\s*(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2})?)(?:\s*\[[\w/+-]+\])?$"
_HOUR, _DAY = si("h"), si("d")
ALONE = 20.0  # usual intervals by which dates can go back where single rows are out of order
NIGHT = 5  # o'clock: clocks are changed between midnight and then, on a Sunday
UNIX_S, UNIX_MS = 2e8, 2e11  # numbers above count seconds, or milliseconds, since 1970; those below days


@dataclass(frozen=True)
class Dates:
    """Dates as `seconds` since the first, NaN where there is none, shape (n,); `said`: what was assumed.

    `ambiguous`: they repeat an hour as a change of the clocks does, and go back elsewhere too, so that no date in that
    hour tells its time.
    """

    seconds: NDArray[np.float64]
    said: tuple[str, ...] = ()
    ambiguous: bool = False


def seconds_of(text: pl.Series) -> NDArray[Any]:
    """``79:12:56``, ``1d 00:30:00.5`` or ``12.5`` as seconds; NaN for anything else, shape (n,).

    A minus stands for all of it, as before the start of a test. Two numbers are hours and minutes; beside three they
    are minutes and seconds where time falls less often so.
    """
    parts = text.str.extract_groups(_CLOCK).struct.unnest()
    d, e, h, m, s = (
        parts[name].str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        for name in ("d", "e", "h", "m", "s")
    )
    clock = (d.fill_null(0.0) + e.fill_null(0.0)) * _DAY + h * _HOUR + m * 60.0 + s.fill_null(0.0)
    short = h.is_not_null() & s.is_null()
    if short.any() and not short.all():
        other = pl.select(pl.when(short).then(h * 60.0 + m).otherwise(clock)).to_series()
        falls = [int((one.drop_nulls().diff() < 0.0).sum() or 0) for one in (clock, other)]
        clock = other if falls[1] < falls[0] else clock
    clock = pl.select(pl.when(parts["minus"].is_null()).then(clock).otherwise(-clock)).to_series()
    plain = text.cast(pl.Float64, strict=False)
    return clock.fill_null(plain).fill_null(float("nan")).to_numpy()


def date_seconds(dates: pl.Series) -> Dates | None:
    """Dates as seconds since the first; None where they cannot be read.

    Dates with a zone are put to one; of dates without, an hour that is missing or comes twice on a Sunday night is the
    change of the clocks. Of day and month in doubt, the order counts by which time goes on steadily. Numbers are days
    of a spreadsheet, or seconds or milliseconds since 1970.
    """
    if dates.dtype.is_temporal():
        zoned = getattr(dates.dtype, "time_zone", None) is not None
        naive = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else dates
        return _on(_epoch(naive.cast(pl.Datetime("us"))), local=not zoned)
    if dates.dtype.is_numeric():
        number = dates.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        known = np.isfinite(number)
        if not known.any():
            return None
        largest = float(np.median(np.abs(number[known])))
        unit = _DAY if largest < UNIX_S else 1.0 if largest < UNIX_MS else 1e-3
        return _on(number * unit, local=False)
    text = dates.str.strip_chars().str.replace(r",(\d+)$", ".$1").str.replace(r"^(\d{4}-\d{2}-\d{2})[Tt]", "$1 ")
    ahead, zoned = _zones(text)
    if zoned:
        text = text.str.replace(_ZONE, "")
    candidates = []
    sample = text.drop_nulls().head(200)
    for form in DATES:
        if sample.str.to_datetime(form, strict=False, time_unit="us").null_count() > 0.5 * sample.len():
            continue
        seconds = _epoch(text.str.to_datetime(form, strict=False, time_unit="us")) - ahead
        known = seconds[np.isfinite(seconds)]
        if known.size > 0.5 * seconds.size:
            candidates.append((seconds.size - known.size, float(np.abs(np.diff(known)).sum()), seconds))
    return _on(min(candidates, key=lambda c: c[:2])[2], local=not zoned) if candidates else None


def _epoch(dates: pl.Series) -> NDArray[np.float64]:
    return dates.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() * 1e-6


def _zones(text: pl.Series) -> tuple[NDArray[np.float64], bool]:
    """What the zone of each date is ahead of UTC, s, shape (n,); whether most of them name one."""
    sample = text.drop_nulls().head(50)
    if not sample.len() or 2 * int(sample.str.contains(_ZONE).sum()) < sample.len():
        return np.zeros(text.len()), False
    parts = text.str.extract_groups(_ZONE).struct.unnest()
    hours, minutes = (parts[name].cast(pl.Float64, strict=False).fill_null(0.0).to_numpy() for name in ("zh", "zm"))
    sign = np.where((parts["sign"] == "-").fill_null(False).to_numpy(), -1.0, 1.0)
    return sign * (hours * _HOUR + minutes * 60.0), True


def _on(seconds: NDArray[np.float64], *, local: bool) -> Dates:
    """Since the first; of local times without the hour that a change of the clocks leaves out or repeats."""
    known = np.flatnonzero(np.isfinite(seconds))
    since = seconds - seconds[known[0]]
    if not local or known.size < 3:
        return Dates(since)
    interval = np.diff(seconds[known])
    usual = float(np.median(interval[interval > 0.0])) if (interval > 0.0).any() else 0.0
    if usual <= 0.0 or usual > _HOUR / 4.0:  # of rows further apart an hour more or less tells nothing
        return Dates(since)
    changed: dict[dt.date, dt.datetime] = {}
    twice = False
    for way in (1.0, -1.0):
        for k in np.flatnonzero(np.abs(interval - way * _HOUR - usual) <= 2.0 * usual):
            behind = known[k + 1]
            at = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=float(seconds[behind]))
            if at.weekday() == 6 and at.hour < NIGHT and at.date() not in changed:
                changed[at.date()] = at
                # an hour that was left out is told by the time itself, one that comes twice by the order of the rows
                later = seconds >= seconds[behind]
                again = later & ((np.arange(seconds.size) >= behind) | (seconds >= seconds[behind] + _HOUR))
                since -= way * _HOUR * (later if way > 0.0 else again)
                twice = twice or way < 0.0
    said = tuple(
        f"The dates leave out or repeat an hour in the night of {at:%Y-%m-%d}: it was taken for a change of the clocks."
        for at in sorted(changed.values())
    )
    return Dates(since, said, twice and bool((np.diff(since[known]) < -ALONE * usual).any()))
