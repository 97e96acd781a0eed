"""The structured solve against a dense one of the finite-difference Jacobian, for every shape a cell can have."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.front import added
from heterofilm.engine.linear import factor, is_bordered, solve
from heterofilm.engine.msmr import hysteresis
from heterofilm.engine.open_circuit import is_table, potential
from heterofilm.engine.parameters import Diffusion
from heterofilm.engine.rates import rates
from heterofilm.engine.state import new_work
from heterofilm.engine.voltage import Control
from verification.models import (
    BRANCHES,
    CATHODE,
    CU_NUCLEATING,
    OF_FILLING,
    TABLE,
    V2O5_NUCLEATING,
    between_films,
    current,
    held,
    leaking,
    lipon,
    one_phase,
    power,
    rough_state,
    separating,
    two_phase,
)

D_TABLE = np.array([3e-17, 1e-17, 4e-17, 2e-17])
VARYING = Diffusion(D=D_TABLE, Phi=np.concatenate([[0.0], np.cumsum((D_TABLE[1:] + D_TABLE[:-1]) / 3)]), theta_max=2.0)
CONDUCTING = between_films(7, 6).negative.film.replace(sigma_theta=OF_FILLING)
MODELS = {
    "one phase": one_phase(7, 5),
    "one phase nucleating": one_phase(7, 5, V2O5_NUCLEATING),
    "two phases": two_phase(7, 4),
    "nucleating matrix": two_phase(7, 4, matrix=V2O5_NUCLEATING),
    "nucleating domains": two_phase(7, 4, domain=CU_NUCLEATING),
    "both nucleating": two_phase(7, 4, V2O5_NUCLEATING, CU_NUCLEATING),
    "two phases and LiPON": two_phase(5, 3, electrolyte=lipon(6)),
    "D of the filling": two_phase(7, 4).replace(
        D_m=VARYING, D_d=VARYING.replace(D=D_TABLE * 1e-4, Phi=VARYING.Phi * 1e-4)
    ),
    "a table": one_phase(7, 5, TABLE),
    "tables with branches": two_phase(7, 4, BRANCHES, TABLE),
    "a table and couples": two_phase(7, 4, domain=BRANCHES),
    "i0 and sigma_e by tables": one_phase(7, 5, BRANCHES).replace(
        cathode=CATHODE.replace(i0_z=OF_FILLING), film=one_phase(7, 5).film.replace(sigma_theta=OF_FILLING)
    ),
    "sigma_e by a table and D of the filling": two_phase(7, 4).replace(
        D_m=VARYING, film=two_phase(7, 4).film.replace(sigma_theta=OF_FILLING)
    ),
    "i0 of the filling": one_phase(7, 5).replace(cathode=one_phase(7, 5).cathode.replace(p=0.5)),
    "a film as the anode": between_films(7, 6),
    "a film as the anode behind LiPON": between_films(7, 6, electrolyte=lipon(6)),
    "D of the filling in the anode": between_films(7, 6, BRANCHES).replace(
        negative=between_films(7, 6, BRANCHES).negative.replace(D=VARYING, film=CONDUCTING)
    ),
    "a leak": leaking(two_phase(7, 4), 0.3),
    "a leak behind LiPON": leaking(one_phase(7, 5), 0.3),
    "a leak between films": leaking(between_films(7, 6), 0.3),
    "a front": separating(7),
    "a front in a table that conducts little": separating(7, matrix=BRANCHES),
    "no double layers": one_phase(7, 5).replace(
        cathode=one_phase(7, 5).cathode.replace(C=0.0), anode=one_phase(7, 5).anode.replace(C=0.0)
    ),
}
CONTROLS = {
    "current": current(0.05),
    "voltage": held(3.1),
    "power": power(0.1),
    "sweep": Control(by_V=1.0, at_0=3.1, slope=-1e-3),
}


def dense(model, control, lay, y, history, g):
    """g M - J by central differences."""
    work = new_work(lay)
    J = np.zeros((lay.size, lay.size))
    for k in range(lay.size):
        e = 1e-6 * max(abs(y[k]), 1e-2)
        if lay.U_d + lay.nodes * bool(lay.shells) <= k < lay.n_d:
            e = 1e-11  # exchange, of the order of 1e-5 per second
        columns = []
        for side in (e, -e):
            moved = y.copy()
            moved[k] += side
            rates(moved, 0.0, control, model, lay, history, work)
            columns.append(work.rate.copy())
        J[:, k] = (columns[0] - columns[1]) / (2.0 * e)
    M = np.ones(lay.size)
    M[lay.v], M[lay.v_a], M[lay.i] = model.cathode.C, model.anode.C, 0.0
    M[lay.U_d : lay.n_d] = M[lay.U_m : lay.n_m] = M[lay.U_a : lay.v_a] = 0.0
    return np.diag(g * M) - J


def at_their_tables(model, lay, y, history):
    """Potentials of tables where their fillings put them: the rows of U are scaled by a slope that moves with theta."""
    settle = [(model.matrix, lay.theta_m + lay.first_U, lay.U_m, lay.nodes - lay.first_U, history.m[:, lay.first_U :])]
    if lay.shells:
        settle.append((model.domain, (lay.shells - 1) * lay.nodes, lay.U_d, lay.nodes, history.d))
    if lay.nodes_a:
        settle.append((model.negative.phase, lay.U_a - 1, lay.U_a, 1, history.a[:, -1:]))
    for phase, theta, U, n, past in settle:
        for k in range(n if is_table(phase) else 0):
            h, _ = hysteresis(y[theta + k] / phase.theta_full, *past[:, k], phase.K)
            y[U + k] = potential(y[theta + k], h, 1.0, 3.0, phase)
    if lay.fronts and is_table(model.matrix):
        for k in range(lay.nodes):
            y[lay.U_m + k] += added(y[lay.theta_m : lay.U_m], k, model.film, model.front)


@pytest.mark.parametrize("g", [1e-3, 10.0])
@pytest.mark.parametrize("how", CONTROLS)
@pytest.mark.parametrize("name", MODELS)
def test_the_solve_is_that_of_the_jacobian(name, how, g):
    """(g M - J) d = b, J by finite differences of the rates: both slopes and elimination are right.

    The equations hold to 1e-6 row by row; where they are badly conditioned the solutions differ by more.
    A given current is not part of the system (it meets its demand already), so there b is zero for it.
    """
    model, control = MODELS[name], CONTROLS[how]
    lay, y, history = rough_state(model, U=2.37 if model.front.G else 3.2)  # within the gap
    at_their_tables(model, lay, y, history)
    work, factors = new_work(lay), new_factors(lay, Factors)
    rates(y, 0.0, control, model, lay, history, work)
    factor(g, y, control, model, lay, work, factors)
    b = np.random.default_rng(3).standard_normal(lay.size)
    b[lay.q : lay.n_d] *= 1e-3
    if not is_bordered(control, model):
        b[lay.i] = 0.0
    found = b.copy()
    solve(found, control, model, lay, work, factors)
    W = dense(model, control, lay, y, history, g)
    assert np.all(np.abs(W @ found - b) <= 1e-6 * (np.abs(W) @ np.abs(found) + np.abs(b)))
    expected = np.linalg.solve(W, b)
    for block in (slice(0, lay.q), slice(lay.q, lay.n_d), slice(lay.n_d, lay.size)):
        if found[block].size:
            scale = np.abs(expected[block]).max()
            assert found[block] == pytest.approx(expected[block], abs=2e-4 * scale)


def test_a_given_current_needs_no_border():
    """Only where the current is an unknown does the matrix get its last row and column; a leak makes it one, but for a
    slight one beside a current."""
    model = one_phase(7, 5)
    assert [is_bordered(control, model) for control in CONTROLS.values()] == [False, True, True, True]
    assert is_bordered(current(0.05), leaking(model, 0.3)) and not is_bordered(current(0.05), leaking(model, 1e-6))
    assert is_bordered(current(0.0), leaking(model, 1e-6))
