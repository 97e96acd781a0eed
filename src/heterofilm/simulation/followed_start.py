"""How the state at rest in which a followed run begins depends on the values.

At rest each side holds lithium by its potential, which may move with the values: with a cut-off, with what a state of
charge asks for, and between two films so that all lithium together stays what they were made with::

    Q(U, p) + Q_a(U_a, p) = Q_made(p),    U - U_a = V(p)

Derivatives of Q by the values and by potentials are those of the kernel that fills in a state at rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.rest import film_below, made_with, metal_as_made, rest_potentials
from ..cell.slopes import slope
from ..constants import F
from ..engine.dual import LANES
from ..engine.parameters import Model
from ..engine.state import Layout
from ..engine.twin import Twin, dual
from .start import Rest
from .state import CellState

Array = NDArray[np.float64]
LOWER, UPPER = 0, 1  # of a window
NONE, ONE = np.zeros(LANES), np.eye(LANES)[0]  # slopes


class Followers(Protocol):
    """The values that are followed at once (``followed.Lanes``)."""

    cells: list[Cell]
    commands: list[bool]  # whether a value moves what steps are counted by, cut-offs among it
    layout: Layout
    path: Twin
    history: Twin

    def rest(self, potentials: tuple[Array, Array], nuclei: float, model: Twin) -> None:
        """Fill in a state at rest at the potentials of film and anode, dual numbers (V)."""
        ...


def start(lanes: Followers, model: Twin, still: Model, rest: Rest, cell: Cell, state: CellState) -> None:
    """Bring them to the state at rest that ``cell`` is in; ``still`` is its model without slopes."""
    at, fresh = _Resting(lanes, model, still, rest.nuclei), _Resting(lanes, model, still, 0.0)
    lay = lanes.layout
    U, U_a = float(state.y[lay.v]), float(state.y[lay.v_a]) if lay.nodes_a else 0.0
    if rest.of == "charge":
        full, empty = (fresh.at_cut_off(cell, which) for which in (LOWER, UPPER))
        dU, dU_a = at.holding(U, U_a, full + rest.share * (empty - full))
    else:
        cut_off = {"lower": LOWER, "upper": UPPER}.get(rest.of)
        dU, dU_a = at.between(U, U_a, NONE if cut_off is None else at.cut_off(cut_off))
    metal = NONE
    if np.isfinite(state.history.lithium[0]):
        held = at.of(lambda own: made_with(own) or 0.0) / F if made_with(cell) else fresh.at_cut_off(cell, UPPER)
        metal = at.of(metal_as_made) - F * (at.held(U, U_a, dU)[0] - held)
    lanes.rest((dual(U, dU), dual(U_a, dU_a)), rest.nuclei, model)
    lanes.history.lithium[0] = dual(state.history.lithium[0], metal)


class _Resting:
    """Slopes of the lithium (mol/m2) that film and anode hold at rest."""

    def __init__(self, lanes: Followers, model: Twin, still: Model, nuclei: float) -> None:
        self.lanes, self.model, self.still, self.nuclei = lanes, model, still, nuclei

    def of(self, number: Callable[[Cell], Any]) -> Array:
        """Slopes of a number of the cells."""
        found = np.zeros(LANES)
        found[: len(self.lanes.cells)] = [slope(number(cell)) for cell in self.lanes.cells]
        return found

    def cut_off(self, which: int) -> Array:
        """Slopes of a cut-off, which moves with what steps are counted by, if at all."""
        found = np.zeros(LANES)
        for k, (cell, counts) in enumerate(zip(self.lanes.cells, self.lanes.commands, strict=True)):
            if counts:
                found[k] = slope(cell.window[which])
        return found

    def held(
        self, U: float, U_a: float, dU: Array = NONE, dU_a: Array = NONE, still: bool = False
    ) -> tuple[Array, Array]:
        """Fill in the state at these potentials; slopes of what each side holds there."""
        model, lay, y = self.model, self.lanes.layout, self.lanes.path.y
        if still:
            model = Twin.of_struct(self.still)
        self.lanes.rest((dual(U, dU), dual(U_a, dU_a)), self.nuclei, model)
        film = _product(model.film.c_m, y[lay.theta_m])
        if lay.shells:
            film = film + _product(model.film.c_d, y[0])
        below = model.negative.film
        anode = _product(below.L, _product(below.c_m, y[lay.theta_a])) if lay.nodes_a else dual(0.0)
        return _product(model.film.L, film)[1:], anode[1:]

    def by_potentials(self, U: float, U_a: float) -> tuple[float, float]:
        """What each side holds more at a potential 1 V higher."""
        film, anode = self.held(U, U_a, ONE, ONE, still=True)
        return float(film[0]), float(anode[0])

    def between(self, U: float, U_a: float, dV: Array) -> tuple[Array, Array]:
        """Slopes of the potentials at a voltage."""
        if not self.lanes.layout.nodes_a:
            return dV, NONE  # film and cell stand at the same
        (film, anode), (by_U, by_U_a) = self.held(U, U_a), self.by_potentials(U, U_a)
        dU = (self.of(_together) - film - anode + by_U_a * dV) / (by_U + by_U_a)
        return dU, dU - dV

    def holding(self, U: float, U_a: float, wanted: Array) -> tuple[Array, Array]:
        """The same where the film holds what has these slopes."""
        (film, anode), (by_U, by_U_a) = self.held(U, U_a), self.by_potentials(U, U_a)
        dU = (wanted - film) / by_U
        return dU, (self.of(_together) - wanted - anode) / by_U_a if self.lanes.layout.nodes_a else NONE

    def at_cut_off(self, cell: Cell, which: int) -> Array:
        """Slopes of what the film holds at a cut-off."""
        U, U_a = rest_potentials(cell, cell.window[which], self.nuclei)
        dU, _ = self.between(U, U_a, self.cut_off(which))
        return self.held(U, U_a, dU)[0]


def _together(cell: Cell) -> Any:
    """What two films were made with (mol/m2)."""
    return ((made_with(cell) or 0.0) + film_below(cell)) / F


def _product(a: Array, b: Array) -> Array:
    """Of two dual numbers."""
    found: Array = a[0] * b
    found[1:] += b[0] * a[1:]
    return found
