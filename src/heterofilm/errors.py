"""The exceptions a user of heterofilm sees, all of them a :class:`HeterofilmError`.

Their message is one clear sentence: what went wrong, where, what was expected, and what to do about it.

- :class:`InputError`: what was asked for makes no sense;
- :class:`FileFormatError`: a file is not what it was taken for;
- :class:`SimulationError`: a run could not be carried to its end;
- :class:`MissingExtraError`: it needs a package that is not installed.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Any

__all__ = [
    "FileFormatError", "HeterofilmError", "InputError", "MissingExtraError", "SimulationError", "brings",
    "did_you_mean", "renamed", "require",
]  # fmt: skip


LONGEST = 900  # characters of a line of a sentence


class HeterofilmError(Exception):
    """What the user asked for cannot be done: what, where, what was expected, what to do.

    Whatever the sentence quotes of an input, it stays one of bearable length that does nothing to a terminal.
    """

    def __init__(self, sentence: str = "") -> None:
        super().__init__("\n".join(bearable(line) for line in str(sentence).split("\n")))


def bearable(line: str, longest: int = LONGEST) -> str:
    """A line whose signs can all be printed; of one that is too long the beginning and the end.

    >>> bearable("a\\x1b[31mb"), bearable("abcdefghij", 8)
    ('a\\\\x1b[31mb', 'a ... ij')
    """
    if len(line) > longest:
        half = (longest - 5) // 2
        line = f"{line[:half]} ... {line[-(longest - 5 - half) :]}"
    if line.isprintable():
        return line
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in line)


class InputError(HeterofilmError):
    """A name, value, unit, protocol or place that makes no sense; nothing was done."""


class FileFormatError(HeterofilmError):
    """A file that is missing, damaged, or not of the kind it was taken for."""


class SimulationError(HeterofilmError):
    """A run that could not be carried to its end; ``record`` holds what it had until then, or None."""

    def __init__(self, sentence: str, record: Any = None) -> None:
        super().__init__(sentence)
        self.record = record


class MissingExtraError(HeterofilmError):
    """A package, or a program, that this needs is not installed; the sentence says what brings it."""


def require(module: str, extra: str, who: str) -> None:
    """Refuse with one sentence when `module` is not installed: a package, or a module of it that old versions lack.

    Errors: `MissingExtraError` that names `who` needs it and the `extra` that brings it.
    """
    package, _, inside = module.partition(".")
    try:
        found = find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None:
        lacks = "not installed, or too old" if inside else "not installed"
        raise MissingExtraError(f"{who} needs the package {package}, which is {lacks}: {brings(extra)}.")


def brings(extra: str) -> str:
    """What installs an extra."""
    return f"`pip install heterofilm[{extra}]`"


def did_you_mean(word: str, options: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return ``" Did you mean 'x'?"`` for the option closest to `word`, or ``""`` when none is close.

    Upper and lower case are compared as equal, because a wrong case ("ma" for "mA") is the commonest slip.

    >>> did_you_mean("dischage", ["discharge", "charge", "rest"])
    " Did you mean 'discharge'?"
    >>> did_you_mean("xyz", ["discharge"])
    ''
    """
    by_lower: dict[str, str] = {}
    for option in options:
        if option != word:  # to repeat the word that is being corrected helps nobody
            by_lower.setdefault(option.lower(), option)
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return f" Did you mean '{by_lower[close[0]]}'?" if close else ""


def renamed(module: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """A module's ``__getattr__`` that answers an old name with the sentence that gives the new one."""

    def __getattr__(name: str) -> Any:
        if name in names:
            raise InputError(f"'{module}.{name}' is called '{names[name]}' now; change the name.")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return __getattr__
