"""Transmittance, reflectance and absorptance as fractions, whatever a file writes them in.

The absorptance is the share that is absorbed, A = 1 - T - R; the absorbance is -log10 T.
"""

from __future__ import annotations

import numpy as np
import polars as pl

__all__ = ["FRACTIONS", "as_fractions", "as_transmittance"]

FRACTIONS = ("transmittance", "reflectance", "absorptance")
MOST = 1.5  # above what noise and a bright spot make of a fraction; 1.5 % is an opaque film
FEW = 0.02  # of the points: so many above `MOST` are no spikes


def as_fractions(table: pl.DataFrame, stated: frozenset[str] = frozenset()) -> tuple[pl.DataFrame, list[str]]:
    """The table with transmittance and reflectance as fractions, and what was assumed.

    `stated`: columns whose heading says the unit; they are left alone. Others are per cent where the largest values,
    not the median, lie above 1.5: an opaque film is dark at most wavelengths.
    """
    notes = []
    for column in FRACTIONS:
        if column not in table.columns or column in stated:
            continue
        values = table[column].cast(pl.Float64).to_numpy()
        values = np.sort(values[np.isfinite(values)])
        if values.size == 0:
            continue
        above = int(np.count_nonzero(values > MOST))
        top = float(values[-1])
        if above > max(FEW * values.size, 2):
            table = table.with_columns(pl.col(column) / 100.0)
            notes.append(
                f"{column} was taken for per cent and divided by 100: no unit is stated and it reaches {top:.4g}."
            )
        else:
            notes.append(f"{column} was taken for a fraction of one: no unit is stated and it reaches {top:.4g}.")
    return table, notes


def as_transmittance(table: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The table with the transmittance in place of an absorptance, and how it was found; any other as it is."""
    if "absorptance" not in table.columns:
        return table, []
    if "transmittance" in table.columns:
        return table.drop("absorptance"), ["the absorptance was left out: the transmittance is there"]
    known = "reflectance" in table.columns
    rest = 1.0 - pl.col("absorptance") - (pl.col("reflectance") if known else 0.0)
    said = "transmittance = 1 - absorptance" + (
        " - reflectance" if known else "; no reflectance is there: what is reflected was taken for transmitted"
    )
    return table.with_columns(transmittance=rest).drop("absorptance"), [said]
