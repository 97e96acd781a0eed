"""What an interface does to its electrons, as small data: averages, charge, states by side, volumes to look at.

    Δn = n(whole) - n(film) - n(substrate)        Q(z) = A ∫ Δn̄ dz from the start up to z

Recorded under ``library/data/atomistic/interfaces`` as ``<name>.npz``, made by `record_interface` from three ground
states on one grid: the whole, the film alone and the substrate alone, every atom where it is in the whole.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import HeterofilmError, did_you_mean
from ..engines.by_element import level_for
from ..engines.electrons import Electrons
from ..fields.alignment import work_function
from ..fields.averages import Profile, macroscopic_average, planar_average
from ..fields.charge import TOLERANCE_E, ChargeDifference, charge_difference, cumulated, transfer
from ..fields.coarse import coarse
from ..fields.elf import localisation
from ..fields.grid import Grid, axis_number
from ..fields.states import Edges, States
from .packed import DAMAGED, pack, refused, unpack
from .recorded import FOLDER

if TYPE_CHECKING:
    from ase import Atoms

__all__ = [
    "INTERFACES", "SIDES", "InterfaceRecord", "Numbers", "interface_names", "load_interface", "read_interface",
    "record_interface", "sides_of",
]  # fmt: skip

Array = NDArray[np.floating[Any]]
INTERFACES = FOLDER / "interfaces"
SIDES = ("substrate", "interface", "film")  # from below to above
MOST_POINTS = 140_000  # of a volume: about 250 kB in half precision
EV_A2_IN_J_M2 = 16.02176634


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class InterfaceRecord:
    """A recorded interface. `about` holds names of film and substrate, level, version, command, limits as words."""

    name: str
    about: Mapping[str, Any]
    numbers: Numbers
    words: str  # what moved where
    elements: NDArray[np.int64]  # atomic numbers
    positions_A: Array  # atoms x 3
    cell_A: Array  # 3 x 3, rows are its vectors
    side: NDArray[np.int64]  # by atom: index into SIDES
    difference: Profile  # e/Å3
    smooth_difference: Profile
    charge_e: Array  # Q at the places of `difference`, from the start
    potential: Profile  # eV
    smooth_potential: Profile
    edges: Edges
    states: States | None  # parts: "V-d, film", where the engine projects on atoms; else "V-d"
    moments: Array | None  # μ_B by atom
    volume: Grid  # Δn on few points
    elf: Grid | None  # on few points

    @property
    def atoms(self) -> Atoms:
        """The structure."""
        from ase import Atoms

        return Atoms(self.elements, positions=self.positions_A, cell=self.cell_A, pbc=True)


def record_interface(
    whole: Electrons,
    film: Electrons,
    substrate: Electrons,
    atoms: Atoms,
    *,
    plane_A: float,
    periods_A: tuple[float, float],
    name: str,
    about: Mapping[str, Any],
    folder: str | os.PathLike[str] = INTERFACES,
    start_A: float | None = None,
    layer_A: float = 3.0,
    localised: Electrons | None = None,
    tolerance_e: float = TOLERANCE_E,
) -> Path:
    """Write ``folder/name.npz`` from three ground states of one engine on one grid; the normal is c.

    Args:
        whole, film, substrate: ground states; the parts hold each atom where it is in `atoms`, in the same cell.
        atoms: the whole, substrate below `plane_A` and film above it.
        plane_A: height that parts the two (Å along the normal).
        periods_A: of film and substrate along the normal, for the macroscopic averages.
        about: ``film`` and ``substrate`` (their names), ``settings``, ``command`` and ``limits`` as words; level,
            version and wall time come from the results.
        start_A: where the count of electrons begins; the middle of the largest space without atoms by default. In a
            superlattice without vacuum: the middle of the substrate.
        layer_A: atoms within this distance of the plane are the interface's.
        localised: another ground state of `atoms` that has an ELF, where `whole` has none.
        tolerance_e: what the difference may integrate to.

    Errors: `HeterofilmError` for atoms on one side alone, results of different levels, missing words in `about`, and
    what `charge_difference` refuses.
    """
    missing = [word for word in ("film", "substrate", "settings", "command", "limits") if not about.get(word)]
    if missing:
        raise HeterofilmError(f"A recorded interface must say its {', '.join(missing)}: give them in `about`.")
    side = sides_of(atoms, plane_A, layer_A)
    above = _heights(atoms) > plane_A
    _check_levels(whole, (film, set(atoms.symbols[above])), (substrate, set(atoms.symbols[~above])))
    begin = _empty_middle(atoms) if start_A is None else start_A
    difference = charge_difference(whole.density, film.density, substrate.density, tolerance_e=tolerance_e)
    moved = transfer(difference, plane_A, start_A=begin, names=(str(about["substrate"]), str(about["film"])))
    profile, potential = planar_average(difference.grid), planar_average(whole.potential)
    source = localised or whole
    found = InterfaceRecord(
        name, {**_origin(whole, film, substrate), **about},
        _numbers((whole, film, substrate), atoms, difference, moved.electrons, plane_A, begin, layer_A, source),
        moved.words, np.asarray(atoms.numbers), np.asarray(atoms.positions), np.asarray(atoms.cell.array), side,
        profile, macroscopic_average(profile, *periods_A), cumulated(difference, begin), potential,
        macroscopic_average(potential, *periods_A), whole.edges, _by_side(whole, atoms, side), whole.moments,
        coarse(difference.grid, MOST_POINTS), None if source.elf is None else coarse(source.elf, MOST_POINTS),
    )  # fmt: skip
    return write_interface(found, Path(folder) / f"{name}.npz")


def sides_of(atoms: Atoms, plane_A: float, layer_A: float) -> NDArray[np.int64]:
    """Index into `SIDES` by atom: heights along the normal of the a-b face against the plane, within `layer_A` of it.

    Errors: `HeterofilmError` where one side holds no atom.
    """
    height = _heights(atoms) - plane_A
    if not ((height < 0.0).any() and (height > 0.0).any()):
        raise HeterofilmError(
            f"The plane at {plane_A:g} Å leaves all atoms on one side; they lie from {_heights(atoms).min():.2f} to "
            f"{_heights(atoms).max():.2f} Å."
        )
    return np.where(np.abs(height) <= layer_A, 1, np.where(height < 0.0, 0, 2))


def write_interface(found: InterfaceRecord, path: str | os.PathLike[str]) -> Path:
    """Write a record: curves in single precision, volumes in half."""
    s = found.states
    head: dict[str, Any] = {
        "name": found.name, "about": dict(found.about), "numbers": asdict(found.numbers), "words": found.words,
        "height_A": found.difference.height_A, "edges": asdict(found.edges),
    }  # fmt: skip
    single: dict[str, Array] = {
        "positions": found.positions_A, "difference": found.difference.values, "charge": found.charge_e,
        "smooth_difference": found.smooth_difference.values, "potential": found.potential.values,
        "smooth_potential": found.smooth_potential.values,
    }  # fmt: skip
    if s is not None:
        head |= {"fermi_eV": s.fermi_eV, "parts": list(s.parts), "energies_eV": [s.energies_eV[0], s.energies_eV[-1]]}
        single |= {"states": s.total} | {f"part{k}": part for k, part in enumerate(s.parts.values())}
    if found.moments is not None:
        single["moments"] = found.moments
    arrays: dict[str, np.ndarray] = {key: np.asarray(value, np.float32) for key, value in single.items()}
    arrays |= {"elements": found.elements.astype(np.uint8), "side": found.side.astype(np.uint8), "cell": found.cell_A}
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
        raise HeterofilmError(f"There is no recorded interface '{name}'; known: {listed}.{did_you_mean(name, known)}")
    return read_interface(INTERFACES / f"{name}.npz")


def read_interface(path: str | os.PathLike[str]) -> InterfaceRecord:
    """What `record_interface` wrote.

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
        return InterfaceRecord(
            str(head["name"]), head["about"], Numbers(**numbers), str(head["words"]), arrays["elements"].astype(int),
            positions, cell, side, profile("difference", "e/Å3", "density difference"),
            profile("smooth_difference", "e/Å3", "macroscopic density difference"), real["charge"],
            profile("potential", "eV", "electrostatic potential"),
            profile("smooth_potential", "eV", "macroscopic potential"), Edges(**head["edges"]), states,
            real.get("moments"), Grid(real["volume"], cell, "e/Å3", "charge density difference"),
            Grid(real["elf"], cell, "", "ELF") if "elf" in real else None,
        )  # fmt: skip
    except DAMAGED as error:
        raise refused(path, "interface", error) from None


