"""Energy of a structure as it stands, and of its nearest minimum, with or without its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...constants import EV_A3_IN_GPA
from ...errors import HeterofilmError, InputError, SimulationError
from ...files import atomic
from ..engine import Engine
from ..engines.checks import check_engine
from ..store import Provenance, Store, recall, result
from ..structures.checks import check_atoms
from ..structures.library import bare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Energy", "Progress", "Relaxed", "energy", "load_state", "relax", "save_state"]

Progress = Callable[[int, str], None]  # (steps done, words)
EVERY = 5  # steps between two states on disk


@result
@dataclass(frozen=True)
class Energy:
    """Energy (eV), forces (eV/Å, n x 3) and, where the engine gives them, spin moments (μ_B, n) of a structure."""

    energy_eV: float
    forces: np.ndarray
    moments: np.ndarray | None
    provenance: Provenance


@result
@dataclass(frozen=True)
class Relaxed:
    """A minimum: the atoms, their energy, and how far the cell has moved from where it began."""

    atoms: Atoms
    energy_eV: float
    fmax_eV_A: float  # largest force on a free atom
    pressure_GPa: float | None  # largest component of the stress; None where the cell was held
    length_changes: tuple[float, float, float]  # of a, b, c, as a share
    volume_change: float
    steps: int
    moments: np.ndarray | None
    provenance: Provenance

    @property
    def energy_per_atom_eV(self) -> float:
        """Energy over the number of atoms."""
        return self.energy_eV / len(self.atoms)


def energy(atoms: Atoms, engine: Engine, *, store: Store | None = None) -> Energy:
    """Energy, forces and moments of `atoms` as they stand.

    Errors: `HeterofilmError` for a structure or an engine that does not fit, and an engine that fails.
    """
    check_atoms(atoms)
    check_engine(atoms, engine, "energy", "forces")

    def compute(_: Path | None, provenance: Callable[[], Provenance]) -> Energy:
        own = bare(atoms)
        own.calc = engine.calculator(own)
        E, forces = asked(own, engine)
        return Energy(E, forces, _moments(own, engine), provenance())

    return recall(store, "energy", {"atoms": atoms}, engine, {}, compute)


def relax(
    atoms: Atoms,
    engine: Engine,
    *,
    cell: bool = True,
    fmax: float = 0.05,
    steps: int = 500,
    fixed: Sequence[int] = (),
    store: Store | None = None,
    progress: Progress | None = None,
) -> Relaxed:
    """Follow the forces (FIRE) to the nearest minimum; with `cell` also the stress.

    Args:
        cell: let all six components of the cell move; symmetry is kept only as far as the forces keep it.
        fmax: largest force (eV/Å) at the end; with `cell` also of the stress times volume per atom row.
        steps: give up after so many. A store keeps the last positions: the same call with more steps goes on.
        fixed: atoms that stay where they are.

    Errors: `HeterofilmError` when the steps run out before `fmax`, or the energy is not finite.
    """
    check_atoms(atoms)
    check_engine(atoms, engine, "energy", "forces", *(["stress"] if cell else []))
    if cell and not atoms.pbc.all():
        raise InputError("A cell can only be relaxed if the structure repeats in all three directions.")
    if not 1e-4 <= fmax <= 1.0 or steps < 1:
        raise InputError(f"A relaxation takes fmax from 1e-4 to 1 eV/Å and at least one step, not {fmax}, {steps}.")
    settings = {"cell": cell, "fmax": fmax, "fixed": sorted(int(k) for k in fixed), "optimizer": "FIRE"}

    def compute(folder: Path | None, provenance: Callable[[], Provenance]) -> Relaxed:
        from ase.constraints import FixAtoms
        from ase.filters import FrechetCellFilter
        from ase.optimize import FIRE

        own, before, _ = load_state(folder, 1) or ((bare(atoms),), 0, 0)
        moving = own[0]
        moving.calc = engine.calculator(moving)
        if settings["fixed"]:
            moving.set_constraint(FixAtoms(settings["fixed"]))
        free = FrechetCellFilter(moving) if cell else moving
        optimizer: Any = FIRE(free, logfile=None, maxstep=0.1)
        asked(moving, engine)  # refuses what is not finite, before anything moves
        with answering(moving, engine):
            for done, converged in enumerate(optimizer.irun(fmax=fmax, steps=steps)):
                E, forces = asked(moving, engine)
                largest = float(np.linalg.norm(forces, axis=1).max())
                if progress is not None:
                    progress(done, f"{E:.3f} eV, {largest:.3f} eV/Å")
                if converged or done % EVERY == 0 or done == steps:
                    save_state(folder, [moving], before + done)
        if not converged:
            raise SimulationError(
                f"The relaxation of {atoms.symbols.formula} with {engine.level} stopped after {steps} steps at "
                f"{largest:.3f} eV/Å, above {fmax:g}: it is refused; give it more steps, or start nearer to a minimum."
            )
        stress = moving.get_stress(voigt=True) if cell else None
        old, new = atoms.cell.lengths(), moving.cell.lengths()
        change = np.divide(new, old, out=np.ones(3), where=old > 0.0) - 1.0
        volume = moving.cell.volume / atoms.cell.volume - 1.0 if cell else 0.0
        return Relaxed(
            atoms=bare(moving), energy_eV=E, fmax_eV_A=largest,
            pressure_GPa=None if stress is None else float(np.abs(stress).max()) * EV_A3_IN_GPA,
            length_changes=(float(change[0]), float(change[1]), float(change[2])), volume_change=float(volume),
            steps=before + done, moments=_moments(moving, engine), provenance=provenance(),
        )  # fmt: skip

    return recall(store, "relax", {"atoms": atoms}, engine, settings, compute)


def asked(atoms: Atoms, engine: Engine) -> tuple[float, np.ndarray]:
    """Energy and free forces of atoms with a calculator.

    Errors: `HeterofilmError` when the engine fails or gives no finite number (an SCF cycle that did not converge).
    """
    with answering(atoms, engine):
        E, forces = float(atoms.get_potential_energy()), np.array(atoms.get_forces())
    if not (np.isfinite(E) and np.isfinite(forces).all()):
        raise InputError(f"{engine.level} gave no finite energy of {atoms.symbols.formula}: check the structure.")
    return E, forces


@contextmanager
def answering(atoms: Atoms, engine: Engine) -> Iterator[None]:
    """Whatever an engine raises becomes one sentence.

    Errors: `HeterofilmError` with the engine's own reason, for example an SCF cycle that did not converge.
    """
    try:
        yield
    except HeterofilmError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"{engine.level} gave no energy of {atoms.symbols.formula}: {reason}.") from error


def save_state(folder: Path | None, images: Sequence[Atoms], steps: int, stage: int = 0) -> None:
    """Keep the last positions of a running task, with the steps done and the stage it is in."""
    if folder is not None:
        from ase.io import write

        kept = [bare(image) for image in images]
        for image in kept:
            image.info.update(steps=steps, stage=stage)
        atomic(folder / "last.extxyz", lambda target: write(target, kept, format="extxyz"))


def load_state(folder: Path | None, images: int) -> tuple[tuple[Atoms, ...], int, int] | None:
    """Images, steps and stage that `save_state` kept, if there is something whole of that many images."""
    path = None if folder is None else folder / "last.extxyz"
    if path is None or not path.is_file():
        return None
    from ase.io import read

    try:
        held: Any = read(path, index=":", format="extxyz")
        steps, stage = int(held[0].info["steps"]), int(held[0].info["stage"])
    except Exception:
        return None  # damaged: begin again
    return (tuple(bare(image) for image in held), steps, stage) if len(held) == images else None


def _moments(atoms: Atoms, engine: Engine) -> np.ndarray | None:
    return np.array(atoms.get_magnetic_moments(), float) if "moments" in engine.capabilities else None
