"""LiPON without reaction against Sand's time and the limiting current."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.events import DURATION, VOLTAGE_ABOVE, VOLTAGE_BELOW
from heterofilm.engine.observe import ELECTROLYTE, observe
from heterofilm.engine.parameters import Model

from .models import RT_F, WIDE, Cell, bare, current, film, held, lipon

L = 1.5e-6  # m
D_PLUS, D_MINUS, C_0 = 0.9e-15, 5.1e-15, 0.18 * 6.01e4
LIMIT = 4 * F * D_PLUS * C_0 / L


def cell(nodes: int = 100, stretch: float = 1.0) -> Model:
    """LiPON of 1.5 um before a film that takes all there is."""
    return bare(WIDE, film(1e-4, 10, 2e4), 1e-10, lipon(nodes, L, react=False, stretch=stretch))


@pytest.mark.parametrize(("i", "known"), [(5.12, 69.12), (10.24, 17.28)])
def test_b3_sands_time(i, known):
    """B3: c at the cathode reaches zero after pi D [F c0/(2 i (1 - t+))]^2, and the voltage falls without bound."""
    D, t_plus = 2 * D_PLUS * D_MINUS / (D_PLUS + D_MINUS), D_PLUS / (D_PLUS + D_MINUS)
    assert np.pi * D * (F * C_0 / (2 * i * (1 - t_plus))) ** 2 == pytest.approx(known, rel=1e-4)
    start = Cell(cell(200, 20.0), U=3.3)
    run = start.run(current(i), (VOLTAGE_BELOW, 1.5), (DURATION, 500.0), rtol=1e-6)
    assert run.status == 0
    assert run.t[-1] == pytest.approx(known, rel=2e-3)
    y = start.y[start.lay.y_e : start.lay.v_a]
    assert abs(y[-1]) < 1e-3 and y[0] > 1.5


def test_depletion_on_charge():
    """On charge the ions run out at the anode instead, and the voltage rises without bound."""
    start = Cell(cell(200, 1 / 20.0), U=2.9)
    run = start.run(current(-10.24), (VOLTAGE_ABOVE, 5.0), (DURATION, 500.0), rtol=1e-6)
    assert run.status == 0
    assert run.t[-1] == pytest.approx(17.28, rel=2e-3)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_b4_steady_state(share):
    """B4: below the limiting current eta = (2RT/F) ln[(1 + r)/(1 - r)], r = i/i_lim, and the profile is a line."""
    assert pytest.approx(2.505, rel=1e-4) == LIMIT
    start = Cell(cell(60), U=3.3)
    run = start.run(current(share * LIMIT), (VOLTAGE_BELOW, 1.5), (DURATION, 20_000.0), rtol=1e-5, keep=True)
    assert run.status == 1
    losses, _, _ = observe(run.states[-1:], start.model, start.lay)
    assert losses[0, ELECTROLYTE] == pytest.approx(2 * RT_F * np.log((1 + share) / (1 - share)), rel=1e-6)
    y = start.y[start.lay.y_e : start.lay.v_a]
    assert y == pytest.approx(1.0 + share * np.linspace(1.0, -1.0, 60), abs=1e-6)


def test_b4_no_steady_state_above_the_limit():
    """B4: 0.1 % above the limiting current the cell dies, 0.1 % below it lives."""
    ends = {}
    for share in (0.999, 1.001):
        run = Cell(cell(60), U=3.3).run(current(share * LIMIT), (VOLTAGE_BELOW, 1.5), (DURATION, 20_000.0), rtol=1e-5)
        ends[share] = run.status
    assert ends == {0.999: 1, 1.001: 0}


def test_b4_no_voltage_draws_more():
    """Short-circuited, the cell settles at the limiting current."""
    run = Cell(cell(60), U=3.3).run(held(1.0), (DURATION, 5_000.0))
    assert run.status == 0
    assert run.i[-1] == pytest.approx(LIMIT, rel=1e-3)


def test_dissociation_feeds_the_current():
    """Ions that the reaction sets free at the cathode carry current too: the cell outlives Sand's time."""
    model = cell(60)
    fed = model.replace(electrolyte=lipon(60, L, react=True))
    limits = (VOLTAGE_BELOW, 1.5), (DURATION, 5_000.0)
    alone, helped = (Cell(m, U=3.3).run(current(3.0), *limits, rtol=1e-6) for m in (model, fed))
    assert alone.status == helped.status == 0
    assert 1.02 < helped.t[-1] / alone.t[-1] < 1.1
