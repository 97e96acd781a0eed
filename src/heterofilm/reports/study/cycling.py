"""The figures of cycles: profiles, dQ/dV, capacity over cycles, rate tests (the paper's Figures 3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...cell import Cell
from ...figures.elements import Band, Series, Style
from ...figures.figure import Figure
from ...plots.dqdv import SHADES, dqdv_figure
from ...plots.voltage import voltage_axis
from ...records.record import Record
from ...study.results import Results, current_of, discharge_capacities, group, in_field_units
from .common import CAPACITY, SLUG, WORDS, colour, label

SHOWN = (1, 2, 3, 5)  # cycles of a profile
SAME = 0.01  # of the capacity: curves nearer than this cannot be told apart on a page
GRID = (0.0, 5.0)  # V, on which curves are compared


def lives(results: Results) -> Iterator[tuple[Cell, Record, float]]:
    """Runs of many like cycles, with their current."""
    return ((results.main.cells[name], record, current) for name, record, current in results.main.lives())


def cycle_figures(results: Results) -> list[Figure]:
    """All figures of cycles at one current that the runs of a study allow."""
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
    """Voltage over capacity of some early cycles, those that lie on one another as one."""
    groups = coinciding(record, SHOWN)
    series: list[Series] = []
    for cycles, tint in zip(groups, SHADES, strict=False):
        series += drawn(record, cycles[0], _named(cycles), tint)
    caption = "Full lines discharge, broken lines charge."
    if any(len(cycles) > 1 for cycles in groups):
        caption += f" Cycles that differ by less than {100 * SAME:g} % of the capacity everywhere are drawn as one."
    if results.main.cells[cell.name].window[0] < record.frame["voltage_V"][0]:
        caption += " The first discharge starts from a film without Li; a charge at constant current alone does not "
        caption += "bring it back there."
    shown = [cycle for cycles in groups for cycle in cycles]
    return Figure(
        f"cycles-{cell.name}",
        f"{label(results, cell)}: cycles {listed(shown)} at {current:g} µA cm⁻² ({group(cell)})",
        CAPACITY,
        voltage_axis(record),
        series,
        caption,
    )


def coinciding(record: Record, cycles: Sequence[int]) -> list[list[int]]:
    """Those of the cycles whose curves the record has, in groups: each within `SAME` of the first of its group."""
    curves = {cycle: curve for cycle in cycles if (curve := _curve(record, cycle)) is not None}
    groups: list[list[int]] = []
    for cycle, curve in curves.items():
        for known in groups:
            first = curves[known[0]]
            if np.abs(curve - first).max() <= SAME * np.abs(first).max():
                known.append(cycle)
                break
        else:
            groups.append([cycle])
    return groups


def _curve(record: Record, cycle: int) -> NDArray[np.float64] | None:
    """Charge (C/m2) of a cycle's discharge, then of its charge, over one grid of voltage; None without curves."""
    parts = []
    for step in record.steps.filter(pl.col("cycle") == cycle)["step"]:
        frame = record.frame.filter(pl.col("step") == step)
        if frame.height < 3:
            continue
        V, q = frame["voltage_V"].to_numpy(), frame["charge_C_m2"].abs().to_numpy()
        rising = V if V[-1] > V[0] else -V  # of a dip and recovery only the way on
        new = np.diff(np.maximum.accumulate(rising), prepend=-np.inf) > 0.0
        grid = np.linspace(*GRID, 200)
        parts.append(np.interp(grid if V[-1] > V[0] else -grid[::-1], rising[new], q[new]))
    return np.concatenate(parts) if parts else None


def _named(cycles: Sequence[int]) -> str:
    return f"cycle{'s' * (len(cycles) > 1)} {listed(cycles)}"


def listed(numbers: Sequence[int]) -> str:
    """1, 2 and 5."""
    words = [str(number) for number in numbers]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def cycle_dqdv(results: Results, cell: Cell, record: Record, current: float) -> Figure:
    """dQ/dV of the first three cycles."""
    groups = coinciding(record, (1, 2, 3))
    shown = listed([cycle for cycles in groups for cycle in cycles])
    title = f"{label(results, cell)}: dQ/dV of cycles {shown} at {current:g} µA cm⁻²"
    figure = dqdv_figure(record, [cycles[0] for cycles in groups], title)
    names = {f"cycle {cycles[0]}": _named(cycles) for cycles in groups}
    series = [replace(one, label=names[one.label]) for one in figure.series]
    return replace(figure, series=series, name=f"dqdv-cycles-{cell.name}")


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


