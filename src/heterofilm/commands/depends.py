"""Options that act only beside others, or not beside them: what would change nothing is refused in a sentence."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from ..errors import InputError

__all__ = ["Rule", "check", "not_with", "only_with"]


class Rule(NamedTuple):
    """`options` change nothing without one of `others`; with `beside` they change nothing with one of them."""

    options: tuple[str, ...]
    others: tuple[str, ...]
    beside: bool


def only_with(parser: argparse.ArgumentParser, options: str, others: str) -> None:
    """`options` act only where one of `others` is given, each a list with spaces between."""
    _add(parser, Rule(tuple(options.split()), tuple(others.split()), False))


def not_with(parser: argparse.ArgumentParser, options: str, others: str) -> None:
    """`options` change nothing where one of `others` is given, each a list with spaces between."""
    _add(parser, Rule(tuple(options.split()), tuple(others.split()), True))


def _add(parser: argparse.ArgumentParser, rule: Rule) -> None:
    parser.set_defaults(rules=(*(parser.get_default("rules") or ()), rule))


def check(given: argparse.Namespace) -> None:
    """Errors: `HeterofilmError` for an option that was given and changes nothing."""
    told = given.told
    for rule in getattr(given, "rules", ()):
        idle = [one for one in rule.options if one in told]
        there = [one for one in rule.others if one in told]
        if not idle or bool(there) != rule.beside:
            continue
        what = f"{' and '.join(idle)} {'has' if len(idle) == 1 else 'have'} no effect"
        if rule.beside:
            raise InputError(f"{what} with {there[0]}: leave one of them out.")
        them = "it" if len(idle) == 1 else "them"
        raise InputError(f"{what} without {' or '.join(rule.others)}: leave {them} out, or add that.")
