"""The library of lines and bands: complete, with sources, and in agreement with independent positions."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library.patterns import bracketed, load_patterns, pattern

NEEDED = {
    "xrd": "V2O5 alpha-Cu2V2O7 beta-Cu2V2O7 gamma-Cu2V2O7 CuO epsilon-LixV2O5 delta-LiV2O5 gamma-LiV2O5 LiCoO2 LiMn2O4 "
    "LiFePO4 Si Pt corundum ferrite austenite Au quartz ITO",
    "raman": "V2O5 beta-Cu2V2O7 CuO epsilon-LixV2O5 LiCoO2 LiMn2O4 LiFePO4 Si corundum quartz",
}


@pytest.mark.parametrize("technique", ["xrd", "raman"])
def test_every_pattern_has_a_source_and_sane_lines(technique: str) -> None:
    found = load_patterns(technique)  # type: ignore[arg-type]
    assert set(NEEDED[technique].split()) <= {p.name for p in found}
    for p in found:
        assert len(p.source) > 10 and p.kind in ("measured", "computed", "assumed")
        assert p.role in ("film", "substrate", "other") and p.strength.max() == pytest.approx(1.0, abs=0.01)
        assert len(p.labels) == p.position.size == p.spread.size
        assert np.all(np.diff(p.position) < 0) if technique == "xrd" else np.all(np.diff(p.position) > 0)


@pytest.mark.parametrize(
    ("name", "hkl", "two_theta"),
    [  # positions of measured powders, as the data's list of sources and handbooks give them
        ("V2O5", "(001)", 20.33), ("V2O5", "(110)", 26.17), ("V2O5", "(200)", 15.39), ("V2O5", "(400)", 31.07),
        ("Si", "(111)", 28.44), ("LiCoO2", "(003)", 18.93), ("LiMn2O4", "(111)", 18.62), ("CuO", "(111)", 38.76),
        ("corundum", "(104)", 35.15), ("Au", "(111)", 38.18), ("Pt", "(111)", 39.76), ("quartz", "(101)", 26.64),
        ("NiO", "(200)", 43.28), ("ZnO", "(101)", 36.25), ("anatase-TiO2", "(101)", 25.30),
        ("ZrO2", "(111\u0305)", 28.17),
    ],
)  # fmt: skip
def test_line_positions_are_those_of_powders(name: str, hkl: str, two_theta: float) -> None:
    p = pattern("xrd", name)
    assert p.two_theta_deg(1.5406)[p.labels.index(hkl)] == pytest.approx(two_theta, abs=0.06)


def test_spacings_follow_from_cell_and_indices() -> None:
    """d of an orthorhombic cell: 1/d^2 = (h/a)^2 + (k/b)^2 + (l/c)^2, independent of the program that made the file."""
    for name in ("V2O5", "LiFePO4", "delta-LiV2O5", "epsilon-LixV2O5"):
        p = pattern("xrd", name)
        inverse = np.sqrt(((np.array(p.indices) / np.array(p.cell[:3])) ** 2).sum(axis=1))
        assert np.allclose(p.position, 1.0 / inverse, rtol=1e-4)


def test_unknown_and_damaged_patterns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="Did you mean 'V2O5'"):
        pattern("xrd", "V205")
    with pytest.raises(HeterofilmError, match="no patterns"):
        load_patterns("xrd", tmp_path)
    (tmp_path / "a.toml").write_text('name = "a"\nlines = [[1]]')
    with pytest.raises(HeterofilmError, match="is damaged"):
        load_patterns("xrd", tmp_path)


def test_indices_are_written_with_bars() -> None:
    assert bracketed((1, 1, -2)) == "(112\u0305)" and bracketed((0, 0, 12)) == "(0 0 12)"
