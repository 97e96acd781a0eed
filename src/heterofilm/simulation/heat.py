"""A cell that warms: one temperature for all of it, the heat of its current, and exchange with its surroundings.

Per area, with the cycler's current i positive on discharge and that of the ions i_ions = i plus what leaks (Bernardi,
Pawlikowski, Newman, J. Electrochem. Soc. 132, 5, 1985)::

    c dT/dt = (i_ions U - i V) - i_ions T dU/dT - h (T - T_0)

U is the potential of the cell with its lithium at rest and without hysteresis, so what hysteresis costs is heat as
well, and over a closed cycle heat and work add up to nothing. Heat of mixing counts where the gradient is made, not
where it levels.

Everything that depends on temperature follows in stretches of the step within which the cell warms by at most
``STRETCH``: each runs at the temperature expected in its middle, between them T is integrated exactly for the recorded
heat.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..engine import events, programme
from ..engine.observe import REVERSIBLE, observe
from ..engine.parameters import Model
from ..engine.programme import Series
from ..engine.state import Layout
from ..engine.voltage import Control
from ..library.schema import Thermal
from .state import CellState

Array = NDArray[np.float64]

STRETCH = 0.1  # K: a rate of 0.6 eV changes by 0.8 %, and by next to nothing about the middle
MOST_STRETCHES = 100_000
DIFFERENCE = 1.0  # K, over which dU/dT is taken: U is nearly straight in T at one filling
COLUMNS = ("temperature_K", "heat_irreversible_W_m2", "heat_reversible_W_m2")
"""Columns of a record of a cell that warms."""


class Warming(Protocol):
    """A run of a cell that warms: what is asked of it here (``runner.Runner``)."""

    cell: Cell
    temperature: float  # K, of the cell now
    surroundings: float  # K
    layout: Layout

    @property
    def state(self) -> CellState: ...

    @property
    def model(self) -> Model: ...

    def model_at(self, temperature: float) -> Model:
        """The cell as it is now, at another temperature (K)."""
        ...

    def hold(self, temperature: float) -> None:
        """The cell at a temperature (K)."""
        ...

    def isothermal(self, demand: Control, kinds: Any, values: Any) -> tuple[int, Series]:
        """One control equation at the temperature the cell has."""
        ...


def powers(points: Array, states: Array, T: float, model: Model, warmer: Model, lay: Layout) -> Array:
    """Irreversible and reversible heat (W/m2) at recorded points: (n, 2); ``warmer`` is the model 1 K above."""
    U = observe(states, model, lay)[0][:, REVERSIBLE]
    dU_dT = (observe(states, warmer, lay)[0][:, REVERSIBLE] - U) / DIFFERENCE
    ions = states[:, lay.i]
    return np.column_stack([ions * U - points[:, 2] * points[:, 1], -ions * T * dU_dT])


def temperatures(t: Array, power: Array, T: float, surroundings: float, thermal: Thermal) -> Array:
    """T (K) at the times of ``power`` (W/m2), from T at the first: exact for the mean power between two of them."""
    c, h = thermal.heat_capacity.si, thermal.exchange.si
    found = np.empty(t.size)
    found[0] = T
    for k in range(1, t.size):
        step, mean = t[k] - t[k - 1], 0.5 * (power[k] + power[k - 1])
        x = h * step / c
        # (1 - exp(-x))/x of the change that the first slope would make
        share = -np.expm1(-x) / x if x > 1e-12 else 1.0
        slope = (mean - h * (found[k - 1] - surroundings)) / c
        found[k] = found[k - 1] + slope * step * share
    return found


def integrate(run: Warming, demand: Control, kinds: Any, values: Any) -> tuple[int, Series]:
    """Run one control equation to its first limit while the cell warms; the runner's cell ends at its temperature."""
    thermal = run.cell.entries.spec.thermal
    assert thermal is not None
    parts: list[Series] = []
    passed, charge, change = 0.0, 0.0, 0.0
    longest = np.inf
    status = 0
    for _ in range(MOST_STRETCHES):
        T = run.temperature
        saved = [array.copy() for array in run.state.arrays]
        while True:
            run.hold(T + 0.5 * change)
            own = _left(kinds, values, passed, charge)
            now = demand.replace(at_0=demand.at_0 + demand.slope * passed)
            status, series = run.isothermal(now, np.append(kinds, events.DURATION), np.append(own, longest))
            warmer = run.model_at(run.cell.model.T + DIFFERENCE)
            heat = powers(series.points, series.states, T, run.model, warmer, run.layout)
            warm = temperatures(series.points[:, 0], heat.sum(axis=1), T, run.surroundings, thermal)
            away = np.flatnonzero(np.abs(warm - T) > STRETCH)
            cut = _reached(series.points[:, 0], warm, T, away[0]) if away.size else np.inf
            if not cut < 0.9 * series.points[-1, 0]:
                break
            for array, before in zip(run.state.arrays, saved, strict=True):
                array[...] = before
            longest = cut
        held = np.full(warm.size, run.cell.model.T)
        parts.append(series._replace(warmth=np.column_stack([warm, heat, held])))
        duration = float(series.points[-1, 0])
        passed += duration
        charge += float(series.points[-1, 3])
        change = float(np.clip(warm[-1] - T, -STRETCH, STRETCH))
        longest = 2.0 * duration if away.size or np.isfinite(longest) else np.inf
        run.temperature = float(warm[-1])
        if status != kinds.size:
            break
    run.hold(run.temperature)
    return status, _joined(parts)


def _left(kinds: Any, values: Any, passed: float, charge: float) -> Array:
    """Limits of what is left of a step after a time (s) and a charge (A s/m2)."""
    own = np.array(values, float)
    own[kinds == events.DURATION] -= passed
    own[kinds == events.CHARGE] -= abs(charge)
    return own


def _reached(t: Array, T: Array, start: float, k: int) -> float:
    """When T first is ``STRETCH`` away from ``start``, which it is at point k."""
    way = np.abs(T[k - 1 : k + 1] - start)
    return float(t[k - 1] + (STRETCH - way[0]) / (way[1] - way[0]) * (t[k] - t[k - 1]))


def _joined(parts: list[Series]) -> Series:
    """Stretches of a step as one: times and charges count from its beginning."""
    before = np.zeros(4)
    points = []
    for part in parts:
        points.append(part.points + before)
        before = before + part.points[-1] * np.array([1.0, 0.0, 0.0, 1.0])
    warmth = [part.warmth for part in parts if part.warmth is not None]
    return programme.Series(
        np.concatenate(points), np.concatenate([part.states for part in parts]),
        sum(part.missed for part in parts), sum(part.leaked for part in parts), np.concatenate(warmth),
    )  # fmt: skip


def said(lowest: float, highest: float, surroundings: float) -> str:
    """In a sentence, how far the cell went from its surroundings, and what is assumed of it."""
    return (
        f"The cell went to {lowest - 273.15:.2f} at the coldest and {highest - 273.15:.2f} degC at the warmest, in "
        f"surroundings of {surroundings - 273.15:.4g} degC; it has one temperature, and its entropy is that of its "
        "couples or tables (dU0_dT is 0 unless their entry states it)."
    )
