"""The figures of first discharges: profiles, dQ/dV, capacity against current."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ...analysis.electrochemistry.dqdv import dqdv
from ...cell import Cell
from ...figures.colours import INK
from ...figures.elements import Band, Marker, Series
from ...figures.figure import Figure
from ...plots.voltage import voltage_axis
from ...records.record import Record
from ...study.results import Results, charge_at, group, in_field_units
from .common import CAPACITY, SLUG, colour, label, main_current, thin
from .ragone import ragone

MARKS = {
    "predicted": "Open circles: predicted.",
    "calibrated on": "Full circles: the measured value beside it was used in the calibration.",
    "measured": "Diamonds: measured.",
}
GROUPS = {"half-cell": "half-cells, liquid electrolyte", "ATFB": "all-solid-state cells, LiPON"}


def discharge_figures(results: Results) -> list[Figure]:
    """Profiles, dQ/dV, capacity against current, energy against power, with bands where there are draws."""
    found: list[Figure] = []
    for kind in GROUPS:
        cells = [cell for cell in results.main.cells.values() if group(cell) == kind]
        current = main_current(results, cells)
        if current is not None:
            found.append(profiles(results, cells, kind, current))
            found.append(differential(results, cells, kind, current))
        if any(len(results.main.discharges(cell.name)) > 1 for cell in cells):
            found += [rate(results, cells, kind), ragone(results, cells, kind)]
    return found


def profiles(results: Results, cells: Sequence[Cell], kind: str, current: float) -> Figure:
    """Discharge profiles with bands and the measured capacities."""
    series: list[Series] = []
    marks: list[Series] = []
    drawn: list[Record] = []
    measured = {(told.cell, told.current): told.capacity for told in results.reference.capacities}
    for cell in cells:
        record = results.main.discharge(cell.name, current)
        if record is None:
            continue
        drawn.append(record)
        q, V = thin(record, "charge_C_m2", "voltage_V")
        bands = tuple(_bands(results, cell, current, V))
        name, tint = label(results, cell), colour(results, cell)
        series.append(Series(name, in_field_units(record, q), V, colour=tint, bands=bands))
        if (cell.name, current) in measured:
            point = ([measured[cell.name, current]], [cell.window[0]])
            marks.append(Series(f"{name} measured", *point, kind="points", marker="diamond", colour=tint))
    caption = f"First discharge at {current:g} µA cm⁻²."
    if marks:
        caption += f" Diamonds: capacity measured ({results.reference.name})."
    if any(s.bands for s in series):
        count = len(results.members)
        caption += f" Dark band: 16 to 84 % of {count} draws of the calibration; light band: all of them."
    return Figure(
        f"profiles-{SLUG[kind]}",
        f"Discharge at {current:g} µA cm⁻², {GROUPS[kind]}",
        CAPACITY,
        voltage_axis(*drawn),
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
    series: list[Series] = []
    drawn: list[Record] = []
    for cell in cells:
        record = results.main.discharge(cell.name, current)
        if record is None or record.step(1).frame.height < 3:
            continue
        drawn.append(record)
        curve = dqdv(record, 1)
        V, y = curve["voltage_V"].to_numpy()[::3], curve["dqdv_C_m2_V"].to_numpy()[::3]
        series.append(Series(label(results, cell), V, in_field_units(record, y), colour=colour(results, cell)))
    spans = [cell.window for cell in cells]
    return Figure(
        f"dqdv-{SLUG[kind]}",
        f"dQ/dV at {current:g} µA cm⁻², {GROUPS[kind]}",
        voltage_axis(*drawn),
        "dQ/dV / µAh cm⁻² µm⁻¹ V⁻¹",
        series,
        "Charge per volt of the same discharges, smoothed by 10 mV: every peak is a plateau.",
        x_range=(max(s[1] for s in spans) + 0.02, min(s[0] for s in spans) - 0.02),
    )


def rate(results: Results, cells: Sequence[Cell], kind: str) -> Figure:
    """Capacity against current; what was fitted, what is predicted, what was measured."""
    fitted, told = results.reference.fitted(results), results.reference.capacities
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
        table = np.array([[m.capacity(cell.name, i) or np.nan for i in currents] for m in results.members], dtype=float)
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
        f"First discharge of a fresh cell. {' '.join(MARKS[words] for words in shown)}".strip(),
        log_x=True,
        x_ticks=tuple(sorted(seen)),
        y_range=None,
    )
