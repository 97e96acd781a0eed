"""Mass balance of the films: the numbers behind "the composite is not dilute"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.film.composition import molar_volume, phase_fractions, specific_capacity
from heterofilm.library import Phase, load_phase
from heterofilm.units import from_si

V2O5 = load_phase("V2O5", calibration=None)
CU2V2O7 = load_phase("Cu2V2O7", calibration=None)
A_CUVO = load_phase("a-CuVO", calibration=None)
LICOO2 = load_phase("LiCoO2", calibration=None)


def test_molar_volumes() -> None:
    assert from_si(molar_volume(V2O5), "cm3/mol") == pytest.approx(54.18, abs=0.01)
    assert from_si(molar_volume(CU2V2O7), "cm3/mol") == pytest.approx(87.65, abs=0.01)


def test_the_composite_of_the_paper() -> None:
    film = phase_fractions(0.46, V2O5, CU2V2O7)
    assert film.domain is not None
    assert film.matrix.formula_units == pytest.approx(0.27)
    assert film.domain.formula_units == pytest.approx(0.23)
    assert film.domain.volume_fraction == pytest.approx(0.58, abs=0.005)
    assert from_si(film.capacity, "uAh cm-2 um-1") == pytest.approx(148.5, abs=1.0)


def test_capacity_of_dense_vanadium_oxide() -> None:
    film = phase_fractions(0.0, V2O5)
    assert from_si(film.capacity, "uAh cm-2 um-1") == pytest.approx(98.9, abs=0.3)
    assert film.matrix.molar_density == pytest.approx(18457, rel=1e-4)
    assert film.specific_capacity == pytest.approx(294.7, abs=0.1)
    assert film.density == pytest.approx(3357)


@pytest.mark.parametrize(("lithium", "expected"), [(1, 147.4), (2, 294.7), (3, 442.1)])
def test_specific_capacity_of_vanadium_oxide(lithium: float, expected: float) -> None:
    assert specific_capacity(V2O5, lithium) == pytest.approx(expected, abs=0.05)


def test_specific_capacity_of_all_couples() -> None:
    assert specific_capacity(V2O5) == pytest.approx(294.7, abs=0.05)


def test_a_film_without_vanadium_has_no_ratio() -> None:
    film = phase_fractions(None, LICOO2)
    assert film.cu_to_v is None
    assert film.matrix.volume_fraction == 1.0


def test_one_phase_with_its_own_ratio() -> None:
    assert phase_fractions(1.0, A_CUVO).cu_to_v == 1.0


@given(st.floats(0.0, 1.0))
def test_atoms_and_volume_are_conserved(ratio: float) -> None:
    film = phase_fractions(ratio, V2O5, CU2V2O7)
    assert film.domain is not None
    vanadium = 2 * film.matrix.molar_density + 2 * film.domain.molar_density
    copper = 2 * film.domain.molar_density
    assert copper == pytest.approx(ratio * vanadium, abs=1e-9 * vanadium)
    assert film.matrix.volume_fraction + film.domain.volume_fraction == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ratio", "phases", "says"),
    [
        (-0.1, (V2O5, CU2V2O7), "at least 0"),
        (float("nan"), (V2O5, CU2V2O7), "at least 0"),
        (float("inf"), (V2O5, CU2V2O7), "at least 0"),
        (1.2, (V2O5, CU2V2O7), "between 0 and 1"),
        (0.3, (V2O5,), "name a second phase"),
        (0.3, (LICOO2,), "holds no vanadium"),
        (1.0, (CU2V2O7, A_CUVO), "same Cu/V"),
        (0.3, (LICOO2, CU2V2O7), "use phases that differ"),
        (None, (V2O5, CU2V2O7), "needs cu_to_v"),
    ],
)
def test_impossible_ratios_are_refused(ratio: float | None, phases: tuple[Phase, ...], says: str) -> None:
    with pytest.raises(HeterofilmError, match=says):
        phase_fractions(ratio, *phases)
