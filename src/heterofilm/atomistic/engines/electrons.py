"""The ground state of a structure's electrons: bands, density, potential, states and ELF, from any engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..engine import Engine
from ..fields.grid import Grid
from ..fields.states import Edges, States, edges_from_eigenvalues
from ..store import Provenance, Store, recall, result
from ..structures.checks import check_atoms
from .checks import check_engine

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["ElectronEngine", "Electrons", "electrons"]

Array = NDArray[np.floating[Any]]


@result
@dataclass(frozen=True)
class Electrons:
    """A converged ground state. Energies in eV on the engine's scale; the potential is an electron's energy."""

    energy_eV: float
    fermi_eV: float
    eigenvalues_eV: Array  # spins x k-points x bands
    occupations: Array  # the same, 0 to 1
    k_weights: Array
    density: Grid  # e/Å3
    potential: Grid  # eV
    states: States | None
    elf: Grid | None
    moments: Array | None  # μ_B by atom
    iterations: int
    provenance: Provenance | None = None
    # by element and shell ("V-d"): spins x atoms of that element, in their order, x energies of `states`
    atom_states: Mapping[str, Array] | None = None

    @property
    def edges(self) -> Edges:
        """Band edges on the k-points of the calculation."""
        return edges_from_eigenvalues(self.eigenvalues_eV, self.occupations)


@runtime_checkable
class ElectronEngine(Engine, Protocol):
    """An engine with electrons."""

    def ground_state(self, atoms: Atoms, *, elf: bool, log: Path | None) -> Electrons:
        """The converged ground state of `atoms`; ELF on demand; the program's own words go to `log`.

        Errors: `HeterofilmError` for a density that does not converge, with what to try.
        """


def electrons(atoms: Atoms, engine: Engine, *, elf: bool = False, store: Store | None = None) -> Electrons:
    """The ground state of `atoms` as they stand, with ELF on demand.

    Errors: `HeterofilmError` for a structure or an engine that does not fit, and a density that does not converge.
    """
    check_atoms(atoms)
    check_engine(atoms, engine, "density", "potential", *(["elf"] if elf else []))
    if not isinstance(engine, ElectronEngine):
        raise InputError(f"The engine '{engine.name}' has no electrons; take gpaw or cp2k.")

    def compute(folder: Path | None, provenance: Callable[[], Provenance]) -> Electrons:
        found = engine.ground_state(atoms, elf=elf, log=None if folder is None else folder / "log.txt")
        if not np.isfinite(found.energy_eV):
            raise InputError(f"{engine.level} gave an energy that is not finite; check the structure.")
        return replace(found, provenance=provenance())

    return recall(store, "electrons", {"atoms": atoms}, engine, {"elf": elf}, compute)
