"""MSMR, hysteresis and nucleation, one law at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.engine.msmr import (
    coexistence,
    filling,
    hysteresis,
    nucleation_rate,
    one_couple,
    potential,
    settled_share,
)
from verification.models import CU2V2O7, CU_NUCLEATING, RT_F, V2O5, phase

PHASES = [V2O5, CU2V2O7, CU_NUCLEATING]
N_BARRIER = 0.2  # V, of CU_NUCLEATING


def thermodynamics(p):
    return p.couples, p.b, p.U_ref


@pytest.mark.parametrize("p", PHASES)
def test_filling_is_the_sum_over_couples(p):
    """theta = sum X_j/(1 + exp[(U - U_j)/w_j]) + b (U_ref - U), U_j = U0 - hH/2 - (1 - n) dU."""
    for U in (2.0, 2.5, 3.2, 3.9):
        for h, n in ((0.0, 1.0), (1.0, 0.3), (-0.4, 0.0)):
            expected = p.b * (p.U_ref - U)
            for X, U0, w, H, dU in p.couples:
                expected += X / (1.0 + math.exp((U - (U0 - 0.5 * h * H - (1.0 - n) * dU)) / w))
            assert filling(U, h, n, *thermodynamics(p))[0] == pytest.approx(expected, rel=1e-13)


def test_nernst():
    """An ideal couple (omega 1) follows Nernst's law: U - U0 = (RT/F) ln[(1 - x)/x]."""
    p = phase([1.0], [3.0], [1.0], b=0.0)
    for x in (0.01, 0.3, 0.5, 0.9):
        assert potential(x, 0.0, 1.0, 3.1, *thermodynamics(p)) == pytest.approx(3.0 + RT_F * math.log((1 - x) / x))


@pytest.mark.parametrize("p", PHASES)
def test_potential_inverts_filling(p):
    """U(theta(U)) = U from any guess, also on the flats between couples."""
    for U in np.linspace(1.2, 4.5, 34):
        for guess in (1.0, 3.0, 5.0):
            for h, n in ((0.0, 1.0), (0.7, 0.2)):
                theta = filling(U, h, n, *thermodynamics(p))[0]
                found = potential(theta, h, n, guess, *thermodynamics(p))
                assert filling(found, h, n, *thermodynamics(p))[0] == pytest.approx(theta, abs=1e-11)
                assert found == pytest.approx(U, abs=1e-8)


@given(st.integers(0, 2**32 - 1))
@example(268)
def test_potential_inverts_filling_of_any_couples(seed):
    """Couples from nearly vertical to wide, from any guess: the potential that is found holds the filling."""
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 6)
    X, U0 = rng.uniform(0.05, 2.0, n), rng.uniform(1.5, 4.5, n)
    omega, H = 10 ** rng.uniform(-1.5, 1.0, n), rng.uniform(0.0, 0.3, n)
    p = phase(X, U0, omega, list(H), b=10 ** rng.uniform(-7, -2))
    h = rng.uniform(-1.0, 1.0)
    theta = filling(rng.uniform(1.0, 5.0), h, 1.0, *thermodynamics(p))[0]
    found = potential(theta, h, 1.0, rng.uniform(0.0, 6.0), *thermodynamics(p))
    assert filling(found, h, 1.0, *thermodynamics(p))[0] == pytest.approx(theta, abs=1e-10)


@pytest.mark.parametrize("p", PHASES)
def test_slopes_of_filling(p):
    """By U (always negative), by h and by n: those of the filling."""
    step = 1e-6
    for U in (2.2, 2.6, 3.0, 3.4):
        h, n = 0.3, 0.6
        _, by_U, by_h, by_n = filling(U, h, n, *thermodynamics(p))

        def along(s, what, U=U, h=h, n=n):
            d = dict.fromkeys("Uhn", 0.0) | {what: s}
            return filling(U + d["U"], h + d["h"], n + d["n"], *thermodynamics(p))[0]

        for what, slope in (("U", by_U), ("h", by_h), ("n", by_n)):
            assert slope == pytest.approx((along(step, what) - along(-step, what)) / (2 * step), rel=1e-6, abs=1e-9)
        assert by_U < 0.0


