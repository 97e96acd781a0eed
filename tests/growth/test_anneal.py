"""Crystallisation against the analytic isothermal law, a numerical integral over ramps, and Kissinger's peak."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from heterofilm.constants import K_B_EV as K_B
from heterofilm.growth.anneal import ROOM, Kinetics, crystallised, ramp_extent, rate
from heterofilm.library import Crystallisation, Library

K = Kinetics(E_a=2.0, n=2.5, T_half=520.0, t_half=3600.0)
ENERGIES, EXPONENTS = st.floats(0.8, 4.0), st.floats(1.0, 4.0)


@given(ENERGIES, EXPONENTS, st.floats(400.0, 900.0), st.floats(60.0, 1e6))
def test_half_is_crystallised_at_the_anchor(E_a: float, n: float, T: float, t: float) -> None:
    assert float(crystallised(T, t, Kinetics(E_a, n, T, t))) == pytest.approx(0.5)


@given(st.floats(0.01, 3.0))
def test_isothermal(s: float) -> None:
    """X = 1 - exp[-(k t)^n], and so ln(-ln(1 - X)) over ln t is a line of slope n."""
    X = float(crystallised(520.0, s * 3600.0, K))
    assert pytest.approx(1.0 - math.exp(-math.log(2.0) * s**2.5), rel=1e-9) == X


def test_arrhenius() -> None:
    """t_half falls by exp[(E_a/k)(1/T - 1/T')]."""
    faster = math.exp(2.0 / K_B * (1 / 520 - 1 / 540))
    assert float(crystallised(540.0, 3600.0 / faster, K)) == pytest.approx(0.5)


@given(st.floats(0.8, 4.0), st.floats(320.0, 1000.0), st.floats(0.01, 1.0))
def test_the_ramp_is_the_integral_over_it(E_a: float, T: float, b: float) -> None:
    own = Kinetics(E_a, 2.0, 600.0, 3600.0)
    by_quadrature = quad(lambda x: float(rate(x, own)) / b, ROOM, T, epsrel=1e-11, epsabs=0.0, limit=200)[0]
    assert float(ramp_extent(T, b, own)) == pytest.approx(by_quadrature, rel=1e-7)


def test_kissinger() -> None:
    """Heating at b, dX/dt peaks where E_a/(k T^2) b = n k(T) for a wide barrier: ln(b/T_p^2) over 1/T_p has slope
    -E_a/k_B, within 1 % as in Kissinger's approximation."""
    peaks, heating = [], np.array([1.0, 3.0, 10.0]) / 60.0
    T = np.linspace(450.0, 650.0, 20001)
    for b in heating:
        X = crystallised(T, 0.0, K, b)
        peaks.append(T[np.argmax(np.gradient(X, T))])
    slope = np.polyfit(1.0 / np.array(peaks), np.log(heating / np.array(peaks) ** 2), 1)[0]
    assert -slope * K_B == pytest.approx(2.0, rel=0.01)


@given(st.floats(200.0, 1000.0), st.floats(0.0, 1e6), st.floats(1.0, 1.5), st.floats(1e-3, 10.0))
def test_hotter_or_longer_never_crystallises_less(T: float, t: float, factor: float, b: float) -> None:
    X = float(crystallised(T, t, K, b))
    assert 0.0 <= X <= 1.0
    assert float(crystallised(T * factor, t, K, b)) >= X - 1e-12
    assert float(crystallised(T, t * factor, K, b)) >= X - 1e-12


def test_no_ramp_below_room_temperature() -> None:
    assert float(ramp_extent(250.0, 0.1, K)) == 0.0
    assert float(crystallised(1.0, 3600.0, K, 0.1)) == 0.0


@pytest.mark.parametrize(
    ("name", "T", "crystalline"),
    [
        ("V2O5", 573, True),
        ("a-CuVO", 573, False),
        ("a-CuVO", 773, True),
        ("LiCoO2", 673, False),
        ("LiFePO4", 923, True),
    ],
)
def test_the_kinetics_of_the_library_say_what_the_paper_found(name: str, T: float, crystalline: bool) -> None:
    """Rows anneal and anneal-cu2v2o7, after one hour."""
    own = Library(calibration=None).entry(Crystallisation, name)
    kinetics = Kinetics(own.activation_energy.to("eV"), own.avrami.si, own.half_temperature.si, own.half_time.si)
    assert (float(crystallised(T, 3600.0, kinetics)) > 0.5) is crystalline
