"""Newton's method of a time step: what it leaves over, and fillings that cross a peak of D."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.constants import F
from heterofilm.engine.chains import S
from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.kinetics import hetero_overpotential, phi
from heterofilm.engine.linear import factor
from heterofilm.engine.msmr import filling
from heterofilm.engine.newton import HIGHEST, LOCAL_CLOSE, LOWEST, bend_fillings, left_over, one_node
from heterofilm.engine.parameters import Diffusion
from heterofilm.engine.rates import rates
from heterofilm.engine.state import layout, new_work
from verification.models import Cell, current, film, liquid, one_phase, phase, two_phase

GRID = np.linspace(0.0, 2.0, 401)
# between two couples D is thousands of times that on their plateaus
D = 3e-17 + 5e-14 * np.exp(-(((GRID - 0.5) / 0.01) ** 2))
PEAK = Diffusion(D=D, Phi=np.concatenate([[0.0], np.cumsum(0.5 * (D[1:] + D[:-1]) * np.diff(GRID))]), theta_max=2.0)
MODEL = one_phase(12, 2).replace(
    D_m=PEAK, film=film(300e-9, 12, 0.55 * 18457, sigma_e=1e-5), electrolyte=liquid()
)  # fmt: skip
LAY = layout(MODEL)
BOTH = two_phase(
    5, 3, phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [0.6, 0.6, 1.2]), phase([2.0] * 2, [3.05, 2.4], [4.0] * 2)
)
BOTH = BOTH.replace(D_m=PEAK)


@given(st.floats(1e-9, 1.0), st.floats(1e-6, 0.49))
def test_corrections_that_shrink_by_one_ratio_leave_the_sum_of_all_to_come(size: float, ratio: float) -> None:
    later = size * np.cumsum(ratio ** np.arange(1, 200))[-1]
    assert left_over(size, size / ratio) == pytest.approx(later, rel=1e-9)


def test_corrections_that_hardly_shrink_or_stand_alone_leave_all_over() -> None:
    assert left_over(0.3, np.inf) == left_over(0.3, 0.4) == left_over(0.3, 0.2) == 0.3


@given(st.integers(0, 2**32 - 1), st.floats(-4.0, 1.0))
@example(6431029, 1.0)  # from both sides of the peak Newton's step leads to the other
def test_a_bent_filling_obeys_the_balance_of_its_node(seed: int, power: float) -> None:
    """g (theta - theta*) + l (Phi(theta) - Phi*) = 0 with the linear Phi*; where both agree nothing is touched."""
    rng, g = np.random.default_rng(seed), 10.0**power
    work, own = new_work(LAY), slice(LAY.theta_m, LAY.theta_m + LAY.nodes)
    y, change = np.zeros(LAY.size), np.zeros(LAY.size)
    y[own], change[own] = rng.uniform(0.3, 0.8, LAY.nodes), rng.uniform(-0.3, 0.3, LAY.nodes)
    slopes = [phi(theta, PEAK.D, PEAK.Phi, PEAK.theta_max) for theta in y[own]]
    work.Phi[:], work.D_m[:] = np.transpose(slopes)
    linear = change[own].copy()
    small = 1e-6 * MODEL.matrix.theta_full
    moved = bend_fillings(g, y[own], change[own], small, PEAK, MODEL.film, work.Phi, work.D_m)
    link = np.concatenate([MODEL.film.link, [0.0]]) + np.concatenate([[0.0], MODEL.film.link])
    link /= g * MODEL.film.width
    after = np.array([phi(theta, PEAK.D, PEAK.Phi, PEAK.theta_max)[0] for theta in y[own] + change[own]])
    missed = change[own] - linear + link * (after - work.Phi - work.D_m * linear)
    touched = change[own] != linear
    # a root known to 1e-6 of a filling, on a slope of up to 1 + l D
    assert np.abs(missed[touched]).max(initial=0.0) < 2e-6 * (1.0 + link.max() * D.max())
    assert np.abs(missed[~touched]).max(initial=0.0) <= 1e-6 * MODEL.matrix.theta_full
    assert bool(moved) == touched.any()


@given(st.integers(0, 2**32 - 1), st.floats(-5.0, 0.0))
@example(580, -0.5)  # the same of the potential
def test_one_node_of_two_phases_obeys_its_balances(seed: int, power: float) -> None:
    """What is left of the balance of the domain changes sign within the stated accuracy of the potential that is found,
    and the other three equations hold as they are."""
    rng, g, lay = np.random.default_rng(seed), 10.0**power, layout(BOTH)
    k, work, factors = int(rng.integers(lay.nodes)), new_work(lay), new_factors(lay, Factors)
    m, s, U, U_d, q = lay.theta_m + k, (lay.shells - 1) * lay.nodes + k, lay.U_m + k, lay.U_d + k, lay.q + k
    y, history = rest_state(rng.uniform(2.2, 3.8), 0.0, 1.0, BOTH, lay)
    rates(y, 0.0, current(0.0), BOTH, lay, history, work)
    factor(g, y, current(0.0), BOTH, lay, work, factors)
    change = np.zeros(lay.size)
    change[m], change[s] = rng.uniform(-0.4, 0.4, 2)
    matrix, domain, geometry = BOTH.matrix, BOTH.domain, BOTH.film
    q_0 = 2.0 * geometry.area_per_volume * geometry.i0_h / (F * geometry.c_d)
    change[q] = rng.uniform(-3.0, 3.0) * q_0
    linear = y + change
    one_node(k, g, y, change, BOTH, lay, history, work, factors)
    done = y + change

    link = (geometry.link[k] if k < lay.nodes - 1 else 0.0) + (geometry.link[k - 1] if k > 0 else 0.0)
    link /= geometry.width[k]
    Phi, D_m = phi(y[m], PEAK.D, PEAK.Phi, PEAK.theta_max)
    Phi += D_m * (linear[m] - y[m])
    p = 1.0 / geometry.share[-1]
    g_s = 1.0 / factors.d[s] + p * work.q_U[k] * factors.site_d[S, k]

    def domain_left(U_m: float) -> tuple[float, float, float, float]:
        held = filling(U_m, 0.0, 1.0, matrix.couples, matrix.b, matrix.U_ref)[0]
        gone = g * (held - linear[m]) + link * (phi(held, PEAK.D, PEAK.Phi, PEAK.theta_max)[0] - Phi)
        more = -gone / (geometry.c_d / geometry.c_m)
        beside = U_m + hetero_overpotential(linear[q] + more, q_0, BOTH.T)[0]
        theta_s = linear[s] + p * more / g_s
        return theta_s - filling(beside, 0.0, 1.0, domain.couples, domain.b, domain.U_ref)[0], held, more, beside

    if not domain_left(LOWEST)[0] < 0.0 < domain_left(HIGHEST)[0]:
        return  # no potential within the bounds does it
    close = 2.0 * LOCAL_CLOSE  # a last move below it is not made, and is the distance only to first order
    assert domain_left(done[U] - close)[0] <= 0.0 <= domain_left(done[U] + close)[0]
    _, held, more, beside = domain_left(done[U])
    assert done[m] == pytest.approx(held, abs=1e-12)
    assert done[U_d] == pytest.approx(min(max(beside, LOWEST), HIGHEST), abs=1e-12)
    assert done[q] == pytest.approx(linear[q] + more, rel=1e-9)
    assert done[s] == pytest.approx(linear[s] + p * more / g_s, rel=1e-9)


def test_a_front_over_a_peak_of_D_costs_no_failed_step() -> None:
    """Every node passes the filling at which D is 1600 times larger: Newton converges in every step, and steps a
    hundred times more exact end with the same profile."""
    ends = []
    for rtol in (1e-2, 1e-4):
        cell = Cell(MODEL, 3.6)
        done = cell.pass_charge(0.2, 300.0, rtol=rtol)
        theta = cell.y[LAY.theta_m : LAY.theta_m + LAY.nodes]
        assert theta.min() > 0.55 and done.effort[3] == 0
        ends.append(theta.copy())
    assert ends[0] == pytest.approx(ends[1], abs=5e-3)
