"""The right-hand side: vectorised sites against the scalar laws, and what the fluxes keep."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.kinetics import butler_volmer
from heterofilm.engine.msmr import filling, hysteresis, nucleation_rate
from heterofilm.engine.rates import nucleation, rates, sites
from heterofilm.engine.state import N_N, N_THETA, N_U, SITE_ROWS, U_N, U_R, U_THETA, new_work
from verification.models import (
    CU2V2O7,
    CU_NUCLEATING,
    V2O5,
    V2O5_NUCLEATING,
    current,
    lipon,
    one_phase,
    rough_state,
    two_phase,
)


@pytest.mark.parametrize("phase", [V2O5, CU2V2O7, CU_NUCLEATING, V2O5_NUCLEATING])
def test_sites_are_the_scalar_laws(phase):
    """``sites`` and ``nucleation`` give, at all nodes at once, what ``msmr`` gives one by one."""
    rng, n = np.random.default_rng(7), 60
    U = rng.uniform(1.8, 4.0, n)
    share = rng.uniform(0.0, 1.0, n)
    theta = rng.uniform(0.0, phase.theta_full, n)
    history = np.array([rng.uniform(0, 1, n), rng.uniform(-1, 1, n), rng.choice([-1.0, 0.0, 1.0], n)])
    slopes, scratch = np.zeros((SITE_ROWS, n)), np.zeros((4, n))
    residual, rate = np.zeros(n), np.zeros(n)
    sites(theta, U, phase, history, 0, slopes, scratch, residual)
    nucleates = phase.couples[:, 4].max() > 0.0
    if nucleates:
        nucleation(U, share, phase, slopes, scratch, residual, rate)
    for k in range(n):
        h, by_z = hysteresis(theta[k] / phase.theta_full, *history[:, k], phase.K)
        nuclei = share[k] if nucleates else 1.0
        held, by_U, by_h, by_n = filling(U[k], h, nuclei, phase.couples, phase.b, phase.U_ref)
        assert residual[k] == pytest.approx(theta[k] - held, abs=1e-12)
        assert slopes[U_R, k] == pytest.approx(1.0 / by_U, rel=1e-11)
        by_theta = (1.0 - by_h * by_z / phase.theta_full) / by_U
        assert slopes[U_THETA, k] == pytest.approx(by_theta, rel=1e-10, abs=1e-12)
        if nucleates:
            arguments = (phase.couples, phase.k_n, phase.eta_0, phase.n_0, phase.s_0)
            expected, by_cooling, rate_by_n, H = nucleation_rate(U[k], h, nuclei, *arguments)
            assert rate[k] == pytest.approx(expected, rel=1e-12)
            assert slopes[U_N, k] == pytest.approx(-by_n / by_U, rel=1e-10)
            assert slopes[N_U, k] == pytest.approx(-by_cooling, rel=1e-12)
            assert slopes[N_N, k] == pytest.approx(rate_by_n, rel=1e-12)
            chain = -by_cooling * 0.5 * H * by_z / phase.theta_full
            assert slopes[N_THETA, k] == pytest.approx(chain, rel=1e-12, abs=1e-20)


@pytest.mark.parametrize("model", [one_phase(9, 6), two_phase(9, 5), two_phase(6, 4, electrolyte=lipon(5))])
def test_lithium_enters_through_the_surface_only(model):
    """Whatever the state, the film gains Li at the rate i_F, and the double layer the rest of the current."""
    lay, y, history = rough_state(model)
    work = new_work(lay)
    rates(y, 0.0, current(0.05), model, lay, history, work)
    film = model.film
    gain = film.c_m * film.width @ work.rate[lay.theta_m : lay.theta_m + lay.nodes]
    if lay.shells:
        mean = film.share @ work.rate[: lay.shells * lay.nodes].reshape(lay.shells, lay.nodes)
        gain += film.c_d * film.width @ mean
    z = y[lay.theta_m + lay.nodes - 1] / model.matrix.theta_full
    i_F, _, _ = butler_volmer(y[lay.v] - y[lay.n_m - 1], z, model.T, model.cathode)
    assert F * gain == pytest.approx(i_F, rel=1e-10)
    assert work.rate[lay.v] == pytest.approx(i_F - y[lay.i], rel=1e-12)


def test_anions_stay_in_the_electrolyte():
    """Without reaction the mean of y does not move, whatever profile and current."""
    model = one_phase(5, 9).replace(electrolyte=lipon(9, react=False, stretch=4.0))
    lay, y, history = rough_state(model)
    work = new_work(lay)
    rates(y, 0.0, current(3.0), model, lay, history, work)
    part = work.rate[lay.y_e : lay.y_e + lay.nodes_e]
    assert np.abs(part).max() > 0.0
    assert model.electrolyte.width @ part == pytest.approx(0.0, abs=1e-12 * model.electrolyte.width @ np.abs(part))


def test_dissociation_rests_at_its_equilibrium():
    """y = 1 is where k_d (a0 - c) = k_r c^2, and y comes back to it from both sides."""
    model = one_phase(5, 9)
    lay, y, history = rough_state(model)
    work = new_work(lay)
    for value, sign in ((0.9, 1.0), (1.0, 0.0), (1.1, -1.0)):
        y[lay.y_e : lay.y_e + lay.nodes_e] = value
        y[lay.i] = 0.0
        rates(y, 0.0, current(0.0), model, lay, history, work)
        part = work.rate[lay.y_e : lay.y_e + lay.nodes_e]
        assert np.sign(np.round(part, 12)) == pytest.approx(sign)
