"""A running charge from any counter: what began again, was rounded, or cannot have been counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.records.counters import held, running_charge

N = 30
TIME = 60.0 * np.arange(N)
CURRENT = np.full(N, 1e-3)
TRUTH = CURRENT[0] * TIME


def charge(said: list[str], **columns: np.ndarray) -> np.ndarray:
    found = running_charge(columns, TIME, CURRENT, None, False, said)
    assert found is not None
    return found


@given(st.integers(3, N - 2), st.floats(0.0, 1e3), st.sampled_from(["counter_C", "amount_C", "discharged_C"]))
def test_a_counter_that_begins_again_loses_nothing(k: int, before: float, role: str) -> None:
    """From the start of the test or with a charge counted before, zeroed in any row."""
    count = before + np.where(np.arange(N) >= k, TRUTH - TRUTH[k - 1] - before, TRUTH)
    columns = {role: count} | ({"charged_C": np.zeros(N)} if role == "discharged_C" else {})
    said: list[str] = []
    assert np.allclose(charge(said, **columns), TRUTH) and not said


@given(st.integers(2, N - 2), st.floats(0.0, 5e-4))
def test_a_counter_that_falls_by_rounding_has_not_begun_again(k: int, share: float) -> None:
    count = np.where(np.arange(N) == k, TRUTH * (1.0 - share), TRUTH)
    count[k + 1 :] = np.maximum(count[k + 1 :], 0.0)
    assert charge([], discharged_C=count, charged_C=np.zeros(N))[-1] == pytest.approx(TRUTH[-1])


def test_rows_swapped_behind_a_pause_are_no_counter_that_began_again() -> None:
    """It falls by what moves from row to row, far from zero: the sum is the truth, though in the pause anything may
    have been counted."""
    pause = TIME + 1e5 * (np.arange(N) >= 11)
    order = np.arange(N)
    order[[10, 11]] = order[[11, 10]]
    moved = running_charge({"discharged_C": TRUTH[order], "charged_C": np.zeros(N)}, pause, CURRENT, None, False, [])
    assert moved is not None and moved[-1] == pytest.approx(TRUTH[-1])


def test_a_change_beyond_all_current_is_replaced_and_said() -> None:
    said: list[str] = []
    assert np.allclose(charge(said, counter_C=TRUTH + 1e3 * (np.arange(N) >= 10)), TRUTH)
    assert "1 times by more than any current can move" in said[0]


def test_a_counter_in_another_unit_is_left_as_it_is() -> None:
    """It is the comparison with the integral that must find it, not a bound that hides it."""
    said: list[str] = []
    assert np.allclose(charge(said, counter_C=1e3 * TRUTH), 1e3 * TRUTH) and not said


def test_without_a_counter_there_is_none() -> None:
    assert running_charge({}, TIME, CURRENT, None, False, []) is None
    assert running_charge({"charged_C": TRUTH}, TIME, CURRENT, None, False, []) is None


def test_gaps_of_a_counter_hold_what_stood_before() -> None:
    assert held(np.array([np.nan, 1.0, np.nan, 1e13, 2.0]), None, 1e12).tolist() == [1.0, 1.0, 1.0, 1.0, 2.0]
    assert held(np.array([np.nan, 1.0]), 0.0, 1e12).tolist() == [0.0, 1.0]
