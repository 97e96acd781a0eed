"""A cell at rest: how much lithium each side holds there.

A fresh cell is as it was made, whatever has moved since: what the film holds less than then, the anode holds more::

    Q_anode = Q_anode,made + Q_film,made - Q_film(U)

with Q_film(U) that of a film at rest at the potential U, without hysteresis. A film whose formula holds lithium was made
with it (LiCoO2); any other was made empty, and in a cell with metal that means as it stands at the upper cut-off.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..constants import F
from ..engine.balance import stored
from ..engine.equilibrium import rest_state
from ..engine.state import History, layout
from ..errors import InputError
from ..library import schema
from ..library.formula import atoms_of
from ..units import from_si
from .cell import Cell

__all__ = ["at_rest", "film_lithium", "made"]

ROUNDING = 1e-9  # of the lithium of a film


def film_lithium(cell: Cell, potential: float, nuclei: float = 0.0) -> float:
    """Lithium (C/m2) that a fresh film holds at rest at a potential (V), beyond its charged composition."""
    model, lay = cell.model, layout(cell.model)
    y, _ = rest_state(potential, 0.0, nuclei, model, lay)
    return float(stored(y, model, lay)) + model.cathode.C * potential


def lithium_as_made(phase: schema.Phase) -> float:
    """Li per formula unit of a phase as made, beyond its charged composition."""
    charged = atoms_of(phase.charged)
    return 0.0 if charged is None else max(phase.atoms.get("Li", 0.0) - charged.get("Li", 0.0), 0.0)


def made(cell: Cell) -> float:
    """Lithium (C/m2) of the film as made."""
    film, (matrix, *domain) = cell.model.film, cell.phases
    held = film.c_m * lithium_as_made(matrix)
    if domain:
        held += film.c_d * lithium_as_made(domain[0])
    return F * held * film.L if held > 0.0 else film_lithium(cell, cell.window[1])


def metal_as_made(cell: Cell) -> float:
    """Lithium (C/m2) that a metal anode was made with; inf where the cell has always enough."""
    thickness = cell.entries.anode.thickness
    return math.inf if thickness is None else thickness.si / cell.lithium_thickness(1.0)


def at_rest(cell: Cell, potential: float, nuclei: float = 0.0) -> tuple[NDArray[np.float64], History]:
    """State vector and history of a fresh cell at rest at a potential (V), come from a share ``nuclei`` of them.

    Errors: `HeterofilmError` where its lithium does not allow that.
    """
    model = cell.model
    y, history = rest_state(potential, 0.0, nuclei, model, layout(model))
    metal = metal_as_made(cell)
    if math.isfinite(metal):
        taken = float(film_lithium(cell, potential, nuclei)) - made(cell)
        left = metal - taken
        if left < -ROUNDING * cell.active_capacity:
            raise InputError(
                f"At rest at {potential:g} V the film of cell '{cell.name}' holds {from_si(taken, 'uAh/cm2'):.4g} "
                f"uAh/cm2 of lithium more than as made, but its anode '{cell.entries.anode.name}' was made with "
                f"{from_si(metal, 'uAh/cm2'):.4g}: start at a higher potential, or give the anode more."
            )
        history.lithium[0] = max(left, 0.0)
    return y, history
