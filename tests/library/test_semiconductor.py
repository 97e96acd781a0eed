"""Semiconductors of the library: levels that belong together, and one sentence where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Semiconductor, load, names
from heterofilm.library.semiconductor import level_problem

GOOD = """
name = "mine"
title = "my oxide"
work_function = "5 eV"
valence_band_edge = "1.5 eV"
gap = "2 eV"
permittivity = "10"
carrier = "n"
doping = "1e18 cm-3"
formula_units = "1e22 cm-3"
electron_sites = "1e22 cm-3"
lithium_sites = "1e22 cm-3"
"""


def test_what_is_there():
    """The paper's pair and a second one; work functions of the paper are measured, everything else says what it is."""
    assert {"V2O5", "Cu2V2O7", "LiCoO2", "LiNbO3"} <= set(names("semiconductors"))
    for name, phi in (("V2O5", 5.06), ("Cu2V2O7", 5.81)):
        entry = load(Semiconductor, name)
        assert entry.work_function.to("eV") == phi and entry.work_function.kind == "measured"
        assert entry.gap.kind == entry.valence_band_edge.kind == "assumed" and entry.gap.low is not None
    assert "stand-in" in load(Semiconductor, "Cu2V2O7").work_function.source


def test_the_affinity_is_computed_from_the_three():
    """chi = Phi + VBE - gap."""
    assert load(Semiconductor, "V2O5").affinity == pytest.approx(5.06 + 2.05 - 2.3)


def test_overrides_reach_it():
    """By dotted path, as for any entry."""
    library = Library({"semiconductors.V2O5.doping": 1e20})
    assert library.entry(Semiconductor, "V2O5").doping.value == 1e20


def test_the_command_lists_and_shows_them(capsys):
    """heterofilm library semiconductors [V2O5]."""
    assert main(["library", "semiconductors"]) == 0
    assert "Cu2V2O7" in capsys.readouterr().out
    assert main(["library", "semiconductor", "V2O5"]) == 0
    assert "semiconductors.V2O5.work_function" in capsys.readouterr().out


def test_a_file_of_ones_own(tmp_path: Path):
    """Short forms are read; the computed affinity may be stated too."""
    file = tmp_path / "mine.toml"
    file.write_text(GOOD + 'electron_affinity = "4.5 eV"\n')
    entry = load(Semiconductor, str(file))
    assert entry.affinity == 4.5 and entry.carrier == "n"


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('gap = "2 eV"', 'gap = "-2 eV"', "expected a positive value in eV"),
        ('gap = "2 eV"', 'gap = "0 eV"', "expected a positive value in eV"),
        ('gap = "2 eV"', 'gap = "2 V"', "expected a quantity in eV"),
        ('gap = "2 eV"', 'gap = "1 eV"', "leaves the conduction band"),
        ('work_function = "5 eV"', 'work_function = "0.3 eV"', "electron affinity would be -0.2 eV"),
        ('valence_band_edge = "1.5 eV"', 'valence_band_edge = "-0.5 eV"', "0.5 eV above the Fermi level"),
        ('carrier = "n"', 'carrier = "x"', "'n' or 'p'"),
        ('permittivity = "10"', 'permittivity = "0.5"', "at least 1"),
        ('doping = "1e18 cm-3"', 'doping = "0 cm-3"', "expected a positive value"),
        ('doping = "1e18 cm-3"', 'doping = "1e23 cm-3"', "leaves no free place"),
        ('doping = "1e18 cm-3"', 'dopping = "1e18 cm-3"', "did you mean 'doping'"),
        ('title = "my oxide"', 'electron_affinity = "5.5 eV"\ntitle = "x"', "above the work function of 5 eV"),
        ('title = "my oxide"', 'electron_affinity = "4.2 eV"\ntitle = "x"', "does not agree with"),
        ('lithium_sites = "1e22 cm-3"', "", "is missing; add it"),
    ],
)
def test_a_wrong_file_gets_one_sentence(tmp_path: Path, old: str, new: str, words: str):
    """Which file, which key, what was expected."""
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(HeterofilmError, match=words) as told:
        load(Semiconductor, str(file))
    assert "mine.toml" in str(told.value) and "\n" not in str(told.value)


def test_a_name_that_is_none():
    """The nearest is offered."""
    with pytest.raises(HeterofilmError, match="did you mean 'V2O5'"):
        load(Semiconductor, "V2O6")


def test_degenerate_levels_are_allowed_within_their_margin():
    """0.3 eV into a band, and no further."""
    assert level_problem(5.0, 2.2, 2.0) is None
    assert level_problem(5.0, -0.2, 2.0) is None
    assert "leaves the conduction band" in str(level_problem(5.0, 2.4, 2.0))
    assert "must be positive" in str(level_problem(5.0, 1.0, 0.0))
    assert "escape by themselves" in str(level_problem(0.0, 1.0, 0.5))
