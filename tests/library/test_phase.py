"""A phase is consistent in itself: atoms, masses, couples, tables; each contradiction is refused."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from heterofilm.elements import ELEMENTS
from heterofilm.library import Library, Phase, names
from heterofilm.library.files import DATA
from heterofilm.library.phase import formula_mass

PHASE = tomllib.loads((DATA / "phases" / "V2O5.toml").read_text())
COUPLE = PHASE["couples"][0]


def test_masses_add_up() -> None:
    assert formula_mass({}) == 0.0
    assert formula_mass({"V": 2, "O": 5}) == pytest.approx(2 * ELEMENTS["V"].mass + 5 * ELEMENTS["O"].mass)
    assert formula_mass({"V": 2, "O": 5}) == pytest.approx(181.88, abs=0.01)  # standard atomic weights


@pytest.mark.parametrize("name", names("phases"))
def test_packaged_phases_take_no_more_lithium_than_their_elements_pay_for(name: str) -> None:
    """Li of every element's couples is at most its atoms times the states they pass through."""
    phase = Library().phase(name)
    assert 0.0 < phase.lithium <= 20.0
    for element in {couple.element for couple in phase.couples} - {None}:
        own = [c for c in phase.couples if c.element == element and c.oxidised is not None and c.reduced is not None]
        passed = sum(c.lithium.value / (float(c.oxidised or 0) - float(c.reduced or 0)) for c in own)
        states = {(c.oxidised, c.reduced) for c in own}
        assert passed <= phase.atoms[str(element)] * len(states) + 1e-6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"atoms": {}}, "atoms of a formula unit"),
        ({"atoms": {"V": 2, "O": 4}}, "differ in O"),
        ({"molar_mass": "150 g/mol"}, "add up to 181.88 g/mol"),
        ({"couples": []}, "needs couples or an .ocv. table"),
        ({"ocv": {"filling": [0, 1], "U": [4, 3]}}, "required"),
        ({"couples": [COUPLE, COUPLE]}, "two couples are called"),
        ({"couples": [{**COUPLE, "barrier": "0.2 V"}]}, "has a barrier; add"),
        ({"couples": [{**COUPLE, "element": "V", "oxidised": 4, "reduced": 5}]}, "lower state, not 4 -> 5"),
        ({"couples": [{**COUPLE, "name": "other"}]}, "ageing counts the couple"),
        ({"stable_above": "4 V", "stable_below": "3 V"}, "must lie below"),
        ({"density": "-1 g/cm3"}, "positive"),
        ({"diffusion_law": "fast"}, "constant"),
    ],
)
def test_contradictions_are_refused(change: dict[str, Any], said: str) -> None:
    """Each made of a sound file by one change."""
    Phase.model_validate(PHASE)
    with pytest.raises(ValidationError, match=said):
        Phase.model_validate(PHASE | change)


def test_the_molar_mass_follows_from_the_atoms() -> None:
    """A file may leave it out."""
    phase = Phase.model_validate({key: value for key, value in PHASE.items() if key != "molar_mass"})
    assert phase.molar_mass.to("g/mol") == pytest.approx(formula_mass(phase.atoms))
    assert phase.molar_mass.kind == "computed"
