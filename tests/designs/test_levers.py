"""Values that act on a cause: steps that are possible, slopes that are those of the energy."""

import math

import pytest

from heterofilm.cell import Cell
from heterofilm.designs.levers import ACTS, acting, levers
from heterofilm.plots.limits import COLOURS
from heterofilm.protocol import Protocol
from heterofilm.simulation.losses import LOSSES
from heterofilm.simulation.run import LOSS_NAMES, steps_of
from heterofilm.simulation.unused_capacity import CAUSES, unused_capacity

DISCHARGE = Protocol.of("Discharge at 20 uA/cm2")
CURRENT = 0.2  # A/m2
OTHERS = {"ageing", "incomplete charge", "cut-off voltage", "film not reached", "utilisation"}


def test_every_cause_has_values_and_a_colour() -> None:
    assert {cause for cause, _ in CAUSES} | OTHERS == set(ACTS)
    assert set(ACTS) | set(LOSSES.values()) <= set(COLOURS) and set(LOSSES) == set(LOSS_NAMES)


@pytest.mark.parametrize("name", ["voc1-half", "vo-atfb"])
def test_a_step_against_a_cause_gives_more(name: str) -> None:
    """Where a cause holds back more than 2 % of the film, a third of the step on the first value that acts on it does
    give more capacity."""
    cell = Cell.load(name)
    shares = unused_capacity(cell, CURRENT)
    large = [s for s in shares[1:] if s.alone > 0.02 * cell.theoretical_capacity]
    assert large
    for share in large:
        path, value, way = next(acting(cell, share.cause))
        changed = cell.replace({path: value.value + (way(value.value) - value.value) / 3.0})
        assert unused_capacity(changed, CURRENT)[0].in_order > shares[0].in_order, (share.cause, path)


def test_levers_are_ranked_and_their_slopes_are_those_of_the_energy() -> None:
    """Against differences of runs of a hundredth of the tolerance: 1 % of the largest slope."""
    cell = Cell.load("vo-half")
    causes = ["diffusion in the matrix", "utilisation", "cathode charge transfer", "electrons in the film"]
    found = levers(cell, DISCHARGE, causes)
    assert [one.energy for one in found] == sorted((one.energy for one in found), reverse=True)
    largest = max(abs(one.slope) for one in found)

    def energy(path: str, value: float) -> float:
        made = cell.replace({path: value})
        return math.log(steps_of(made, DISCHARGE, rtol=1e-5, ageing=False)[0]["energy_J_m2"] / made.thickness)

    for one in found:
        h = 1e-3 * one.now
        by = (energy(one.path, one.now + h) - energy(one.path, one.now - h)) / 2e-3
        assert one.slope == pytest.approx(by, abs=0.01 * largest), one.path


def test_shares_stay_shares_and_a_step_beyond_its_range_is_marked() -> None:
    cell = Cell.load("vo-half", {"phases.V2O5.utilisation": 0.9})
    (one,) = levers(cell, DISCHARGE, ["utilisation"], slopes=False)
    assert one.then == pytest.approx(0.95) and one.step == "0.9 to 0.95"
    stated = next(v for p, v, _ in acting(Cell.load("vo-half"), "utilisation"))
    (own,) = levers(Cell.load("vo-half"), DISCHARGE, ["utilisation"], slopes=False)
    assert stated.high is not None and own.beyond == (own.then > stated.high)
