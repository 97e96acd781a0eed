"""The command line, a module a command: ``options`` declares what it takes, ``run`` does it.

A new command is a module and a line of ``COMMANDS``; the module is imported when the command is given.
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib import import_module
from typing import Any

from .lazy import LazyParser

__all__ = ["COMMANDS", "add"]

COMMANDS = {
    "run": "run a study and write a report (the paper's study by default)",
    "simulate": "run one protocol on one cell",
    "vary": "one protocol on every combination of some values of a cell",
    "new": "a commented file to begin with, which runs as it is",
    "schema": "what a cell, film, phase or any other file may hold",
    "library": "list the library, or show an entry: every value with its source and origin",
    "protocols": "list the ready-made protocols, or print one",
    "cycles": "capacity, efficiency and end of life over the cycles of a record",
    "dqdv": "dQ/dV and the plateaus of some cycles of a record",
    "gitt": "a diffusivity from every pulse of a titration, and whether it is one",
    "resistance": "the resistance that every step of the current shows, at once and at its end",
    "cv": "peaks, b-values and the Dunn analysis of cyclic voltammograms",
    "eis": "features, Kramers-Kronig test, circuit fit and relaxation times of spectra",
    "analyse": "a sample file and its instrument files to a paper's table and figures",
    "example": "an example project of synthetic samples, measured by every technique",
    "formats": "the instrument files that are read, or what one file is",
    "grow": "a film from sputter powers, gas, time and anneal, ready for a cell",
    "junction": "bands, field and bounds of a junction, and what of a gain it explains",
    "atoms": "structures, interfaces, voltages, insertion energies and barriers",
    "calibrate": "fit the library to the paper's numbers",
}  # the modules of this folder that are commands, and what they do, in the order of the help


def add(parser: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of the command line."""
    commands: Any = parser.add_subparsers(metavar="COMMAND", parser_class=LazyParser)
    for name, words in COMMANDS.items():
        commands.add_parser(name, help=words, description=f"{words}.").declare = partial(_declare, name)


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    module = import_module(f".{name}", __name__)
    module.options(parser)
    parser.set_defaults(command=module.run)
