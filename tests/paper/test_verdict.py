"""Verdicts of the rows."""

from __future__ import annotations

import math

import pytest

from heterofilm.paper.claims import claim
from heterofilm.paper.uncertainty import AREA, CAPACITY, THICKNESS, of_row
from heterofilm.paper.verdict import Answer, deviation, verdict


@pytest.mark.parametrize(
    ("agrees", "held", "said"),
    [
        (True, None, "agrees"), (False, None, "disagrees"), (True, 0.9, "agrees"), (False, 0.1, "disagrees"),
        (True, 0.6, "undecided"), (False, 0.6, "undecided"), (True, 0.1, "undecided"), (False, 1.0, "undecided"),
    ],
)  # fmt: skip
def test_a_direction_counts_where_84_percent_of_the_draws_share_it(agrees, held, said):
    assert verdict(Answer("", agrees=agrees), held) == said


def test_a_number_agrees_within_two_standard_deviations_and_is_close_within_three():
    off = Answer("", off=-0.05, off_unit="V")
    assert [verdict(off, sigma=s) for s in (0.03, 0.02, 0.01)] == ["agrees", "close", "disagrees"]
    assert verdict(off) == ""  # nothing is known of its uncertainty, so nothing is said


def test_uncertainty_of_rows():
    """A capacity has thickness and area in it; a number from a handbook is known to half of its last digit."""
    assert of_row(claim("cap-vo-5")) == pytest.approx(100 * math.hypot(CAPACITY, THICKNESS, AREA))
    assert of_row(claim("theoretical-2v-4v")) == pytest.approx(100 * 0.5 / 294)
    assert of_row(claim("xps-2v3")) is None


def test_deviations_have_signs_and_units():
    assert (deviation(Answer("", off=-4.91, off_unit="%")), deviation(Answer(""))) == ("-4.9 %", "")
    assert deviation(Answer("", off=0.0312, off_unit="1")) == "+0.031"


def test_a_deviation_is_never_minus_nothing():
    assert deviation(Answer("", off=-0.01, off_unit="%")) == "+0.0 %"
    assert deviation(Answer("", off=-0.0312, off_unit="V")) == "-0.031 V"
