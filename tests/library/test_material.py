"""A phase of a film, and the material that its structure and patterns go by."""

from __future__ import annotations

import pytest

from heterofilm.library import names
from heterofilm.library.material import material


@pytest.mark.parametrize("phase", names("phases"))
def test_every_phase_is_of_a_material_that_has_its_own_entry(phase: str) -> None:
    """Its own, or for a phase by a table the one by couples: `LiCoO2-ocv` is `LiCoO2`."""
    assert material(phase) == phase.removesuffix("-ocv") in names("phases")


def test_a_name_of_no_phase_is_itself() -> None:
    assert material("mine.toml") == "mine.toml"
