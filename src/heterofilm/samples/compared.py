"""Samples side by side: which quantities several of them have, as numbers to compare, average over replicates, plot.

One row is one quantity of one sample. Ex-situ values keep the potential that the sample file gives; of several files
that tell the same quantity the mean is taken, with the larger of what they state and by how much they differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..analysis.correlation import Correlation, correlation
from ..analysis.electrochemistry.replicates import Outlier, replicates
from ..errors import InputError, did_you_mean
from ..files import check_file
from ..records.result import Result
from .analysed import Analysed

__all__ = ["Compared", "GroupRow", "compared", "read_compared"]

MAX_BYTES = 50_000_000
COLUMNS = ("sample", "group", "quantity", "value", "uncertainty", "unit", "verdict", "files", "note")
TOLD = 1.96  # standard deviations by which replicates differ when their uncertainties explain it no more


@dataclass(frozen=True)
class GroupRow:
    """A quantity of samples made alike: how many, mean, standard deviation, interval of the mean."""

    group: str
    quantity: str
    unit: str
    n: int
    mean: float
    sd: float
    low: float
    high: float
    note: str

    def __str__(self) -> str:
        shown = Result(self.quantity, self.mean, self.sd, self.unit)
        return f"{shown} (n = {self.n}, 95 % of the mean: {self.low:.4g} to {self.high:.4g})"


@dataclass(frozen=True, eq=False)
class Compared:
    """Rows of samples and quantities, with the columns of `COLUMNS`."""

    table: pl.DataFrame

    @property
    def samples(self) -> list[str]:
        """In the order of the project."""
        return list(dict.fromkeys(self.table["sample"].to_list()))

    @property
    def quantities(self) -> list[str]:
        """Those that more than one sample has."""
        shared = self.table.group_by("quantity", maintain_order=True).agg(pl.col("sample").n_unique().alias("n"))
        return shared.filter(pl.col("n") > 1)["quantity"].to_list()

    def cells(self) -> list[tuple[str, ...]]:
        """Quantity, then the value of each sample as it is printed; "" where a sample has none."""
        shown = {(r["sample"], r["quantity"]): _shown(r) for r in self.table.iter_rows(named=True)}
        return [(q, *(shown.get((s, q), "") for s in self.samples)) for q in self.quantities]

    def wide(self) -> pl.DataFrame:
        """One row a quantity, for each sample its value and uncertainty side by side, as spreadsheets take them."""
        rows = {(r["sample"], r["quantity"]): r for r in self.table.iter_rows(named=True)}
        columns: dict[str, list[object]] = {"quantity": [], "unit": []}
        for name in self.samples:
            columns[name], columns[f"{name} ±"] = [], []
        for quantity in self.quantities:
            own = [rows.get((s, quantity)) for s in self.samples]
            columns["quantity"].append(quantity)
            columns["unit"].append(next(r["unit"] for r in own if r))
            for name, row in zip(self.samples, own, strict=True):
                columns[name].append(None if row is None else row["verdict"] or row["value"])
                columns[f"{name} ±"].append(None if row is None else row["uncertainty"])
        words = [name for name in columns if any(isinstance(v, str) for v in columns[name])]
        return pl.DataFrame(
            {name: [None if v is None else str(v) for v in c] if name in words else c for name, c in columns.items()},
            strict=False,
        )

    def groups(self) -> tuple[list[GroupRow], list[Outlier]]:
        """Statistics of every quantity over the samples of each group that has more than one, and what stands out."""
        rows: list[GroupRow] = []
        outliers: list[Outlier] = []
        for (group,), own in self.table.filter((pl.col("group") != "") & pl.col("value").is_finite()).group_by(
            "group", maintain_order=True
        ):
            for (quantity, unit), one in own.group_by("quantity", "unit", maintain_order=True):
                if one.height < 2:
                    continue
                pairs = one.select("sample", "value").iter_rows()
                cells = {name: pl.DataFrame({"at": [0], "number": [value]}) for name, value in pairs}
                found = replicates(cells, on="at", columns=["number"])
                at = found.table.row(0, named=True)
                rows.append(
                    GroupRow(
                        str(group), str(quantity), str(unit), one.height,
                        at["mean"], at["sd"], at["ci_low"], at["ci_high"], _explained(one),
                    )
                )  # fmt: skip
                outliers += [Outlier(o.cell, o.cycle, str(quantity), o.value, o.z) for o in found.outliers]
        return rows, outliers

    def pair(self, first: str, second: str) -> pl.DataFrame:
        """The samples that have both quantities: sample, x, x_sd, y, y_sd; units in `unit_of`.

        Errors: `HeterofilmError` for a quantity that no sample has as a number.
        """
        sides = []
        for name, x in ((first, "x"), (second, "y")):
            own = self.table.filter((pl.col("quantity") == name) & pl.col("value").is_finite())
            if own.is_empty():
                known = self.table.filter(pl.col("value").is_finite())["quantity"].unique(maintain_order=True).to_list()
                raise InputError(
                    f"No sample has the quantity '{name}' as a number.{did_you_mean(name, known)} Known: "
                    f"{', '.join(known[:40])}{' ...' if len(known) > 40 else ''}."
                )
            if own["unit"].n_unique() > 1:
                raise InputError(f"'{name}' comes in {' and '.join(own['unit'].unique())}: it cannot be compared.")
            sides.append(own.select("sample", pl.col("value").alias(x), pl.col("uncertainty").alias(f"{x}_sd")))
        return sides[0].join(sides[1], on="sample", how="inner", maintain_order="left")

    def unit_of(self, quantity: str) -> str:
        return str(self.table.filter(pl.col("quantity") == quantity)["unit"][0])

    def correlation(self, first: str, second: str) -> Correlation:
        """How two quantities go together over the samples that have both.

        Errors: as `pair` and `analysis.correlation.correlation`.
        """
        own = self.pair(first, second)
        sd = [own[name].fill_null(math.nan).to_numpy() for name in ("x_sd", "y_sd")]
        return correlation(own["x"].to_numpy(), own["y"].to_numpy(), sd[0], sd[1])


def compared(done: Iterable[Analysed]) -> Compared:
    """The rows of samples that were analysed. Rows that only number what a file shows (its second peak) are left out:
    another sample's may be another one."""
    rows = []
    for one in done:
        potentials = {entry.path: entry.potential for entry in one.sample.sheet.files if entry.potential is not None}
        found: dict[tuple[str, str], list[Result]] = {}
        for result in one.results:
            if not result.numbered:
                place = potentials.get(result.file)
                quantity = result.quantity if place is None else f"{result.quantity}, {place}"
                found.setdefault((quantity, result.unit), []).append(result)
        for (quantity, unit), results in found.items():
            value, sd, verdict, note = _together(results)
            rows.append(
                {"sample": one.sample.name, "group": one.sample.sheet.group, "quantity": quantity, "value": value,
                 "uncertainty": sd, "unit": unit, "verdict": verdict, "files": len(results), "note": note}
            )  # fmt: skip
    text, real = pl.String(), pl.Float64()
    schema = dict.fromkeys(COLUMNS, text) | {"value": real, "uncertainty": real, "files": pl.Int64()}
    return Compared(pl.DataFrame(rows, schema=schema, strict=False))


