"""Butler-Volmer, the hetero-interface and the integral of D: laws, slopes, signs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heterofilm import Cell
from heterofilm.constants import F, R
from heterofilm.engine.kinetics import butler_volmer, hetero_overpotential, phi
from heterofilm.engine.msmr import filling
from heterofilm.engine.parameters import Interface
from heterofilm.engine.table import factor_of
from verification.models import OF_FILLING

T = 298.15
RT_F = R * T / F
TABLED = Interface(i0=2.0, alpha=0.4, p=0.0, C=0.0, i0_z=OF_FILLING)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("eta", [-0.2, -0.01, 0.0, 0.02, 0.15])
def test_butler_volmer(alpha, eta):
    """i = i0 (exp(-alpha f eta) - exp((1 - alpha) f eta)): zero at rest, lithiation below it."""
    i, _, _ = butler_volmer(eta, 0.4, T, Interface(i0=2.0, alpha=alpha, p=0.0, C=0.0))
    assert i == pytest.approx(2.0 * (math.exp(-alpha * eta / RT_F) - math.exp((1 - alpha) * eta / RT_F)), rel=1e-13)
    assert i == 0.0 if eta == 0.0 else i * eta < 0.0


def test_a_small_overpotential_meets_a_resistance():
    """di/deta = -i0 F/RT at rest, whatever alpha: 62.6 ohm cm2 for 0.41 mA/cm2."""
    for alpha in (0.2, 0.5):
        _, slope, _ = butler_volmer(0.0, 0.5, T, Interface(i0=4.1, alpha=alpha, p=0.0, C=0.0))
        assert -1e4 / slope == pytest.approx(62.66, abs=0.01)


@pytest.mark.parametrize("interface", [*(Interface(i0=2.0, alpha=0.4, p=p, C=0.0) for p in (0.0, 0.5, 1.0)), TABLED])
def test_slopes_of_butler_volmer(interface):
    """Both slopes are those of the current."""
    step = 1e-6
    for eta in (-0.1, 0.03):
        for z in (0.1, 0.5, 0.8):
            _, by_eta, by_z = butler_volmer(eta, z, T, interface)
            up, down = (butler_volmer(eta + s, z, T, interface)[0] for s in (step, -step))
            assert by_eta == pytest.approx((up - down) / (2 * step), rel=1e-7)
            up, down = (butler_volmer(eta, z + s, T, interface)[0] for s in (step, -step))
            assert by_z == pytest.approx((up - down) / (2 * step), rel=1e-7, abs=1e-7)


def test_the_exchange_current_of_a_filling():
    """i0(z) = i0 [4 z(1 - z)]^p: i0 itself at half filling, symmetric; (4 s_0)^p of it at the ends and beyond."""
    interface = Interface(i0=2.0, alpha=0.5, p=0.5, C=0.0)
    whole = Interface(i0=2.0, alpha=0.5, p=0.0, C=0.0)
    at = {z: butler_volmer(-0.05, z, T, interface)[0] for z in (0.1, 0.5, 0.9, -0.1, 0.0, 1.0, 1.1)}
    assert at[0.5] == pytest.approx(butler_volmer(-0.05, 0.5, T, whole)[0])
    assert at[0.1] == pytest.approx(at[0.9])
    assert at[0.1] / at[0.5] == pytest.approx(0.6)
    for z in (-0.1, 0.0, 1.0, 1.1):
        assert at[z] / at[0.5] == pytest.approx((4.0 * interface.floor) ** 0.5)


@pytest.mark.parametrize("p", [0.25, 0.5, 1.0])
def test_the_floor_is_smooth_at_the_ends(p):
    """The current and its slope by z go on without a jump through an empty and a full surface."""
    interface, step = Interface(i0=2.0, alpha=0.4, p=p, C=0.0, floor=1e-4), 1e-9
    for end in (0.0, 1.0):
        (i_in, _, in_by_z), (i_out, _, out_by_z) = (butler_volmer(-0.05, end + s, T, interface) for s in (step, -step))
        assert i_in == pytest.approx(i_out, rel=1e-6)
        steepest = 0.5 * p * i_in / interface.floor  # of i0(z), where z(1 - z) is the floor
        assert abs(in_by_z - out_by_z) < 1e-4 * steepest


def test_the_floor_is_the_tail_within_thermal_energy():
    """s_0 = -(RT/F) dz/dU of the film far beyond its couples, where only the tail of the phase takes Li."""
    model = Cell.load("vo-half", {"phases.V2O5.background": 0.01}).model
    m = model.matrix
    _, by_U, _, _ = filling(6.0, 0.0, 1.0, m.couples, m.b, m.U_ref)
    assert model.cathode.floor == pytest.approx(-RT_F * by_U / m.theta_full, rel=1e-9)


def test_the_exchange_current_of_a_table():
    """i0(z) is i0 times the exponential of the table; R_ct at rest is RT/(F i0(z))."""
    for z in (0.0, 0.2, 0.55, 1.0, 1.2):
        factor, _ = factor_of(z, OF_FILLING)
        _, slope, _ = butler_volmer(0.0, z, T, TABLED)
        assert -1.0 / slope == pytest.approx(RT_F / (2.0 * factor), rel=1e-12)


@pytest.mark.parametrize("x", [-1e6, -3.0, -1e-8, 0.0, 1e-3, 1.0, 1e5])
def test_the_hetero_interface_inverts_its_law(x):
    """q = q_0 sinh(F eta / 2RT), with its slope."""
    q_0 = 3e-5
    eta, by_q = hetero_overpotential(x * q_0, q_0, T)
    assert q_0 * math.sinh(eta / (2 * RT_F)) == pytest.approx(x * q_0, rel=1e-9, abs=1e-20)
    assert by_q == pytest.approx(2 * RT_F / (q_0 * math.cosh(eta / (2 * RT_F))), rel=1e-9)


def test_phi_is_the_integral_of_D():
    """dPhi/dtheta = D everywhere, across grid points and beyond both ends."""
    D = np.array([2.0, 1.0, 4.0, 3.0])
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (D[1:] + D[:-1]) * 0.5)])
    step = 1e-6
    for theta in (-0.3, 0.1, 0.49, 0.77, 1.2, 1.49, 1.8):
        _, slope = phi(theta, D, integral, 1.5)
        up, down = (phi(theta + s, D, integral, 1.5)[0] for s in (step, -step))
        assert slope == pytest.approx((up - down) / (2 * step), rel=1e-8)
    for k, value in enumerate(integral):
        assert phi(0.5 * k, D, integral, 1.5)[0] == pytest.approx(value)
        assert phi(0.5 * k, D, integral, 1.5)[1] == D[k]


def test_phi_of_a_constant():
    """One point means a constant: Phi = D theta."""
    assert phi(0.7, np.array([3.0]), np.array([0.0]), 1.0) == pytest.approx((2.1, 3.0))
