"""Insertion energy: that of one ion which enters a structure from its metal.

    E_ins = E(host + ion) - E(host) - E(metal per atom)

Negative: the ion is taken up. At low filling it is minus the voltage (times e) of that site.

A strained slab often relaxes further once an ion has disturbed it, by energies that are not the ion's. So the host is
relaxed once more from where the ion leaves it, and E(host) is the lower of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..engine import Engine
from ..engines.by_element import for_part
from ..engines.checks import check_engine
from ..store import Provenance, Store, recall, result
from ..structures.checks import check_atoms
from .interstitials import InterstitialSite, insert
from .relaxation import Progress, Relaxed, energy, relax
from .voltage import check_ion, metal

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Insertion", "insertion_energy", "screen"]


@result(formerly="Adsorption")
@dataclass(frozen=True)
class Insertion:
    """Insertion energy of one ion at one site, where it began and where it came to rest."""

    energy_eV: float
    ion: str
    start: tuple[float, float, float]  # Å
    site: tuple[float, float, float]  # Å, after the relaxation
    moved_A: float  # against the framework
    neighbours: tuple[tuple[str, float], ...]  # elements and distances (Å) of the nearest six atoms
    filled: Relaxed
    host_energy_eV: float  # the lower of the host as it was and as the ion leaves it
    framework_eV: float  # by which the host as the ion leaves it lies above (below: negative) the host as it was
    metal_energy_eV: float  # per atom
    provenance: Provenance


def insertion_energy(
    host: Atoms,
    site: Sequence[float],
    engine: Engine,
    *,
    ion: str = "Li",
    cell: bool = False,
    fmax: float = 0.05,
    steps: int = 300,
    fixed: Sequence[int] = (),
    store: Store | None = None,
    progress: Progress | None = None,
) -> Insertion:
    """Put one ion at `site` (Å) and relax; so are the host, the emptied host and the metal, all alike.

    Args:
        cell: relax the cell too; usually not, for a slab or a dilute ion.
        fixed: atoms of the host that stay where they are.

    Errors: `HeterofilmError` when the site is taken, or one of the four does not converge.
    """
    check_atoms(host, "The host")
    # checked before anything is computed
    check_ion(ion)
    start = insert(host, [site], ion)
    check_engine(start, engine, "energy", "forces")
    settings = {
        "ion": ion,
        "cell": cell,
        "fmax": fmax,
        "site": [round(float(x), 6) for x in site],
        "fixed": list(fixed),
        "host": "the lower of the host and the emptied host",
    }

    def relaxed(atoms: Atoms) -> Relaxed:
        part = for_part(engine, atoms)  # settings of the ion do not apply to the host
        return relax(atoms, part, cell=cell, fmax=fmax, steps=steps, fixed=fixed, store=store, progress=progress)

    def compute(_: Path | None, provenance: Callable[[], Provenance]) -> Insertion:
        bare_host = relaxed(host)
        # the ion starts in the relaxed host, so that both have the same framework
        begun = insert(bare_host.atoms, [_three(_carried(host, bare_host.atoms, site))], ion)
        full = relaxed(begun)
        framework = relaxed(full.atoms[:-1]).energy_eV - bare_host.energy_eV
        host_eV = bare_host.energy_eV + min(framework, 0.0)
        pure = metal(ion, engine, store=store)
        E = full.energy_eV - host_eV - pure.energy_per_atom_eV
        own = full.atoms
        distances = own.get_distances(len(own) - 1, range(len(own) - 1), mic=bool(own.pbc.any()))
        nearest = np.argsort(distances)[:6]
        drift = (own.positions - begun.positions)[:-1].mean(axis=0)
        moved = float(np.linalg.norm(own.positions[-1] - begun.positions[-1] - drift))
        return Insertion(
            energy_eV=E, ion=ion, start=_three(start.positions[-1]), site=_three(own.positions[-1]), moved_A=moved,
            neighbours=tuple((own[int(k)].symbol, float(distances[k])) for k in nearest), filled=full,
            host_energy_eV=host_eV, framework_eV=framework, metal_energy_eV=pure.energy_per_atom_eV,
            provenance=provenance(),
        )  # fmt: skip

    return recall(store, "insertion", {"host": host}, engine, settings, compute)


def screen(
    host: Atoms,
    candidates: Sequence[InterstitialSite],
    engine: Engine,
    *,
    ion: str = "Li",
    store: Store | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[float, InterstitialSite], ...]:
    """Insertion energies (eV) at `candidates` with the host frozen, lowest first: which are worth a relaxation."""
    begun = energy(host, engine, store=store).energy_eV + metal(ion, engine, store=store).energy_per_atom_eV
    found = []
    for k, site in enumerate(candidates):
        E = energy(insert(host, [site.position], ion), engine, store=store).energy_eV - begun
        found.append((E, site))
        if progress is not None:
            progress(k, f"{E:.2f} eV")
    return tuple(sorted(found, key=lambda one: one[0]))


def _carried(before: Atoms, after: Atoms, site: Sequence[float]) -> np.ndarray:
    """A place in the new cell at the same fractions of it."""
    if not before.pbc.all():
        return np.asarray(site, float)
    return np.linalg.solve(before.cell.array.T, np.asarray(site, float)) @ after.cell.array


def _three(point: np.ndarray) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])
