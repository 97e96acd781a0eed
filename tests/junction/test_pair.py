"""Junctions of the library."""

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.junction.pair import load_pair

TEXT = """
name = "own"
title = "Own pair"
matrix = "V2O5"
domain = "Cu2V2O7"
domain_size = "20 nm"
domain_fraction = 0.2
contact_share = 1.0
alpha = 0.5
electron_share = 0.5
"""


def test_the_papers_junction() -> None:
    """Work functions 5.06 and 5.81 eV: electrons from V2O5 to Cu2V2O7, 0.75 V; a shell of 1 nm at 0.58."""
    pair = load_pair("V2O5-Cu2V2O7")
    assert pair.contact.built_in_V == pytest.approx(0.75)
    assert pair.contact.electron_flow == "from V2O5 to Cu2V2O7"
    assert pair.contact.positive_side == "V2O5"
    assert pair.fraction == pytest.approx(0.58, abs=0.005)
    assert pair.shell == pytest.approx(1.0e-9, rel=0.05)


def test_another_pair_needs_no_special_case() -> None:
    pair = load_pair("LiCoO2-LiNbO3")
    assert pair.diameter == pytest.approx(1e-6)
    assert abs(pair.field.bending_A_V + pair.field.bending_B_V) <= abs(pair.contact.built_in_V) + 1e-6


def test_a_pair_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(TEXT)
    assert load_pair(file).fraction == pytest.approx(0.2)


def test_a_film_of_any_phases_gives_size_and_share(tmp_path: Path) -> None:
    """Of a junction in a film told by its volume fraction: no Cu/V is asked for."""
    (tmp_path / "film.toml").write_text(
        'name = "f"\ntitle = "f"\nmatrix = "LiCoO2"\ndomain = "LiMn2O4"\nthickness = "300 nm"\n'
        'domain_fraction = 0.3\ndomain_size = "30 nm"\nhetero_i0 = "1 mA/cm2"\n'
    )
    own = TEXT.replace('domain_size = "20 nm"\ndomain_fraction = 0.2', 'film = "film.toml"')
    (tmp_path / "own.toml").write_text(own)
    pair = load_pair(tmp_path / "own.toml")
    assert pair.fraction == pytest.approx(0.3, rel=1e-12) and pair.diameter == pytest.approx(30e-9)


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('domain_size = "20 nm"\n', "", "needs domain_size"),
        ('matrix = "V2O5"', 'matrix = "V2O6"', "V2O6"),
        ('title = "Own pair"', 'title = "Own pair"\nfilm = "VOC1"', "does not take domain_size"),
        ("domain_fraction = 0.2", "domain_fraction = 1.2", "at most 0.999"),
        ("contact_share = 1.0", "contact_share = 2.0", "at most 1"),
        ('domain_size = "20 nm"', 'domain_size = "20 V"', "expected a quantity in nm"),
        ("electron_share", "electron_shere", "electron_share"),
    ],
)
def test_a_file_that_makes_no_sense_gets_one_sentence(tmp_path: Path, old: str, new: str, match: str) -> None:
    file = tmp_path / "own.toml"
    file.write_text(TEXT.replace(old, new))
    with pytest.raises(HeterofilmError, match=match) as told:
        load_pair(file)
    assert "\n" not in str(told.value)


def test_a_film_without_domains_has_no_junction(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    text = TEXT.replace('domain_size = "20 nm"\ndomain_fraction = 0.2\n', 'film = "VO"\n')
    file.write_text(text)
    with pytest.raises(HeterofilmError, match="has no domains"):
        load_pair(file)
