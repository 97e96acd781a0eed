"""Charge and energy that each step of a record moves, by direction: the sums that a table of cycles is made of.

A voltage hold, a sweep or a step in which the current turns counts with the sign of its current.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ...records.record import Record
from ...records.runs import starts

__all__ = ["SIDES", "halves_of"]

SIDES = ("discharge", "charge")
TURNS = 1e-3  # of a step's charge: a step in which the current moves more the other way counts with both


def halves_of(record: Record) -> pl.DataFrame:
    """Charge Q (C/m2) and energy E (J/m2) by step and side, magnitudes above zero, in the order of the record."""
    steps = record.steps.select("step", "cycle", "kind", "label", Q="capacity_C_m2", E="energy_J_m2")
    plain = steps.filter(pl.col("kind").is_in(SIDES)).with_columns(pl.col("kind").alias("side"))
    turning = _turning(record.frame)
    both = plain.select("step", "cycle", "kind", "label").join(turning, on="step")
    others = steps.filter(~pl.col("kind").is_in((*SIDES, "rest", "impedance", "temperature")))
    found = [plain.join(both.select("step"), on="step", how="anti"), both]
    if others.height:
        traced = _traced(record.frame.join(others.select("step"), on="step", how="semi"))
        found.append(others.select("step", "cycle", "kind", "label").join(traced, on="step"))
        # a hold whose curve was not kept goes on in the direction of the step before it
        before = steps.with_columns(
            pl.when(pl.col("kind").is_in(SIDES)).then(pl.col("kind")).forward_fill().alias("side")
        )
        bare = before.join(traced.select("step").unique(), on="step", how="anti")
        found.append(bare.filter((pl.col("kind") == "hold") & pl.col("side").is_not_null()))
    columns = ("step", "cycle", "label", "side", "Q", "E")
    return pl.concat([f.select(columns) for f in found]).filter(pl.col("Q") > 0.0).sort("step", -pl.col("Q"))


def _turning(frame: pl.DataFrame) -> pl.DataFrame:
    """Q and E by side of the steps that move charge both ways, from the record's own charge.

    Under a current of one direction a counter that falls has been rounded, or its rows stand in the wrong order.
    """
    names = ("step", "charge_C_m2", "voltage_V", "current_A_m2")
    step, charge, V, current = (frame[name].to_numpy() for name in names)
    first = starts(step)
    dQ, mean = np.diff(charge, prepend=0.0), V.astype(float, copy=True)
    dQ[first] = charge[first]
    mean[1:] = (V[1:] + V[:-1]) / 2.0
    mean[first] = V[first]
    rows = []
    if first.size:
        forth, net = (np.add.reduceat(one, first) for one in (np.maximum(dQ, 0.0), dQ))
        back = forth - net
        turns = (np.maximum.reduceat(current, first) > 0.0) & (np.minimum.reduceat(current, first) < 0.0)
        for k in np.flatnonzero(turns & (np.minimum(forth, back) > TURNS * np.maximum(forth, back))).tolist():
            mine = slice(int(first[k]), int(first[k + 1]) if k + 1 < first.size else step.size)
            for side, sign in (("discharge", 1.0), ("charge", -1.0)):
                part = np.maximum(sign * dQ[mine], 0.0)
                rows.append((int(step[first[k]]), side, float(part.sum()), float((part * mean[mine]).sum())))
    schema = {"step": pl.Int64(), "side": pl.String(), "Q": pl.Float64(), "E": pl.Float64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _traced(frame: pl.DataFrame) -> pl.DataFrame:
    """Q and E of every step by the sign of its current, from the curve (trapezoids)."""

    def mean(name: str) -> pl.Expr:
        return (pl.col(name) + pl.col(name).shift()) / 2

    dQ = (pl.col("time_s").diff() * mean("current_A_m2")).over("step").alias("dQ")
    side = pl.when(pl.col("dQ") > 0.0).then(pl.lit("discharge")).otherwise(pl.lit("charge")).alias("side")
    intervals = frame.select("step", dQ, mean("voltage_V").over("step").alias("V")).drop_nulls()
    return (
        intervals.filter(pl.col("dQ") != 0.0)
        .group_by("step", side)
        .agg(pl.col("dQ").sum().abs().alias("Q"), (pl.col("dQ") * pl.col("V")).sum().abs().alias("E"))
    )
