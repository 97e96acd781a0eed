"""The figures of causes: what limits the capacity, where the voltage goes."""

from __future__ import annotations

import numpy as np

from ...errors import HeterofilmError
from ...figures.colours import GREY
from ...figures.elements import Series
from ...figures.figure import Figure
from ...simulation.run import LOSS_NAMES
from ...simulation.unused_capacity import Share, unused_capacity
from ...study.results import CURRENT, Results, group, in_field_units
from .common import CAPACITY, label, main_current, thin

FINE = 3.0  # mV: a loss that is always smaller has no layer of its own

CAUSES = {
    "delivered": "#0072B2",
    "electrolyte and series resistance": "#E69F00",
    "anode charge transfer": "#CC79A7",
    "cathode charge transfer": "#D55E00",
    "electrons in the film": "#6B4C9A",
    "diffusion in the matrix": "#56B4E9",
    "exchange between the phases": "#8C6D31",
    "diffusion in the domains": "#009E73",
    "nucleation of copper": "#B2182B",
    "hysteresis": "#F0E442",
    "cut-off voltage": "#5F6B73",
    "utilisation": "#CFD8DC",
}
LOSSES = {
    "hysteresis": "hysteresis",
    "nucleation": "nucleation of copper",
    "exchange": "exchange between the phases",
    "domain_diffusion": "diffusion in the domains",
    "matrix_diffusion": "diffusion in the matrix",
    "charge_transfer": "cathode charge transfer",
    "electrolyte": "electrolyte",
    "anode": "anode charge transfer",
    "film_ohmic": "electrons in the film",
    "series": "series resistance",
}
LOSS_COLOURS = {**CAUSES, "electrolyte": "#E69F00", "series resistance": "#7b8794"}


def limits(results: Results) -> Figure | None:
    """The theoretical capacity of each film, delivered and unused by cause."""
    cells = list(results.main.cells.values())
    current = main_current(results, cells)
    found: dict[str, list[Share]] = {}
    for cell in cells:
        try:
            if current is not None:
                found[cell.name] = unused_capacity(cell, current / CURRENT)
        except HeterofilmError:
            continue  # a limiting case that cannot be integrated leaves out this bar only
    if not found:
        return None
    shares = {
        name: {s.cause: s.in_order / results.main.cells[name].thickness / 3.6e7 for s in parts}
        for name, parts in found.items()
    }
    bars = [f"{label(results, cell)}\n{group(cell)}" for name, cell in results.main.cells.items() if name in found]
    causes = [c for c in CAUSES if any(abs(part.get(c, 0.0)) > 0.05 for part in shares.values())]
    series = [
        Series(cause, bars, [part.get(cause, 0.0) for part in shares.values()], "bar", CAUSES[cause])
        for cause in causes
    ]
    return Figure(
        "unused-capacity",
        f"What limits the capacity at {current:g} µA cm⁻²",
        "",
        CAPACITY,
        series,
        "Each bar is the theoretical capacity of the film: what was delivered, and the gain when each cause "
        "is taken away, one after the other from the outside of the cell inwards. The order "
        "matters where causes act together. "
        "A part below zero: taking that cause away at its place lowers the capacity.",
    )


def losses(results: Results) -> list[Figure]:
    """Voltage loss by cause over capacity, a figure per half-cell."""
    found = []
    for cell in results.main.cells.values():
        if group(cell) != "half-cell":
            continue
        current = main_current(results, [cell])
        record = results.main.discharge(cell.name, current) if current is not None else None
        if record is None:
            continue
        q, *layers = thin(record, "charge_C_m2", *(f"loss_{name}_V" for name in LOSS_NAMES), points=250)
        series = [
            Series(LOSSES[n], in_field_units(record, q), 1e3 * y, "area", LOSS_COLOURS.get(LOSSES[n], GREY))
            for n, y in zip(LOSS_NAMES, layers, strict=True)
            if np.max(np.abs(1e3 * y)) > FINE
        ]
        rest = [1e3 * y for y in layers if np.max(np.abs(1e3 * y)) <= FINE]
        if rest and np.max(np.abs(np.sum(rest, axis=0))) > 0.1:
            name = f"others, each below {FINE:g} mV"
            series.append(Series(name, in_field_units(record, q), np.sum(rest, axis=0), "area", GREY))
        found.append(
            Figure(
                f"losses-{cell.name}",
                f"Voltage loss by cause, {label(results, cell)} half-cell",
                CAPACITY,
                "Voltage loss / mV",
                series,
                f"From the equilibrium potential of the mean composition down to the voltage, at {current:g} µA cm⁻².",
            )
        )
    return found
