"""A slider goes from end to end of what a value may be, and back to the value that it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.tabs.sliders import PLACES, place_on, spread, value_at
from heterofilm.cell import Cell
from heterofilm.library import Value, value_paths

NUMBERS = st.floats(1e-15, 1e6)


@given(value=NUMBERS, low=NUMBERS, high=NUMBERS, log=st.booleans())
def test_a_place_is_that_of_its_value(value: float, low: float, high: float, log: bool) -> None:
    """To one place in a thousand, or to the four digits that are kept; and never beyond the ends."""
    low, high = sorted((low, high))
    kind = {"low": low, "high": high} if low <= value <= high else {}
    one = Value(value=value, unit="1", kind="assumed", source="s", method="log" if log else "linear", **kind)
    ends = spread(one)
    assert ends[0] <= value <= ends[1]
    for place in (0, PLACES // 3, PLACES):
        at = value_at(place, ends)
        assert ends[0] <= at <= ends[1]
        step = max(abs(value_at(min(PLACES, place + 1), ends) - value_at(max(0, place - 1), ends)), 1e-3 * abs(at))
        assert abs(value_at(place_on(at, ends), ends) - at) <= step


def test_every_value_of_a_cell_has_a_slider() -> None:
    """Also those that are zero or have no range."""
    for path, value in value_paths(Cell.load("voc1-half").entries):
        low, high, _ = spread(value)
        assert low < high, path
        assert 0 <= place_on(value.value, spread(value)) <= PLACES
