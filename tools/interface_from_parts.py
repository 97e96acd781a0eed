"""Spins and U at the interface of V2O5 and Cu2V2O7: its sides first, then the whole from the sum of their densities.

    python tools/interface_from_parts.py slab.extxyz --at 13.63 [--folder parts] [--record recorded]

Each side takes GPAW's own mixer, which keeps copper's moments but swings, and then Pulay's in small steps from where
that has come: begun with small steps, the moments die. Two hours of one core; a run that was stopped goes on.
"""

import argparse
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from heterofilm.atomistic.engines.by_element import for_part
from heterofilm.atomistic.engines.gpaw import Gpaw
from heterofilm.atomistic.engines.gpaw_start import join_densities
from heterofilm.atomistic.results.interface_record import read_interface
from heterofilm.atomistic.results.reduction import record_interface
from heterofilm.atomistic.store import Provenance
from heterofilm.atomistic.structures.library import read_atoms
from heterofilm.atomistic.tasks.sides import split
from heterofilm.errors import HeterofilmError

SETTINGS = {
    "mode": "lcao", "basis": "szp(dzp)", "spacing_A": 0.25, "k_density": 0.5, "dipole": True, "smearing_eV": 0.1,
    "density_tolerance": 3e-4, "u": {"V": 3.1, "Cu": 4.0}, "moments": {"Cu": 1.0}, "alternate": ["Cu"],
}  # fmt: skip
ROUGH, FINE = {"max_iterations": 50}, {"max_iterations": 120, "mixing": 0.05}
ABOUT = {
    "film": "V2O5", "substrate": "Cu2V2O7",
    "settings": "slab of 172 atoms relaxed with CHGNet and centred in its cell, Gamma, spacing 0.25 A, "
    "smearing 0.1 eV, dipole layer; copper antiferromagnetic; density converged to 3e-4 of the valence electrons",
    "command": "python tools/interface_from_parts.py slab.extxyz --at 13.63, with interface-V2O5-Cu2V2O7.extxyz",
    "limits": "U is assumed; a small basis; one magnetic order; one registry, one termination with an open gap of "
    "1.5 A, free surfaces 9 and 7 A away, whose states lie in the gaps",
}  # fmt: skip


def settled(atoms, folder):
    """The ground state by the rough mixer, then by the fine one from its density."""
    fine, begun = folder / "fine" / "log.txt", time.perf_counter()
    fine.parent.mkdir(parents=True, exist_ok=True)
    if not fine.with_name("density.npz").exists():
        rough = folder / "rough" / "log.txt"
        rough.parent.mkdir(exist_ok=True)
        try:
            for_part(Gpaw({**SETTINGS, **ROUGH}), atoms).ground_state(atoms.copy(), elf=False, log=rough)
        except HeterofilmError as error:
            print(f"{folder.name}, first mixer: {error}")
        shutil.copy(rough.with_name("density.npz"), fine.with_name("density.npz"))
    engine = for_part(Gpaw({**SETTINGS, **FINE}), atoms)
    found = engine.ground_state(atoms.copy(), elf=False, log=fine)
    wall = time.perf_counter() - begun
    moments = np.abs(found.moments[atoms.symbols == "Cu"]) if "Cu" in atoms.symbols else np.zeros(1)
    print(f"{folder.name}: {found.energy_eV:.3f} eV, moments of Cu {moments.min():.2f} to {moments.max():.2f}")
    made = Provenance("electrons", engine.name, engine.level, engine.version(), engine.settings, folder.name, wall)
    return replace(found, provenance=made)


def main() -> None:
    """Three ground states and the record of the interface."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("slab", help="the slab, substrate below")
    parser.add_argument("--at", type=float, required=True, help="height of the plane between the sides (A)")
    parser.add_argument("--folder", default="parts", help="of logs and densities")
    parser.add_argument("--record", default="recorded", help="folder of the record")
    given = parser.parse_args()
    folder, atoms = Path(given.folder), read_atoms(given.slab)
    Path(given.record).mkdir(parents=True, exist_ok=True)
    atoms.center(axis=2)
    sides = dict(zip(("substrate", "film"), split(atoms, given.at), strict=True))
    parts = {name: settled(atoms[list(numbers)], folder / name) for name, numbers in sides.items()}
    whole = folder / "whole" / "fine" / "density.npz"
    if not whole.exists():
        whole.parent.mkdir(parents=True)
        join_densities(whole, [(folder / name / "fine" / "density.npz", numbers) for name, numbers in sides.items()])
    together = settled(atoms, folder / "whole")
    path = record_interface(
        together, parts["film"], parts["substrate"], atoms, plane_A=given.at, periods_A=(3.4, 3.6), start_A=0.0,
        name="V2O5-Cu2V2O7-PBE+U-LCAO", folder=given.record, about=ABOUT,
    )  # fmt: skip
    print(read_interface(path).words)


if __name__ == "__main__":
    main()
