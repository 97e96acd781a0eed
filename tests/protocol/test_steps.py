"""A step says what ends it, in words that mean the same step; what could not be run is refused when it is written."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from heterofilm.errors import InputError
from heterofilm.protocol.quantities import Limit, Setpoint
from heterofilm.protocol.steps import FREQUENCIES, Impedance, Step, Temperature
from heterofilm.protocol.words import STEP_KINDS

CURRENT, VOLTAGE = Setpoint(0.05, "A/m2"), Setpoint(3.8, "V")
HOUR, HALF_HOUR, LOW = Limit("time", 3600.0, "s"), Limit("time", 1800.0, "s"), Limit("voltage", 2.15, "V")


def test_every_kind_has_an_example_that_is_a_step_of_it() -> None:
    from heterofilm.protocol.protocol import Protocol

    for kind, own in STEP_KINDS.items():
        (item,) = Protocol.parse(own.example).items
        assert isinstance(item, Step) and item.kind == kind


def test_words_are_made_of_the_values_alone() -> None:
    """Equal values, equal words; the words are not part of what is compared, and nothing of a step changes later."""
    one, other = (Step("discharge", CURRENT, (LOW, HOUR)) for _ in range(2))
    assert one == other and str(one) == one.text == "Discharge at 5 uA/cm2 until 2.15 V or for 1 h"
    assert one != Step("discharge", CURRENT, (HOUR, LOW)), "which limit is first is kept"
    with pytest.raises(FrozenInstanceError):
        one.rate = 1.0  # type: ignore[misc]


def test_a_limit_is_added_only_where_the_step_has_none_of_its_unit() -> None:
    step = Step("discharge", CURRENT, (HOUR,))
    assert step.ending_also_at(HALF_HOUR) is step
    longer = step.ending_also_at(LOW)
    assert longer.limits == (HOUR, LOW) and step.limits == (HOUR,) and longer.ending_also_at(LOW) is longer


def test_the_cut_off_of_the_cell_ends_what_has_no_limit() -> None:
    assert Step("discharge", CURRENT).at_window and not Step("discharge", CURRENT, (HOUR,)).at_window
    assert not Step("sweep", VOLTAGE, rate=1e-3).at_window, "a sweep ends at its voltage"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Step("rest", CURRENT, (HOUR,)), "A rest has no current"),
        (lambda: Step("rest", None), "would never end"),
        (lambda: Step("discharge", None, (HOUR,)), "has no current"),
        (lambda: Step("charge", Setpoint(10.0, "ohm m2"), (HOUR,)), "A resistance cannot charge"),
        (lambda: Step("discharge", CURRENT, (HOUR,), rate=1e-3), "A sweep has a rate and nothing else has"),
        (lambda: Step("sweep", VOLTAGE), "A sweep has a rate"),
        (lambda: Step("sweep", VOLTAGE, rate=-1e-3), "must be above zero"),
        (lambda: Step("sweep", VOLTAGE, rate=math.nan), "must be above zero"),
        (lambda: Step("discharge", CURRENT, (HOUR, HALF_HOUR)), "two time limits"),
        (lambda: Step("discharge", CURRENT, (Limit("current", 0.01, "A/m2"),)), "cannot end at a current"),
        (lambda: Step("discharge", CURRENT, (Limit("retention", 80.0, "%"),)), "A percentage ends a loop"),
        (lambda: Step("stir", CURRENT), "A step is one of"),
        (lambda: Impedance(high=1.0, low=10.0), "goes down in frequency"),
        (lambda: Impedance(high=1.0, low=0.0), "goes down in frequency"),
        (lambda: Impedance(high=10.0 * FREQUENCIES[1]), "lies between"),
        (lambda: Impedance(points=0), "1 to 1000 points"),
        (lambda: Impedance(points=2.5), "1 to 1000 points"),
        (lambda: Temperature(25.0), "degC for K"),
        (lambda: Temperature(math.nan), "between 150 and 600 K"),
    ],
)
def test_what_cannot_be_run_is_refused(made: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        made()


def test_spectra_and_temperatures_in_words() -> None:
    assert str(Impedance(1e5, 1e-2, 5)) == "EIS from 100 kHz to 10 mHz with 5 points per decade"
    assert str(Temperature(298.15)) == "Set temperature to 25 degC"
