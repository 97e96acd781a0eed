"""One clock that never falls: what a tester did to the time is undone, said, or refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.records.timeline import steady, usual_interval

N = 40
TIME = 60.0 * np.arange(N)
VOLTAGE = 3.0 - 0.01 * np.arange(N)


def mended(time: np.ndarray, run: np.ndarray | None = None, spare: np.ndarray | None = None, rows: list | None = None):
    return steady(time, rows or [VOLTAGE[: time.size]], np.ones(time.size, int) if run is None else run, spare)


@given(st.lists(st.floats(0.0, 1e3), min_size=1, max_size=30))
def test_a_clock_that_does_not_fall_is_left_alone(steps: list[float]) -> None:
    time = np.cumsum(steps)
    found = steady(time, [time], np.ones(time.size, int))
    assert found.time_s is time and not found.said and not found.assumed.any()


@given(st.integers(5, N - 5), st.sampled_from(["zero", "ahead", "swapped", "again"]))
def test_one_fault_of_a_regular_clock_is_undone(k: int, fault: str) -> None:
    """A row stamped 0 or far ahead, two rows swapped, a clock that begins again: the regular clock comes back."""
    time, voltage = TIME.copy(), VOLTAGE.copy()
    if fault == "swapped":
        for one in (time, voltage):
            one[[k, k + 1]] = one[[k + 1, k]]
    elif fault == "again":
        time[k:] -= time[k]
    else:
        time[k] = 0.0 if fault == "zero" else 1e9
    found = mended(time, rows=[voltage])
    assert np.allclose(found.time_s, TIME) and len(found.said) == 1
    assert np.allclose(voltage[found.rows], VOLTAGE)


def test_the_first_row_of_a_step_begins_where_the_step_before_ended() -> None:
    run = np.repeat([1, 2], N // 2)
    time = np.where(np.arange(N) == N // 2, 0.0, TIME - 60.0 * (run == 2))
    found = mended(time, run)
    assert found.time_s[N // 2] == found.time_s[N // 2 - 1] and found.time_s[N // 2 + 1] == TIME[N // 2]


def test_another_clock_tells_the_interval_in_which_the_clock_began_again() -> None:
    time = np.where(np.arange(N) >= 20, TIME - TIME[20], TIME)
    spare = np.where(np.arange(N) >= 20, TIME + 500.0, TIME)
    assert mended(time, spare=spare).time_s[20] - mended(time, spare=spare).time_s[19] == 560.0


def test_the_end_of_one_export_is_the_beginning_of_the_next() -> None:
    order = np.r_[0:30, 22:40]
    found = mended(TIME[order], rows=[VOLTAGE[order]])
    assert np.array_equal(order[found.rows], np.arange(N)) and "8 rows repeat" in found.said[0]


def test_the_same_test_twice_is_said_and_kept() -> None:
    """Whether a file was joined with itself, or a clock began again on a cell that does not age, nobody can tell."""
    order = np.r_[0:40, 0:40]
    found = mended(TIME[order], rows=[VOLTAGE[order]])
    assert found.rows.size == 80 and any("remove one copy" in one for one in found.said)


def test_rows_written_twice_hide_nothing() -> None:
    time, voltage = TIME.copy(), VOLTAGE.copy()
    for one in (time, voltage):
        one[[20, 21]] = one[[21, 20]]
    order = np.repeat(np.arange(N), 2)
    found = mended(time[order], rows=[voltage[order]])
    assert np.allclose(found.time_s, TIME) and any("written twice" in one for one in found.said)


def test_a_small_step_back_is_held() -> None:
    time = TIME.copy()
    time[20] = time[19] - 1.0
    found = mended(time)
    assert (np.diff(found.time_s) >= 0.0).all() and "held" in found.said[0]


def test_what_is_no_clock_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="no clock"):
        steady(np.tile([1.0, 0.0], 30_000), [np.arange(60_000)], np.ones(60_000, int))
    jumping = TIME.copy()
    jumping[[3, 8, 13, 18, 23, 28, 33]] = 1e9
    with pytest.raises(HeterofilmError, match="back and forth"):
        mended(jumping)


def test_the_usual_interval_counts_no_standstill() -> None:
    assert usual_interval(np.array([0.0, 0.0, 60.0, 60.0, 120.0])) == 60.0 and usual_interval(np.zeros(3)) == 0.0
