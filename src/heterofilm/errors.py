"""The one exception a user of heterofilm sees.

Its message is one clear sentence: what went wrong, where, what was expected, and what to do about it.
"""

import difflib
from collections.abc import Iterable

__all__ = ["HeterofilmError", "did_you_mean"]


class HeterofilmError(Exception):
    """What the user asked for cannot be done: what, where, what was expected, what to do."""


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
        by_lower.setdefault(option.lower(), option)
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return f" Did you mean '{by_lower[close[0]]}'?" if close else ""
