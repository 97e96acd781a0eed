"""Oxidation states from the filling of the couples, as an ex-situ XPS series would see them.

Every Li that a couple takes reduces atoms of its element by its own step. XPS sees the outer few
nanometres: the surface of the film, where copper may be rarer than in the bulk (``surface_domain_share``).
Shares are of the atoms that take part; what utilisation leaves out stays as made.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..errors import InputError
from ..library import schema
from ..library.elements import Step
from ..records.record import Record


def oxidation_states(record: Record, cell: Cell, where: Literal["surface", "mean"] = "surface") -> pl.DataFrame:
    """Shares of every oxidation state at each recorded point: columns ``V5+``, ``V4+``, ``Cu2+`` ...

    ``where``: next to the electrolyte (what XPS sees) or over the film. The shares of one element add
    up to one. Couples that name no element are not followed. Needs a record made with ``detail``.
    """
    prefix = "surface_" if where == "surface" else ""
    found: dict[tuple[str, int], NDArray[Any]] = {}
    atoms: dict[str, float] = {}
    composition = cell.composition
    shares = [composition.matrix] + ([composition.domain] if composition.domain else [])
    seen = cell.entries.film.surface_domain_share
    for k, (phase, share) in enumerate(zip(cell.phases, shares, strict=True)):
        weight = share.molar_density
        if where == "surface" and k == 1 and seen is not None:
            weight *= seen.si
        steps = _steps(phase)
        for column, _, (element, oxidised, reduced) in steps:
            moved = record.frame[prefix + column].to_numpy() / (oxidised - reduced) * weight
            for state, sign in ((oxidised, -1.0), (reduced, 1.0)):
                found[element, state] = found.get((element, state), 0.0) + sign * moved
        for element in {own for _, _, (own, _, _) in steps}:
            # atoms that can react at all: the charge of the couples of the element, in atoms
            own = [(lithium, oxidised, reduced) for _, lithium, (name, oxidised, reduced) in steps if name == element]
            top = max(oxidised for _, oxidised, _ in own)
            first = sum(lithium / (oxidised - reduced) for lithium, oxidised, reduced in own if oxidised == top)
            atoms[element] = atoms.get(element, 0.0) + first * weight
            found[element, top] = found[element, top] + first * weight
    if not found:
        raise InputError(
            f"No couple or table of cell '{cell.name}' names an element, so there are no oxidation states to follow; "
            "give its couples, or its table, element, oxidised and reduced."
        )
    # couples overlap a little, so a state in between may fall a hair below zero
    found = {key: np.maximum(values, 0.0) for key, values in found.items()}
    total = {element: sum(v for (e, _), v in found.items() if e == element) for element in atoms}
    ordered = sorted(found.items(), key=lambda item: (item[0][0], -item[0][1]))
    return pl.DataFrame({_label(e, state): values / total[e] for (e, state), values in ordered})


def _steps(phase: schema.Phase) -> list[tuple[str, float, Step]]:
    """Column of the filling, Li per formula unit, and what it reduces, of all that names an element."""
    if phase.ocv is not None:
        return [] if phase.ocv.step is None else [(f"filling_{phase.name}", phase.lithium, phase.ocv.step)]
    return [
        (f"{couple.column}_{phase.name}", couple.lithium.si, couple.step)
        for couple in phase.couples
        if couple.step is not None
    ]


def _label(element: str, state: int) -> str:
    if state == 0:
        return f"{element}0"
    return f"{element}{abs(state) if abs(state) != 1 else ''}{'+' if state > 0 else '-'}"
