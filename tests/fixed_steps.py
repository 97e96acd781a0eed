"""A run on the steps of time of another: what differences of exact solutions are taken of.

Nothing of the sensitivities is used here: Newton's method solves every step to rounding, and the last step before a
limit is found by the secant method.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from heterofilm.engine.bdf import formula
from heterofilm.engine.depth import deepen
from heterofilm.engine.events import charge, margin, metal_left, voltage_rate
from heterofilm.engine.integrate import remember
from heterofilm.engine.linear import is_bordered
from heterofilm.engine.newton import newton
from heterofilm.engine.programme import Series
from heterofilm.engine.settle import consistent
from heterofilm.engine.structs import zeros
from heterofilm.engine.voltage import current, voltage
from heterofilm.engine.workspace import workspace
from heterofilm.simulation.followed import Followed, FollowedRunner
from heterofilm.simulation.runner import Runner

EXACT = 1e-11  # of Newton's method, and of the time of a limit


class Exact:
    """Solves the steps that were taken: the same for the run that is followed and for those it is compared with."""

    state: Any
    model: Any
    layout: Any
    ageing: Any

    def solve(self, demand: Any, kinds: Any, values: Any, status: int, base: Series) -> Series:
        """Points and states of the steps whose lengths are those of ``base``, but for the last before a limit."""
        state, model, lay, history = self.state, self.model, self.layout, self.state.history
        y, new, b = state.y, zeros(lay.size), zeros(lay.size)
        if demand.by_i != 0.0 and demand.by_V == 0.0 and (way := demand.at_0 or demand.slope):
            history.m[2] = history.d[2] = np.sign(way)
            history.a[2] = -np.sign(way)
        with workspace(lay) as arrays:
            consistent(y, 0.0, demand, model, lay, history, b)
            arrays.factors.made_for[:] = 0.0
            before, t, Q, dQ, dI, dV, lengths = y.copy(), 0.0, 0.0, 0.0, 0.0, 0.0, np.ones(2)
            V = voltage(y, model, lay)

            def at(h: float, taken: int, guess: np.ndarray) -> tuple[float, float, float, float]:
                g, c = formula.py_func(h, taken, lengths)
                new[:] = guess
                if not is_bordered.py_func(demand, model):
                    new[lay.i] = y[lay.i]
                known = c * (y - before)
                for _ in range(8):
                    newton(y, new, known, g, t + h, EXACT, demand, model, lay, history, arrays.work, arrays.factors, b)
                V_new = voltage(new, model, lay)
                dQ_new = charge.py_func(current(new, model, lay), h, taken, lengths, dQ)
                dI_new = charge.py_func(new[lay.i], h, taken, lengths, dI)
                rate = voltage_rate.py_func(V, V_new, h, taken, lengths, dV)
                if status < 0:
                    return V_new, dQ_new, dI_new, 0.0
                metal = metal_left.py_func(history.lithium[0] - dI_new, new, model, lay)
                i, of = current(new, model, lay), (kinds[status], values[status])
                return V_new, dQ_new, dI_new, margin.py_func(*of, t + h, V_new, i, Q + dQ_new, rate, metal)

            points, states = [(t, V, current(y, model, lay), Q)], [y.copy()]
            for k in range(1, len(base.points)):
                h, guess = base.points[k, 0] - base.points[k - 1, 0], base.states[k, : lay.size]
                V_new, dQ_new, dI_new, left = at(h, k - 1, guess)
                if k == len(base.points) - 1 and status >= 0:
                    h_0, left_0, h = h, left, h * (1.0 + 1e-4)
                    for _ in range(60):
                        V_new, dQ_new, dI_new, left = at(h, k - 1, new.copy())
                        if left == left_0 or abs(h - h_0) < EXACT * h:
                            break
                        h_0, left_0, h = h, left, h - left * (h - h_0) / (left - left_0)
                lengths[1], lengths[0] = lengths[0], h
                before[:], y[:] = y, new
                t, Q, dQ, dI, dV, V = t + h, Q + dQ_new, dQ_new, dI_new, V_new - V, V_new
                history.lithium[0] -= dI
                remember(y, model, lay, history)
                points.append((t, V, current(y, model, lay), Q))
                states.append(y.copy())
        if Q > 0.0:
            deepen(y, history, model, lay, self.ageing, state.depths)
        return Series(np.array(points), np.array(states))


class Recorded(Exact, FollowedRunner):
    """Follows a run whose steps are solved exactly, and keeps what was done."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.done: list[tuple[int, Series]] = []
        self.stretches: list[Followed] = []

    def run_engine(self, demand: Any, kinds: Any, values: Any) -> tuple[int, Series]:
        """As the engine does it, and then exactly."""
        before = [array.copy() for array in self.state.arrays]
        status, base = super().run_engine(demand, kinds, values)
        for array, was in zip(self.state.arrays, before, strict=True):
            array[:] = was
        exact = self.solve(demand, kinds, values, status, base)
        self.done.append((status, exact))
        return status, exact

    def integrate(self, demand: Any, kinds: Any, values: Any) -> tuple[int, Series]:
        """Integrate and keep what was found."""
        found = super().integrate(demand, kinds, values)
        self.stretches.append(self.parts[-1])
        return found


class OnFixedSteps(Exact, Runner):
    """The steps that another run took, with the values of this cell."""

    def __init__(self, *args: Any, done: list[tuple[int, Series]]) -> None:
        super().__init__(*args)
        self.done = list(done)
        self.ends: list[np.ndarray] = []

    def keeps(self, first: Any) -> bool:
        """Every cycle."""
        return True

    def integrate(self, demand: Any, kinds: Any, values: Any) -> tuple[int, Series]:
        """The next steps that were taken."""
        status, base = self.done.pop(0)
        found = self.solve(demand, kinds, values, status, base)
        self.ends.append(found.points)
        return status, found
