"""``heterofilm vary``: one protocol on every combination of some values, as a table."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..cell import Cell
from ..errors import InputError
from ..files import atomic, check_place, write_table
from ..simulation.batch import simulate_many
from .inputs import lines, mechanisms, number

MOST = 10_000_000  # combinations


def run(given: argparse.Namespace) -> int:
    """Simulate all points; print how each value moves the capacity; write the table, or all there is."""
    suffix = Path(given.out or "").suffix.lower()
    if given.out is not None and suffix not in (".csv", ".parquet", ".nc"):
        raise InputError(f"'{given.out}' must end in .csv, .parquet or .nc.")
    if given.out is not None:
        check_place(given.out)
    values: dict[str, list[float]] = {}
    for path, numbers in map(spread, given.values):
        if path in values:
            raise InputError(f"'{path}' is given twice; write all its values as one list.")
        values[path] = numbers
    total = math.prod(len(numbers) for numbers in values.values())
    if total > MOST:
        raise InputError(f"That makes {total} combinations; at most {MOST} are run at once.")
    found: Any = simulate_many(
        Cell.vary(given.cell, values),
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
    print(printed(table, values))
    if given.out is not None:
        if suffix == ".nc":
            data = found.dataset()
            atomic(Path(given.out), lambda target: data.to_netcdf(target, engine="h5netcdf"))
        elif suffix == ".parquet":
            atomic(Path(given.out), lambda target: table.write_parquet(target))
        else:
            write_table(table, Path(given.out))
    return 0 if table["error"].null_count() == table.height else 1


def spread(text: str) -> tuple[str, list[float]]:
    """``path=1,2,5``, ``path=low:high:count`` or ``path=low:high:count:log``."""
    path, _, said = text.partition("=")
    try:
        if ":" not in said:
            return path.strip(), [float(word) for word in said.split(",")]
        low, high, count, *kind = said.split(":")
        if int(count) < 1 or kind not in ([], ["log"]):
            raise ValueError
        if int(count) > MOST:
            raise InputError(f"'{text}' makes {int(count)} values; at most {MOST} combinations are run at once.")
        if kind:
            if not (float(low) > 0.0 and float(high) > 0.0):
                raise InputError(f"'{text}' is even in the logarithm, so low and high must be positive.")
            return path.strip(), [float(x) for x in np.geomspace(float(low), float(high), int(count))]
        return path.strip(), [float(x) for x in np.linspace(float(low), float(high), int(count))]
    except ValueError:
        raise InputError(
            f"'{text}' is not of the form PATH=1,2,5 or PATH=LOW:HIGH:COUNT[:log], for example "
            "phases.V2O5.D=1e-13:1e-12:20:log."
        ) from None


def printed(table: pl.DataFrame, values: dict[str, list[float]]) -> str:
    """Capacity of the last discharge against every value, the others averaged over."""
    failed = (
        table.filter(pl.col("error").is_not_null()) if table["error"].null_count() < table.height else table.clear()
    )
    done = table.filter(pl.col("kind") == "discharge") if "kind" in table.columns else table.clear()
    last = done.group_by("point", maintain_order=True).last()
    out = [f"{table['point'].n_unique()} points, {failed.height} failed"]
    for _, _, sentence in failed.select("point", "cell" if "cell" in failed.columns else "point", "error").rows()[:3]:
        out.append(f"  {sentence}")
    for path in values if last.height else ():
        rows = last.group_by(path).agg(
            pl.col("capacity_uAh_cm2_um").mean().alias("mean"), pl.col("capacity_uAh_cm2_um").min().alias("min"),
            pl.col("capacity_uAh_cm2_um").max().alias("max"),
        ).sort(path)  # fmt: skip
        shown = rows[np.unique(np.linspace(0, rows.height - 1, min(rows.height, 12)).astype(int))]
        out += ["", lines((path, "capacity", "least", "most"), [[number(x) for x in row] for row in shown.rows()])]
    return "\n".join(out)
