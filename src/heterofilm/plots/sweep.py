"""A number of the runs of a sweep over each value that was varied."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from ..figures.colours import INK
from ..figures.elements import Band, Series
from ..figures.figure import Figure

__all__ = ["sweep_figures"]

MOST_POINTS = 1000  # in a figure
FEW = 24  # values of which each has its own median; of more, runs are taken together
LOG = 20.0  # ratio of the largest value to the least from which on the axis is logarithmic

LABELS = {
    "capacity_uAh_cm2": "Capacity / µAh cm⁻²",
    "capacity_uAh_cm2_um": "Capacity / µAh cm⁻² µm⁻¹",
    "energy_uWh_cm2": "Energy / µWh cm⁻²",
    "mean_voltage_V": "Mean voltage / V",
    "end_voltage_V": "Voltage at the end / V",
    "duration_h": "Duration / h",
    "utilisation": "Share of the theoretical capacity",
    "run_h": "Duration of the run / h",
    "active_share": "Active share of the film",
    "lithium_missed": "Lithium not accounted for",
}


def sweep_figures(table: pl.DataFrame, units: Mapping[str, str], number: str = "capacity_uAh_cm2_um") -> list[Figure]:
    """A figure for each value: a point per run, their median, and the band of nine tenths of them.

    ``table``: rows of a sweep; ``units``: of its values, by their paths. Errors: `HeterofilmError` where no run has the
    number, or there is no such number.
    """
    if number not in LABELS:
        raise InputError(f"'{number}' is no number of a run; known: {', '.join(LABELS)}.")
    rows = table.filter(pl.col("error").is_null() & pl.col(number).is_not_null())
    if not rows.height:
        raise InputError(f"No run of the sweep has a {number}: there is nothing to draw.")
    return [_figure(rows, path, unit, number, len(units) > 1) for path, unit in units.items()]


def _figure(rows: pl.DataFrame, path: str, unit: str, number: str, others: bool) -> Figure:
    x, y = rows[path].to_numpy(), rows[number].to_numpy()
    log = bool(x.min() > 0.0 and x.max() > LOG * x.min())
    middle, low, median, high = _along(x, y, log)
    chosen = np.unique(np.linspace(0, x.size - 1, min(x.size, MOST_POINTS)).astype(int))
    shown = f"{chosen.size} of {x.size} runs" if chosen.size < x.size else f"{x.size} runs"
    series = [Series(shown, x[chosen], y[chosen], "points", colour="#9aa5b1", size=2.5)]
    bands = (Band(middle, low, middle, high),) if others else ()
    series.append(Series("median" if others else "", middle, median, "line", colour=INK, bands=bands, in_legend=others))
    name = path.rpartition(".")[2]
    return Figure(
        f"sweep-{name}", f"{LABELS[number].partition(' / ')[0]} over {path}",
        f"{path} / {unit}" if unit != "1" else path, LABELS[number], series, log_x=log,
        caption="The band holds nine tenths of the runs; what scatters are the other values." if others else "",
    )  # fmt: skip


def _along(x: NDArray[np.float64], y: NDArray[np.float64], log: bool) -> list[NDArray[np.float64]]:
    """Values in order, and there the 5 %, 50 % and 95 % quantiles of the runs."""
    values = np.unique(x)
    if values.size > FEW:
        scale = np.log(x) if log else x
        edges = np.linspace(scale.min(), scale.max(), min(FEW, max(x.size // 10, 2)) + 1)
        place = np.clip(np.searchsorted(edges, scale, side="right") - 1, 0, edges.size - 2)
        centres = 0.5 * (edges[1:] + edges[:-1])
        values = np.exp(centres) if log else centres
    else:
        place = np.searchsorted(values, x)
    taken = [k for k in range(values.size) if (place == k).any()]
    quantiles = np.array([np.quantile(y[place == k], [0.05, 0.5, 0.95]) for k in taken])
    return [values[taken], *quantiles.T]
