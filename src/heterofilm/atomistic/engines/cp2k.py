"""CP2K (GPL; a program beside heterofilm, run by the project's own inputs): a second opinion on what GPAW says.

PBE with GTH pseudopotentials, MOLOPT bases and a density on a plane-wave grid. Settings (the rest keeps its default):
    basis; cutoff_Ry and relative_cutoff_Ry (of the grid); u {element: eV on its d shell, Dudarev, after Mulliken: not
    the same as a U of another program; at Γ alone}; k_density (points per Å⁻¹ and 2π; 0: Γ); smearing_eV
    (Fermi-Dirac); moments {element: μ_B to start from, or a list with one for each of its atoms: spins}; dipole (step
    in the vacuum along c); mixing (share of the new density); max_iterations; convergence (of the density matrix);
    empty_bands; executable; threads; time_limit_s.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from ...constants import BOHR_A, HARTREE_EV
from ...errors import InputError
from ...units import si
from ..fields.cube import read_cube
from ..fields.grid import Grid
from ..fields.states import States, states_of_levels
from ..level import Level
from . import cp2k_program
from .base import known_settings, settings_within
from .by_element import check_named
from .cp2k_elf import elf_of_cp2k
from .cp2k_input import BASES, PROJECT, Kind, input_text, k_points, kinds
from .cp2k_output import Orbitals, Point, read_orbitals, read_point, read_projections
from .electrons import Electrons

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import BaseCalculator

__all__ = ["DEFAULTS", "Cp2k"]

DEFAULTS: Mapping[str, Any] = {
    "basis": "DZVP-MOLOPT-SR-GTH", "cutoff_Ry": 500.0, "relative_cutoff_Ry": 60.0, "u": {}, "k_density": 2.5,
    "smearing_eV": 0.05, "moments": {}, "dipole": False, "mixing": 0.2, "max_iterations": 100, "convergence": 1e-6,
    "empty_bands": 40, "executable": "", "threads": 1, "time_limit_s": si("d"),
}  # fmt: skip


@dataclass(frozen=True)
class Cp2k:
    """CP2K with its own bases and potentials. Errors: `HeterofilmError` for settings that it does not know or take."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "cp2k"
    capabilities: frozenset[str] = frozenset(
        {"energy", "forces", "stress", "moments", "density", "elf", "dos", "potential"}
    )
    elements: frozenset[str] | None = None

    def __post_init__(self) -> None:
        known_settings(self.name, self.settings, tuple(DEFAULTS))
        ranges = (
            ("cutoff_Ry", 50.0, 4000.0), ("relative_cutoff_Ry", 10.0, 500.0), ("k_density", 0.0, 20.0),
            ("smearing_eV", 1e-4, 1.0), ("mixing", 1e-3, 1.0), ("max_iterations", 1, 5000),
            ("convergence", 1e-12, 1e-2), ("empty_bands", 1, 5000), ("threads", 1, 1024),
            ("time_limit_s", 1.0, 1e7),
        )  # fmt: skip
        settings_within("CP2K", self.chosen, ranges)
        check_named("CP2K", self.chosen, lists=True)

    @property
    def chosen(self) -> dict[str, Any]:
        """All settings, defaults included."""
        return {**DEFAULTS, **self.settings}

    @property
    def level(self) -> Level:
        """For example ``PBE, GPW DZVP-MOLOPT-SR-GTH 500 Ry, CP2K``."""
        c = self.chosen
        return Level("PBE", c["u"], f"GPW {c['basis']} {c['cutoff_Ry']:g} Ry", bool(c["moments"]), "CP2K")

    def version(self) -> str:
        return cp2k_program.version(cp2k_program.program(self.chosen["executable"]))

    def calculator(self, atoms: Atoms, **settings: Any) -> BaseCalculator:
        """An ASE calculator of energy, forces and stress; each point begins from the wave functions of the last."""
        from ase.calculators.calculator import Calculator, all_changes

        own = Cp2k({**self.settings, **settings})
        own._prepare(atoms)
        folder = TemporaryDirectory(prefix="heterofilm-cp2k-")

        class Points(Calculator):
            implemented_properties = ["energy", "free_energy", "forces", "stress", "magmoms"]  # noqa: RUF012 - ASE's
            held = folder  # lives as long as the calculator

            def calculate(
                self, atoms: Any = None, properties: Any = ("energy",), system_changes: Any = all_changes
            ) -> None:
                super().calculate(atoms, properties, system_changes)
                if "numbers" in system_changes:
                    _forget(Path(folder.name))
                point, _, _ = own._point(self.atoms, Path(folder.name), forces=True)
                self.results = {"energy": point.energy_eV, "free_energy": point.energy_eV}
                self.results |= {"forces": point.forces_eV_A, "stress": point.stress_eV_A3}
                if point.moments is not None:
                    self.results["magmoms"] = point.moments

        made: BaseCalculator = Points()
        return made

    def ground_state(self, atoms: Atoms, *, elf: bool, log: Path | None) -> Electrons:
        """See `electrons.ElectronEngine`. The density is that of the valence electrons of the pseudo-atoms.

        Shells are projected at Γ alone: with more k-points `states` hold the total. The potential includes the cores
        as CP2K spreads them; moments are Mulliken's. With `log`, its folder keeps the wave functions to go on from.
        """
        _, weights = k_points(atoms, self.chosen["k_density"])
        with _workplace(log) as folder:
            try:
                point, orbitals, made = self._point(atoms, folder, fields=True, elf=elf)
            finally:
                if log is not None and (folder / cp2k_program.OUTPUT).is_file():
                    shutil.copyfile(folder / cp2k_program.OUTPUT, log)
            cell = atoms.cell.array
            density = _field(folder, "ELECTRON_DENSITY", cell, "e/Å3", "density", BOHR_A**-3)
            potential = _field(folder, "v_hartree", cell, "eV", "electrostatic potential", HARTREE_EV)
            states = _states(folder, orbitals, weights, made, point.fermi_eV)
            localised = _elf(folder, cell, density, len(orbitals.occupations)) if elf else None
        return Electrons(
            energy_eV=point.energy_eV, fermi_eV=point.fermi_eV, eigenvalues_eV=orbitals.eigenvalues_eV,
            occupations=orbitals.occupations, k_weights=weights, density=density, potential=potential, states=states,
            elf=localised, moments=point.moments, iterations=point.iterations,
        )  # fmt: skip

    def _prepare(self, atoms: Atoms) -> tuple[Path, Path, tuple[Kind, ...], tuple[int, ...]]:
        """Program, data, kinds and their numbers. Errors: `HeterofilmError` for what is missing."""
        if abs(np.linalg.det(atoms.cell.array)) < 1e-6:
            raise InputError("CP2K needs a cell: put an isolated molecule into a box with 6 Å around it.")
        path = cp2k_program.program(self.chosen["executable"])
        data = cp2k_program.data_folder(path, BASES)
        return path, data, *kinds(atoms, self.chosen, data)

    def _point(
        self, atoms: Atoms, folder: Path, *, fields: bool = False, elf: bool = False, forces: bool = False
    ) -> tuple[Point, Orbitals, tuple[Kind, ...]]:
        c = self.chosen
        path, data, made, numbers = self._prepare(atoms)
        held = any(folder.glob(f"{PROJECT}-RESTART.*"))
        text = input_text(atoms, made, numbers, c, fields=fields, elf=elf, forces=forces, restart=held)
        said = cp2k_program.run(
            path, text, folder, data=data, threads=int(c["threads"]), limit_s=float(c["time_limit_s"])
        )  # fmt: skip
        return read_point(said), read_orbitals(said), made


