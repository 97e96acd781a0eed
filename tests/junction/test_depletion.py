"""The depletion approximation: charge balance, its drops, and the exact contact it approximates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.errors import HeterofilmError
from heterofilm.junction import (
    depleted_sphere_bending,
    depletion_layer,
    doped,
    doping_for_bending,
    planar_contact,
    thermal_voltage,
)

POWER, EPS = st.floats(20.0, 26.0), st.floats(2.0, 80.0)


@given(POWER, POWER, EPS, EPS, st.floats(0.1, 2.0))
def test_charge_and_drops_balance(a, b, e1, e2, V):
    """N1 W1 = N2 W2, V1 + V2 = V - 2kT/q, eps E continuous, C = d sigma/dV."""
    N1, N2 = 10.0**a, 10.0**b
    d = depletion_layer(V, N1, N2, e1, e2)
    assert N1 * d.W1_m == pytest.approx(N2 * d.W2_m)
    assert pytest.approx(V - 2.0 * thermal_voltage()) == d.V1_V + d.V2_V
    assert e1 * d.E1_V_m == pytest.approx(e2 * d.E2_V_m)
    assert d.charge_C_m2 == pytest.approx(EPS0 * e1 * d.E1_V_m)
    h = 1e-5
    up, down = (depletion_layer(V + x, N1, N2, e1, e2).charge_C_m2 for x in (h, -h))
    assert d.capacitance_F_m2 == pytest.approx((up - down) / (2.0 * h), rel=1e-5)


@given(POWER, POWER, EPS, EPS, st.floats(0.5, 2.0))
def test_two_depleted_sides_are_nearly_exact(a, b, e1, e2, V):
    """The correction of 2kT/q leaves 2 % of the exact field, unless one side hardly bends (N2/N1 beyond 100)."""
    if abs(a - b) > 2.0:
        return
    exact = planar_contact(doped("n", e1, 4.0, donors=10.0**a), doped("p", e2, 4.0 + V, acceptors=10.0**b))
    rough = depletion_layer(V, 10.0**a, 10.0**b, e1, e2)
    assert rough.E1_V_m == pytest.approx(float(exact.field_A_V_m), rel=0.12 if abs(a - b) > 0.5 else 0.03)


@pytest.mark.parametrize("N2, off", [(1e24, 0.10), (1e26, 0.03)])
def test_an_accumulated_side_is_a_rough_sheet(N2, off):
    """n-n: the exact charge lies below, by the voltage of the accumulation layer; the less the more donors there
    are."""
    exact = planar_contact(doped("a", 12.0, 4.0, donors=1e24), doped("b", 12.0, 4.75, donors=N2))
    rough = depletion_layer(0.75, 1e24, N2, 12.0, 12.0, carriers="n-n")
    assert rough.W2_m == 0.0 and rough.accumulated == 2
    assert 0.0 < rough.charge_C_m2 / float(exact.charge_C_m2) - 1.0 < off
    p = depletion_layer(0.75, N2, 1e24, 12.0, 12.0, carriers="p-p")
    assert p.W1_m == 0.0 and p.accumulated == 1 and p.charge_C_m2 == pytest.approx(rough.charge_C_m2)


@given(st.floats(0.01, 2.0), st.floats(1e-9, 1e-7), EPS)
def test_bending_and_doping_of_a_sphere_are_inverse(V, R, eps):
    """V = q N R^2/(6 eps)."""
    N = doping_for_bending(V, R, eps)
    assert depleted_sphere_bending(N, R, eps) == pytest.approx(V)
    assert float(N) == pytest.approx(6.0 * EPS0 * eps * V / (Q * R**2))


@pytest.mark.parametrize(
    "given, words",
    [
        ((0.0, 1e24, 1e24, 12.0, 12.0), "built-in potential of a depletion layer must be positive"),
        ((-0.75, 1e24, 1e24, 12.0, 12.0), "side 1 is the positive one"),
        ((0.75, 0.0, 1e24, 12.0, 12.0), "doping of a depletion layer must be positive, got 0"),
        ((0.75, 1e24, 1e24, -1.0, 12.0), "permittivity of a depletion layer"),
        ((0.04, 1e24, 1e24, 12.0, 12.0), "too close to kT/q"),
    ],
)
def test_what_cannot_be_is_said(given, words):
    """One sentence each."""
    with pytest.raises(HeterofilmError, match=words):
        depletion_layer(*given)


def test_two_accumulations_are_no_depletion():
    """And words for carriers that are none; a sphere of no size."""
    with pytest.raises(HeterofilmError, match="there is no depletion layer"):
        depletion_layer(0.75, 1e24, 1e24, 12.0, 12.0, carriers="p-n")
    with pytest.raises(HeterofilmError, match="carriers must be"):
        depletion_layer(0.75, 1e24, 1e24, 12.0, 12.0, carriers="nn")  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="radius must be positive"):
        doping_for_bending(0.75, 0.0, 12.0)
