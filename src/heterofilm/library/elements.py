"""Elements by their symbols, and the step between two formal states of one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..elements import ELEMENTS
from .value import hint

Symbol = str  # of an element; checked against the table of elements
State = Annotated[int, Field(ge=-4, le=9)]
Step = tuple[str, int, int]  # element, state before and after


def check_elements(atoms: dict[str, float]) -> dict[str, float]:
    """``atoms`` itself; ValueError for a symbol that no element has."""
    for symbol in atoms:
        if symbol not in ELEMENTS:
            raise ValueError(f"element '{symbol}' is not known{hint(symbol, list(ELEMENTS))}")
    return atoms


def check_element(symbol: str | None) -> str | None:
    """``symbol`` itself, or None; ValueError for one that no element has."""
    check_elements({} if symbol is None else {symbol: 1.0})
    return symbol


def step_of(element: str | None, oxidised: int | None, reduced: int | None) -> Step | None:
    """The three as one, or None where any is left out."""
    return None if element is None or oxidised is None or reduced is None else (element, oxidised, reduced)


def check_step(of: str, element: str | None, oxidised: int | None, reduced: int | None) -> None:
    """ValueError for a part of the three, and for a step that does not reduce."""
    parts = {"element": element, "oxidised": oxidised, "reduced": reduced}
    given = [key for key, value in parts.items() if value is not None]
    if 0 < len(given) < 3:
        raise ValueError(f"{of} gives {' and '.join(given)}; give element, oxidised and reduced, or none of them")
    if oxidised is not None and reduced is not None and oxidised <= reduced:
        raise ValueError(f"{of} must go to a lower state, not {oxidised} -> {reduced}")
