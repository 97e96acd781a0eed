"""``heterofilm cycles`` of several files: cells made alike, as mean, spread and confidence over the cycles."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from ..analysis.electrochemistry.cycles import cycle_table, end_of_life, rates_of, reference_note
from ..analysis.electrochemistry.plausible import implausible
from ..analysis.electrochemistry.replicates import Replicates, replicates
from ..errors import InputError
from ..figures.figure import Figure
from ..files import real
from ..plots.cycles import capacity_figure, replicate_figure
from ..records.record import Record
from ..units import si
from .inputs import lines, number, per_mass, read_record, said_of, shown, write_outputs

MAX_OUTLIERS = 6  # that are printed

Tables = Mapping[str, pl.DataFrame]


def compare(given: argparse.Namespace, reference: int | Literal["first", "maximum"]) -> int:
    """Print the statistics over the cells, their ends of life and rates; write the figures and the long table."""
    records = {
        name: per_mass(read_record(file, given.thickness, given.area, given.columns), given.mass, given.density)
        for name, file in named(given.files).items()
    }
    tables = {name: cycle_table(record) for name, record in records.items()}
    found = replicates(tables)
    print(printed(found))
    for name, table in tables.items():
        if note := reference_note(table):
            print(f"{name}: {note}")
        for cycle, words in list(implausible(table).items())[:MAX_OUTLIERS]:
            print(f"! {name}, cycle {cycle}: {words}")
    print("\n" + ends(tables, given.share, reference))
    for name, record in records.items():
        if said := said_of(record):
            print(f"\n{name}\n{said}")
    rates = printed_rates(records)
    if rates:
        print("\n" + rates)
    figures: list[Figure] = [replicate_figure(found, tables), capacity_figure(tables, "Every cell")]
    write_outputs(given.plot, figures, given.out, found.table)
    return 0


def named(files: Sequence[str]) -> dict[str, str]:
    """Files by their stems, or by all of their paths where two stems are alike.

    Errors: `HeterofilmError` where a file is given twice: a cell that counts twice would narrow the spread.
    """
    for file in files:
        if sum(real(other) == real(file) for other in files) > 1:
            raise InputError(f"'{file}' is given twice; every cell counts once in statistics over cells.")
    stems = [Path(file).stem for file in files]
    return dict(zip(stems if len(set(stems)) == len(stems) else files, files, strict=True))


def printed(found: Replicates) -> str:
    """Discharge, efficiency and retention over the cycles, and the values that stand out."""
    held = set(found.table["quantity"])
    volume = "discharge_uAh_cm2_um" in held
    column, unit, scale = (
        ("discharge_uAh_cm2_um", "uAh/cm2/um", 1.0) if volume else ("discharge_C_m2", "uAh/cm2", 1.0 / si("uAh/cm2"))
    )
    if column not in held:
        raise InputError("No cycle has a discharge in all of these files: there is no capacity to compare.")
    capacity = found.table.filter(pl.col("quantity") == column)
    other = {
        name: {row["cycle"]: row for row in found.table.filter(pl.col("quantity") == name).iter_rows(named=True)}
        for name in ("coulombic_efficiency", "retention_first")
    }
    rows = []
    for row in capacity[shown(capacity["cycle"].to_list())].iter_rows(named=True):
        spread = [None if row[name] is None else scale * row[name] for name in ("sd", "ci_low", "ci_high")]
        percent = []
        for name in other:
            at = other[name].get(row["cycle"], {})
            percent += [number(None if at.get(k) is None else 100.0 * at[k], "{:.2f} %") for k in ("mean", "sd")]
        rows.append(
            [
                str(row["cycle"]), str(row["n"]), number(scale * row["mean"], "{:.2f}"), number(spread[0], "{:.2f}"),
                f"{number(spread[1], '{:.2f}')} to {number(spread[2], '{:.2f}')}", *percent,
            ]
        )  # fmt: skip
    head = ["cycle", "n", "discharge", "sd", f"{100 * found.confidence:g} % of the mean", "CE", "sd", "retention", "sd"]
    said = f"{len(found.cells)} cells, capacities in {unit}: {found.note}\n{lines(head, rows)}"
    outliers = [o for o in found.outliers if o.quantity == column]
    if outliers:
        parts = [f"{o.cell} in cycle {o.cycle:g} ({scale * o.value:.2f})" for o in outliers[:MAX_OUTLIERS]]
        more = f" and {len(outliers) - MAX_OUTLIERS} more" if len(outliers) > MAX_OUTLIERS else ""
        said += f"\nDischarges that stand out, kept in the mean: {', '.join(parts)}{more}."
    return said


def ends(tables: Tables, share: float, reference: int | Literal["first", "maximum"]) -> str:
    """The end of life of every cell, and their mean where all have one."""
    found = {name: end_of_life(table, share, reference) for name, table in tables.items()}
    words = [f"{name} {'not reached' if e.cycle is None else f'cycle {e.cycle}'}" for name, e in found.items()]
    said = f"End of life at {100 * share:g} %: {', '.join(words)}."
    cycles = [float(e.cycle) for e in found.values() if e.cycle is not None]
    if len(cycles) == len(found) > 1:
        said += f" Mean {np.mean(cycles):.1f}, sd {np.std(cycles, ddof=1):.1f}."
    return said


def printed_rates(records: Mapping[str, Record]) -> str:
    """Statistics over the blocks of a rate test, where all cells went through the same one; else nothing."""
    summaries = {name: rates_of(record) for name, record in records.items()}
    known = {name: summary for name, summary in summaries.items() if summary is not None}
    if len(known) < len(records) or len({summary.height for summary in known.values()}) > 1:
        return ""
    volume = all("mean_uAh_cm2_um" in summary.columns for summary in known.values())
    column, unit, scale = (
        ("mean_uAh_cm2_um", "uAh/cm2/um", 1.0) if volume else ("mean_C_m2", "uAh/cm2", 1.0 / si("uAh/cm2"))
    )
    table = replicates(known, on="block", columns=["current_A_m2", column, "share"]).table
    rows = []
    for (_,), block in table.group_by("block", maintain_order=True):
        at = {row["quantity"]: row for row in block.iter_rows(named=True)}
        Q, part = at[column], at["share"]
        sd = [None if row["sd"] is None else factor * row["sd"] for row, factor in ((Q, scale), (part, 100.0))]
        rows.append(
            (
                f"{100 * at['current_A_m2']['mean']:.4g} uA/cm2", str(Q["n"]), number(scale * Q["mean"], "{:.2f}"),
                number(sd[0], "{:.2f}"), f"{100 * part['mean']:.1f} %", number(sd[1], "{:.1f} %"),
            )
        )  # fmt: skip
    return lines(("current", "n", f"mean {unit}", "sd", "of the slowest", "sd"), rows)
