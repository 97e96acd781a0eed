"""The command ``heterofilm``. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from ._version import __version__
from .errors import HeterofilmError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (some runs of a study failed), 2 (an error) or 130 (stopped)."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return 0
    from .commands.compiling import compiling

    try:
        with compiling():
            code: int = given.command(given)
        sys.stdout.flush()
        return code
    except HeterofilmError as error:
        print(f"heterofilm: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("heterofilm: stopped; files that were finished stay.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has left: end quietly
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="heterofilm", description="Thin-film batteries: cells, studies, reports.")
    parser.add_argument("--version", action="version", version=f"heterofilm {__version__}")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(metavar="COMMAND")

    run = commands.add_parser("run", help="run a study and write a report (the paper's study by default)")
    run.add_argument("study", nargs="?", metavar="STUDY.toml")
    run.add_argument("--out", metavar="DIR", default="heterofilm-report", help="default: heterofilm-report")
    run.add_argument("--members", type=int, metavar="N", help="draws of the calibration for the bands; 0: none")
    run.add_argument("--calibration", metavar="FILE", help="values written by 'heterofilm calibrate'")
    run.add_argument("--quiet", action="store_true", help="no progress bar")
    run.add_argument("--fresh", action="store_true", help="into a folder of another study: what it has goes")
    run.set_defaults(command=partial(_later, "run"))

    from .commands import add

    add(commands)

    calibrate = commands.add_parser("calibrate", help="fit the library to the paper's numbers")
    calibrate.add_argument("--out", metavar="FILE", default="calibration.toml", help="default: calibration.toml")
    calibrate.add_argument("--members", type=int, default=24, metavar="N", help="draws of the ensemble")
    calibrate.set_defaults(command=partial(_later, "calibrate"))
    return parser


def _later(module: str, given: argparse.Namespace) -> int:
    code: int = import_module(f".commands.{module}", __package__).run(given)
    return code
