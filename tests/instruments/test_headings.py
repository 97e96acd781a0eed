"""Headings: which of a vendor's words is which of our columns."""

import pytest

from heterofilm.instruments.headings import Layout

LAYOUT = Layout(
    "T",
    {"u": "voltage_V", "e": "voltage_V", "i": "current_A", "t1": "temperature_K", "q": "counter_C"},
    {"current_A": "uA"},
)


def test_units_become_factors() -> None:
    found = LAYOUT.match(["U/mV", "I", "T1[C]", "Q (mAh/g)"])
    assert found["voltage_V"].factor == pytest.approx(1e-3)
    assert found["current_A"].factor == pytest.approx(1e-6)
    assert (found["temperature_K"].factor, found["temperature_K"].offset) == (1.0, 273.15)
    assert "counter_C" not in found  # a charge per mass is no charge


def test_of_two_headings_the_first_in_the_list_counts() -> None:
    assert LAYOUT.match(["E/V", "U/V"])["voltage_V"].heading == "U/V"
    assert LAYOUT.match(["U/V", "E/V"])["voltage_V"].heading == "U/V"
