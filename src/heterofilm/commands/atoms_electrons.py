"""``heterofilm atoms electrons``, ``charge`` and ``align``: what the electrons of a structure do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..atomistic.engines.by_element import for_part
from ..atomistic.engines.electrons import electrons
from ..atomistic.fields import alignment
from ..atomistic.fields.averages import macroscopic_average, planar_average
from ..atomistic.fields.states import Edges
from ..atomistic.structures.heights import cell_height, heights
from ..atomistic.structures.library import primitive, read_sides
from ..atomistic.tasks import hirshfeld, join, split
from ..errors import InputError
from .atoms_inputs import bar, chosen_engine, numbers, provenance, read_structure, store_of, to
from .atoms_options import STRUCTURE, Action, electrons_options
from .depends import not_with, only_with
from .inputs import lines

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["ACTIONS"]


def _electrons_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    parser.add_argument("--elf", action="store_true", help="also compute the electron localization function")
    parser.add_argument("--primitive", action="store_true", help="use the smallest cell that repeats, which is faster")
    parser.add_argument("--charges", action="store_true", help="Hirshfeld charges of the atoms")
    electrons_options(parser)


def _electrons(given: argparse.Namespace) -> None:
    name, atoms = read_structure(given.structure)
    atoms = primitive(atoms) if given.primitive else atoms
    engine, store = chosen_engine(given), store_of(given)
    with bar("calculations", 1) as shown:
        found = electrons(atoms, engine, elf=given.elf, store=store)
        to(shown, 1, 1)
    print(f"{name}: {found.energy_eV:.4f} eV, Fermi level {found.fermi_eV:.3f} eV, {found.iterations} iterations, "
          f"{len(found.k_weights)} k-points, {found.density.integral:.3f} electrons on the grid")  # fmt: skip
    print(_edges(found.edges))
    if found.moments is not None:
        rows = [
            (s, f"{m.mean():+.3f}", f"{m.min():+.3f} to {m.max():+.3f}") for s, m in _by_element(atoms, found.moments)
        ]
        print(lines(("element", "mean moment / mu_B", "range"), rows))
        print(f"all atoms together {found.moments.sum():+.3f} mu_B")
    if found.elf is not None:
        values = found.elf.values
        print(f"ELF: mean {values.mean():.3f}, largest {values.max():.3f}, above 1/2 in "
              f"{100 * (values > 0.5).mean():.1f} % of the space")  # fmt: skip
    if given.charges:
        with bar("free atoms") as shown:
            free = hirshfeld.free_atoms(atoms, engine, store=store, progress=lambda done, all: to(shown, done, all))
        with bar("atoms") as shown:
            held = hirshfeld.hirshfeld(found.density, atoms, free, progress=lambda done, all: to(shown, done, all))
        rows = [(s, f"{q:+.3f}", f"{a:+.3f} to {b:+.3f}") for s, (q, a, b) in held.by_element(atoms).items()]
        print(lines(("element", "mean charge / e (Hirshfeld)", "range"), rows))
        print(f"the density counted {held.lost_e:+.4f} electrons fewer than the free atoms; they were shared out")
    provenance(found)
    if given.plot:
        from ..plots.electrons import states_figure

        if found.states is None:
            raise InputError(f"The engine '{engine.name}' gave no states to draw.")
        title = f"Density of states of {name}"
        states_figure("states", title, found.states, found.edges, None, engine.level).save(given.plot)


def _charge_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "structure", metavar="INTERFACE", help="an .xyz of `atoms interface`, or with --at any structure"
    )
    parser.add_argument("--at", type=float, metavar="A", help="height that separates the two sides")
    parser.add_argument(
        "--names", default="the lower side,the upper side", metavar="LOWER,UPPER", help="names of the two sides"
    )
    electrons_options(parser)


def _charge(given: argparse.Namespace) -> None:
    path = Path(given.structure)
    if given.at is None and path.suffix.lower() in (".xyz", ".extxyz"):
        name, (atoms, lower) = path.stem, read_sides(path)
    elif given.at is None:
        raise InputError("Give the height between the two sides with --at, or an .xyz of `heterofilm atoms interface`.")
    else:
        name, atoms = read_structure(given.structure)
        lower, _ = split(atoms, given.at)
    names = _names(given.names)
    with bar("calculations", 3) as shown:
        found = join(atoms, lower, chosen_engine(given), names=names, store=store_of(given),
                     progress=lambda done, all: to(shown, done, all))  # fmt: skip
    moved = found.transfer
    print(f"{name}: {moved.words}, {abs(moved.per_area_e_A2):.4f} e/A2 across {moved.plane_A:.2f} A, counted from "
          f"{moved.start_A:.2f} A")  # fmt: skip
    print(f"{found.difference.moved_e:.2f} electrons moved at all; the difference integrates to "
          f"{found.difference.integral_e:+.1e} e")  # fmt: skip
    parts = ((f"{names[0]} alone", found.lower), (f"{names[1]} alone", found.upper), ("together", found.whole))
    rows = [(words, f"{one.energy_eV:.3f}", f"{one.edges.gap_eV:.3f}") for words, one in parts]
    print(lines(("part", "energy / eV", "gap / eV"), rows))
    bound = found.lower.energy_eV + found.upper.energy_eV - found.whole.energy_eV
    print(
        f"the sides, as they stand, are bound by {bound:.3f} eV, {bound / found.difference.grid.area_A2('c'):.4f} eV/A2"
    )
    provenance(found.whole)
    if given.plot:
        from ..plots.electrons import difference_figure

        difference_figure(
            planar_average(found.difference.grid), moved, names, f"Charge density difference of {name}",
            chosen_engine(given).level,
        ).save(given.plot)  # fmt: skip


def _align_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("structure", metavar="SLAB", help="a slab with vacuum along c, or an interface")
    parser.add_argument(
        "--margin",
        type=float,
        default=3.0,
        metavar="A",
        help="distance from a face to where the vacuum begins (default: 3 A)",
    )
    parser.add_argument(
        "--below", metavar="BULK", help="bulk of the lower side: gives band offsets instead of a work function"
    )
    parser.add_argument("--above", metavar="BULK", help="bulk of the upper side")
    parser.add_argument("--periods", metavar="L,L", help="periods (A) of both sides along the normal")
    parser.add_argument("--at", type=float, metavar="A", help="height that separates the two sides")
    parser.add_argument(
        "--windows",
        metavar="LOW:HIGH,LOW:HIGH",
        help="heights between which each side is bulk-like (default: its middle)",
    )
    parser.add_argument(
        "--flat",
        type=float,
        default=0.05,
        metavar="EV",
        help="largest deviation allowed on a plateau (default: 0.05 eV)",
    )
    electrons_options(parser)
    only_with(parser, "--at --windows", "--below")
    not_with(parser, "--margin", "--below")


def _align(given: argparse.Namespace) -> None:
    name, atoms = read_structure(given.structure)
    asked = (given.below, given.above, given.periods)
    if any(asked) and not all(asked):
        raise InputError("Band offsets need --below, --above (bulks strained as in the interface) and --periods.")
    if all(asked):
        _offsets(given, name, atoms)
    else:
        _work_function(given, name, atoms)


def _work_function(given: argparse.Namespace, name: str, atoms: Atoms) -> None:
    engine, z = chosen_engine(given), heights(atoms)
    slab = float(z.min()), float(z.max())
    alignment.check_vacuum(cell_height(atoms), slab, given.margin)
    with bar("calculations", 1) as shown:
        found = electrons(atoms, engine, store=store_of(given))
        to(shown, 1, 1)
    profile = planar_average(found.potential)
    faces = alignment.work_function(profile, found.fermi_eV, slab, margin_A=given.margin, flat_eV=given.flat)
    print(f"{name}: work function {faces.lower_eV:.3f} eV below and {faces.upper_eV:.3f} eV above; the vacuum steps by "
          f"{faces.dipole_step_eV:+.4f} eV and is flat within {faces.flatness_eV:.4f} eV")  # fmt: skip
    edges = found.edges
    if edges.gap_eV > 0.0:
        vacuum = found.fermi_eV + faces.upper_eV
        print(f"against the vacuum above: valence edge {edges.valence_eV - vacuum:.3f} eV, conduction edge "
              f"{edges.conduction_eV - vacuum:.3f} eV; the Fermi level lies anywhere in the gap")  # fmt: skip
    provenance(found)
    if given.plot:
        from ..plots.electrons import potential_figure

        potential_figure(profile, None, (), found.fermi_eV, f"Potential of {name}", engine.level).save(given.plot)


def _offsets(given: argparse.Namespace, name: str, atoms: Atoms) -> None:
    engine, store = chosen_engine(given), store_of(given)
    periods = numbers(given.periods, 2, "--periods")
    sides = None if given.at is None else split(atoms, given.at)
    windows = _windows(given, heights(atoms), sides, periods)
    height = cell_height(atoms)
    if not all(0.0 < length <= height for length in periods):
        raise InputError(f"--periods '{given.periods}': lengths up to the cell's {height:.1f} Å are expected.")
    if not all(0.0 < high - low <= height for low, high in windows):
        raise InputError(
            f"--windows '{given.windows}': lower heights come first, and no window is longer than the cell's "
            f"{height:.1f} Å."
        )
    bulks = [read_structure(text)[1] for text in (given.below, given.above)]
    with bar("calculations", 3) as shown:
        found = electrons(atoms, engine, store=store)
        to(shown, 1, 3)
        levels = []
        for k, bulk in enumerate(bulks):
            alone = electrons(bulk, for_part(engine, bulk), store=store)
            levels.append(alignment.bulk_levels(alone.edges, alone.potential))
            to(shown, k + 2, 3)
    profile = planar_average(found.potential)
    offsets = alignment.band_offsets(
        profile, (periods[0], periods[1]), *windows, levels[0], levels[1], flat_eV=given.flat
    )  # fmt: skip
    print(f"{name}, {given.above} against {given.below}: valence edge {offsets.valence_eV:+.3f} eV, conduction edge "
          f"{offsets.conduction_eV:+.3f} eV, within {offsets.error_eV:.3f} eV: {offsets.kind}")  # fmt: skip
    print(f"step of the macroscopic potential {offsets.potential_eV:+.3f} eV; gaps {levels[0].gap_eV:.3f} and "
          f"{levels[1].gap_eV:.3f} eV")  # fmt: skip
    provenance(found)
    if given.plot:
        from ..plots.electrons import potential_figure

        smooth = macroscopic_average(profile, *periods)
        potential_figure(profile, smooth, windows, found.fermi_eV, f"Potential of {name}", engine.level).save(
            given.plot
        )


ACTIONS = {
    "electrons": Action(_electrons_options, _electrons),
    "charge": Action(_charge_options, _charge),
    "align": Action(_align_options, _align),
}


def _edges(edges: Edges) -> str:
    if edges.gap_eV <= 0.0:
        return "a metal at this level: no gap"
    kind = {True: "direct", False: "indirect", None: "k-points not known"}[edges.direct]
    smallest = "" if edges.direct_gap_eV is None else f"; smallest direct gap {edges.direct_gap_eV:.3f} eV"
    span = f"from {edges.valence_eV:.3f} to {edges.conduction_eV:.3f} eV"
    return f"gap {edges.gap_eV:.3f} eV ({kind}) {span}{smallest}; on the k-points of this calculation"


def _by_element(atoms: Atoms, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
    return [(s, values[[other == s for other in atoms.symbols]]) for s in dict.fromkeys(atoms.symbols)]


def _names(text: str) -> tuple[str, str]:
    words = [word.strip() for word in text.split(",")]
    if len(words) != 2 or not all(words):
        raise InputError(f"--names '{text}': the lower and the upper side are expected, with a comma between them.")
    return words[0], words[1]


def _windows(
    given: argparse.Namespace, z: np.ndarray, sides: tuple[tuple[int, ...], ...] | None, periods: tuple[float, ...]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where each material is itself: as given, or its middle, a period away from its ends."""
    if given.windows:
        a, b, c, d = numbers(given.windows.replace(":", ","), 4, "--windows")
        return (a, b), (c, d)
    if sides is None:
        raise InputError(
            "Band offsets need --windows LOW:HIGH,LOW:HIGH (A), or --at with the height between the sides."
        )
    found = []
    for side, word in zip(sides, ("lower", "upper"), strict=True):
        low, high = float(z[list(side)].min()) + max(periods), float(z[list(side)].max()) - max(periods)
        if high - low < 0.5:
            raise InputError(
                f"The {word} side is thinner than two periods and 0.5 A: take more layers, or give --windows yourself."
            )
        found.append((low, high))
    return found[0], found[1]
