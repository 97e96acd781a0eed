"""The command line, a module a command: ``options`` declares what it takes, ``EXAMPLES`` shows it, ``run`` does it.

A new command is a module and a line of ``GROUPS``; the module is imported when the command is given.
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib import import_module
from typing import Any

from .lazy import LazyParser

__all__ = ["COMMANDS", "GROUPS", "add"]

GROUPS = {
    "simulate": {
        "run": "run a study and write a report (the paper's study by default)",
        "simulate": "run one protocol on one cell",
        "vary": "one protocol on every combination of some values of a cell",
        "protocols": "list the ready-made protocols, or print one",
    },
    "your own cell": {
        "new": "a commented file to begin with, which runs as it is",
        "schema": "what a cell, film, phase or any other file may hold",
        "library": "list the library, or show an entry: every value with its source and origin",
        "ocv": "the open-circuit potential as a table from data, or as couples from a table",
    },
    "analyse": {
        "cycles": "capacity, efficiency and end of life over the cycles of a record",
        "dqdv": "dQ/dV and the plateaus of some cycles of a record",
        "gitt": "a diffusivity from every pulse of a titration, and whether it is one",
        "resistance": "the resistance that every step of the current shows, at once and at its end",
        "cv": "peaks, b-values and the Dunn analysis of cyclic voltammograms",
        "eis": "features, Kramers-Kronig test, circuit fit and relaxation times of spectra",
        "xps": "core levels of a file: states with uncertainties, atomic per cent, a figure of every region",
        "analyse": "a sample file and its instrument files to a paper's table and figures",
        "example": "an example project of synthetic samples, measured by every technique",
        "formats": "the instrument files that are read, or what one file is",
    },
    "fit": {
        "fit": "values of a cell from measured data, with intervals and what the data leave open",
        "sensitivities": "how curves, limits and spectra change with the values of a cell, exactly",
        "calibrate": "fit the library to the paper's numbers",
    },
    "make films": {
        "grow": "a film from sputter powers, gas, time and anneal, ready for a cell",
        "junction": "bands, field and bounds of a junction, and what of a gain it explains",
    },
    "devices": {
        "device": "a cell on its substrate: stack, energy, thermal budget, self-discharge",
        "bend": "a device that is bent: strains, cracks, capacity against angle, safe radius",
        "load": "what a device drives: a light, a sensor node, a load from a file, and for how long",
    },
    "atoms": {
        "atoms": "structures, interfaces, voltages, insertion energies and barriers",
    },
    "tools": {
        "doctor": "what of heterofilm works on this machine, and how fast",
    },
}  # the modules of this folder that are commands, and what they do, in the order of the help

COMMANDS = {name: words for group in GROUPS.values() for name, words in group.items()}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of the command line, and to the end of its help their list in groups."""
    commands: Any = parser.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS, parser_class=LazyParser)
    for name, words in COMMANDS.items():
        one = commands.add_parser(name, description=f"{words[0].upper()}{words[1:]}.", formatter_class=_AsWritten)
        one.declare = partial(_declare, name)
    parser.formatter_class = _AsWritten
    parser.usage = "%(prog)s [-h] [--version] COMMAND ..."
    width = max(map(len, COMMANDS))
    listed = (
        "\n".join([f"{group}:", *(f"  {name:{width}}  {words}" for name, words in members.items())])
        for group, members in GROUPS.items()
    )
    parser.epilog = "\n\n".join([*listed, "'heterofilm COMMAND --help' says what a command takes, with examples."])


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    """Examples and lists keep their lines; the help of options is wrapped."""


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    module = import_module(f".{name}", __name__)
    module.options(parser)
    parser.epilog = "\n".join(["examples:", *(f"  {example}" for example in module.EXAMPLES)])
    parser.set_defaults(command=module.run)
