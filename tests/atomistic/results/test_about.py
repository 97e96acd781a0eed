"""What is said of a record comes back, further words included."""

import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.level import NOT_STATED, Level
from heterofilm.atomistic.results.about import About, AboutInterface

WORDS = {"level": "PBE+U (V 3.1 eV), PW 400 eV, GPAW", "version": "1", "wall_s": 3.0, "iterations": 7, "note": "kept"}


def test_words_become_a_type_and_words_again() -> None:
    about = About.parse(WORDS)
    assert about.level == Level("PBE", {"V": 3.1}, "PW 400 eV", program="GPAW") and about.more == {"note": "kept"}
    assert about.words == WORDS and About.parse(about.words) == about
    assert About.parse({}).level == NOT_STATED


def test_an_interface_names_its_sides() -> None:
    about = AboutInterface.parse({**WORDS, "film": "A", "substrate": "B", "elf_level": "PBE, LCAO dzp, GPAW"})
    assert about.pair == ("A", "B") and about.elf_level == Level("PBE", basis="LCAO dzp", program="GPAW")
    assert AboutInterface.parse(about.words) == about
    with pytest.raises(TypeError, match="substrate"):
        AboutInterface.parse({"film": "A"})
