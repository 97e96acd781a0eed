"""Nucleated shares are advanced as ln(n + n_0): exponentials are straight lines, and errors relative."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import simulate
from heterofilm.engine.bdf import error_share, formula, new_trail, predict
from heterofilm.engine.nuclei import growths, judge, left_by_length, left_of_shares
from heterofilm.engine.state import N_N, layout, new_work
from verification.models import CU_NUCLEATING, V2O5_NUCLEATING, current, two_phase

MODEL = two_phase(5, 3, V2O5_NUCLEATING, CU_NUCLEATING)
LAY = layout(MODEL)
BLOCKS = ((slice(LAY.n_m, LAY.y_e), MODEL.matrix.n_0), (slice(LAY.n_d, LAY.theta_m), MODEL.domain.n_0))
SHARES = np.r_[BLOCKS[0][0], BLOCKS[1][0]]
OTHERS = np.setdiff1d(np.arange(LAY.size), SHARES)


def state(x: float) -> np.ndarray:
    """All shares at ``ln(n + n_0) = ln n_0 + x``, everything else at ``x``."""
    y = np.full(LAY.size, x)
    for where, n_0 in BLOCKS:
        y[where] = n_0 * (np.exp(x) - 1.0)
    return y


def stepped(course, h=0.3, h_1=0.5, h_2=0.2):
    """The trail after a predicted step, what was predicted, and the state of the course at its end."""
    trail = new_trail(LAY)
    trail.lengths[:] = h_1, h_2
    y, new = state(course(0.0)), np.zeros(LAY.size)
    trail.before[0], trail.before[1] = state(course(-h_1)), state(course(-h_1 - h_2))
    predict(y, new, h, 2, trail, current(0.1), MODEL, LAY)
    end = state(course(h))
    g, _ = formula(h, 2, trail.lengths)
    judge(y, end, g, error_share(h, 2, trail.lengths), False, trail, MODEL, LAY)
    return trail, y, new, end, g


def test_a_growth_is_the_difference_of_logarithms():
    """``by`` times it; what is no share is left as it was."""
    out = np.full(LAY.size, 7.0)
    growths(state(2.0), state(0.5), 3.0, MODEL, LAY, out)
    assert out[SHARES] == pytest.approx(4.5, rel=1e-13)
    assert np.all(out[OTHERS] == 7.0)
    growths(state(2.0), state(2.0), 3.0, MODEL, LAY, out)
    assert np.all(out[SHARES] == 0.0)


@pytest.mark.parametrize("rate", [8.0, -2.0])
def test_an_exponential_is_followed_exactly(rate):
    """n + n_0 = n_0 exp(2 + r t), over two e-folds and more in one step: no error, and dn/dt = r (n + n_0)."""
    trail, _, new, end, _ = stepped(lambda t: 2.0 + rate * t)
    assert new[SHARES] == pytest.approx(end[SHARES], rel=1e-12)
    assert np.abs(trail.error[SHARES]).max() < 1e-13
    for where, n_0 in BLOCKS:
        assert trail.slopes[1, where] == pytest.approx(rate * (end[where] + n_0), rel=1e-12)


def test_the_error_is_a_number_of_e_folds():
    """For a cubic course of ln(n + n_0) it is that of the formula on the cubic, however few nuclei there are."""
    trail, _, _, _, g = stepped(lambda t: 2.0 + t**3)
    h, h_1, h_2 = 0.3, 0.5, 0.2
    beyond = h * (h + h_1) * (h + h_1 + h_2)  # of the cubic over the parabola through the last three
    assert trail.error[SHARES] == pytest.approx(beyond / (1.0 + g * (h + h_1 + h_2)), rel=1e-9)


def test_what_is_left_and_how_it_changes_with_the_length():
    """(n + n_0) (c dx_before - g dx) vanishes where the growth keeps its pace; its slopes against differences."""
    trail, y, _, end, _ = stepped(lambda t: 2.0 + 3.0 * t)
    before = trail.before[0].copy()

    def left(h):
        g, c = formula(h, 2, trail.lengths)
        work, b = new_work(LAY), np.zeros(LAY.size)
        known = np.zeros(LAY.size)
        growths(y, before, c, MODEL, LAY, known)
        left_of_shares(y, end, known, g, MODEL, LAY, work, b)
        return b

    weights = end[SHARES] + np.r_[np.full(5, BLOCKS[0][1]), np.full(5, BLOCKS[1][1])]
    assert left(0.3)[SHARES] == pytest.approx(-3.0 * weights, rel=1e-12)
    by_h, d = np.zeros(LAY.size), 1e-5
    (g_low, c_low), (g_high, c_high) = formula(0.3 - d, 2, trail.lengths), formula(0.3 + d, 2, trail.lengths)
    left_by_length(before, y, end, (c_high - c_low) / (2 * d), (g_high - g_low) / (2 * d), MODEL, LAY, by_h)
    assert by_h[SHARES] == pytest.approx((left(0.3 + d) - left(0.3 - d))[SHARES] / (2 * d), rel=1e-8)
    assert np.all(by_h[OTHERS] == 0.0)


def test_slopes_are_those_of_the_equation_over_what_is_held():
    """(n + n_0) d/dn (n' / (n + n_0)) = dn'/dn - n' / (n + n_0)"""
    y, work, b = state(2.0), new_work(LAY), np.zeros(LAY.size)
    work.rate[:] = 5.0
    work.m[N_N], work.d[N_N] = 1.0, 2.0
    left_of_shares(y, y, np.zeros(LAY.size), 1.0, MODEL, LAY, work, b)
    assert work.m[N_N] == pytest.approx(1.0 - 5.0 / (y[LAY.n_m] + MODEL.matrix.n_0))
    assert work.d[N_N] == pytest.approx(2.0 - 5.0 / (y[LAY.n_d] + MODEL.domain.n_0))


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_a_voltammogram_of_copper_keeps_its_charge_and_peak(rate):
    """Against a thirtieth of the tolerance: 0.03 % and 0.1 %. Nuclei come at one node after the other on the way back,
    in a peak some mV wide."""
    text = f"CV between 2.15 V and 3.8 V at {rate} mV/s for 1 cycles"
    found, fine = (simulate("voc2-half", text, detail=False, rtol=rtol) for rtol in (1e-3, 3e-5))
    assert found.steps["capacity_C_m2"].to_numpy() == pytest.approx(fine.steps["capacity_C_m2"].to_numpy(), rel=3e-4)
    for step in (1, 2):
        peak, true = (one.step(step).frame["current_A_m2"].max() for one in (found, fine))
        assert peak == pytest.approx(true, rel=1e-3)
