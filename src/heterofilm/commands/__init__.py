"""The command line, a module a command: ``options`` declares what it takes, ``EXAMPLES`` shows it, ``run`` does it.

A module with a ``GROUP`` of `HEADINGS` is a command, and the first line of its docstring what the help says of it. Both
are read from its text: the module is imported when its command is given.
"""

from __future__ import annotations

import argparse
import re
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from .lazy import LazyParser

__all__ = ["HEADINGS", "add", "commands", "groups"]

HEADINGS = ("on one page", "simulate", "your own cell", "analyse", "fit", "make films", "devices", "atoms", "tools")
HEAD = re.compile(r'"""``heterofilm (?P<name>\w+)``: (?P<words>.+?)\.?(?:"""|\n)')
GROUP = re.compile(r'^GROUP = "(.+)"$', re.MULTILINE)


@cache
def groups() -> dict[str, dict[str, str]]:
    """The commands under their headings, by name in the order of the alphabet, each with what it does."""
    found: dict[str, dict[str, str]] = {heading: {} for heading in HEADINGS}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        head, group = HEAD.match(text), GROUP.search(text)
        if head and group:
            found[group[1]][head["name"]] = head["words"]
    return found


def commands() -> dict[str, str]:
    """All commands, and what they do."""
    return {name: words for group in groups().values() for name, words in group.items()}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of the command line, and to the end of its help their list in groups."""
    known: Any = parser.add_subparsers(metavar="COMMAND", help=argparse.SUPPRESS, parser_class=LazyParser)
    for name, words in commands().items():
        one = known.add_parser(name, description=f"{words[0].upper()}{words[1:]}.", formatter_class=_AsWritten)
        one.declare = partial(_declare, name)
    parser.formatter_class = _AsWritten
    parser.usage = "%(prog)s [-h] [--version] COMMAND ..."
    width = max(map(len, commands()))
    listed = (
        "\n".join([f"{group}:", *(f"  {name:{width}}  {words}" for name, words in members.items())])
        for group, members in groups().items()
    )
    parser.epilog = "\n\n".join([*listed, "'heterofilm COMMAND --help' says what a command takes, with examples."])


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    """Examples and lists keep their lines; the help of options is wrapped."""


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    module = import_module(f".{name}", __name__)
    module.options(parser)
    parser.epilog = "\n".join(["examples:", *(f"  {example}" for example in module.EXAMPLES)])
    parser.set_defaults(command=module.run, name_of_command=name)
