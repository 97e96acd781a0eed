"""A synthetic interface whose electrons are known: three ground states of blobs of density, and their record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from heterofilm.atomistic.engines.electrons import Electrons
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.atomistic.fields.states import States
from heterofilm.atomistic.level import Level
from heterofilm.atomistic.results.interface_record import InterfaceRecord, read_interface
from heterofilm.atomistic.results.reduction import record_interface
from heterofilm.atomistic.store import Provenance

CELL = np.diag([4.0, 5.0, 24.0])
PLANE = 11.5
E = np.linspace(-5.0, 5.0, 101)
ATOMS = Atoms("CuOOCuVOOV", positions=[[2, 2.5, z] for z in (6.0, 7.5, 9.5, 10.0, 13.0, 13.5, 15.5, 17.0)], cell=CELL,
              pbc=True)  # fmt: skip
ABOUT = {"film": "V2O5", "substrate": "Cu2V2O7", "settings": "none", "command": "none", "limits": "synthetic"}
FINE, ROUGH = (40, 40, 192), (10, 12, 96)


@dataclass(frozen=True)
class Space:
    """The grid that everything lies on."""

    shape: tuple[int, int, int] = ROUGH

    @property
    def places(self) -> list[np.ndarray]:
        axes = (np.arange(n) * length / n for n, length in zip(self.shape, (4.0, 5.0, 24.0), strict=True))
        return list(np.meshgrid(*axes, indexing="ij"))

    def blob(self, centre: float, electrons: float) -> np.ndarray:
        x, y, z = self.places
        shape = np.exp(-0.5 * ((x - 2.0) ** 2 + (y - 2.5) ** 2 + (z - centre) ** 2) / 0.6**2)
        return np.asarray(electrons * shape / (shape.mean() * 480.0))

    def state(self, density: np.ndarray, energy: float, fermi: float, low: float = 0.0, **more: Any) -> Electrons:
        """A ground state whose vacuum lies at 1 eV above the slab and at 1 + `low` below it."""
        z = self.places[2]
        rng = np.random.default_rng(1)
        spins = int(more.get("spins", 1))
        by_atom = {name: rng.uniform(size=(spins, n, 101)) for name, n in (("V-d", 2), ("Cu-d", 2), ("O-p", 4))}
        summed = {name: one.sum(axis=1) for name, one in by_atom.items()}
        elf = np.where((z >= PLANE - 3.0) & (z < PLANE + 3.0), more.get("elf", 0.4), 0.8)
        bands = np.repeat([[[-1.0, 0.0, more.get("gap", 2.0)]]], spins, axis=0)
        return Electrons(
            energy, fermi, bands, np.repeat([[[1.0, 1.0, 0.0]]], spins, axis=0), np.ones(1),
            Grid(density, CELL, "e/Å3", "density"),
            Grid(np.where(z < 11.0, 1.0 + low, 1.0), CELL, "eV", "electrostatic potential"),
            States(E, sum(summed.values()), summed, fermi), Grid(elf, CELL, "", "ELF"), np.arange(8.0), 9,
            Provenance("electrons", "test", Level.parse(more.get("level", "test level")), "test 1", {}, "", 10.0),
            by_atom,
        )  # fmt: skip


def made(folder: Path, moved: float = 0.4, shape: tuple[int, int, int] = ROUGH, **more: Any) -> InterfaceRecord:
    """A record in which `moved` electrons went from film to substrate; `more`: spins, gap, side_gap, elf, level."""
    space, alone = Space(shape), {**more, "gap": more.get("side_gap", 2.0)}
    film, substrate = space.blob(14.0, 8.0), space.blob(8.0, 9.0)
    whole = space.blob(8.0, 9.0 + moved) + space.blob(14.0, 8.0 - moved)
    return read_interface(
        record_interface(
            space.state(whole, -20.0, -5.0, 0.5, **more), space.state(film, -9.0, -6.0, **alone),
            space.state(substrate, -10.5, -5.5, **alone), ATOMS, plane_A=PLANE, periods_A=(3.0, 4.0), name="x",
            about=ABOUT, folder=folder,
        )
    )  # fmt: skip
