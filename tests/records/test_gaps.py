"""Rows that are missing within a test: what of the time counts, by the counter or by how the voltage moved on."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.records.gaps import Doubt, gaps_of, half_of, said_of_gaps

N, DT, LONG = 60, 10.0, 600.0  # rows, usual interval (s), the gap (s)
AT = 30  # row before which rows are missing


def discharge(flowing: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Time, voltage, current, direction of a discharge with a gap in which the current flowed, or stood still."""
    time = DT * np.arange(N, dtype=float)
    time[AT:] += LONG - DT
    on = time if flowing else DT * np.arange(N, dtype=float)
    return time, 3.5 - 1e-4 * on, np.full(N, 0.2), np.ones(N, int)


def test_an_even_clock_has_no_gap() -> None:
    time = DT * np.arange(N, dtype=float)
    assert gaps_of(time, 3.5 - 1e-4 * time, np.full(N, 0.2), np.ones(N, int), None) == []


@pytest.mark.parametrize("flowing", [True, False])
def test_the_voltage_tells_whether_the_current_flowed(flowing: bool) -> None:
    """It moved on as before by the whole interval, or by one of the usual length."""
    (gap,) = gaps_of(*discharge(flowing), None)
    assert (gap.row, gap.long, gap.usual, gap.by_counter) == (AT, LONG, DT, False)
    assert gap.counts == pytest.approx(LONG if flowing else DT)
    assert (Doubt.FLOWED if flowing else Doubt.PAUSED) in gap.doubt


def test_where_there_is_a_counter_it_tells() -> None:
    time, V, i, way = discharge(False)
    counter = 0.2 * DT * np.arange(N)  # it stood still in the gap
    (gap,) = gaps_of(time, V, i, way, counter)
    assert gap.by_counter and gap.counts == pytest.approx(DT)


def test_gaps_are_said_with_their_length_and_place() -> None:
    found = gaps_of(*discharge(True), None)
    said = said_of_gaps(found, np.full(N, 7), np.ones(N, int))
    assert len(said) == 1 and "10 min" in said[0] and "7" in said[0]
    assert [half_of(k) for k in (1, -1, 0)] == ["discharge", "charge", "rest"]