@contextmanager
def _workplace(log: Path | None) -> Iterator[Path]:
    """A folder beside the log, which stays for the next call, or one that goes."""
    if log is not None:
        folder = log.parent / "cp2k"
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with TemporaryDirectory(prefix="heterofilm-cp2k-") as made:
        yield Path(made)


def _forget(folder: Path) -> None:
    for path in folder.glob(f"{PROJECT}-RESTART.*"):
        path.unlink()


def _field(folder: Path, kind: str, cell: np.ndarray, unit: str, name: str, scale: float) -> Grid:
    """A cube of CP2K on the exact `cell` (its own steps have 6 digits)."""
    read = read_cube(folder / f"{PROJECT}-{kind}-1_0.cube", unit, name, scale)
    if np.abs(read.cell - cell).max() > 1e-3:
        raise InputError(f"CP2K's {name} stands on another cell than the structure's; compute it again.")
    return Grid(read.values, cell, unit, name)


def _elf(folder: Path, cell: np.ndarray, density: Grid, spins: int) -> Grid:
    parts = [_field(folder, f"ELF_S{s + 1}", cell, "", "ELF", 1.0) for s in range(spins)]
    if spins == 1:
        return elf_of_cp2k(parts, [density])
    spin = _field(folder, "SPIN_DENSITY", cell, "e/Å3", "spin density", BOHR_A**-3)
    up, down = ((density.values + sign * spin.values) / 2.0 for sign in (1.0, -1.0))
    return elf_of_cp2k(parts, [Grid(n, cell, "e/Å3", "spin density") for n in (up, down)])


def _states(folder: Path, orbitals: Orbitals, weights: np.ndarray, made: tuple[Kind, ...], fermi: float) -> States:
    """Broadened states, with projections on shells of elements where CP2K gave them (Γ)."""
    E = orbitals.eigenvalues_eV
    shares: dict[str, np.ndarray] = {}
    spins = ("",) if E.shape[0] == 1 else ("ALPHA_", "BETA_")
    if E.shape[1] == 1 and (folder / f"{PROJECT}-{spins[0]}k1-1.pdos").is_file():
        for k, kind in enumerate(made, start=1):
            tables = [read_projections(folder / f"{PROJECT}-{spin}k{k}-1.pdos") for spin in spins]
            for shell in tables[0]:
                part = np.array([one[shell][: E.shape[2]] for one in tables])[:, None, :]
                name = f"{kind.element}-{shell}"
                shares[name] = shares.get(name, 0.0) + part
    return states_of_levels(E, weights, fermi, shares)
