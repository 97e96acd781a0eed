"""The one exception a user of heterofilm sees.

Its message is one clear sentence: what went wrong, where, what was expected, and what to do about it.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["HeterofilmError", "SimulationError", "did_you_mean", "renamed"]


class HeterofilmError(Exception):
    """What the user asked for cannot be done: what, where, what was expected, what to do."""


class SimulationError(HeterofilmError):
    """A run could not be done to its end; `record` holds what it had until then, None where that was nothing."""

    def __init__(self, sentence: str, record: Any = None) -> None:
        super().__init__(sentence)
        self.record = record


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
            raise HeterofilmError(f"'{module}.{name}' is called '{names[name]}' now; change the name.")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return __getattr__
