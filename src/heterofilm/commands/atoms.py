"""``heterofilm atoms``: the options of its actions, and those that show recorded results.

What needs an engine or a structure is imported when it is asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import fill
from typing import Any

from ..errors import InputError

__all__ = ["add", "run"]

STRUCTURE = "a structure of the library, or a file: .cif, .xyz, .vasp"
ELSEWHERE = {
    **dict.fromkeys(("structures", "xrd", "interface", "relax"), "atoms_structures"),
    **dict.fromkeys(("voltage", "insert", "barrier"), "atoms_ions"),
    **dict.fromkeys(("electrons", "charge", "align"), "atoms_electrons"),
}
RENAMED = {"adsorb": "insert"}  # actions by their former name


def add(atoms: argparse.ArgumentParser) -> None:
    """Add the actions to the parser of ``heterofilm atoms``."""
    actions = atoms.add_subparsers(metavar="ACTION", dest="action", required=True)

    structures = _action(actions, "structures", "list the structures with their sources, or show one")
    structures.add_argument("name", nargs="?", metavar="NAME")
    _pictures(structures)

    xrd = _action(actions, "xrd", "powder lines of a structure, against published ones where they are known")
    xrd.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    xrd.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")

    interface = _action(actions, "interface", "cells of two planes that fit; builds one, or scans gap and registry")
    interface.add_argument("film", metavar="FILM", help=STRUCTURE)
    interface.add_argument("film_plane", metavar="HKL", help="for example 110, or 101@paper in a named setting")
    interface.add_argument("substrate", metavar="SUBSTRATE", help=STRUCTURE)
    interface.add_argument("substrate_plane", metavar="HKL", help="for example 200")
    interface.add_argument("--layers", default="2,1", metavar="N,N", help="unit planes of film and substrate; 2,1")
    interface.add_argument("--max-area", type=float, default=200.0, metavar="A2", help="largest cell; 200 A2")
    interface.add_argument("--match", type=int, default=0, metavar="N", help="which of the matches to build; 0")
    interface.add_argument("--termination", type=int, default=0, metavar="N", help="which of the terminations; 0")
    interface.add_argument("--gap", type=float, default=2.0, metavar="A", help="between the two sides; 2 A")
    interface.add_argument("--share", type=float, default=0.5, metavar="S", help="of the misfit on the film; 0.5")
    interface.add_argument("--superlattice", action="store_true", help="no vacuum: a second interface instead")
    interface.add_argument("--scan", action="store_true", help="energies over terminations, gaps and registries")
    interface.add_argument("--relax", action="store_true", help="relax what was built, cell held")
    _engine(interface)
    _pictures(interface)

    relax = _action(actions, "relax", "relax a structure, with its cell unless told otherwise")
    relax.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    relax.add_argument("--hold-cell", action="store_true", help="move the atoms alone")
    _engine(relax)
    _pictures(relax)

    voltage = _action(actions, "voltage", "mean voltage of filling the largest interstitial sites of a host")
    voltage.add_argument("host", metavar="HOST", help=STRUCTURE)
    voltage.add_argument("--filled", metavar="STRUCTURE", help="the filled host, in place of filling sites")
    voltage.add_argument("--ions", type=int, metavar="N", help="ions per cell; by default all equivalent sites")
    voltage.add_argument(
        "--site", type=int, default=0, metavar="N", help="which set of interstitial sites, largest first; 0"
    )
    voltage.add_argument("--ion", default="Li", help="Li, Na, K, Mg, Zn; Li")
    _engine(voltage)
    _pictures(voltage)

    insert = _action(actions, "insert", "interstitial sites, and the insertion energy of one ion in the best of them")
    insert.add_argument("host", metavar="HOST", help=STRUCTURE)
    insert.add_argument("--between", metavar="LOW:HIGH", help="heights (A) that count, for example of one side")
    insert.add_argument("--at", metavar="X,Y,Z", help="one place (A), in place of a search")
    insert.add_argument("--try", dest="tries", type=int, default=14, metavar="N", help="sites tried, host frozen; 14")
    insert.add_argument("--ion", default="Li", help="Li, Na, K, Mg, Zn; Li")
    insert.add_argument("--sites-only", action="store_true", help="list the sites and stop")
    _engine(insert)
    _pictures(insert)

    barrier = _action(
        actions, "barrier", "hops between equivalent interstitial sites, and the barrier along one's migration path"
    )
    barrier.add_argument("host", metavar="HOST", help=f"{STRUCTURE}; with --to it holds the ion already")
    barrier.add_argument("--to", metavar="X,Y,Z", help="where the ion that is there goes (A), in place of a site's hop")
    barrier.add_argument(
        "--site", type=int, default=0, metavar="N", help="which set of interstitial sites, largest first; 0"
    )
    barrier.add_argument("--hop", type=int, default=0, metavar="N", help="which of the hops, shortest first; 0")
    barrier.add_argument(
        "--repeat", default="auto", metavar="N,N,N", help="cells; by default at least 8 A in each direction"
    )
    barrier.add_argument("--images", type=int, default=5, metavar="N", help="between the ends; 5")
    barrier.add_argument("--dimensions", type=int, default=1, metavar="D", help="of the net of sites, for D; 1")
    barrier.add_argument("--hops-only", action="store_true", help="list the hops and stop")
    barrier.add_argument("--ion", default="Li", help="Li, Na, K, Mg, Zn; Li")
    _engine(barrier)
    _pictures(barrier)

    electrons = _action(actions, "electrons", "ground state: gap, band edges, moments, charges, density of states")
    electrons.add_argument("structure", metavar="STRUCTURE", help=STRUCTURE)
    electrons.add_argument("--elf", action="store_true", help="the electron localization function too")
    electrons.add_argument("--primitive", action="store_true", help="of the smallest cell that repeats: faster")
    electrons.add_argument("--charges", action="store_true", help="charges of the atoms after Hirshfeld")
    _electrons(electrons)

    charge = _action(actions, "charge", "charge density difference of an interface and its two sides")
    charge.add_argument(
        "structure", metavar="INTERFACE", help="an .xyz of `atoms interface`, or with --at any structure"
    )
    charge.add_argument("--at", type=float, metavar="A", help="height between the two sides")
    charge.add_argument(
        "--names", default="the lower side,the upper side", metavar="LOWER,UPPER", help="how the sides are called"
    )
    _electrons(charge)

    align = _action(actions, "align", "work function of a slab, or band offsets at an interface of two bulks")
    align.add_argument("structure", metavar="SLAB", help="a slab with vacuum along c, or an interface")
    align.add_argument(
        "--margin", type=float, default=3.0, metavar="A", help="from a face to where the vacuum begins; 3"
    )
    align.add_argument("--below", metavar="BULK", help="bulk of the lower side: offsets instead of a work function")
    align.add_argument("--above", metavar="BULK", help="bulk of the upper side")
    align.add_argument("--periods", metavar="L,L", help="periods (A) of the two along the normal")
    align.add_argument("--at", type=float, metavar="A", help="height between the two sides")
    align.add_argument("--windows", metavar="LOW:HIGH,LOW:HIGH", help="where each side is itself; else its middle")
    align.add_argument("--flat", type=float, default=0.05, metavar="EV", help="what a plateau may deviate; 0.05 eV")
    _electrons(align)

    results = _action(actions, "results", "recorded results that come with heterofilm")
    results.add_argument("name", nargs="?", metavar="NAME")

    figures = _action(actions, "figures", "a page of the recorded results with figures (SVG, PNG) and data (csv)")
    figures.add_argument("--out", metavar="DIR", default="heterofilm-atoms-page", help="default: heterofilm-atoms-page")

    _action(actions, "claims", "what the paper says of its DFT, answered from the recorded results")
    _action(
        actions, "values", "parameters of a junction and a cell derived from recorded results, beside the library's"
    )
    for old in RENAMED:
        # what follows is not looked at: no character begins an option
        actions.add_parser(old, prefix_chars="\0", add_help=False).add_argument("rest", nargs="*")
    for parser in (voltage, barrier):
        parser.add_argument("--void", action=_Renamed, now="--site", nargs="?", help=argparse.SUPPRESS)
    insert.add_argument("--voids-only", action=_Renamed, now="--sites-only", nargs=0, help=argparse.SUPPRESS)


class _Renamed(argparse.Action):
    """An option under its former name: `run` says what it is called now."""

    def __init__(self, option_strings: Sequence[str], dest: str, *, now: str, **more: Any) -> None:
        super().__init__(option_strings, dest, default=argparse.SUPPRESS, **more)
        self.now = now

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option_string: Any = None) -> None:
        namespace.renamed = (f"The option {option_string}", self.now)


def run(given: argparse.Namespace) -> int:
    """Run one action; results are printed, kept in the store, and written where asked for."""
    from ..atomistic.engine import require

    if given.action in RENAMED:
        given.renamed = (f"`heterofilm atoms {given.action}`", f"`heterofilm atoms {RENAMED[given.action]}`")
    if hasattr(given, "renamed"):
        old, new = given.renamed
        raise InputError(f"{old} is called {new} now.")
    require("ase", "atoms", "`heterofilm atoms`")
    if given.action in SHOWN:
        SHOWN[given.action](given)
        return 0
    from .atoms_inputs import check_outputs

    check_outputs(given)
    import_module(f".{ELSEWHERE[given.action]}", __package__).ACTIONS[given.action](given)
    return 0


def _results(given: argparse.Namespace) -> None:
    from ..atomistic.results import recorded

    if given.name is None:
        rows = [(one.name, f"{one.value:.3f} {one.unit}", str(one.level), one.words) for one in recorded.results()]
        width = max(len(row[0]) for row in rows)
        for name, value, level, words in rows:
            print(f"{name:<{width}}  {value:<12}  {level:<13}  {words}")
        return
    one = recorded.load(given.name)
    print(f"{one.words}\nvalue:    {one.value:.4f} {one.unit}\nlevel:    {one.level} ({one.version})\n"
          f"settings: {one.settings}\nwall:     {one.wall_s:.0f} s\ncommand:  {one.command}\n"
          f"limits:   {one.limits}")  # fmt: skip


def _figures(given: argparse.Namespace) -> None:
    from tqdm import tqdm

    from ..atomistic.results.evidence import evidence
    from ..files import check_folder
    from ..paper.dft_answers import statements
    from ..reports.atoms import write_atoms_page

    check_folder(given.out)
    found = evidence()
    with tqdm(unit=" figures", delay=2.0, dynamic_ncols=True) as bar:

        def tell(name: str) -> None:
            bar.set_postfix_str(name, refresh=False)
            bar.update()

        page = write_atoms_page(Path(given.out), found, statements(found), tell)
    print(page)


def _claims(given: argparse.Namespace) -> None:
    from ..paper.dft_answers import answers

    for one in answers():
        print(f"{one.id}: {one.verdict}\n  paper: {one.statement}")
        print(fill(f"why: {one.why}", 110, initial_indent="  ", subsequent_indent="       "))
        for what, number, level in one.numbers:
            print(f"    {what}: {number} ({level})")


def _values(given: argparse.Namespace) -> None:
    from ..reports.atoms_tables import derived_parameters

    for one in derived_parameters():
        low, high = one.value.span
        print(f"{one.words}\n  computed: {one.value.value:.3g} {one.value.unit} ({low:.2g} to {high:.2g})\n"
              f"  library:  {one.beside}\n  use:      {one.use}\n  source:   {one.value.source}")  # fmt: skip


SHOWN: dict[str, Callable[[argparse.Namespace], None]] = {
    "results": _results, "figures": _figures, "claims": _claims, "values": _values,
}  # fmt: skip


def _action(actions: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words, description=f"{words}.")
    return parser


def _electrons(parser: argparse.ArgumentParser) -> None:
    _program(parser, "gpaw", "gpaw, cp2k")
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")


def _engine(parser: argparse.ArgumentParser) -> None:
    _program(parser, "chgnet", "chgnet, gpaw, cp2k, emt")
    parser.add_argument("--fmax", type=float, default=0.05, metavar="F", help="largest force at the end; 0.05 eV/A")
    parser.add_argument("--steps", type=int, default=500, metavar="N", help="give up after so many; 500")


def _program(parser: argparse.ArgumentParser, default: str, known: str) -> None:
    parser.add_argument("--engine", default=default, metavar="NAME", help=f"{known}; {default}")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the engine, for example k_density=1.5, mode=lcao, u.V=3.1",
    )  # fmt: skip
    parser.add_argument(
        "--store", default="heterofilm-atoms", metavar="DIR", help="results are kept and found here; heterofilm-atoms"
    )


def _pictures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", help="write the structure: .cif, .xyz")
    parser.add_argument("--plot", metavar="FILE", help="write a picture: .html (to be turned), .png, .svg, .pdf")
