"""``heterofilm vary``: run a protocol for every combination of values."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..cell import Cell
from ..errors import HeterofilmError, InputError
from ..figures.save import check_plot_path
from ..files import atomic, check_place, write_table
from ..library.cell_entries import split
from ..library.change import at
from ..library.value import Value
from ..plots.vary import capacities, sweep_figure
from ..records.netcdf import named, packed
from ..simulation.batch import simulate_many
from ..simulation.shallow import COLUMN, said
from ..units import convert, parse_quantity
from ..wording import counted
from . import answer
from .inputs import lines, mechanisms, number
from .options import cell_and_protocol, running

MOST = 10_000_000  # combinations
LONG = 500  # points from which on a word on folders is due
MOST_DIGITS = 12  # of their number

GROUP = "simulate"
EXAMPLES = (
    'heterofilm vary vo-half "Discharge at C/5" films.VO.thickness="100 nm,300 nm,500 nm" --plot sweep.svg',
    'heterofilm vary vo-half "Discharge at 20 uA/cm2" phases.V2O5.D=1e-13:1e-12:20:log --folder sweep',
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    cell_and_protocol(parser)
    parser.add_argument(
        "values",
        nargs="+",
        metavar="PATH=VALUES",
        help="1,2,5 or low:high:count[:log], in the unit of the entry or with a unit: '0.3 um,500 nm'",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="write the table: .csv or .parquet; .nc for curves, spectra and profiles of all points",
    )
    parser.add_argument(
        "--plot", metavar="FILE", help="plot the capacity against the values: .png, .svg, .pdf or .html"
    )
    parser.add_argument(
        "--folder", metavar="DIR", help="keep every point in a folder; the same command continues where it stopped"
    )
    running(parser)


def run(given: argparse.Namespace) -> int:
    """Simulate all points; print how each value moves the capacity; write the table, or all there is."""
    suffix = Path(given.out or "").suffix.lower()
    if given.out is not None and suffix not in (".csv", ".parquet", ".nc"):
        raise InputError(f"'{given.out}' must end in .csv, .parquet or .nc.")
    if given.out is not None:
        check_place(given.out)
    if given.plot:
        check_plot_path(given.plot)
    values: dict[str, list[float | str]] = {}
    for path, numbers in map(spread, given.values):
        if path in values:
            raise InputError(f"'{path}' is given twice; write all its values as one list.")
        values[path] = numbers
    total = math.prod(len(numbers) for numbers in values.values())
    if total > MOST:
        raise InputError(f"That makes {total} combinations; at most {MOST} are run at once.")
    cell = Cell.load(given.cell)
    if total >= LONG and given.folder is None:
        print(f"heterofilm: {total} points; with --folder DIR a run that is stopped goes on later.", file=sys.stderr)
    found: Any = simulate_many(
        Cell.vary(cell, values),
        given.protocol,
        returns="records" if suffix == ".nc" else "table",
        rtol=given.rtol,
        ageing=mechanisms(given.ageing),
        start=given.start,
        folder=given.folder,
        fresh=given.fresh,
        repair=given.repair,
        total=total,
        progress=True,
    )
    table = found if suffix != ".nc" else found.table()
    answer.frame(table, "points")
    units = {path: unit_of(cell, path) for path in values}
    print(printed(table, units))
    if given.folder is not None:
        print(f"\nKept in '{given.folder}': the same command goes on where it was stopped; --fresh runs all anew.")
    if given.plot:
        sweep_figure(table, units).save(given.plot)
    if given.out is not None:
        if suffix == ".nc":
            data = found.dataset()
            atomic(Path(given.out), lambda target: target.write_bytes(packed({"": named(data)})))
        elif suffix == ".parquet":
            atomic(Path(given.out), lambda target: table.write_parquet(target))
        else:
            write_table(table, Path(given.out))
    return 0 if table["error"].null_count() == table.height else 1


def spread(text: str) -> tuple[str, list[float | str]]:
    """``path=1,2,5``, ``path=low:high:count`` or ``path=low:high:count:log``; numbers may carry their unit."""
    path, _, said = text.partition("=")
    if ":" not in said:
        return path.strip(), [_with_unit(*_quantity(word, text)) for word in said.split(",")]
    low, high, *rest = said.split(":")
    if len(rest) not in (1, 2) or not rest[0].isdecimal() or rest[0] == "0" or rest[1:] not in ([], ["log"]):
        raise _form(text)
    count = int(rest[0][:MOST_DIGITS])
    if len(rest[0]) > MOST_DIGITS or count > MOST:
        raise InputError(f"'{text}' makes {rest[0]} values; at most {MOST} combinations are run at once.")
    (first, own), (last, unit) = _quantity(low, text), _quantity(high, text)
    first = first if own == "1" else convert(first, own, unit)  # "1:5 um" is from 1 um to 5 um
    if rest[1:] and not (first > 0.0 and last > 0.0):
        raise InputError(f"'{text}' is even in the logarithm, so low and high must be positive.")
    numbers = (np.geomspace if rest[1:] else np.linspace)(first, last, count).tolist()
    return path.strip(), [_with_unit(number, unit) for number in numbers]


def _with_unit(number: float, unit: str) -> float | str:
    """As overrides are given: a number in the unit of the entry, or a text."""
    return number if unit == "1" else f"{number!r} {unit}"


def _quantity(word: str, text: str) -> tuple[float, str]:
    try:
        return parse_quantity(word)
    except HeterofilmError as error:
        raise _form(text, f" ({str(error).rstrip('.')})") from None


def _form(text: str, why: str = "") -> InputError:
    return InputError(
        f"'{text}' is not of the form PATH=1,2,5 or PATH=LOW:HIGH:COUNT[:log]{why}; write for example "
        "phases.V2O5.D=1e-13:1e-12:20:log or films.VO.thickness='300 nm,0.5 um'."
    )


def unit_of(cell: Cell, path: str) -> str:
    """The unit in which a table lists the values at a path: that of the cell's own entry."""
    kind, name, keys = split(path)
    found = at(cell.entries.parts[f"{kind}.{name}"], keys, path)
    return found.unit if isinstance(found, Value) else "1"


