"""``heterofilm completion``: print a script that completes commands, options and library names in your shell.

The script is made from what the commands declare, so it knows all of them; a new command is known when it is made anew.
"""

from __future__ import annotations

import argparse

from ..errors import HeterofilmError
from . import add, commands
from .completion_scripts import SHELLS, Argument, Node, Option
from .lazy import LazyParser

GROUP = "tools"
EXAMPLES = (
    "heterofilm completion bash > ~/.local/share/bash-completion/completions/heterofilm",
    "heterofilm completion fish > ~/.config/fish/completions/heterofilm.fish",
    'heterofilm completion zsh > "${fpath[1]}/_heterofilm"',
)
FILES = ("FILE", "DATA", "SAMPLE", "TABLE", "STUDY", "DIR")  # how placeholders of files and folders begin
# what a placeholder stands for: entries of the library of one kind
ENTRIES = {"CELL": "cells", "DEVICE": "devices", "RECIPE": "recipes", "NODE": "nodes", "DIODE": "diodes"}


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("shell", choices=tuple(SHELLS), metavar="SHELL", help=", ".join(SHELLS))


def run(given: argparse.Namespace) -> int:
    """Print the script of a shell."""
    print(SHELLS[given.shell](tree()), end="")
    return 0


def tree() -> Node:
    """All commands with what they declare; of one that needs an extra which is missing, its name alone."""
    parser = LazyParser(prog="heterofilm")
    parser.add_argument("--version", action="store_true", help="show the version")
    add(parser)
    return _node(parser, (), "")


def _node(parser: argparse.ArgumentParser, path: tuple[str, ...], words: str) -> Node:
    if isinstance(parser, LazyParser):
        try:
            parser.ready()
        except HeterofilmError:
            return Node(path, words)
    known: list[Option] = []
    arguments: list[Argument] = []
    inner: list[Node] = []
    many = False
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {one.dest: one.help or "" for one in action._choices_actions}
            if not path:
                said = commands()
            inner += [_node(one, (*path, name), said[name]) for name, one in action.choices.items() if name in said]
        elif action.help == argparse.SUPPRESS:
            continue  # a former name
        elif action.option_strings:
            takes = None if action.nargs == 0 else _argument(action, path)
            known.append(Option(tuple(action.option_strings), (action.help or "").replace("%%", "%"), takes))
        else:
            arguments.append(_argument(action, path))
            many = many or action.nargs in ("+", "*")
    return Node(path, words, tuple(known), tuple(arguments), tuple(inner), many)


def _argument(action: argparse.Action, path: tuple[str, ...]) -> Argument:
    """What may stand there, told by its choices, its command and name, or its placeholder."""
    from ..library import names

    word = str(action.metavar or action.dest)
    if action.choices is not None:
        return Argument(tuple(map(str, action.choices)))
    if known := _words(path, action.dest):
        return Argument(known, files=path not in (("library",), ("new",), ("schema",), ("protocols",)))
    if word in ENTRIES:
        return Argument(tuple(names(ENTRIES[word])), files=True)
    return Argument(files=word.startswith(FILES) or "." in word or action.dest in ("file", "structure"))


def _words(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Words of an argument that its placeholder does not tell."""
    from ..library import described, names, template
    from ..protocol import ready_made
    from .library import KINDS

    if name == "protocol" or (path, name) == (("protocols",), "name"):
        return tuple(ready_made())
    if name == "junction" or (path, name) == (("junction",), "name"):
        return tuple(names("junctions"))
    kinds = {"library": KINDS, "new": template.EXAMPLES, "schema": described.KINDS}
    return tuple(kinds[path[0]]) if name == "kind" and path[0] in kinds else ()
