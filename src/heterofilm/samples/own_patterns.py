"""Reference patterns of a sample's own crystal structures (CIF), as candidates beside those of the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..atomistic.structures.library import read_atoms, xrd
from ..errors import InputError
from ..library.patterns import Pattern, bracketed

__all__ = ["pattern_of_cif"]

WEAKEST, MOST = 1.0, 45  # % of the strongest line, and lines, as in the library's patterns


def pattern_of_cif(path: Path) -> Pattern:
    """The powder lines of a structure, strengths computed without displacements of its atoms.

    Errors: `HeterofilmError` for a file that holds no crystal, and without the extra `atoms`.
    """
    atoms = read_atoms(path)
    lines = sorted(xrd(atoms, weakest=WEAKEST), key=lambda line: -line.intensity)[:MOST]
    if not lines:
        raise InputError(f"The structure in '{path.name}' has no line between 5 and 90 deg of Cu K-alpha.")
    lines.sort(key=lambda line: -line.d_A)
    indices = [_three(line.hkl[0]) for line in lines]
    return Pattern(
        name=path.stem, title=f"{atoms.get_chemical_formula('reduce')} of {path.name}",
        formula=str(atoms.get_chemical_formula("reduce")), technique="xrd", role="film", kind="computed",
        source=f"positions and powder intensities computed (kinematical, Cu K-alpha) from {path.name}",
        position=np.array([line.d_A for line in lines]), strength=np.array([line.intensity / 100.0 for line in lines]),
        spread=np.zeros(len(lines)), labels=tuple(bracketed(index) for index in indices), indices=tuple(indices),
        cell=tuple(float(v) for v in atoms.cell.cellpar()),
    )  # fmt: skip


def _three(index: tuple[int, ...]) -> tuple[int, int, int]:
    """Miller indices of three numbers, of a hexagonal crystal without the third of its four."""
    h, k, l = (index[0], index[1], index[-1])  # noqa: E741
    return h, k, l
