"""Options that several actions of ``heterofilm atoms`` have."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..errors import InputError

WRITES = (".cif", ".xyz", ".extxyz")
STRUCTURE = "a structure of the library, or a file: .cif, .xyz, .vasp"


class Action(NamedTuple):
    """What an action takes, and what it does."""

    options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]


def structure_file(name: str) -> str:
    """Refuses what cannot be written before anything is computed."""
    if not name.lower().endswith(WRITES):
        raise InputError(f"'{name}' must end in {', '.join(WRITES)}.")
    return name


def figure_file(name: str) -> str:
    """Refuses what cannot be written before anything is computed."""
    from ..figures.save import check_plot_path

    check_plot_path(name)
    return name


def no_options(parser: argparse.ArgumentParser) -> None:
    """An action that takes nothing."""


def electrons_options(parser: argparse.ArgumentParser) -> None:
    _program(parser, "gpaw", "gpaw, cp2k")
    parser.add_argument(
        "--plot",
        type=figure_file,
        metavar="FILE",
        help="draw the structure: .html (can be rotated), .png, .svg or .pdf",
    )


def engine_options(parser: argparse.ArgumentParser) -> None:
    _program(parser, "chgnet", "chgnet, gpaw, cp2k, emt")
    parser.add_argument(
        "--fmax",
        type=float,
        default=0.05,
        metavar="F",
        help="stop when the largest force is below this (default: 0.05 eV/A)",
    )
    parser.add_argument(
        "--steps", type=int, default=500, metavar="N", help="give up after this many steps (default: 500)"
    )


def _program(parser: argparse.ArgumentParser, default: str, known: str) -> None:
    parser.add_argument("--engine", default=default, metavar="NAME", help=f"{known} (default: {default})")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the engine, for example k_density=1.5, mode=lcao, u.V=3.1",
    )  # fmt: skip
    parser.add_argument(
        "--store",
        default="heterofilm-atoms",
        metavar="DIR",
        help="folder in which results are kept and found (default: heterofilm-atoms)",
    )
    parser.add_argument("--fresh", action="store_true", help="compute anew, whatever the store holds")


def pictures_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=structure_file, metavar="FILE", help="write the structure: .cif or .xyz")
    parser.add_argument(
        "--plot",
        type=figure_file,
        metavar="FILE",
        help="draw the structure: .html (can be rotated), .png, .svg or .pdf",
    )


class Renamed(argparse.Action):
    """An option under its former name: `run` says what it is called now."""

    def __init__(self, option_strings: Sequence[str], dest: str, *, now: str, **more: Any) -> None:
        super().__init__(option_strings, dest, default=argparse.SUPPRESS, **more)
        self.now = now

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option_string: Any = None) -> None:
        namespace.renamed = (f"The option {option_string}", self.now)
