"""``heterofilm app``: open a project in the browser: files, fits, cells, tests, comparisons."""

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
        help="project folder: new, one of the app's, or a folder of samples (default: heterofilm-project)",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on (default: a free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--others", action="store_true",
        help="with --host, admit other machines: whoever has the address can read and change the project",
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
