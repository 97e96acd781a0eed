"""Oxidation states in figures are written as chemists do."""

from __future__ import annotations

import pytest

from heterofilm.plots.xps import chemist


@pytest.mark.parametrize(
    ("plain", "raised"),
    [
        ("V5+ 2p3/2", "V⁵⁺ 2p3/2"), ("Cu+ and Cu0", "Cu⁺ and Cu⁰"), ("O 1s lattice", "O 1s lattice"),
        ("C 1s", "C 1s"), ("", ""),
    ],
)  # fmt: skip
def test_charges_are_raised_and_lines_are_not(plain: str, raised: str) -> None:
    assert chemist(plain) == raised
