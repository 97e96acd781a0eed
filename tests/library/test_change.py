"""Numbers by dotted path: found, changed in a copy that is validated anew, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Phase, value_paths
from heterofilm.library.cell_entries import split
from heterofilm.library.change import _changed, at, change_path, override, quantity_at, with_settings
from heterofilm.library.toml import sentence
from heterofilm.library.value import Entry, Layer, Value

PHASE: Phase = Library(calibration=None).phase("V2O5")
CELLS = ("vo-half", "voc1-atfb", "lco-atfb")
PATHS = [path.split(".", 2)[2] for path, _ in value_paths(PHASE)]


def _set(path: str, given_: float | str) -> Phase:
    changed = change_path(PHASE, path, tuple(path.split(".")), override(path, given_))
    assert isinstance(changed, Phase)
    return changed


@given(st.sampled_from(PATHS))
def test_a_value_set_to_itself_changes_nothing(path: str) -> None:
    """Every number of the entry, in its own unit: equal but for who put it there."""
    value = at(PHASE, tuple(path.split(".")), path)
    changed = at(_set(path, value.value), tuple(path.split(".")), path)
    assert (changed.value, changed.unit, changed.low, changed.high) == (value.value, value.unit, value.low, value.high)
    assert changed.layer is Layer.SET and changed.before == value


@given(st.floats(1e-15, 1e-10))
def test_only_the_number_at_the_path_changes(D: float) -> None:
    """A text in another unit of its kind is converted to the entry's own; all else is equal."""
    changed = _set("D", f"{1e-4 * D!r} m2/s")
    assert changed.D is not None and changed.D.value == pytest.approx(D, rel=1e-12) and changed.D.unit == "cm2/s"
    assert changed.model_copy(update={"D": PHASE.D}) == PHASE
    assert PHASE.D is not None and PHASE.D.layer is Layer.FILE  # the entry itself stays as it was


def test_outside_its_range_a_value_has_none() -> None:
    """What the caller sets is not bound by the range that the library assumed; the unit's limits hold."""
    low = PHASE.D.low if PHASE.D else None
    assert low is not None
    assert (_set("D", 0.5 * low).D or PHASE.D).low is None  # type: ignore[union-attr]
    with pytest.raises(HeterofilmError, match="positive"):
        _set("D", -1.0)


def test_couples_by_name_and_by_place() -> None:
    name = PHASE.couples[1].name
    by_name, by_place = (_set(f"couples.{key}.U0", 3.21) for key in (name, "1"))
    assert by_name == by_place and by_name.couples[1].U0.value == 3.21
    assert by_name.couples[0] is PHASE.couples[0] or by_name.couples[0] == PHASE.couples[0]


@pytest.mark.parametrize(
    ("path", "given_", "said"),
    [
        ("Dd", 1.0, "leads nowhere at 'Dd'"),
        ("couples.9.U0", 1.0, "leads nowhere at '9'"),
        ("couples.alpha-epsilom.U0", 1.0, "mean"),
        ("D", "1 V", "expected a quantity in cm2/s"),
        ("D", "fast", "The value set for 'D'"),
        ("name", 1.0, "not a number"),
    ],
)
def test_what_cannot_be_set(path: str, given_: float | str, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        _set(path, given_)


@pytest.mark.parametrize("wrong", [True, None, [1.0]])
def test_only_numbers_and_texts_are_set(wrong: object) -> None:
    with pytest.raises(HeterofilmError, match="must be a number"):
        override("D", wrong)  # type: ignore[arg-type]


def test_quantities_at_a_path() -> None:
    quantity = quantity_at(PHASE, ("D",), "D")
    assert quantity is not None and quantity.unit == "cm2/s"
    assert quantity_at(PHASE, ("title",), "title") is None


def test_settings_of_a_recipe_are_texts_with_units() -> None:
    changed = with_settings(PHASE, {"D": "2e-13 cm2/s", "density": "3.4 g/cm3"})
    assert isinstance(changed.D, Value) and (changed.D.value, changed.density.value) == (2e-13, 3.4)
    with pytest.raises(HeterofilmError, match="not a quantity that can be set"):
        with_settings(PHASE, {"title": "x"})


def whole(entry: Entry, path: str, given: float | str) -> Entry | str:
    """The entry validated as a whole, or what is wrong."""
    _, _, keys = split(path)
    try:
        return type(entry).model_validate(_changed(entry, keys, override(path, given), path))
    except ValidationError as error:
        return sentence(error, f"The value set for '{path}'")
    except HeterofilmError as error:
        return str(error)


def exchanged(entry: Entry, path: str, given: float | str) -> Entry | str:
    try:
        return change_path(entry, path, split(path)[2], override(path, given))
    except HeterofilmError as error:
        return str(error)


@pytest.mark.parametrize("name", CELLS)
def test_every_value_of_a_cell_is_exchanged_as_if_its_entry_were_read_anew(name: str) -> None:
    """Whatever it is set to, by whatever unit: the same entry, layers and ranges too, or the same refusal."""
    entries = Cell.load(name).entries
    refused = 0
    for part in entries.parts.values():
        for path, value in value_paths(part):
            for number in (1.01 * value.value, 0.0, -1.0, 1e30, f"{value.value!r} {value.unit}", "3 V", "2 furlong"):
                found, expected = exchanged(part, path, number), whole(part, path, number)
                assert found == expected, (path, number)
                if isinstance(found, str):
                    refused += 1
                else:
                    then = {p: (v.layer, v.before) for p, v in value_paths(found)}
                    assert then == {p: (v.layer, v.before) for p, v in value_paths(expected)}, (path, number)
    assert refused > 100


def test_what_is_not_touched_is_shared() -> None:
    """A cell with another diffusivity has the film, electrolyte and anode of the one that it comes from."""
    cell = Cell.load("voc1-half")
    other = cell.replace({"phases.V2O5.D": 1e-13})
    assert all(getattr(cell.entries, part) is getattr(other.entries, part) for part in ("film", "electrolyte", "anode"))
    assert cell.entries.matrix.couples is other.entries.matrix.couples
