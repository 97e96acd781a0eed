"""Headings: the words and the unit, in the spellings that testers use."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.text_tables import split, words


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
        ("E (V vs. Li/Li+)", "e", "V"), ("Ewe vs Li⁺/Li / V", "ewe", "V"), ("U/V vs. Li", "u", "V"),
        ("E (V vs. SHE)", "e (v vs. she)", ""), ("Q / mAh/g", "q", "mAh/g"),
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
