"""The command ``heterofilm``. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence

from ._version import __version__
from .commands import add
from .commands.lazy import LazyParser
from .errors import HeterofilmError, bearable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 (some runs of a study failed), 2 (an error) or 130 (stopped)."""
    parser = _parser()
    _end_in_order()
    for stream in (sys.stdout, sys.stderr):  # a terminal that has no µ shows \xb5
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        given = parser.parse_args(arguments)
        if given.command is None:
            parser.print_help()
            return 0
        from .commands.compiling import compiling
        from .commands.depends import check

        check(given)
        with compiling():
            if "json" in given:
                from .commands.answer import answered

                code = answered(given.command, given, given.name_of_command)
            else:
                code = given.command(given)
        sys.stdout.flush()
        return code
    except HeterofilmError as error:
        print(f"heterofilm: {error}", file=sys.stderr)
        return 2
    except MemoryError:
        print("heterofilm: this needs more memory than there is.", file=sys.stderr)
        return 2
    except OSError as error:  # of a name that no file can have, a disk that fails: what no reader or writer foresaw
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has left: end quietly
            return 0
        name = f" '{bearable(str(error.filename), 200)}'" if error.filename is not None else ""
        print(f"heterofilm: Cannot use{name}: {error.strerror or error}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("heterofilm: stopped; files that were finished stay.", file=sys.stderr)
        return 130


def _end_in_order() -> None:
    """Whoever asks the process to end (a batch system, a shutdown) is answered like Ctrl-C."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _parser() -> argparse.ArgumentParser:
    parser = LazyParser(prog="heterofilm", description="Thin-film batteries: cells, studies, reports.")
    parser.add_argument("--version", action="version", version=f"heterofilm {__version__}")
    parser.set_defaults(command=None)
    add(parser)
    return parser
