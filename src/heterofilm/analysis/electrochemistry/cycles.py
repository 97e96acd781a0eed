"""Cycle by cycle: capacities, efficiencies, mean voltages, retention, end of life, rate capability.

The same for simulated and measured records. Definitions, with Q the charge moved and E the energy:

- coulombic and energy efficiency: what a discharge gives back of what was put in before it, Q(discharge)/Q(charge)
  and E(discharge)/E(charge) with all that was charged since the discharge before (`efficiencies`). Of a cell that is
  built charged and discharges first, this is the charge of the cycle before, and its first discharge has none; of one
  that charges first it is that of the same cycle. The column ``first`` says which half of a cycle came first;
- mean voltage: E/Q of all steps of one direction; polarisation: the difference of the two means;
- retention: Q(discharge) over that of the first cycle, and over the largest of all cycles. A discharge
  alone before the first whole cycle, or of less than half the next one, does not count as the first
  (`reference_row`): the test may have begun in it. A discharge of which the file has only a part has none.

Several steps of one direction within a cycle add up. A voltage hold, a sweep or a step in which the current turns
counts with the sign of its current.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...records.gaps import Doubt
from ...records.record import Record
from ...units import si
from .currents import SAME_CURRENT, changes, mean_currents
from .halves import SIDES, halves_of
from .plausible import implausible
from .taken import table_of

__all__ = [
    "EFFICIENCY", "EndOfLife", "at_the_current_of", "cycle_table", "end_of_life", "rate_summary", "rates_of",
    "reference_note", "reference_row", "settled",
]  # fmt: skip

BLOCKS = 3  # different currents that make a rate test

EFFICIENCY = "discharge over the charge before it"
"""What an efficiency is a ratio of, wherever one is printed."""
UNITS = {"uAh_cm2_um": si("uAh/cm2/um"), "uAh_cm2": si("uAh/cm2"), "mAh_g": si("mAh/g"), "uAh": si("uAh")}
PARTIAL = 0.5  # of the next discharge at its current: a first one that is smaller began within a cycle, assumed
BEGINS = 0.05  # of a cycle's larger half: what moves less does not begin it


@dataclass(frozen=True)
class EndOfLife:
    """When the discharge capacity first fell below a share of its reference.

    - `cycle`: the first cycle below, None where none is; `interpolated`: where a line between this cycle and the one
      before crosses the limit;
    - `share`, `reference_cycle`, `limit_C_m2`: what was asked; `reason`: the answer in a sentence.
    """

    cycle: int | None
    interpolated: float | None
    share: float
    reference_cycle: int
    limit_C_m2: float
    reason: str


def cycle_table(record: Record) -> pl.DataFrame:
    """One row per cycle that moved charge.

    ``cycle``, ``label``, ``first`` (discharge or charge), ``discharge_C_m2``, ``charge_C_m2`` and the same in
    ``uAh_cm2``, of a record that knows the film's ``thickness_m``, its ``loading_kg_m2`` and the ``area_m2`` also in
    ``uAh_cm2_um``, ``mAh_g`` and ``uAh``, ``coulombic_efficiency``, ``energy_efficiency``,
    ``discharge_V``, ``charge_V``, ``polarisation_V``, ``retention_first``, ``retention_maximum``,
    ``discharge_A_m2`` (mean over discharges at a set current), and ``active_share`` at the cycle's end where the record
    has it. Of a measured record ``charge_by`` says whether the tester's counter or the integral of the current counts.
    ``doubt`` (of a simulated record only where there is one) says what may be wrong, and what cannot be
    (`plausible`). A ratio without one of its halves is null.

    Errors: `HeterofilmError` for a record in which no charge was moved.
    """
    halves = halves_of(record)
    if halves.is_empty():
        raise InputError("No step of this record moved any charge: there is no cycle to tabulate.")

    def total(column: str, side: str) -> pl.Expr:
        chosen = pl.col(column).filter(pl.col("side") == side)
        return pl.when(chosen.len() > 0).then(chosen.sum())

    table = halves.group_by("cycle", maintain_order=True).agg(
        pl.col("label").first(),
        pl.col("side").filter(pl.col("Q") > BEGINS * pl.col("Q").max()).first().alias("first"),
        *(total("Q", side).alias(f"{side}_C_m2") for side in SIDES),
        *(total("E", side).alias(f"{side}_J_m2") for side in SIDES),
    )
    if "doubt" in record.steps.columns:
        table = table.join(_trust(record), on="cycle", how="left", maintain_order="left")
    discharge = pl.col("discharge_C_m2")
    currents = _discharges(record).select("cycle", pl.col("i").alias("discharge_A_m2"))
    table = table.join(currents, on="cycle", how="left", maintain_order="left")
    skipped = reference_row(table.drop_nulls("discharge_C_m2"))
    reference = discharge.drop_nulls().slice(skipped).first()
    whole = pl.Series([not _lacks_an_end(table, row) for row in range(table.height)], dtype=pl.Boolean())
    largest = table.filter(whole)["discharge_C_m2"].max() if whole.any() else None
    scales = per(record)
    table = table.with_columns(
        *((pl.col(f"{side}_C_m2") / one).alias(f"{side}_{name}") for name, one in scales.items() for side in SIDES),
        pl.Series("coulombic_efficiency", _given_back(table, "C_m2"), pl.Float64()),
        pl.Series("energy_efficiency", _given_back(table, "J_m2"), pl.Float64()),
        *((pl.col(f"{side}_J_m2") / pl.col(f"{side}_C_m2")).alias(f"{side}_V") for side in SIDES),
    ).with_columns(
        (pl.col("charge_V") - pl.col("discharge_V")).alias("polarisation_V"),
        pl.when((discharge.is_not_null().cum_sum() > skipped) & whole)
        .then(discharge / reference)
        .alias("retention_first"),
        pl.when(whole).then(discharge / pl.lit(largest, pl.Float64())).alias("retention_maximum"),
    )
    if "active_share" in record.steps.columns:
        last = record.steps.group_by("cycle", maintain_order=True).agg(pl.col("active_share").last())
        table = table.join(last, on="cycle", how="left", maintain_order="left")
    table = _doubted(table)
    place = [f"{side}_{name}" for name in (*scales, "C_m2") for side in SIDES]
    front = ["cycle", "label", "first", *place]
    end = [name for name in ("discharge_A_m2", "active_share", "charge_by", "doubt") if name in table.columns]
    return table.select(*front, pl.exclude(*front, *end, "discharge_J_m2", "charge_J_m2"), *end)


def per(record: Record) -> dict[str, float]:
    """What a charge per area (C/m2) is divided by to be in the units that a record allows, by their columns' ends."""
    thickness, loading, area = (record.meta.get(name) for name in ("thickness_m", "loading_kg_m2", "area_m2"))
    found = {}
    if isinstance(thickness, int | float) and thickness > 0:
        found["uAh_cm2_um"] = UNITS["uAh_cm2_um"] * thickness
    found["uAh_cm2"] = UNITS["uAh_cm2"]
    if isinstance(loading, int | float) and loading > 0:
        found["mAh_g"] = UNITS["mAh_g"] * loading
    if isinstance(area, int | float) and area > 0:
        found["uAh"] = UNITS["uAh"] / area
    return found


