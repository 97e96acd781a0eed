"""Interstitial sites: where a guest atom finds room, the largest empty spheres of a structure.

The sphere that touches most atoms without holding any is centred on a corner of their Voronoi cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...elements import element
from ...errors import InputError
from ..store import result
from ..structures.checks import check_atoms
from ..structures.images import images_within
from ..structures.library import bare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["InterstitialSite", "insert", "interstitial_sites", "moved", "symmetry"]


@result(formerly="Void")
@dataclass(frozen=True)
class InterstitialSite:
    """An empty sphere: centre (Å), distance to the nearest atom, and how many more are like it by symmetry."""

    position: tuple[float, float, float]
    radius_A: float
    touches: tuple[str, ...]  # elements of the atoms within 15 % of the radius, sorted
    multiplicity: int
    equivalent: tuple[tuple[float, float, float], ...]  # all of them, this one first


def interstitial_sites(
    atoms: Atoms, *, smallest: float = 1.5, largest: float = 3.5, merge: float = 0.5, symprec: float = 0.05
) -> tuple[InterstitialSite, ...]:
    """The empty spheres of a periodic structure, largest first, one per set of symmetry-equivalent ones.

    Args:
        smallest, largest: radii (Å) to keep; beyond `largest` is a gap or a vacuum, not a site.
        merge: corners nearer than this (Å) are one site, at the centre of the largest.
        symprec: tolerance (Å) of the space group; two sites of one orbit may differ by it.

    Errors: `HeterofilmError` for a structure that does not repeat in all directions (add a vacuum and repeat it).
    """
    check_atoms(atoms)
    if not atoms.pbc.all():
        raise InputError(
            "Interstitial sites are looked for in a structure that repeats in all three directions; set its cell."
        )
    from scipy.spatial import Voronoi, cKDTree

    cloud, elements = images_within(atoms, reach=2.2 * largest)
    tree = cKDTree(cloud)
    corners = Voronoi(cloud).vertices
    inside = np.linalg.solve(atoms.cell.array.T, corners.T).T
    corners = corners[((inside > -1e-9) & (inside < 1.0 - 1e-9)).all(axis=1)]
    radii = tree.query(corners)[0]
    kept = (radii >= smallest) & (radii <= largest)
    order = np.argsort(-radii[kept], kind="stable")
    centres = _merged(atoms, corners[kept][order], merge)
    found: list[InterstitialSite] = []
    taken = np.zeros(len(centres), bool)
    rotations, translations = symmetry(atoms, symprec)
    fractions = np.linalg.solve(atoms.cell.array.T, centres.T).T
    for k, centre in enumerate(centres):
        if taken[k]:
            continue
        orbit = (fractions[k] @ np.swapaxes(rotations, 1, 2)) + translations
        apart = fractions[None, :, :] - orbit[:, None, :]
        apart = np.linalg.norm((apart - np.round(apart)) @ atoms.cell.array, axis=2).min(axis=0)
        same = ~taken & (apart < merge)
        same[k] = True
        taken |= same
        radius = float(tree.query(centre)[0])
        near = tree.query_ball_point(centre, 1.15 * radius)
        members = [k, *(int(m) for m in np.flatnonzero(same) if m != k)]
        found.append(
            InterstitialSite(
                position=_three(centre), radius_A=radius, touches=tuple(sorted(elements[m] for m in near)),
                multiplicity=len(members), equivalent=tuple(_three(centres[m]) for m in members),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda site: -site.radius_A))


def insert(atoms: Atoms, positions: Sequence[Sequence[float]], ion: str = "Li") -> Atoms:
    """`atoms` with ions added at `positions` (Å), at the end of the list.

    Errors: `HeterofilmError` for an unknown element, and a place that is already taken.
    """
    from ase import Atoms as New

    element(ion)
    filled = bare(atoms)
    filled += New([ion] * len(positions), positions=np.reshape(np.asarray(positions, float), (-1, 3)))
    check_atoms(filled, f"The structure with {ion}")
    return filled


def moved(atoms: Atoms, ion: str, place: Sequence[float]) -> Atoms:
    """`atoms` with their one `ion` at `place` (Å), or at that image of it which is nearest to where the ion was.

    Errors: `HeterofilmError` unless there is exactly one such ion, and for a place that is taken.
    """
    own = [k for k, symbol in enumerate(atoms.symbols) if symbol == ion]
    if len(own) != 1:
        raise InputError(f"One {ion} is to be moved, but the structure holds {len(own)}.")
    from ase.geometry import find_mic

    found = bare(atoms)
    step = np.asarray(place, float) - found.positions[own[0]]
    found.positions[own[0]] += find_mic(step[None], found.cell, found.pbc)[0][0]
    check_atoms(found, f"The structure with {ion} moved")
    return found


def _merged(atoms: Atoms, points: np.ndarray, merge: float) -> np.ndarray:
    """Points, the best first, without those within `merge` of a better one or its image."""
    kept: list[np.ndarray] = []
    inverse = np.linalg.inv(atoms.cell.array)
    for point in points:
        if kept:
            apart = (np.array(kept) - point) @ inverse
            if np.linalg.norm((apart - np.round(apart)) @ atoms.cell.array, axis=1).min() < merge:
                continue
        kept.append(point)
    return np.array(kept).reshape(-1, 3)


def symmetry(atoms: Atoms, symprec: float) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (m, 3, 3) and translations (m, 3) of the space group, in fractions of the cell."""
    try:
        import spglib
    except ImportError:
        return np.eye(3)[None], np.zeros((1, 3))
    found = spglib.get_symmetry((atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers), symprec=symprec)
    if found is None:
        return np.eye(3)[None], np.zeros((1, 3))
    return np.asarray(found["rotations"], float), np.asarray(found["translations"], float)


def _three(point: np.ndarray) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])
