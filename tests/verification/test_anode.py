"""Anodes that end, and anodes that are films: laws with known answers, and the same film on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.balance import stored, stored_below
from heterofilm.engine.events import CHARGE, DURATION, LITHIUM_BELOW, VOLTAGE_ABOVE, VOLTAGE_BELOW
from heterofilm.engine.impedance import ANODE as ANODE_PART
from heterofilm.engine.impedance import spectrum
from heterofilm.engine.msmr import filling
from heterofilm.engine.observe import ANODE, ANODE_V, EQUILIBRIUM, HYSTERESIS, LOSSES, REVERSIBLE, observe
from heterofilm.engine.parameters import Electrode, Model
from heterofilm.engine.state import layout

from .models import (
    FAST,
    HOST,
    LATTICE_GAS,
    WIDE,
    Cell,
    bare,
    between_films,
    constant,
    current,
    film,
    leaking,
    liquid,
    one_phase,
    two_phase,
)

SMOOTH = bare(WIDE, film(300e-9, 30, 18457.0), 1e-16)


@pytest.mark.parametrize("i", [0.02, 0.2])
@pytest.mark.parametrize("leak", [0.0, 1e-3])
def test_an_anode_of_finite_lithium_stops_where_its_charge_ends(i: float, leak: float) -> None:
    """Metal worth Q: a discharge ends when ions have taken Q and what the double layer of the anode holds, to 1e-6;
    plated back, the same charge is there again."""
    Q = 30.0
    cell = Cell(leaking(two_phase(12, 5), leak), U=3.8)
    cell.history.lithium[0] = Q
    limits = ((LITHIUM_BELOW, 0.0), (VOLTAGE_BELOW, 1.0))
    run = cell.run(current(i), *limits)
    C_v = cell.model.anode.C * cell.y[cell.lay.v_a]
    assert run.status == 0
    assert run.Q[-1] + run.leaked == pytest.approx(Q + C_v, rel=1e-6)
    assert cell.history.lithium[0] == pytest.approx(-C_v, abs=1e-6 * Q)
    at_once = cell.run(current(i), *limits)
    assert at_once.status == 0 and at_once.t[-1] < 1e-6 * run.t[-1]
    back = cell.run(current(-i), (LITHIUM_BELOW, 0.0), (CHARGE, 10.0))
    again = cell.run(current(i), *limits)
    assert back.status == 1 and again.Q[-1] + again.leaked == pytest.approx(10.0 - back.leaked, rel=1e-2)


def test_lithium_without_end_never_ends() -> None:
    cell = Cell(two_phase(12, 5))
    run = cell.run(current(0.1), (LITHIUM_BELOW, 0.0), (VOLTAGE_BELOW, 2.3))
    assert run.status == 1 and np.isinf(cell.history.lithium[0])


def mirrored(model: Model) -> Model:
    """A cell whose anode is the film of its cathode, with the same interface."""
    return model.replace(
        negative=Electrode(phase=model.matrix, D=model.D_m, film=model.film), anode=model.cathode,
        electrolyte=liquid(1e-3),
    )  # fmt: skip


@pytest.mark.parametrize("model", [one_phase(20, 5), SMOOTH], ids=["V2O5", "smooth"])
def test_two_films_alike_are_one_film_twice(model: Model) -> None:
    """A film against itself, both half full of the same couple: V = (U_c - eta_c) - (U_a + eta_a), and each side is
    what it would be against lithium, charged and discharged by the same current."""
    both = Cell(mirrored(model), U=3.2, U_a=3.2)
    i, time = 0.02, 900.0
    found = both.run(current(i), (DURATION, time), rtol=1e-6)
    half = model.replace(electrolyte=liquid(0.0), R_s=0.0, anode=FAST)
    down, up = Cell(half, U=3.2), Cell(half, U=3.2)
    V_c = down.run(current(i), (DURATION, time), rtol=1e-6).V[-1]
    V_a = up.run(current(-i), (DURATION, time), rtol=1e-6).V[-1]
    assert found.V[-1] == pytest.approx(V_c - V_a - i * (1e-3 + model.R_s), abs=2e-5)
    lay = both.lay
    assert both.y[lay.theta_a : lay.U_a] == pytest.approx(up.y[up.lay.theta_m : up.lay.U_m], abs=2e-5)


def test_the_anode_fills_as_it_is_charged() -> None:
    """Flux-limited emptying of the anode: its surface runs dry at the charge of a film closed at its back (B1), which
    is what ends the discharge, not the cathode."""
    L, c, D, i = 300e-9, 18457.0, 3e-17, 0.2
    Q = F * c * L
    below = Electrode(phase=LATTICE_GAS, D=constant(D), film=film(L, 300, c, stretch=3.0))
    cell = Cell(SMOOTH.replace(D_m=constant(1e-12), negative=below, anode=FAST), U=3.6, U_a=2.6)
    run = cell.run(current(i), (VOLTAGE_BELOW, -1.0), rtol=1e-4)
    k = np.arange(1, 2000)
    group = i * L**2 / (D * Q)

    def full(x: float) -> float:
        t = x * Q / i
        return float(
            x + group * (1.0 / 3.0 - 2.0 / np.pi**2 * (np.exp(-(k**2) * np.pi**2 * D * t / L**2) / k**2).sum())
        )

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if full(middle) < 1.0 else (low, middle)
    assert run.Q[-1] / Q == pytest.approx(low, abs=4e-3)


def test_lithium_goes_round_between_two_films() -> None:
    """What the cathode gains the anode loses, to 1e-9 of the charge, over cycles with rests and a leak."""
    cell = Cell(leaking(between_films(20, 15), 1e-4))
    lay, model = cell.lay, cell.model
    total = stored(cell.y, model, lay) + stored_below(cell.y, model, lay)
    for _ in range(3):
        cell.discharge(0.1, 1.2, 1e-3)
        cell.rest(3600.0, 1e-3)
        cell.charge(0.1, 2.6, 1e-3)
        assert stored(cell.y, model, lay) + stored_below(cell.y, model, lay) == pytest.approx(total, rel=1e-9)


def test_losses_add_up_between_two_films() -> None:
    """reversible - losses = V, and the anode's is its potential against lithium less that at rest."""
    cell = Cell(between_films(16, 12))
    run = cell.run(current(0.1), (VOLTAGE_BELOW, 1.2), keep=True)
    losses, _, _ = observe(run.states, cell.model, cell.lay)
    assert losses.shape[1] == LOSSES
    assert losses[:, REVERSIBLE] - losses[:, 1:EQUILIBRIUM].sum(axis=1) == pytest.approx(run.V, abs=1e-9)
    assert (losses[1:, ANODE] > 0.0).all() and losses[-1, HYSTERESIS] != 0.0
    assert (np.diff(losses[:, ANODE_V]) > -1e-9).all()  # the anode empties


