"""One junction in full, and many: conservation, error estimates, capacitance, and the coarse against the fine."""

from __future__ import annotations

import time
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.constants import E_CHARGE as Q
from heterofilm.constants import EPSILON_0 as EPS0
from heterofilm.errors import HeterofilmError
from heterofilm.junction import JunctionNumbers, doped, planar_contact, slabs, solve, solve_many, sphere, thick
from heterofilm.junction import field as module
from heterofilm.junction.statistics import thermal_voltage

V_T = thermal_voltage()
SITES = {"electron_sites": 2.2e28, "hole_sites": 2.2e28, "lithium_sites": 2.2e28}


def pair(a=1e24, b=1e25, V=0.75, **lithium):
    """An n-type A and a p-type B with contact potential V."""
    return doped("A", 12.0, 5.06, donors=a, **lithium, **SITES), doped("B", 20.0, 5.06 + V, acceptors=b, **SITES)


@examples(400)
@given(st.floats(21.0, 27.0), st.floats(21.0, 27.0), st.floats(0.02, 2.0), st.booleans(), st.booleans())
def test_neutral_and_faithful_to_gauss(a, b, V, round_, lithium):
    """Charges of the two sides cancel; at every node eps E r^s is the charge within; no field leaves at the ends."""
    A, B = pair(10.0**a, 10.0**b, V, **({"lithium": 1e26} if lithium else {}))
    f = solve(A, B, sphere(10e-9, 0.58) if round_ else thick(A, B), tolerance=1e-3)
    assert f.neutrality < 1e-6
    eps = np.where(np.arange(f.r_m.size) <= f.interface, 12.0, 20.0)
    r = f.r_m**f.power
    within = np.concatenate(
        [[0.0], np.cumsum(np.diff(f.r_m) * ((f.charge_C_m3 * r)[1:] + (f.charge_C_m3 * r)[:-1]) / 2)]
    )
    D = EPS0 * eps * f.field_V_m * r
    assert within == pytest.approx(D, abs=(1e-2 if round_ else 1e-6) * np.abs(D).max())
    assert f.field_V_m[0] == pytest.approx(0.0, abs=1e-4 * f.field_max_V_m) and f.field_V_m[-1] == 0.0
    assert f.field_A_V_m * 12.0 == pytest.approx(f.field_B_V_m * 20.0)
    carried = f.charge_C_m2
    assert carried == pytest.approx(EPS0 * 12.0 * f.field_A_V_m, rel=1e-6)


@pytest.mark.parametrize("V", [0.3, 0.75, 2.0])
@pytest.mark.parametrize("a, b", [(1e20, 1e27), (1e24, 1e24), (1e26, 1e23)])
def test_the_first_integral_along_the_profile(a, b, V):
    """In thick slabs eps E^2/2 = p(v) at every place, not at the interface alone."""
    A, B = pair(a, b, V)
    f = solve(A, B, thick(A, B), tolerance=1e-5)
    k = f.interface + 1
    for solid, part in ((A, slice(0, k)), (B, slice(k, None))):
        v = (f.potential_V[part] + solid.work_function) / V_T
        stored = 2.0 * solid.work(v) * Q * V_T / (EPS0 * solid.permittivity)
        assert np.abs(f.field_V_m[part]) == pytest.approx(np.sqrt(np.maximum(stored, 0.0)), abs=2e-3 * f.field_max_V_m)


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7])
def test_the_error_is_what_it_is_said_to_be(tolerance):
    """Against the exact interface potential: within three times the estimate, which is within the tolerance."""
    A, B = pair(1e24, 1e22, 1.0)
    f = solve(A, B, thick(A, B, widths=25.0), tolerance=tolerance)
    off = abs(f.bending_A_V - float(planar_contact(A, B).bending_A_V))
    assert f.error_V <= tolerance
    assert off < 3.0 * f.error_V + 1e-9


def test_capacitance_is_the_change_of_charge():
    """Against differences over 1 mV, planar and spherical."""
    for geometry in (slabs(80e-9, 40e-9), sphere(10e-9, 0.3)):
        charges = []
        for V in (0.7495, 0.75, 0.7505):
            A, B = pair(3e24, 1e25, V)
            charges.append(solve_many(A, B, geometry, cells=80))
        slope = (charges[2].charge_C_m2 - charges[0].charge_C_m2) / 1e-3
        assert charges[1].capacitance_F_m2 == pytest.approx(slope, rel=1e-3)


