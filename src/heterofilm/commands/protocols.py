"""``heterofilm protocols``: list the ready-made protocols, or print one."""

from __future__ import annotations

import argparse

from ..errors import InputError, did_you_mean
from ..protocol import READY, ready_made
from .inputs import lines

GROUP = "simulate"
EXAMPLES = (
    "heterofilm protocols",
    "heterofilm protocols rate-test",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("name", nargs="?", metavar="NAME")


def run(given: argparse.Namespace) -> int:
    """List the protocols with their first line, or print one."""
    if given.name is None:
        rows = [(name, (READY / f"{name}.txt").read_text().splitlines()[0].removeprefix("# ")) for name in ready_made()]
        print(lines(("protocol", "what it does"), rows, left=(0, 1)))
        return 0
    if given.name not in ready_made():
        hint = did_you_mean(given.name, ready_made())
        raise InputError(f"There is no protocol '{given.name}'; known: {', '.join(ready_made())}.{hint}")
    print((READY / f"{given.name}.txt").read_text().rstrip())
    return 0
