"""What identifies a run: every value that acts is in it, by its content."""

from __future__ import annotations

import pytest

from heterofilm import Cell, HeterofilmError, Protocol
from heterofilm.cell.digest import digest
from heterofilm.library import value_paths
from heterofilm.simulation.identity import identity, values_of


@pytest.mark.parametrize("name", ["vo-half", "voc1-half", "voc1-atfb"])
def test_every_value_of_a_cell_changes_its_digest_and_is_named(name):
    """A part in ten thousand of any value that acts: the fingerprint is another, and the values say which."""
    cell = Cell.load(name)
    changed = 0
    for path, value in value_paths(cell.entries):
        try:
            other = Cell.load(name, {path: value.value * 1.0001 if value.value else 1e-3})
        except HeterofilmError:  # a value that a film or cell states itself, or a bound
            continue
        changed += 1
        assert other.digest != cell.digest, path
        assert values_of(other) != values_of(cell), path
    assert changed > 30
    assert Cell.load(name).digest == cell.digest


def test_a_load_is_known_by_what_it_holds(tmp_path):
    load = tmp_path / "load.csv"
    found = []
    for last in (20, 21, 20):
        load.write_text(f"time / min, current / uA cm-2\n0,5\n10,{last}\n")
        found.append(identity(Cell.load("vo-half"), Protocol.parse(f'Follow "{load}"'), {}))
    assert found[0] == found[2] != found[1] and found[0]["protocol"] == found[1]["protocol"]


def test_digests_tell_shapes_and_types_apart():
    assert (
        len({digest(*things) for things in ((1, 2), ((1, 2),), ("1", 2), (1.0, 2), (12,), (None, 2), (True, 2))}) == 7
    )
