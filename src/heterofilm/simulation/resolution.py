"""Whether the mesh of a cell follows what a protocol asks of it.

What passes in a time t reaches sqrt(D t) into the film. How far results are off on meshes of 12 to 192 nodes is a
test (``tests/simulation/test_resolution.py``); spectra are solved on meshes of their own and say so themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from ..cell import Cell
from ..constants import F, R
from ..engine.refine import smallest
from ..protocol import Impedance, Loop, Protocol
from ..protocol.steps import Step

PULSE = 1.0  # cell next to the electrolyte over sqrt(D t): below it D by titration is within 5 %, see the test
SWEEP = 3.0  # the same of a sweep over RT/F: below it peaks are within 3 mV and 3 %
FEWEST = 12  # nodes with which these hold
NODES, SHELLS = 24, 12  # on which the states that spectra are taken about were checked: Z is within 1 %


def too_coarse(cell: Cell, protocol: Protocol) -> list[str]:
    """Sentences for what this mesh does not follow; none where it does."""
    found = []
    items = list(protocol.every())
    sweeps = [R * cell.model.T / (F * item.rate) for item in items if isinstance(item, Step) and item.rate is not None]
    for what, times, limit, wrong in (
        ("a pulse", list(_pulses(items)), PULSE, "D by titration may be off by more than 5 %"),
        ("a sweep over RT/F", sweeps, SWEEP, "its peaks may be off by more than 3 mV"),
    ):
        if times and (ratio := coarseness(cell, min(times))) > limit:
            nodes = math.ceil(1.05 * cell.model.film.x.size * ratio / limit)
            found.append(
                f"The mesh is too coarse for {what} of {min(times):.3g} s: the cell next to the electrolyte is "
                f"{ratio:.2g} times as wide as Li gets in that time, and {wrong}; give the cell nodes = {nodes}."
            )
    film = cell.model.film
    if film.x.size < FEWEST:
        found.append(
            f"A mesh of {film.x.size} nodes was not checked: {FEWEST} are the fewest with which charges, peaks and D "
            f"are within some per cent, {NODES} the default."
        )
    if any(isinstance(item, Impedance) for item in items) and (film.x.size < NODES or 0 < film.r.size - 1 < SHELLS):
        found.append(
            f"The states of spectra were checked on {NODES} nodes and {SHELLS} shells, where |Z| is "
            "within 1 %; this cell has fewer, and its spectra were not."
        )
    return found


def coarseness(cell: Cell, time: float) -> float:
    """Width of the cell next to the electrolyte over the depth that Li reaches in ``time`` (s)."""
    film = cell.model.film
    return float((film.x[-1] - film.x[-2]) / math.sqrt(film.tau * smallest(cell.model.D_m.D) * time))


def _pulses(items: Iterable[Any]) -> Iterator[float]:
    """Lengths (s) of the pulses of titrations."""
    for item in items:
        if isinstance(item, Loop) and item.kind == "titration" and isinstance(item.body[0], Step):
            yield from (limit.value for limit in item.body[0].limits if limit.kind == "time")
