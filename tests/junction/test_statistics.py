"""Charge on sites: limits of the law, its derivative and integral, and a neutral bulk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.constants import K_B as KB
from heterofilm.errors import HeterofilmError
from heterofilm.junction import Solid, Species, debye_length, doped, thermal_voltage

N = 10.0 ** np.arange(20.0, 28.0)


def test_constants():
    """kT/q = 25.693 mV at 25 C; k from R and F is Boltzmann's constant of the SI."""
    assert thermal_voltage() == pytest.approx(0.025692579, rel=1e-8)
    assert pytest.approx(1.380649e-23, rel=1e-9) == KB


@given(st.floats(20.0, 27.0), st.floats(-40.0, 40.0), st.sampled_from([-1, 1]))
def test_boltzmann_without_site_limit(power, v, z):
    """c = c0 exp(-z v)."""
    assert Species(z, 10.0**power).density(v) == pytest.approx(10.0**power * np.exp(-z * v), rel=1e-9)


@given(st.floats(20.0, 27.9), st.floats(-200.0, 200.0), st.sampled_from([-1, 1]))
def test_sites_are_never_exceeded(power, v, z):
    """0 <= c <= N, and odds c/(N - c) go with exp(-z v)."""
    s = Species(z, 10.0**power, 1e28)
    c = float(s.density(v))
    assert 0.0 <= c <= 1e28
    if 1e-6 < c / 1e28 < 1.0 - 1e-6:
        assert c / (1e28 - c) == pytest.approx(10.0**power / (1e28 - 10.0**power) * np.exp(-z * v), rel=1e-8)


@given(st.floats(20.0, 26.0), st.floats(-25.0, 25.0), st.booleans())
def test_derivative_and_integral_belong_to_the_charge(power, v, limited):
    """d rho/dv by differences, and rho = -dp/dv."""
    solid = doped("s", 12.0, 5.0, donors=10.0**power, lithium=1e25, electron_sites=1e27 if limited else 1e60)
    rho, slope = solid.charge(v)
    h = 1e-3
    up, down = solid.charge(v + h)[0], solid.charge(v - h)[0]
    assert slope <= 0.0
    rounding = 1e-11 * sum(float(x.density(v) + x.bulk) for x in solid.species)
    assert (up - down) / (2.0 * h) == pytest.approx(float(slope), rel=1e-5, abs=rounding)
    below, above = solid.work(v - h), solid.work(v + h)
    assert (below - above) / (2.0 * h) == pytest.approx(
        float(rho), rel=1e-4, abs=rounding * (1.0 + abs(v)) + 1e11 * rounding * h**2
    )
    assert solid.work(v) >= -rounding


@given(st.floats(20.0, 27.0), st.floats(0.0, 27.0), st.floats(20.0, 24.0))
def test_the_bulk_is_neutral_and_obeys_mass_action(donors, acceptors, intrinsic):
    """n - p = N_D - N_A and n p = n_i^2."""
    D, A, i = 10.0**donors, 10.0**acceptors, 10.0**intrinsic
    s = doped("s", 12.0, 5.0, donors=D, acceptors=A, intrinsic=i)
    n, p = float(s.electrons.bulk), float(s.holes.bulk)
    assert n - p == pytest.approx(D - A, rel=1e-9, abs=1e-9 * (n + p))
    assert n * p == pytest.approx(i**2, rel=1e-9)
    assert s.charge(0.0)[0] == pytest.approx(0.0, abs=1e-9 * (n + p))


def test_partly_ionised_donors():
    """Where electrons leave, the rest of the donors ionise: the charge of a depleted solid is that of all donors."""
    s = doped("s", 12.0, 5.0, donors=1e24, ionised=0.25)
    assert float(s.electrons.bulk) == pytest.approx(0.25e24)
    assert s.charge(-60.0)[0] == pytest.approx(1e24, rel=1e-9)
    assert s.charge(0.0)[0] == pytest.approx(0.0, abs=1e-12 * 1e24)


def test_screening_lengths():
    """sqrt(eps kT/(q^2 n)); sites that are half full screen with half of their carriers."""
    expected = np.sqrt(EPS0 * 12.0 * thermal_voltage() / (Q * 1e24))
    assert debye_length(doped("s", 12.0, 5.0, donors=1e24)) == pytest.approx(expected)
    half = doped("s", 12.0, 5.0, donors=1e24, electron_sites=2e24)
    assert debye_length(half) == pytest.approx(expected * np.sqrt(2.0))
    assert debye_length(doped("s", 12.0, 5.0, donors=N)).shape == N.shape


@pytest.mark.parametrize(
    "change, words",
    [
        ({"donors": -1.0}, "donor density of s must be zero or positive"),
        ({"donors": float("nan")}, "donor density"),
        ({"donors": 0.0}, "no charge that could move"),
        ({"donors": 1e28, "electron_sites": 1e28}, "lower the doping or raise the sites"),
        ({"donors": 1.0, "lithium": 2e28, "lithium_sites": 1e28}, "Li\\+ on 1e\\+22 cm-3 sites"),
        ({"donors": 1e24, "ionised": 0.0}, "ionised share"),
        ({"donors": 1e24, "permittivity": 0.0}, "permittivity of s must be positive"),
    ],
)
def test_what_cannot_be_is_said(change, words):
    """One sentence each."""
    given = {"permittivity": 12.0} | change
    with pytest.raises(HeterofilmError, match=words):
        doped("s", given.pop("permittivity"), 5.0, **given)


def test_a_temperature_must_be_one():
    """Celsius below zero, or nothing."""
    for T in (0.0, -20.0, float("nan")):
        with pytest.raises(HeterofilmError, match="temperature must be positive"):
            thermal_voltage(T)


def test_columns_and_rows():
    """Samples stand in rows; what all share stays as it is."""
    s = doped("s", 12.0, np.linspace(4.0, 5.0, 8), donors=N).column()
    assert isinstance(s, Solid) and s.work_function.shape == (8, 1) and s.permittivity.shape == (1, 1)
    some = s.rows(np.array([True, False] * 4))
    assert some.work_function.shape == (4, 1) and some.permittivity.shape == (1, 1)
    assert some.electrons.bulk[1, 0] == pytest.approx(1e22)
