"""A level of theory says the same before and after it is written, and knows what of it applies to a part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.atomistic.level import Level
from heterofilm.atomistic.results import recorded
from heterofilm.atomistic.results.curves import curve_names, load_curves
from heterofilm.errors import HeterofilmError

U = st.dictionaries(st.sampled_from(["V", "Cu", "Co", "Fe"]), st.sampled_from([0.0, 1.0, 3.1, 3.25, 4.0]))
BASES = st.sampled_from([("", ""), ("PW 400 eV", "GPAW"), ("LCAO szp(dzp)", "GPAW"), ("GPW DZVP 500 Ry", "CP2K")])
METHODS = st.sampled_from(["PBE", "HSE06", "CHGNet 0.3.0", "EMT (a test engine, no chemistry of oxides)"])


@st.composite
def levels(draw: st.DrawFn) -> Level:
    basis, program = draw(BASES)
    return Level(draw(METHODS), draw(U), basis, draw(st.booleans()), program)


@given(levels(), st.none() | levels())
def test_what_is_printed_is_parsed_to_the_same_level(level: Level, less: Level | None) -> None:
    whole = Level(level.method, level.u_eV, level.basis, level.spins, level.program, less)
    assert Level.parse(str(whole)) == whole and hash(Level.parse(str(whole))) == hash(whole)


@pytest.mark.parametrize(
    "words",
    ["CHGNet 0.3.0 less PBE+U (V 3.25 eV), PW 450 eV, spins, GPAW", "Lennard-Jones, argon", "test level",
     "PBE+U (Cu 4 eV, V 3.1 eV), LCAO szp(dzp), spins, GPAW"],
)  # fmt: skip
def test_words_come_back_as_they_stand(words: str) -> None:
    assert str(Level.parse(words)) == words


def test_every_shipped_level_has_its_parts() -> None:
    for one in [*(r.level for r in recorded.results()), *(load_curves(name).about.level for name in curve_names())]:
        assert one.method in ("CHGNet 0.3.0", "PBE")
        assert (one.method == "PBE") == (one.program in ("GPAW", "CP2K"))


def test_a_u_of_zero_and_the_u_of_other_elements_are_none() -> None:
    level = Level("PBE", {"V": 3.1, "Cu": 4.0, "O": 0.0}, "PW 400 eV", True, "GPAW")
    assert str(level) == "PBE+U (Cu 4 eV, V 3.1 eV), PW 400 eV, spins, GPAW"
    assert str(level.for_elements({"V", "O"})) == "PBE+U (V 3.1 eV), PW 400 eV, spins, GPAW"
    assert str(level.for_elements({"Li"})) == "PBE, PW 400 eV, spins, GPAW"
    assert level.same_method(Level("PBE", {"Cu": 4.0, "V": 3.1})) and not level.same_method(Level("PBE"))


@pytest.mark.parametrize(
    "words", ["PBE without +U, PW 400 eV", "PBE+U, VASP", "PBE+U (V 3.1), PW 400 eV, GPAW", "GaU potential"]
)
def test_words_of_another_form_stand_as_they_are_and_count_as_no_u(words: str) -> None:
    level = Level.parse(words)
    assert str(level) == words and level.rank == (False, False)


@pytest.mark.parametrize("given", [("", ""), ("PBE", "PW 400 eV")])
def test_a_level_without_method_or_program_is_refused(given: tuple[str, str]) -> None:
    with pytest.raises(HeterofilmError, match="names its method"):
        Level(given[0], basis=given[1])
