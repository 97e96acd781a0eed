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
    assert found[0] == 0.0 and found[1] == pytest.approx(2.0, abs=0.51)


def test_day_and_month_go_by_what_runs_on_steadily() -> None:
    """1 to 3 February, not 2 January, 2 February, 2 March."""
    found = date_seconds(pl.Series([f"0{d}/02/2024 00:00:00" for d in (1, 2, 3)]))
    assert found is not None and np.allclose(found, [0.0, 86400.0, 172800.0])
    american = date_seconds(pl.Series([f"02/0{d}/2024 00:00:00" for d in (1, 2, 3)]))
    assert american is not None and np.allclose(american, [0.0, 86400.0, 172800.0])


def test_days_of_a_spreadsheet_and_what_is_no_date() -> None:
    found = date_seconds(pl.Series([45131.0, 45131.5]))
    assert found is not None and np.allclose(found, [0.0, 43200.0])
    assert date_seconds(pl.Series(["a", "b"])) is None
