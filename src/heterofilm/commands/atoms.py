"""``heterofilm atoms``: structures, interfaces, and what an engine says of them."""

from __future__ import annotations

import argparse
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..atomistic import tasks
from ..atomistic.engines import base as engines
from ..atomistic.engines.checks import check_engine
from ..atomistic.results.store import Store
from ..atomistic.structures import library as structures
from ..errors import HeterofilmError
from ..files import atomic
from . import atoms_electrons, atoms_shown
from .atoms_inputs import bar, chosen_engine, integers, numbers, provenance, read_structure, tell, to
from .inputs import lines

if TYPE_CHECKING:
    from ase import Atoms

    from ..atomistic.engines.base import Engine

WRITES = (".cif", ".xyz", ".extxyz")


def run(given: argparse.Namespace) -> int:
    """Run one action; results are printed, kept in the store, and written where asked for."""
    engines.require("ase", "atoms", "`heterofilm atoms`")
    if given.action not in atoms_shown.ACTIONS:
        _check_outputs(given)
    ACTIONS[given.action](given)
    return 0


def _structures(given: argparse.Namespace) -> None:
    if given.name is None:
        for name in structures.names():
            known = structures.load(name)
            print(f"{name:<15} {known.space_group:<11} {known.title}: {known.quality} [{known.source}]")
        return
    one = structures.load(given.name)
    a, b, c, *angles = one.atoms.cell.cellpar()
    print(f"{one.title}, {one.space_group}, {len(one.atoms)} atoms\n{a:.3f} x {b:.3f} x {c:.3f} A, angles "
          f"{', '.join(f'{x:.2f}' for x in angles)} deg\nsource:  {one.source}\nquality: {one.quality}\n"
          f"setting: {one.setting}")  # fmt: skip
    for name, (_, words) in one.settings.items():
        print(f"also:    {name}: {words}")
    _written(given, one.atoms, one.title)


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
        from ..plots.electrons import xrd_figure

        xrd_figure(found, f"Powder lines of {name}", published, source).save(given.plot)


def _interface(given: argparse.Namespace) -> None:
    from ..atomistic.structures.interface import InterfaceBuilder, check_build, scan

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
            raise HeterofilmError(f"There is no {word} {number}; there are {count}, numbered from 0.")
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
            points = scan(builder, chosen_engine(given), match=match, share=given.share, store=Store(given.store),
                          progress=lambda done, total: to(shown, done, total))  # fmt: skip
        print(lines(
            ("termination", "gap / A", "shift", "energy / eV", "J/m2"),
            [(str(builder.terminations.index(p.interface.termination)), f"{p.interface.gap_A:.1f}",
              f"{p.interface.shift[0]:.2f}, {p.interface.shift[1]:.2f}", f"{p.energy_eV:.2f}", f"{p.per_area_J_m2:.3f}")
             for p in points[:12]],
        ))  # fmt: skip
        made = points[0].interface
    atoms = made.atoms
    if given.relax:
        relaxed = _relaxed(given, atoms, cell=False)
        atoms = relaxed.atoms
    atoms.set_tags([int(k in made.film) for k in range(len(atoms))])  # `charge` finds the sides by them
    print(f"built: {atoms.symbols.formula}, {len(atoms)} atoms, gap {made.gap_A:.1f} A before relaxation")
    _written(given, atoms, f"{film_name} on {substrate_name}")


def _relax(given: argparse.Namespace) -> None:
    name, atoms = read_structure(given.structure)
    found = _relaxed(given, atoms, cell=not given.hold_cell)
    a, b, c, *angles = found.atoms.cell.cellpar()
    print(f"{name}: {found.energy_eV:.4f} eV, {found.energy_per_atom_eV:.4f} eV an atom, {found.fmax_eV_A:.3f} eV/A")
    print(f"cell {a:.3f} x {b:.3f} x {c:.3f} A, {', '.join(f'{x:.2f}' for x in angles)} deg; changes "
          f"{', '.join(f'{100 * x:+.2f}' for x in found.length_changes)} %, "
          f"volume {100 * found.volume_change:+.2f} %")  # fmt: skip
    _states(found)
    provenance(found)
    _written(given, found.atoms, f"{name}, relaxed")


