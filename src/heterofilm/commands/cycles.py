"""``heterofilm cycles``: tabulate capacity, efficiency and end of life over the cycles of a cell or of replicates."""

from __future__ import annotations

import argparse
from typing import Literal

import polars as pl

from ..analysis.electrochemistry.cycles import cycle_table, end_of_life, order, rates_of, reference_note
from ..errors import InputError
from ..figures.figure import Figure
from ..plots.cycles import capacity_figure, mean_voltage_figure, rate_figure
from ..units import from_si, si
from .inputs import check_outputs, lines, number, read_record, said_of, shown, write_outputs
from .options import record_options
from .replicates import compare

GROUP = "analyse"
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
        help="a record: .nc, .csv or .parquet; for several, mean and spread over them",
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
    record_options(parser)


def run(given: argparse.Namespace) -> int:
    """Print the table, the end of life and the rates; write the figure and the table."""
    check_outputs(given.plot, given.out)
    reference = _reference(given.reference)
    if len(given.files) > 1:
        return compare(given, reference)
    record = read_record(given.files[0], given.thickness, given.area, given.columns)
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
    """The cycle table, compact."""
    volume = "discharge_uAh_cm2_um" in table.columns
    unit = "uAh/cm2/um" if volume else "uAh/cm2"
    places = shown(table["cycle"].to_list())
    active = "active_share" in table.columns
    # a column of what is doubtful only where something is; which charge counts where it is not the same in all
    trust = [
        name for name, least in (("charge_by", 2), ("doubt", 1))
        if name in table.columns and table[name].drop_nulls().replace("", None).drop_nulls().n_unique() >= least
    ]  # fmt: skip
    head = ["cycle", "discharge", "charge", "CE", "energy eff.", "mean V dis", "mean V ch", "polarisation", "retention"]
    rows = []
    for row in table[places].iter_rows(named=True):
        Q = [
            row[f"{side}_uAh_cm2_um"]
            if volume
            else (None if (q := row[f"{side}_C_m2"]) is None else from_si(q, "uAh/cm2"))
            for side in ("discharge", "charge")
        ]
        percent = [
            number(None if row[name] is None else 100.0 * row[name], "{:.2f} %")
            for name in ("coulombic_efficiency", "energy_efficiency", "retention_first")
        ]
        rows.append(
            [
                str(row["cycle"]), number(Q[0], "{:.2f}"), number(Q[1], "{:.2f}"), percent[0], percent[1],
                number(row["discharge_V"], "{:.3f} V"), number(row["charge_V"], "{:.3f} V"),
                number(row["polarisation_V"], "{:.3f} V"), percent[2],
                *([number(row["active_share"], "{:.4f}")] if active else []),
                *(row[name] or "" for name in trust),
            ]
        )  # fmt: skip
    first = order(table)
    other = "charge" if first == "discharge" else "discharge"
    alone = reference_note(table)
    return (
        f"{table.height} cycles, capacities in {unit}; CE: {other} over {first} of the same cycle; "
        "energy eff.: discharge over charge\n"
        + lines(head + (["active"] if active else []) + [name.replace("_", " ") for name in trust], rows)
        + (f"\n{alone}" if alone else "")
    )  # fmt: skip


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
