"""Chemical formulas as text: the atoms they count, and whether two compositions agree."""

from __future__ import annotations

import re

from ..elements import ELEMENTS

Atoms = dict[str, float]

TOKEN = re.compile(r"([A-Z][a-z]?|\(|\))(\d{1,9}(?:\.\d{1,9})?)?")
LONGEST = 200  # characters; a formula unit is written with fewer
DIGIT = 0.011  # relative: Li0.33 stands for a third


def atoms_of(formula: str) -> Atoms | None:
    """Atoms of a formula, as ``LiNi0.5Mn1.5O4`` or ``Li3Fe2(PO4)3``; None for a text that is none, as ``LixCoO2``."""
    if not formula or len(formula) > LONGEST:
        return None
    groups: list[Atoms] = [{}]
    at = 0
    while at < len(formula):
        token = TOKEN.match(formula, at)
        if token is None:
            return None
        at = token.end()
        what, times = token[1], float(token[2] or 1.0)
        if what == "(":
            if token[2] is not None:
                return None
            groups.append({})
            continue
        if what == ")":
            if len(groups) == 1:
                return None
            inner = groups.pop()
        elif what in ELEMENTS:
            inner = {what: 1.0}
        else:
            return None
        for symbol, n in inner.items():
            groups[-1][symbol] = groups[-1].get(symbol, 0.0) + n * times
    return groups[0] if len(groups) == 1 else None


def differing(one: Atoms, other: Atoms, *, without: str = "") -> list[str]:
    """Symbols, but for ``without``, whose numbers differ by more than the digits of a written formula."""
    return [
        symbol
        for symbol in one | other
        if symbol != without
        and abs(one.get(symbol, 0.0) - other.get(symbol, 0.0))
        > DIGIT * max(one.get(symbol, 0.0), other.get(symbol, 0.0))
    ]
