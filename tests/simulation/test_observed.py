"""Why a voltage is far off is said of every film."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.engine.state import layout
from heterofilm.library.files import packaged
from heterofilm.simulation.observed import LOSS_NAMES, stalled, weakness
from heterofilm.simulation.state import CellState

CELLS = packaged("cells")


@pytest.mark.parametrize("name", CELLS)
def test_the_reason_for_a_voltage_far_off(name: str) -> None:
    """A surface that is full or empty; else the largest of the losses, here that of a film 9 V from its electrolyte."""
    cell = Cell.load(name)
    state = CellState.at_rest(cell, min(cell.window[1], cell.model.matrix.highest))  # where its surface is not empty
    lay = layout(cell.model)
    state.y[lay.v] += 9.0
    assert weakness(state.y, state.history, cell.model, lay) == "charge transfer takes 9 V"
    assert "charge_transfer" in LOSS_NAMES
    for U, words in ((-0.1, "full"), (cell.model.matrix.highest + 1.0, "empty")):
        state.y[lay.n_m - 1] = U
        said = weakness(state.y, state.history, cell.model, lay)
        assert said.startswith(f"the surface of the film is {words} at a mean filling of")
    assert np.isfinite(cell.model.matrix.highest)


def test_a_step_that_cannot_be_integrated_names_what_takes_the_voltage_and_what_is_beyond_its_range() -> None:
    cell = Cell.load("lco-atfb", {"phases.LiCoO2-ocv.D": 2e-10})
    state = CellState.at_rest(cell, 3.9)
    said = stalled(cell, state, cell.model)
    assert " takes " in said and "phases.LiCoO2-ocv.D" in said and "outside the range of 1e-12 to 4e-11" in said
    assert stalled(cell, None, cell.model).startswith("phases.LiCoO2-ocv.D")
    assert stalled(Cell.load("lco-atfb"), None, cell.model) == "All values of the cell lie within their ranges."
