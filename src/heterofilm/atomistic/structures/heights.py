"""Heights above the face of a and b: along the normal, on the side where c leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["cell_height", "heights"]


def heights(atoms: Atoms) -> NDArray[np.floating[Any]]:
    """Height of each atom above the face of a and b (Å).

    Errors: `HeterofilmError` for atoms without a cell.
    """
    return np.asarray(atoms.positions @ _normal(atoms))


def cell_height(atoms: Atoms) -> float:
    """Height of the cell above the face of a and b (Å)."""
    return float(atoms.cell.array[2] @ _normal(atoms))


def _normal(atoms: Atoms) -> NDArray[np.floating[Any]]:
    if atoms.cell.rank < 3:
        raise InputError("Heights are counted from the face of a and b: the structure needs a cell.")
    a, b, c = atoms.cell.array
    normal = np.cross(a, b)
    return np.asarray(normal / np.linalg.norm(normal) * np.sign(normal @ c))
