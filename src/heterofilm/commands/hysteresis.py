"""``heterofilm hysteresis``: compute how far the charge of a cycle lies above its discharge."""

from __future__ import annotations

import argparse

import polars as pl

from ..analysis.electrochemistry.hysteresis import hysteresis, hysteresis_table
from ..plots.hysteresis import hysteresis_figure
from .dqdv import chosen
from .inputs import check_outputs, lines, number, read_record, said_of, shown, write_outputs
from .options import one_record

GROUP = "analyse"
EXAMPLES = (
    "heterofilm hysteresis life.nc --plot hysteresis.png",
    "heterofilm hysteresis measured.mpt --area 1cm2 --cycles 1,10,100 --out gaps.csv",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    one_record(parser)
    parser.add_argument("--cycles", metavar="LIST", help="for example 1,2,5 (default: all with curves)")


def run(given: argparse.Namespace) -> int:
    """Print a line per cycle; write the figure and the curves."""
    check_outputs(given.plot, given.out)
    record = read_record(given.file, given.thickness, given.area, given.columns)
    gaps = hysteresis(record, None if given.cycles is None else chosen(given.cycles, record))
    table = hysteresis_table(gaps)
    few = [table["cycle"][k] for k in shown(table["cycle"].to_list())]
    rows = [
        (
            str(row["cycle"]), *(number(1e3 * row[f"gap_{part}_V"]) for part in (10, 50, 90)),
            number(1e3 * row["mean_V"]), number(1e3 * row["largest_V"]), f"{100 * row['largest_at']:.0f} %",
        )
        for row in table.filter(pl.col("cycle").is_in(few)).iter_rows(named=True)
    ]  # fmt: skip
    print(lines(("cycle", "at 10 % / mV", "50 %", "90 %", "mean", "largest", "at"), rows))
    print(
        "\nShares of the cycled lithium that is in; the gap holds hysteresis and the overpotentials of both currents."
    )
    if said := said_of(record):
        print(said)
    title = f"Voltage hysteresis of {record.meta.get('title') or record.meta.get('name') or given.file}"
    figures = [hysteresis_figure(gaps.filter(pl.col("cycle").is_in(few)), title)] if given.plot else []
    write_outputs(given.plot, figures, given.out, gaps)
    return 0