def _check_levels(whole: Electrons, *parts: tuple[Electrons, set[str]]) -> None:
    """Each part, with its elements, must come from the level of the whole, as far as that applies to it."""
    first = whole.provenance
    for part, elements in parts:
        own = part.provenance
        if first is None or own is None:
            continue
        if own.version == first.version and own.level in (first.level, level_for(first.level, elements)):
            continue
        raise HeterofilmError(
            "Whole, film and substrate must come from one level of theory, not from "
            f"{first.level} ({first.version}) and {own.level} ({own.version})."
        )


def _origin(*results: Electrons) -> dict[str, Any]:
    made = [one.provenance for one in results]
    first = made[0]
    own = {} if first is None else {"level": first.level, "version": first.version}
    return own | {
        "wall_s": sum(p.wall_s for p in made if p is not None),
        "iterations": sum(one.iterations for one in results),
        "spins": results[0].eigenvalues_eV.shape[0],
    }


def _numbers(
    results: tuple[Electrons, Electrons, Electrons],
    atoms: Atoms,
    difference: ChargeDifference,
    electrons: float,
    plane_A: float,
    start_A: float,
    layer_A: float,
    source: Electrons,
) -> Numbers:
    whole, film, substrate = results
    area = difference.grid.area_A2("c")
    z = _heights(atoms)
    below, above = z[z < plane_A], z[z > plane_A]
    faces = _faces(whole, (z.min(), z.max()))
    _, towards_film = _faces(substrate, (below.min(), below.max()))
    towards_substrate, _ = _faces(film, (above.min(), above.max()))
    ends = {
        "substrate": (z.min(), plane_A - layer_A), "interface": (plane_A - layer_A, plane_A + layer_A),
        "film": (plane_A + layer_A, z.max()),
    }  # fmt: skip
    elf = {f"elf_{side}": _localised(source, low, high) for side, (low, high) in ends.items()}
    return Numbers(
        electrons, electrons / area, difference.moved_e, difference.integral_e, plane_A, start_A, layer_A,
        (film.energy_eV + substrate.energy_eV - whole.energy_eV) / area * EV_A2_IN_J_M2,
        whole.fermi_eV, whole.edges.gap_eV, towards_substrate, towards_film, *faces, **elf,
        gap_film_eV=film.edges.gap_eV, gap_substrate_eV=substrate.edges.gap_eV,
    )  # fmt: skip


