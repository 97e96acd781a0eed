"""The table of elements against two others, and the numbers that the library's formulas stand on."""

import pytest

from heterofilm.elements import ELEMENTS, element
from heterofilm.errors import HeterofilmError


def test_numbers_weights_and_colours_agree_with_ase() -> None:
    """Weights differ by what IUPAC has revised since and by rounding to five digits; radioactive ones by definition."""
    data = pytest.importorskip("ase.data", reason="the extra 'atoms' (ase, pymatgen) is not installed")
    from ase.data.colors import jmol_colors

    ours = 0
    for symbol, one in ELEMENTS.items():
        assert data.atomic_numbers[symbol] == one.number
        assert one.mass == pytest.approx(data.atomic_masses[one.number], abs=0.006 if not one.radioactive else 1.0)
        jmol = "#" + "".join(f"{round(255 * float(c)):02x}" for c in jmol_colors[one.number])
        ours += one.colour != jmol
    assert list(ELEMENTS) == data.chemical_symbols[1:104]
    assert ours == 8  # V, Cu, O, Li, P, Mn, Fe, Co


def test_radioactive_elements_without_a_weight_have_a_whole_mass_number() -> None:
    radioactive = [one.symbol for one in ELEMENTS.values() if one.radioactive]
    assert radioactive[:4] == ["Tc", "Pm", "Po", "At"] and not {"Bi", "Th", "Pa", "U"} & set(radioactive)
    assert all(ELEMENTS[symbol].mass == int(ELEMENTS[symbol].mass) for symbol in radioactive)


def test_symbols_names_and_numbers_are_distinct() -> None:
    assert len(ELEMENTS) == 103 and len({one.name for one in ELEMENTS.values()}) == 103
    assert [one.number for one in ELEMENTS.values()] == list(range(1, 104))


def test_an_unknown_symbol_is_answered_with_the_nearest() -> None:
    with pytest.raises(HeterofilmError, match=r"There is no element 'CU'.*Did you mean 'Cu'"):
        element("CU")
