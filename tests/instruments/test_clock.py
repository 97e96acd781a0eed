"""Clocks and dates as text become seconds."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.instruments.clock import date_seconds, seconds_of


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_hours_minutes_seconds(h: int, m: int, s: int, ms: int) -> None:
    text = [f"{h}:{m:02d}:{s:02d}.{ms:03d}", f"{h:02d}:{m:02d}:{s:02d},{ms:03d}"]
    assert np.allclose(seconds_of(pl.Series(text)), h * 3600 + m * 60 + s + ms / 1000)
    assert np.allclose(seconds_of(pl.Series([f"-{one}" for one in text])), -(h * 3600 + m * 60 + s + ms / 1000))


def test_days_bare_numbers_and_rubbish() -> None:
    found = seconds_of(pl.Series(["1d 00:30:00.50", "2 01:00:00", "3-00:00:01", "12.5", "01:30", "x", "", None]))
    assert np.allclose(found[:5], [88200.5, 2 * 86400 + 3600, 3 * 86400 + 1, 12.5, 5400])
    assert np.isnan(found[5:]).all()


@pytest.mark.parametrize(
    "rows",
    [
        ["2024-12-31 23:59:59", "2025-01-01 00:00:01.5"],
        ["12/31/2024 11:59:59 PM", "1/1/2025 12:00:01 AM"],
        ["31.12.2024 23:59:59,000", "01.01.2025 00:00:01,500"],
        ["31-Dec-24 11:59:59 PM", "01-Jan-25 12:00:01 AM"],
    ],
)
def test_dates_of_every_vendor(rows: list[str]) -> None:
    found = date_seconds(pl.Series(rows))
    assert found is not None
    assert found.seconds[0] == 0.0 and found.seconds[1] == pytest.approx(2.0, abs=0.51)


def test_day_and_month_go_by_what_runs_on_steadily() -> None:
    """1 to 3 February, not 2 January, 2 February, 2 March."""
    found = date_seconds(pl.Series([f"0{d}/02/2024 00:00:00" for d in (1, 2, 3)]))
    assert found is not None and np.allclose(found.seconds, [0.0, 86400.0, 172800.0])
    american = date_seconds(pl.Series([f"02/0{d}/2024 00:00:00" for d in (1, 2, 3)]))
    assert american is not None and np.allclose(american.seconds, [0.0, 86400.0, 172800.0])


def test_days_of_a_spreadsheet_and_what_is_no_date() -> None:
    found = date_seconds(pl.Series([45131.0, 45131.5]))
    assert found is not None and np.allclose(found.seconds, [0.0, 43200.0])
    assert date_seconds(pl.Series(["a", "b"])) is None


@pytest.mark.parametrize(
    "rows",
    [
        ["2024-10-26T23:59:30+02:00", "2024-10-27T00:00:30+02:00", "2024-10-26T22:01:30Z"],
        ["2024-10-26 23:59:30.5+0200", "2024-10-27 00:00:30.5+0200", "2024-10-26 22:01:30.5 UTC"],
        ["2024-10-26T14:59:30-07:00[America/Denver]", "2024-10-26T22:00:30Z", "2024-10-26T22:01:30+00:00"],
    ],
)
def test_dates_with_a_zone_are_put_to_one(rows: list[str]) -> None:
    """A minute apart, whatever their zones say."""
    found = date_seconds(pl.Series(rows))
    assert found is not None and np.allclose(found.seconds, [0.0, 60.0, 120.0]) and not found.said


@pytest.mark.parametrize(("begins", "change", "hours"), [("2024-03-30 23:00", "2024-03-31 02:00", 1),
                                                         ("2024-10-26 23:00", "2024-10-27 03:00", -1)])  # fmt: skip
def test_local_dates_cross_a_change_of_the_clocks(begins: str, change: str, hours: int) -> None:
    """Eight hours of rows a minute apart over a night in which an hour is left out or comes twice; it is said."""
    true = pl.datetime_range(pl.lit(begins).str.to_datetime(), pl.lit(begins).str.to_datetime() + pl.duration(hours=8),
                             "1m", eager=True)  # fmt: skip
    turn = pl.Series([change]).str.to_datetime()[0]
    shown = pl.select(pl.when(true >= turn).then(true + pl.duration(hours=hours)).otherwise(true)).to_series()
    found = date_seconds(shown.dt.strftime("%d.%m.%Y %H:%M:%S"))
    assert found is not None and np.allclose(found.seconds, 60.0 * np.arange(shown.len()))
    assert len(found.said) == 1 and change[:10] in found.said[0]


def test_an_hour_that_is_missing_by_day_is_no_change_of_the_clocks() -> None:
    rows = [f"31.03.2024 {h:02d}:{m:02d}:00" for h, m in [(12, 0), (12, 1), (12, 2), (13, 3), (13, 4)]]
    found = date_seconds(pl.Series(rows))
    assert found is not None and not found.said and found.seconds[-1] == 64 * 60.0


def test_seconds_and_milliseconds_since_1970() -> None:
    for numbers in ([1.7e9, 1.7e9 + 5.0], [1.7e12, 1.7e12 + 5e3]):
        found = date_seconds(pl.Series(numbers))
        assert found is not None and np.allclose(found.seconds, [0.0, 5.0])


def test_dates_that_repeat_an_hour_and_go_back_elsewhere_are_ambiguous() -> None:
    """Two exports that overlap, over the night in which an hour comes twice."""
    before = [f"27.10.2024 02:{m:02d}:00" for m in range(30, 60)]
    rows = [*before, *(f"27.10.2024 02:{m:02d}:00" for m in range(60)), *before]
    found = date_seconds(pl.Series(rows))
    assert found is not None and found.ambiguous
    single = date_seconds(pl.Series(rows[:90]))
    assert single is not None and not single.ambiguous


@pytest.mark.parametrize("step", [7, 60, 610])
@pytest.mark.parametrize("seconds_too", [True, False])
def test_minutes_and_seconds_below_an_hour(step: int, seconds_too: bool) -> None:
    """``59:00`` before ``1:00:00`` are minutes, beside nothing else ``12:30`` are hours and minutes."""
    times = np.arange(0, 4 * 3600, step if seconds_too else 60 * step)
    long = [f"{t // 3600}:{t % 3600 // 60:02d}" + (f":{t % 60:02d}" if seconds_too else "") for t in times.tolist()]
    short = [one[2:] if seconds_too and one.startswith("0:") else one for one in long]
    assert np.array_equal(seconds_of(pl.Series(short)), times) and np.array_equal(seconds_of(pl.Series(long)), times)