def _voltage(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    if given.filled:
        filled = read_structure(given.filled)[1]
    else:
        void = _void(host, given.void)
        count = len(void.equivalent) if given.ions is None else given.ions
        if not 1 <= count <= len(void.equivalent):
            raise HeterofilmError(f"--ions {count}: this void comes {len(void.equivalent)} times in a cell.")
        filled = tasks.insert(host, void.equivalent[:count], given.ion)
        print(f"filled {count} of {len(void.equivalent)} voids of {void.radius_A:.2f} A ({''.join(void.touches)})")
    with bar("steps") as shown:
        found = tasks.intercalation_voltage(
            host, filled, chosen_engine(given), ion=given.ion, fmax=given.fmax, steps=given.steps,
            store=Store(given.store), progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    print(f"{name}: {found.voltage_V:.3f} V vs {given.ion}, {found.ions_per_unit:.3g} {given.ion} per "
          f"{found.framework}, volume {100 * found.volume_change:+.2f} %")  # fmt: skip
    _states(found.filled)
    provenance(found)
    _written(given, found.filled.atoms, f"{name} with {given.ion}")


def _adsorb(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    tasks.check_ion(given.ion)
    between = _between(given.between)
    if given.at:
        place: Any = numbers(given.at, 3, "--at")
    else:
        found = _within(tasks.voids(host, smallest=1.8, largest=2.7), between)[: max(given.tries, 1)]
        if given.voids_only:
            _void_table(found)
            return
        engine = chosen_engine(given)
        with bar("voids") as shown:
            ranked = tasks.screen(host, found, engine, ion=given.ion, store=Store(given.store),
                                  progress=lambda done, words: to(shown, done + 1, len(found)))  # fmt: skip
        rows = [(f"{v.radius_A:.2f}", ", ".join(f"{x:.2f}" for x in v.position), f"{E:.2f}") for E, v in ranked[:6]]
        print(lines(("radius / A", "place / A", "host frozen / eV"), rows))
        place = ranked[0][1].position
    engine = chosen_engine(given)
    with bar("steps") as shown:
        one = tasks.adsorption(
            host, place, engine, ion=given.ion, fmax=given.fmax, steps=given.steps, store=Store(given.store),
            progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    near = ", ".join(f"{symbol} {d:.2f} A" for symbol, d in one.neighbours)
    print(f"{name}: {given.ion} {one.energy_eV:.3f} eV against the metal; moved {one.moved_A:.2f} A; nearest {near}")
    if one.framework_eV < -0.01:
        print(f"Emptied again the host lies {-one.framework_eV:.3f} eV below where it began: the energy counts from "
              "there.")  # fmt: skip
    provenance(one)
    _written(given, one.filled.atoms, f"{given.ion} in {name}")


def _barrier(given: argparse.Namespace) -> None:
    name, host = read_structure(given.host)
    if given.to:
        start, end = host, tasks.moved(host, given.ion, numbers(given.to, 3, "--to"))
    else:
        void = _void(host, given.void)
        steps = tasks.hops(host, void.position)
        rows = [(str(k), h.along, f"{h.length_A:.3f}", str(h.multiplicity)) for k, h in enumerate(steps[:12])]
        print(lines(("hop", "along", "length / A", "from one site"), rows))
        if given.hops_only:
            return
        if not 0 <= given.hop < len(steps):
            raise HeterofilmError(f"There is no hop {given.hop}; there are {len(steps)}, numbered from 0.")
        hop, large = steps[given.hop], host.repeat(_cells(host, given.repeat))
        start, end = (tasks.insert(large, [place], given.ion) for place in (hop.start, hop.end))
    with bar("steps") as shown:
        found = tasks.barrier(
            start, end, chosen_engine(given), images=given.images, fmax=given.fmax, steps=given.steps,
            store=Store(given.store), progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip
    from ..atomistic.results.derived import barrier_diffusivity

    print(f"{name}: barrier {found.forward_eV:.3f} eV, back {found.backward_eV:.3f} eV over {found.hop_A:.2f} A "
          f"({len(start)} atoms)")  # fmt: skip
    print("path / A: " + ", ".join(f"{x:.3f}" for x in found.path_A))
    print("energies / eV: " + ", ".join(f"{x:.4f}" for x in found.energies_eV))
    D = barrier_diffusivity(found, dimensions=given.dimensions)
    print(f"D of independent ions at 25 degC: {D.value:.1e} cm2/s, {D.low:.1e} to {D.high:.1e} for 1e12 to 1e13 Hz")
    provenance(found)
    if given.plot and not given.plot.lower().endswith(".html"):
        from ..plots.electrons import barrier_figure

        barrier_figure({name: found}).save(given.plot)
        given.plot = None
    _written(given, found.images[len(found.images) // 2], f"{given.ion} on its way in {name}")


def _results(given: argparse.Namespace) -> None:
    from ..atomistic.results import recorded

    if given.name is None:
        rows = [(one.name, f"{one.value:.3f} {one.unit}", one.level, one.words) for one in recorded.results()]
        width = max(len(row[0]) for row in rows)
        for name, value, level, words in rows:
            print(f"{name:<{width}}  {value:<12}  {level:<13}  {words}")
        return
    one = recorded.load(given.name)
    print(f"{one.words}\nvalue:    {one.value:.4f} {one.unit}\nlevel:    {one.level} ({one.version})\n"
          f"settings: {one.settings}\nwall:     {one.wall_s:.0f} s\ncommand:  {one.command}\n"
          f"limits:   {one.limits}")  # fmt: skip


ACTIONS = {
    "structures": _structures, "xrd": _xrd, "interface": _interface, "relax": _relax, "voltage": _voltage,
    "adsorb": _adsorb, "barrier": _barrier, "results": _results, **atoms_shown.ACTIONS, **atoms_electrons.ACTIONS,
}  # fmt: skip


def _relaxed(given: argparse.Namespace, atoms: Atoms, cell: bool) -> tasks.Relaxed:
    engine: Engine = chosen_engine(given)
    with bar("steps") as shown:
        return tasks.relax(
            atoms, engine, cell=cell, fmax=given.fmax, steps=given.steps, store=Store(given.store),
            progress=lambda done, words: tell(shown, done, words),
        )  # fmt: skip


def _plane(name: str, text: str) -> tuple[int, int, int]:
    hkl, _, setting = text.partition("@")
    return structures.plane(name, hkl, setting or None)


def _void(host: Atoms, number: int) -> tasks.Void:
    found = tasks.voids(host)
    if not 0 <= number < len(found):
        raise HeterofilmError(f"There is no void {number}; there are {len(found)}, numbered from 0.")
    return found[number]


def _between(text: str | None) -> tuple[float, float]:
    if text is None:
        return -inf, inf
    low, high = numbers(text.replace(":", ","), 2, "--between")
    if not low < high:
        raise HeterofilmError(f"--between '{text}': the lower height comes first, as in {high:g}:{low:g}.")
    return low, high


def _within(found: tuple[tasks.Void, ...], between: tuple[float, float]) -> tuple[tasks.Void, ...]:
    kept = tuple(v for v in found if between[0] <= v.position[2] <= between[1])
    if not kept:
        raise HeterofilmError("There is no void of 1.8 to 2.7 A here: allow other heights, or give a place with --at.")
    return kept


def _void_table(found: tuple[tasks.Void, ...]) -> None:
    rows = [
        (f"{v.radius_A:.2f}", ", ".join(f"{x:.2f}" for x in v.position), "".join(v.touches), str(v.multiplicity))
        for v in found
    ]
    print(lines(("radius / A", "place / A", "touches", "per cell"), rows))


def _cells(host: Atoms, text: str) -> tuple[int, int, int]:
    if text != "auto":
        a, b, c = integers(text, 3, "--repeat")
        return a, b, c
    a, b, c = (max(1, -int(-8.0 // length)) for length in host.cell.lengths())
    return a, b, c


def _states(found: tasks.Relaxed) -> None:
    if found.moments is not None:
        try:
            print(tasks.oxidation_states(found.atoms, found.moments, level=found.provenance.level).words)
        except HeterofilmError:
            return  # elements without spans: nothing is said


def _check_outputs(given: argparse.Namespace) -> None:
    out, plot = getattr(given, "out", None), getattr(given, "plot", None)
    if out and not out.lower().endswith(WRITES):
        raise HeterofilmError(f"'{out}' must end in {', '.join(WRITES)}.")
    if plot:
        from ..figures.save import check_plot_path

        check_plot_path(plot)


def _written(given: argparse.Namespace, atoms: Atoms, title: str) -> None:
    if given.out:
        from ase.io import write

        suffix = Path(given.out).suffix.lower()
        kind = "cif" if suffix == ".cif" else "extxyz"
        atomic(Path(given.out), lambda target: write(target, atoms, format=kind))
    if given.plot:
        from ..figures.structure import save_view

        save_view(atoms, given.plot, title)
