"""Mass balance of the films: the numbers behind "the composite is not dilute"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.film.composition import by_volume, composition_of, molar_volume, phase_fractions, specific_capacity
from heterofilm.library import Film, Phase, load_phase
from heterofilm.units import from_si

V2O5 = load_phase("V2O5", calibration=None)
CU2V2O7 = load_phase("Cu2V2O7", calibration=None)
A_CUVO = load_phase("a-CuVO", calibration=None)
LICOO2 = load_phase("LiCoO2", calibration=None)
LIMN2O4 = load_phase("LiMn2O4", calibration=None)


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
    assert film.ratio("Cu/V") is None
    assert film.matrix.volume_fraction == 1.0


def test_one_phase_with_its_own_ratio() -> None:
    assert phase_fractions(1.0, A_CUVO).ratio("Cu/V") == 1.0


@given(st.floats(0.0, 1.0))
def test_atoms_and_volume_are_conserved(ratio: float) -> None:
    film = phase_fractions(ratio, V2O5, CU2V2O7)
    assert film.domain is not None
    vanadium = 2 * film.matrix.molar_density + 2 * film.domain.molar_density
    copper = 2 * film.domain.molar_density
    assert copper == pytest.approx(ratio * vanadium, abs=1e-9 * vanadium)
    assert film.matrix.volume_fraction + film.domain.volume_fraction == pytest.approx(1.0)


@given(st.floats(0.0, 1.0))
def test_a_volume_fraction_is_that_of_the_domains_and_a_ratio_its_inverse(fraction: float) -> None:
    """Of any two phases: f comes back as f, and Mn/Co of that film, put in as a ratio, gives f again."""
    film = by_volume(fraction, LICOO2, LIMN2O4)
    assert film.domain is not None
    assert film.domain.volume_fraction == pytest.approx(fraction, abs=1e-12)
    assert film.matrix.formula_units + film.domain.formula_units == pytest.approx(1.0)
    assert film.density == pytest.approx((1 - fraction) * LICOO2.density.si + fraction * LIMN2O4.density.si)
    ratio = film.ratio("Mn/Co")
    if ratio is not None and ratio < 1e9:
        again = phase_fractions(ratio, LICOO2, LIMN2O4, "Mn/Co").domain
        assert again is not None and again.volume_fraction == pytest.approx(fraction, abs=1e-9)


def test_a_film_is_told_by_what_it_states() -> None:
    """The same film by Cu/V in its short form, by the table of ratios, and by volume."""
    begin = {"name": "f", "title": "f", "matrix": "V2O5", "domain": "Cu2V2O7", "thickness": "300 nm",
             "domain_size": "10 nm", "hetero_i0": "1 mA/cm2"}  # fmt: skip
    known = phase_fractions(0.46, V2O5, CU2V2O7)
    assert known.domain is not None
    stated = (
        {"cu_to_v": 0.46}, {"atomic_ratio": {"Cu/V": 0.46}}, {"atomic_ratio": {"V/Cu": 1 / 0.46}},
        {"domain_fraction": known.domain.volume_fraction},
    )  # fmt: skip
    for one in stated:
        film = composition_of(Film.model_validate(begin | one), V2O5, CU2V2O7)
        assert film.domain is not None
        assert film.domain.molar_density == pytest.approx(known.domain.molar_density, rel=1e-12)
        assert film.capacity == pytest.approx(known.capacity, rel=1e-12)
        assert film.ratio("Cu/V") == pytest.approx(0.46, rel=1e-12)


def test_two_phases_of_one_ratio_are_told_by_volume() -> None:
    """Cu2V2O7 and its glass hold the same atoms: their densities alone make the film."""
    film = by_volume(0.25, CU2V2O7, A_CUVO)
    assert film.ratio("Cu/V") == pytest.approx(1.0)
    assert film.density == pytest.approx(0.75 * CU2V2O7.density.si + 0.25 * A_CUVO.density.si)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_impossible_fractions_are_refused(fraction: float) -> None:
    with pytest.raises(HeterofilmError, match="between 0 and 1"):
        by_volume(fraction, V2O5, CU2V2O7)


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
        (0.3, (LICOO2, CU2V2O7), "or phases, that differ"),
        (None, (V2O5, CU2V2O7), "needs cu_to_v"),
    ],
)
def test_impossible_ratios_are_refused(ratio: float | None, phases: tuple[Phase, ...], says: str) -> None:
    with pytest.raises(HeterofilmError, match=says):
        phase_fractions(ratio, *phases)
