"""The figures of losses: where the voltage goes."""

from __future__ import annotations

import numpy as np

from ...figures.colours import GREY
from ...figures.elements import Series
from ...figures.figure import Figure
from ...plots.limits import COLOURS
from ...records.record import Record
from ...simulation.losses import LOSSES
from ...simulation.run import LOSS_NAMES
from ...study.results import Results, group, in_field_units
from .common import CAPACITY, label, main_current, simulated, thin

FINE = 3.0  # mV: a loss that is always smaller has no layer of its own


def has_losses(record: Record) -> bool:
    """Whether a record keeps them: a test without ``detail`` does not."""
    return all(f"loss_{name}_V" in record.frame.columns for name in LOSS_NAMES)


def losses(results: Results) -> list[Figure]:
    """Voltage loss by cause over capacity, a figure per half-cell."""
    found = []
    for cell in results.main.cells.values():
        if group(cell) != "half-cell":
            continue
        current = main_current(results, [cell])
        record = results.main.discharge(cell.name, current) if current is not None else None
        if record is None or not has_losses(record):
            continue
        q, *layers = thin(record, "charge_C_m2", *(f"loss_{name}_V" for name in LOSS_NAMES), points=250)
        series = [
            Series(LOSSES[n], in_field_units(record, q), 1e3 * y, "area", COLOURS.get(LOSSES[n], GREY))
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
                command=simulated(results, cell, record),
            )
        )
    return found