def read_compared(path: str | Path) -> Compared:
    """The rows that an earlier analysis wrote (``quantities.csv``).

    Errors: `HeterofilmError` for a file that is missing, too large, or no such table.
    """
    file = check_file(path, MAX_BYTES, "table of quantities")
    try:
        table = pl.read_csv(file, infer_schema=False).fill_null("")
        missing = [name for name in COLUMNS if name not in table.columns]
        if missing:
            raise InputError(f"'{path}' is no table of quantities: it has no column {', '.join(missing)}.")
        number = [pl.col(n).replace("", None).cast(pl.Float64) for n in ("value", "uncertainty")]
        return Compared(table.select(COLUMNS).with_columns(*number, pl.col("files").cast(pl.Int64)))
    except pl.exceptions.PolarsError as error:
        raise InputError(f"'{path}' is no table of quantities ({str(error).splitlines()[0][:80]}).") from None


def _together(results: Sequence[Result]) -> tuple[float, float, str, str]:
    """Value, uncertainty, verdict and note of one quantity by one or more files."""
    notes = list(dict.fromkeys(r.note for r in results if r.note))
    numbers = [r for r in results if not isinstance(r.value, str) and math.isfinite(r.value)]
    if not numbers:
        words = list(dict.fromkeys(str(r) for r in results))
        return math.nan, math.nan, " / ".join(words), "; ".join(notes)
    if len(numbers) < len(results):
        notes.insert(0, f"{len(results) - len(numbers)} of {len(results)} files give no number")
    values = np.array([float(r.value) for r in numbers])
    sds = np.array([r.uncertainty for r in numbers])
    stated = float(np.nanmean(sds)) if np.isfinite(sds).any() else math.nan
    if len(numbers) == 1:
        return float(values[0]), stated, "", "; ".join(notes)
    spread = float(values.std(ddof=1))
    notes.insert(0, f"mean of {len(numbers)} files, which differ by {spread:.3g} (standard deviation)")
    return float(values.mean()), spread if not stated > spread else stated, "", "; ".join(notes)


def _explained(rows: pl.DataFrame) -> str:
    """Whether the stated uncertainties explain by how much samples made alike differ."""
    sds = rows["uncertainty"].drop_nulls().drop_nans()
    sds = sds.filter(sds > 0.0)
    if sds.len() < rows.height:
        return ""
    spread = float(np.std(rows["value"].to_numpy(), ddof=1))
    stated = math.sqrt(float(np.mean(sds.to_numpy() ** 2)))
    if spread > TOLD * stated:
        return f"samples differ {spread / stated:.1f} times more than each is uncertain: they are not alike in this"
    return "the stated uncertainties explain the differences"


def _shown(row: Mapping[str, Any]) -> str:
    if row["verdict"]:
        return str(row["verdict"])
    sd = math.nan if row["uncertainty"] is None else row["uncertainty"]
    more = f" (mean of {row['files']} files)" if row["files"] > 1 else ""
    return f"{Result('', row['value'], sd, row['unit'])}{more}"
