"""Figures over the cycle number: capacity with efficiency, mean voltages, rate capability.

They take the tables of `heterofilm.analysis.electrochemistry.cycles`, one or several by name, simulated or measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..analysis.electrochemistry.cycles import EFFICIENCY
from ..analysis.electrochemistry.replicates import Replicates
from ..figures.colours import GREY, INK, PALETTE, film_colour
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure
from ..units import si

__all__ = ["capacity_figure", "mean_voltage_figure", "rate_figure", "replicate_figure"]

PER_VOLUME, PER_AREA = "Capacity / µAh cm⁻² µm⁻¹", "Capacity / µAh cm⁻²"
FEW = 60  # cycles that are drawn as points
CHARGE = "#CC79A7"
GREEN = "#009E73"

Tables = Mapping[str, pl.DataFrame]


def capacity_figure(tables: Tables, title: str = "Capacity over cycles") -> Figure:
    """Discharge capacity over cycle number; of one table also the charge and the coulombic efficiency (right)."""
    volume = _per_volume(tables)
    label = PER_VOLUME if volume else PER_AREA
    if len(tables) > 1:
        series = [
            _over(table, _capacity(table, "discharge", volume), name, _colour(name, k, len(tables)))
            for k, (name, table) in enumerate(tables.items())
        ]
        return Figure(
            "capacity-cycles", title, "Cycle", label, series, y_range=_from_zero(series), x_ticks=_cycles(series)
        )
    ((name, table),) = tables.items()
    looks: Any = {"charge": {"colour": CHARGE, "marker": "circle-open"}, "discharge": {"colour": _colour(name, 0, 1)}}
    series = [
        _over(table, _capacity(table, side, volume), side, **look)
        for side, look in looks.items()
        if table[f"{side}_C_m2"].null_count() < table.height
    ]
    efficiency = 100.0 * table["coulombic_efficiency"].cast(pl.Float64).to_numpy()
    known = efficiency[np.isfinite(efficiency)]
    if not known.size:
        return Figure(
            "capacity-cycles", title, "Cycle", label, series, y_range=_from_zero(series), x_ticks=_cycles(series)
        )
    low, high = _efficiency_range(known)
    size, x = (4.0 if table.height <= FEW else 1.8), table["cycle"].to_numpy()
    series.append(Series("discharge / charge before", x, efficiency, "points", GREEN, right=True, size=size))
    caption = f"Coulombic efficiency: {EFFICIENCY}."
    outside = int(np.sum((known < low) | (known > high)))
    if outside:
        caption += f" {outside} of {known.size} efficiencies lie outside the axis."
    return Figure(
        "capacity-cycles", title, "Cycle", label, series, caption, y_range=_from_zero(series),
        x_ticks=_cycles(series), right_label="Coulombic efficiency / %", right_range=(low, high),
        right_ticks=_round_ticks(low, high),
    )  # fmt: skip


def replicate_figure(found: Replicates, tables: Tables, title: str = "Cells made alike") -> Figure:
    """Mean discharge capacity over the cycles with a band of one standard deviation, every cell behind it."""
    volume = _per_volume(tables)
    column, scale = ("discharge_uAh_cm2_um", 1.0) if volume else ("discharge_C_m2", 1.0 / si("uAh/cm2"))
    own = found.table.filter(pl.col("quantity") == column)
    cycle, mean = own["cycle"].to_numpy(), scale * own["mean"].to_numpy()
    sd = scale * np.nan_to_num(own["sd"].cast(pl.Float64).to_numpy())
    series = [
        _over(table, _capacity(table, "discharge", volume), "single cells", GREY, style="dot", in_legend=k == 0)
        for k, table in enumerate(tables.values())
    ]
    kind: Any = "both" if own.height <= FEW else "line"
    bands = (Band(cycle, mean - sd, cycle, mean + sd),)
    series.append(Series(f"mean of {len(found.cells)} cells", cycle, mean, kind, INK, bands=bands, size=4.5))
    return Figure(
        "replicates", title, "Cycle", PER_VOLUME if volume else PER_AREA, series,
        f"Band: one standard deviation of the cells (sample, n - 1). {found.note}", y_range=_from_zero(series),
        x_ticks=_cycles(series),
    )  # fmt: skip


def _efficiency_range(known: NDArray[Any]) -> tuple[float, float]:
    """Around the usual values, which come to lie in the upper half; far ones stay outside."""
    usual = known[(known > 90.0) & (known < 110.0)]
    if not usual.size:
        return 0.0, 1.05 * float(known.max())
    low, high = min(98.0, float(np.percentile(usual, 5))), max(100.5, float(np.percentile(usual, 98)) + 0.5)
    return low - (high - low), high


def _cycles(series: list[Series]) -> tuple[float, ...]:
    """Whole numbers, up to about eight, over the cycles of all curves: there is no cycle 1.25."""
    first, last = min(float(np.min(s.x)) for s in series), max(float(np.max(s.x)) for s in series)
    power = 10.0 ** np.arange(9)
    step = next(float(s * ten) for ten in power for s in (1.0, 2.0, 5.0) if last - first <= 8.0 * s * ten)
    ticks = step * np.arange(np.ceil(first / step), np.floor(last / step) + 1.0)
    return tuple(float(v) for v in ticks)


def _round_ticks(low: float, high: float) -> tuple[float, ...]:
    """Three to seven round numbers from `low` to `high` (%)."""
    step = next(s for s in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, np.inf) if high - low <= 7.0 * s)
    if not np.isfinite(step):
        return ()
    return tuple(float(v) for v in step * np.arange(np.ceil(low / step), np.floor(high / step) + 1.0))


def mean_voltage_figure(table: pl.DataFrame, title: str = "Mean voltages") -> Figure:
    """Energy over charge of both directions; the distance between them is the polarisation."""
    series = [
        _over(table, table[f"{side}_V"].to_numpy(), side, tint, marker=marker)
        for side, tint, marker in (("charge", CHARGE, "circle-open"), ("discharge", INK, "circle"))
        if table[f"{side}_V"].null_count() < table.height
    ]
    return Figure(
        "mean-voltages", title, "Cycle", "Mean voltage / V", series,
        caption="Mean voltage: energy over charge of all steps of one direction.", x_ticks=_cycles(series),
    )  # fmt: skip


def rate_figure(summaries: Tables, title: str = "Rate capability") -> Figure:
    """Mean discharge capacity over current; bars of two standard deviations; a current that came back is open."""
    volume = all("mean_uAh_cm2_um" in table.columns for table in summaries.values())
    column = "_uAh_cm2_um" if volume else "_C_m2"
    series: list[Series] = []
    notes: list[Note] = []
    for k, (name, table) in enumerate(summaries.items()):
        tint = _colour(name, k, len(summaries))
        scale = 1.0 if volume else 1.0 / si("uAh/cm2")
        i = 100.0 * table["current_A_m2"].to_numpy()
        mean, sd = (scale * table[f"{what}{column}"].to_numpy().astype(float) for what in ("mean", "sd"))
        again = np.array([np.any(np.abs(np.log(i[:j] / i[j])) < 0.05) for j in range(i.size)])
        order = np.argsort(i[~again])
        series.append(Series(name, i[~again][order], mean[~again][order], "both", tint, y_error=sd[~again][order]))
        if again.any():
            series.append(
                Series(f"{name}, again", i[again], mean[again], "points", tint, marker="circle-open", y_error=sd[again])
            )
        if len(summaries) == 1:
            share = table["share"].to_numpy()
            notes += [
                Note(x, y, f"{100 * s:.0f} %") for x, y, s in zip(i[~again], mean[~again], share[~again], strict=True)
            ]
    currents = sorted({float(f"{x:.3g}") for s in series for x in s.x})
    return Figure(
        "rate-capability", title, "Current / µA cm⁻²", PER_VOLUME if volume else PER_AREA, series,
        "Mean of the cycles at a current, ± one standard deviation; open: the current came back later.",
        y_range=_from_zero(series), log_x=len(currents) > 1, x_ticks=tuple(currents) if len(currents) <= 8 else (),
        notes=tuple(notes),
    )  # fmt: skip


def _over(table: pl.DataFrame, y: NDArray[Any], name: str, colour: str, **look: Any) -> Series:
    kind: Any = "both" if table.height <= FEW else "line"
    return Series(name, table["cycle"].to_numpy(), np.asarray(y, float), kind, colour, size=4.5, **look)


def _per_volume(tables: Tables) -> bool:
    return all("discharge_uAh_cm2_um" in table.columns for table in tables.values())


def _capacity(table: pl.DataFrame, side: str, volume: bool) -> NDArray[Any]:
    return table[f"{side}_uAh_cm2_um"].to_numpy() if volume else table[f"{side}_C_m2"].to_numpy() / si("uAh/cm2")


def _from_zero(series: list[Series]) -> tuple[float, float]:
    highest = []
    for s in series:
        error = 0.0 if s.y_error is None else np.nan_to_num(np.asarray(s.y_error, float))
        if not s.right:
            highest.append(float(np.nanmax(np.asarray(s.y, float) + error)))
    top = max(highest)
    return 0.0, 1.12 * top


def _colour(name: str, k: int, count: int) -> str:
    return film_colour(name) or (INK if count == 1 else PALETTE[k % len(PALETTE)])
