"""Density of states, and gap and band edges from eigenvalues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, SimulationError
from ..store import result

__all__ = ["Edges", "States", "edges_from_eigenvalues", "states_of_levels"]

Array = NDArray[np.floating[Any]]


@result
@dataclass(frozen=True)
class States:
    """Density of states (1/eV per cell and spin, shape spins x n) over energy (eV), and its parts by name ("V-d").

    Errors: `HeterofilmError` for shapes that do not fit, values that are not finite and energies out of order.
    """

    energies_eV: Array
    total: Array
    parts: Mapping[str, Array]
    fermi_eV: float

    def __post_init__(self) -> None:
        n = self.energies_eV.size
        if self.energies_eV.ndim != 1 or n < 3 or (np.diff(self.energies_eV) <= 0.0).any():
            raise InputError("A density of states needs at least three energies in rising order.")
        for name, part in {"total": self.total, **self.parts}.items():
            if part.ndim != 2 or part.shape[1] != n or part.shape[0] not in (1, 2) or not np.isfinite(part).all():
                raise InputError(
                    f"The density of states '{name}' has the shape {part.shape}, or values that are not finite; "
                    f"1 or 2 spins by {n} energies are expected."
                )


@result
@dataclass(frozen=True)
class Edges:
    """Highest occupied and lowest empty state (eV, on the scale of the engine) and what lies between them.

    `gap_eV` is 0 for a metal; `direct` where both lie at one k-point. `direct_gap_eV`: the smallest distance at one
    k-point and in one spin, which light sees first. Both are None where k-points are not known.
    """

    valence_eV: float
    conduction_eV: float
    gap_eV: float
    direct: bool | None
    direct_gap_eV: float | None = None


def edges_from_eigenvalues(eigenvalues: Array, occupations: Array, half: float = 0.5) -> Edges:
    """Band edges from `eigenvalues` (eV) and `occupations` (0 to 1), both spins x k-points x bands.

    A band is taken as full or empty as a whole: a band that is occupied at one k-point and not at another is a metal.

    Errors: `HeterofilmError` for other shapes, values that are not finite, and no empty or no occupied band.
    """
    if eigenvalues.ndim != 3 or eigenvalues.shape != occupations.shape:
        raise InputError(
            f"Eigenvalues {eigenvalues.shape} and occupations {occupations.shape} must be spin x k x band."
        )
    if not (np.isfinite(eigenvalues).all() and np.isfinite(occupations).all()):
        raise SimulationError("The eigenvalues hold values that are not finite; the calculation did not converge.")
    full = occupations > half
    if not full.any() or full.all():
        which = "empty" if full.all() else "occupied"
        raise InputError(
            f"The calculation holds no {which} band, so that it has no gap to speak of; ask for more bands."
        )
    valence, conduction = np.where(full, eigenvalues, -np.inf), np.where(full, np.inf, eigenvalues)
    top, bottom = float(valence.max()), float(conduction.min())
    k_top, k_bottom = np.argmax(valence.max(axis=(0, 2))), np.argmin(conduction.min(axis=(0, 2)))
    crossing = (full.any(axis=1) & ~full.all(axis=1)).any()
    gap = 0.0 if crossing else max(bottom - top, 0.0)
    # Where bands are flat, several k-points share an edge within rounding: any shared one makes the gap direct.
    at_top = np.isclose(valence.max(axis=(0, 2)), top, atol=1e-4)
    at_bottom = np.isclose(conduction.min(axis=(0, 2)), bottom, atol=1e-4)
    vertical = 0.0 if crossing else max(float((conduction.min(axis=2) - valence.max(axis=2)).min()), 0.0)
    return Edges(top, bottom, gap, bool(k_top == k_bottom or (at_top & at_bottom).any()), vertical)


def states_of_levels(
    eigenvalues: Array,
    weights: Array,
    fermi_eV: float,
    shares: Mapping[str, Array],
    *,
    width_eV: float = 0.1,
    step_eV: float = 0.05,
    reach_eV: float = 8.0,
) -> States:
    """States from `eigenvalues` (eV, spins x k-points x bands), each a Gaussian of standard deviation `width_eV`.

    `weights` of the k-points add up to 1; `shares` (as the eigenvalues) are what of each state belongs to a part. The
    table reaches `reach_eV` to either side of the Fermi level.
    """
    energies = fermi_eV + np.arange(-reach_eV, reach_eV + step_eV / 2.0, step_eV)
    counted = {"": np.ones(eigenvalues.shape), **shares}
    tables = {name: np.zeros((eigenvalues.shape[0], energies.size)) for name in counted}
    near = np.abs(eigenvalues - fermi_eV) < reach_eV + 6.0 * width_eV
    for s, k, n in np.argwhere(near):
        shape = np.exp(-0.5 * ((energies - eigenvalues[s, k, n]) / width_eV) ** 2) / (width_eV * np.sqrt(2.0 * np.pi))
        for name, share in counted.items():
            tables[name][s] += weights[k] * share[s, k, n] * shape
    total = tables.pop("")
    return States(energies, total, tables, fermi_eV)
