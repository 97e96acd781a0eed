"""Storage, hopping and exchange: bounds, limits, and an open-circuit voltage that stays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.junction import (
    capacitor_charge,
    exchange_factor,
    exchange_rate,
    hopping_gain,
    marcus_factor,
    storage_capacity,
    surface_concentration,
    thermal_voltage,
)

V_T = thermal_voltage()
UNIT = 3.6e7  # C/m3 in 1 uAh cm-2 um-1


def test_ten_nanometre_domains():
    """10 uC/cm2 on every interface of 10 nm domains at 0.58: 0.97 uAh cm-2 um-1."""
    assert storage_capacity(0.1, 10e-9, 0.58) / UNIT == pytest.approx(0.967, abs=0.001)
    assert storage_capacity(-0.1, 10e-9, 0.58) == storage_capacity(0.1, 10e-9, 0.58)


def test_the_range_of_the_report():
    """0.75 V over 1.1 to 0.26 nm at eps 12: 0.7 to 3 uAh cm-2 um-1, far below the gain of 23 over VO."""
    low, high = (
        float(storage_capacity(capacitor_charge(0.75, 12.0, s), 10e-9, 0.58)) / UNIT for s in (1.1e-9, 0.26e-9)
    )
    assert low == pytest.approx(0.7, abs=0.02) and high == pytest.approx(3.0, abs=0.05)


@given(st.floats(1e-12, 2e9), st.floats(1e-10, 6e-10))
def test_hopping_gain(E, a):
    """sinh(x)/x: at least one, 1 + x^2/6 for small x, never less in a stronger field."""
    x = a * E / (2.0 * V_T)
    gain = float(hopping_gain(E, a))
    assert gain >= 1.0 and gain <= float(hopping_gain(1.1 * E, a))
    if x < 0.01:
        assert gain == pytest.approx(1.0 + x**2 / 6.0, abs=1e-9)
    else:
        assert gain == pytest.approx(np.sinh(x) / x)
    assert float(hopping_gain(-E, a)) == gain


@given(st.floats(1e-4, 0.999), st.floats(-1.5, 1.5))
def test_surface_concentration_on_sites(share, V):
    """Odds go with exp(-V/V_T); without a site limit the concentration does; there and back is the bulk."""
    c = float(surface_concentration(share, V, 1.0))
    assert 0.0 < c <= 1.0
    if c < 1.0 - 1e-6:
        assert c / (1.0 - c) == pytest.approx(share / (1.0 - share) * np.exp(-V / V_T), rel=1e-5)
        assert float(surface_concentration(c, -V, 1.0)) == pytest.approx(share, rel=1e-5)
    assert float(surface_concentration(share, V)) == pytest.approx(share * np.exp(-V / V_T))


@given(st.floats(-0.5, 0.5), st.floats(-1.0, 1.0), st.floats(0.0, 1.0))
def test_the_open_circuit_voltage_stays(eta, V, alpha):
    """A built-in potential scales the rate in both directions: zero where it was zero, and of the same sign."""
    plain, changed = (float(exchange_rate(eta, 2.0, p, alpha)) for p in (0.0, V))
    assert float(exchange_rate(0.0, 2.0, V, alpha)) == 0.0
    assert changed == pytest.approx(plain * float(exchange_factor(V, alpha)))
    assert np.sign(changed) == np.sign(plain)


def test_near_equilibrium_the_rate_is_the_exchange_current():
    """i = i0 F eta/RT for small eta."""
    assert float(exchange_rate(1e-6, 3.0)) == pytest.approx(3.0 * 1e-6 / V_T, rel=1e-4)


@given(st.floats(-0.4, 0.4), st.floats(0.5, 3.0))
def test_marcus(V, lam):
    """(lambda + V)^2/4 lambda; alpha 1/2 in the limit of a large lambda; both signs together lose."""
    assume(abs(V) < lam)
    expected = np.exp(-((lam + V) ** 2 - lam**2) / (4.0 * lam) / V_T)
    assert float(marcus_factor(V, lam)) == pytest.approx(expected)
    assert float(marcus_factor(V, 1e6)) == pytest.approx(float(exchange_factor(V, 0.5)), rel=1e-5)
    assert float(marcus_factor(V, lam) * marcus_factor(-V, lam)) <= 1.0 + 1e-12


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: storage_capacity(0.1, -1e-9, 0.5), "diameter of a domain must be positive"),
        (lambda: storage_capacity(0.1, 1e-9, 1.5), "between 0 and 1, got 1.5"),
        (lambda: capacitor_charge(0.75, 12.0, 0.0), "separation of the charges must be positive"),
        (lambda: hopping_gain(1e15, 1e-9), "beyond any solid"),
        (lambda: surface_concentration(2.0, 0.1, 1.0), "between zero and the density of sites"),
        (lambda: surface_concentration(0.0, 0.1, 1.0), "between zero and the density of sites"),
        (lambda: exchange_factor(0.1, 1.2), "alpha must lie between 0 and 1, got 1.2"),
        (lambda: marcus_factor(0.1, 0.0), "reorganisation energy must be positive"),
        (lambda: marcus_factor(-1.0, 0.5), "Marcus' barrier is gone"),
    ],
)
def test_what_cannot_be_is_said(make, words):
    """One sentence each."""
    with pytest.raises(HeterofilmError, match=words):
        make()
