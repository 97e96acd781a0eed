"""Voltage hysteresis: how far the charge of a cycle lies above its discharge at the same share of the lithium.

    gap(s) = V_charge(s) - V_discharge(s),   s = 0 at the charged end, 1 at the discharged end

Each half cycle is counted over its own charge, so that a coulombic efficiency below one does not shift the curves
against each other. The mean of the gap over s is E/Q of the charge less that of the discharge: the polarisation of
`cycles.cycle_table`. The gap holds hysteresis of the film and the overpotentials of both currents; what remains of it
at ever smaller ones is hysteresis.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...records.record import Record
from .half_cycles import half_cycles
from .taken import table_of

__all__ = ["hysteresis", "hysteresis_table"]

POINTS = 201  # of a curve over the share

Array = NDArray[np.float64]


def hysteresis(record: Record, cycles: Iterable[int] | None = None) -> pl.DataFrame:
    """The gap over the share, of every cycle that has the curves of a discharge and of a charge.

    ``cycle``, ``share`` (of the lithium that is in, 0 to 1), ``discharge_V``, ``charge_V``, ``gap_V``. `cycles`: some
    of them only.

    Errors: `HeterofilmError` for a record without such a cycle.
    """
    wanted = set(record.steps["cycle"].to_list() if cycles is None else cycles)
    share = np.linspace(0.0, 1.0, POINTS)
    curves: dict[int, dict[str, Array]] = {}
    for cycle, steps, kind in half_cycles(record, wanted):
        filled, V = _over_share(record, steps)
        if filled.size:
            curves.setdefault(cycle, {})[kind] = np.interp(share, filled, V)
    tables = [
        pl.DataFrame({
            "cycle": np.full(POINTS, cycle), "share": share, "discharge_V": both["discharge"],
            "charge_V": both["charge"], "gap_V": both["charge"] - both["discharge"],
        })
        for cycle, both in sorted(curves.items()) if len(both) == 2
    ]  # fmt: skip
    if not tables:
        raise InputError("No cycle of this record has the curves of both a discharge and a charge: it shows no gap.")
    return pl.concat(tables)


def hysteresis_table(gaps: pl.DataFrame) -> pl.DataFrame:
    """A row per cycle of `hysteresis`: ``cycle``, ``gap_10_V``, ``gap_50_V``, ``gap_90_V`` (at these shares, in
    percent), ``mean_V``, ``largest_V`` and ``largest_at`` (its share, of the inner 90 %, since curves are steep at
    their ends).

    Errors: `HeterofilmError` for anything but the table of `hysteresis`.
    """
    table_of(gaps, "hysteresis", "share", "gap_V")
    inner = pl.col("share").is_between(0.05, 0.95)
    gap = pl.col("gap_V")
    at = [
        gap.filter((pl.col("share") - part / 100).abs() < 1e-9).first().alias(f"gap_{part}_V") for part in (10, 50, 90)
    ]
    trapezoid = (gap.sum() - 0.5 * (gap.first() + gap.last())) / (POINTS - 1)
    return gaps.group_by("cycle", maintain_order=True).agg(
        *at,
        trapezoid.alias("mean_V"),
        gap.filter(inner).max().alias("largest_V"),
        pl.col("share").filter(inner).get(gap.filter(inner).arg_max()).alias("largest_at"),
    )


def _over_share(record: Record, steps: tuple[int, ...]) -> tuple[Array, Array]:
    """Share of a half cycle's charge, rising from its charged end, and the voltage there; empty without charge."""
    moved: list[Array] = []
    voltage: list[Array] = []
    Q = 0.0
    for step in steps:
        frame = record.step(step).frame
        passed: Any = Q + np.concatenate([[0.0], np.cumsum(np.abs(np.diff(frame["charge_C_m2"].to_numpy())))])
        moved.append(passed)
        voltage.append(frame["voltage_V"].to_numpy())
        Q = float(passed[-1])
    if not Q > 0.0:
        return np.empty(0), np.empty(0)
    share, V = np.concatenate(moved) / Q, np.concatenate(voltage)
    charging = record.step(steps[0]).frame["current_A_m2"].sum() < 0.0
    return (1.0 - share[::-1], V[::-1]) if charging else (share, V)
