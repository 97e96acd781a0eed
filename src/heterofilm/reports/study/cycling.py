"""The figures of cycles: profiles, dQ/dV, capacity over cycles, rate tests (the paper's Figures 3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from ...cell import Cell
from ...figures.elements import Series, Style
from ...figures.figure import Figure
from ...plots.dqdv import SHADES, dqdv_figure
from ...records.record import Record
from ...study.results import Results, current_of, discharge_capacities, group, in_field_units
from .common import CAPACITY, SLUG, VOLTAGE, WORDS, colour, label

SHOWN = (1, 2, 3, 5)  # cycles of a profile


def lives(results: Results) -> Iterator[tuple[Cell, Record, float]]:
    """Runs of many like cycles, with their current."""
    return ((results.main.cells[name], record, current) for name, record, current in results.main.lives())


def cycle_figures(results: Results) -> list[Figure]:
    """All figures of cycles that the runs of a study allow."""
    found: list[Figure] = []
    slowest = min((current for _, _, current in lives(results)), default=None)
    for cell, record, current in lives(results):
        if current == slowest:
            found.append(cycle_profiles(results, cell, record, current))
            if cell.entries.domain is not None and group(cell) == "half-cell":
                found.append(cycle_dqdv(results, cell, record, current))
    groups = {(group(cell), current) for cell, _, current in lives(results)}
    found += [
        capacity_over_cycles(results, kind, current)
        for kind, current in sorted(groups, key=lambda g: (g[0] == "ATFB", g[1]))
    ]
    for kind in WORDS:
        found += rate_tests(results, kind)
    return found


def drawn(record: Record, cycle: int, name: str, tint: str) -> Iterator[Series]:
    """Voltage over capacity of the steps of a kept cycle: discharge in full lines, charge in broken ones."""
    for step in record.steps.filter(pl.col("cycle") == cycle).iter_rows(named=True):
        frame = record.frame.filter(pl.col("step") == step["step"])
        if frame.height < 3:
            continue
        frame = frame[np.unique(np.linspace(0, frame.height - 1, min(300, frame.height)).astype(int))]
        q = in_field_units(record, frame["charge_C_m2"].abs().to_numpy())
        down = step["kind"] == "discharge"
        style: Style = "solid" if down else "dash"
        yield Series(name, q, frame["voltage_V"].to_numpy(), colour=tint, style=style, in_legend=down)


def cycle_profiles(results: Results, cell: Cell, record: Record, current: float) -> Figure:
    """Voltage over capacity of some early cycles."""
    series = [
        one for cycle, tint in zip(SHOWN, SHADES, strict=False) for one in drawn(record, cycle, f"cycle {cycle}", tint)
    ]
    name = label(results, cell)
    return Figure(
        f"cycles-{cell.name}",
        f"{name}: cycles 1, 2, 3 and 5 at {current:g} µA cm⁻² ({group(cell)})",
        CAPACITY,
        VOLTAGE,
        series,
        "Full lines discharge, broken lines charge. The first discharge starts from a film without Li; a charge at "
        "constant current alone does not bring it back there.",
    )


def cycle_dqdv(results: Results, cell: Cell, record: Record, current: float) -> Figure:
    """dQ/dV of the first three cycles."""
    title = f"{label(results, cell)}: dQ/dV of the first three cycles at {current:g} µA cm⁻²"
    return replace(dqdv_figure(record, (1, 2, 3), title), name=f"dqdv-cycles-{cell.name}")


def capacity_over_cycles(results: Results, kind: str, current: float) -> Figure:
    """Discharge capacity of every cycle of all films, with the paper's retentions."""
    series: list[Series] = []
    marks: list[Series] = []
    for cell, record, i in lives(results):
        if group(cell) != kind or i != current:
            continue
        cycle, q = discharge_capacities(record)
        keep = np.unique(np.geomspace(1, cycle.size, min(400, cycle.size)).round().astype(int)) - 1
        if cycle.size <= 400:
            keep = np.arange(cycle.size)
        tint = colour(results, cell)
        series.append(Series(label(results, cell), cycle[keep], q[keep], colour=tint))
        source = results.reference.name
        for told in results.reference.retentions:
            if (told.cell, told.current) == (cell.name, current) and told.cycles <= cycle[-1]:
                base = q[0] if told.of == "first" else q.max()
                marks.append(
                    Series(
                        f"{label(results, cell)}: {100 * told.retention:.0f} % of the {told.of} ({source})",
                        [told.cycles],
                        [told.retention * base],
                        "points",
                        tint,
                        marker="diamond",
                    )
                )
    return Figure(
        f"cycling-{SLUG[kind]}-{current:g}",
        f"Cycling at {current:g} µA cm⁻², {WORDS[kind]}",
        "Cycle",
        CAPACITY,
        series + marks,
        "Every cycle is simulated."
        + (" Diamonds: the retention measured times the simulated capacity it is counted from." if marks else ""),
        y_range=None,
    )


def rate_tests(results: Results, kind: str) -> list[Figure]:
    """Capacity through the rate test for all films, and the profiles of the heterostructure at each rate."""
    found: list[tuple[Cell, Record]] = [
        (results.main.cells[name], record)
        for (name, _), record in results.main.records.items()
        if group(results.main.cells[name]) == kind and record.steps["label"].n_unique() > 2
    ]
    if not found:
        return []
    slug, words = SLUG[kind], WORDS[kind]
    series = []
    for cell, record in found:
        cycle, q = discharge_capacities(record)
        series.append(Series(label(results, cell), cycle, q, "both", colour(results, cell)))
    currents = [f"{current_of(found[0][1], c):g}" for c in _firsts(found[0][1])]
    figures = [
        Figure(
            f"rate-test-{slug}",
            f"Rate test, {words}",
            "Cycle",
            CAPACITY,
            series,
            f"Five cycles each at {', '.join(currents)} µA cm⁻², from a fresh film.",
            y_range=None,
        )
    ]
    cell, record = next(((c, r) for c, r in found if c.entries.domain is not None), found[0])
    profiles = [
        one
        for first, tint in zip(_firsts(record), SHADES, strict=False)
        for one in drawn(record, first + 1, f"{current_of(record, first + 1):g} µA cm⁻²", tint)
    ]
    figures.append(
        Figure(
            f"rate-profiles-{slug}",
            f"{label(results, cell)}: second cycle at each rate ({words})",
            CAPACITY,
            VOLTAGE,
            profiles,
            "Full lines discharge, broken lines charge.",
        )
    )
    return figures


def _firsts(record: Record) -> list[int]:
    """First cycle of every labelled part of a rate test."""
    parts = record.steps.group_by("label", maintain_order=True).agg(pl.col("cycle").first())
    return [int(c) for c in parts["cycle"]]
