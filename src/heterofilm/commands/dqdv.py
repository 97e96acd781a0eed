"""``heterofilm dqdv``: compute dQ/dV and find the plateaus of selected cycles."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import polars as pl

from ..analysis.electrochemistry.dqdv import dqdv, held, plateaus
from ..analysis.electrochemistry.half_cycles import Half, half_cycles
from ..errors import InputError
from ..plots.dqdv import dqdv_figure
from ..records.record import Record
from ..units import from_si
from .inputs import check_outputs, lines, quantity, read_record, said_of, write_outputs
from .options import record_options

FIRST = 3  # cycles that are taken unless the user says which

GROUP = "analyse"
EXAMPLES = (
    "heterofilm dqdv life.nc --plot dqdv.png",
    "heterofilm dqdv life.nc --cycles 1,10,100 --smoothing 5mV",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("file", metavar="FILE", help="a record: .nc, .csv or .parquet")
    parser.add_argument("--cycles", metavar="LIST", help="for example 1,2,5 (default: the first three with curves)")
    parser.add_argument(
        "--smoothing", default="10mV", metavar="V", help="standard deviation of the Gaussian (default: 10mV)"
    )
    record_options(parser)


def run(given: argparse.Namespace) -> int:
    """Print the plateaus; write the figure and the curves."""
    check_outputs(given.plot, given.out)
    smoothing = quantity(given.smoothing, "V", "smoothing", "10mV")
    record = read_record(given.file, given.thickness, given.area, given.columns)
    cycles = chosen(given.cycles, record)
    halves = list(half_cycles(record, cycles))
    if not halves:
        raise InputError(f"'{given.file}' holds no curve of a charge or discharge in these cycles.")
    print(f"Smoothed by {1e3 * smoothing:g} mV (standard deviation of a Gaussian).")
    print(printed(record, halves, smoothing))
    if said := said_of(record):
        print(f"\n{said}")
    title = str(record.meta.get("title") or record.meta.get("name") or "dQ/dV")
    figures = [dqdv_figure(record, cycles, title, smoothing)] if given.plot else []
    write_outputs(given.plot, figures, given.out, curves(record, halves, smoothing))
    return 0


def chosen(text: str | None, record: Record) -> list[int]:
    """The cycles asked for, or the first three whose curves the record has.

    Errors: `HeterofilmError` for a text that is no list of numbers.
    """
    if text is None:
        every = half_cycles(record, record.steps["cycle"].to_list())
        return sorted({cycle for cycle, _, _ in every})[:FIRST]
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"--cycles '{text}' is not a list of cycles, for example 1,2,5.") from None


def printed(record: Record, halves: Sequence[Half], smoothing: float) -> str:
    """A line per plateau."""
    rows = []
    for cycle, steps, kind in halves:
        for row in plateaus(record, steps, smoothing).iter_rows(named=True):
            charge = f"{from_si(row['charge_C_m2'], 'uAh/cm2'):.3g} uAh/cm2"
            rows.append((str(cycle), kind, f"{row['voltage_V']:.3f} V", charge, f"{100 * row['share']:.0f} %"))
        if not len(rows) or rows[-1][:2] != (str(cycle), kind):
            rows.append((str(cycle), kind, "none", "", ""))
    said = [lines(("cycle", "half", "plateau", "charge", "of all"), rows)]
    for cycle, steps, kind in halves:
        V, Q = held(record, steps)
        if Q > 0.0:
            said.append(
                f"Left out of the {kind} of cycle {cycle}: {from_si(Q, 'uAh/cm2'):.3g} uAh/cm2 at the hold of "
                f"{V:.3f} V, where the current decays; a hold is no plateau."
            )
    return "\n".join(said)


def curves(record: Record, halves: Sequence[Half], smoothing: float) -> pl.DataFrame:
    """All curves: ``cycle``, ``step`` (the first of the half cycle), ``kind``, ``voltage_V``, ``dqdv_C_m2_V``."""
    return pl.concat(
        dqdv(record, steps, smoothing).select(
            pl.lit(cycle).alias("cycle"), pl.lit(steps[0]).alias("step"), pl.lit(kind).alias("kind"), pl.all()
        )
        for cycle, steps, kind in halves
    )
