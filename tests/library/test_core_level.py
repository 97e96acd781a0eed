"""Core levels as data: every number has its source, and what makes no sense is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library.core_levels import core_levels

ELEMENTS = {"V", "Cu", "O", "C", "Li", "P", "N", "Co", "Mn", "Fe", "Ni", "Ti", "Si", "Al", "Pt", "W"}


def test_every_element_of_a_thin_film_cell_has_a_level_with_its_sensitivity_and_sources() -> None:
    levels = core_levels()
    assert {level.element for level in levels.values()} == ELEMENTS
    for level in levels.values():
        assert level.of_level or (level.sensitivity is not None and "Scofield" in level.sensitivity.source)
        assert level.of_level or "54.7" in level.geometry
        for state in level.states:
            assert len(state.source) > 20


@pytest.mark.parametrize(("name", "ratio"), [("P2p", 0.5), ("Si2p", 0.5), ("Al2p", 0.5), ("V2p", 0.5), ("Pt4f", 0.75),
                                             ("W4f", 0.75)])  # fmt: skip
def test_areas_of_a_doublet_go_as_2j_plus_1(name: str, ratio: float) -> None:
    doublet = core_levels()[name].doublet
    assert doublet is not None and doublet.area[0] == ratio


OWN = """name = "Zn2p"
title = "Zn 2p3/2"
element = "Zn"
window = [1016.0, 1028.0]
[[states]]
name = "Zn2+"
kind = "measured"
source = "measured on zinc oxide in this laboratory, 2025"
[[states.lines]]
name = "2p3/2"
energy = [1021.7, 1021.2, 1022.2]
fwhm = [1.6, 1.0, 2.2]
"""


def test_a_level_of_ones_own_stands_beside_those_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "zn.toml").write_text(OWN)
    known = core_levels(["zn.toml"], tmp_path)
    assert known["Zn2p"].chosen == ("Zn2+",) and "V2p" in known


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[1021.7, 1021.2, 1022.2]", "[1020.7, 1021.2, 1022.2]", "in that order"),
        ("window = [1016.0, 1028.0]", "window = [1016.0, 1010.0]", "must rise"),
        ("1021.7, 1021.2, 1022.2", "900.0, 890.0, 910.0", "lies outside of the window"),
        ('source = "measured on zinc oxide in this laboratory, 2025"', 'source = "x"', "20 characters"),
        ("fwhm", "fwmh", "did you mean 'fwhm'"),
        ('element = "Zn"', 'element = "Zn"\nreference = "Zn0"', "none of its states"),
    ],
)
def test_what_makes_no_sense_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "zn.toml").write_text(OWN.replace(old, new))
    with pytest.raises(HeterofilmError, match=said):
        core_levels(["zn.toml"], tmp_path)
