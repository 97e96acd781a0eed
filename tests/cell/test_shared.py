"""Parts of models that are shared: nothing of a cell depends on what was built before it."""

from __future__ import annotations

import pytest

from heterofilm import Cell, HeterofilmError
from heterofilm.cell import assemble
from heterofilm.cell.digest import digest
from heterofilm.cell.shared import MOST, shared
from heterofilm.library.cell_entries import value_paths

BUILDERS = ("phase", "diffusion", "geometry", "ageing", "interface", "counter", "electrolyte", "front")


@pytest.mark.parametrize("name", ["vo-half", "voc1-atfb", "lco-atfb"])
def test_a_changed_cell_has_the_model_that_is_built_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit, for every value that acts, one after the other and all at once."""
    base = Cell.load(name)
    paths = {path: value.value for path, value in value_paths(base.entries)}
    changes = [{path: 1.001 * number} for path, number in paths.items() if number != 0.0]
    cells = []
    for change in changes:
        try:
            cells.append(base.replace(change))
        except HeterofilmError:  # of a value that cannot be larger
            continue
    assert len(cells) > 30
    found = [(digest(cell.model), digest(cell.ageing())) for cell in cells]
    for builder in BUILDERS:
        monkeypatch.setattr(assemble, builder, getattr(assemble, builder).__wrapped__)
    anew = [Cell(cell.entries) for cell in cells]
    assert [(digest(cell.model), digest(cell.ageing())) for cell in anew] == found
    assert len({model + ageing for model, ageing in found}) > 15  # most values do something


def test_a_new_diffusivity_is_one_new_part() -> None:
    """All else of the model is the very same, packed for the kernels already."""
    base = Cell.load("vo-half")
    other = base.replace({"phases.V2O5.D": 1e-13})
    same = {name for name in base.model.members if getattr(base.model, name) is getattr(other.model, name)}
    assert {"matrix", "film", "cathode", "anode", "electrolyte"} <= same and "D_m" not in same


def test_parts_are_kept_up_to_a_number_and_by_identity() -> None:
    """Of equal things that are not the same each has its own; what was asked for long ago is built again."""
    calls = []

    @shared(lambda thing, number: (thing, number))
    def build(thing: list[int], number: float) -> object:
        calls.append(number)
        return object()

    one, two = [1], [1]
    first = build(one, 1.0)
    assert build(one, 1.0) is first and build(two, 1.0) is not first and len(calls) == 2
    for k in range(MOST):
        build(one, 2.0 + k)
    assert build(one, 1.0) is not first
