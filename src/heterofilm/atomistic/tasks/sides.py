"""An interface and its two sides: three ground states on one grid, and what went from one side to the other.

The normal is c. Each side stays where it is in the whole, in the same cell, so that its density stands on the same
points and its cores cancel; of the engine's settings it takes those of its own elements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError
from ..engine import Engine
from ..engines.by_element import for_part
from ..engines.checks import check_engine
from ..engines.electrons import Electrons, electrons
from ..fields.charge import TOLERANCE_E, ChargeDifference, Transfer, charge_difference, transfer
from ..store import Store
from ..structures.heights import cell_height, heights

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Joined", "join", "split"]

VACUUM_A = 6.0  # space without atoms that counts as vacuum


@dataclass(frozen=True)
class Joined:
    """The three ground states, their difference, and the electrons that crossed the plane between the sides."""

    whole: Electrons
    lower: Electrons
    upper: Electrons
    difference: ChargeDifference
    transfer: Transfer


def split(atoms: Atoms, at_A: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The atoms below and above the height `at_A`.

    Errors: `HeterofilmError` where one side has none.
    """
    z = heights(atoms)
    lower = tuple(int(k) for k in np.flatnonzero(z < at_A))
    upper = tuple(int(k) for k in np.flatnonzero(z >= at_A))
    if not lower or not upper:
        raise InputError(f"At {at_A:g} Å all atoms lie on one side; they stand from {z.min():.2f} to {z.max():.2f} Å.")
    return lower, upper


def join(
    atoms: Atoms,
    lower: Sequence[int],
    engine: Engine,
    *,
    names: tuple[str, str] = ("the lower side", "the upper side"),
    store: Store | None = None,
    tolerance_e: float = TOLERANCE_E,
    progress: Callable[[int, int], None] | None = None,
) -> Joined:
    """Charge density difference of `atoms` against the side `lower` and the rest, and the transfer between them.

    The plane lies halfway between the sides; the count starts in the middle of the vacuum, or without one in the
    middle of the lower side.

    Errors: `HeterofilmError` for sides that overlap in height, a density that does not converge and one that loses
    electrons.
    """
    chosen = set(lower)
    parts = [k for k in range(len(atoms)) if k in chosen], [k for k in range(len(atoms)) if k not in chosen]
    if not all(parts):
        raise InputError("A charge density difference needs atoms on both sides of the interface.")
    z, height = heights(atoms), cell_height(atoms)
    below, above = (z[part] for part in parts)
    if below.max() >= above.min():
        raise InputError(
            f"The sides overlap: the lower one reaches up to {below.max():.2f} Å, the upper one begins at "
            f"{above.min():.2f} Å; cut between them, along c."
        )
    plane = float(0.5 * (below.max() + above.min()))
    outside = height - float(above.max() - below.min())
    vacuum = outside >= VACUUM_A and outside > above.min() - below.max()
    start = float(above.max() + outside / 2.0) if vacuum else float(0.5 * (below.min() + below.max()))
    found = []
    check_engine(atoms, engine)
    for k, one in enumerate((atoms, atoms[parts[0]], atoms[parts[1]])):
        found.append(electrons(one, for_part(engine, one), store=store))
        if progress is not None:
            progress(k + 1, 3)
    difference = charge_difference(*(one.density for one in found), tolerance_e=tolerance_e)
    moved = transfer(difference, plane, start_A=start, names=names)
    return Joined(found[0], found[1], found[2], difference, moved)
