"""The exact planar contact: Gouy and Chapman, depletion with V - 2kT/q, symmetry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.constants import K_B as KB
from heterofilm.junction import Solid, Species, doped, planar_contact, thermal_voltage

T = 298.15


@given(st.floats(20.0, 27.0), st.floats(20.0, 27.0), st.floats(-2.0, 2.0), st.sampled_from(["n-n", "n-p", "p-p"]))
def test_the_drops_add_up_and_displacement_is_continuous(a, b, V, kind):
    """V_A + V_B = V, eps_A E_A = eps_B E_B, and exchange of the solids turns every sign."""

    def made(name, W, eps, N, carrier):
        return doped(name, eps, W, **{"donors" if carrier == "n" else "acceptors": N})

    A, B = made("A", 4.0, 12.0, 10.0**a, kind[0]), made("B", 4.0 + V, 25.0, 10.0**b, kind[2])
    c, back = planar_contact(A, B), planar_contact(B, A)
    assert c.bending_A_V + c.bending_B_V == pytest.approx(V, abs=1e-12)
    assert 12.0 * c.field_A_V_m == pytest.approx(25.0 * c.field_B_V_m)
    assert c.charge_C_m2 == pytest.approx(EPS0 * 12.0 * c.field_A_V_m)
    assert back.charge_C_m2 == pytest.approx(-c.charge_C_m2, rel=1e-6, abs=1e-12)
    assert c.bending_A_V * V >= 0.0 and c.charge_C_m2 * V >= 0.0


@given(st.floats(23.0, 28.0), st.floats(1e-3, 0.3), st.floats(2.0, 80.0))
def test_gouy_and_chapman(power, half, eps):
    """sigma = sqrt(8 eps kT n0) sinh(V/2V_T): two equal salts, one potential drop in each."""
    n0 = 10.0**power
    salt = [Solid("salt", eps, W, Species(-1, n0), lithium=Species(1, n0)) for W in (4.0, 4.0 + 2.0 * half)]
    expected = np.sqrt(8.0 * EPS0 * eps * KB * T * n0) * np.sinh(half / (2.0 * thermal_voltage(T)))
    assert planar_contact(*salt, T).charge_C_m2 == pytest.approx(expected, rel=1e-6)


@given(st.floats(22.0, 26.0), st.floats(0.4, 2.0))
def test_depletion_is_its_limit(power, V):
    """Symmetric p-n junction: E = sqrt(q N (V - 2kT/q)/eps), up to exp(-V/2V_T)."""
    N = 10.0**power
    E = planar_contact(doped("n", 12.0, 4.0, donors=N), doped("p", 12.0, 4.0 + V, acceptors=N), T).field_A_V_m
    assert pytest.approx(np.sqrt(Q * N * (V - 2.0 * thermal_voltage(T)) / (EPS0 * 12.0)), rel=1e-4) == E


def test_many_at_once():
    """Arrays of samples give what each gives alone."""
    V, N = np.array([0.1, 0.75, -1.0]), np.array([1e22, 1e24, 1e26])
    many = planar_contact(doped("A", 12.0, 5.0, donors=N), doped("B", 12.0, 5.0 + V, donors=1e24))
    for k in range(3):
        one = planar_contact(doped("A", 12.0, 5.0, donors=N[k]), doped("B", 12.0, 5.0 + V[k], donors=1e24))
        assert many.charge_C_m2[k] == pytest.approx(float(one.charge_C_m2))