def test_the_impedance_of_the_anode_is_its_own() -> None:
    """The part of the anode: RT/(F i0) beside its double layer, and a film closed at its back, in closed form."""
    model = between_films(40, 400, LATTICE_GAS, D_a=1e-16)
    model = model.replace(negative=model.negative.replace(film=model.negative.film.replace(sigma_e=np.inf)))
    cell = Cell(model, U=3.2, U_a=3.0)
    omega = np.geomspace(1e-3, 3.0, 9)  # above, Li answers within a cell of the mesh
    Z = spectrum(omega, cell.y, cell.history, model, cell.lay)[:, ANODE_PART]
    host, slab = model.negative.phase, model.negative.film
    _, by_U, _, _ = filling(3.0, 0.0, 1.0, host.couples, host.b, host.U_ref)
    D, L = 1e-16, slab.L
    s = np.sqrt(1j * omega * L**2 / D)
    R_d = L / (F * D * slab.c_m * -by_U)
    R_ct = 8.314462618 * model.T / (F * model.anode.i0)
    expected = 1.0 / (1j * omega * model.anode.C + 1.0 / (R_ct + R_d / (np.tanh(s) * s)))
    assert np.abs(Z / expected - 1.0).max() < 2e-3


def test_an_empty_anode_film_ends_a_discharge_below() -> None:
    """A cathode that could take more than the anode gives: the voltage falls as the anode's potential rises."""
    model = between_films(16, 12)
    small = model.replace(negative=model.negative.replace(film=film(30e-9, 12, 15000.0, sigma_e=1e-5)))
    cell = Cell(small, U=3.8, U_a=0.5)
    below = cell.y[cell.lay.theta_a] / HOST.theta_full
    run = cell.run(current(0.05), (VOLTAGE_BELOW, 0.3), rtol=1e-4)
    capacity = F * 15000.0 * 30e-9 * HOST.theta_full
    assert run.status == 0 and below * capacity == pytest.approx(run.Q[-1], rel=0.05)
    assert cell.y[cell.lay.v_a] > 1.5 and layout(small).nodes_a == 12
    charged = cell.run(current(-0.05), (VOLTAGE_ABOVE, 3.0), rtol=1e-4)
    assert charged.status == 0
