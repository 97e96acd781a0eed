"""``heterofilm new``: start a cell, film, phase or electrolyte of your own: a commented file that runs as it is."""

from __future__ import annotations

import argparse

from ..library.template import EXAMPLES as BEGINNINGS
from ..library.template import new, placeholders

GROUP = "your own cell"
EXAMPLES = (
    "heterofilm new cell mine.toml --all",
    "heterofilm new phase LiNiO2.toml --ocv measured.csv",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("kind", metavar="KIND", help="cell, film, phase or electrolyte")
    parser.add_argument("file", metavar="FILE.toml", help="a new file")
    parser.add_argument("--all", action="store_true", help="with its film, phase and electrolyte beside it")
    parser.add_argument("--ocv", metavar="FILE.csv", help="of a phase: its open-circuit potential, in place of couples")


def run(given: argparse.Namespace) -> int:
    """Write the file, or it and its parts, and say what to do with it."""
    written = new(given.kind, given.file, parts=given.all, ocv=given.ocv)
    for path in written:
        print(f"written: {path}")
    of = BEGINNINGS["phase"][1]
    for path in written:
        if keys := placeholders(path):
            print(f"But for the table, {path} holds values of {of} as placeholders; replace {', '.join(keys)}.")
    first = written[0].read_text(encoding="utf-8")
    print(next(line for line in first.splitlines() if "Try it:" in line).split("Try it:")[1].strip())
    return 0
