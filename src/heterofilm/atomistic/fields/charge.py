"""Charge density difference: where electrons go when two parts are joined.

    Δn = n(whole) - Σ n(part)        Q(z) = ∫ Δn over the space below z

All densities are of electrons (e/Å3, positive), on one grid in one cell, with each atom where it is in the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..store import result
from .averages import Profile, planar_average
from .grid import Grid, axis_number, same_grid

__all__ = ["TOLERANCE_E", "ChargeDifference", "Transfer", "charge_difference", "cumulated", "transfer"]

Array = NDArray[np.floating[Any]]
TOLERANCE_E = 1e-3  # what the difference may integrate to


@result
@dataclass(frozen=True)
class ChargeDifference:
    """Δn on its grid (e/Å3), its integral over the cell, and ∫|Δn|/2: the electrons that moved at all."""

    grid: Grid
    integral_e: float
    moved_e: float


@result
@dataclass(frozen=True)
class Transfer:
    """Electrons that crossed a plane, and the words that go with the sign."""

    electrons: float  # gained by the space between start and plane
    per_area_e_A2: float
    start_A: float
    plane_A: float
    words: str


def charge_difference(whole: Grid, *parts: Grid, tolerance_e: float = TOLERANCE_E) -> ChargeDifference:
    """n(whole) - Σ n(part).

    Errors: `HeterofilmError` for fewer than two parts, different grids, cells or units, and a difference that does
    not integrate to zero within `tolerance_e`: electrons were lost, on a coarse grid or by different charges.
    """
    if len(parts) < 2:
        raise InputError("A charge density difference needs the whole and at least two parts.")
    for part in parts:
        same_grid(whole, part, "A charge density difference")
    values = np.array(whole.values, dtype=float)
    for part in parts:
        values -= part.values
    grid = Grid(values, whole.cell, whole.unit, "charge density difference")
    lost = grid.integral
    if abs(lost) > tolerance_e:
        raise InputError(
            f"The charge density difference integrates to {lost:.2g} e, more than {tolerance_e:g}: the parts must hold "
            "all atoms of the whole, each once, on a grid fine enough to count their electrons."
        )
    return ChargeDifference(grid, lost, float(np.abs(values).mean()) * grid.volume_A3 / 2.0)


def transfer(
    difference: ChargeDifference,
    plane_A: float,
    *,
    start_A: float = 0.0,
    axis: str | int = "c",
    names: tuple[str, str] = ("the lower part", "the upper part"),
    zero_e: float = 5e-3,
) -> Transfer:
    """Electrons gained by the space from `start_A` up to `plane_A` along `axis`.

    `start_A` lies where nothing happens: in the vacuum, or in the middle of one material of a superlattice. `names`
    are what lies below and above the plane. Below `zero_e` the words say that nothing moved.
    """
    i = axis_number(axis)
    grid = difference.grid
    profile = planar_average(grid, i)
    reach = (plane_A - start_A) % profile.height_A
    if min(reach, profile.height_A - reach) < 1e-9:
        raise InputError("The plane and the start of the count lie at the same place; put one into the vacuum.")
    electrons = float(_held(profile, grid.area_A2(i), start_A, np.array([reach]))[0])
    below, above = names
    if abs(electrons) < zero_e:
        words = f"no electrons move between {below} and {above} ({electrons:+.3f} e)"
    else:
        giver, taker = (above, below) if electrons > 0.0 else (below, above)
        words = f"{abs(electrons):.2f} electrons move from {giver} to {taker}"
    return Transfer(electrons, electrons / grid.area_A2(i), start_A, plane_A, words)


def cumulated(difference: ChargeDifference, start_A: float = 0.0, axis: str | int = "c") -> Array:
    """Q(z): electrons gained by the space from `start_A` up to each plane of points (e), over the end of the cell."""
    i = axis_number(axis)
    profile = planar_average(difference.grid, i)
    return _held(profile, difference.grid.area_A2(i), start_A, (profile.z_A - start_A) % profile.height_A)


def _held(profile: Profile, area_A2: float, start_A: float, reach: Array) -> Array:
    """Electrons in the space of each `reach` (Å) above `start_A`.

    Each plane of points stands for a sheet as thick as the spacing, half of it on either side; two periods are laid
    out, because the count may run over the end of the cell.
    """
    n = profile.values.size
    h = profile.height_A / n
    edges = h * (np.arange(2 * n + 2) - 0.5)
    held = np.concatenate([[0.0], np.cumsum(np.resize(profile.values, 2 * n + 1))]) * h * area_A2
    begin = start_A % profile.height_A
    return np.asarray(np.interp(begin + reach, edges, held) - np.interp(begin, edges, held))
