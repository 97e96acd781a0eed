"""The scales on which values are looked for."""

from __future__ import annotations

import math

import pytest

from heterofilm import Cell, HeterofilmError
from heterofilm.calibration.unknown import unknowns

CELL = Cell.load("vo-half")
D, U0 = "phases.V2O5.D", "phases.V2O5.couples.delta-gamma.U0"


def test_a_wide_range_is_even_in_the_logarithm() -> None:
    """u = -1 and 1 at the ends of the range, 0 at their geometric mean."""
    (one,) = unknowns(CELL, {D: ("1e-13 cm2/s", 1e-11)})
    p = one.parameter
    assert p.log
    assert [p.number(u) for u in (-1.0, 0.0, 1.0)] == pytest.approx([1e-13, 1e-12, 1e-11])
    assert (p.lower, p.upper) == (-1.0, 1.0)


def test_a_potential_is_linear_within_its_range() -> None:
    """The library's range of 2.30 to 2.45 V is where searches begin, and not a bound."""
    (one,) = unknowns(CELL, [U0])
    assert not one.parameter.log
    assert one.parameter.number(1.0) == pytest.approx(2.45)
    assert one.parameter.upper > 1.0


def test_a_value_without_range_says_what_was_assumed() -> None:
    (one,) = unknowns(CELL, ["films.VO.thickness"])
    assert "30 to 3e+03 nm (assumed)" in one.note
    assert one.parameter.log


def test_a_start_outside_its_range_is_moved_and_said() -> None:
    (one,) = unknowns(CELL, {D: (1e-12, 1e-11)})
    assert 1e-12 < one.start < 1e-11
    assert "lies outside" in one.note


def test_priors_on_the_scale_of_the_search() -> None:
    """A standard deviation of a value looked for in its logarithm is that of the logarithm, sigma/mean."""
    (one,) = unknowns(CELL, {D: {"range": (1e-13, 1e-11), "prior": (1e-12, 1e-13)}})
    assert one.prior == pytest.approx((0.0, 0.1 / math.log(10.0)))


def test_values_of_different_units_cannot_be_linked() -> None:
    with pytest.raises(HeterofilmError, match="cannot be one unknown"):
        unknowns(CELL, [(D, U0)])
