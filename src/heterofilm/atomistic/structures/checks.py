"""Structures that no engine can make sense of are refused before any is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["MAX_ATOMS", "OVERLAP", "check_atoms"]

MAX_ATOMS = 5000
OVERLAP = 0.5  # of the sum of the covalent radii: closer than this is no bond, whatever the elements


def check_atoms(atoms: Atoms, what: str = "The structure") -> None:
    """Refuse a structure without atoms, with a flat, left-handed or unclosed cell, or with overlapping atoms.

    Errors: `HeterofilmError` with the first thing found, naming `what`.
    """
    if not 0 < len(atoms) <= MAX_ATOMS:
        raise InputError(f"{what} has {len(atoms)} atoms; between 1 and {MAX_ATOMS} are expected.")
    if not (np.isfinite(atoms.positions).all() and np.isfinite(atoms.cell.array).all()):
        raise InputError(f"{what} has positions or cell vectors that are not finite numbers.")
    if (atoms.numbers < 1).any():
        raise InputError(f"{what} has an atom without an element; give every site a symbol.")
    if atoms.pbc.any():
        volume = float(np.linalg.det(atoms.cell.array))
        lengths = atoms.cell.lengths()
        if abs(volume) < 1e-3 * max(float(np.prod(lengths)), 1e-6):
            raise InputError(
                f"{what} repeats in space, but its cell has no volume (lengths {_three(lengths)} Å): give three "
                "vectors that do not lie in a plane."
            )
        if volume < 0.0:
            raise InputError(
                f"{what} has a left-handed cell (volume {volume:.1f} Å3): swap two of its vectors, with the positions."
            )
        if lengths.max() / lengths.min() > 50.0 or min(atoms.cell.angles()) < 15.0 or max(atoms.cell.angles()) > 165.0:
            raise InputError(
                f"{what} has an odd cell (lengths {_three(lengths)} Å, angles {_three(atoms.cell.angles())} deg): "
                "reduce it, so that no angle is below 15 or above 165 deg."
            )
    _check_overlap(atoms, what)


def _check_overlap(atoms: Atoms, what: str) -> None:
    from ase.data import covalent_radii
    from ase.neighborlist import neighbor_list

    reach = OVERLAP * covalent_radii[atoms.numbers]
    i, j, distance = neighbor_list("ijd", atoms, list(reach))
    if i.size:
        k = int(np.argmin(distance))
        a, b = atoms[int(i[k])].symbol, atoms[int(j[k])].symbol
        raise InputError(
            f"{what} has overlapping atoms: {a} {i[k]} and {b} {j[k]} are {distance[k]:.2f} Å apart; remove one, or "
            "check the cell and the setting of the space group."
        )


def _three(values: np.ndarray) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
