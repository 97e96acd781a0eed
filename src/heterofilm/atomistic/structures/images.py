"""The periodic images of atoms near one cell: for distances to what stands across its faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .library import bare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["images_within"]


def images_within(atoms: Atoms, reach: float) -> tuple[np.ndarray, list[str]]:
    """The atoms of a periodic cell and their images within `reach` (Å) of it: places, shape (n, 3), and symbols."""
    own = bare(atoms)
    own.wrap()
    heights = own.cell.volume / np.linalg.norm(
        np.cross(np.roll(own.cell.array, -1, axis=0), np.roll(own.cell.array, -2, axis=0)), axis=1
    )
    n = [int(np.ceil(reach / h)) for h in heights]
    shifts = np.array(np.meshgrid(*(np.arange(-k, k + 1) for k in n), indexing="ij")).reshape(3, -1).T
    points = (own.positions[None] + (shifts @ own.cell.array)[:, None]).reshape(-1, 3)
    fractions = np.linalg.solve(own.cell.array.T, points.T).T
    margin = reach / heights
    near = ((fractions > -margin) & (fractions < 1.0 + margin)).all(axis=1)
    symbols = list(own.symbols) * len(shifts)
    return points[near], [symbols[k] for k in np.flatnonzero(near)]
