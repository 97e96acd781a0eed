"""``heterofilm atoms structures``, ``xrd``, ``interface`` and ``relax``: crystals, and two of them joined."""

from __future__ import annotations

import argparse

from ..atomistic.engines.checks import check_engine
from ..atomistic.structures import library as structures
from ..errors import InputError
from .atoms_inputs import (
    bar,
    chosen_engine,
    integers,
    oxidation,
    provenance,
    read_structure,
    relaxed,
    store_of,
    to,
    written,
)
from .atoms_options import STRUCTURE, Action, engine_options, figure_file, pictures_options
from .depends import not_with, only_with
from .inputs import lines

__all__ = ["ACTIONS"]


def _structures_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME")
    pictures_options(parser)


def _structures(given: argparse.Namespace) -> None:
    if given.name is None:
        every = [(name, structures.load(name)) for name in structures.names()]
        rows = [(name, one.space_group, f"{one.title}: {one.quality} [{one.source}]") for name, one in every]
        print(lines(("name", "space group", "what it is"), rows, left=(0, 1, 2)))
        return
    one = structures.load(given.name)
    a, b, c, *angles = one.atoms.cell.cellpar()
    print(f"{one.title}, {one.space_group}, {len(one.atoms)} atoms\n{a:.3f} x {b:.3f} x {c:.3f} A, angles "
          f"{', '.join(f'{x:.2f}' for x in angles)} deg\nsource:  {one.source}\nquality: {one.quality}\n"
          f"setting: {one.setting}")  # fmt: skip
    for name, (_, words) in one.settings.items():
        print(f"also:    {name}: {words}")
    written(given, one.atoms, one.title)