def _given_back(table: pl.DataFrame, unit: str) -> list[float | None]:
    """Every discharge over all that was charged since the discharge before it; None where that is nothing."""
    found: list[float | None] = []
    before = 0.0
    for first, out, put in table.select("first", f"discharge_{unit}", f"charge_{unit}").iter_rows():
        if first == "charge":
            before += put or 0.0
        found.append(out / before if out is not None and before > 0.0 else None)
        after = 0.0 if first == "charge" else put or 0.0
        before = after if out is not None else before + after
    return found


def _doubted(table: pl.DataFrame) -> pl.DataFrame:
    """The table with what cannot be beside what may be wrong with the charge."""
    wrong = implausible(table)
    if "doubt" not in table.columns and not wrong:
        return table
    told = table["doubt"].to_list() if "doubt" in table.columns else [""] * table.height
    both = [
        "; ".join(one for one in (said, wrong.get(cycle)) if one)
        for cycle, said in zip(table["cycle"].to_list(), told, strict=True)
    ]
    return table.with_columns(pl.Series("doubt", both, pl.String()))


def reference_row(known: pl.DataFrame) -> int:
    """Which of the discharges of a `cycle_table` is the first that tells a capacity.

    The first of all, or the second where the first cycle has no charge and the second has, where the first discharge
    gives less than half of the second at the same current, or where rows of it are missing at an end and none of the
    second. `known` has no cycle without a discharge.
    """
    if known.height < 2:
        return 0
    alone = known["charge_C_m2"].is_not_null().to_list()[:2] == [False, True]
    begun = known["discharge_C_m2"][0] < PARTIAL * known["discharge_C_m2"][1] and at_the_current_of(known, 0)[1]
    return int(alone or begun or (_lacks_an_end(known, 0) and not _lacks_an_end(known, 1)))


def _lacks_an_end(table: pl.DataFrame, row: int) -> bool:
    """Whether the file has only a part of the discharge in a row of a `cycle_table`."""
    said = table["doubt"][row] or "" if "doubt" in table.columns else ""
    return any(one.words("discharge") in said for one in (Doubt.EDGE, Doubt.BEGUN, Doubt.ENDED))


