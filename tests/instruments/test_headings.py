"""Headings: the words and the unit, in the spellings that testers use."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.instruments.headings import Layout, split, words


@pytest.mark.parametrize(
    ("heading", "said", "unit"),
    [
        ("time/s", "time", "s"), ("Ewe/V", "ewe", "V"), ("<I>/mA", "<i>", "mA"), ("(Q-Qo)/mA.h", "(q qo)", "mAh"),
        ("Q charge/discharge/mA.h", "q charge/discharge", "mAh"), ("-Im(Z)/Ohm", "-im(z)", "ohm"),
        ("Re(Z)/Ohm", "re(z)", "ohm"), ("Test_Time(s)", "test time", "s"), ("Current (mA)", "current", "mA"),
        ("Voltage [V]", "voltage", "V"), ("Cap. [Ah]", "cap", "Ah"), ("Ah-Step", "ah step", ""),
        ("~Time[s]", "time", "s"),
        ("Test Time / s", "test time", "s"), ("Cycle Count / 1", "cycle count", ""), ("current_mA", "current", "mA"),
        ("TestTime/Sec.", "testtime", "s"), ("Run Time (h)", "run time", "h"), ("Cycle-Index", "cycle index", ""),
        ("Total Time (Hours in hh:mm:ss.xxx)", "total time", "clock"), ("电流/mA", "电流", "mA"),
        ("Temperature (°C)", "temperature", "degC"), ("I (µA)", "i", "µA"),
        ("Aux_Temperature_1 (C)", "aux temperature 1", "C"),
        ("Z' [Ohm.cm2]", "z'", "ohm cm2"), ("Re(Z)/KOhm", "re(z)", "kohm"), ("Zre (MΩ)", "zre", "Mohm"),
        ("R/Ohms", "r", "ohm"), ("f/MHZ", "f", "MHz"), ("f (mHz)", "f", "mHz"),
    ],
)  # fmt: skip
def test_words_and_unit(heading: str, said: str, unit: str) -> None:
    assert split(heading) == (said, unit)


@given(st.text(max_size=60))
@example("0-_0")
@example('."a"')
def test_any_text_is_a_heading_of_some_sort(text: str) -> None:
    said, unit = split(text)
    assert said == words(said) or unit  # never an error, and words of words are the words


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
