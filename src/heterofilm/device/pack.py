"""Several cells: in parallel they share a current, in series they share its fate.

In parallel, cells with potentials at rest U_k and resistances R_k stand at one voltage::

    V = (sum U_k/R_k - I)/sum 1/R_k,    I_k = (U_k - V)/R_k

so that equal potentials share by 1/R_k, and unequal ones even out. In series the current is one, voltages add up, and
the string ends with its first empty cell: beyond, that cell would be reversed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError
from .source import Source

Array = NDArray[np.float64]

__all__ = ["PackRun", "parallel", "series", "share", "spread"]


def share(potentials: Array, resistances: Array, current: float) -> tuple[float, Array]:
    """Voltage (V) and the currents (A) of cells in parallel that carry ``current`` together."""
    weights = 1.0 / resistances
    V = float((potentials @ weights - current) / weights.sum())
    return V, (potentials - V) * weights


@dataclass(frozen=True)
class PackRun:
    """A pack at a constant current: time_s, voltage_V, charge_C of the pack and current of each cell, and its end."""

    table: pl.DataFrame
    end: str

    @property
    def charge(self) -> float:
        """C."""
        return float(self.table["charge_C"][-1])


def spread(source: Source, cells: int, capacity: float, resistance: float, seed: int = 1) -> list[Source]:
    """Cells alike but for a relative standard deviation of capacity and of resistance, normal, seeded.

    Errors: `HeterofilmError` for less than one cell, or a deviation outside 0 to 0.5.
    """
    if cells < 1:
        raise InputError(f"A pack has at least one cell, not {cells}.")
    for name, sigma in (("capacity", capacity), ("resistance", resistance)):
        if not 0.0 <= sigma <= 0.5:
            raise InputError(f"The relative spread of the {name} lies between 0 and 0.5, not {sigma:g}.")
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(cells):
        a, r = (max(1.0 + s * z, 0.05) for s, z in zip((capacity, resistance), rng.standard_normal(2), strict=True))
        rest = source.voltages[:, :1]
        voltages = rest - r * (rest - source.voltages)
        found.append(Source(a * source.charge, source.currents, voltages, a * source.ends, source.area, source.cut_off))
    return found


def parallel(cells: Sequence[Source], current: float, *, cut_off: float | None = None, steps: int = 2000) -> PackRun:
    """Cells in parallel at a constant current (A) of the pack, full at first, until its voltage falls to ``cut_off``.

    The resistance of a cell is that at its mean share of the current. Steps are of equal charge, explicit, small
    against what evens the cells out.
    """
    _checked(cells, current)
    limit = max(cell.cut_off for cell in cells) if cut_off is None else cut_off
    each = current / len(cells)
    total = float(sum(cell.end(each) for cell in cells))
    dt = total / current / steps
    q = np.zeros(len(cells))
    rows, end, t = [], "empty", 0.0
    for _ in range(2 * steps):
        U = np.array([float(cell.voltage(x, 0.0)) for cell, x in zip(cells, q, strict=True)])
        R = np.array([max(cell.resistance(x, each), 1e-9) for cell, x in zip(cells, q, strict=True)])
        V, drawn = share(U, R, current)
        if limit >= V:
            end = f"voltage at {limit:.3g} V"
            break
        rows.append((t, V, current * t, *drawn))
        q = np.clip(q + drawn * dt, 0.0, None)
        t += dt
    if not rows:
        raise InputError(f"The pack does not bear {1e6 * current:.3g} uA: its voltage begins below {limit:.3g} V.")
    names = ["time_s", "voltage_V", "charge_C", *(f"current_{k + 1}_A" for k in range(len(cells)))]
    return PackRun(pl.DataFrame(rows, schema=names, orient="row"), end)


def series(cells: Sequence[Source], current: float) -> PackRun:
    """Cells in series at a current (A), full at first, until the first is empty or at its own cut-off."""
    _checked(cells, current)
    ends = [float(cell.end(current)) for cell in cells]
    weakest = int(np.argmin(ends))
    if ends[weakest] <= 0.0:
        raise InputError(
            f"Cell {weakest + 1} of the string does not bear {1e6 * current:.3g} uA; its discharges end below that."
        )
    q = np.linspace(0.0, ends[weakest], 400)
    V = sum(cell.voltage(q, current) for cell in cells)
    table = pl.DataFrame({"time_s": q / current, "voltage_V": V, "charge_C": q})
    return PackRun(table, f"cell {weakest + 1} of {len(cells)} empty")


def _checked(cells: Sequence[Source], current: float) -> None:
    if not cells:
        raise InputError("A pack has at least one cell.")
    if not current > 0.0:
        raise InputError(f"A pack is discharged by a positive current, not {current:g} A.")
