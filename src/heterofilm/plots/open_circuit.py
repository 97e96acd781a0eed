"""Figures of an open-circuit potential: table over the data it was made from, and couples over a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..analysis.electrochemistry.ocv_fit import FittedPotential
from ..analysis.electrochemistry.open_circuit import MeasuredPotential
from ..figures.colours import INK
from ..figures.elements import Series
from ..figures.figure import Figure

__all__ = ["fit_figures", "table_figure"]

Array = NDArray[np.float64]
COLOURS = {"discharge": "#0072B2", "charge": "#D55E00"}
DRAWN = 400  # points of the data that are drawn


def table_figure(found: MeasuredPotential, title: str, x: tuple[float, float] | None = None) -> Figure:
    """The table as lines over the data as points."""
    heading, amount, _ = found.column(x)
    per_charge = (amount[-1] - amount[0]) / found.capacity
    series = []
    for name, (q, U) in found.data.items():
        every = max(1, q.size // DRAWN)
        points = Series(f"{name}, {found.method}", amount[0] + per_charge * q[::every], U[::every], "points",
                        COLOURS[name], marker="circle-open", size=4.0)  # fmt: skip
        series.append(points)
    if found.has_branches:
        series.append(Series("table, discharge", amount, found.discharge_V, colour=COLOURS["discharge"]))
        series.append(Series("table, charge", amount, found.charge_V, colour=COLOURS["charge"]))
    else:
        series.append(Series("table", amount, found.discharge_V, colour=INK))
    axis = {"x": "x, Li per formula unit", "filling": "Filling"}.get(heading, "Capacity / µAh cm⁻² µm⁻¹")
    caption = f"{found.method.capitalize()}: " + "; ".join(found.notes) + "."
    return Figure("open-circuit", title, axis, "Potential / V vs Li⁺/Li", series, caption)


def fit_figures(fit: FittedPotential, discharge: Array, charge: Array | None, title: str) -> list[Figure]:
    """Potential of table and couples, and what they miss of each other."""
    given = [("discharge" if charge is not None else "table", discharge, fit.miss_discharge_V)]
    if charge is not None:
        given.append(("charge", charge, fit.miss_charge_V))
    potentials, misses = [], []
    for name, U, miss in given:
        colour = COLOURS.get(name, INK)
        every = max(1, U.size // 80)
        label = name if name == "table" else f"table, {name}"
        potentials.append(
            Series(label, fit.theta[::every], U[::every], "points", colour, marker="circle-open", size=4.0)
        )
        potentials.append(Series(f"{len(fit.couples)} couples" if name != "charge" else "couples, charge",
                                 fit.theta, U + miss, colour=colour))  # fmt: skip
        misses.append(Series(label, fit.theta, 1e3 * miss, colour=colour))
    axis = "Li per formula unit from the charged end"
    caption = f"{1e3 * fit.rms_V:.2g} mV root mean square, {1e3 * fit.worst_V:.2g} mV at most."
    return [
        Figure("couples", title, axis, "Potential / V vs Li⁺/Li", potentials, caption),
        Figure("misfit", "Couples less table", axis, "Misfit / mV", misses),
    ]
