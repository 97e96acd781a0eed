"""A value that is exchanged in an entry: as if the whole entry were read anew."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from heterofilm import Cell, HeterofilmError
from heterofilm.library.cell_entries import split, value_paths
from heterofilm.library.change import _changed, change_path, override
from heterofilm.library.toml import sentence
from heterofilm.library.value import Entry

CELLS = ("vo-half", "voc1-atfb", "lco-atfb")


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
            for given in (1.01 * value.value, 0.0, -1.0, 1e30, f"{value.value!r} {value.unit}", "3 V", "2 furlong"):
                found, expected = exchanged(part, path, given), whole(part, path, given)
                assert found == expected, (path, given)
                if isinstance(found, str):
                    refused += 1
                else:
                    then = {p: (v.layer, v.before) for p, v in value_paths(found)}
                    assert then == {p: (v.layer, v.before) for p, v in value_paths(expected)}, (path, given)
    assert refused > 100


def test_what_is_not_touched_is_shared() -> None:
    """A cell with another diffusivity has the film, electrolyte and anode of the one that it comes from."""
    cell = Cell.load("voc1-half")
    other = cell.replace({"phases.V2O5.D": 1e-13})
    assert all(getattr(cell.entries, part) is getattr(other.entries, part) for part in ("film", "electrolyte", "anode"))
    assert cell.entries.matrix.couples is other.entries.matrix.couples
