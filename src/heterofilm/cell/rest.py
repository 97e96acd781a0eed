"""A cell at rest: how much lithium each side holds there.

A fresh cell is as it was made, whatever has moved since: what the film holds less than then, the anode holds more::

    Q_anode = Q_anode,made + Q_film,made - Q_film(U)

with Q_film(U) that of a film at rest at the potential U, without hysteresis. A film whose formula holds lithium was
made
with it (LiCoO2); any other was made empty, and in a cell with metal that means as it stands at the upper cut-off.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..constants import F
from ..engine.balance import stored
from ..engine.equilibrium import rest_state
from ..engine.open_circuit import potential as rest_potential
from ..engine.state import History, layout
from ..errors import InputError
from ..library import schema
from ..library.formula import atoms_of
from ..units import from_si
from .cell import Cell

__all__ = ["at_rest", "balance", "film_lithium", "made", "rest_potentials", "rest_voltage"]

ROUNDING = 1e-9  # of the lithium of a film
LOWEST, HIGHEST = -5.0, 10.0  # V, between which a film comes to rest
BEYOND = 1.0  # V above its highest couple or point, where a film is empty, and below its lowest, where it is full
SOME = 1e-3  # of what a film takes: less is no lithium


def film_lithium(cell: Cell, potential: float, nuclei: float = 0.0) -> float:
    """Lithium (C/m2) that a fresh film holds at rest at a potential (V), beyond its charged composition."""
    model, lay = cell.model, layout(cell.model)
    y, _ = rest_state(potential, 0.0, nuclei, model, lay)
    return float(stored(y, model, lay)) + model.cathode.C * potential


def lithium_as_made(phase: schema.Phase) -> float:
    """Li per formula unit of a phase as made, beyond its charged composition, as far as its couples or table go."""
    charged = atoms_of(phase.charged)
    made_with = 0.0 if charged is None else phase.atoms.get("Li", 0.0) - charged.get("Li", 0.0)
    return max(made_with, 0.0) if made_with < phase.lithium.real else phase.lithium


def made(cell: Cell) -> float:
    """Lithium (C/m2) of the film as made."""
    held = made_with(cell)
    return film_lithium(cell, cell.window[1]) if held is None else held


def made_with(cell: Cell) -> float | None:
    """That of its formula; None of a film that was made empty and means as it stands at the upper cut-off."""
    film, (matrix, *domain) = cell.model.film, cell.phases
    held = film.c_m * lithium_as_made(matrix)
    if domain:
        held += film.c_d * lithium_as_made(domain[0])
    return F * held * film.L if held.real > 0.0 or cell.entries.anode_film is not None else None


def metal_as_made(cell: Cell) -> float:
    """Lithium (C/m2) that a metal anode was made with; inf where the cell has always enough."""
    thickness = cell.entries.anode.thickness
    return math.inf if thickness is None else thickness.si / cell.lithium_thickness(1.0)


def at_rest(cell: Cell, potential: float, nuclei: float = 0.0) -> tuple[NDArray[np.float64], History]:
    """State vector and history of a fresh cell at rest at a voltage (V), come from a share ``nuclei`` of them.

    Errors: `HeterofilmError` where its lithium does not allow that.
    """
    model = cell.model
    U, U_a = rest_potentials(cell, potential, nuclei)
    y, history = rest_state(U, 0.0, nuclei, model, layout(model), U_a)
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


def film_below(cell: Cell) -> float:
    """Lithium (C/m2) that a film that is the anode was made with."""
    entries, a = cell.entries, cell.model.negative
    assert entries.anode_phase is not None
    given = entries.anode.prelithiated
    theta = lithium_as_made(entries.anode_phase) if given is None else given.si * a.phase.theta_full
    return F * a.film.c_m * theta * a.film.L


def rest_voltage(cell: Cell, potential: float, nuclei: float = 0.0) -> float:
    """Voltage (V) of a fresh cell at rest whose cathode stands at a potential (V)."""
    return potential - (_below(cell, potential, nuclei) if cell.model.negative.film.x.size else 0.0)


def _below(cell: Cell, potential: float, nuclei: float) -> float:
    """Potential (V) of a film that is the anode, which holds what the cathode at a potential leaves of all lithium."""
    a = cell.model.negative
    left = made(cell) + film_below(cell) - film_lithium(cell, potential, nuclei)
    return float(rest_potential(left / (F * a.film.c_m * a.film.L), 0.0, 1.0, 1.0, a.phase))


def rest_potentials(cell: Cell, voltage: float, nuclei: float = 0.0) -> tuple[float, float]:
    """Potentials (V) of cathode and anode of a fresh cell at rest, with the lithium that its films were made with.

    What the cathode takes up with a falling potential the anode gives, whose potential rises: the root is bracketed.

    Errors: `HeterofilmError` where its lithium does not allow that.
    """
    model = cell.model
    a = model.negative
    if not a.film.x.size:
        return voltage, 0.0
    total = made(cell) + film_below(cell)
    full = F * a.film.c_m * a.film.L
    if total < SOME * min(full * a.phase.theta_full, cell.active_capacity):
        raise InputError(
            f"Cell '{cell.name}': film and anode were both made without lithium that could move between them; give the "
            f"anode '{cell.entries.anode.name}' a share prelithiated."
        )
    low, high = LOWEST, HIGHEST
    for _ in range(200):
        U = 0.5 * (low + high)
        if not low < U < high:
            break
        low, high = (U, high) if rest_voltage(cell, U, nuclei) < voltage else (low, U)
    U_a = _below(cell, U, nuclei)
    for side, potential, phase in (("cathode", U, model.matrix), ("anode", U_a, a.phase)):
        if not max(phase.lowest - BEYOND, 0.0) <= potential <= phase.highest + BEYOND:
            held, what = from_si(total, "uAh/cm2"), "empty" if potential > phase.highest else "more than full"
            raise InputError(
                f"Cell '{cell.name}' cannot rest at {voltage:g} V: with the {held:.4g} uAh/cm2 of lithium that its "
                f"films were made with the {side} would stand at {potential:.3g} V, {what}; change thicknesses, "
                "prelithiation, or the voltage."
            )
    return U, U_a


def balance(cell: Cell) -> str:
    """In a sentence, what each side can take and how much lithium there is; "" where the anode's has no end."""
    a, metal = cell.model.negative, metal_as_made(cell)
    entries, films = cell.entries, made(cell)
    if a.film.x.size:
        below = F * a.film.c_m * a.phase.theta_full * a.film.L
        held = film_below(cell)
        room = f"the anode {entries.anode.name} {from_si(below, 'uAh/cm2'):.4g}"
        ratio = f", {below / cell.active_capacity:.2f} times that of the cathode"
    elif math.isfinite(metal):
        below, held, room, ratio = math.inf, metal, f"the anode {entries.anode.name} any", ""
    else:
        return ""
    parts = {"the cathode": cell.active_capacity, "the anode": below, "the lithium": films + held}
    least = min(parts, key=lambda key: parts[key])
    return (
        f"Balance: the cathode takes {from_si(cell.active_capacity, 'uAh/cm2'):.4g} uAh/cm2 of lithium (active), {room}"
        f"{ratio}; as made the cathode held {from_si(films, 'uAh/cm2'):.4g} and the anode "
        f"{from_si(held, 'uAh/cm2'):.4g}: {least} is what limits."
    )
