"""From columns in SI to a measurement: rows that hold numbers, in the order of one clock."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.records.series import ordered, series, sound, whole_numbers

COLUMNS = {
    "time_s": np.array([0.0, 60.0, np.nan, 180.0]), "voltage_V": np.array([3.0, np.inf, 3.0, 3.1]),
    "current_A": np.array([1.0, 1.0, 1.0, -np.inf]),
}  # fmt: skip


def test_nan_and_inf_are_left_out_with_a_word() -> None:
    doubts: list[str] = []
    assert sound(COLUMNS, doubts).tolist() == [True, False, False, False] and "3 rows without numbers" in doubts[0]
    with pytest.raises(HeterofilmError, match="as numbers"):
        sound({"time_s": np.array([np.nan])}, [])


def test_a_gap_in_a_count_holds_what_stood_before() -> None:
    assert whole_numbers(np.array([np.nan, 2.0, np.nan, np.inf, 3.0])).tolist() == [2, 2, 2, 2, 3]


def test_every_column_follows_the_clock() -> None:
    columns = {
        "time_s": np.array([0.0, 60.0, 180.0, 120.0, 240.0]), "voltage_V": np.array([3.0, 3.1, 3.3, 3.2, 3.4]),
        "current_A": np.ones(5), "further": np.array([0.0, 1.0, 3.0, 2.0, 4.0]),
    }  # fmt: skip
    told: list[str] = []
    found, rows = ordered(columns, told)
    assert found["further"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0] and rows is not None and "wrong order" in told[0]
    made = series(found, "cycling", "a", doubts=tuple(told), further={"further": found["further"]})
    assert made.table["further"].to_list() == [0.0, 1.0, 2.0, 3.0, 4.0] and made.doubts == made.notes == tuple(told)


def test_without_a_time_nothing_is_ordered() -> None:
    found, rows = ordered({"voltage_V": np.array([3.0])}, [])
    assert rows is None and found["voltage_V"].tolist() == [3.0]


def test_a_file_with_its_newest_row_first_is_the_same_file() -> None:
    time = np.arange(200.0) * 60.0
    columns = {
        "time_s": time, "voltage_V": 3.5 - 1e-4 * time, "current_A": np.where(time < 6000.0, 1e-3, -1e-3),
        "step": 1.0 + (time >= 6000.0),
    }  # fmt: skip
    told: list[str] = []
    found, rows = ordered({role: values[::-1] for role, values in columns.items()}, told)
    assert all(np.array_equal(found[role], values) for role, values in columns.items())
    assert rows is not None and np.array_equal(rows, np.arange(200)[::-1])
    assert told == ["The newest row stands first in the file: its rows were turned round."]
