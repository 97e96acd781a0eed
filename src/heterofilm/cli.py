"""The command ``heterofilm``. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from ._version import __version__
from .commands import add
from .errors import HeterofilmError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (some runs of a study failed), 2 (an error) or 130 (stopped)."""
    parser = _parser()
    try:
        given = parser.parse_args(arguments)
        if given.command is None:
            parser.print_help()
            return 0
        from .commands.compiling import compiling

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
    add(parser)
    return parser