def test_couples_add_up():
    """What the couples hold and the background are the filling."""
    held = sum(one_couple(2.6, 0.2, 0.5, j, CU_NUCLEATING.couples)[0] for j in range(3))
    assert held + CU_NUCLEATING.b * (4.0 - 2.6) == pytest.approx(
        filling(2.6, 0.2, 0.5, *thermodynamics(CU_NUCLEATING))[0]
    )


def test_hysteresis_gap():
    """At one filling, delithiation runs above lithiation by H where one couple is alone."""
    p = phase([1.0], [3.0], [1.0], [0.2], b=0.0)
    up, down = (potential(0.5, h, 1.0, 3.0, *thermodynamics(p)) for h in (-1.0, 1.0))
    assert up - down == pytest.approx(0.2)


def test_hysteresis_relaxes_exponentially():
    """h(z) = s + (h0 - s) exp(-K |z - z0|): dh = K |dz| (sgn dz - h)."""
    for s in (1.0, -1.0):
        for h0 in (-1.0, 0.0, 0.6):
            h, slope = hysteresis(0.3 + 0.02 * s, 0.3, h0, s, 30.0)
            assert h == pytest.approx(s + (h0 - s) * math.exp(-0.6))
            assert slope == pytest.approx(30.0 * s * (s - h), abs=1e-12)


def test_hysteresis_does_not_depend_on_the_rate():
    """Two short moves are one long move: the state depends on the way, not on how it was cut into steps."""
    once, _ = hysteresis(0.5, 0.2, -1.0, 1.0, 7.0)
    half, _ = hysteresis(0.33, 0.2, -1.0, 1.0, 7.0)
    assert hysteresis(0.5, 0.33, half, 1.0, 7.0)[0] == pytest.approx(once, rel=1e-14)


def test_hysteresis_stays_within_its_bounds():
    """On the wrong branch h is clipped, and then has no slope."""
    assert hysteresis(0.1, 0.9, -1.0, 1.0, 30.0) == (-1.0, 0.0)
    assert hysteresis(0.9, 0.1, 1.0, -1.0, 30.0) == (1.0, 0.0)


def test_hysteresis_is_right_to_first_order_on_the_wrong_branch():
    """Just after a turn dh/dz = K (1 - s h), s that of the step before."""
    h, slope = hysteresis(0.3 - 1e-7, 0.3, 0.2, 1.0, 30.0)
    assert (0.2 - h) / 1e-7 == pytest.approx(30.0 * (1.0 - 0.2), rel=1e-4)
    assert slope == pytest.approx(30.0 * (1.0 - 0.2), rel=1e-4)


def rate(U, n, h=0.0):
    p = CU_NUCLEATING
    return nucleation_rate(U, h, n, p.couples, p.k_n, p.eta_0, p.n_0, p.s_0)


def apart(n, h=0.0):
    """Potential at which nuclei neither grow nor dissolve."""
    return coexistence(h, n, 1, CU_NUCLEATING.s_0, CU_NUCLEATING.couples)


def test_nuclei_grow_below_and_dissolve_above_their_potential():
    """dn/dt changes sign with U* - U; there a share s_0 of the couple has reacted, whatever h and n."""
    for n, h in ((0.3, 0.0), (0.9, -1.0)):
        U = apart(n, h)
        assert rate(U - 0.05, n, h)[0] > 0.0 > rate(U + 0.05, n, h)[0]
        assert rate(U, n, h)[0] == pytest.approx(0.0, abs=1e-18)
        held = one_couple(U, h, n, 1, CU_NUCLEATING.couples)[0]
        assert held / CU_NUCLEATING.couples[1, 0] == pytest.approx(CU_NUCLEATING.s_0, rel=1e-9)


def test_nucleation_law():
    """2 k_n sinh(eta/eta0) (n + n0)(1 - n) below, 2 k_n sinh(eta/eta0) n above; nothing faster far away."""
    p, U = CU_NUCLEATING, apart(0.2)
    assert rate(U - 0.1, 0.2)[0] == pytest.approx(2.0 * p.k_n * math.sinh(2.0) * (0.2 + p.n_0) * 0.8)
    assert rate(U + 0.1, 0.2)[0] == pytest.approx(-2.0 * p.k_n * math.sinh(2.0) * 0.2)
    assert rate(U - 1.0, 0.2)[:2] == pytest.approx((rate(U - 2.0, 0.2)[0], 0.0))
    assert rate(apart(0.0) - 0.1, 0.0)[0] > 0.0 and rate(apart(1.0) - 0.1, 1.0)[0] == 0.0
    assert rate(apart(0.0) + 0.1, 0.0)[0] == 0.0