def reference_note(table: pl.DataFrame) -> str:
    """Which cycle of a `cycle_table` retention is of, where it is not the first that discharges; else ""."""
    known = table.drop_nulls("discharge_C_m2")
    if not (at := reference_row(known)):
        return ""
    first, share = known["cycle"][0], known["discharge_C_m2"][0] / known["discharge_C_m2"][1]
    why = f"gives {100.0 * share:.2g} % of the next discharge" if share < PARTIAL else "only discharges"
    why = "lacks rows at an end of its discharge" if share >= PARTIAL and _lacks_an_end(known, 0) else why
    return f"Retention is of cycle {known['cycle'][at]}: cycle {first} {why}, and is taken for a part of one."


def _trust(record: Record) -> pl.DataFrame:
    """By cycle: what counts the charge of its halves, and what may be wrong with it."""
    halves = record.steps.filter(pl.col("kind").is_in(SIDES))
    rows = halves.group_by("cycle", maintain_order=True).agg("counted", "doubt", "kind")

    def source(counted: list[int]) -> str:
        return "counter" if all(counted) else "counter and integral" if any(counted) else "integral"

    def words(doubts: list[int], kinds: list[str]) -> str:
        every = dict.fromkeys(SIDES, Doubt.NONE)
        for one, side in zip(doubts, kinds, strict=True):
            every[side] |= Doubt(one)
        said = [one for side, doubt in every.items() for one in doubt.words(side).split("; ") if one]
        return "; ".join(dict.fromkeys(said))

    return rows.select(
        "cycle",
        pl.Series("charge_by", [source(one) for one in rows["counted"].to_list()], pl.String()),
        pl.Series("doubt", [words(*both) for both in rows.select("doubt", "kind").iter_rows()], pl.String()),
    )


def _discharges(record: Record) -> pl.DataFrame:
    """Label, charge Q (C/m2), time (s) and mean current i (A/m2) of every cycle that discharges at a set current."""
    steps = record.steps.filter((pl.col("kind") == "discharge") & (pl.col("capacity_C_m2") > 0.0))
    return (
        steps.group_by("cycle", maintain_order=True)
        .agg(
            pl.col("label").first(),
            pl.col("capacity_C_m2").sum().alias("Q"),
            (pl.col("lasted_s") if "lasted_s" in steps.columns else pl.col("t_end") - pl.col("t_start"))
            .sum()
            .alias("time"),
        )
        .filter(pl.col("time") > 0.0)
        .with_columns((pl.col("Q") / pl.col("time")).alias("i"))
    )


def settled(table: pl.DataFrame) -> NDArray[np.bool_]:
    """Which cycles of a `cycle_table` follow one at the same current.

    The first discharge at a new current begins where the charge at the old one ended, so that its capacity and its
    coulombic efficiency belong to neither. The first cycle of all counts as not settled.
    """
    current = mean_currents(table)
    change = np.zeros(table.height, bool) if current is None else changes(current)
    change[:1] = True
    return ~change


def at_the_current_of(table: pl.DataFrame, row: int) -> NDArray[np.bool_]:
    """Which cycles of a `cycle_table` were discharged at the current of that in `row`, in its block or another."""
    current = mean_currents(table)
    if current is None or not np.isfinite(current[row]):
        return np.ones(table.height, bool)
    block = np.cumsum(changes(current))
    means = np.array([np.nanmean(current[block == k]) if np.isfinite(current[block == k]).any() else np.nan
                      for k in range(int(block[-1]) + 1)])  # fmt: skip
    with np.errstate(invalid="ignore"):
        alike = np.abs(np.log(means / means[block[row]])) <= np.log1p(SAME_CURRENT)
    return np.asarray(alike[block])


