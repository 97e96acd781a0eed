"""``heterofilm cycles``: tabulate capacity, efficiency and end of life over the cycles of a cell or of replicates."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from ..analysis.electrochemistry.cycles import EFFICIENCY, cycle_table, end_of_life, rates_of, reference_note
from ..errors import InputError
from ..figures.figure import Figure
from ..plots.cycles import capacity_figure, mean_voltage_figure, rate_figure
from ..units import si
from ..wording import counted
from .inputs import check_outputs, lines, number, per_mass, read_record, said_of, shown, write_outputs
from .options import record_options
from .replicates import compare

GROUP = "analyse"
UNITS = {"uAh_cm2_um": "uAh/cm2/um", "uAh_cm2": "uAh/cm2", "mAh_g": "mAh/g"}
"""End of a column -> unit, those that are printed."""
EXAMPLES = (
    "heterofilm cycles life.nc --plot life.png",
    "heterofilm cycles a.csv b.csv c.csv --plot replicates.png",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a record: .nc, .csv or .parquet, or a folder of them; for several, mean and spread over them",
    )
    parser.add_argument(
        "--share",
        type=float,
        default=0.8,
        metavar="S",
        help="share of the capacity left at the end of life (default: 0.8)",
    )
    parser.add_argument(
        "--reference",
        default="first",
        metavar="CYCLE",
        help="cycle this share refers to: first (whole), maximum or a number (default: first)",
    )
    per_mass = parser.add_mutually_exclusive_group()
    per_mass.add_argument("--mass", metavar="MASS", help="mass of the film, for example 0.1mg: capacities in mAh/g too")
    per_mass.add_argument("--density", metavar="DENSITY", help="the same from thickness and density, as 3.36g/cm3")
    record_options(parser)
    parser.description = (
        "Tabulate capacity, efficiency and end of life over the cycles of a cell or of replicates. CE (coulombic) and "
        f"energy efficiency: {EFFICIENCY}, so that a cell which discharges first has none in its first cycle. What "
        "cannot be right is said."
    )


def run(given: argparse.Namespace) -> int:
    """Print the table, the end of life and the rates; write the figure and the table."""
    check_outputs(given.plot, given.out)
    reference = _reference(given.reference)
    given.files = expanded(given.files)
    if len(given.files) > 1:
        return compare(given, reference)
    record = per_mass(
        read_record(given.files[0], given.thickness, given.area, given.columns), given.mass, given.density
    )
    table = cycle_table(record)
    print(printed(table))
    if said := said_of(record):
        print(f"\n{said}")
    if table["discharge_C_m2"].null_count() < table.height:
        end = end_of_life(table, given.share, reference)
        at = "" if end.interpolated is None else f" Interpolated: {end.interpolated:.1f}."
        print(f"\nEnd of life: {end.reason}{at}")
    summary = rates_of(record)
    if summary is not None:
        print(f"\n{printed_rates(summary)}")
    write_outputs(given.plot, figures(table, summary, str(record.meta.get("title", ""))), given.out, table)
    return 0


def expanded(files: Sequence[str]) -> list[str]:
    """The files, and those of a folder in its place: of cells made alike; hidden ones and what is in folders of it not.

    Errors: `HeterofilmError` for a folder without files.
    """
    found: list[str] = []
    for name in files:
        place = Path(name)
        if not place.is_dir():
            found.append(name)
            continue
        inside = sorted(str(one) for one in place.iterdir() if one.is_file() and not one.name.startswith("."))
        if not inside:
            raise InputError(f"The folder '{name}' holds no file; name the records of cells, or a folder with them.")
        print(f"{name}: {len(inside)} files, taken for cells made alike: {', '.join(Path(one).name for one in inside)}")
        found += inside
    return found


def _reference(text: str) -> int | Literal["first", "maximum"]:
    if text == "first":
        return "first"
    if text == "maximum":
        return "maximum"
    if text.isdigit():
        return int(text)
    raise InputError(f"--reference '{text}' is neither 'first', 'maximum' nor the number of a cycle.")


def figures(table: pl.DataFrame, summary: pl.DataFrame | None, title: str) -> list[Figure]:
    """What is drawn of a record's cycles."""
    found = [capacity_figure({"record": table}, title or "Capacity over cycles"), mean_voltage_figure(table)]
    return found if summary is None else [*found, rate_figure({"mean capacity": summary})]


