"""What ended a step: one of its limits, the cell's window, or what the step itself came to an end with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from .quantities import Limit


class EndKind(Enum):
    """Why a step was over."""

    LIMIT = "limit"  # one of its limits was met
    WINDOW = "window"  # a step without limits: the cut-off of the cell
    VERTEX = "vertex"  # a sweep has come to its potential
    LOAD = "load"  # the load has been followed to its last row
    SPECTRUM = "spectrum"  # the spectrum has been taken
    TEMPERATURE = "temperature"  # the temperature has been set
    SAFETY = "safety"  # the voltage went beyond what the cell stands, with a margin
    EXHAUSTED = "exhausted"  # no current gives the power that is demanded
    LITHIUM = "lithium"  # the metal of the anode has run out
    FAILED = "failed"  # it could not be done to its end

    @property
    def cut_short(self) -> bool:
        """Whether the cell ended it before anything that was asked for."""
        return self in (EndKind.SAFETY, EndKind.EXHAUSTED, EndKind.LITHIUM)


@dataclass(frozen=True)
class End:
    """The end of a step: its kind, the limit that was met (of a step that ended at one), and its words in a table.

    ``at_once``: the limit was met before the step had begun, so nothing was done.
    """

    kind: EndKind
    words: str
    limit: Limit | None = None
    at_once: bool = False

    @classmethod
    def at(cls, limit: Limit, at_once: bool = False, window: bool = False) -> End:
        """The end at a limit of the step, or at the window of the cell."""
        return _at(limit, at_once, window)

    def __str__(self) -> str:
        return self.words


@lru_cache(maxsize=256)  # exact numbers in words take longer than a short step takes to simulate
def _at(limit: Limit, at_once: bool, window: bool) -> End:
    said = limit.words.removeprefix("until ").removeprefix("for ")
    words = said + (" (window)" if window else "") + (" at once" if at_once else "")
    return End(EndKind.WINDOW if window else EndKind.LIMIT, words, limit, at_once)
