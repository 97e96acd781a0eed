"""Effective-medium laws: exact limits, boundary-value problems solved by hand, bounds, ranges."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.film import effective_medium as em

S = st.floats(1e-6, 1e6)
PHI = st.floats(0.0, 1.0)


@given(S, S, PHI)
def test_wiener_holds_hashin_shtrikman_holds_every_law(matrix: float, domain: float, phi: float) -> None:
    series, parallel = em.wiener(matrix, domain, phi)
    low, high = em.hashin_shtrikman(matrix, domain, phi)
    laws = [em.bruggeman(matrix, domain, phi), em.maxwell_garnett(matrix, domain, phi, extrapolate=True)]
    if phi <= em.PACKED:
        laws.append(em.torquato(matrix, domain, phi))
    slack = 1.0 + 1e-9
    assert series <= low * slack and low <= high * slack and high <= parallel * slack
    for s in laws:
        assert low <= s * slack and s <= high * slack


@given(S, S, PHI)
def test_bruggeman_of_two_phases_solves_its_quadratic(matrix: float, domain: float, phi: float) -> None:
    """2 s^2 - b s - s_m s_d = 0 with b = (3 phi - 1) s_d + (2 - 3 phi) s_m."""
    b = (3.0 * phi - 1.0) * domain + (2.0 - 3.0 * phi) * matrix
    root = (b**2 + 8.0 * matrix * domain) ** 0.5
    exact = (b + root) / 4.0 if b > 0.0 else 2.0 * matrix * domain / (root - b)
    assert em.bruggeman(matrix, domain, phi) == pytest.approx(exact, rel=1e-7)


@given(S, S, S, st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_bruggeman_of_three_phases(a: float, b: float, c: float, phi_a: float, phi_b: float) -> None:
    """Its equation holds, and two equal phases are one."""
    fractions = np.array([phi_a, phi_b, 1.0 - phi_a - phi_b])
    s_i = np.array([a, b, c])
    s = em.bruggeman_phases(s_i, fractions)
    terms = fractions * (s_i - s) / (s_i + 2.0 * s)
    assert abs(terms.sum()) < 1e-9
    assert em.bruggeman_phases([a, a, c], fractions) == pytest.approx(em.bruggeman(c, a, phi_a + phi_b), rel=1e-7)


def test_bruggeman_percolates_at_a_third() -> None:
    s = em.bruggeman(1e-12, 1.0, [0.32, 0.36, 0.5])
    assert s[0] < 1e-10 and s[1] == pytest.approx(0.04, rel=1e-3) and s[2] == pytest.approx(0.25, rel=1e-6)


@given(st.floats(1e-2, 1e2), st.floats(1e-2, 1e2))
def test_all_laws_agree_to_first_order_where_domains_are_few(matrix: float, domain: float) -> None:
    """Maxwell: s = s_m (1 + 3 phi beta), where phi times the contrast is small too."""
    phi, beta = 1e-8, (domain - matrix) / (domain + 2.0 * matrix)
    first = matrix * (1.0 + 3.0 * phi * beta)
    for law in (em.maxwell_garnett, em.torquato, em.bruggeman):
        assert law(matrix, domain, phi) == pytest.approx(first, rel=1e-10)


@given(S, S, S, st.floats(1.0, 100.0), st.floats(0.01, 50.0))
def test_coated_sphere_against_its_boundary_value_problem(
    matrix: float, core: float, layer: float, d: float, t: float
) -> None:
    """Potentials A r, (B r + C/r^2), (-r + D/r^2) times cos, matched at both surfaces: the dipole D tells s_c."""
    a, b = d / 2.0, d / 2.0 + t
    system = np.array(
        [
            [a, -a, -1.0 / a**2, 0.0],
            [core, -layer, 2.0 * layer / a**3, 0.0],
            [0.0, b, 1.0 / b**2, -1.0 / b**2],
            [0.0, layer, -2.0 * layer / b**3, 2.0 * matrix / b**3],
        ]
    )
    # rows in units of their largest entry keep the contrast of 1e12 solvable
    scale = np.abs(system).max(axis=1)
    D = np.linalg.solve(system / scale[:, None], np.array([0.0, 0.0, -b, -matrix]) / scale)[3]
    sphere, growth = em.coated_sphere(core, layer, d, t)
    assert growth == pytest.approx((b / a) ** 3)
    assert (sphere - matrix) / (sphere + 2.0 * matrix) == pytest.approx(D / b**3, abs=1e-6)


@given(S, S, st.floats(1e-6, 1e6), st.floats(0.1, 10.0))
def test_resistive_interface_against_its_boundary_value_problem(
    matrix: float, domain: float, resistance: float, d: float
) -> None:
    """Inside A r, outside -r + D/r^2: equal flux, and a step of R times the flux at the surface."""
    a = d / 2.0
    system = np.array([[domain, 2.0 * matrix / a**3], [a + resistance * domain, -1.0 / a**2]])
    scale = np.abs(system).max(axis=1)
    D = np.linalg.solve(system / scale[:, None], np.array([-matrix, -a]) / scale)[1]
    sphere = em.resistive_interface(domain, resistance, d)
    assert (sphere - matrix) / (sphere + 2.0 * matrix) == pytest.approx(D / a**3, abs=1e-6)


def test_a_thin_layer_counts_by_its_sheet_conductance() -> None:
    """t -> 0 at constant G = s_l t: s_c -> s_d + 4 G/d (a sphere with a surface conductance)."""
    d, G = 10e-9, 3e-9
    for t, rel in ((1e-12, 1e-3), (1e-14, 1e-5)):
        sphere, _ = em.coated_sphere(0.5, G / t, d, t)
        assert sphere == pytest.approx(0.5 + 4.0 * G / d, rel=rel)


def test_core_shell_without_a_layer_is_maxwell_garnett() -> None:
    plain = em.maxwell_garnett(1.0, 10.0, 0.2)
    assert em.core_shell(1.0, 10.0, 99.0, 0.2, 10.0, 0.0) == pytest.approx(plain)
    assert em.core_shell(1.0, 10.0, 1.0, 0.1, 10.0, 1.0) == pytest.approx(em.maxwell_garnett(1.0, 10.0, 0.1))
    assert em.core_shell(1.0, 10.0, 10.0, 0.2, 10.0, 1.0, inward=True) == pytest.approx(plain)


def test_a_conducting_layer_helps_and_a_resistance_hinders() -> None:
    plain = em.maxwell_garnett(1.0, 10.0, 0.1)
    assert em.core_shell(1.0, 10.0, 100.0, 0.1, 10.0, 1.0) > 1.1 * plain
    assert em.core_shell(1.0, 1.0, 100.0, 0.1, 10.0, 1.0, inward=True) > em.maxwell_garnett(1.0, 1.0, 0.1)
    assert em.maxwell_garnett(1.0, em.resistive_interface(10.0, 5.0, 10.0), 0.1) < plain


def test_permeability_and_not_diffusivity_composes() -> None:
    """Domains that store much and pass as much as the matrix leave K unchanged and slow the composite's D down."""
    m, d = (1e-12, 1.0), (1e-13, 10.0)
    assert em.permeability(*m) == em.permeability(*d)
    D = em.effective_diffusivity(em.bruggeman, m, d, 0.4)
    assert pytest.approx(1e-12 / (0.6 * 1.0 + 0.4 * 10.0)) == D
    assert em.effective_diffusivity(em.bruggeman, m, m, 0.4) == pytest.approx(1e-12)


