"""Charge and energy that each step of a record moves, by direction: the sums that a table of cycles is made of.

A voltage hold, a sweep, a load or a step in which the current turns counts with both directions.
"""

from __future__ import annotations

import polars as pl

from ...records.columns import delivered, moved
from ...records.record import Record

__all__ = ["SIDES", "halves_of"]

SIDES = ("discharge", "charge")
TURNS = 1e-3  # of a step's charge: a step in which the current moves more the other way counts with both


def halves_of(record: Record) -> pl.DataFrame:
    """Charge Q (C/m2) and energy E (J/m2) by step and side, magnitudes above zero, in the order of the record.

    Sweeps and loads count by their curves, which a run always keeps.
    """
    steps = record.steps.select("step", "cycle", "kind", "label", Q="capacity_C_m2", E="energy_J_m2")
    plain = steps.filter(pl.col("kind").is_in(SIDES)).with_columns(pl.col("kind").alias("side"))
    others = steps.filter(~pl.col("kind").is_in((*SIDES, "rest", "impedance", "temperature")))
    sides = _by_side(record.frame)
    both = sides.filter(pl.col("turns") | pl.col("step").is_in(others["step"].implode()))
    about = steps.select("step", "cycle", "label")
    found = [plain.join(both.select("step"), on="step", how="anti"), about.join(both, on="step")]
    if others.height:
        # a hold whose curve was not kept goes on in the direction of the step before it
        before = steps.with_columns(
            pl.when(pl.col("kind").is_in(SIDES)).then(pl.col("kind")).forward_fill().alias("side")
        )
        bare = before.join(sides.select("step").unique(), on="step", how="anti")
        found.append(bare.filter((pl.col("kind") == "hold") & pl.col("side").is_not_null()))
    columns = ("step", "cycle", "label", "side", "Q", "E")
    return pl.concat([f.select(columns) for f in found]).filter(pl.col("Q") > 0.0).sort("step", -pl.col("Q"))


def _by_side(frame: pl.DataFrame) -> pl.DataFrame:
    """Q and E of every step by the sign of what moved, from the record's own charge, and whether its current turns.

    Under a current of one direction a counter that falls has been rounded, or its rows stand in the wrong order.
    """
    dQ, dE, current = pl.col("dQ"), pl.col("dE"), pl.col("current_A_m2")
    intervals = frame.select("step", "current_A_m2", dQ=moved().over("step"), dE=delivered().over("step"))
    signs = {"discharge": 1.0, "charge": -1.0}
    steps = intervals.group_by("step", maintain_order=True).agg(
        ((current.max() > 0.0) & (current.min() < 0.0)).alias("turns"),
        *((sign * dQ).clip(lower_bound=0.0).sum().alias(f"Q_{side}") for side, sign in signs.items()),
        *((sign * dE).filter(sign * dQ > 0.0).sum().alias(f"E_{side}") for side, sign in signs.items()),
    )
    sizes = [pl.col(f"Q_{side}") for side in SIDES]
    turns = pl.col("turns") & (pl.min_horizontal(sizes) > TURNS * pl.max_horizontal(sizes))
    return pl.concat(steps.select("step", turns, side=pl.lit(side), Q=f"Q_{side}", E=f"E_{side}") for side in SIDES)
