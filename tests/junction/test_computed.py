"""A junction with levels from a recorded interface: signs, units, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("ase")

from heterofilm.errors import HeterofilmError
from heterofilm.junction.computed import contact_value, junction_values, sheet_charge_value
from heterofilm.junction.pair import load_pair
from heterofilm.library import Library
from made_interface import made

PAIR = load_pair("V2O5-Cu2V2O7")


def test_the_contact_potential_is_the_difference_of_the_two_faces(tmp_path: Path) -> None:
    """7.0 eV for the film (V2O5) and 6.5 eV for the substrate: electrons go from Cu2V2O7 to V2O5."""
    record = made(tmp_path)
    value = contact_value(record, PAIR)
    assert value.value == pytest.approx(-0.5)
    assert "test level" in value.source
    assert PAIR.contact.built_in_V == pytest.approx(0.75)  # as measured


def test_the_side_that_gained_electrons_is_charged_negatively(tmp_path: Path) -> None:
    """0.4 e on 20 Å2: 0.02 e/Å2 are 32 uC/cm2."""
    assert sheet_charge_value(made(tmp_path), PAIR).to("uC/cm2") == pytest.approx(-32.04, rel=5e-3)


def test_values_stand_beside_those_of_ups_and_say_how_to_use_them(tmp_path: Path) -> None:
    contact, charge = junction_values(made(tmp_path), PAIR)
    assert "0.75 V" in contact.beside and "measured" in contact.beside
    settings = dict(text.split("=") for text in contact.use.split("--set ")[1:])
    pair = load_pair("V2O5-Cu2V2O7", Library({path: float(value) for path, value in settings.items()}))
    assert pair.contact.built_in_V == pytest.approx(contact.value.value, abs=0.01)
    assert charge.value.unit == "uC/cm2"
    assert junction_values(None, PAIR) == ()


def test_the_charge_spans_the_levels_that_are_recorded(tmp_path: Path) -> None:
    record = made(tmp_path)
    half = replace(record, numbers=replace(record.numbers, per_area_e_A2=0.5 * record.numbers.per_area_e_A2))
    value = sheet_charge_value(record, PAIR, [record, half])
    assert value.low == value.value == pytest.approx(2.0 * (value.high or 0.0))


def test_other_materials_and_missing_vacuum_are_refused(tmp_path: Path) -> None:
    record = made(tmp_path)
    with pytest.raises(HeterofilmError, match="is of V2O5 and Cu2V2O7, not LiNbO3"):
        contact_value(record, load_pair("LiCoO2-LiNbO3"))
    bare = replace(record, numbers=replace(record.numbers, work_function_film_eV=None))
    with pytest.raises(HeterofilmError, match="no flat vacuum"):
        contact_value(bare, PAIR)
    assert len(junction_values(bare, PAIR)) == 1