def printed(table: pl.DataFrame, units: Mapping[str, str]) -> str:
    """Capacity of the last discharge against every value, the others averaged over; ``units``: by path."""
    failed = (
        table.filter(pl.col("error").is_not_null()) if table["error"].null_count() < table.height else table.clear()
    )
    last = capacities(table)
    out = [f"{counted(table['point'].n_unique(), 'point')}, {failed.height} failed"]
    for _, _, sentence in failed.select("point", "cell" if "cell" in failed.columns else "point", "error").rows()[:3]:
        out.append(f"  {sentence}")
    if last.height and table.filter(pl.col("kind") == "discharge").height > last.height:
        out.append("Runs discharge more than once: capacities are those of the last discharge; --out has all of them.")
    if COLUMN in last.columns and (off := said(last[COLUMN].to_numpy(), last.height)):
        out.append(off)
    for path, unit in units.items() if last.height else ():
        rows = last.group_by(path).agg(
            pl.col("capacity_uAh_cm2_um").mean().alias("mean"), pl.col("capacity_uAh_cm2_um").min().alias("min"),
            pl.col("capacity_uAh_cm2_um").max().alias("max"),
        ).sort(path)  # fmt: skip
        shown = rows[np.unique(np.linspace(0, rows.height - 1, min(rows.height, 12)).astype(int))]
        named = path if unit == "1" else f"{path} / {unit}"
        head = (named, *(f"{word} / uAh/cm2/um" for word in ("capacity", "least", "most")))
        out += ["", lines(head, [[number(x) for x in row] for row in shown.rows()])]
    return "\n".join(out)
