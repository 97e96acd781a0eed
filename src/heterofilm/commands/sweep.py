"""``heterofilm sweep``: run a study of up to millions of runs, on this machine, Dask or SLURM; resumable."""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from ..errors import InputError
from ..files import atomic, check_place, write_table
from ..sweeps.run import ENGINES, Sweep, run_sweep
from ..sweeps.runs import NUMBERS
from ..sweeps.slurm import Ask
from ..units import parse_quantity, to_si
from .inputs import check_outputs, lines, number
from .options import outputs

GROUP = "simulate"
EXAMPLES = (
    "heterofilm sweep study.toml --folder runs --plot capacity.png",
    "heterofilm sweep study.toml --folder runs --on dask:tcp://10.0.0.1:8786",
    "heterofilm sweep study.toml --folder runs --on slurm --time '30 min' --sbatch=--partition=short --dry",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "study", metavar="STUDY.toml", help="a file with the cell, the protocol, the values and how they are combined"
    )
    parser.add_argument(
        "--folder",
        metavar="DIR",
        required=True,
        help="folder for the runs; the same command continues where it stopped",
    )
    parser.add_argument(
        "--on", metavar="WHERE", default="local", help=f"{', '.join(ENGINES)}, or dask:ADDRESS (default: local)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="number of processes (default: all cores)")
    parser.add_argument("--time", metavar="TIME", help="SLURM: walltime of a task (default: '1 h')")
    parser.add_argument("--tasks", type=int, metavar="N", help="SLURM: largest number of tasks")
    parser.add_argument(
        "--sbatch", metavar="OPTION", action="append", help="SLURM: a further option, --sbatch=--account=films"
    )
    parser.add_argument("--dry", action="store_true", help="SLURM: write and show the script without submitting it")
    parser.add_argument("--of", metavar="NUMBER", help=f"number shown by --plot: {', '.join(NUMBERS)}")
    outputs(parser, "the table, without curves, as .csv or .parquet")


def run(given: argparse.Namespace) -> int:
    """Do what is missing; print what came out; write the figure and the table."""
    suffix = Path(given.out or "").suffix.lower()
    if given.out is not None and suffix not in (".csv", ".parquet"):
        raise InputError(f"'{given.out}' must end in .csv or .parquet.")
    if given.out is not None:
        check_place(given.out)
    check_outputs(given.plot, None)
    if given.of is not None and given.plot is None:
        raise InputError("--of says what --plot shows; give --plot too.")
    chosen = given.of or "capacity_uAh_cm2_um"
    if chosen not in NUMBERS:
        raise InputError(f"'{chosen}' is no number of a run; known: {', '.join(NUMBERS)}.")
    slurm = given.on == "slurm"
    if not slurm and (given.time or given.tasks or given.sbatch):
        raise InputError("--time, --tasks and --sbatch are about SLURM; run on it (--on slurm).")
    sweep = run_sweep(
        given.study, given.folder, on=given.on, workers=given.workers, dry=given.dry, progress=True,
        ask=Ask(_minutes(given.time), given.tasks or 0, tuple(given.sbatch or ())) if slurm else None,
    )  # fmt: skip
    if sweep.missing == sweep.count:
        return 0
    table = sweep.table()
    print(printed(sweep, table))
    if given.plot is not None:
        from ..figures.panels import save_sheet

        save_sheet(sweep.plot(chosen), given.plot)
    if suffix == ".parquet":
        atomic(Path(given.out), lambda target: table.write_parquet(target))
    elif given.out is not None:
        write_table(table, Path(given.out))
    return 0 if table["error"].null_count() == table.height else 1


def _minutes(text: str | None) -> float:
    if text is None:
        return 60.0
    value, unit = parse_quantity(text)
    minutes = to_si(value, unit if unit != "1" else "min") / 60.0
    if not 2.0 <= minutes <= 60 * 24 * 366:
        raise InputError(f"A task lasts between 2 min and a year, not {text}; the last half minute is for stopping.")
    return minutes


def printed(sweep: Sweep, table: pl.DataFrame) -> str:
    """How many runs there are, why some failed, and between what their numbers lie."""
    failed = table.filter(pl.col("error").is_not_null())
    left = f", {sweep.missing} are missing" if sweep.missing else ""
    out = [f"{table.height} runs, {failed.height} failed{left}"]
    reasons = failed["error"].value_counts(sort=True)
    out += [f"  {count} x {reason}" for reason, count in reasons.head(3).rows()]
    if failed.height < table.height:
        rows = [
            (name, *(number(x) for x in table.select(
                pl.col(name).min().alias("a"), pl.col(name).median().alias("b"), pl.col(name).max().alias("c")
            ).row(0)))
            for name in (*sweep.batch.points.paths, *NUMBERS)
        ]  # fmt: skip
        out += ["", lines(("", "least", "median", "most"), rows)]
    return "\n".join(out)
