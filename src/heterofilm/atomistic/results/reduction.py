"""From three ground states to what is kept of an interface.

The whole, the film alone and the substrate alone stand on one grid, every atom where it is in the whole; the normal is
c. Their difference, averages and numbers become an `InterfaceRecord`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...constants import EV_A2_IN_J_M2
from ...errors import HeterofilmError, InputError
from ..engines.electrons import Electrons
from ..fields.alignment import work_function
from ..fields.averages import macroscopic_average, planar_average
from ..fields.charge import TOLERANCE_E, ChargeDifference, charge_difference, cumulated, transfer
from ..fields.coarse import coarse
from ..fields.elf import localisation
from ..fields.grid import Grid
from ..fields.states import States
from ..level import NOT_STATED
from ..structures.heights import cell_height, heights
from .about import AboutInterface
from .interface_record import INTERFACES, SIDES, AlongNormal, InterfaceRecord, Numbers, Slab, write_interface

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["record_interface", "sides_of"]

Array = NDArray[np.floating[Any]]
MOST_POINTS = 140_000  # of a volume: about 250 kB in half precision


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
        raise InputError(f"A recorded interface must say its {', '.join(missing)}: give them in `about`.")
    side = sides_of(atoms, plane_A, layer_A)
    above = heights(atoms) > plane_A
    _check_levels(whole, (film, set(atoms.symbols[above])), (substrate, set(atoms.symbols[~above])))
    begin = _empty_middle(atoms) if start_A is None else start_A
    difference = charge_difference(whole.density, film.density, substrate.density, tolerance_e=tolerance_e)
    moved = transfer(difference, plane_A, start_A=begin, names=(str(about["substrate"]), str(about["film"])))
    said = AboutInterface.parse({**_origin(whole, film, substrate), **about})
    profile, potential = planar_average(difference.grid), planar_average(whole.potential)
    source = localised or whole
    found = InterfaceRecord(
        name=name,
        about=said,
        numbers=_numbers(
            whole, film, substrate, atoms, difference, moved.electrons, plane_A=plane_A, start_A=begin, layer_A=layer_A,
            source=source,
        ),
        words=moved.words,
        slab=Slab(
            elements=np.asarray(atoms.numbers), positions_A=np.asarray(atoms.positions),
            cell_A=np.asarray(atoms.cell.array), side=side,
        ),
        normal=AlongNormal(
            difference=profile, smooth_difference=macroscopic_average(profile, *periods_A),
            charge_e=cumulated(difference, begin), potential=potential,
            smooth_potential=macroscopic_average(potential, *periods_A),
        ),
        edges=whole.edges,
        states=_by_side(whole, atoms, side),
        moments=whole.moments,
        volume=coarse(difference.grid, MOST_POINTS),
        elf=None if source.elf is None else coarse(source.elf, MOST_POINTS),
    )  # fmt: skip
    return write_interface(found, Path(folder) / f"{name}.npz")


def sides_of(atoms: Atoms, plane_A: float, layer_A: float) -> NDArray[np.int64]:
    """Index into `SIDES` by atom: heights along the normal of the a-b face against the plane, within `layer_A` of it.

    Errors: `HeterofilmError` where one side holds no atom.
    """
    height = heights(atoms) - plane_A
    if not ((height < 0.0).any() and (height > 0.0).any()):
        raise InputError(
            f"The plane at {plane_A:g} Å leaves all atoms on one side; they lie from {heights(atoms).min():.2f} to "
            f"{heights(atoms).max():.2f} Å."
        )
    return np.where(np.abs(height) <= layer_A, 1, np.where(height < 0.0, 0, 2))


def _check_levels(whole: Electrons, *parts: tuple[Electrons, set[str]]) -> None:
    """Each part, with its elements, must come from the level of the whole, as far as that applies to it."""
    first = whole.provenance
    for part, elements in parts:
        own = part.provenance
        if first is None or own is None:
            continue
        if own.version == first.version and own.level in (first.level, first.level.for_elements(elements)):
            continue
        raise InputError(
            "Whole, film and substrate must come from one level of theory, not from "
            f"{first.level} ({first.version}) and {own.level} ({own.version})."
        )


def _origin(*results: Electrons) -> dict[str, Any]:
    """Level, version and cost of the results, the whole first; two spins stand in the level."""
    made = [one.provenance for one in results if one.provenance is not None]
    first, spins = results[0].provenance, results[0].eigenvalues_eV.shape[0] == 2
    level = NOT_STATED if first is None else first.level
    return {
        "level": replace(level, spins=level.spins or spins),
        "version": "" if first is None else first.version,
        "wall_s": sum(one.wall_s for one in made),
        "iterations": sum(one.iterations for one in results),
    }


def _numbers(
    whole: Electrons,
    film: Electrons,
    substrate: Electrons,
    atoms: Atoms,
    difference: ChargeDifference,
    electrons: float,
    *,
    plane_A: float,
    start_A: float,
    layer_A: float,
    source: Electrons,
) -> Numbers:
    area = difference.grid.area_A2("c")
    z = heights(atoms)
    below, above = z[z < plane_A], z[z > plane_A]
    faces = _faces(whole, (z.min(), z.max()))
    _, towards_film = _faces(substrate, (below.min(), below.max()))
    towards_substrate, _ = _faces(film, (above.min(), above.max()))
    ends = {
        "substrate": (z.min(), plane_A - layer_A), "interface": (plane_A - layer_A, plane_A + layer_A),
        "film": (plane_A + layer_A, z.max()),
    }  # fmt: skip
    elf = {f"elf_{side}": _localised(source, low, high) for side, (low, high) in ends.items()}
    bound = film.energy_eV + substrate.energy_eV - whole.energy_eV
    return Numbers(
        transferred_e=electrons, per_area_e_A2=electrons / area, moved_e=difference.moved_e,
        integral_e=difference.integral_e, plane_A=plane_A, start_A=start_A, layer_A=layer_A,
        adhesion_J_m2=bound / area * EV_A2_IN_J_M2, fermi_eV=whole.fermi_eV, gap_eV=whole.edges.gap_eV,
        work_function_film_eV=towards_substrate, work_function_substrate_eV=towards_film,
        work_function_lower_eV=faces[0], work_function_upper_eV=faces[1], **elf,
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


def _empty_middle(atoms: Atoms) -> float:
    """The middle of the largest space without atoms along the normal (Å)."""
    period = cell_height(atoms)
    z = np.sort(heights(atoms) % period)
    ends = np.append(z[1:], z[0] + period)
    k = int(np.argmax(ends - z))
    return float((z[k] + ends[k]) / 2.0 % period)
