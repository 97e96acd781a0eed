"""Which core levels a measured region shows: by what it is called, else by the energies it covers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...elements import ELEMENTS
from ...library.core_level import CoreLevel

__all__ = ["covers", "is_survey", "levels_in", "named"]

Array = NDArray[Any]
SURVEY = 0.3  # eV: wider steps leave a line of 1.2 eV four points; a survey has 0.4 to 1 eV
MARGIN = 1.0  # eV: a window is covered though it is cut by so much
CALLED = re.compile(r"(?<![A-Za-z])([A-Z][a-z]?)[ _-]?([1-6][spdf]|LMM|KLL|LVV|MNN)(?![A-Za-z0-9]*[A-Z])")


def named(words: str) -> list[str]:
    """The levels that a name tells, whether they are known or not.

    >>> named("V 2p and O 1s"), named("Cu_3p"), named("Ni2p (2)"), named("Survey")
    (['V2p', 'O1s'], ['Cu3p'], ['Ni2p'], [])
    """
    found = [f"{element}{shell}" for element, shell in CALLED.findall(words) if element in ELEMENTS]
    return list(dict.fromkeys(found))


def covers(E: Array, window: tuple[float, float], margin: float = MARGIN) -> bool:
    """Whether the energies (eV) reach from one end of the window to the other."""
    return bool(E.min() <= window[0] + margin and E.max() >= window[1] - margin)


def is_survey(E: Array) -> bool:
    """Whether its steps are too wide for lines, or its points too few."""
    E = np.sort(E)
    return bool(E.size < 40 or np.median(np.diff(E)) > SURVEY)


def levels_in(words: Sequence[str], E: Array, known: Mapping[str, CoreLevel]) -> list[CoreLevel]:
    """The known levels of a region: those that it is called after, and those fitted beside one of them.

    A region whose name tells no level is taken for whatever it covers. `words`: what it is called; `E`: its energies.
    """
    called = named(" ".join(words))
    found = [level for name, level in known.items() if name in called]
    found += [
        level
        for level in known.values()
        if level not in found
        and level.together is not None
        and level.together.level in called
        and covers(E, level.together.window)
    ]
    if not called:
        found = [level for level in known.values() if covers(E, level.window)]
    return [level for level in found if covers(E, level.window)]
