"""Layers of a device beside the cell that it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heterofilm.device.agreement import contradiction
from heterofilm.device.budget import budget_table
from heterofilm.device.stack import Stack
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library, Material, names
from heterofilm.library.files import DATA

LIKE = 'name = "mine"\ntitle = "mine"\nlike = "voc1-steel"\ncell = "{cell}"\n'


@pytest.mark.parametrize("name", names("devices"))
def test_packaged_devices_agree_with_their_cells(name: str) -> None:
    assert not any(layer.differs[0] for layer in Stack.load(name).layers)


@pytest.mark.parametrize(
    ("cell", "role", "named"),
    [
        ("lco-atfb", "cathode", "LCO (as V2O5 with Cu2V2O7 domains)"),
        ("vo-atfb", "cathode", "VO (as V2O5 with Cu2V2O7 domains)"),
        ("voc2-atfb", "cathode", ""),  # the same elements
        ("lco-cu", "anode", "Cu (as Lithium metal)"),
        ("lco-si", "anode", "Si (as Lithium metal)"),
    ],
)
def test_a_layer_of_another_material_is_named_and_said(tmp_path, cell: str, role: str, named: str) -> None:
    """A cell put into a device like another: its parts give the names, and what comes from the other material is
    said."""
    file = tmp_path / "mine.toml"
    file.write_text(LIKE.format(cell=cell))
    stack = Stack.load(file)
    layer, said = stack.layer(role), [one for one in stack.assumed if one.startswith(f"{role}: the cell has")]
    if not named:
        assert layer.title == layer.material.title and not said
        return
    assert layer.title == named and layer.material.title in said[0]
    if role == "cathode":
        table = budget_table(stack)
        assert named in table["weakest"].to_list() and layer.material.title not in table["weakest"].to_list()


def test_another_electrolyte_is_told_by_its_name() -> None:
    """Electrolytes state no formula."""
    stack = Stack.load("voc1-steel")
    entries, LiPON = stack.cell.entries, stack.layer("electrolyte").material
    garnet = entries.electrolyte.model_copy(update={"name": "LLZO", "title": "Garnet"})
    assert contradiction("electrolyte", LiPON, entries) == ("", "")
    assert contradiction("electrolyte", LiPON, replace(entries, electrolyte=garnet))[0] == "LLZO"


def test_a_formula_that_is_none_is_refused(tmp_path) -> None:
    with pytest.raises(HeterofilmError, match="no chemical formula"):
        file = tmp_path / "own.toml"
        file.write_text(
            (DATA / "materials/LiCoO2.toml").read_text().replace('formula = "LiCoO2"', 'formula = "LixCoO2"')
        )
        Library().entry(Material, str(file))