def end_of_life(
    table: pl.DataFrame, share: float = 0.8, reference: int | Literal["first", "maximum"] = "first"
) -> EndOfLife:
    """The first cycle of a `cycle_table` whose discharge gives less than `share` of the reference cycle's.

    `reference` is the first cycle (`reference_row`), the one with the largest capacity, or the number of a cycle (2,
    where the first discharge of a fresh film is unlike all others). Only later cycles count, and of a table with
    several discharge currents only those at the reference's: a faster discharge gives less without any ageing. A
    discharge of which the file has only a part tells nothing and is left out.

    Errors: `HeterofilmError` for anything but a `cycle_table`, a share outside 0 ... 1, no discharge, or a reference
    cycle that is not there.
    """
    table_of(table, "cycle_table", "cycle", "discharge_C_m2")
    if not 0.0 < share < 1.0:
        raise InputError(f"The share at the end of life must lie between 0 and 1, got {share:g}; 0.8 is usual.")
    known = table.drop_nulls("discharge_C_m2")
    if known.is_empty():
        raise InputError("No cycle has a discharge: there is no capacity whose end could be told.")
    cycles, Q = known["cycle"].to_list(), known["discharge_C_m2"].to_numpy()
    if reference == "first":
        at = reference_row(known)
    elif reference == "maximum":
        at = int(np.argmax(Q))
    elif reference in cycles:
        at = cycles.index(reference)
    else:
        raise InputError(
            f"The reference cycle {reference} has no discharge; there are cycles {cycles[0]} to {cycles[-1]}."
        )
    limit = share * float(Q[at])
    words = f"{100 * share:g} % of the discharge of cycle {cycles[at]}"
    alike: list[int] = np.flatnonzero(at_the_current_of(known, at) & settled(known)).tolist()
    parts = [k for k in alike if k > at and _lacks_an_end(known, k)]
    places = [at, *(k for k in alike if k > at and k not in parts)]
    if len(places) + len(parts) < len(cycles) - at:
        words += (
            f" among the {len(places)} cycles at its current" if len(places) > 1 else ", the only cycle at its current"
        )
    numbers = ", ".join(str(cycles[k]) for k in parts[:6]) + (" ..." if len(parts) > 6 else "")
    without = f" Without cycle{'s' if len(parts) > 1 else ''} {numbers}: a part of the discharge." if parts else ""
    for a, b in pairwise(places):
        if Q[b] < limit:
            crossing = cycles[a] + (Q[a] - limit) / (Q[a] - Q[b]) * (cycles[b] - cycles[a])
            reason = f"The discharge falls below {words} in cycle {cycles[b]}.{without}"
            return EndOfLife(cycles[b], float(crossing), share, cycles[at], limit, reason)
    least = 100 * Q[places].min() / Q[at]
    reason = f"The discharge stays above {words} up to cycle {cycles[places[-1]]} (lowest {least:.3g} %).{without}"
    if len(places) == 1:
        said = "ran at its current" + (" and is whole" if parts else "")
        reason = f"No cycle after cycle {cycles[at]} {said}, so an end of life cannot be told."
    return EndOfLife(None, None, share, cycles[at], limit, reason)


def rate_summary(record: Record) -> pl.DataFrame:
    """One row per block of discharges at one current, in the order they were run.

    A block ends where the label changes or the mean current changes by more than 5 % from one cycle to the next; a
    current that comes back is a block of its own. ``block``, ``label``, ``current_A_m2`` (mean over the block),
    ``n`` (cycles), ``first_cycle``, ``last_cycle``, ``mean_C_m2``, ``sd_C_m2`` (sample; null for n = 1),
    ``last_C_m2``, ``share``: mean over that of the first block at the smallest current. With the film's thickness
    the capacities are given per volume too (``..._uAh_cm2_um``).

    Errors: `HeterofilmError` for a record without a discharge.
    """
    cycles = _discharges(record)
    if cycles.is_empty():
        raise InputError("This record has no discharge: there is no rate to sum up.")
    new = (pl.Series(changes(cycles["i"].to_numpy())) | (pl.col("label") != pl.col("label").shift())).fill_null(False)
    table = (
        cycles.with_columns((new.cum_sum().cast(pl.Int64) + 1).alias("block"))
        .group_by("block", maintain_order=True)
        .agg(
            pl.col("label").first(),
            pl.col("i").mean().alias("current_A_m2"),
            pl.len().cast(pl.Int64).alias("n"),
            pl.col("cycle").first().alias("first_cycle"),
            pl.col("cycle").last().alias("last_cycle"),
            pl.col("Q").mean().alias("mean_C_m2"),
            pl.col("Q").std().alias("sd_C_m2"),
            pl.col("Q").last().alias("last_C_m2"),
        )
    )
    current = table["current_A_m2"].to_numpy()
    slowest = int(np.flatnonzero(current <= current.min() * (1.0 + SAME_CURRENT))[0])
    table = table.with_columns((pl.col("mean_C_m2") / table["mean_C_m2"][slowest]).alias("share"))
    thickness: Any = record.meta.get("thickness_m")
    if isinstance(thickness, int | float) and thickness > 0:
        table = table.with_columns(
            (pl.col(f"{name}_C_m2") / thickness / UNITS["uAh_cm2_um"]).alias(f"{name}_uAh_cm2_um")
            for name in ("mean", "sd", "last")
        )
    return table


def rates_of(record: Record) -> pl.DataFrame | None:
    """The rate summary of a record that was discharged at three or more currents."""
    if not (record.steps["kind"] == "discharge").any():
        return None
    summary = rate_summary(record)
    different = {f"{i:.1e}" for i in summary["current_A_m2"]}
    return summary if len(different) >= BLOCKS else None
