"""Records over each other, measured and simulated alike: solid what was measured, dashed what was computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from ..figures.colours import BLUE, GREEN, GREY, PALETTE, VERMILION, film_colour, shade
from ..figures.elements import Series
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si
from .voltage import volts

__all__ = ["AXES", "COLOURS", "comparison_figure"]

AXES: dict[str, str] = {
    "capacity": "Capacity",  # of each step, with its unit behind it
    "time": "Time / h",
    "filling": "Share of the step's charge",
}
"""What the curves may be drawn over."""
COLOURS = ("name", "order")
DISTINCT = (BLUE, VERMILION, GREEN, *(colour for colour in PALETTE if colour not in (BLUE, VERMILION, GREEN)))
MOST = 8  # curves that are told apart by hue; more run along a scale

X = Literal["capacity", "time", "filling"]


def comparison_figure(
    records: Mapping[str, Record], x: X = "capacity", colour: Literal["name", "order"] = "name", offset_V: float = 0.0
) -> Figure:
    """Voltage of every record, each a colour.

    `x`: over the charge of each step (µAh cm⁻² µm⁻¹ where every record knows its thickness, else µAh cm⁻²), over time,
    or over the share of the charge of its step. `colour`: films of the library keep their own and others are told
    apart ("name"), or all run along a scale in their order, as more than eight do. `offset_V`: from one curve to the
    next, for a waterfall; the axis says so.

    Errors: `InputError` for no record, and an axis or colour that there is not.
    """
    if not records:
        raise InputError("There is nothing to compare: name at least one curve.")
    if x not in AXES or colour not in COLOURS:
        raise InputError(f"Curves are drawn over {', '.join(AXES)} and coloured by {', '.join(COLOURS)}.")
    volume = x == "capacity" and all(_thickness(record) for record in records.values())
    shades = _shades(records, colour)
    series: list[Series] = []
    for k, (name, record) in enumerate(records.items()):
        style: Any = "dash" if record.meta.get("kind") == "simulated" else "solid"
        across, V = _curve(record, x, volume)
        if not np.isfinite(V).any():
            continue
        series.append(Series(name, across, V + k * offset_V, colour=shades[k], style=style))
    if not series:
        raise InputError("None of these curves moves any charge; draw them over the time.")
    unit = "" if x != "capacity" else " / µAh cm⁻² µm⁻¹" if volume else " / µAh cm⁻²"
    apart = f", {offset_V:g} V apart" if offset_V else ""
    mixed = {str(record.meta.get("kind")) for record in records.values()} > {"simulated"}
    caption = "Solid: measured; dashed: simulated." if mixed else ""
    return Figure(
        "comparison", "Voltage", f"{AXES[x]}{unit}", f"Voltage{apart} / {volts(*records.values())}", series, caption,
        filled=len(series) > 5,
    )  # fmt: skip


def _thickness(record: Record) -> float:
    known = record.meta.get("thickness_m")
    return float(known) if isinstance(known, int | float) and known > 0 else 0.0


def _curve(record: Record, x: str, volume: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One line with a gap (NaN) between its steps."""
    if x == "time":
        frame = record.frame
        return frame["time_s"].to_numpy() / si("h"), frame["voltage_V"].to_numpy().astype(float)
    scale = si("uAh/cm2/um") * _thickness(record) if volume else si("uAh/cm2")
    across: list[NDArray[np.float64]] = []
    volts: list[NDArray[np.float64]] = []
    moving = record.steps.filter(pl.col("kind").is_in(["rest", "temperature", "impedance"]).not_())["step"].to_list()
    parts = record.frame.filter(pl.col("step").is_in(moving)).partition_by("step", maintain_order=True)
    for part in parts:
        charge = np.abs(part["charge_C_m2"].to_numpy())
        whole = float(charge.max(initial=0.0))
        if not whole > 0.0:
            continue
        across += [charge / (scale if x == "capacity" else whole), np.array([np.nan])]
        volts += [part["voltage_V"].to_numpy(), np.array([np.nan])]
    empty = np.array([np.nan])
    return np.concatenate(across or [empty])[:-1], np.concatenate(volts or [empty])[:-1]


def _shades(records: Mapping[str, Record], colour: str) -> list[str]:
    """A colour for each; no two alike."""
    if colour == "order" or len(records) > MOST:
        return [shade(k / max(1, len(records) - 1)) for k in range(len(records))]
    given: list[str] = []
    for record in records.values():
        own = film_colour(str(record.meta.get("film", "")))
        free = [shade for shade in DISTINCT if shade not in given]
        given.append(own if own is not None and own not in given else free[0] if free else GREY)
    return given
