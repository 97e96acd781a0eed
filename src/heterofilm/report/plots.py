"""The figures of a study, described once (see `figure`): what is drawn, never how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..analysis.capacity import Share, unused_capacity
from ..analysis.dqdv import dqdv
from ..analysis.oxidation import oxidation_states
from ..cell import Cell
from ..errors import HeterofilmError
from ..record import Record
from ..simulate import LOSS_NAMES
from ..study.claims import calibrated_ids, measured_capacities
from ..study.runs import CURRENT, Results, charge_at, group, in_field_units
from .figure import FILMS, GREY, INK, PALETTE, Band, Figure, Marker, Note, Series

CAPACITY = "Capacity / µAh cm⁻² µm⁻¹"
VOLTAGE = "Voltage / V vs Li⁺/Li"
GROUPS = {"half-cell": "half-cells, liquid electrolyte", "ATFB": "all-solid-state cells, LiPON"}
SLUG = {"half-cell": "half", "ATFB": "atfb"}
FINE = 3.0  # mV: a loss that is always smaller has no layer of its own

STATES = {
    "V5+": "#0072B2",
    "V4+": "#56B4E9",
    "V3+": "#6B4C9A",
    "Cu2+": "#8C6D31",
    "Cu+": "#E69F00",
    "Cu0": "#D55E00",
}
STATE_NAMES = {"V5+": "V⁵⁺", "V4+": "V⁴⁺", "V3+": "V³⁺", "Cu2+": "Cu²⁺", "Cu+": "Cu⁺", "Cu0": "Cu⁰"}
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


def figures(results: Results) -> list[Figure]:
    """All figures that the runs of a study allow."""
    found: list[Figure] = []
    for kind in GROUPS:
        cells = [cell for cell in results.main.cells.values() if group(cell) == kind]
        current = main_current(results, cells)
        if current is not None:
            found.append(profiles(results, cells, kind, current))
            found.append(differential(results, cells, kind, current))
        if any(len(results.main.discharges(cell.name)) > 1 for cell in cells):
            found.append(rate(results, cells, kind))
    found += [f for f in (oxidation(results), limits(results)) if f is not None]
    found += losses(results)
    return found


def main_current(results: Results, cells: Sequence[Cell]) -> float | None:
    """The current (uA/cm2) shown in profiles: 5 where it was run, otherwise the smallest one."""
    currents = {i for cell in cells for i in results.main.discharges(cell.name)}
    return 5.0 if 5.0 in currents else min(currents, default=None)


def colour(results: Results, cell: Cell) -> str:
    """Fixed colours for the films of the paper, the palette in order for others."""
    film = cell.entries.film.name
    others = sorted({c.entries.film.name for c in results.main.cells.values()} - set(FILMS))
    return FILMS.get(film) or PALETTE[others.index(film) % len(PALETTE)]


def label(results: Results, cell: Cell) -> str:
    """The film's name, or the cell's where several cells of the group share a film."""
    film = cell.entries.film.name
    same = [c for c in results.main.cells.values() if c.entries.film.name == film and group(c) == group(cell)]
    return film if len(same) == 1 else cell.name


def thin(record: Record, *columns: str, points: int = 400) -> list[NDArray[np.float64]]:
    """Columns of the first step at about ``points`` of its rows."""
    frame = record.step(1).frame
    keep = np.unique(np.linspace(0, frame.height - 1, min(points, frame.height)).astype(int))
    return [frame[c].to_numpy()[keep] for c in columns]


def profiles(results: Results, cells: Sequence[Cell], kind: str, current: float) -> Figure:
    """Discharge profiles with bands and the measured capacities."""
    series: list[Series] = []
    marks: list[Series] = []
    measured = {(c, i): value for _, c, i, value in measured_capacities()}
    for cell in cells:
        record = results.main.discharge(cell.name, current)
        if record is None:
            continue
        q, V = thin(record, "charge_C_m2", "voltage_V")
        bands = tuple(_bands(results, cell, current, V))
        name, tint = label(results, cell), colour(results, cell)
        series.append(Series(name, in_field_units(record, q), V, colour=tint, bands=bands))
        if (cell.name, current) in measured:
            point = ([measured[cell.name, current]], [cell.window[0]])
            marks.append(Series(f"{name} measured", *point, kind="points", marker="diamond", colour=tint))
    caption = f"First discharge at {current:g} µA cm⁻². Diamonds: capacity measured in the paper."
    if any(s.bands for s in series):
        caption += " Dark band: 16 to 84 % of the draws of the calibration; light band: all of them."
    return Figure(
        f"profiles-{SLUG[kind]}",
        f"Discharge at {current:g} µA cm⁻², {GROUPS[kind]}",
        CAPACITY,
        VOLTAGE,
        series + marks,
        caption,
        x_range=None,
    )


def _bands(results: Results, cell: Cell, current: float, V: NDArray[np.float64]) -> Iterator[Band]:
    grid = np.linspace(V[0], cell.window[0], 120)
    curves = []
    for member in results.members:
        record = member.discharge(cell.name, current)
        if record is not None:
            curves.append(in_field_units(record, charge_at(record, grid)))
    if len(curves) < 2:
        return
    for low, high, opacity in ((0, 100, 0.12), (16, 84, 0.25)):
        q_low, q_high = np.percentile(curves, [low, high], axis=0)
        yield Band(q_low, grid, q_high, grid, opacity)


def differential(results: Results, cells: Sequence[Cell], kind: str, current: float) -> Figure:
    """dQ/dV of the first discharges."""
    series = []
    for cell in cells:
        record = results.main.discharge(cell.name, current)
        if record is None or record.step(1).frame.height < 3:
            continue
        curve = dqdv(record, 1)
        V, y = curve["voltage_V"].to_numpy()[::3], curve["dqdv_C_m2_V"].to_numpy()[::3]
        series.append(
            Series(label(results, cell), V, in_field_units(record, y), colour=colour(results, cell))
        )
    spans = [cell.window for cell in cells]
    return Figure(
        f"dqdv-{SLUG[kind]}",
        f"dQ/dV at {current:g} µA cm⁻², {GROUPS[kind]}",
        VOLTAGE,
        "dQ/dV / µAh cm⁻² µm⁻¹ V⁻¹",
        series,
        "Charge per volt of the same discharges, smoothed by 10 mV: every peak is a plateau.",
        x_range=(max(s[1] for s in spans) + 0.02, min(s[0] for s in spans) - 0.02),
    )


def rate(results: Results, cells: Sequence[Cell], kind: str) -> Figure:
    """Capacity against current; what was fitted, what is predicted, what was measured."""
    fitted = calibrated_ids(results)
    told = measured_capacities()
    series: list[Series] = []
    seen: set[float] = set()
    points: list[Series] = []
    shown: dict[str, Marker] = {}

    for cell in cells:
        found = {i: r.capacity(step=1) for i, r in results.main.discharges(cell.name).items()}
        if not found:
            continue
        seen |= set(found)
        name, tint = label(results, cell), colour(results, cell)
        currents = np.array(list(found))
        bands: tuple[Band, ...] = ()
        table = np.array(
            [[m.capacity(cell.name, i) or np.nan for i in currents] for m in results.members], dtype=float
        )
        if len(table) > 1 and not np.isnan(table).any():
            bands = tuple(
                Band(currents, low, currents, high, opacity)
                for (low, high), opacity in (
                    (np.percentile(table, [0, 100], axis=0), 0.12),
                    (np.percentile(table, [16, 84], axis=0), 0.25),
                )
            )
        series.append(Series(name, currents, list(found.values()), colour=tint, bands=bands))
        used = {i for row, c, i, _ in told if c == cell.name and row in fitted}
        kinds: tuple[tuple[str, Marker, list[float]], ...] = (
            ("predicted", "circle-open", [i for i in found if i not in used]),
            ("calibrated on", "circle", [i for i in found if i in used]),
        )
        for words, marker, chosen in kinds:
            if chosen:
                shown[words] = marker
                points.append(
                    Series(
                        words,
                        chosen,
                        [found[i] for i in chosen],
                        "points",
                        tint,
                        marker=marker,
                        in_legend=False,
                    )
                )
        x = [i for _, c, i, _ in told if c == cell.name]
        if x:
            shown["measured"] = "diamond"
            y = [value for _, c, _, value in told if c == cell.name]
            points.append(Series("measured", x, y, "points", tint, marker="diamond", in_legend=False))
    series += points
    series += [Series(words, [], [], "points", INK, marker=marker) for words, marker in shown.items()]
    return Figure(
        f"rate-{SLUG[kind]}",
        f"Capacity against current, {GROUPS[kind]}",
        "Current / µA cm⁻²",
        CAPACITY,
        series,
        "First discharge of a fresh cell. Open circles: predicted; full circles: the measured value beside it was "
        "used in the calibration; diamonds: measured.",
        log_x=True,
        x_ticks=tuple(sorted(seen)),
        y_range=None,
    )


def oxidation(results: Results) -> Figure | None:
    """Oxidation states at the surface of the VOC1 film against potential, with what XPS found."""
    cell = results.main.cells.get("voc1-half")
    record = results.main.discharge("voc1-half", 5.0)
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
    xps = (
        ("V4+", [2.9, 2.15], [0.48, 1.0]),
        ("Cu+", [2.9], [1.0]),
        ("Cu0", [2.3, 2.15], [1.0, 1.0]),
    )
    for state, x, y in xps:
        words = f"XPS {STATE_NAMES[state]}"
        series.append(Series(words, x, y, "points", STATES[state], marker="diamond"))
    notes = (Note(2.5, 1.03, "part Cu⁰"), Note(2.9, 1.03, "all Cu⁺"), Note(2.27, 1.03, "all Cu⁰"))
    return Figure(
        "oxidation-voc1",
        "Oxidation states at the surface of VOC1",
        "Potential / V vs Li⁺/Li",
        "Share of the element",
        series,
        "Discharge at 5 µA cm⁻². Lines: model, next to the electrolyte; diamonds and words: ex-situ XPS of the paper.",
        x_range=(cell.window[1] + 0.02, cell.window[0] - 0.04),
        y_range=(-0.03, 1.14),
        notes=notes,
    )


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
    bars = [
        f"{label(results, cell)}\n{group(cell)}" for name, cell in results.main.cells.items() if name in found
    ]
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
        "Each bar is the theoretical capacity of the film: what was delivered, and the gain when each cause is taken "
        "away, one after the other from the outside of the cell inwards. The order matters where causes act together. "
        "A part below zero: taking that cause away alone in this order lowers the capacity.",
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