def rate_figures(results: Results) -> list[Figure]:
    """Rate tests, with bands where there are draws."""
    return [figure for kind in WORDS for figure in _rate_tests(results, kind)]


def _rate_tests(results: Results, kind: str) -> list[Figure]:
    """Capacity through the rate test for all films, and the profiles of the heterostructure at each rate."""
    found: list[tuple[Cell, Record]] = [
        (results.main.cells[name], record)
        for (name, _), record in results.main.records.items()
        if group(results.main.cells[name]) == kind and record.steps["label"].n_unique() > 2
    ]
    if not found:
        return []
    slug, words = SLUG[kind], WORDS[kind]
    series: list[Series] = []
    marks: list[Series] = []
    for cell, record in found:
        cycle, q = discharge_capacities(record)
        bands = tuple(_rate_bands(results, cell, cycle))
        series.append(Series(label(results, cell), cycle, q, "both", colour(results, cell), bands=bands))
        for told in results.reference.rates:
            at = [int(c) for c in cycle if abs(current_of(record, int(c)) / told.current - 1.0) < 1e-3]
            if told.cell == cell.name and at:
                name = f"{label(results, cell)}: mean at {told.current:g} µA cm⁻² ({results.reference.name})"
                marks.append(
                    Series(
                        name, [sum(at) / len(at)], [told.capacity], "points", colour(results, cell), marker="diamond"
                    )
                )
    currents = [f"{current_of(found[0][1], c):g}" for c in _firsts(found[0][1])]
    with_bands = any(one.bands for one in series)
    figures = [
        Figure(
            f"rate-test-{slug}",
            f"Rate test, {words}",
            "Cycle",
            CAPACITY,
            series + marks,
            f"Five cycles each at {', '.join(currents)} µA cm⁻², from a fresh film."
            + (
                f" Dark band: 16 to 84 % of {len(results.members)} draws of the calibration, without ageing; "
                "light band: all of them."
                if with_bands
                else ""
            )
            + (" Diamonds: measured means over the cycles at a current." if marks else ""),
            y_range=None,
        )
    ]
    cell, record = next(((c, r) for c, r in found if c.entries.domain is not None), found[0])
    profiles: list[Series] = []
    names: list[str] = []
    for first, tint in zip(_firsts(record), SHADES, strict=False):
        name = f"{current_of(record, first + 1):g} µA cm⁻²"
        name += " again" * (name in names)
        names.append(name)
        profiles += drawn(record, first + 1, name, tint)
    figures.append(
        Figure(
            f"rate-profiles-{slug}",
            f"{label(results, cell)}: second cycle at each rate ({words})",
            CAPACITY,
            voltage_axis(record),
            profiles,
            "Full lines discharge, broken lines charge.",
        )
    )
    return figures


def _rate_bands(results: Results, cell: Cell, cycles: NDArray[np.int64]) -> Iterator[Band]:
    """Capacities of the same rate test under the draws: all of them, and 16 to 84 %."""
    found = []
    for member in results.members:
        for (name, _), record in member.records.items():
            if name == cell.name and record.steps["label"].n_unique() > 2:
                q = discharge_capacities(record)[1]
                if q.size == cycles.size:
                    found.append(q)
    if len(found) < 2:
        return
    x = cycles.astype(float)
    for (low, high), opacity in zip((np.percentile(found, (0, 100), 0), np.percentile(found, (16, 84), 0)),
                                    (0.10, 0.25), strict=True):  # fmt: skip
        yield Band(x, low, x, high, opacity)


def _firsts(record: Record) -> list[int]:
    """First cycle of every labelled part of a rate test."""
    parts = record.steps.group_by("label", maintain_order=True).agg(pl.col("cycle").first())
    return [int(c) for c in parts["cycle"]]
