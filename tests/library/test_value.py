"""One number: units, kinds, ranges, short forms; what a field expects of it; all that is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from heterofilm.library.value import NO_SOURCE, Entry, Layer, Quantity, Value, assumed, hint

NUMBERS = st.floats(1e-12, 1e12)


def _value(number: float, **more: object) -> Value:
    return Value.model_validate({"value": number, "unit": "nm", "kind": "measured", "source": "s"} | more)


@given(NUMBERS)
def test_a_value_there_and_back(x: float) -> None:
    """si and to are one conversion: nm to m divides by 1e9, um by 1e3, and the own unit changes nothing."""
    value = _value(x)
    assert value.si == pytest.approx(x * 1e-9, rel=1e-15) and value.to("um") == pytest.approx(x * 1e-3, rel=1e-15)
    assert value.to("nm") == x


def test_short_forms_say_that_they_have_no_source() -> None:
    texts = (("300 nm", 300.0, "nm", None), ("3 +- 0.5 V", 3.0, "V", 0.5), (0.5, 0.5, "1", None))
    for given_, number, unit, sigma in texts:
        value = Value.model_validate(given_)
        assert (value.value, value.unit, value.sigma) == (number, unit, sigma)
        assert (value.kind, value.source, value.layer) == ("assumed", NO_SOURCE, Layer.FILE)
    for wrong in (True, "three nm", "3 parsec", None, [3]):
        with pytest.raises(ValidationError):
            Value.model_validate(wrong)


def test_ranges_hold_their_value_unless_it_was_calibrated() -> None:
    for wrong in ({"low": 2.0, "high": 1.0}, {"low": 4.0}, {"high": 2.0}, {"sigma": -1.0}, {"value": math.nan}):
        with pytest.raises(ValidationError):
            _value(3.0, **wrong)
    assert _value(3.0, low=4.0, kind="calibrated").span == (4.0, 3.0)  # a range that was assumed before does not bind
    for wrong in ({"value": -3.0}, {"low": 0.0}):
        with pytest.raises(ValidationError, match="positive"):
            _value(3.0, method="log", **wrong)


@given(st.floats(1e-3, 0.5), st.floats(2.0, 1e3), st.sampled_from(["linear", "log"]))
def test_draws_stay_in_the_range_and_fill_it(low: float, high: float, method: str) -> None:
    """Every draw lies in [low, high] in the unit that is asked for; the median is that of the method, 5 sigma wide."""
    value = _value(1.0, low=low, high=high, method=method)
    drawn = value.draw(np.random.default_rng(0), 4000, "m")
    ends = low * 1e-9, high * 1e-9
    assert drawn.min() >= ends[0] * (1 - 1e-12) and drawn.max() <= ends[1] * (1 + 1e-12)
    below = np.mean(drawn <= (math.sqrt(ends[0] * ends[1]) if method == "log" else sum(ends) / 2.0))
    assert abs(below - 0.5) < 5.0 * 0.5 / math.sqrt(4000)
    assert np.all(_value(2.0).draw(np.random.default_rng(0), 3, "nm") == 2.0)


def test_layers_are_no_part_of_equality_and_remember_what_was() -> None:
    one, other = _value(1.0), _value(2.0)
    put = other.on(Layer.SET, one)
    assert put == other and hash(put) == hash(other) and put.layer is Layer.SET and put.before is one
    assert other.layer is Layer.FILE and assumed(1.0, "V", 0.0, 2.0, "s").layer is Layer.DEFAULT


@pytest.mark.parametrize(
    ("quantity", "given_", "said"),
    [
        (Quantity("cm2/s", positive=True), "1 nm", "expected a quantity in cm2/s"),
        (Quantity("1"), "1 V", "expected a number without unit"),
        (Quantity("V", positive=True), "0 V", "positive value in V, got 0 V"),
        (Quantity("V", minimum=1.0), "900 mV", "at least 1 V, got 900 mV"),
        (Quantity("V", maximum=1.0), "1100 mV", "at most 1 V, got 1100 mV"),
        (Quantity("nm", maximum=1.0, also=("mAh/g",)), "2 V", "in mAh/g"),
    ],
)
def test_what_a_field_does_not_take(quantity: Quantity, given_: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        quantity.check(Value.model_validate(given_))


def test_what_a_field_takes() -> None:
    """Limits in its own unit whatever the unit of the value; ends that rounding moves; other dimensions."""
    Quantity("V", minimum=0.3, maximum=0.3).check(Value.model_validate("300 mV"))
    Quantity("nm", maximum=1.0, also=("mAh/g",)).check(Value.model_validate("140 mAh/g"))
    assert Quantity("V").check(None) is None
    with pytest.raises(ValueError, match="also over its range"):
        Quantity("nm", maximum=5.0).check(_value(3.0, high=6.0))


class _Table(Entry):
    alpha: float
    beta: float = 1.0


def test_all_faults_at_once_and_a_misspelt_key_is_not_missing() -> None:
    with pytest.raises(ValidationError) as told:
        _Table.model_validate({"alhpa": 1.0, "beta": "x", "zzz": 3})
    said = str(told.value)
    assert "no key 'alhpa'" in said and "alpha" in said and "no key 'zzz'" in said and "beta" in said
    assert "Field required" not in said
    with pytest.raises(ValidationError):
        _Table.model_validate({"alpha": math.inf})


def test_hints_name_the_nearest_or_all() -> None:
    assert hint("alhpa", ["alpha", "beta"]).endswith("?") and "alpha" in hint("alhpa", ["alpha", "beta"])
    assert hint("zzzzzz", ["b", "a"]) == "; known: a, b." and hint("a", []) == "."
