"""Cells made alike: mean, spread and confidence of any per-cycle table, and the values that stand out.

    standard error = s/sqrt(n),   interval = mean +- t(n - 1) s/sqrt(n)

s is the sample standard deviation (n - 1) and t Student's quantile (Student, Biometrika 6 (1908) 1). The interval is
that of the mean, not of the next cell. Values that stand out are named and never taken away: a cell that failed is
a result. They are found by the modified z-score 0.6745 (x - median)/MAD beyond 3.5, which one bad cell among few
cannot hide from (Iglewicz, Hoaglin, How to Detect and Handle Outliers, ASQC 1993).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from ...errors import InputError, did_you_mean

__all__ = ["Outlier", "Replicates", "replicates"]

BEYOND = 3.5  # modified z-score
ROUNDING = 1e-9  # of the median: spreads below are rounding


@dataclass(frozen=True)
class Outlier:
    """A value that stands out among the cells of its cycle: the cell, where, the value and its modified z-score."""

    cell: str
    cycle: float
    quantity: str
    value: float
    z: float


@dataclass(frozen=True, eq=False)
class Replicates:
    """Statistics over cells.

    - `table`: one row per cycle and quantity: the aligned column, ``quantity``, ``n`` (cells with a value), ``mean``,
      ``sd``, ``standard_error``, ``ci_low``, ``ci_high``; with one cell only, the last four are null;
    - `cells`: their names, in the order given; `confidence`: of the interval;
    - `outliers`: values that stand out, by cycle; four cells at least are needed to tell;
    - `note`: what to know about n and the outliers, in a sentence.
    """

    table: pl.DataFrame
    cells: tuple[str, ...]
    confidence: float
    outliers: tuple[Outlier, ...]
    note: str


def replicates(
    tables: Mapping[str, pl.DataFrame] | Sequence[pl.DataFrame],
    *,
    on: str = "cycle",
    columns: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> Replicates:
    """Statistics over the `tables` of several cells (by name, or numbered from 1), aligned on the column `on`.

    `columns` are the quantities; otherwise all numeric columns that every table has. Units stay those of the tables.
    A cycle that a cell did not reach, and a null or NaN, counts as no value: n says how many there were.

    Errors: `HeterofilmError` for no table, a column that is missing or not numeric, a cycle that comes twice in one
    table, or a confidence outside 0 ... 1.
    """
    named = dict(tables) if isinstance(tables, Mapping) else {f"cell {k}": x for k, x in enumerate(tables, 1)}
    if not named:
        raise InputError("Statistics over cells need at least one table, and none was given.")
    if not 0.0 < confidence < 1.0:
        raise InputError(f"The confidence must lie between 0 and 1, but {confidence:g} was given; 0.95 is usual.")
    quantities = _quantities(named, on, columns)
    stacked = pl.concat(
        [
            table.select(
                pl.lit(name).alias("cell"), pl.col(on), *(pl.col(q).cast(pl.Float64).fill_nan(None) for q in quantities)
            )
            for name, table in named.items()
        ],
        how="vertical_relaxed",
    )
    long = stacked.unpivot(index=["cell", on], on=quantities, variable_name="quantity").drop_nulls()
    order = {q: k for k, q in enumerate(quantities)}
    table = (
        long.group_by(on, "quantity")
        .agg(
            pl.len().cast(pl.Int64).alias("n"), pl.col("value").mean().alias("mean"), pl.col("value").std().alias("sd")
        )
        .with_columns((pl.col("sd") / pl.col("n").sqrt()).alias("standard_error"))
        .with_columns(pl.col("n").map_elements(lambda n: _quantile(n, confidence), return_dtype=pl.Float64).alias("t"))
        .with_columns(
            (pl.col("mean") - pl.col("t") * pl.col("standard_error")).alias("ci_low"),
            (pl.col("mean") + pl.col("t") * pl.col("standard_error")).alias("ci_high"),
        )
        .drop("t")
        .sort(on, pl.col("quantity").replace_strict(order, return_dtype=pl.Int64))
    )
    outliers = _outliers(long, on)
    return Replicates(table, tuple(named), confidence, outliers, _note(table, tuple(named), outliers))


def _quantities(named: Mapping[str, pl.DataFrame], on: str, columns: Sequence[str] | None) -> list[str]:
    for name, table in named.items():
        for wanted in (on, *(columns or ())):
            if wanted not in table.columns:
                raise InputError(f"The table of {name} has no column '{wanted}'.{did_you_mean(wanted, table.columns)}")
            if not (table.schema[wanted].is_numeric() or table.schema[wanted] == pl.Null):
                raise InputError(f"The column '{wanted}' of {name} holds {table.schema[wanted]}, not numbers.")
        if table[on].is_duplicated().any():
            twice = table.filter(table[on].is_duplicated())[on][0]
            raise InputError(f"The table of {name} has {on} {twice} more than once: one row per {on} is expected.")
    if columns is not None:
        return list(columns)
    first, *others = named.values()
    shared = [
        c
        for c in first.columns
        if c != on and all(c in t.columns and t.schema[c].is_numeric() for t in (first, *others))
    ]
    if not shared:
        raise InputError(f"The tables share no numeric column besides '{on}'.")
    return shared


def _quantile(n: int, confidence: float) -> float | None:
    return float(stdtrit(n - 1, 0.5 + confidence / 2.0)) if n > 1 else None


def _outliers(long: pl.DataFrame, on: str) -> tuple[Outlier, ...]:
    found = []
    for (cycle, quantity), group in long.sort(on).group_by(on, "quantity", maintain_order=True):
        x = group["value"].to_numpy()
        if x.size < 4:
            continue
        for cell, value, z in zip(group["cell"], x, _modified_z(x), strict=True):
            if abs(z) > BEYOND:
                found.append(Outlier(cell, float(cycle), str(quantity), float(value), float(z)))
    return tuple(found)


def _modified_z(x: NDArray[Any]) -> NDArray[Any]:
    """0.6745 (x - median)/MAD; where more than half the values agree, the mean deviation takes the place of MAD."""
    away = x - np.median(x)
    mad = float(np.median(np.abs(away)))
    if mad > ROUNDING * abs(np.median(x)):
        return np.asarray(0.6745 * away / mad)
    mean = float(np.mean(np.abs(away)))
    # 1.2533 = sqrt(pi/2): sd over mean deviation of a normal distribution
    return np.asarray(away / (1.2533 * mean)) if mean > ROUNDING * abs(np.median(x)) else np.zeros_like(x)


def _note(table: pl.DataFrame, cells: tuple[str, ...], outliers: tuple[Outlier, ...]) -> str:
    if table.is_empty():
        return "There is no value in any table."
    least, most = int(table["n"].min()), int(table["n"].max())  # type: ignore[arg-type]
    said = [f"n = {most} cells" if least == most else f"n = {least} to {most} of {len(cells)} cells"]
    if least < 2:
        said.append("where n = 1 there is no spread")
    if most < 4:
        said.append("fewer than four cells do not tell an outlier")
    elif outliers:
        named = {o.cell: sum(p.cell == o.cell for p in outliers) for o in outliers}
        worst = ", ".join(f"{cell} ({count})" for cell, count in sorted(named.items(), key=lambda x: -x[1]))
        said.append(f"values that stand out (kept in the mean): {worst}")
    return "; ".join(said) + "."
