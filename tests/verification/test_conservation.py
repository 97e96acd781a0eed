"""What must not get lost: lithium, energy, and the open-circuit voltage."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.balance import stored_below
from heterofilm.engine.events import DURATION
from heterofilm.engine.kinetics import butler_volmer, phi
from heterofilm.engine.msmr import filling, hysteresis, potential
from heterofilm.engine.observe import film_potential
from heterofilm.engine.parameters import Model
from heterofilm.engine.rates import rates
from heterofilm.engine.state import new_work
from heterofilm.engine.voltage import electrolyte_loss, film_ohmic_loss, voltage

from .models import (
    BRANCHES,
    CU_NUCLEATING,
    TABLE,
    V2O5_NUCLEATING,
    Cell,
    Run,
    between_films,
    current,
    leaking,
    lipon,
    one_phase,
    phase,
    two_phase,
)

MODELS = {
    "one": one_phase(20, 10),
    "two": two_phase(16, 6),
    "table": one_phase(20, 10, BRANCHES),
    "tables": two_phase(16, 6, TABLE, BRANCHES),
    "between films": between_films(20, 15),
    "nucleating": two_phase(10, 5, V2O5_NUCLEATING, CU_NUCLEATING, electrolyte=lipon(8)),
}
PLAIN = phase([0.5, 0.5, 1.0], [3.4, 3.2, 2.4], [1.0, 1.0, 1.5])
PLAIN_CU = phase([2.0, 2.0, 2.0], [3.05, 2.62, 2.35], [4.0, 1.5, 4.0])
REVERSIBLE = {"one": one_phase(12, 8, PLAIN), "two": two_phase(10, 5, PLAIN, PLAIN_CU)}


@pytest.mark.parametrize("name", [*MODELS, "leaking"])
def test_lithium_is_conserved(name):
    """Li gained by the film = charge passed - charge of the double layer, to 1e-10, in every kind of step.

    C dv/dt = i_F - i, so the film gains Q + C (change of v).
    """
    cell = Cell(MODELS[name] if name in MODELS else leaking(two_phase(16, 6), 1e-2))
    scale = sum(cell.lithium())
    steps = [
        lambda: cell.discharge(0.1, 2.3, 1e-3),
        lambda: cell.rest(3600.0, 1e-3),
        lambda: cell.charge(0.05, 3.5, 1e-3),
        lambda: cell.rest(1e6, 1e-3),
        lambda: cell.pass_charge(0.3, 40.0, 1e-3),
    ]
    for step in steps:
        before, v, below = cell.lithium(), cell.y[cell.lay.v], stored_below(cell.y, cell.model, cell.lay)
        run: Run = step()
        after = cell.lithium()
        gained = sum(after) - sum(before)
        scale = max(scale, abs(run.Q[-1]))
        passed = run.Q[-1] + run.leaked
        if cell.lay.nodes_a:  # what one film gains the other loses
            lost = below - stored_below(cell.y, cell.model, cell.lay)
            assert lost == pytest.approx(passed, abs=1e-10 * scale)
        assert gained == pytest.approx(passed + cell.model.cathode.C * (cell.y[cell.lay.v] - v), abs=1e-10 * scale)
        if cell.lay.shells and run.Q[-1] != 0.0:
            assert after[0] != before[0] and after[1] != before[1]


@pytest.mark.parametrize("name", MODELS)
def test_the_phases_share_all_the_lithium(name):
    """At rest nothing is gained: what leaves one phase enters the other."""
    cell = Cell(MODELS[name])
    cell.discharge(0.2, 2.4)
    v, before = cell.y[cell.lay.v], cell.lithium()
    cell.rest(1e5)
    after = cell.lithium()
    exchanged = after[1] - before[1]
    if cell.lay.shells:
        assert abs(exchanged) > 0.1
    into_film = cell.model.cathode.C * (cell.y[cell.lay.v] - v)
    assert after[0] - before[0] == pytest.approx(into_film - exchanged, abs=1e-10 * sum(map(abs, before)))


def powers(cell: Cell, i: float) -> tuple[float, float, list[float]]:
    """Electrical power out, rate of the stored energy (W/m2, counted positive on discharge), dissipations."""
    model, lay, y = cell.model, cell.lay, cell.y
    f, N = model.film, lay.nodes
    work = new_work(lay)
    rates(y, 0.0, current(i), model, lay, cell.history, work)
    theta = y[lay.theta_m : lay.theta_m + N]
    m = model.matrix
    U = np.array([potential(x, 0.0, 1.0, 3.0, m.couples, m.b, m.U_ref) for x in theta])
    U[lay.first_U :] = y[lay.U_m : lay.n_m]
    stored = F * f.c_m * float(f.width * U @ work.rate[lay.theta_m : lay.theta_m + N])
    Phi = np.array([phi(x, model.D_m.D, model.D_m.Phi, model.D_m.theta_max)[0] for x in theta])
    lost = [F * f.c_m * float(f.link * np.diff(Phi) @ np.diff(U)) * -1.0]
    if lay.shells:
        d = model.domain
        shells = y[: lay.shells * N].reshape(lay.shells, N)
        U_d = np.array([[potential(x, 0.0, 1.0, 3.0, d.couples, d.b, d.U_ref) for x in row] for row in shells])
        U_d[-1] = y[lay.U_d : lay.q]
        moved = work.rate[: lay.shells * N].reshape(lay.shells, N)
        stored += F * f.c_d * float(f.share @ (U_d * moved) @ f.width)
        inner = f.link_r[:, None] * model.D_d.D[0] * np.diff(shells, axis=0) * np.diff(U_d, axis=0)
        lost.append(-F * f.c_d * float(inner.sum(axis=0) @ f.width))
        exchange = y[lay.q : lay.q + N] * (y[lay.U_m : lay.U_m + N] - y[lay.U_d : lay.U_d + N])
        lost.append(-F * f.c_d * float(exchange @ f.width))
    v, v_a = y[lay.v], y[lay.v_a]
    i_F, _, _ = butler_volmer(v - U[-1], theta[-1] / m.theta_full, model.T, model.cathode)
    i_a, _, _ = butler_volmer(-v_a, 0.5, model.T, model.anode)
    lost += [
        i_F * (U[-1] - v),
        i_a * v_a,
        i * electrolyte_loss(y, model, lay),
        i * film_ohmic_loss(y[lay.i], y[lay.theta_m : lay.U_m], model.film, model.D_m),
        i * i * model.R_s,
    ]
    stored -= v * work.rate[lay.v] + v_a * work.rate[lay.v_a]  # C v dv/dt of both double layers
    return i * voltage(y, model, lay), stored, lost


@pytest.mark.parametrize("i", [0.02, 0.2, 1.0, -0.1])
@pytest.mark.parametrize("name", REVERSIBLE)
def test_power_balance(name, i):
    """i V + dissipation = rate of the energy stored in film and double layers, at any instant; none is negative."""
    cell = Cell(REVERSIBLE[name], U=3.3)
    for duration in (1e-3, 10.0, 300.0):
        cell.run(current(i), (DURATION, duration), rtol=1e-6)
        delivered, stored, lost = powers(cell, i)
        assert delivered + sum(lost) == pytest.approx(stored, rel=1e-7)
        assert min(lost) > -1e-9 * abs(delivered)
        assert sum(lost) > 1e-4 * abs(delivered)


def test_energy_of_a_closed_loop():
    """Discharge, charge and rest back to the same Li and potential: less energy comes out than went in."""
    base = REVERSIBLE["two"]
    cell = Cell(base.replace(D_d=base.D_d.replace(D=base.D_d.D * 100)), U=3.0)
    down, up = cell.pass_charge(0.02, 60.0, 1e-5), cell.pass_charge(-0.02, 60.0, 1e-5)
    out, put = (abs(np.trapezoid(run.V, run.Q)) for run in (down, up))
    assert 0.5 * put < out < put
    cell.rest(1e8)
    assert cell.y[cell.lay.v] == pytest.approx(3.0, abs=2e-4)


def changed(model: Model, factor: float) -> Model:
    """The same film with all a built-in field may touch changed: exchange, transport, diffusion in the domains."""
    f = model.film
    film = f.replace(i0_h=f.i0_h * factor, tau=f.tau * factor, link=f.link * factor)
    D = model.D_d
    return model.replace(film=film, D_d=D.replace(D=D.D * factor))


def test_the_field_leaves_the_open_circuit_voltage_alone():
    """Exchange current, transport and domain diffusion a hundred times up or down: the rest potential stays.

    After the same charge and a long rest the potential is the one of the film's Li, whatever the kinetics.
    """
    base = two_phase(10, 5, PLAIN, PLAIN_CU)
    base = base.replace(D_d=base.D_d.replace(D=base.D_d.D * 10))
    ends, under_load = [], []
    none, all_ = np.zeros(base.film.x.size), np.ones(base.film.x.size)
    for factor in (0.01, 1.0, 100.0):
        cell = Cell(changed(base, factor), U=3.6)
        under_load.append(cell.pass_charge(0.1, 150.0).V[-1])
        cell.rest(1e11)
        ends.append(float(voltage(cell.y, cell.model, cell.lay)))
        charge = sum(cell.lithium()) / (F * base.film.L)
        assert ends[-1] == pytest.approx(film_potential(charge, none, all_, none, all_, 3.0, cell.model), abs=1e-6)
    assert max(ends) - min(ends) < 1e-4  # what the double layer keeps depends on v alone
    assert max(under_load) - min(under_load) > 0.05


def test_hysteresis_is_no_source_of_lithium():
    """The hysteresis recorded is that of the filling recorded: the potential at rest follows from both."""
    cell = Cell(MODELS["two"])
    cell.discharge(0.2, 2.5)
    cell.rest(1e7)
    m, k = cell.model.matrix, cell.lay.nodes - 1
    z = cell.y[cell.lay.theta_m + k] / m.theta_full
    h, _ = hysteresis(z, *cell.history.m[:, k], m.K)
    held, _, _, _ = filling(cell.y[cell.lay.n_m - 1], h, 1.0, m.couples, m.b, m.U_ref)
    assert held == pytest.approx(cell.y[cell.lay.theta_m + k], abs=1e-6)
