"""Engines whose energies are known exactly, for tests of the tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

from heterofilm.atomistic.engines.electrons import Electrons
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.atomistic.fields.states import states_of_levels
from heterofilm.atomistic.level import Level

EXACT, LUMPS = Level("exact"), Level("lumps")


@dataclass(frozen=True)
class Exact:
    """An engine from a function of atoms to energy and forces."""

    surface: Callable[[Any], tuple[float, np.ndarray]]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = "exact"
    level: Level = EXACT
    capabilities: frozenset[str] = frozenset({"energy", "forces", "stress"})
    elements: frozenset[str] | None = None
    calls: list[int] = field(default_factory=list, hash=False, compare=False)

    def version(self) -> str:
        return "exact 1"

    def calculator(self, atoms, **settings):
        engine = self

        class Surface(Calculator):
            implemented_properties = ("energy", "forces", "stress")

            def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
                super().calculate(atoms, properties, system_changes)
                engine.calls.append(1)
                E, F = engine.surface(atoms)
                self.results = {"energy": E, "forces": F, "stress": np.zeros(6)}

        return Surface()


A, B, K, CURVE = 0.4, 0.1, 5.0, 0.6  # eV, eV, eV/A2, 1/A


def double_well(atoms):
    """E = A (x^2 - 1)^2 + B x + K/2 (y - CURVE x^2)^2 + K/2 z^2, summed over atoms: a curved path with unequal ends."""
    x, y, z = atoms.positions.T
    off = y - CURVE * x**2
    E = A * (x**2 - 1.0) ** 2 + B * x + 0.5 * K * off**2 + 0.5 * K * z**2
    F = -np.stack([4 * A * x * (x**2 - 1.0) + B - 2 * CURVE * K * x * off, K * off, K * z], axis=1)
    return float(E.sum()), F


def stationary():
    """x and E of first minimum, saddle and second minimum: roots of 4 A x (x^2 - 1) + B, on y = CURVE x^2."""
    x = np.sort(np.roots([4 * A, 0.0, -4 * A, B]).real)
    return x, A * (x**2 - 1.0) ** 2 + B * x


BOUND = 3.21  # eV by which an ion is bound in a host


def bound_ions(atoms):
    """E = -1.9 eV per Li, -5 eV per other atom, and -BOUND for every Li that has a host."""
    ions = sum(s == "Li" for s in atoms.symbols)
    others = len(atoms) - ions
    return -1.9 * ions - 5.0 * others - (BOUND * ions if others else 0.0), np.zeros((len(atoms), 3))


@dataclass(frozen=True)
class Lumps:
    """Electrons whose answers are known: each atom a Gaussian of density and a well of potential, levels that stand.

    Where Li and F are both there, each F takes `MOVED` electrons, which the Li give in equal parts.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    name: str = "lumps"
    level: Level = LUMPS
    capabilities: frozenset[str] = frozenset({"energy", "density", "potential", "elf", "moments", "dos"})
    elements: frozenset[str] | None = frozenset({"Li", "F"})
    calls: list[int] = field(default_factory=list, hash=False, compare=False)

    def version(self) -> str:
        return "lumps 1"

    def calculator(self, atoms, **settings):
        raise NotImplementedError

    def ground_state(self, atoms, *, elf, log):
        self.calls.append(1)
        symbols = list(atoms.symbols)
        li, f = symbols.count("Li"), symbols.count("F")
        moved = {"F": MOVED, "Li": -MOVED * f / max(li, 1)} if li and f else {}
        electrons = [ELECTRONS[s] + moved.get(s, 0.0) for s in symbols]
        density = lumps(atoms, electrons, 0.45)
        levels = np.array([[[VALENCE, CONDUCTION]]])
        occupied = np.array([[[1.0, 0.0]]])
        return Electrons(
            energy_eV=-10.0 * len(atoms), fermi_eV=FERMI, eigenvalues_eV=levels, occupations=occupied,
            k_weights=np.ones(1), density=Grid(density, atoms.cell.array, "e/Å3", "density"),
            potential=Grid(lumps(atoms, [-WELL[s] for s in symbols], 0.6), atoms.cell.array, "eV", "potential"),
            states=states_of_levels(levels, np.ones(1), FERMI, {"F-p": np.array([[[1.0, 0.0]]])}),
            elf=Grid(np.clip(density, 0.0, 1.0), atoms.cell.array, "", "ELF") if elf else None,
            moments=np.array([0.5 if s == "Li" else 0.0 for s in symbols]), iterations=1,
        )  # fmt: skip


MOVED = 0.4
ELECTRONS, WELL = {"Li": 3, "F": 7}, {"Li": 20.0, "F": 35.0}  # e, eV Å3
VALENCE, CONDUCTION, FERMI = -5.0, -2.0, -4.0


def lumps(atoms, heights, width):
    """Gaussians with these integrals around the atoms and their images: as sums of plane waves."""
    shape = tuple(int(np.ceil(length / 0.2)) for length in atoms.cell.lengths())
    waves = np.stack(np.meshgrid(*(np.fft.fftfreq(n, 1.0 / n) for n in shape), indexing="ij"), axis=-1)
    G2 = ((2.0 * np.pi * waves @ np.linalg.inv(atoms.cell.array).T) ** 2).sum(axis=-1)
    places = atoms.positions @ np.linalg.inv(atoms.cell.array)
    total = sum(h * np.exp(-2j * np.pi * waves @ place) for h, place in zip(heights, places, strict=True))
    volume = abs(np.linalg.det(atoms.cell.array))
    return np.fft.ifftn(total * np.exp(-0.5 * G2 * width**2)).real * G2.size / volume
