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

from ...errors import InputError
from ...records.record import Record
from ...records.result import Result
from ...units import si
from .cycles import cycle_table

__all__ = ["Electrode", "NormalisedCapacity", "normalise", "normalised"]

PER_AREA = si("uAh/cm2")
PER_VOLUME = si("uAh/cm2/um")
CALIBRATION = 1e-3  # relative, of the current: assumed; data sheets of testers state 0.02 to 0.1 % of the range
LARGEST = 0.3  # beyond it the first order is no longer honest


@dataclass(frozen=True)
class Electrode:
    """Area and thickness of the film with one standard deviation each (m2, m); None where not known.

    Errors: `HeterofilmError` for a size that is not positive or an uncertainty that is negative.
    """

    area_m2: float | None = None
    area_sigma_m2: float = 0.0
    thickness_m: float | None = None
    thickness_sigma_m: float = 0.0

    def __post_init__(self) -> None:
        for what, size, sigma in (
            ("area", self.area_m2, self.area_sigma_m2),
            ("thickness", self.thickness_m, self.thickness_sigma_m),
        ):
            if (size is not None and not 0.0 < size < math.inf) or not 0.0 <= sigma < math.inf:
                raise InputError(f"The {what} of an electrode must be positive, its uncertainty not negative.")

    @property
    def area_share(self) -> float:
        """Relative uncertainty of the area."""
        return self.area_sigma_m2 / self.area_m2 if self.area_m2 else 0.0

    @property
    def thickness_share(self) -> float:
        """Relative uncertainty of the thickness."""
        return self.thickness_sigma_m / self.thickness_m if self.thickness_m else 0.0


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

    def row(self, quantity: str, sample: str = "", file: str = "") -> Result:
        """A row of a paper's table: per volume where the thickness is known, else per area."""
        if math.isfinite(self.per_volume):
            value, sigma, unit = self.per_volume, self.per_volume_sigma, "uAh/cm2/um"
        else:
            value, sigma, unit = self.per_area, self.per_area_sigma, "uAh/cm2"
        return Result(quantity, value, sigma, unit, self.method, sample, file)


def normalised(
    charge_C_m2: float,
    electrode: Electrode,
    cycles: Sequence[int],
    *,
    direction: Literal["discharge", "charge"] = "discharge",
    calibration: float = CALIBRATION,
    spread: float = 0.0,
) -> NormalisedCapacity:
    """A charge per area (C/m2) of some cycles with the law above; `spread`: relative, of the cycles averaged."""
    shares = {"area": electrode.area_share, "calibration": calibration, "cycles": spread}
    thickness = electrode.thickness_m
    if thickness:
        shares["thickness"] = electrode.thickness_share
    variance = sum(u**2 for u in shares.values())
    flat = math.sqrt(sum(u**2 for cause, u in shares.items() if cause != "thickness"))
    per_area = charge_C_m2 / PER_AREA
    per_volume = charge_C_m2 / thickness / PER_VOLUME if thickness else math.nan
    names = tuple(int(c) for c in cycles)
    listed = f"cycle {names[0]}" if len(names) == 1 else f"mean of {len(names)} cycles ({names[0]} to {names[-1]})"
    words = {"area": "area", "thickness": "thickness", "calibration": "current", "cycles": "spread of the cycles"}
    causes = ", ".join(f"{said} {100 * shares[cause]:.2g} %" for cause, said in words.items() if shares.get(cause))
    return NormalisedCapacity(
        per_area, per_area * flat, per_volume, per_volume * math.sqrt(variance),
        {cause: u**2 / variance if variance > 0.0 else 0.0 for cause, u in shares.items()},
        direction, names, f"{listed}; 1 sd from {causes}" if causes else listed,
    )  # fmt: skip


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
        raise InputError(f"A capacity is that of a discharge or of a charge, not of a '{direction}'.")
    area, thickness = _meta(record, "area_m2"), _meta(record, "thickness_m", needed=False)
    _check("area", area_sigma_m2, area)
    _check("current", calibration, 1.0)
    if thickness:
        _check("thickness", thickness_sigma_m, thickness)
    electrode = Electrode(area, area_sigma_m2, thickness or None, thickness_sigma_m)
    table = cycle_table(record)
    column = f"{direction}_C_m2"
    rows = table if cycles is None else table.filter(pl.col("cycle").is_in(list(cycles)))
    missing = [] if cycles is None else sorted(set(cycles) - set(rows["cycle"].to_list()))
    if missing:
        there = table["cycle"].to_list()
        raise InputError(f"There is no cycle {missing[0]}; the record has {there[0]} to {there[-1]}.")
    rows = rows.filter(pl.col(column).is_not_null() & (pl.col(column) > 0.0))
    if rows.is_empty():
        raise InputError(f"None of these cycles moved charge on {direction}.")
    Q = rows[column].to_numpy()
    spread = float(np.std(Q, ddof=1) / Q.mean()) if Q.size > 1 else 0.0
    names = rows["cycle"].to_list()
    return normalised(float(Q.mean()), electrode, names, direction=direction, calibration=calibration, spread=spread)


def _meta(record: Record, key: str, needed: bool = True) -> float:
    value = record.meta.get(key)
    if isinstance(value, int | float) and value > 0.0:
        return float(value)
    if needed or value is not None:
        raise InputError(f"The meta of the record has no positive '{key}', which a capacity per area needs: add it.")
    return 0.0


def _check(name: str, sigma: float, value: float) -> None:
    if not 0.0 <= sigma <= LARGEST * value:
        raise InputError(
            f"The standard deviation of the {name} must lie between 0 and {100 * LARGEST:.0f} % of it, got {sigma:g} "
            f"for {value:g}: measure it better, or state a range instead of a standard deviation."
        )
