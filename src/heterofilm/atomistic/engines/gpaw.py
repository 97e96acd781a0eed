"""GPAW (GPL; the extra ``dft``): PBE or PBE+U, plane waves for bulks, atomic orbitals for large cells.

Settings (what is not named keeps its default):
    mode "pw" | "lcao"; cutoff_eV (pw); basis and spacing_A (lcao); xc; u {element: eV on its d shell, Dudarev};
    k_density (points per Å⁻¹ and 2π); smearing_eV (Fermi-Dirac); moments {element: μ_B to start from: spins};
    alternate [elements whose moments alternate between neighbours]; from_spinless (begin with the density without spins
    and U); u_steps (to reach U); dipole (step in the vacuum along c); mixing (share of the new density, after Pulay; 0:
    as GPAW does by itself); max_iterations; density_tolerance (per valence electron); empty_bands; refinement (of the
    grid of the all-electron density).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...constants import BOHR_A, HARTREE_EV
from ...errors import InputError, MissingExtraError, SimulationError
from ..fields.elf import elf_of_grids
from ..fields.grid import Grid
from ..fields.states import States
from ..level import Level
from .base import known_settings, package_version, settings_within
from .by_element import check_named
from .electrons import Electrons
from .gpaw_start import alternating_moments, converge, load_density, magnetise, raise_u

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import BaseCalculator

__all__ = ["DEFAULTS", "Gpaw"]

SETUPS = "/usr/share/gpaw-setups"
SHELLS = "spdf"
DEFAULTS: Mapping[str, Any] = {
    "mode": "pw", "cutoff_eV": 400.0, "basis": "dzp", "spacing_A": 0.18, "xc": "PBE", "u": {}, "k_density": 2.5,
    "smearing_eV": 0.05, "moments": {}, "alternate": (), "from_spinless": False, "u_steps": 1, "dipole": False,
    "mixing": 0.0, "max_iterations": 150, "density_tolerance": 1e-4, "empty_bands": 12, "refinement": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Gpaw:
    """GPAW with its own PAW setups. Errors: `HeterofilmError` for settings that it does not know or that cannot be."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "gpaw"
    elements: frozenset[str] | None = None

    def __post_init__(self) -> None:
        known_settings(self.name, self.settings, tuple(DEFAULTS))
        if self.chosen["mode"] not in ("pw", "lcao"):
            raise InputError(f"GPAW runs in mode pw or lcao, not '{self.chosen['mode']}'.")
        ranges = (
            ("cutoff_eV", 100.0, 2000.0), ("spacing_A", 0.05, 0.4), ("k_density", 0.01, 20.0),
            ("smearing_eV", 1e-4, 1.0), ("mixing", 0.0, 1.0), ("max_iterations", 1, 5000),
            ("density_tolerance", 1e-10, 1e-2), ("empty_bands", 1, 5000), ("refinement", 1, 4), ("u_steps", 1, 20),
        )  # fmt: skip
        settings_within("GPAW", self.chosen, ranges)
        check_named("GPAW", self.chosen)

    @property
    def chosen(self) -> dict[str, Any]:
        """All settings, defaults included."""
        return {**DEFAULTS, **self.settings}

    @property
    def level(self) -> Level:
        """For example ``PBE+U (V 3.5 eV), PW 400 eV, GPAW``."""
        c = self.chosen
        basis = f"PW {c['cutoff_eV']:g} eV" if c["mode"] == "pw" else f"LCAO {c['basis']}"
        return Level(str(c["xc"]), c["u"], basis, bool(c["moments"]), "GPAW")

    @property
    def capabilities(self) -> frozenset[str]:
        """The stress GPAW has in plane waves only."""
        always = {"energy", "forces", "moments", "density", "potential", "dos", "elf"}
        return frozenset(always | ({"stress"} if self.chosen["mode"] == "pw" else set()))

    def version(self) -> str:
        return f"{package_version('gpaw')}, setups {_setups_version()}"

    def calculator(
        self, atoms: Atoms, *, log: Path | None = None, fine: bool = False, **settings: Any
    ) -> BaseCalculator:
        """A GPAW calculator; `atoms` get the moments to start from.

        `fine`: a grid that holds every wave of |ψ|².

        Errors: `HeterofilmError` for missing setups of an element.
        """
        own = Gpaw({**self.settings, **settings})
        c = own.chosen
        _check_setups(set(atoms.symbols), c["xc"], c["basis"] if c["mode"] == "lcao" else None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from gpaw import GPAW, PW, FermiDirac

            mode: dict[str, Any] = {"mode": PW(c["cutoff_eV"])}
            if fine:  # waves up to G_max make densities up to 2 G_max: spacing π / (2 G_max), with E = G_max²/2
                mode["h"] = np.pi / 2.0 / np.sqrt(2.0 * c["cutoff_eV"] / HARTREE_EV) * BOHR_A
            if c["mode"] == "lcao":
                mode = {"mode": "lcao", "basis": c["basis"], "h": c["spacing_A"]}
            if c["dipole"]:
                mode["poissonsolver"] = {"dipolelayer": "xy"}
            if c["mixing"]:
                mode["mixer"] = {"name": "pulay", "beta": c["mixing"], "nmaxold": 12, "weight": 50.0}
            # without moments none at all: those that a structure brings along would switch spins on by themselves
            atoms.set_initial_magnetic_moments(_moments(atoms, c["moments"], c["alternate"]) if c["moments"] else None)
            calculator: Any = GPAW(
                **mode, xc=c["xc"], kpts={"density": c["k_density"], "gamma": True}, spinpol=bool(c["moments"]),
                setups={k: f":d,{v}" for k, v in c["u"].items()}, occupations=FermiDirac(c["smearing_eV"]),
                nbands=-int(c["empty_bands"]), maxiter=int(c["max_iterations"]),
                convergence={"density": c["density_tolerance"]}, txt=None if log is None else str(log),
            )  # fmt: skip
        return calculator

    def ground_state(self, atoms: Atoms, *, elf: bool, log: Path | None) -> Electrons:
        """See `electrons.ElectronEngine`. The density is GPAW's all-electron one, without the frozen cores.

        Its cusps are finer than any grid: the count over a cell is off by about 1e-3 of the electrons, but differences
        with each atom in its place on one grid cancel that to below 1e-3 e.
        """
        from ase import Atoms as New

        c = self.chosen
        own = New(atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
        if c["dipole"]:
            _open_along_c(own)
        calc: Any = self.calculator(own, log=log, fine=elf)
        own.calc = calc
        try:
            iterations = self._converge(calc, own, log)
            energy = float(own.get_potential_energy())
        except Exception as error:
            if "onverge" not in f"{type(error).__name__} {error}":
                raise SimulationError(f"GPAW failed: {' '.join(str(error).split())[:200]}.") from None
            raise SimulationError(
                f"The density did not converge within {c['max_iterations']} iterations ({self.level}): no result. Try "
                "a smaller mixing (0.02), more smearing, from_spinless, or several u_steps."
            ) from None
        spins, ks = calc.get_number_of_spins(), len(calc.get_ibz_k_points())
        pairs = [[(s, k) for k in range(ks)] for s in range(spins)]
        weights = np.asarray(calc.get_k_point_weights())
        # raw: 0 to 1. Without it GPAW 26.7 multiplies its own occupations by the weights, and ELF comes out near 1.
        occupied = np.array(
            [[np.array(calc.get_occupation_numbers(kpt=k, spin=s, raw=True)) for s, k in row] for row in pairs]
        )
        cell = own.cell.array
        density = calc.get_all_electron_density(gridrefinement=int(c["refinement"]), skip_core=True)
        states, atom_states = _states(calc, own, spins)
        found = Electrons(
            energy_eV=energy, fermi_eV=float(calc.get_fermi_level()),
            eigenvalues_eV=np.array([[calc.get_eigenvalues(kpt=k, spin=s) for s, k in row] for row in pairs]),
            occupations=occupied, k_weights=weights,
            density=Grid(_whole(np.asarray(density), own), cell, "e/Å3", "density"),
            potential=Grid(
                _whole(np.asarray(calc.get_electrostatic_potential()), own), cell, "eV", "electrostatic potential"
            ),
            states=states, atom_states=atom_states, elf=_elf(calc, own) if elf else None,
            moments=np.asarray(own.get_magnetic_moments()) if spins == 2 else None,
            iterations=iterations,
        )  # fmt: skip
        return found

    def _converge(self, calc: Any, atoms: Atoms, log: Path | None) -> int:
        """Converge by the way that the settings ask for (see `gpaw_start`), from a saved density on where there is one.

        How many iterations it took. Beside the log the density is saved as it goes.
        """
        c = self.chosen
        calc.create_new_calculation(atoms)
        dft, done, first = calc.dft, 0, 1
        target = {a: list(setup.hubbard_u.U) for a, setup in enumerate(dft.setups) if setup.hubbard_u is not None}
        saved = None if log is None else log.with_name("density.npz")
        before = None if saved is None else load_density(dft, saved)
        if before is not None:
            first, done = before
        elif c["from_spinless"] and c["moments"]:
            words, bare = None if log is None else log.with_name("spinless.txt"), atoms.copy()
            plain: Any = Gpaw({**self.settings, "moments": {}, "alternate": (), "u": {}}).calculator(bare, log=words)
            plain.create_new_calculation(bare)
            kept = None if log is None else log.with_name("spinless.npz")
            begun = None if kept is None else load_density(plain.dft, kept)
            done = converge(plain.dft, kept, 1, begun[1] if begun else 0)
            magnetise(dft, plain.dft)
        for step in range(first, c["u_steps"] + 1):
            raise_u(dft, step / c["u_steps"], target)
            done = converge(dft, saved, step, done)
        dft.calculate_energy()
        dft.calculate_dipole()
        dft.magmoms()
        return done


def _moments(atoms: Atoms, moments: Mapping[str, float], alternate: Sequence[str]) -> np.ndarray:
    """Moments (μ_B) to start from, by atom."""
    start = np.array([0.0 if s in alternate else moments.get(s, 0.0) for s in atoms.symbols])
    for element in alternate:
        start += alternating_moments(atoms, element, moments[element])
    return start


def _open_along_c(atoms: Atoms) -> None:
    """End the period along c, as the dipole layer in the vacuum asks for.

    Errors: `HeterofilmError` for a slab without 3 Å of vacuum at both ends of the cell, where the density must vanish.
    """
    z, height = atoms.positions[:, 2], float(atoms.cell[2, 2])
    if np.abs(atoms.cell[2, :2]).max() > 1e-6 or z.min() < 3.0 or z.max() > height - 3.0:
        raise InputError(
            "A dipole layer needs c along the normal of the slab and 3 Å of vacuum at both ends of the cell; the atoms "
            f"lie from {z.min():.1f} to {z.max():.1f} of {height:.1f} Å. Centre the slab, or leave the dipole out."
        )
    atoms.pbc = (True, True, False)


def _whole(values: np.ndarray, atoms: Atoms) -> np.ndarray:
    """A field from the face of the cell on: GPAW leaves that plane out where the cell does not repeat."""
    return values if atoms.pbc[2] else np.concatenate([values[:, :, :1], values], axis=2)


def _states(
    calc: Any, atoms: Atoms, spins: int, width_eV: float = 0.1, step_eV: float = 0.05
) -> tuple[States, dict[str, np.ndarray]]:
    """Gaussian-broadened states within 8 eV of the Fermi level; projections by element and shell, and by atom."""
    fermi = float(calc.get_fermi_level())
    dos = calc.dos(shift_fermi_level=False)
    energies = fermi + np.arange(-8.0, 8.0 + step_eV / 2.0, step_eV)
    total = np.array([dos.raw_dos(energies, spin=s, width=width_eV) for s in range(spins)])
    found: dict[str, list[np.ndarray]] = {}
    for a, atom in enumerate(atoms):
        for shell in sorted({int(j) for j in calc.setups[a].l_j} & {0, 1, 2}):
            part = np.array([dos.raw_pdos(energies, a, shell, spin=s, width=width_eV) for s in range(spins)])
            found.setdefault(f"{atom.symbol}-{SHELLS[shell]}", []).append(part)
    by_atom = {name: np.stack(parts, axis=1) for name, parts in found.items()}
    return States(energies, total, {name: parts.sum(axis=1) for name, parts in by_atom.items()}, fermi), by_atom


BANDS = 16  # atomic orbitals become waves on the grid so many at a time: all at once would not fit into memory


def _elf(calc: Any, atoms: Atoms) -> Grid:
    """ELF of the pseudo-electrons: smooth in the cores, true between them."""
    density, waves = calc.dft.density, calc.dft.ibzwfs
    if calc.params.mode.name == "lcao":
        density.taut_sR = density.nt_sR.new(zeroed=True)
        for one in waves:
            for low in range(0, int((one.occ_n > 1e-8).sum()), BANDS):
                some = one.collect_bands(low, min(low + BANDS, one.nbands))
                psi = some.to_uniform_grid_wave_functions(density.nt_sR.desc, one.basis).psit_nX
                psi.add_ked(one.weight * one.spin_degeneracy * some.occ_n, density.taut_sR[one.spin])
        density.taut_sR.data[: density.ndensities] += density.tauct_R.data
        density.taut_sR.symmetrize(waves.ibz.symmetries.rotation_scc, waves.ibz.symmetries.translation_sc)
    else:
        density.update_ked(waves)
    n, tau = (
        np.array([_whole(np.asarray(one), atoms) for one in field.data]) for field in (density.nt_sR, density.taut_sR)
    )
    return elf_of_grids(n, tau, atoms.cell.array)


def _check_setups(elements: set[str], xc: str, basis: str | None) -> None:
    """Errors: `HeterofilmError` that names elements without a setup, and the package that brings them."""
    folders = _setup_folders()
    kind = xc if xc in ("LDA", "PBE", "revPBE", "RPBE") else "PBE"
    held = (basis and basis.partition("(")[2].rstrip(")")) or basis  # szp(dzp): a part of the file dzp
    missing = []
    for element in sorted(elements):
        wanted = [f"{element}.{kind}"] + ([f"{element}.{held}.basis"] if held else [])
        if not all(any((f / name).exists() or (f / f"{name}.gz").exists() for f in folders) for name in wanted):
            missing.append(element)
    if missing:
        raise MissingExtraError(
            f"GPAW finds no setup for {', '.join(missing)} ({kind}{', ' + basis if basis else ''}): install them with "
            f"`apt-get install gpaw-data` or `gpaw install-data`, or set GPAW_SETUP_PATH to their folder."
        )
    for folder in folders:  # GPAW itself looks there too, but not in every installation
        import gpaw

        if str(folder) not in gpaw.setup_paths:
            gpaw.setup_paths.append(str(folder))


def _setup_folders() -> list[Path]:
    import gpaw

    named = os.environ.get("GPAW_SETUP_PATH", "").split(os.pathsep)
    return [Path(f) for f in (*named, *map(str, gpaw.setup_paths), SETUPS) if f and Path(f).is_dir()]


def _setups_version() -> str:
    """Where the setups come from, because numbers depend on them."""
    for folder in _setup_folders():
        if any(folder.glob("*.PBE*")):
            if "gpaw_data" in folder.parts:
                return package_version("gpaw-data")
            return "of Debian's gpaw-data" if folder == Path(SETUPS) else folder.resolve().name
    return "none"