def test_nernst_einstein() -> None:
    """Gamma = 1: F^2 K = F^2 D c/RT."""
    K = em.permeability(1e-14, em.thermodynamic_derivative(1e4, 1.0, 300.0))
    assert pytest.approx(96485.33212**2 * 1e-14 * 1e4 / (8.314462618 * 300.0)) == 96485.33212**2 * K


def test_ten_thousand_samples_are_mixed_at_once() -> None:
    """A thousandth of them takes more than a hundredth of the time."""
    rng = np.random.default_rng(1)
    s_m, s_d = (10.0 ** rng.uniform(-8, -4, 10_000) for _ in range(2))
    phi, t = rng.uniform(0.0, 0.3, 10_000), rng.uniform(0.1, 1.0, 10_000)

    def lasts(n: int) -> float:
        start = time.perf_counter()
        for law in (em.maxwell_garnett, em.torquato, em.bruggeman, em.hashin_shtrikman):
            law(s_m[:n], s_d[:n], phi[:n])
        shelled = em.core_shell(s_m[:n], s_d[:n], 10.0 * s_d[:n], phi[:n], 10.0, t[:n], extrapolate=True)
        assert shelled.shape == (n,) and np.isfinite(shelled).all()
        return time.perf_counter() - start

    lasts(10)
    assert min(lasts(10_000) for _ in range(5)) < 100.0 * min(lasts(10) for _ in range(5))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: em.maxwell_garnett(1.0, 10.0, 0.58), "holds up to a fraction of 0.3, got 0.58"),
        (lambda: em.maxwell_garnett(1.0, 10.0, [0.1, 0.4]), "got 0.4"),
        (lambda: em.torquato(1.0, 10.0, 0.7), "holds up to a fraction of 0.6, got 0.7"),
        (lambda: em.bruggeman(0.0, 10.0, 0.5), "conductivity must be positive, got 0"),
        (lambda: em.bruggeman(1.0, float("nan"), 0.5), "must be positive, got nan"),
        (lambda: em.hashin_shtrikman(1.0, 2.0, 1.2), "between 0 and 1, got 1.2"),
        (lambda: em.wiener(1.0, 2.0, float("nan")), "between 0 and 1, got nan"),
        (lambda: em.bruggeman_phases([1.0, 2.0], [0.5, 0.6]), "add up to 1, got 1.1"),
        (lambda: em.bruggeman_phases([1.0], [1.0]), "at least two phases"),
        (lambda: em.core_shell(1.0, 2.0, 3.0, 0.58, 10.0, 1.1, extrapolate=True), "would fill 1.05 of the volume"),
        (lambda: em.core_shell(1.0, 2.0, 3.0, 0.2, 10.0, 1.0), "fill up to 0.18, got 0.346"),
        (lambda: em.core_shell(1.0, 2.0, 3.0, 0.4, 10.0, 1.0, inward=True), "up to a fraction of 0.3, got 0.4"),
        (lambda: em.core_shell(1.0, 2.0, 3.0, 0.2, 10.0, 5.0, inward=True), "thinner than their radius"),
        (lambda: em.core_shell(1.0, 2.0, 3.0, 0.2, 10.0, -1.0), "at least zero, got -1"),
        (lambda: em.resistive_interface(1.0, -1.0, 10.0), "resistance must be at least zero"),
        (lambda: em.thermodynamic_derivative(1e4, -0.5), "thermodynamic factor must be positive"),
    ],
)
def test_what_is_out_of_range_is_refused_in_a_sentence(call, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(HeterofilmError, match=words) as refused:
        call()
    assert "\n" not in str(refused.value)
