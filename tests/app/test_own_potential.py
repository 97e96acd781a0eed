"""A cell with a potential of one's own: it runs from the table, and what cannot be used leaves nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heterofilm.app.own_potential import cell_with_table
from heterofilm.app.session import Session
from heterofilm.app.session.actions import ChooseCell
from heterofilm.app.session.state import Curve
from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import simulate

SLOPE = 0.4  # V per Li


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A straight line from 4.0 V at x = 0 to 3.6 V at x = 1."""
    place = tmp_path / "my line.csv"
    rows = [f"{x:.3f},{4.0 - SLOPE * x:.6f}" for x in np.linspace(0.0, 1.0, 21)]
    place.write_text("\n".join(["x,U / V", *rows]))
    return place


@pytest.mark.parametrize(("base", "phase"), [("vo-half", "V2O5"), ("voc1-half", "Cu2V2O7")])
def test_a_cell_runs_from_the_table(base: str, phase: str, table: Path, tmp_path: Path) -> None:
    """At rest the cell has the potential of the table, and couples and ageing are named as gone."""
    project = tmp_path / "p"
    with Session(project) as session:
        name, left = cell_with_table(project, Curve(base), phase, table)
        assert {"couples", "ageing"} <= set(left)
        session.do(ChooseCell(cell=name))
        cell = session.state.curve.loaded(project)
    own = next(one for one in cell.phases if one.name.startswith(phase))
    assert own.ocv is not None and not own.couples
    if base == "vo-half":
        record = simulate(cell, "Discharge at C/200 until 3.65 V", start="3.95 V")
        volts = record.frame["voltage_V"].to_numpy()
        share = record.frame["charge_C_m2"].to_numpy() / Cell.active_capacity.func(cell)
        inner = slice(len(volts) // 4, 3 * len(volts) // 4)
        slope = np.polyfit(share[inner], volts[inner], 1)[0]
        assert slope == pytest.approx(
            -SLOPE, rel=0.05
        )  # of all its lithium: the table's slope, less a slow rate's loss
    assert simulate(project / name, "Rest for 1 min").frame.height


def test_what_cannot_be_used_leaves_nothing(table: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    for phase, lithium, content in (("none", None, None), ("V2O5", 1.0, None), ("V2O5", None, "a,b\n1,2\n")):
        if content:
            table.write_text(content)
        with pytest.raises(HeterofilmError):
            cell_with_table(project, Curve("vo-half"), phase, table, lithium)
    assert not [path for path in project.rglob("*") if path.is_file()]
