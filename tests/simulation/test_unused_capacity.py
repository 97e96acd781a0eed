"""Where the capacity went: shares that add up, causes that a cell has, gains with the right sign."""

from __future__ import annotations

import math

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import simulate
from heterofilm.simulation.unused_capacity import unused_capacity


@pytest.fixture(scope="module", params=["vo-half", "voc1-half"])
def shares(request):
    cell = Cell.load(request.param)
    return cell, unused_capacity(cell, 0.2)


def test_shares_add_up_to_the_theoretical_capacity(shares):
    """Delivered and all causes together are every couple filled in a dense film."""
    cell, found = shares
    assert sum(share.in_order for share in found) == pytest.approx(cell.theoretical_capacity, rel=1e-12)


def test_delivered_is_what_a_simulation_delivers(shares):
    """The first share is the discharge itself."""
    cell, found = shares
    run = simulate(cell, "Discharge at 20 uA/cm2 until 2.15 V", detail=False)
    assert found[0].cause == "delivered"
    assert found[0].in_order == pytest.approx(run.capacity("C/m2"), rel=1e-3)


def test_taking_a_cause_away_gains(shares):
    """No cause of loss delivers anything, but for the tolerance of the integration.

    The last but one may by what the background takes beyond the couples: b per site and volt.
    """
    cell, found = shares
    causes = {s.cause: s for s in found}
    for share in found[1:]:
        background = 2.0 * 0.005 if share.cause == "cut-off voltage" else 0.0
        assert share.in_order > -(3e-3 + background) * cell.active_capacity
        # without hysteresis alone, more Li enters at high potential and the surface is full earlier: it may cost
        if share.cause != "hysteresis":
            assert math.isnan(share.alone) or share.alone > -3e-3 * cell.active_capacity
    assert causes["diffusion in the matrix"].in_order > 0.01 * cell.theoretical_capacity


def test_utilisation_is_what_never_takes_part(shares):
    """The last share is the sites that a sputtered film does not use."""
    cell, found = shares
    assert found[-1].cause == "utilisation"
    assert found[-1].in_order == pytest.approx(cell.theoretical_capacity - cell.active_capacity, rel=1e-12)


def test_a_cell_without_domains_has_no_causes_in_them():
    """Only causes that a cell has are named."""
    one = {s.cause for s in unused_capacity(Cell.load("vo-half"), 0.05)}
    two = {s.cause for s in unused_capacity(Cell.load("voc1-half"), 0.05)}
    inside = {"exchange between the phases", "diffusion in the domains"}
    assert not inside & one and inside <= two


def test_a_lower_cut_off_delivers_more():
    """The cut-off voltage is a cause of its own."""
    cell = Cell.load("vo-half")
    high, low = (unused_capacity(cell, 0.05, cut_off=V) for V in (2.6, 2.15))
    assert low[0].in_order > high[0].in_order
    left = {s.cause: s.in_order for s in high}["cut-off voltage"]
    assert left > {s.cause: s.in_order for s in low}["cut-off voltage"]


@pytest.mark.parametrize("current", [0.0, -1.0, float("nan")])
def test_only_a_discharge(current):
    """A current that is no discharge is refused."""
    with pytest.raises(HeterofilmError, match="must be positive"):
        unused_capacity(Cell.load("vo-half"), current)
