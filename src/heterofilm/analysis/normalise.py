"""Capacity per area and per volume, with the uncertainty that area, thickness, calibration and cycles bring.

    c_A = Q/A,   c_V = Q/(A d)
    (u(c_V)/c_V)^2 = (u(Q)/Q)^2 + (u(A)/A)^2 + (u(d)/d)^2      (GUM, JCGM 100:2008, 5.1.2, independent inputs)

u(Q)/Q is the calibration of the tester's current together with the spread of the cycles that are averaged. The spread
is the sample standard deviation and is not divided by the square root of their number: cycles of one cell fade
together and are no independent repeats. First order in the relative uncertainties.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from ..errors import HeterofilmError
from ..record import Record
from .cycles import cycle_table
from .result import Result

__all__ = ["NormalisedCapacity", "normalise"]

PER_AREA = 36.0  # C/m2 in 1 uAh/cm2
PER_VOLUME = 3.6e7  # C/m3 in 1 uAh/cm2/um
CALIBRATION = 1e-3  # relative, of the current: assumed; data sheets of testers state 0.02 to 0.1 % of the range
LARGEST = 0.3  # beyond it the first order is no longer honest


@dataclass(frozen=True)
class NormalisedCapacity:
    """Mean capacity of some cycles.

    - `per_area` in uAh cm-2, `per_volume` in uAh cm-2 um-1 (NaN without a thickness), each with one standard
      deviation;
    - `shares`: of the variance of `per_volume` (of `per_area` without a thickness), by cause: area, thickness,
      calibration, cycles;
    - `direction`, `cycles`: which half, of which cycles; `method`: in words, with its settings.
    """

    per_area: float
    per_area_sigma: float
    per_volume: float
    per_volume_sigma: float
    shares: dict[str, float]
    direction: str
    cycles: tuple[int, ...]
    method: str

    def results(self, sample: str = "", file: str = "") -> list[Result]:
        """Rows of a paper's table."""
        found = [
            Result(
                f"{self.direction} capacity per area", self.per_area, self.per_area_sigma, "uAh cm-2",
                self.method, sample, file,
            )
        ]  # fmt: skip
        if math.isfinite(self.per_volume):
            found.append(
                Result(
                    f"{self.direction} capacity per volume", self.per_volume, self.per_volume_sigma, "uAh cm-2 um-1",
                    self.method, sample, file,
                )
            )  # fmt: skip
        return found


def normalise(
    record: Record,
    *,
    area_sigma_m2: float = 0.0,
    thickness_sigma_m: float = 0.0,
    cycles: Sequence[int] | None = None,
    direction: Literal["discharge", "charge"] = "discharge",
    calibration: float = CALIBRATION,
) -> NormalisedCapacity:
    """Mean capacity of the `cycles` (all, unless named) of a record, per area and per volume.

    The record says its ``area_m2`` and, for the capacity per volume, its ``thickness_m``; here stand their standard
    deviations (m2, m) and the relative one of the tester's current.

    Errors: `HeterofilmError` for cycles that are not there or move no charge in this direction, a negative standard
    deviation, or one above 30 % of its quantity.
    """
    if direction not in ("discharge", "charge"):
        raise HeterofilmError(f"A capacity is that of a discharge or of a charge, not of a '{direction}'.")
    area, thickness = _meta(record, "area_m2"), _meta(record, "thickness_m", needed=False)
    shares = {"area": _relative("area", area_sigma_m2, area), "calibration": _relative("current", calibration, 1.0)}
    if thickness:
        shares["thickness"] = _relative("thickness", thickness_sigma_m, thickness)
    table = cycle_table(record)
    column = f"{direction}_C_m2"
    rows = table if cycles is None else table.filter(pl.col("cycle").is_in(list(cycles)))
    missing = [] if cycles is None else sorted(set(cycles) - set(rows["cycle"].to_list()))
    if missing:
        there = table["cycle"].to_list()
        raise HeterofilmError(f"There is no cycle {missing[0]}; the record has {there[0]} to {there[-1]}.")
    rows = rows.filter(pl.col(column).is_not_null() & (pl.col(column) > 0.0))
    if rows.is_empty():
        raise HeterofilmError(f"None of these cycles moved charge on {direction}.")
    Q = rows[column].to_numpy()
    shares["cycles"] = float(np.std(Q, ddof=1) / Q.mean()) if Q.size > 1 else 0.0
    variance = sum(u**2 for u in shares.values())
    flat = math.sqrt(sum(u**2 for cause, u in shares.items() if cause != "thickness"))
    per_area = float(Q.mean()) / PER_AREA
    per_volume = float(Q.mean()) / thickness / PER_VOLUME if thickness else math.nan
    names = tuple(int(c) for c in rows["cycle"].to_list())
    listed = f"cycle {names[0]}" if len(names) == 1 else f"mean of {len(names)} cycles ({names[0]} to {names[-1]})"
    method = (
        f"{listed}; 1 sd from area {100 * shares['area']:.2g} %, "
        + (f"thickness {100 * shares['thickness']:.2g} %, " if thickness else "")
        + f"current {100 * calibration:.2g} %, spread of the cycles {100 * shares['cycles']:.2g} %"
    )
    return NormalisedCapacity(
        per_area, per_area * flat, per_volume, per_volume * math.sqrt(variance),
        {cause: u**2 / variance if variance > 0.0 else 0.0 for cause, u in shares.items()},
        direction, names, method,
    )  # fmt: skip


def _meta(record: Record, key: str, needed: bool = True) -> float:
    value = record.meta.get(key)
    if isinstance(value, int | float) and value > 0.0:
        return float(value)
    if needed or value is not None:
        raise HeterofilmError(
            f"The meta of the record has no positive '{key}', which a capacity per area needs: add it."
        )
    return 0.0


def _relative(name: str, sigma: float, value: float) -> float:
    if not 0.0 <= sigma <= LARGEST * value:
        raise HeterofilmError(
            f"The standard deviation of the {name} must lie between 0 and {100 * LARGEST:.0f} % of it, got {sigma:g} "
            f"for {value:g}: measure it better, or state a range instead of a standard deviation."
        )
    return sigma / value
