"""Ageing: the law per cycle, what switches do, and that every cycle is simulated."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, HeterofilmError, simulate
from heterofilm.calibration.cycle_life import life
from heterofilm.cell import MECHANISMS
from heterofilm.engine.ageing import ACTIVE_D, ACTIVE_M, CYCLES, aged, wear
from heterofilm.engine.depth import OVER, SPREAD, Z, deepen
from heterofilm.engine.parameters import Ageing, Wear
from verification.models import Cell as Hand
from verification.models import two_phase

FOUR = "4 x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)"
NOTHING = Wear()


def capacities(record):
    return record.steps.filter(pl.col("kind") == "discharge")["capacity_C_m2"].to_numpy()


def test_the_law_of_one_cycle():
    """-d ln f/dN = k_c z^m + k_x <(x - 1)+> + k_s dx^2 + k_diss, each phase with its own."""
    health = np.array([1.0, 1.0, 0.0])
    depths = np.zeros((2, 3))
    depths[0] = [0.5, 0.2, 0.3]
    depths[1, Z] = 0.8
    wear(
        health,
        depths,
        Ageing(matrix=Wear(k_c=0.1, m=3.0, k_x=0.02, k_s=0.05), domain=Wear(k_c=0.4, m=2.0), k_diss=1e-3),
    )
    assert -math.log(health[ACTIVE_M]) == pytest.approx(0.1 * 0.5**3 + 0.02 * 0.2 + 0.05 * 0.3**2 + 1e-3)
    assert -math.log(health[ACTIVE_D]) == pytest.approx(0.4 * 0.8**2 + 1e-3)
    assert health[CYCLES] == 1.0 and (depths == 0.0).all()


def test_depths_are_means_over_the_phase_and_only_grow():
    model = two_phase(8, 4)
    ageing = Ageing(matrix=Wear(couple=2, k_c=1.0), domain=Wear(couple=1, k_c=1.0))
    cell = Hand(model, 2.0)
    depths = np.zeros((2, 3))
    deepen(cell.y, cell.history, model, cell.lay, ageing, depths)
    assert depths[0, Z] == pytest.approx(1.0, abs=1e-3) and depths[1, Z] == pytest.approx(1.0, abs=1e-3)
    theta = cell.y[cell.lay.theta_m]
    assert depths[0, OVER] == pytest.approx(theta - 1.0) and depths[0, SPREAD] == pytest.approx(0.0, abs=1e-12)
    before = depths.copy()
    full = Hand(model, 3.8)
    deepen(full.y, full.history, model, full.lay, ageing, depths)
    assert (depths == before).all()


def test_gains_are_reached_exponentially_and_sites_shrink_with_health():
    model = two_phase(8, 4)
    gains = Ageing(matrix=NOTHING, domain=NOTHING, i0_gain=3.0, transport_gain=2.0, N_a=50.0)
    now = aged(model, np.array([0.9, 0.8, 50.0]), gains)
    reached = 1.0 - math.exp(-1.0)
    assert now.cathode.i0 == pytest.approx(model.cathode.i0 * (1.0 + 2.0 * reached))
    assert now.film.i0_h == pytest.approx(model.film.i0_h * (1.0 + 2.0 * reached))
    assert now.film.tau == pytest.approx(model.film.tau * (1.0 + reached))
    assert now.film.link == pytest.approx(model.film.link * (1.0 + reached))
    assert (now.film.c_m, now.film.c_d) == pytest.approx((0.9 * model.film.c_m, 0.8 * model.film.c_d))


def test_the_interface_ages_without_touching_anything_else():
    """R = R_0 (1 + k_R N): i0 of the cathode falls as its inverse; film, anode and hetero-interface stay."""
    model = two_phase(8, 4)
    now = aged(model, np.array([1.0, 1.0, 200.0]), Ageing(matrix=NOTHING, domain=NOTHING, k_R=5e-3))
    assert model.cathode.i0 / now.cathode.i0 == pytest.approx(1.0 + 5e-3 * 200.0)
    assert (now.cathode.C, now.anode, now.film.i0_h) == (model.cathode.C, model.anode, model.film.i0_h)
    assert (now.film.c_m, now.film.tau) == (model.film.c_m, model.film.tau)


def test_a_growing_interface_costs_the_solid_cell_capacity_and_leaves_liquid_ones_alone():
    """The value is LiPON's: a liquid half-cell has none, a solid one without it cycles as before."""
    grown = {"electrolytes.LiPON.interface_growth": 2.0}
    solid, aged_solid, off = (
        capacities(simulate("vo-atfb", FOUR, detail=False, keep=[], overrides=values, ageing=choice))
        for values, choice in ((None, True), (grown, True), (grown, [m for m in MECHANISMS if m != "interface"]))
    )
    assert aged_solid[0] == solid[0] and (aged_solid[1:] < solid[1:]).all()
    assert (off == solid).all()
    with pytest.raises(HeterofilmError, match="does not act on the cell 'vo-half'"):
        simulate("vo-half", FOUR, overrides=grown)


def test_without_ageing_cycles_repeat_themselves():
    """From the second on, every cycle gives what the one before gave."""
    q = capacities(simulate("vo-half", FOUR, ageing=False, detail=False, rtol=1e-4))
    assert q[1:] == pytest.approx(q[1], rel=2e-4)


@pytest.mark.parametrize("mechanism", ["depth", "activation"])
def test_each_mechanism_can_be_switched_by_itself(mechanism):
    record = simulate("voc1-half", FOUR, ageing=[mechanism], detail=False)
    active = record.steps["active_share"].to_numpy()
    assert (active[-1] < 1.0) == (mechanism == "depth")
    q = capacities(record)
    if mechanism == "activation":
        assert q[3] > q[2] > q[1]


def test_a_first_discharge_does_not_depend_on_ageing():
    text = "Discharge at 5 uA/cm2 until 2.15 V"
    one, other = (simulate("voc1-half", text, ageing=choice).capacity() for choice in (True, False))
    assert one == other


def test_kept_and_unkept_cycles_give_the_same_capacities():
    """Keeping curves follows the voltage more closely, which moves charges by far less than the tolerance."""
    all_kept = capacities(simulate("voc1-half", FOUR, detail=False))
    none = simulate("voc1-half", FOUR, detail=False, keep=[])
    assert none.frame.height == 0 and none.steps.height == 8
    assert capacities(none) == pytest.approx(all_kept, rel=1e-3)


def test_skipping_cycles_in_a_fit_changes_little():
    """Cycle jumps against every cycle: capacity after 60 cycles within 0.2 %."""
    jumped = life(Cell.load("voc1-half"), 20.0, 60)
    every = capacities(simulate("voc1-half", FOUR.replace("4 x", "60 x"), detail=False, keep=[]))
    scale = jumped.capacity[0] / every[0]
    assert jumped.cycle.size < 40
    assert jumped.capacity[-1] == pytest.approx(scale * every[-1], rel=2e-3)


def test_an_unknown_mechanism_is_answered_with_the_nearest():
    with pytest.raises(HeterofilmError, match="Did you mean 'gradient'"):
        simulate("vo-half", FOUR, ageing=["gradeint"])
    assert set(MECHANISMS) == {"activation", "depth", "overlithiation", "gradient", "dissolution", "interface"}
