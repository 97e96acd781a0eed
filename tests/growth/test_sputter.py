"""Sputter yields: thresholds and yields of argon on copper and vanadium, and laws that any yield obeys.

The yields written down for this project beforehand (0.911 and 1.301 for Cu, 0.294 and 0.451 for V at 300 and
500 eV) are 0.776 of what the published formula gives with the published prefactor 0.042: one factor for both
elements and both energies, as if the prefactor were 0.0326. The published formula stands, and that the factor is common
is tested: thresholds, energy dependence and the ratio of the elements agree to three digits.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.growth.deposition import gun
from heterofilm.growth.ensemble import nominal
from heterofilm.growth.sputter import ARGON, Ion, Surface, formula_yield, mean_atom, sputter_yield, threshold
from heterofilm.library import Library, Target

CU = Surface(29, 63.546, 3.49, 1.00, 0.73, 2.5, 1)
V = Surface(23, 50.942, 5.31, 0.72, 2.39, 2.5, 1)
NOTED = {(CU, 300): 0.911, (CU, 500): 1.301, (V, 300): 0.294, (V, 500): 0.451}


def test_thresholds() -> None:
    """E_th = U_s (1 + 5.7 M1/M2)/g: 16.9 eV for Ar on Cu, 29.5 eV on V."""
    assert threshold(CU) == pytest.approx(16.9, abs=0.05)
    assert threshold(V) == pytest.approx(29.5, abs=0.05)


def by_hand(E: float, Z2: int, M2: float, U: float, Q: float, W: float) -> float:
    """The formula written out for Ar on a heavier element, number by number."""
    root = math.sqrt(18 ** (2 / 3) + Z2 ** (2 / 3))
    eps = 0.03255 * M2 * E / (18 * Z2 * root * (39.948 + M2))
    stopping = 84.78 * 18 * Z2 / root * 39.948 / (39.948 + M2) * 3.441 * math.sqrt(eps) * math.log(eps + 2.718)
    stopping /= 1 + 6.355 * math.sqrt(eps) + eps * (6.882 * math.sqrt(eps) - 1.708)
    k = 0.079 * (39.948 + M2) ** 1.5 * 18 ** (2 / 3) * math.sqrt(Z2) / (39.948**1.5 * math.sqrt(M2) * root**1.5)
    alpha = 0.249 * (M2 / 39.948) ** 0.56 + 0.0035 * (M2 / 39.948) ** 1.5
    E_th = U * (1 + 5.7 * 39.948 / M2) / (4 * 39.948 * M2 / (39.948 + M2) ** 2)
    slowed = 1 + W / (1 + (39.948 / 7) ** 3) * k * eps**0.3
    return 0.042 * Q * alpha / U * stopping / slowed * (1 - math.sqrt(E_th / E)) ** 2.5


@pytest.mark.parametrize("E", [30, 50, 100, 300, 500, 1000])
def test_the_published_formula(E: float) -> None:
    """Against a second transcription of Yamamura and Tawara (1996) with its erratum."""
    assert sputter_yield(E, CU) == pytest.approx(by_hand(E, 29, 63.546, 3.49, 1.0, 0.73), rel=1e-12)
    assert sputter_yield(E, V) == pytest.approx(by_hand(E, 23, 50.942, 5.31, 0.72, 2.39), rel=1e-12)


@pytest.mark.parametrize(("surface", "E"), list(NOTED))
def test_yields_noted_beforehand_differ_by_one_factor(surface: Surface, E: float) -> None:
    """Noted yields over the formula's: 0.776 for both elements and energies, within the rounding of the notes."""
    noted = NOTED[surface, E]
    assert noted / sputter_yield(E, surface) == pytest.approx(0.7761, rel=0.0005 / noted)


def test_the_formula_misses_measured_copper() -> None:
    """2.0 to 2.35 atoms per ion were measured at 500 eV: absolute rates cannot come from the formula alone."""
    assert 1.1 < 2.0 / sputter_yield(500.0, CU) < 2.35 / sputter_yield(500.0, CU) < 2.0


@given(st.floats(0.0, 29.0))
def test_nothing_below_the_threshold(E: float) -> None:
    assert sputter_yield(E, V) == 0.0


@given(st.floats(17.0, 900.0), st.floats(1.001, 2.0))
def test_the_yield_rises_with_energy_up_to_keV(E: float, factor: float) -> None:
    assert sputter_yield(E * factor, CU) > sputter_yield(E, CU)


@given(st.floats(0.1, 10.0))
def test_the_prefactor_branches_meet_at_equal_masses(Q: float) -> None:
    """alpha* of heavy and light targets agree where ion and target weigh the same; the threshold is 6.7 U_s in both."""
    M = 40.0
    surface = Surface(18, M, 3.0, Q, 1.0, 2.5, 1)
    below, above = Ion(18, M * (1 + 1e-9)), Ion(18, M * (1 - 1e-9))
    assert sputter_yield(500.0, surface, below) == pytest.approx(sputter_yield(500.0, surface, above), rel=5e-3)
    assert threshold(surface, below) == pytest.approx(threshold(surface, above), rel=1e-6)


def test_arrays_go_elementwise() -> None:
    E = np.array([0.0, 10.0, 50.0, 500.0])
    assert sputter_yield(E, CU).tolist() == [float(sputter_yield(e, CU)) for e in E]


def test_a_compound_is_a_solid_of_its_mean_atom() -> None:
    count, Z, M = mean_atom({"V": 2, "O": 5})
    assert (count, Z, M) == pytest.approx((7, 86 / 7, 181.879 / 7))
    oxide = Surface(Z, M, 5.66, 1.0, 2.0, 2.5, count)
    assert 7 * formula_yield(500.0, oxide) == pytest.approx(float(sputter_yield(500.0, oxide)))
    assert threshold(oxide) == pytest.approx(6.7 * 5.66 / (4 * ARGON.M * M / (ARGON.M + M) ** 2))
    assert 0.1 < sputter_yield(500.0, oxide) < sputter_yield(500.0, CU)


def test_the_library_holds_these_surfaces() -> None:
    library = Library(calibration=None)
    assert gun(library.entry(Target, "Cu"), nominal).surface == CU
    assert gun(library.entry(Target, "V"), nominal).surface == V
