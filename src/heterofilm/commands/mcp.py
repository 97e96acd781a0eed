"""``heterofilm mcp``: a project for assistants: they read, analyse, simulate and fit in it, and write nothing."""

from __future__ import annotations

import argparse

from ..errors import InputError

GROUP = "on one page"
EXAMPLES = (
    "heterofilm mcp my-project",
    "heterofilm mcp ~/films/VOC1",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("folder", metavar="DIR", help="the project: nothing outside of it is read, nothing is written")


def run(given: argparse.Namespace) -> int:
    """Speak the Model Context Protocol over standard input and output until they are closed."""
    if "json" in given:
        raise InputError("The server speaks JSON by itself, to an assistant; leave --json out.")
    from ..app.assistant.server import server

    server(given.folder).run("stdio")
    return 0
