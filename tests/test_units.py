"""Units: known conversions, the spellings of the field, round trips, one clear sentence for a bad input."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError, did_you_mean
from heterofilm.units import convert, from_si, parse_quantity, parse_unit, to_si

FIELD_UNITS = [
    "V", "mV", "V/s", "mV/s", "1/V", "eV", "A", "mA", "uA", "µA", "nA", "A/m2", "uA/cm2",
    "uA cm-2", "mA/cm2", "C", "Ah", "mAh", "uAh", "uAh/cm2", "uAh/cm2/um", "uAh cm-2 um-1",
    "µAh·cm⁻²·µm⁻¹", "mAh/g", "g/cm3", "g/mol", "mol/m3", "kJ/mol", "J/mol", "J/(mol K)", "nm",
    "um", "µm", "mm", "cm", "m", "cm2", "m2", "cm2/s", "m2/s", "S/cm", "S/m", "ohm", "Ω",
    "ohm cm2", "Ω cm²", "F/m2", "uF/cm2", "s", "min", "h", "d", "1/s", "Hz", "K", "degC", "W",
    "uW/cm2", "GPa", "1", "%",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1.6e-6, "S/cm", "S/m", 1.6e-4),
        (5, "uA/cm2", "A/m2", 0.05),
        (300, "nm", "m", 3e-7),
        (1, "uAh/cm2/um", "C/m3", 3.6e7),
        (1, "uAh/cm2", "C/m2", 36.0),
        (1, "mAh/g", "C/kg", 3600.0),
        (274, "mAh/g", "Ah/kg", 274.0),
        (5.05, "g/cm3", "kg/m3", 5050.0),
        (97.87, "g/mol", "kg/mol", 0.09787),
        (1e-11, "cm2/s", "m2/s", 1e-15),
        (100, "ohm cm2", "ohm m2", 0.01),
        (10, "uF/cm2", "F/m2", 0.1),
        (25, "degC", "K", 298.15),
        (298.15, "K", "degC", 25.0),
        (-40, "°C", "K", 233.15),
        (1, "mV/degC", "V/K", 1e-3),
        (1, "eV", "J", 1.602176634e-19),
        (0.5, "mV/s", "V/s", 5e-4),
        (2, "hours", "min", 120.0),
        (1, "d", "h", 24.0),
        (50, "%", "1", 0.5),
        (1, "mol/L", "mol/m3", 1000.0),
        (120, "GPa", "N/m2", 1.2e11),
        (1, "ohm/s^0.5", "mohm s^-0.5", 1000.0),
    ],
)
def test_known_conversions_are_exact_to_the_last_digit(value, unit, to, expected):
    assert convert(value, unit, to) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        "uAh/cm2/um", "uAh cm-2 um-1", "µAh cm^-2 µm^-1", "μAh·cm⁻²·μm⁻¹", "uAh*cm**-2*um**-1",
        "uAh/(cm2 um)", "uAh / cm2 / um", "uAh cm^(-2) um-1", "1/(uAh^-1 cm2 um)",
    ],
)  # fmt: skip
def test_every_spelling_of_the_volumetric_capacity_is_the_same_unit(spelling):
    assert parse_unit(spelling) == parse_unit("uAh cm-2 um-1")


def test_whole_symbols_win_over_prefix_and_base():
    assert parse_unit("min").factor == 60.0
    assert parse_unit("Pa").factor == 1.0
    assert parse_unit("C").dimension == parse_unit("A s").dimension
    assert parse_unit("V").dimension == parse_unit("J/C").dimension
    assert parse_unit("S").dimension == parse_unit("1/ohm").dimension
    assert parse_unit("F").dimension == parse_unit("C/V").dimension


@given(st.sampled_from(FIELD_UNITS), st.floats(-1e12, 1e12))
def test_to_si_and_back(unit, value):
    back = from_si(to_si(value, unit), unit)
    assert math.isclose(back, value, rel_tol=1e-14, abs_tol=1e-12 if unit == "degC" else 1e-300)


@given(st.sampled_from(FIELD_UNITS), st.integers(-(10**6), 10**6), st.integers(-6, 6))
def test_numbers_a_person_would_write_survive_the_trip_unchanged(unit, digits, exponent):
    value = float(f"{digits}e{exponent}")
    if unit != "degC":  # adding 273.15 costs a small number its last digits
        assert from_si(to_si(value, unit), unit) == value


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(FIELD_UNITS),
    st.sampled_from(["", " ", "  "]),
)
def test_a_written_quantity_is_read_back(value, unit, gap):
    if unit[0] == "1":
        gap = " "  # without a space the 1 of "1/s" would be one more digit
    assert parse_quantity(f"{value!r}{gap}{unit}") == (value, unit)


def test_quantities():
    assert parse_quantity("300 nm") == (300.0, "nm")
    assert parse_quantity("-1.5e-3 V") == (-1.5e-3, "V")
    assert parse_quantity("5uA/cm2") == (5.0, "uA/cm2")
    assert parse_quantity("5eV") == (5.0, "eV")
    assert parse_quantity("−.5 V") == (-0.5, "V")
    assert parse_quantity(" 0.3 ") == (0.3, "1")


def test_values_that_are_not_finite_pass_through():
    assert to_si(math.inf, "uA/cm2") == math.inf
    assert math.isnan(from_si(math.nan, "degC"))
    assert convert(-math.inf, "mV", "V") == -math.inf


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ma", "Did you mean 'mA'?"),
        ("uah/cm2", "Unknown unit 'uah' in 'uah/cm2'. Did you mean 'uAh'?"),
        ("volts", "Did you mean 'V'?"),
        ("micron", "Did you mean 'um'?"),
        ("celsius", "Did you mean 'degC'?"),
        ("", "empty"),
        ("J/mol K", "ambiguous"),
        ("A/", "ends where another unit was expected"),
        ("/s", "'/' where a unit was expected"),
        ("A/(m2 s", "lacks a closing ')'"),
        ("A)", "')' too many"),
        ("A m2cm", "runs two units together"),
        ("3 V", "Cannot read the unit '3 V'"),
        ("V; import os", "Cannot read the unit"),
        ("10", "Cannot read the unit '10'"),
    ],
)
def test_a_bad_unit_is_answered_with_one_sentence(text, says):
    with pytest.raises(HeterofilmError) as caught:
        parse_unit(text)
    assert says in str(caught.value)


def test_different_dimensions_are_refused_and_both_units_named():
    with pytest.raises(HeterofilmError, match=r"Cannot convert 'V' \(kg m2 s-3 A-1\) to 'A/m2' \(m-2 A\)"):
        convert(1.0, "V", "A/m2")
    with pytest.raises(HeterofilmError, match="dimensionless"):
        convert(1.0, "1", "V")


@pytest.mark.parametrize("text", ["V", "", "five V", "3,3 V", "3.3.3 V", "1 2 V", "5 volts"])
def test_a_bad_quantity_is_refused(text):
    with pytest.raises(HeterofilmError):
        parse_quantity(text)


def test_a_unit_must_be_text():
    with pytest.raises(HeterofilmError, match="A unit is text"):
        parse_unit(5)


def test_did_you_mean():
    assert did_you_mean("dischage", ["discharge", "rest"]) == " Did you mean 'discharge'?"
    assert did_you_mean("REST", ["discharge", "rest"]) == " Did you mean 'rest'?"
    assert did_you_mean("xyz", ["discharge", "rest"]) == ""
    assert did_you_mean("x", []) == ""
