"""A formula is read as atoms, and a phase whose formula, atoms, charged composition and table differ is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from heterofilm.library import Library
from heterofilm.library.files import names
from heterofilm.library.formula import atoms_of, differing
from heterofilm.library.phase import Phase

LNMO = {"Li": 1.0, "Ni": 0.5, "Mn": 1.5, "O": 4.0}


@pytest.mark.parametrize(
    ("formula", "atoms"),
    [
        ("LiNi0.5Mn1.5O4", LNMO),
        ("Li3Fe2(PO4)3", {"Li": 3.0, "Fe": 2.0, "P": 3.0, "O": 12.0}),
        ("CO", {"C": 1.0, "O": 1.0}),
        ("Co", {"Co": 1.0}),
        ("LiCoO2Li0.2", {"Li": 1.2, "Co": 1.0, "O": 2.0}),
        *((text, None) for text in ("", "LixCoO2", "Li(CoO2", "LiCoO2)", "2(O)", "Xx2O", "(" * 3000, "li2o")),
    ],
)
def test_a_formula_is_read_as_atoms(formula: str, atoms: dict[str, float] | None) -> None:
    assert atoms_of(formula) == (None if atoms is None else pytest.approx(atoms))


def test_the_digits_of_a_written_formula_do_not_differ() -> None:
    assert differing({"Li": 0.33, "La": 0.56}, {"Li": 1 / 3, "La": 5 / 9}) == []
    assert differing({"Li": 1.0, "Ni": 0.5, "O": 2.0}, {"Li": 0.5, "Ni": 0.5}, without="Li") == ["O"]


def phase(**other: Any) -> Phase:
    x = [0.02 + 0.98 * k / 9 for k in range(10)]
    ocv = {"kind": "measured", "source": "s", "x": x, "U": [4.8 - 0.02 * k for k in range(10)]}
    content = {"name": "p", "title": "p", "formula": "LiNi0.5Mn1.5O4", "atoms": LNMO, "density": "4.4 g/cm3",
               "utilisation": 1, "D": "1e-11 cm2/s", "sigma_e": "1e-5 S/cm", "ocv": ocv}  # fmt: skip
    return Phase.model_validate(content | other)


def test_a_phase_that_agrees_with_itself_is_taken() -> None:
    for charged in ("", "Ni0.5Mn1.5O4", "Li0.02Ni0.5Mn1.5O4", "LixNi0.5Mn1.5O4"):
        assert phase(charged=charged).lithium == pytest.approx(0.98)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"atoms": {"Li": 1, "Co": 1, "O": 2}}, r"formula 'LiNi0.5Mn1.5O4' and atoms .* differ in Ni, Mn, O, Co"),
        ({"formula": "Li2Ni1Mn3O8"}, r"expected atoms = \{ Li = 2, Ni = 1, Mn = 3, O = 8 \}"),
        ({"charged": "Li0.5Ni0.5Mn1.5O4"}, r"has 0\.5 Li but the first x of the \[ocv\] table.* is 0\.02"),
        ({"charged": "NiMn3O8"}, "expected the same formula unit with less Li"),
        ({"charged": "Li2Ni0.5Mn1.5O4"}, "more than the 1 Li of atoms"),
    ],
)
def test_a_phase_that_contradicts_itself_is_refused(other: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        phase(**other)


def test_every_formula_of_the_library_is_read() -> None:
    for name in names("phases"):
        one = Library().phase(name)
        assert atoms_of(one.formula) is not None and (not one.charged or atoms_of(one.charged) is not None), name
