"""The capacity of a film as its maker knows it, turned into a utilisation by the mass balance.

What is stated is the charge between the cut-offs of the cell at no rate, at 25 degC: from the state that charging to
the upper cut-off leaves to the one that discharging to the lower cut-off leaves, each on its branch of the hysteresis.
Every phase of the film is used alike.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..constants import F
from ..engine.msmr import filling_curve
from ..engine.parameters import U0, H
from ..errors import InputError
from ..film.composition import Composition
from ..library import Layer, ResolvedCell, Value, schema
from ..library.cell_entries import replaced
from ..units import convert, parse_unit

MOST = 1.0 + 1e-9  # utilisation


def per_area(value: Value, cell: ResolvedCell, composition: Composition) -> float:
    """A capacity per volume or mass of film, per area, or of the whole cell, in C per m2 of electrode."""
    thickness = cell.film.thickness.si
    scale = {"C/m3": thickness, "C/kg": composition.density * thickness, "C/m2": 1.0, "C": 1.0 / cell.spec.area.si}
    for unit, factor in scale.items():
        if parse_unit(value.unit).dimension == parse_unit(unit).dimension:
            return value.si * factor
    raise InputError(f"'{value}' is no capacity.")  # the schema takes no other unit


Couples = Callable[[schema.Phase], NDArray[np.float64]]  # rows of `engine.parameters.Phase.couples`


def span(entry: schema.Phase, couples_of: Couples, window: tuple[float, float]) -> float:
    """Li per formula unit of active phase between the cut-offs (V) at no rate."""
    low, high = window
    table = entry.open_circuit
    if table is not None:
        return float(table.inverse(low, 1.0) - table.inverse(high, -1.0))
    couples = couples_of(entry)
    ends = []
    for U, h in ((low, 1.0), (high, -1.0)):
        shifted = couples.copy()
        shifted[:, U0] -= 0.5 * h * shifted[:, H]
        ends.append(filling_curve(np.array([U]), shifted, entry.background.si * entry.lithium, 0.0)[0][0].item())
    return ends[0] - ends[1]


def used(cell: ResolvedCell, composition: Composition, couples_of: Couples) -> ResolvedCell:
    """The cell with the utilisation that its film's stated capacity means.

    Raises HeterofilmError for a capacity that the film's composition cannot hold.
    """
    stated = cell.film.capacity
    assert stated is not None
    charge = per_area(stated, cell, composition)
    window = cell.spec.lower_voltage.si, cell.spec.upper_voltage.si
    possible = 0.0
    for share, phase in ((composition.matrix, cell.matrix), (composition.domain, cell.domain)):
        if share is not None and phase is not None:
            possible += F * share.molar_density * span(phase, couples_of, window) * cell.film.thickness.si
    utilisation = charge / possible if possible.real > 0.0 else np.inf
    if utilisation.real > MOST:
        most = convert(possible / cell.film.thickness.si, "C/m3", "uAh/cm2/um")
        raise InputError(
            f"Film '{cell.film.name}' states a capacity of {stated}, but the dense film can give at most {most:.4g} "
            f"uAh/cm2/um between {window[0]:g} and {window[1]:g} V; correct capacity, thickness, density or cut-offs."
        )
    value = Value(
        value=min(utilisation.real, 1.0), unit="1", kind="computed",
        source=f"capacity of {stated} between {window[0]:g} and {window[1]:g} V over that of the dense film",
    ).on(Layer.COMPUTED)  # fmt: skip
    return replaced(cell, "utilisation", value.along(utilisation.imag))
