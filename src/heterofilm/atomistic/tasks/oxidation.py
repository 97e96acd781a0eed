"""Oxidation states from spin moments, and what moments cannot say.

A 3d ion in an oxide keeps most of the moment of its unpaired electrons; its state is read off where the moment lies in
the span of one state alone. The states must then leave the cell neutral: where they do not, an electron is spread over
several atoms and nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InputError
from ..level import Level
from ..store import result

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["CLOSED", "SPANS", "Oxidation", "oxidation_states"]

# Moment / μ_B within an atom's sphere, high spin, as PBE+U and potentials trained on it give them: number of unpaired
# electrons, less up to a fifth (a half for Cu, whose hole lies on the oxygen around it). Low-spin Co3+ carries none.
SPANS: dict[str, dict[int, tuple[float, float]]] = {
    "V": {5: (-0.1, 0.3), 4: (0.7, 1.25), 3: (1.6, 2.2), 2: (2.4, 3.1)},
    "Cu": {1: (-0.1, 0.15), 2: (0.35, 0.85)},
    "Fe": {3: (3.95, 4.5), 2: (3.4, 3.85)},
    "Mn": {4: (2.5, 3.3), 3: (3.5, 4.05), 2: (4.3, 5.0)},
    "Co": {3: (-0.1, 0.3), 4: (0.8, 1.4), 2: (2.3, 2.9)},
}
CLOSED = {"Li": 1, "Na": 1, "K": 1, "Mg": 2, "Zn": 2, "P": 5, "O": -2}  # ions that carry no moment


@result
@dataclass(frozen=True)
class Oxidation:
    """States by atom (None: not decidable), how many of each, and in words what may be said."""

    states: tuple[int | None, ...]
    counts: Mapping[str, int]  # for example {"V5+": 8, "Cu2+": 8}
    charge: int | None  # of the cell, where every atom has a state
    decidable: bool
    words: str


def oxidation_states(atoms: Atoms, moments: np.ndarray, *, level: Level | None = None) -> Oxidation:
    """Read states from `moments` (μ_B, one per atom; signs do not matter).

    Errors: `HeterofilmError` for moments that do not fit the atoms, and for elements without a known span.
    """
    found = np.abs(np.asarray(moments, float))
    if found.shape != (len(atoms),) or not np.isfinite(found).all():
        raise InputError(f"Oxidation states need one finite moment per atom: {len(atoms)}, got {found.shape}.")
    unknown = sorted(set(atoms.symbols) - set(SPANS) - set(CLOSED))
    if unknown:
        raise InputError(
            f"No moments are known for the states of {', '.join(unknown)}; known: {', '.join([*SPANS, *CLOSED])}."
        )
    states = tuple(_state(atom.symbol, m) for atom, m in zip(atoms, found, strict=True))
    counts: dict[str, int] = {}
    for symbol, state in zip(atoms.symbols, states, strict=True):
        if symbol in SPANS:
            name = f"{symbol}{state}+" if state is not None else f"{symbol}?"
            counts[name] = counts.get(name, 0) + 1
    by = f" with {level}" if level else ""
    open_ = [k for k, state in enumerate(states) if state is None]
    if open_:
        shown = ", ".join(f"{atoms[k].symbol} {k} ({found[k]:.2f} μ_B)" for k in open_[:4])
        words = f"Not decidable{by}: {len(open_)} atoms lie between two states, for example {shown}."
        return Oxidation(states, counts, None, False, words)
    charge = sum(state for state in states if state is not None)
    listed = ", ".join(f"{count} {name}" for name, count in counts.items())
    if charge:
        spread = f"{abs(charge)} {'electron is' if abs(charge) == 1 else 'electrons are'}"
        words = f"Not decidable{by}: {listed} would leave the cell with a charge of {charge:+d}; " + (
            f"{spread} not localised on any atom." if charge > 0 else "holes lie on the oxygen."
        )
        return Oxidation(states, counts, charge, False, words)
    return Oxidation(states, counts, 0, True, f"{listed}{by}; the cell is neutral.")


def _state(symbol: str, moment: float) -> int | None:
    if symbol in CLOSED:
        return CLOSED[symbol]
    return next((state for state, (low, high) in SPANS[symbol].items() if low <= moment <= high), None)
