"""Charges of atoms from a density (Hirshfeld, Theor. Chim. Acta 44 (1977) 129).

Each atom takes of the density what it would hold of free atoms put in the same places:

    w_A(r) = n_A(|r - R_A|) / Σ_B n_B(|r - R_B|)        q_A = ∫ w_A (Σ_B n_B - n) dV

The free atoms come from the engine that made the density, so that both leave out the same cores. They are neutral and
round; only CP2K, which knows no half pairs, leaves one electron of an odd number unpaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..engine import Engine
from ..engines import base as engines
from ..engines.electrons import ElectronEngine
from ..fields.grid import Grid
from ..store import Provenance, Store, recall, result

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Charges", "FreeAtom", "free_atom", "free_atoms", "hirshfeld", "round_atom"]

Array = NDArray[np.floating[Any]]
BOX_A = 10.0
OF_CRYSTALS = (  # settings that a free atom does not take over
    "k_density", "smearing_eV", "moments", "alternate", "from_spinless", "u", "u_steps", "dipole", "mixing",
    "convergence",
)  # fmt: skip
LOST = 0.01  # of the electrons: what a grid may miscount


@result
@dataclass(frozen=True)
class FreeAtom:
    """A neutral free atom: `density` (e/Å3) at the distances `r_A`, and the electrons that it holds."""

    element: str
    r_A: Array
    density: Array
    electrons: int
    provenance: Provenance | None = None


@result
@dataclass(frozen=True)
class Charges:
    """Charges (e, positive: electrons were given away) by atom; they add up to zero.

    `lost_e`: what the density counted fewer than the free atoms on the same points, where the cusps of an all-electron
    density cancel for the most part; it was shared out over the atoms by the electrons that they hold.
    """

    charges_e: Array
    lost_e: float

    def by_element(self, atoms: Atoms) -> dict[str, tuple[float, float, float]]:
        """Mean, least and largest charge of each element."""
        found = {}
        for symbol in dict.fromkeys(atoms.symbols):
            q = self.charges_e[[s == symbol for s in atoms.symbols]]
            found[symbol] = float(q.mean()), float(q.min()), float(q.max())
        return found


def free_atom(element: str, engine: Engine, *, store: Store | None = None) -> FreeAtom:
    """The free atom of `engine` with its own basis and grid, without U, in a box of 10 Å at Γ, smeared by 0.2 eV.

    Errors: `HeterofilmError` for an engine without electrons, and an atom that does not converge.
    """
    from ase import Atoms

    own = engine
    if engine.name in ("gpaw", "cp2k"):
        kept = {word: value for word, value in engine.settings.items() if word not in OF_CRYSTALS}
        alone = (
            {"k_density": 0.01}
            if engine.name == "gpaw"
            else {"k_density": 0.0, "moments": {element: 0.0}, "convergence": 1e-5}
        )
        own = engines.get(engine.name, **{**kept, **alone, "smearing_eV": 0.2})
    if not isinstance(own, ElectronEngine):
        raise InputError(f"The engine '{engine.name}' has no electrons; take gpaw or cp2k.")
    box = Atoms(element, positions=[[BOX_A / 2.0] * 3], cell=[BOX_A] * 3, pbc=True)
    maker = own

    def compute(folder: Path | None, provenance: Callable[[], Provenance]) -> FreeAtom:
        found = maker.ground_state(box, elf=False, log=None if folder is None else folder / "log.txt")
        return round_atom(element, found.density, provenance())

    return recall(store, "free atom", {"atoms": box}, own, {}, compute)


def free_atoms(
    atoms: Atoms, engine: Engine, *, store: Store | None = None, progress: Callable[[int, int], None] | None = None
) -> dict[str, FreeAtom]:
    """The free atoms of all elements of `atoms`."""
    elements = tuple(dict.fromkeys(atoms.symbols))
    found = {}
    for k, element in enumerate(elements):
        found[element] = free_atom(element, engine, store=store)
        if progress is not None:
            progress(k + 1, len(elements))
    return found


def round_atom(element: str, density: Grid, provenance: Provenance | None = None) -> FreeAtom:
    """The mean over directions of a density around the middle of its cell, up to the nearest face."""
    middle = density.cell.sum(axis=0) / 2.0
    reach = min(density.height_A(i) for i in range(3)) / 2.0
    flat, r = _around(density, middle, reach)
    # Each distance by itself: near a cusp no two may be mixed.
    apart, shells, count = np.unique(np.round(r, 4), return_inverse=True, return_counts=True)
    values = np.bincount(shells, density.values.ravel()[flat]) / count
    return FreeAtom(element, apart, np.maximum(values, 0.0), round(density.integral), provenance)


def hirshfeld(
    density: Grid,
    atoms: Atoms,
    free: Mapping[str, FreeAtom],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Charges:
    """Charges of `atoms` from their `density` (e/Å3) and the free atoms of the same engine.

    Errors: `HeterofilmError` for an element without a free atom, and a density that holds more than 1 % fewer or more
    electrons than the free atoms on its points: other cores were left out, or the grid is too coarse.
    """
    missing = sorted(set(atoms.symbols) - set(free))
    if missing:
        raise InputError(f"Hirshfeld charges need the free atoms of {', '.join(missing)}.")
    expected = sum(free[s].electrons for s in atoms.symbols)
    together = np.zeros(density.values.size)
    for flat, own in _placed(density, atoms, free):
        np.add.at(together, flat, own)
    volume = density.volume_A3 / density.values.size
    missing_there = (together - density.values.ravel()) * volume
    lost = float(missing_there.sum())
    if abs(lost) > LOST * expected:
        raise InputError(
            f"The density holds {expected - lost:.3f} electrons and the free atoms {expected}: take free atoms of the "
            "same engine and level, or a finer grid."
        )
    charges = np.empty(len(atoms))
    for k, (flat, own) in enumerate(_placed(density, atoms, free)):
        shared = np.divide(own, together[flat], out=np.zeros_like(own), where=own > 0.0)
        charges[k] = (shared * missing_there[flat]).sum()
        if progress is not None:
            progress(k + 1, len(atoms))
    held = np.array([free[s].electrons for s in atoms.symbols], dtype=float)
    return Charges(charges - charges.sum() * held / expected, lost)


def _placed(grid: Grid, atoms: Atoms, free: Mapping[str, FreeAtom]) -> Iterator[tuple[NDArray[np.int64], Array]]:
    """For each atom the points in its reach (those of its images too), and the free atom's density there."""
    for symbol, place in zip(atoms.symbols, atoms.positions, strict=True):
        one = free[symbol]
        flat, r = _around(grid, place, float(one.r_A[-1]))
        # Between shells, and in a cusp, the logarithm is nearly straight.
        log = np.log(np.maximum(one.density, 1e-12))
        yield flat, np.exp(np.interp(r, one.r_A, log))


def _around(grid: Grid, place: Array, reach: float) -> tuple[NDArray[np.int64], Array]:
    """Flat numbers of the points within `reach` (Å) of `place`, and their distances; a point counts once an image."""
    shape = grid.values.shape
    centre = place @ np.linalg.inv(grid.cell) * shape
    steps = []
    for i, n in enumerate(shape):
        half = reach / (grid.height_A(i) / n)
        steps.append(np.arange(int(np.ceil(centre[i] - half)), int(np.floor(centre[i] + half)) + 1))
    vectors = grid.cell / np.array(shape)[:, None]
    a, b, c = ((s - centre[i])[:, None] * vectors[i] for i, s in enumerate(steps))
    apart = a[:, None, None] + b[None, :, None] + c[None, None, :]
    r = np.sqrt(np.einsum("xyzi,xyzi->xyz", apart, apart))
    inside = r <= reach
    wrapped = [s % n for s, n in zip(steps, shape, strict=True)]
    numbers = (wrapped[0][:, None, None] * shape[1] + wrapped[1][None, :, None]) * shape[2] + wrapped[2][None, None, :]
    return numbers[inside], r[inside]
