"""Systems: two metals told apart, phases that are all accounted for, and at least one that takes up lithium."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from heterofilm.library import Library
from heterofilm.library.system import System

GIVEN = {
    "name": "Mo-Cu-O",
    "title": "Molybdenum oxide with copper",
    "host": "Mo",
    "added": "Cu",
    "sufficient": ("O",),
    "phases": ("MoO3", "CuMoO4", "CuO"),
    "inert": ("CuO",),
    "crystallisations": ("poor", "rich"),
    "assumes": "Oxygen suffices.",
    "source": "made up",
}


def test_a_system_is_told_by_its_ratio_and_its_elements() -> None:
    """Amounts are counted per atom of the host; oxygen is an element of the films, though it is not counted."""
    system = System(**GIVEN)
    assert system.of == "Cu/Mo" and system.elements == {"Mo", "Cu", "O"}
    assert Library().entry(System, "V-Cu-O").of == "Cu/V"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"added": "Mo"}, "name each once"),
        ({"sufficient": ("O", "Cu")}, "name each once"),
        ({"host": "Xx"}, "Xx"),
        ({"inert": ("NiO",)}, "inert names 'NiO', but the phases are MoO3, CuMoO4, CuO"),
        ({"glasses": {"NiO": "glass"}}, "glasses names 'NiO'"),
        ({"inert": ("MoO3", "CuMoO4", "CuO")}, "every phase is inert"),
        ({"phases": ("MoO3",), "inert": ()}, "at least 2"),
        ({"crystallisations": ()}, "at least 1"),
    ],
)
def test_what_is_no_system_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        System(**{**GIVEN, **change})