def printed(table: pl.DataFrame) -> str:
    """The cycle table, compact: charges in the first unit that is known, discharges in all of them."""
    known = {column: unit for column, unit in UNITS.items() if f"discharge_{column}" in table.columns}
    main, *others = known
    places = shown(table["cycle"].to_list())
    active = "active_share" in table.columns
    # which charge counts only where it is not the same in all; what is doubtful as a mark, and in words below
    trust = [name for name in ("charge_by",) if name in table.columns and table[name].drop_nulls().n_unique() > 1]
    doubted = dict(table.select("cycle", "doubt").iter_rows()) if "doubt" in table.columns else {}
    head = ["cycle", "discharge", "charge", *(known[one] for one in others)]
    head += ["CE", "energy eff.", "mean V dis", "mean V ch", "polarisation", "retention"]
    rows = []
    for row in table[places].iter_rows(named=True):
        Q = [row[f"discharge_{main}"], row[f"charge_{main}"], *(row[f"discharge_{one}"] for one in others)]
        percent = [
            number(None if row[name] is None else 100.0 * row[name], "{:.2f} %")
            for name in ("coulombic_efficiency", "energy_efficiency", "retention_first")
        ]
        rows.append(
            [
                f"{row['cycle']}{' !' if doubted.get(row['cycle']) else ''}",
                *(number(one, "{:.2f}") for one in Q[:2]), *map(number, Q[2:]), *percent[:2],
                number(row["discharge_V"], "{:.3f} V"), number(row["charge_V"], "{:.3f} V"),
                number(row["polarisation_V"], "{:.3f} V"), percent[2],
                *([number(row["active_share"], "{:.4f}")] if active else []),
                *(row[name] or "" for name in trust),
            ]
        )  # fmt: skip
    also = f" (and discharges in {', '.join(known[one] for one in others)})" if others else ""
    alone = reference_note(table)
    return (
        f"{counted(table.height, 'cycle')}, capacities in {known[main]}{also}; CE and energy eff.: {EFFICIENCY}\n"
        + lines(head + (["active"] if active else []) + [name.replace("_", " ") for name in trust], rows)
        + (f"\n{alone}" if alone else "")
        + in_words(doubted)
    )  # fmt: skip


def in_words(doubted: Mapping[int, str | None], most: int = 6) -> str:
    """What is in doubt of the cycles, a line each; those of the same words together."""
    same: dict[str, list[int]] = {}
    for cycle, words in doubted.items():
        if words:
            same.setdefault(words, []).append(cycle)
    said = [
        f"\n! {'cycle' if len(cycles) == 1 else 'cycles'} {', '.join(map(str, cycles[:most]))}"
        f"{f' and {len(cycles) - most} more' if len(cycles) > most else ''}: {words}"
        for words, cycles in same.items()
    ]
    more = f"\n! and {len(said) - most} more, in the table that --out writes" if len(said) > most else ""
    return "".join(said[:most]) + more


def printed_rates(summary: pl.DataFrame) -> str:
    """The blocks of a rate test."""
    volume = "mean_uAh_cm2_um" in summary.columns
    column, scale = ("_uAh_cm2_um", 1.0) if volume else ("_C_m2", 1.0 / si("uAh/cm2"))
    rows = []
    for row in summary.iter_rows(named=True):
        Q = [
            None if row[f"{what}{column}"] is None else scale * row[f"{what}{column}"]
            for what in ("mean", "sd", "last")
        ]
        rows.append(
            (
                row["label"] or str(row["block"]), f"{100 * row['current_A_m2']:.4g} uA/cm2",
                f"{row['first_cycle']} to {row['last_cycle']}", *(number(q, "{:.2f}") for q in Q),
                f"{100 * row['share']:.1f} %",
            )
        )  # fmt: skip
    unit = "uAh/cm2/um" if volume else "uAh/cm2"
    return lines(("rate", "current", "cycles", f"mean {unit}", "sd", "last", "of the slowest"), rows)