def _faces(found: Electrons, slab_A: tuple[float, float]) -> tuple[float | None, float | None]:
    """Work functions below and above; None for both without enough or flat vacuum."""
    try:
        w = work_function(planar_average(found.potential), found.fermi_eV, slab_A)
    except HeterofilmError:
        return None, None
    return w.lower_eV, w.upper_eV


def _localised(source: Electrons, low: float, high: float) -> float | None:
    """Mean ELF over the electrons between two heights; the density is brought to the points of ELF."""
    if source.elf is None or not high > low:
        return None
    density = source.density
    if density.values.shape != source.elf.values.shape:  # at the points next to those of ELF
        nearest = (
            np.round(np.arange(m) * n / m).astype(int) % n
            for m, n in zip(source.elf.values.shape, density.values.shape, strict=True)
        )
        density = Grid(density.values[np.ix_(*nearest)], density.cell, density.unit, density.name)
    return localisation(source.elf, density, low, high).electron_mean


def _by_side(whole: Electrons, atoms: Atoms, side: NDArray[np.int64]) -> States | None:
    """Projected states summed over the atoms of each side, where the engine gave them by atom."""
    if whole.states is None or whole.atom_states is None:
        return whole.states
    symbols = np.array(atoms.symbols)
    parts: dict[str, Array] = {}
    for name, found in whole.atom_states.items():
        own = side[symbols == name.partition("-")[0]]
        for k, word in enumerate(SIDES):
            if (own == k).any():
                parts[f"{name}, {word}"] = found[:, own == k].sum(axis=1)
    s = whole.states
    return States(s.energies_eV, s.total, parts, s.fermi_eV)


def _heights(atoms: Atoms) -> NDArray[np.float64]:
    """Heights of atoms along the normal of the a-b face (Å)."""
    cell = atoms.cell.array
    normal = np.cross(cell[0], cell[1])
    height = atoms.positions @ (normal / np.linalg.norm(normal))
    return np.asarray(height * np.sign(np.dot(normal, cell[axis_number("c")])))


def _empty_middle(atoms: Atoms) -> float:
    """The middle of the largest space without atoms along the normal (Å)."""
    period = abs(atoms.cell.volume) / np.linalg.norm(np.cross(*atoms.cell.array[:2]))
    z = np.sort(_heights(atoms) % period)
    ends = np.append(z[1:], z[0] + period)
    k = int(np.argmax(ends - z))
    return float((z[k] + ends[k]) / 2.0 % period)