def _xrd_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    parser.add_argument("--plot", type=figure_file, metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")


def _xrd(given: argparse.Namespace) -> None:
    name, atoms = read_structure(given.structure)
    found = structures.xrd(atoms)
    rows = [
        (" ".join("(" + "".join(map(str, hkl)) + ")" for hkl in line.hkl[:2]), f"{line.two_theta_deg:.2f}",
         f"{line.d_A:.3f}", f"{line.intensity:.1f}")
        for line in found if line.intensity >= 3.0
    ]  # fmt: skip
    print(lines(("plane", "2 theta / deg", "d / A", "intensity / %"), rows[:30]))
    published: tuple[float, ...] = ()
    source = ""
    if name in structures.names():
        published, source = structures.load(name).xrd_lines, structures.load(name).xrd_source
    for line in published:
        near = min((own.two_theta_deg for own in found if own.intensity >= 3.0), key=lambda x: abs(x - line))
        print(f"published {line:.1f} deg: nearest {near:.2f}, off by {near - line:+.2f} deg")
    if given.plot:
        from ..plots.atoms import xrd_figure

        xrd_figure(found, f"Powder lines of {name}", published, source).save(given.plot)


def _interface_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("film", metavar="FILM", help=STRUCTURE)
    parser.add_argument("film_plane", metavar="HKL", help="for example 110, or 101@paper in a named setting")
    parser.add_argument("substrate", metavar="SUBSTRATE", help=STRUCTURE)
    parser.add_argument("substrate_plane", metavar="HKL", help="for example 200")
    parser.add_argument(
        "--layers", default="2,1", metavar="N,N", help="unit planes of film and substrate (default: 2,1)"
    )
    parser.add_argument(
        "--max-area", type=float, default=200.0, metavar="A2", help="largest area of the common cell (default: 200 A2)"
    )
    parser.add_argument(
        "--match", type=int, default=0, metavar="N", help="which of the lattice matches to build (default: 0)"
    )
    parser.add_argument(
        "--termination", type=int, default=0, metavar="N", help="which of the terminations to build (default: 0)"
    )
    parser.add_argument(
        "--gap", type=float, default=2.0, metavar="A", help="distance between the two sides (default: 2 A)"
    )
    parser.add_argument(
        "--share", type=float, default=0.5, metavar="S", help="share of the misfit taken by the film (default: 0.5)"
    )
    parser.add_argument("--superlattice", action="store_true", help="no vacuum: a second interface takes its place")
    parser.add_argument("--scan", action="store_true", help="compute energies over terminations, gaps and registries")
    parser.add_argument("--relax", action="store_true", help="relax the structure with its cell held")
    engine_options(parser)
    pictures_options(parser)
    only_with(parser, "--engine --set --store --fresh", "--relax --scan")
    only_with(parser, "--fmax --steps", "--relax")
    not_with(parser, "--termination --gap", "--scan")


def _interface(given: argparse.Namespace) -> None:
    from ..atomistic.structures.interface import InterfaceBuilder, check_build
    from ..atomistic.tasks import scan_interfaces

    check_build(given.gap, given.share)
    (film_name, film), (substrate_name, substrate) = read_structure(given.film), read_structure(given.substrate)
    planes = (_plane(film_name, given.film_plane), _plane(substrate_name, given.substrate_plane))
    layers = integers(given.layers, 2, "--layers")
    if given.scan or given.relax:
        check_engine(film + substrate, chosen_engine(given), "energy", "forces")
    builder = InterfaceBuilder(
        film, substrate, *planes, layers=(layers[0], layers[1]), max_area=given.max_area
    )  # fmt: skip
    for word, number, count in (("match", given.match, len(builder.matches)),
                                ("termination", given.termination, len(builder.terminations))):  # fmt: skip
        if not 0 <= number < count:
            raise InputError(f"There is no {word} {number}; there are {count}, numbered from 0.")
    rows = [
        (str(m.number), f"{m.area_A2:.1f}", f"{100 * m.strain:.1f}", f"{100 * m.strains[0]:+.1f}, "
         f"{100 * m.strains[1]:+.1f}", f"{m.film_cells}:{m.substrate_cells}", str(m.atoms), "*" if m.best else "")
        for m in builder.matches[:15]
    ]  # fmt: skip
    print(lines(("match", "area / A2", "worst / %", "film's strains / %", "cells", "atoms", "best"), rows))
    for k, (a, b) in enumerate(builder.terminations):
        print(f"termination {k}: {a} on {b}")
    match, vacuum = builder.matches[given.match], None if given.superlattice else 15.0
    made = builder.build(match, given.termination, gap=given.gap, share=given.share, vacuum=vacuum)
    if given.scan:
        with bar("points") as shown:
            points = scan_interfaces(
                builder, chosen_engine(given), match=match, share=given.share, store=store_of(given),
                progress=lambda done, total: to(shown, done, total),
            )  # fmt: skip
        print(lines(
            ("termination", "gap / A", "shift", "energy / eV", "J/m2"),
            [(str(builder.terminations.index(p.interface.termination)), f"{p.interface.gap_A:.1f}",
              f"{p.interface.shift[0]:.2f}, {p.interface.shift[1]:.2f}", f"{p.energy_eV:.2f}", f"{p.per_area_J_m2:.3f}")
             for p in points[:12]],
        ))  # fmt: skip
        made = points[0].interface
    atoms = relaxed(given, made.atoms, cell=False).atoms if given.relax else made.atoms
    atoms.set_tags([int(k in made.film) for k in range(len(atoms))])  # `charge` finds the sides by them
    print(f"built: {atoms.symbols.formula}, {len(atoms)} atoms, gap {made.gap_A:.1f} A before relaxation")
    written(given, atoms, f"{film_name} on {substrate_name}")


def _relax_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    parser.add_argument("--hold-cell", action="store_true", help="move only the atoms")
    engine_options(parser)
    pictures_options(parser)


def _relax(given: argparse.Namespace) -> None:
    name, atoms = read_structure(given.structure)
    found = relaxed(given, atoms, cell=not given.hold_cell)
    a, b, c, *angles = found.atoms.cell.cellpar()
    print(f"{name}: {found.energy_eV:.4f} eV, {found.energy_per_atom_eV:.4f} eV an atom, {found.fmax_eV_A:.3f} eV/A")
    print(f"cell {a:.3f} x {b:.3f} x {c:.3f} A, {', '.join(f'{x:.2f}' for x in angles)} deg; changes "
          f"{', '.join(f'{100 * x:+.2f}' for x in found.length_changes)} %, "
          f"volume {100 * found.volume_change:+.2f} %")  # fmt: skip
    oxidation(found)
    provenance(found)
    written(given, found.atoms, f"{name}, relaxed")


ACTIONS = {
    "structures": Action(_structures_options, _structures),
    "xrd": Action(_xrd_options, _xrd),
    "interface": Action(_interface_options, _interface),
    "relax": Action(_relax_options, _relax),
}


def _plane(name: str, text: str) -> tuple[int, int, int]:
    hkl, _, setting = text.partition("@")
    return structures.plane(name, hkl, setting or None)
