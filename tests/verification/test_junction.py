"""Junctions against answers that are known: the bench marks B6 and B12, and exact solutions in spheres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.junction import (
    Solid,
    Species,
    contact,
    debye_length,
    depleted_sphere_bending,
    depletion_layer,
    doped,
    doping_for_bending,
    hopping_gain,
    levels_of,
    planar_contact,
    solve,
    solve_many,
    sphere,
    thermal_voltage,
    thick,
)
from heterofilm.library import Semiconductor, load

T = 298.15
V_T = thermal_voltage(T)
# B6 was computed with q = 1.602e-19 C and eps0 = 8.854e-12 F/m; fields go with sqrt(q/eps0)
B6_CONSTANTS = np.sqrt((1.602e-19 / 8.854e-12) / (Q / EPS0))


def test_b6_symmetric_p_n_junction():
    """N = 1e18 cm-3, eps 12, 0.75 V: E_max 3.24556e5 V/cm, mesh and first integral; depletion 3.36280e5 uncorrected."""
    A, B = doped("n", 12.0, 4.0, donors=1e24), doped("p", 12.0, 4.75, acceptors=1e24)
    exact = float(planar_contact(A, B, T).field_A_V_m) / 100.0
    assert exact * B6_CONSTANTS == pytest.approx(3.24556e5, rel=2e-6)
    field = solve(A, B, thick(A, B, T), T, tolerance=1e-7)
    assert field.field_max_V_m / 100.0 == pytest.approx(exact, rel=1e-6)
    rough = depletion_layer(0.75, 1e24, 1e24, 12.0, 12.0, correct=False)
    assert rough.E1_V_m / 100.0 * B6_CONSTANTS == pytest.approx(3.36280e5, rel=2e-6)
    corrected = depletion_layer(0.75, 1e24, 1e24, 12.0, 12.0)
    assert corrected.E1_V_m / 100.0 == pytest.approx(exact, rel=1e-6)


def test_b12_gouy_chapman():
    """eps 30, n0 = 1e21 cm-3, 50 mV: 10.61 uC/cm2; two equal salts share 100 mV."""
    A, B = (Solid("salt", 30.0, W, Species(-1, 1e27), lithium=Species(1, 1e27)) for W in (4.0, 4.1))
    assert float(planar_contact(A, B, T).charge_C_m2) * 100.0 == pytest.approx(10.61, abs=0.005)
    assert solve(A, B, thick(A, B, T), T, tolerance=1e-6).charge_C_m2 * 100.0 == pytest.approx(10.61, abs=0.005)


def debye_hueckel(A, B, a, R, V):
    """Sphere in its finite shell with a small contact potential V: bending of A, and charge per area (C/m2).

    psi_A = P sinh(kA r)/r inside, psi_B = [b e^(kB(r-R)) + c e^(-kB(r-R))]/r around it, each above its own bulk, with
    psi_B' = 0 at R, V + psi_A - psi_B = 0 and eps psi' continuous at a.
    """
    kA, kB = 1.0 / float(debye_length(A, T)), 1.0 / float(debye_length(B, T))
    eA, eB = A.permittivity, B.permittivity
    sinh, cosh = np.sinh(kA * a), np.cosh(kA * a)
    up, down = np.exp(kB * (a - R)), np.exp(-kB * (a - R))
    matrix = np.array([
        [0.0, kB * R - 1.0, -kB * R - 1.0],
        [sinh / a, -up / a, -down / a],
        [eA * (kA * cosh / a - sinh / a**2), -eB * up * (kB / a - 1 / a**2), eB * down * (kB / a + 1 / a**2)],
    ])  # fmt: skip
    P = np.linalg.solve(matrix, [0.0, -V, 0.0])[0]
    slope = P * (kA * cosh / a - sinh / a**2)
    return P * kA - P * sinh / a, -EPS0 * eA * slope


@examples(250)
@given(st.floats(23.5, 26.5), st.floats(23.5, 26.5), st.floats(0.05, 0.9), st.floats(5.0, 25.0))
def test_debye_and_hueckel_in_a_sphere(a, b, phi, eps):
    """Linear limit: 20 uV of contact potential, domain and shell from thinner to much thicker than the screening."""
    V, g = 2e-5, sphere(10e-9, phi)
    A, B = doped("A", 12.0, 5.0, donors=10.0**a), doped("B", eps, 5.0 + V, donors=10.0**b)
    field = solve(A, B, g, T, tolerance=1e-9)
    bending, charge = debye_hueckel(A, B, float(g.interface), float(g.outer), V)
    assert field.charge_C_m2 == pytest.approx(charge, rel=2e-3)
    assert field.bending_A_V == pytest.approx(bending, rel=2e-3, abs=1e-9)


@pytest.mark.parametrize("N, radius", [(1e23, 5e-9), (1e24, 5e-9), (1e24, 12e-9)])
def test_a_sphere_depleted_throughout(N, radius):
    """q N R^2/(6 eps0 eps) between centre and surface, where a strong acceptor takes every electron of the domain."""
    A = doped("A", 12.0, 4.0, donors=N)
    B = doped("B", 12.0, 6.0, acceptors=1e27)
    field = solve(A, B, sphere(2.0 * radius, 0.2), T, tolerance=1e-6)
    assert field.electrons_m3[0] < 1e-3 * N
    assert field.bending_A_V == pytest.approx(float(depleted_sphere_bending(N, radius, 12.0)), rel=2e-3)


def test_a_large_sphere_is_planar():
    """Ten times the radius takes a tenth of the distance from the planar charge; at 50 um 0.1 % is left."""
    A, B = doped("A", 12.0, 5.0, donors=1e24), doped("B", 12.0, 5.75, donors=3e24)
    flat = float(planar_contact(A, B, T).charge_C_m2)
    off = [solve(A, B, sphere(d, 0.3), T, tolerance=1e-5).charge_C_m2 / flat - 1.0 for d in (0.5e-6, 5e-6, 50e-6)]
    assert off[0] / off[1] == pytest.approx(10.0, rel=0.15)
    assert off[1] / off[2] == pytest.approx(10.0, rel=0.2)
    assert abs(off[2]) < 1e-3


def test_the_papers_work_functions():
    """5.06 and 5.81 eV: electrons go from V2O5 to Cu2V2O7, 0.75 V, V2O5 is left positive; the same in the solution."""
    matrix, domain = load(Semiconductor, "V2O5"), load(Semiconductor, "Cu2V2O7")
    made = contact(levels_of(matrix), levels_of(domain))
    assert made.built_in_V == pytest.approx(0.75)
    assert made.electron_flow == "from V2O5 to Cu2V2O7" and made.positive_side == "V2O5"
    back = contact(levels_of(domain), levels_of(matrix))
    assert back.electron_flow == made.electron_flow and back.built_in_V == pytest.approx(-0.75)
    from heterofilm.junction import solid

    field = solve(solid(matrix), solid(domain), sphere(10e-9, 0.4), T)
    assert field.charge_C_m2 > 0.0 and field.built_in_V == pytest.approx(0.75)


def test_the_bounds_of_the_report():
    """Full bending of a 10 nm domain needs 1.2e20 cm-3; 0.75 V over 10 nm speeds hops of 0.36 nm by 1.05."""
    assert float(doping_for_bending(0.75, 5e-9, 12.0)) / 1e6 == pytest.approx(1.2e20, rel=0.01)
    assert float(hopping_gain(0.75 / 10e-9, load(Semiconductor, "V2O5").hop_length.si)) == pytest.approx(
        1.05, abs=0.005
    )


@pytest.mark.parametrize("power", [14, 16, 18, 20, 21])
@pytest.mark.parametrize("V", [0.0, 0.1, 0.75, 1.3, 2.0])
def test_every_doping_and_potential_asked_for(power, V):
    """1e14 to 1e21 cm-3 and 0 to 2 V in both geometries: solved, neutral, bent by no more than V."""
    for other in (14, 18, 21):
        A, B = (
            doped("A", 12.0, 5.0, donors=10.0 ** (power + 6)),
            doped("B", 12.0, 5.0 + V, acceptors=10.0 ** (other + 6)),
        )
        for geometry in (thick(A, B, T), sphere(10e-9, 0.58)):
            n = solve_many(A, B, geometry, T)
            assert n.neutrality[0] < 1e-5 or abs(n.charge_C_m2[0]) < 1e-12
            assert -1e-9 <= n.bending_A_V[0] + n.bending_B_V[0] <= V + 1e-9