def test_depletion_capacitance():
    """A wide p-n junction: eps/(W1 + W2), the field over the width, within the thermal edges."""
    A, B = doped("n", 12.0, 4.0, donors=1e23), doped("p", 12.0, 6.0, acceptors=1e23)
    f = solve(A, B, thick(A, B))
    W = 2.0 * 2.0 * (1.0 - 0.0257 / 2.0 * 2.0) / f.field_max_V_m
    assert f.capacitance_F_m2 == pytest.approx(EPS0 * 12.0 / W, rel=0.02)


def test_exchanged_slabs_mirror():
    """B | A is A | B read backwards."""
    A, B = pair()
    one, other = solve(A, B, slabs(60e-9, 30e-9)), solve(B, A, slabs(30e-9, 60e-9))
    assert one.charge_C_m2 == pytest.approx(-other.charge_C_m2, rel=1e-3)
    assert one.bending_A_V == pytest.approx(-other.bending_B_V, abs=2e-4)


def test_equal_solids_hold_nothing():
    """No contact potential, no charge, whatever the doping."""
    A = doped("A", 12.0, 5.0, donors=1e24)
    f = solve(A, doped("B", 12.0, 5.0, donors=1e26), sphere(10e-9, 0.5))
    assert f.field_max_V_m == pytest.approx(0.0, abs=1e-3) and f.charge_C_m2 == pytest.approx(0.0, abs=1e-12)


def test_mobile_lithium_is_conserved_in_charge():
    """sigma/q = excess Li - excess electrons, on both sides."""
    A = doped("A", 12.0, 5.06, lithium=1e25, **SITES)
    B = doped("B", 12.0, 5.81, donors=1e24, lithium=1e25, **SITES)
    f = solve(A, B, sphere(10e-9, 0.58))
    assert f.charge_C_m2 / Q == pytest.approx(f.lithium_A_m2 - f.electrons_A_m2, rel=1e-6)
    assert -f.charge_C_m2 / Q == pytest.approx(f.lithium_B_m2 - f.electrons_B_m2, rel=1e-6)
    assert f.lithium_A_m2 > 0.0 > f.lithium_B_m2  # beside the electrons in B, gone from A
    assert f.lithium_m3.max() < 2.2e28


def test_coarse_against_refined():
    """40 cells per solid: bending and charge within 1 % (or 0.3 mV) of the refined solution."""
    rng = np.random.default_rng(4)
    for _ in range(40):
        a, b, V = 10.0 ** rng.uniform(20, 27), 10.0 ** rng.uniform(20, 27), rng.uniform(0.05, 1.0)
        A, B = pair(a, b, V)
        g = sphere(rng.uniform(5e-9, 20e-9), rng.uniform(0.3, 0.7))
        coarse, fine = solve_many(B, A, g), solve(B, A, g, tolerance=1e-5)
        for name in ("bending_A_V", "bending_B_V", "charge_C_m2", "field_max_V_m"):
            scale = 3e-4 if "bending" in name else 0.0
            assert getattr(coarse, name)[0] == pytest.approx(getattr(fine, name), rel=0.01, abs=scale), (name, a, b, V)


def test_ten_thousand_within_the_analysis():
    """10,000 junctions with electrons, holes and mobile Li+, on one core: a few seconds, here below 15."""
    rng = np.random.default_rng(1)
    n = 10_000
    A = doped("A", rng.uniform(5, 25, n), 5.81 + rng.normal(0, 0.2, n), acceptors=10 ** rng.uniform(20, 26, n), **SITES)
    B = doped("B", rng.uniform(5, 25, n), 5.06, donors=1e24, lithium=10 ** rng.uniform(20, 27, n), **SITES)
    start = time.process_time()
    numbers = solve_many(A, B, sphere(rng.uniform(5e-9, 2e-8, n), rng.uniform(0.4, 0.7, n)))
    assert time.process_time() - start < 15.0
    for field in fields(JunctionNumbers):
        value = getattr(numbers, field.name)
        assert value.shape == (n,) and np.isfinite(value).all(), field.name
    assert (numbers.neutrality < 1e-5).all()


def test_what_cannot_be_is_said(monkeypatch):
    """Tolerances, and one junction where one is meant."""
    A, B = pair()
    with pytest.raises(HeterofilmError, match="tolerance of the potential"):
        solve(A, B, thick(A, B), tolerance=0.0)
    with pytest.raises(HeterofilmError, match="use solve_many"):
        solve(A, B, sphere(np.array([1e-8, 2e-8]), 0.5))
    with pytest.raises(HeterofilmError, match="more than 200 nodes"):
        monkeypatch.setattr(module, "MOST_NODES", 200)
        solve(A, B, thick(A, B), tolerance=1e-8)
