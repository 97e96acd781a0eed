"""``heterofilm atoms``: compute from first principles: structures, interfaces, voltages, barriers."""

from __future__ import annotations

import argparse
from functools import partial
from importlib import import_module
from typing import Any

from ..errors import InputError
from .lazy import LazyParser

__all__ = ["options", "run"]

ACTIONS = {
    "structures": ("atoms_structures", "list the structures with their sources, or show one"),
    "xrd": ("atoms_structures", "powder lines of a structure, against published ones where they are known"),
    "interface": ("atoms_structures", "cells of two planes that fit; builds one, or scans gap and registry"),
    "relax": ("atoms_structures", "relax a structure, with its cell unless told otherwise"),
    "voltage": ("atoms_ions", "mean voltage of filling the largest interstitial sites of a host"),
    "insert": ("atoms_ions", "interstitial sites, and the insertion energy of one ion in the best of them"),
    "barrier": ("atoms_ions", "hops between equivalent interstitial sites, and the barrier along one's migration path"),
    "electrons": ("atoms_electrons", "ground state: gap, band edges, moments, charges, density of states"),
    "charge": ("atoms_electrons", "charge density difference of an interface and its two sides"),
    "align": ("atoms_electrons", "work function of a slab, or band offsets at an interface of two bulks"),
    "results": ("atoms_results", "recorded results that come with heterofilm"),
    "figures": ("atoms_results", "a page of the recorded results with figures (SVG, PNG) and data (csv)"),
    "claims": ("atoms_results", "what the paper says of its DFT, answered from the recorded results"),
    "values": ("atoms_results", "parameters of a junction and a cell from recorded results, beside the library's"),
}  # by name: its module, and what it does
RENAMED = {"adsorb": "insert"}  # actions by their former name

GROUP = "atoms"
EXAMPLES = (
    "heterofilm atoms structures",
    "heterofilm atoms voltage V2O5",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its actions."""
    actions: Any = parser.add_subparsers(metavar="ACTION", dest="action", required=True, parser_class=LazyParser)
    for name, (module, words) in ACTIONS.items():
        actions.add_parser(name, help=words, description=f"{words}.").declare = partial(_declare, module, name)
    for old in RENAMED:
        # what follows is not looked at: no character begins an option
        actions.add_parser(old, prefix_chars="\0", add_help=False).add_argument("rest", nargs="*")


def _declare(module: str, name: str, parser: argparse.ArgumentParser) -> None:
    from ..errors import require

    require("ase", "atoms", "`heterofilm atoms`")
    action = import_module(f".{module}", __package__).ACTIONS[name]
    action.options(parser)
    parser.set_defaults(do=action.run)


def run(given: argparse.Namespace) -> int:
    """Run one action; results are printed, kept in the store, and written where asked for."""
    if given.action in RENAMED:
        given.renamed = (f"`heterofilm atoms {given.action}`", f"`heterofilm atoms {RENAMED[given.action]}`")
    if hasattr(given, "renamed"):
        old, new = given.renamed
        raise InputError(f"{old} is called {new} now.")
    given.do(given)
    return 0
