"""Figures of a device: the stack to scale, its masks, strains, bending in operation, loads, Ragone, radar."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from ..device.bending import Bent, SafeRadius
from ..device.comparison import AXES
from ..device.loads import Lamp, Run
from ..device.stack import PlacedLayer, Stack
from ..figures.colours import BLUE, GREEN, GREY, INK, PALETTE, VERMILION, film_colour
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure
from ..records.record import Record
from ..units import si

__all__ = [
    "bending_figure", "budget_figure", "lamp_figure", "masks_figure", "radar_figure", "radius_figure",
    "ragone_figure", "rest_figure", "stack_figure", "strain_figure",
]  # fmt: skip

COLOURS = {
    "substrate": "#c9b27c", "adhesion": "#5F6B73", "collector": "#9aa5b1", "cathode": VERMILION,
    "electrolyte": "#56B4E9", "anode": "#b8bcc2", "anode collector": "#b87333", "encapsulation": "#a7d7b8",
}  # fmt: skip
SHOWN = 1.5  # how much of a thick substrate is drawn, in heights of what stands on it


def _colour(stack: Stack, layer: PlacedLayer) -> str:
    own = film_colour(stack.cell.entries.film.name) if layer.role == "cathode" else None
    return own or COLOURS[layer.role]


def _box(label: str, x: tuple[float, float], y: tuple[float, float], colour: str, opacity: float) -> Series:
    band = Band([x[0], x[1]], [y[0], y[0]], [x[0], x[1]], [y[1], y[1]], opacity)
    outline_x = [x[0], x[1], x[1], x[0], x[0]]
    return Series(label, outline_x, [y[0], y[0], y[1], y[1], y[0]], colour=colour, bands=(band,))


def stack_figure(stack: Stack) -> Figure:
    """Cross-section along the bend: heights to one scale (um), widths to another (mm)."""
    on_top = stack.thickness - stack.layers[0].thickness.si
    cut = max(stack.layers[0].thickness.si - SHOWN * on_top, 0.0)
    series = []
    for layer in reversed(stack.layers):
        opening = layer.opening
        x = (1e3 * opening.left, 1e3 * opening.right)
        y = (1e6 * (max(layer.bottom, cut) - cut), 1e6 * (layer.top - cut))
        label = f"{layer.role}: {layer.title}, {layer.thickness}"
        series.append(_box(label, x, y, _colour(stack, layer), 0.75))
    said = "Heights are to scale among themselves, widths among themselves."
    if cut > 0.0:
        said += (
            f" Of the substrate's {stack.layers[0].thickness} only the upper {1e6 * SHOWN * on_top:.3g} um are drawn."
        )
    area = 1e4 * stack.active_area
    return Figure(
        "device-stack", f"{stack.entry.title}: the stack", "Width / mm", "Height / µm", series, filled=True,
        caption=f"{said} Layers overlap on {area:.3g} cm², the area that works.",
    )  # fmt: skip


def masks_figure(stack: Stack) -> Figure:
    """The openings of the masks from above, and where they overlap."""
    series = []
    for layer in stack.layers:
        o = layer.opening
        box = _box(
            layer.role, (1e3 * o.left, 1e3 * o.right), (1e3 * o.bottom, 1e3 * o.top), _colour(stack, layer), 0.25
        )
        series.append(box)
    o = stack.overlap
    active = _box("active area", (1e3 * o.left, 1e3 * o.right), (1e3 * o.bottom, 1e3 * o.top), INK, 0.15)
    return Figure(
        "device-masks", "The masks from above", "Along the bend / mm", "Across the bend / mm", [*series, active],
        equal=True, filled=True,
        caption=f"Active area {1e4 * stack.active_area:.3g} cm² of a substrate of {1e4 * stack.footprint:.3g} cm².",
    )  # fmt: skip


def strain_figure(stack: Stack, bents: Sequence[Bent]) -> Figure:
    """Elastic strain over the height, one curve a radius, with the strains at which layers crack."""
    series = []
    for bent, colour in zip(bents, (BLUE, VERMILION, GREEN, *PALETTE), strict=False):
        x: list[float] = []
        y: list[float] = []
        for layer, one in zip(stack.layers, bent.layers, strict=True):
            first, last = (one.low, one.high) if bent.outward else (one.high, one.low)
            x += [100.0 * first, 100.0 * last]
            y += [1e6 * layer.bottom, 1e6 * layer.top]
        label = "flat" if math.isinf(bent.radius) else f"radius {_length(bent.radius)}"
        series.append(Series(label, x, y, colour=colour))
    most = max(abs(100.0 * v) for bent in bents for one in bent.layers for v in (one.low, one.high)) or 1.0
    for layer, one in zip(stack.layers, bents[0].layers, strict=True):
        if one.onset * 100.0 < 4.0 * most:
            e = 100.0 * one.onset
            series.append(
                Series(
                    "onset of cracks",
                    [e, e],
                    [1e6 * layer.bottom, 1e6 * layer.top],
                    colour=INK,
                    style="dash",
                    in_legend=not any(s.label == "onset of cracks" for s in series),
                )
            )
    axis = 1e6 * bents[0].neutral_axis
    series.append(Series("neutral axis", [-most, most], [axis, axis], colour=GREY, style="dot"))
    return Figure(
        "device-strain", "Strain through the stack", "Elastic strain / %", "Height / µm", series,
        caption="Tension is positive. Bent to a cylinder as a wide plate; jumps are strains that layers bring along.",
    )  # fmt: skip


def bending_figure(table: pl.DataFrame, title: str = "Capacity of the bent cell") -> Figure:
    """Capacity against the angle or, where the angles are not all below 360 degrees, against the radius."""
    by_angle = table["angle_deg"].max() <= 360  # type: ignore[operator]
    x = table["angle_deg"] if by_angle else 1e3 * table["radius_m"]
    share = 100.0 + table["change_percent"]
    whole = table["state"] == "whole"
    series = [
        Series("capacity", x.to_numpy(), share.to_numpy(), kind="both", colour=VERMILION),
        Series(
            "cracked",
            x.filter(~whole).to_numpy(),
            share.filter(~whole).to_numpy(),
            kind="points",
            colour=INK,
            marker="diamond",
        ),
    ]
    if whole.all():
        series = series[:1]
    low = min(float(share.min()) - 5.0, 90.0) if whole.all() else -5.0  # type: ignore[arg-type]
    return Figure(
        "device-bending", title, "Angle / °" if by_angle else "Radius / mm", "Capacity / % of flat", series,
        y_range=(low, 105.0), log_x=not by_angle,
        x_ticks=(0.0, 45.0, 90.0, 135.0, 180.0) if by_angle else (),
        caption="At the current of the flat cell. Strain moves the potential and stretches the area; beyond the onset "
        "cracks cut off area, tear the collector and leak.",
    )  # fmt: skip


def radius_figure(found: Mapping[str, SafeRadius]) -> Figure:
    """Smallest safe radius by substrate, with its 5 to 95 %."""
    names = list(found)
    place = np.arange(len(names), dtype=float)
    best = [1e3 * found[n].radius for n in names]
    bands = [
        Series(
            "5 to 95 % of the ranges",
            [k, k],
            [1e3 * max(found[n].low, 1e-6), 1e3 * found[n].high],
            colour=GREY,
            in_legend=bool(k == 0.0),
        )
        for k, n in zip(place, names, strict=True)
    ]
    points = Series("values of the library", place, best, kind="points", colour=VERMILION)
    return Figure(
        "device-radius", "Smallest safe radius", "", "Radius / mm", [*bands, points], log_y=True,
        x_ticks=tuple(place), x_names=tuple(names), x_range=(-0.5, len(names) - 0.5),
        caption="Below it the first working layer, or the substrate, cracks. Ranges are those of the library's values.",
    )  # fmt: skip


def lamp_figure(runs: Mapping[str, Run], lamp: Lamp) -> Figure:
    """Current of a diode over time, one curve a series resistor, and where its light is no longer seen."""
    series = []
    longest = 0.0
    for (name, run), colour in zip(runs.items(), (BLUE, VERMILION, GREEN, *PALETTE), strict=False):
        hours = run.table["time_s"].to_numpy() / si("h")
        longest = max(longest, float(hours[-1]))
        series.append(Series(name, hours, 1e6 * run.table["current_A"].to_numpy(), colour=colour))
    seen = 1e6 * lamp.faintest
    series.append(Series("no longer seen", [0.0, longest], [seen, seen], colour=INK, style="dash"))
    return Figure(
        "device-lamp", f"{lamp.diode.title}: current", "Time / h", "Current / µA", series, log_y=True,
        caption=f"The light is in proportion to the current: 1 µA is "
        f"{1e9 * float(lamp.intensity(np.array(1e-9))):.3g} mcd.",
    )  # fmt: skip


def rest_figure(tables: Mapping[str, pl.DataFrame]) -> Figure:
    """What is left of the charge over years of rest."""
    year = 365.25 * si("d")
    series = [
        Series(name, table["time_s"].to_numpy()[1:] / year, 100.0 * table["left"].to_numpy()[1:], colour=colour)
        for (name, table), colour in zip(tables.items(), (BLUE, VERMILION, GREEN), strict=False)
    ]
    return Figure(
        "device-rest", "Self-discharge through the electrolyte", "Time / years", "Charge left / %", series, log_x=True,
        y_range=(0.0, 102.0), caption="Electronic conduction of the electrolyte alone; ageing is not modelled.",
    )  # fmt: skip


def heat_figure(runs: Mapping[str, Record]) -> Figure:
    """Temperature of a warming device over the time of its discharges."""
    series = [
        Series(name, run.frame["time_s"].to_numpy() / si("h"), run.frame["temperature_K"].to_numpy() - 273.15,
               colour=colour)
        for (name, run), colour in zip(runs.items(), (BLUE, VERMILION, GREEN), strict=False)
    ]  # fmt: skip
    return Figure(
        "device-heat", "Warming on discharge", "Time / h", "Temperature / °C", series,
        caption="One temperature for the whole device; heat of losses and entropy.",
    )  # fmt: skip


def ragone_figure(tables: Mapping[str, pl.DataFrame], by: str = "area") -> Figure:
    """Energy against power, per active area or per mass of the device with its substrate."""
    x, y, unit = ("power_uW_cm2", "energy_uWh_cm2", "cm⁻²") if by == "area" else ("power_W_kg", "energy_Wh_kg", "kg⁻¹")
    series = [
        Series(name, table[x].to_numpy(), table[y].to_numpy(), kind="both", colour=film_colour(name) or colour)
        for (name, table), colour in zip(tables.items(), PALETTE, strict=False)
    ]
    p, e = ("µW", "µWh") if by == "area" else ("W", "Wh")
    per = "active area" if by == "area" else "mass of the device, with its substrate"
    return Figure(
        f"device-ragone-{by}", f"Energy and power per {per.split(',')[0]}", f"Mean power / {p} {unit}",
        f"Energy / {e} {unit}", series, log_x=True, log_y=True, caption=f"First discharges, per {per}.",
    )  # fmt: skip


def radar_figure(scores: Mapping[str, Mapping[str, float]]) -> Figure:
    """Scores on a radar, the best cell at the rim on each axis; where nothing is known the curve is open."""
    turns = np.pi / 2 - 2 * np.pi * np.arange(len(AXES)) / len(AXES)
    around = np.linspace(0.0, 2 * np.pi, 200)
    series = [
        Series("rim", r * np.cos(around), r * np.sin(around), colour="#d5dade", in_legend=False) for r in (0.5, 1.0)
    ]
    series += [Series("spoke", [0.0, np.cos(a)], [0.0, np.sin(a)], colour="#d5dade", in_legend=False) for a in turns]
    for (name, own), colour in zip(scores.items(), PALETTE, strict=False):
        r = np.array([own[axis] for axis in (*AXES, AXES[0])])
        a = np.append(turns, turns[0])
        series.append(Series(name, r * np.cos(a), r * np.sin(a), kind="both", colour=film_colour(name) or colour))
    words = {"anneal": "low anneal", "rate": "rate", "life": "life"}
    notes = tuple(
        Note(float(1.25 * np.cos(a)), float(1.2 * np.sin(a)) - 0.08, words.get(axis, axis))
        for axis, a in zip(AXES, turns, strict=True)
    )
    return Figure(
        "device-radar", "Cells on equal terms", "", "", series, notes=notes, equal=True, x_range=(-1.7, 1.7),
        y_range=(-1.4, 1.4), filled=True,
        caption="Each axis over the best of the cells (rim: 1; inner ring: 0.5). Where an axis is not modelled, the "
        "curve is open.",
    )  # fmt: skip


def budget_figure(table: pl.DataFrame) -> Figure:
    """Temperatures of the steps beside what the weakest layer below them stands."""
    place = np.arange(table.height, dtype=float)
    return Figure(
        "device-budget", "Thermal budget", "", "Temperature / K",
        [
            Series("step", place, table["temperature_K"].to_numpy(), kind="both", colour=VERMILION),
            Series(
                "weakest layer that is there", place, table["limit_K"].to_numpy(), kind="both", colour=BLUE,
                style="dash",
            ),
        ],
        x_ticks=tuple(place), x_names=tuple(table["step"]), x_range=(-0.5, table.height - 0.5),
        caption="A step above the dashed line destroys the layer that it names in the table.",
    )  # fmt: skip


def _length(metres: float) -> str:
    return f"{1e3 * metres:.3g} mm" if metres >= 1e-3 else f"{1e6 * metres:.3g} µm"