def test_nuclei_stay_beside_the_product():
    """A charge that has left most of the product where it was leaves its nuclei there too."""
    U = CU_NUCLEATING.couples[1, 1] + 0.15 + 0.1  # of the couple after delithiation, and well above
    held = one_couple(U, -1.0, 1.0, 1, CU_NUCLEATING.couples)[0]
    assert held > 20.0 * CU_NUCLEATING.s_0 * CU_NUCLEATING.couples[1, 0]
    assert rate(U, 0.999, -1.0)[0] > 0.0


def test_where_a_rest_ends():
    """The law goes to the share that `settled_share` names, from either side, and a phase without barrier has it."""
    p = CU_NUCLEATING
    for U in np.linspace(2.0, 3.4, 15):
        for n in (0.0, 0.4, 1.0):
            end = settled_share(U, 0.0, n, p.couples, p.s_0)
            assert (rate(U, max(n, 1e-3))[0] > 0.0) == (end == 1.0) or n == 1.0
            assert rate(U, end)[0] == 0.0
    assert settled_share(2.0, 0.0, 0.0, V2O5.couples, V2O5.s_0) == 1.0


def energy(theta, n, h):
    """Free energy (V per formula unit) at a filling: -int U dtheta, and what nuclei cost; up to a function of h."""
    p, (X, dU) = CU_NUCLEATING, CU_NUCLEATING.couples[1, [0, 4]]
    U = potential(theta, h, n, 2.7, *thermodynamics(p))
    # Legendre transform of the grand potential of couples and background, all explicit in U
    grand = -0.5 * p.b * (p.U_ref - U) ** 2
    for j, (X_j, U0, w, H, barrier) in enumerate(p.couples):
        U_j = U0 - 0.5 * h * H - (1.0 - n) * barrier
        grand -= X_j * w * np.logaddexp(0.0, (U_j - U) / w)
        assert j != 1 or barrier == dU
    return grand - U * theta + X * dU * p.s_0 * n


@given(st.floats(0.3, 5.7), st.floats(0.001, 0.999), st.floats(-1.0, 1.0))
def test_nucleation_lowers_the_free_energy(theta, n, h):
    """At a given filling and hysteresis dG/dt = (dG/dn) dn/dt <= 0: nuclei come and go downhill only."""
    U = potential(theta, h, n, 2.7, *thermodynamics(CU_NUCLEATING))
    step = 1e-4 * min(n, 1.0 - n)
    slope = (energy(theta, n + step, h) - energy(theta, n - step, h)) / (2.0 * step)
    held = one_couple(U, h, n, 1, CU_NUCLEATING.couples)[0]
    X, dU = CU_NUCLEATING.couples[1, [0, 4]]
    assert slope == pytest.approx(-dU * (held - X * CU_NUCLEATING.s_0), abs=1e-6)
    assert slope * rate(U, n, h)[0] <= 1e-9


def test_the_share_stays_between_none_and_all():
    """Nothing grows beyond 1 or dissolves below 0."""
    for U in np.linspace(1.5, 4.0, 26):
        assert rate(U, 0.0)[0] >= 0.0 >= rate(U, 1.0)[0] - 1e-30


def test_slopes_of_nucleation():
    """By undercooling and by n, on both branches; H comes along for the chain rule."""
    step = 1e-6
    for U in (2.4, 2.6, 2.85):
        _, by_cooling, by_n, H = rate(U, 0.4)
        assert by_cooling == pytest.approx(-(rate(U + step, 0.4)[0] - rate(U - step, 0.4)[0]) / (2 * step), rel=1e-6)
        assert by_n == pytest.approx((rate(U, 0.4 + step)[0] - rate(U, 0.4 - step)[0]) / (2 * step), rel=1e-6)
        assert pytest.approx(0.3) == H


def test_no_barrier_no_nucleation():
    """A phase whose couples need no nuclei has no rate at all."""
    assert nucleation_rate(2.0, 0.0, 0.5, V2O5.couples, 1.0, 0.05, 1e-3, 1e-3) == (0.0, 0.0, 0.0, 0.0)
