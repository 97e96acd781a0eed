"""Verdicts of the rows."""

from __future__ import annotations

import pytest

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


def test_numbers():
    assert verdict(Answer("", off=0.07, off_unit="V")) == "close"
    assert verdict(Answer("", off=-4.9, off_unit="%")) == "agrees"
    assert verdict(Answer("", off=0.2, off_unit="1")) == "disagrees"
    assert (deviation(Answer("", off=-4.91, off_unit="%")), deviation(Answer(""))) == ("-4.9 %", "")
    assert deviation(Answer("", off=0.0312, off_unit="1")) == "+0.031"


def test_a_deviation_is_never_minus_nothing():
    assert deviation(Answer("", off=-0.01, off_unit="%")) == "+0.0 %"
    assert deviation(Answer("", off=-0.0312, off_unit="V")) == "-0.031 V"
