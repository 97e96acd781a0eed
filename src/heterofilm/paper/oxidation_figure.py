"""Oxidation states over a discharge beside the paper's ex-situ XPS."""

from __future__ import annotations

import numpy as np

from ..figures.colours import INK
from ..figures.elements import Note, Series
from ..figures.figure import Figure
from ..simulation.oxidation import oxidation_states
from ..study.results import Results
from .answers import XPS_CELL, XPS_CURRENT
from .claims import claim

__all__ = ["oxidation"]

STATES = {
    "V5+": "#0072B2",
    "V4+": "#56B4E9",
    "V3+": "#6B4C9A",
    "Cu2+": "#8C6D31",
    "Cu+": "#E69F00",
    "Cu0": "#D55E00",
}
STATE_NAMES = {"V5+": "V⁵⁺", "V4+": "V⁴⁺", "V3+": "V³⁺", "Cu2+": "Cu²⁺", "Cu+": "Cu⁺", "Cu0": "Cu⁰"}


def oxidation(results: Results) -> Figure | None:
    """Oxidation states at the surface of the VOC1 film against potential, with what XPS found."""
    cell = results.main.cells.get(XPS_CELL)
    record = results.main.discharge(XPS_CELL, XPS_CURRENT)
    if cell is None or record is None:
        return None
    step = record.step(1)
    V = step.frame["voltage_V"].to_numpy()
    states = oxidation_states(step, cell)
    keep = np.unique(np.linspace(0, V.size - 1, 400).astype(int))
    series = [
        Series(
            STATE_NAMES.get(s, s),
            V[keep],
            states[s].to_numpy()[keep],
            colour=STATES.get(s, INK),
            style="solid" if s.startswith("V") else "dash",
        )
        for s in states.columns
    ]
    half, third, last = (claim(row).potential for row in ("xps-2v9-v", "xps-2v3", "xps-2v15"))
    xps = (
        ("V4+", [half, last], [claim("xps-2v9-v").number, 1.0]),
        ("Cu+", [half], [1.0]),
        ("Cu0", [third, last], [1.0, 1.0]),
    )
    for state, x, y in xps:
        words = f"XPS {STATE_NAMES[state]}"
        series.append(Series(words, x, y, "points", STATES[state], marker="diamond"))
    part = claim("xps-2v5").potential
    notes = (Note(part, 1.03, "part Cu⁰"), Note(half, 1.03, "all Cu⁺"), Note(third - 0.03, 1.03, "all Cu⁰"))
    return Figure(
        "oxidation-voc1",
        f"Oxidation states at the surface of {cell.entries.film.name}",
        "Potential / V vs Li⁺/Li",
        "Share of the element",
        series,
        f"Discharge at {XPS_CURRENT:g} µA cm⁻². Lines: model, next to the electrolyte; "
        "diamonds and words: ex-situ XPS of the paper.",
        x_range=(cell.window[1] + 0.02, cell.window[0] - 0.04),
        y_range=(-0.03, 1.14),
        notes=notes,
    )
