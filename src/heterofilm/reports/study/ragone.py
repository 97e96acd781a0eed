"""Energy against power of first discharges (Ragone 1968): what a film is worth to a load."""

from __future__ import annotations

from collections.abc import Sequence

from ...cell import Cell
from ...figures.elements import Series
from ...figures.figure import Figure
from ...records.record import Record
from ...study.results import Results
from ...units import si
from .common import SLUG, WORDS, colour, label

FIELD = si("uWh/cm2/um")


def energy_and_power(record: Record) -> tuple[float, float]:
    """Energy (uWh cm-2 um-1) of a record's first step, and its mean power (uW cm-2 um-1): energy over time."""
    step, thickness = record.steps.row(0, named=True), float(record.meta["thickness_m"])
    energy = step["energy_J_m2"] / thickness
    return energy / FIELD, energy / max(step["t_end"] - step["t_start"], 1e-9) / si("uW/cm2/um")


def _ticks(series: Sequence[Series]) -> tuple[float, ...]:
    """1, 2 and 5 of every decade that has a point."""
    powers = [float(x) for one in series for x in one.x]
    steps = [k * 10.0**n for n in range(-3, 7) for k in (1, 2, 5)]
    return tuple(x for x in steps if powers and 0.5 * min(powers) <= x <= 2.0 * max(powers))


def ragone(results: Results, cells: Sequence[Cell], kind: str) -> Figure:
    """Both of every cell of a group, a point for each current."""
    series = []
    for cell in cells:
        points = [energy_and_power(record) for record in results.main.discharges(cell.name).values()]
        if len(points) > 1:
            energies, powers = zip(*points, strict=True)
            series.append(Series(label(results, cell), powers, energies, "both", colour(results, cell)))
    return Figure(
        f"ragone-{SLUG[kind]}", f"Energy against power, {WORDS[kind]}", "Mean power / µW cm⁻² µm⁻¹",
        "Energy / µWh cm⁻² µm⁻¹", series, "First discharges; per volume of film alone.", log_x=True, log_y=True,
        x_ticks=_ticks(series),
    )  # fmt: skip
