"""Electron localization function (Becke and Edgecombe, J. Chem. Phys. 92 (1990) 5397).

For one spin σ, in Hartree atomic units, with τ_σ = ½ Σ |∇ψ|²:

    D = τ_σ - |∇n_σ|² / (8 n_σ)        D_h = 3/10 (6π²)^{2/3} n_σ^{5/3}        ELF = 1 / (1 + (D/D_h)²)

1 where one orbital alone is (D = 0), ½ in the homogeneous electron gas (D = D_h).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...constants import BOHR_A
from ...errors import InputError, SimulationError
from ..store import result
from ..structures.images import images_within
from .averages import planar_average
from .grid import Grid, same_grid

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Localisation", "beside_atoms", "elf", "elf_of_grids", "localisation"]

Array = NDArray[np.floating[Any]]
VACUUM = 1e-6  # electrons per bohr3: below, ELF is a ratio of noise and set to 0


@result
@dataclass(frozen=True)
class Localisation:
    """ELF of a region: mean over its space, mean over its electrons, and the share of space above ½."""

    mean: float
    electron_mean: float
    above_half: float
    low_A: float
    high_A: float


def elf(n: Array, gradient_squared: Array, tau: Array, *, vacuum: float = VACUUM) -> Array:
    """ELF from density (bohr⁻³), |∇n|² (bohr⁻⁸) and τ (hartree bohr⁻³), each spins x points.

    One row: a closed shell, n and τ of both spins together. Two rows: each spin's own; D and D_h add up over the
    spins (Kohout and Savin, Int. J. Quantum Chem. 60 (1996) 875). 0 where the density is below `vacuum`.

    Errors: `HeterofilmError` for other shapes and values that are not finite.
    """
    if not (n.shape == gradient_squared.shape == tau.shape) or n.ndim < 2 or n.shape[0] not in (1, 2):
        raise InputError(
            f"ELF takes density, squared gradient and τ as 1 or 2 spins x points, not {n.shape}, "
            f"{gradient_squared.shape}, {tau.shape}."
        )
    if not (np.isfinite(n).all() and np.isfinite(gradient_squared).all() and np.isfinite(tau).all()):
        raise SimulationError("ELF needs finite densities; the calculation behind them did not converge.")
    if n.shape[0] == 1:  # half of everything in each spin; |∇n_σ|² = |∇n|²/4
        n, gradient_squared, tau = (np.repeat(v, 2, axis=0) for v in (n / 2.0, gradient_squared / 4.0, tau / 2.0))
    held = np.maximum(n, 1e-30)
    bound = gradient_squared / (8.0 * held)  # Weizsäcker: τ lies above it everywhere
    there = n.sum(axis=0) >= vacuum  # in a vacuum without orbitals |∇n|² of a series is noise over nothing
    if tau[:, there].sum() < 0.99 * bound[:, there].sum():
        raise InputError(
            "The kinetic energy density lies below the bound |∇n|²/8n on the whole: it misses orbitals, is in "
            "another unit (hartree bohr⁻³), or the grid is too coarse (spacing_A, cutoff_eV)."
        )
    D_h = (0.3 * (6.0 * np.pi**2) ** (2.0 / 3.0) * held ** (5.0 / 3.0)).sum(axis=0)
    # In a core a pseudo-density can lie below the bound: D is never negative.
    D = np.maximum((tau - bound).sum(axis=0), 0.0)
    return np.where(there, 1.0 / (1.0 + (D / D_h) ** 2), 0.0)


def elf_of_grids(density: Array, tau: Array, cell_A: Array) -> Grid:
    """ELF as a grid from spin densities (bohr⁻³) and τ (hartree bohr⁻³), spins x nx x ny x nz; ∇n by Fourier series."""
    squared = np.array([(BOHR_A**2) * (Grid(n, cell_A, "").gradient() ** 2).sum(axis=0) for n in density])
    return Grid(elf(density, squared, tau), cell_A, "", "ELF")


def localisation(field: Grid, density: Grid, low_A: float, high_A: float, axis: str | int = "c") -> Localisation:
    """How localised the electrons are between two planes (Å along `axis`); the region may run over the cell's end.

    Errors: `HeterofilmError` for different grids, and a region without points.
    """
    same_grid(field, Grid(density.values, density.cell, field.unit, density.name), "A localisation index")
    z = planar_average(field, axis)
    inside = (z.z_A - low_A) % z.height_A < (high_A - low_A) - 1e-9
    if not inside.any() or not 0.0 < high_A - low_A <= z.height_A + 1e-9:
        raise InputError(f"The region {low_A:g} to {high_A:g} Å holds no plane of points within the cell.")
    index = {"a": 0, "b": 1, "c": 2}.get(str(axis), axis)
    values, weights = (np.moveaxis(g.values, int(index), 0)[inside] for g in (field, density))
    return Localisation(
        float(values.mean()),
        float((values * weights).sum() / weights.sum()),
        float((values > 0.5).mean()),
        low_A,
        high_A,
    )


def beside_atoms(field: Grid, atoms: Atoms, reach_A: float) -> Grid:
    """`field` (ELF) within `reach_A` (Å) of the nearest atom, and 0 elsewhere: tails of orbitals look like lone pairs.

    `atoms` in the cell of the grid, which repeats in all three directions.
    """
    from scipy.spatial import KDTree

    images, _ = images_within(atoms, reach_A)
    shape = field.values.shape
    places = np.moveaxis(np.indices(shape), 0, -1).reshape(-1, 3) / shape @ field.cell
    near = KDTree(images).query(places, distance_upper_bound=reach_A)[0].reshape(shape) <= reach_A
    return Grid(np.where(near, field.values, 0.0), field.cell, field.unit, field.name)
