"""``heterofilm app``: the whole chain in the browser, over a project folder: files, fits, cells, tests, comparisons."""

from __future__ import annotations

import argparse

from ..errors import InputError

GROUP = "on one page"
EXAMPLES = (
    "heterofilm app",
    "heterofilm app my-project --no-browser --port 8765",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", default="heterofilm-project",
        help="the project: a new folder, one of the app, or one of samples; default: heterofilm-project",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=0, metavar="N", help="to listen at; a free one by default")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="to listen at; this machine by default")
    parser.add_argument(
        "--others", action="store_true",
        help="with --host: let other machines in; whoever has the address reads and writes the project",
    )  # fmt: skip


def run(given: argparse.Namespace) -> int:
    """Serve until Ctrl-C; jobs that run then go on, and the same command finds them again."""
    if "json" in given:
        raise InputError("The app serves until it is ended and has no answer to give as JSON; leave --json out.")
    from ..app.server.serve import serve

    def told(address: str) -> None:
        print(f"The app is open at\n{address}\nCtrl-C ends it; what was done is in '{given.folder}'.", flush=True)

    serve(given.folder, given.host, given.port, others=given.others, show=not given.no_browser, told=told)
    return 0
