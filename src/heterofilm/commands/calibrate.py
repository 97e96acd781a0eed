"""``heterofilm calibrate``: fit the library to the paper's rows, print the table, write the file."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..calibration.fit import calibrate, table, write
from ..errors import InputError
from ..files import check_place
from ..paper.targets import PROBLEM

__all__ = ["options", "run"]

EXAMPLES = (
    "heterofilm calibrate --members 0",
    "heterofilm calibrate --out mine.toml --members 100",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--out", metavar="FILE", default="calibration.toml", help="default: calibration.toml")
    parser.add_argument("--members", type=int, default=24, metavar="N", help="draws of the ensemble")


def run(given: argparse.Namespace) -> int:
    """0. Errors: `HeterofilmError` for a place that cannot be written to, before any work."""
    if given.members < 0:
        raise InputError(f"--members must not be negative, got {given.members}.")
    out = check_place(Path(given.out))
    calibration = calibrate(PROBLEM, given.members)
    print(table(calibration))
    write(calibration, out)
    print(f"\nwritten to {out}")
    return 0
