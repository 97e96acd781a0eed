"""Sheath voltage, ion current, geometry and transport against their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from heterofilm.growth.plasma import arriving, geometry, ion_current, power_for, sheath_voltage


@given(st.floats(0.01, 1000.0), st.floats(0.1, 10.0), st.floats(0.3, 0.9))
def test_power_for_is_the_inverse(power: float, pressure: float, n: float) -> None:
    V = float(sheath_voltage(power, pressure, 44.0, 1.0, 0.7, n, 0.2))
    assert float(power_for(V, pressure, 44.0, 1.0, 0.7, n, 0.2)) == pytest.approx(power, rel=1e-9)


@given(st.floats(0.01, 1000.0), st.floats(10.0, 500.0), st.floats(0.0, 0.3))
def test_ions_carry_the_power(power: float, voltage: float, gamma: float) -> None:
    """P = I V_d (1 + gamma_se)."""
    assert float(ion_current(power, voltage, gamma)) * voltage * (1.0 + gamma) == pytest.approx(power)


def test_no_power_no_plasma() -> None:
    assert float(sheath_voltage(0.0, 0.7, 44.0, 1.0, 0.7, 0.5, 0.2)) == 0.0
    assert float(ion_current(0.0, 0.0, 0.1)) == 0.0


def test_a_small_source_emits_by_the_cosine_law() -> None:
    """Over the whole plane the arriving share is one: integral of d^2/(pi (r^2 + d^2)^2) over the plane."""
    d = 0.08
    whole = quad(lambda r: 2 * math.pi * r * geometry(d, 0.0) * (d**2 / (r**2 + d**2)) ** 2, 0.0, np.inf)[0]
    assert whole == pytest.approx(1.0)
    assert geometry(d, 0.0) == pytest.approx(1.0 / (math.pi * d**2))
    assert geometry(0.0, 0.03) == pytest.approx(1.0 / (math.pi * 0.03**2))  # all arrives on an area as large


def test_the_disc_is_the_sum_of_its_points() -> None:
    """On the axis of a disc of even emission: the mean of d^2/(pi (r^2 + d^2)^2) over it."""
    d, a = 0.08, 0.05
    u = (np.arange(200_000) + 0.5) / 200_000 * a**2  # r^2, even in area
    assert geometry(d, a) == pytest.approx(float(np.mean(d**2 / (math.pi * (u + d**2) ** 2))), rel=1e-9)


@given(st.floats(0.01, 50.0), st.floats(0.01, 0.3))
def test_gas_only_takes_away(pressure: float, distance: float) -> None:
    p0_d0 = 0.2
    here = float(arriving(pressure, distance, p0_d0))
    assert 0.0 < here <= 1.0
    assert float(arriving(2.0 * pressure, distance, p0_d0)) < here


def test_limits_of_keller_and_simmons() -> None:
    """One without gas; p0 d0/(p d) where atoms diffuse."""
    assert float(arriving(1e-9, 0.1, 0.2)) == pytest.approx(1.0)
    assert float(arriving(100.0, 0.1, 0.2)) == pytest.approx(0.2 / 10.0, rel=1e-6)
