"""The tables of a study: its runs, the rows of its reference, every value with its source."""

from __future__ import annotations

from typing import Any

import polars as pl

from ...library import value_paths
from ...library.cell_entries import words_of
from ...library.value import Value
from ...study.results import CURRENT, Results
from ...units import from_si
from ...wording import counted
from ..page import Cell, Table
from .summary import pretty

SHORT = 12  # steps of a run that are listed one by one
STATUS_ORDER = ("calibrated", "predicted", "computed", "input", "not in this study")


def runs_table(results: Results) -> Table:
    """Every step of the short runs, a line for each long one."""
    rows: list[tuple[str, ...]] = []
    for (cell, test), record in results.main.records.items():
        title = results.tests.get(test, test)
        if record.steps.height > SHORT:
            words = (
                f"{counted(record.steps['cycle'].n_unique(), 'cycle')}, in data/{results.stem(cell, test)}.steps.csv"
            )
            rows.append((cell, title, words, "", "", "", ""))
            continue
        for step in record.steps.iter_rows(named=True):
            lasted = step["t_end"] - step["t_start"]
            if lasted > 0.0:
                rows.append(
                    (
                        cell,
                        title,
                        step["kind"],
                        f"{step['capacity_C_m2'] / lasted * CURRENT:.4g}",
                        f"{record.capacity(step=step['step']):.1f}",
                        f"{from_si(step['energy_J_m2'], 'uWh/cm2'):.1f}",
                        step["end"],
                    )
                )
    head = ("Cell", "Test", "Step", "Current / µA cm⁻²", "Capacity / µAh cm⁻² µm⁻¹", "Energy / µWh cm⁻²", "End")
    return Table("", head, rows)


COMPARED = 12  # sets of mechanisms, the most probable and those of at most one


def comparison_table(found: pl.DataFrame) -> Table:
    """Sets of mechanisms by their evidence: the most probable, none, and each alone."""
    frame = found.sort("ln_evidence", descending=True).with_row_index("place")
    alone = ~pl.col("mechanisms").str.contains(" + ", literal=True)
    rows = []
    for row in frame.filter((pl.col("place") < COMPARED) | alone).iter_rows(named=True):
        off = "" if row["worst_capacity_%"] is None else f"{row['worst_capacity_%']:+.1f} % ({row['of']})"
        numbers = (f"{row['free']}", f"{row['chi2']:.1f}", off, f"{row['ln_evidence']:.1f}", f"{row['AICc']:.0f}")
        left = "" if row["left_out"] is None else f"{row['left_out']:.1f}"
        told = "" if row["left_out_capacity_%"] is None else f"{row['left_out_capacity_%']:.1f} %"
        rows.append((row["mechanisms"], *numbers, f"{row['BIC']:.0f}", left, told))
    title = f"Mechanisms fitted to the same rows: the most probable of {found.height} sets, and each alone"
    head = ("Mechanisms", "Free", "χ²", "Capacity furthest off", "ln evidence", "AICc", "BIC")
    return Table(title, (*head, "χ² of rows left out", "Capacities left out, r.m.s."), rows)


def _sigmas(row: dict[str, Any]) -> str:
    """How many standard deviations of measurement and model a number is off, where that is known."""
    return "" if row.get("sigmas") is None else f"{row['sigmas']:.1f} σ"


def reference_table(table: pl.DataFrame, source: str) -> Table:
    """The rows of what the study is compared with, beside the model."""
    order = {status: k for k, status in enumerate(STATUS_ORDER)}
    rows, notes = [], []
    for row in sorted(table.iter_rows(named=True), key=lambda row: order[row["status"]]):
        band = "" if row["low"] is None else f"{row['low']:g} to {row['high']:g}"
        unit = "" if row["unit"] == "1" else pretty(row["unit"])
        rows.append(
            (
                Cell(row["sample"], row["cell"]),
                Cell(pretty(row["words"]), pretty(row["condition"])),
                Cell(pretty(row["measured"]), unit),
                Cell(pretty(row["simulated"]), band),
                Cell(row["deviation"], _sigmas(row), mark=row["verdict"]),
                Cell("", f"role: {row['role']}", row["status"]),
            )
        )
        notes.append(row["note"])
    head = ("Sample", "Quantity", source.capitalize(), "Model (band)", "Difference", "Status")
    return Table("", head, rows, notes)


def values_table(results: Results) -> Table:
    """Every value that the cells of the study use."""
    found: dict[tuple[str, str], tuple[Value, str]] = {}
    for cell in results.main.cells.values():
        for path, value in value_paths(cell.entries):
            origin = cell.entries.origins.get(".".join(path.split(".")[:2]))
            found.setdefault((path, str(value)), (value, words_of(value, origin)))
    rows = []
    for (path, _), (value, origin_words) in sorted(found.items(), key=lambda item: item[0]):
        span = "" if value.low is None or value.high is None else f"{value.low:g} to {value.high:g}"
        if value.uncertainty:
            span += f" ({value.uncertainty.replace('+-', '±')})"
        number = f"{value.value:.6g} {value.unit}".removesuffix(" 1")
        rows.append((path, number, value.kind, origin_words, span.strip(), value.source))
    return Table("", ("Value", "Number", "Kind", "From", "Range", "Source"), rows)
