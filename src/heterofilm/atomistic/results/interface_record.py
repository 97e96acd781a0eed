"""What an interface does to its electrons, as small data: averages, charge, states by side, volumes to look at.

    Δn = n(whole) - n(film) - n(substrate)        Q(z) = A ∫ Δn̄ dz from the start up to z

Recorded under ``library/data/atomistic/interfaces`` as ``<name>.npz``, made by `reduction.record_interface`.
"""

from __future__ import annotations

import os
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean
from ..fields.averages import Profile
from ..fields.grid import Grid
from ..fields.states import Edges, States
from .about import AboutInterface
from .packed import DAMAGED, pack, refused, unpack
from .recorded import FOLDER

if TYPE_CHECKING:
    from ase import Atoms

__all__ = [
    "INTERFACES", "SIDES", "AlongNormal", "InterfaceRecord", "Numbers", "Slab", "interface_names", "load_interface",
    "read_interface", "write_interface",
]  # fmt: skip

Array = NDArray[np.floating[Any]]
INTERFACES = FOLDER / "interfaces"
SIDES = ("substrate", "interface", "film")  # from below to above


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What is read off the curves. Electrons are counted from the start up to the plane; None: not available."""

    transferred_e: float  # gained by the substrate
    per_area_e_A2: float
    moved_e: float  # ∫|Δn|/2
    integral_e: float  # what Δn integrates to: 0 but for errors
    plane_A: float
    start_A: float
    layer_A: float  # atoms this near to the plane count as the interface
    adhesion_J_m2: float  # E(film) + E(substrate) - E(whole) over the area
    fermi_eV: float
    gap_eV: float
    work_function_film_eV: float | None  # of the film alone, face towards the substrate
    work_function_substrate_eV: float | None  # of the substrate alone, face towards the film
    work_function_lower_eV: float | None  # of the whole, below the substrate
    work_function_upper_eV: float | None  # of the whole, above the film
    elf_film: float | None  # mean ELF over the electrons of the side
    elf_interface: float | None
    elf_substrate: float | None
    gap_film_eV: float | None = None  # of the film alone, with both its surfaces
    gap_substrate_eV: float | None = None


@dataclass(frozen=True, kw_only=True)
class Slab:
    """The atoms of an interface, substrate below, and which side each belongs to."""

    elements: NDArray[np.int64]  # atomic numbers
    positions_A: Array  # atoms x 3
    cell_A: Array  # 3 x 3, rows are its vectors
    side: NDArray[np.int64]  # by atom: index into SIDES

    @property
    def atoms(self) -> Atoms:
        """The structure."""
        from ase import Atoms

        return Atoms(self.elements, positions=self.positions_A, cell=self.cell_A, pbc=True)


@dataclass(frozen=True, kw_only=True)
class AlongNormal:
    """Averages over planes, by height."""

    difference: Profile  # e/Å3
    smooth_difference: Profile
    charge_e: Array  # Q at the places of `difference`, from the start
    potential: Profile  # eV
    smooth_potential: Profile


@dataclass(frozen=True, kw_only=True)
class InterfaceRecord:
    """A recorded interface."""

    name: str
    about: AboutInterface
    numbers: Numbers
    words: str  # what moved where
    slab: Slab
    normal: AlongNormal
    edges: Edges
    states: States | None  # parts: "V-d, film", where the engine projects on atoms; else "V-d"
    moments: Array | None  # μ_B by atom
    volume: Grid  # Δn on few points
    elf: Grid | None  # on few points

    @property
    def atoms(self) -> Atoms:
        """The structure."""
        return self.slab.atoms


def write_interface(found: InterfaceRecord, path: str | os.PathLike[str]) -> Path:
    """Write a record: curves in single precision, volumes in half."""
    s, slab, normal = found.states, found.slab, found.normal
    head: dict[str, Any] = {
        "name": found.name, "about": found.about.words | {"spins": 1 + found.about.level.spins},
        "numbers": asdict(found.numbers), "words": found.words, "height_A": normal.difference.height_A,
        "edges": asdict(found.edges),
    }  # fmt: skip
    single: dict[str, Array] = {
        "positions": slab.positions_A, "difference": normal.difference.values, "charge": normal.charge_e,
        "smooth_difference": normal.smooth_difference.values, "potential": normal.potential.values,
        "smooth_potential": normal.smooth_potential.values,
    }  # fmt: skip
    if s is not None:
        head |= {"fermi_eV": s.fermi_eV, "parts": list(s.parts), "energies_eV": [s.energies_eV[0], s.energies_eV[-1]]}
        single |= {"states": s.total} | {f"part{k}": part for k, part in enumerate(s.parts.values())}
    if found.moments is not None:
        single["moments"] = found.moments
    arrays: dict[str, np.ndarray] = {key: np.asarray(value, np.float32) for key, value in single.items()}
    arrays |= {"elements": slab.elements.astype(np.uint8), "side": slab.side.astype(np.uint8), "cell": slab.cell_A}
    for key, grid in (("volume", found.volume), ("elf", found.elf)):
        if grid is not None:
            arrays[key] = np.asarray(grid.values, np.float16)
    return pack(path, head, arrays)


def interface_names() -> tuple[str, ...]:
    """The names of the recorded interfaces."""
    return tuple(sorted(path.stem for path in INTERFACES.glob("*.npz")))


def load_interface(name: str) -> InterfaceRecord:
    """A recorded interface by name.

    Errors: `HeterofilmError` for an unknown name, with the nearest.
    """
    known = interface_names()
    if name not in known:
        listed = ", ".join(known) or "none yet"
        raise InputError(f"There is no recorded interface '{name}'; known: {listed}.{did_you_mean(name, known)}")
    return read_interface(INTERFACES / f"{name}.npz")


def read_interface(path: str | os.PathLike[str]) -> InterfaceRecord:
    """What `write_interface` wrote.

    Errors: `HeterofilmError` for a file that is missing, larger than 2 MB, or not of this kind.
    """
    try:
        head, arrays = unpack(path)
        real = {key: np.asarray(value, dtype=float) for key, value in arrays.items()}
        cell, height = real["cell"], float(head["height_A"])

        def profile(key: str, unit: str, words: str) -> Profile:
            n = real[key].size
            return Profile(np.arange(n) * (height / n), real[key], height, unit, words)

        states = None
        if "states" in real:
            E = np.linspace(head["energies_eV"][0], head["energies_eV"][1], real["states"].shape[-1])
            parts = {str(word): real[f"part{k}"] for k, word in enumerate(head["parts"])}
            states = States(E, real["states"], parts, float(head["fermi_eV"]))
        known = head["numbers"]
        numbers = {f.name: known[f.name] for f in fields(Numbers) if f.default is MISSING or f.name in known}
        positions, side = real["positions"].reshape(-1, 3), arrays["side"].astype(int)
        if not len(positions) == side.size == arrays["elements"].size or side.max() >= len(SIDES):
            raise ValueError("its atoms do not fit together")
        slab = Slab(elements=arrays["elements"].astype(int), positions_A=positions, cell_A=cell, side=side)
        normal = AlongNormal(
            difference=profile("difference", "e/Å3", "density difference"),
            smooth_difference=profile("smooth_difference", "e/Å3", "macroscopic density difference"),
            charge_e=real["charge"],
            potential=profile("potential", "eV", "electrostatic potential"),
            smooth_potential=profile("smooth_potential", "eV", "macroscopic potential"),
        )
        return InterfaceRecord(
            name=str(head["name"]), about=_about(head["about"]), numbers=Numbers(**numbers), words=str(head["words"]),
            slab=slab, normal=normal, edges=Edges(**head["edges"]), states=states, moments=real.get("moments"),
            volume=Grid(real["volume"], cell, "e/Å3", "charge density difference"),
            elf=Grid(real["elf"], cell, "", "ELF") if "elf" in real else None,
        )  # fmt: skip
    except DAMAGED as error:
        raise refused(path, "interface", error) from None


def _about(words: dict[str, Any]) -> AboutInterface:
    """What the head says, with the number of spins in its level."""
    own = dict(words)
    spins = int(own.pop("spins", 1))
    about = AboutInterface.parse(own)
    return replace(about, level=replace(about.level, spins=about.level.spins or spins == 2))
