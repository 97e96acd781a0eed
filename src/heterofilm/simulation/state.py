"""The state of a cell: what it must remember to go on, as arrays and as one row of floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.rest import at_rest
from ..engine.depth import DEPTHS
from ..engine.state import History, layout
from ..errors import InputError

Array = NDArray[np.float64]


class CellState:
    """Unknowns of the model, hysteresis, health, and the deepest states of the present cycle.

    - `y`: the state vector of the engine; `history`: hysteresis per node, and the metal of the anode;
    - `health`: active shares of matrix and domains, cycles done;
    - `depths`: how deep the film was lithiated since the last cycle ended.

    A row is all of these one after the other, with the temperature (K) in front.
    """

    def __init__(self, y: Array, history: History) -> None:
        self.y, self.history = y, history
        self.health = np.array([1.0, 1.0, 0.0])
        self.depths = np.zeros((2, DEPTHS))

    @classmethod
    def at_rest(cls, cell: Cell, potential: float, nuclei: float = 0.0) -> CellState:
        """A film at rest at a potential (V) without hysteresis, that came from a share ``nuclei`` of them."""
        return cls(*at_rest(cell, potential, nuclei))

    @property
    def arrays(self) -> tuple[Array, ...]:
        """All that changes, in the order of a row."""
        return self.y, self.history.m, self.history.d, self.health, self.depths, self.history.a, self.history.lithium

    def row(self, temperature: float) -> Array:
        """Everything as one row."""
        return np.concatenate([[temperature], *(array.ravel() for array in self.arrays)])

    def restore(self, row: Array) -> float:
        """Take everything from a row; the temperature it was at.

        Errors: `HeterofilmError` for a row of another length.
        """
        if row.size == sum(array.size for array in self.arrays):  # of a version that knew no end of lithium
            row = np.append(row, self.history.lithium)
        if row.size != 1 + sum(array.size for array in self.arrays):
            raise InputError("The state does not fit the cell, whose mesh or phases are others.")
        start = 1
        for array in self.arrays:
            array[...] = row[start : start + array.size].reshape(array.shape)
            start += array.size
        return float(row[0])


def about(cell: Cell) -> dict[str, Any]:
    """What a state is of: the cell's mesh and phases, which must be the same where it is gone on from."""
    lay = layout(cell.model)
    return {
        "film": cell.entries.film.name,
        "phases": [phase.name for phase in cell.phases],
        "nodes": int(lay.nodes),
        "shells": int(lay.shells),
        "nodes_e": int(lay.nodes_e),
        "anode": cell.entries.anode_film.name if cell.entries.anode_film else "metal",
        "nodes_a": int(lay.nodes_a),
        "size": int(lay.size),
        "thickness_m": float(cell.thickness),
        "temperature_K": float(cell.model.T),
    }
