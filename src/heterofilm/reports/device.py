"""Chapters of a device: its stack and energy, how it is made, how it bends, what it drives, what it stands beside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from ..device.bending import SafeRadius, bend, strain_table
from ..device.budget import LIPON, budget_table
from ..device.comparison import Counted, comparison_table, published_table, scores
from ..device.energy import energy_table, ragone_table
from ..device.loads import Lamp, Run, discharge
from ..device.rest import leak_of, self_discharge, years_to
from ..device.source import Source
from ..device.stack import STILL_AIR, Stack
from ..errors import HeterofilmError
from ..plots import device as figures
from ..records.record import Record
from ..simulation.published import beside_published
from ..units import from_si
from .page import Chapter, Table

__all__ = [
    "bending_chapter", "comparison_chapter", "heat_chapter",
    "lamp_chapter", "lamp_sentences", "making_chapter", "radius_sentence",
    "rest_chapter", "stack_chapter", "stack_sentences", "table_of",
]  # fmt: skip


def table_of(title: str, table: pl.DataFrame, digits: int = 4) -> Table:
    """A frame as a table of a page: numbers with a few digits, nothing for null and NaN."""

    def text(value: object) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        return f"{value:.{digits}g}" if isinstance(value, float) else str(value)

    heads = [name.replace("_", " ") for name in table.columns]
    return Table(title, heads, [[text(value) for value in row] for row in table.rows()])


def stack_sentences(stack: Stack, record: Record) -> list[str]:
    """What the stack is and gives, with its area stated."""
    row = energy_table(stack, record)
    by = {name: energy for name, energy in zip(row["basis"], row["energy"], strict=True)}
    current = from_si(record.frame["current_A_m2"].median(), "uA/cm2")  # type: ignore[arg-type]
    said = [
        f"{stack.entry.title}: {1e6 * stack.thickness:.3g} um thick, {1e6 * stack.mass():.3g} mg, of which "
        f"{1e6 * stack.mass(False):.3g} mg stand on the substrate; layers overlap on "
        f"{from_si(stack.active_area, 'cm2'):.3g} cm2 of {from_si(stack.footprint, 'cm2'):.3g} cm2.",
        f"Its first discharge at {current:.3g} uA/cm2 gives {by['device']:.3g} uWh: {by['active area']:.3g} uWh/cm2, "
        f"{by['volume without substrate']:.3g} mWh/cm3 and {by['mass without substrate']:.3g} mWh/g without substrate, "
        f"{by['volume with substrate']:.3g} mWh/cm3 and {by['mass with substrate']:.3g} mWh/g with it.",
    ]
    if stack.entry.layers[3].width.kind == "assumed":
        said.append("The openings of the masks are assumed, and energies of the whole device go with them.")
    return said


def stack_chapter(stack: Stack, records: Sequence[Record], told: Record) -> Chapter:
    """The stack drawn from its data, its masses, the energies of the discharge `told`, and its Ragone curve."""
    layers = pl.DataFrame(
        [
            {
                "layer": x.role, "material": x.title, "thickness": str(x.thickness),
                "width_mm": 1e3 * x.entry.width.si, "length_mm": 1e3 * x.entry.length.si,
                "density_g_cm3": 1e-3 * x.density, "mass_mg": 1e6 * x.mass, "thickness_is": x.thickness.kind,
                "source": x.thickness.source,
            }
            for x in reversed(stack.layers)
        ]
    )  # fmt: skip
    film = stack.cell.entries.film.name
    table = ragone_table(stack, records)
    return Chapter(
        "The stack",
        "",
        stack_sentences(stack, told),
        [
            figures.stack_figure(stack), figures.masks_figure(stack), figures.ragone_figure({film: table}),
            figures.ragone_figure({film: table}, "mass"),
        ],
        [table_of("Layers from the top", layers), table_of("Energy and mean power", energy_table(stack, told))],
    )  # fmt: skip


def making_chapter(stack: Stack) -> Chapter:
    """How the device is made, and the thermal budget of every step."""
    table = budget_table(stack)
    steps = pl.DataFrame(
        [
            {
                "step": s.name, "method": s.method, "gas": s.gas, "temperature": str(s.temperature),
                "time": str(s.time), "rate": "" if s.rate is None else str(s.rate),
                "N per P": "" if s.nitrogen is None else str(s.nitrogen), "source": s.temperature.source,
            }
            for s in stack.entry.steps
        ]
    )  # fmt: skip
    lipon = pl.DataFrame(
        [{"conductivity_S_cm": 1e-2 * m.conductivity, "nitrogen": m.nitrogen, "source": m.source} for m in LIPON]
    )
    said = [f"{row['step']}: {row['note']}." for row in table.iter_rows(named=True) if row["note"]]
    if table.height:
        hottest = table.row(table["temperature_K"].arg_max(), named=True)
        said.append(
            f"The hottest step, {hottest['step']} at {hottest['temperature_K']:.0f} K, leaves "
            f"{hottest['margin_K']:.0f} K to what {hottest['weakest']} stands, and uses "
            f"{100 * hottest['chip_budget']:.2g} % of a chip's budget."
        )
    return Chapter(
        "How it is made",
        "Every step against what is there already; a chip by its vias (Takeuchi et al. 2005).",
        said,
        [figures.budget_figure(table)] if table.height else [],
        [
            table_of("Recipe of the whole cell", steps),
            table_of("Thermal budget", table),
            table_of("Conductivity of LiPON, as published", lipon),
        ],
    )


def radius_sentence(found: SafeRadius) -> str:
    """The smallest safe radius in words, with its uncertainty."""
    if math.isinf(found.radius):
        return f"The {found.first} is cracked already when flat."
    share = max(found.firsts.values(), default=0.0)
    often = max(found.firsts, key=lambda name: found.firsts[name], default=found.first)
    words = "no layer" if often == "none" else f"the {often}"
    return (
        f"Smallest safe radius {_mm(found.radius)}, where the {found.first} cracks; {_mm(found.low)} to "
        f"{_mm(found.high)} (5 to 95 % over the ranges of all values, {found.draws} draws), {words} first in "
        f"{100 * share:.0f} % of them."
        + (f" {100 * found.flat:.2g} % of the draws are cracked when flat and are left out." if found.flat > 0 else "")
    )


def bending_chapter(
    stack: Stack,
    table: pl.DataFrame,
    safe: Mapping[str, SafeRadius],
    beyond: pl.DataFrame | None = None,
    *,
    outward: bool = True,
    lithiation: float = 0.0,
) -> Chapter:
    """Strains at the flat and the most bent state, capacity against angle and past the onset, safe radii."""
    tightest = float(table["radius_m"].min())  # type: ignore[arg-type]
    bents = [bend(stack, outward=outward, lithiation=lithiation)]
    if math.isfinite(tightest):
        bents.append(bend(stack, tightest, outward=outward, lithiation=lithiation))
    own = next(iter(safe.values()))
    most = table.row(table["change_percent"].abs().arg_max(), named=True)
    said = [
        f"Neutral axis {1e6 * bents[0].neutral_axis:.3g} um above the lower face, of {1e6 * stack.thickness:.3g} um.",
        f"The capacity changes by at most {most['change_percent']:+.2g} % ({most['angle_deg']:.3g} deg, radius "
        f"{_mm(most['radius_m'])}): {most['state']}.",
        *(f"{name}: {radius_sentence(one)}" for name, one in safe.items()),
        "Fatigue, delamination and buckling under compression are not modelled; what a crack cuts off, tears and leaks "
        "is assumed, so that beyond the onset the size of the loss is uncertain, not that there is one.",
    ]
    drawn = [figures.strain_figure(stack, bents), figures.bending_figure(table)]
    if beyond is not None:
        past = figures.bending_figure(beyond, f"Beyond the onset at {_mm(own.radius)}")
        drawn.append(replace(past, name="device-beyond"))
    if len(safe) > 1:
        drawn.append(figures.radius_figure(safe))
    return Chapter(
        "Bending",
        "A multilayer beam with the strains its layers bring along; channel cracks by their energy.",
        said,
        drawn,
        [
            table_of("Strain of every layer where it is bent most", strain_table(bents[-1])),
            table_of("Operation", table),
        ],
        warnings=[f"{one[0].upper()}{one[1:]}." for one in stack.assumed],
    )


def lamp_sentences(runs: Mapping[str, Run], lamp: Lamp) -> list[str]:
    """How bright and how long, and what would make it longer."""
    said = []
    for name, run in runs.items():
        current = run.table["current_A"]
        bright = 1e3 * lamp.intensity(current.to_numpy())
        said.append(
            f"{name}: begins at {1e6 * current[0]:.3g} uA ({bright[0]:.3g} mcd) and "
            f"{run.table['voltage_V'][0]:.3g} V, and is seen for {from_si(run.seconds, 'h'):.3g} h; then {run.end}. "
            f"It takes {from_si(run.charge, 'uAh'):.3g} uAh."
        )
    return said


def longer(source: Source, lamp: Lamp) -> list[str]:
    """What would keep the diode lit longer, each computed: more area, more resistance, two cells in series."""
    dimmer = replace(lamp, resistor=3.0 * lamp.resistor)
    full = source.rest[:1]
    alike = replace(lamp, resistor=lamp.resistor + float(full[0] / lamp.current(full)[0]))
    said = []
    for words, own, other in (
        ("as it is", source, lamp),
        ("on twice the area", source.sized(2.0 * source.area), lamp),
        ("behind three times the resistor", source, dimmer),
        (f"on two cells in series behind {alike.resistor / 1e3:.3g} kohm", source.in_series(2), alike),
    ):
        try:
            run = discharge(own, other, least=other.faintest)
        except HeterofilmError:
            said.append(f"{words} it is not borne")
            continue
        hours, first = from_si(run.seconds, "h"), 1e3 * float(other.intensity(run.table["current_A"][0]))
        said.append(f"{words} {hours:.3g} h, from {first:.2g} mcd")
    return said


def lamp_chapter(runs: Mapping[str, Run], lamp: Lamp, source: Source) -> Chapter:
    """A diode on the cell."""
    d = lamp.diode
    V = float(lamp.voltage(np.array(lamp.faintest)))
    unused = float((source.rest < V).mean())
    said = [
        *lamp_sentences(runs, lamp),
        f"Below {V:.3g} V at rest its light is no longer seen: {100 * unused:.0f} % of the cell's charge lies below.",
        f"What would make it longer, behind {lamp.resistor / 1e3:.3g} kohm: {'; '.join(longer(source, lamp))}.",
        f"Rated {d.rated_voltage} at {d.rated_current}; ideality {d.ideality} ({d.ideality.kind}), light in proportion "
        f"to the current, seen from {1e3 * d.visible.value:.3g} mcd ({d.visible.kind}).",
    ]
    warnings = [source.doubt] if source.doubt else []
    return Chapter("A light", "", said, [figures.lamp_figure(runs, lamp)] if runs else [], warnings=warnings)


def rest_chapter(stack: Stack, source: Source) -> Chapter:
    """Self-discharge through the electrolyte."""
    value, low, high = leak_of(stack)
    tables = {f"{1e9 * G:.3g} nS": self_discharge(source, G) for G in dict.fromkeys((low, value, high))}
    said = [
        f"At {name}, 80 % of the charge is left after {years_to(table, 0.8):.3g} years of rest."
        for name, table in tables.items()
    ]
    said.append("Life over a calendar: not modelled; no sourced law of it is known for these cells.")
    return Chapter("Rest", "", said, [figures.rest_figure(tables)])


def heat_chapter(stack: Stack, runs: Mapping[str, Record]) -> Chapter:
    """What a discharge warms the device by."""
    said = []
    for name, record in runs.items():
        T = record.frame["temperature_K"].to_numpy()
        heat = [np.trapezoid(record.frame[key].to_numpy(), record.frame["time_s"].to_numpy()) * stack.active_area
                for key in ("heat_irreversible_W_m2", "heat_reversible_W_m2")]  # fmt: skip
        current = from_si(float(record.frame["current_A_m2"][-1]), "uA/cm2")
        said.append(
            f"A discharge at {current:.3g} uA/cm2 warms it by {T.max() - T[0]:.2g} K ({name}): {1e3 * heat[0]:.3g} mJ "
            f"of losses and {1e3 * heat[1]:.3g} mJ of entropy on {1e3 * stack.heat_capacity:.3g} mJ/K."
        )
    said.append(
        f"In still air each face gives {STILL_AIR:g} W/(m2 K) to it (assumed, 5 to 10). Entropy is that of the "
        "couples' widths and tables; dU0_dT is 0 where no entry states it."
    )
    return Chapter("Heat", "", said, [figures.heat_figure(runs)])


def comparison_chapter(cells: Sequence[Counted], slow: float, fast: float) -> Chapter:
    """Cells on equal terms as table and radar, published cells beside them."""
    table = comparison_table(cells)
    order = table.sort("capacity_uAh_cm2_um", descending=True)["film"]
    energy = table.sort("energy_uWh_cm2_um", descending=True)["film"]
    said = [
        f"Capacity per volume at {slow:g} uA/cm2, falling: {', '.join(order)}; energy: {', '.join(energy)}.",
        f"Rate: the share of it that is kept at {fast:g} uA/cm2. All on the same electrolyte, each in its own window.",
        "What was published of such films stands in the second table, and beside the model in the third.",
    ]
    return Chapter(
        "Beside other films",
        "",
        said,
        [figures.radar_figure(_by_film(cells))],
        [
            table_of("On equal terms", table),
            table_of("Published cells", published_table()),
            table_of("Published cells beside the model", beside_published()),
        ],
    )


def _by_film(cells: Sequence[Counted]) -> dict[str, dict[str, float]]:
    return {one.film: own for one, own in zip(cells, scores(cells).values(), strict=True)}


def _mm(metres: float) -> str:
    if math.isinf(metres):
        return "flat"
    return f"{1e3 * metres:.3g} mm"
