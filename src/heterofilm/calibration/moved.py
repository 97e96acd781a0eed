"""How the rows of a fit change with its unknowns: experiments in which one of them is a little larger.

    d(row)/du_k = (row(run + h drun/du_k) - row(run))/h

A row is any function of what a run gives. Capacities go on from those of the run along their exact slopes
(``simulation/sensitivities.py``), so that their slopes are exact, at limits too. What holds more than capacities
(curves, oxidation states, ageing cycle after cycle), and runs that have no derivatives, are run anew at ``STEP``. What
an unknown does not act on stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.slopes import followed
from ..engine.follow import PASSED
from ..errors import InputError, SimulationError
from ..protocol import Protocol
from ..records.record import Record
from ..simulation.sensitivities import run_followed
from .cycle_life import Life
from .experiments import PER_VOLUME, Experiments
from .parameter import Parameter

__all__ = ["STEP", "Moved", "Slopes", "slopes_of"]

Array = NDArray[np.float64]
STEP = 0.02  # of the prior's width: between the noise of simulations and what bends
RTOL = 1e-4  # where a limit ends a run its slopes are of first order in the steps: known to a per cent with these


class Slopes:
    """Of the capacities of ``run`` at ``values`` (by path), by scaled unknowns."""

    def __init__(self, run: Experiments, free: Sequence[Parameter], values: Mapping[str, float]) -> None:
        self.run, self.free, self.values = run, tuple(free), values
        self._cells: dict[str, list[tuple[int, str, Cell]]] = {}
        self._found: dict[tuple[str, str], Array | None] = {}

    def acts(self, k: int, cell: str) -> bool:
        """Whether an unknown changes anything in a cell."""
        return any(_acts(self.run.cell(cell), path) for path in self.free[k].paths)

    def of(self, cell: str, test: Protocol) -> Array | None:
        """d(capacity)/du (discharges, unknowns) in C/m2; None where something has no derivative."""
        key = cell, str(test)
        if key not in self._found:
            try:
                self._found[key] = self._run(cell, test)
            except InputError:
                self._found[key] = None
        return self._found[key]

    def _run(self, cell: str, test: Protocol) -> Array:
        steps = self._followed(cell)
        paths, cells = [path for _, path, _ in steps], [step for *_, step in steps]
        run = run_followed(self.run.cell(cell), test, paths, None, RTOL, ageing=False, cells=cells)
        discharged = np.array([one.slopes[-1, PASSED] for one in run if one.kind == "discharge"])
        found = np.zeros((len(discharged), len(self.free)))
        for j, (k, path, _) in enumerate(steps):
            p = self.free[k]
            found[:, k] += p.half * (self.values[path] if p.log else 1.0) * discharged[:, j]
        return found

    def _followed(self, name: str) -> list[tuple[int, str, Cell]]:
        """Of every path that acts: its unknown, and the cell with a step on it."""
        if name not in self._cells:
            cell = self.run.cell(name)
            self._cells[name] = [
                (k, path, followed(cell, path))
                for k, p in enumerate(self.free)
                for path in p.paths
                if _acts(cell, path)
            ]
        return self._cells[name]


def _acts(cell: Cell, path: str) -> bool:
    try:
        cell.entries.check_acts(path)
    except InputError:
        return False
    return True


class Moved(Experiments):
    """The experiments of ``slopes`` with unknown ``k`` larger by ``by``."""

    def __init__(self, slopes: Slopes, k: int, by: float) -> None:
        self.slopes, self.k, self.by, self.at = slopes, k, by, slopes.run
        p = slopes.free[k]
        number = p.number(p.scaled(slopes.values[p.path]) + by)
        super().__init__({**self.at.overrides, **dict.fromkeys(p.paths, number)}, completed=self.at.completed)

    def cell(self, name: str) -> Cell:
        """The cell with the unknown moved, or the same where it does not act."""
        return super().cell(name) if self.slopes.acts(self.k, name) else self.at.cell(name)

    def discharge(self, cell: str, current: float, detail: bool = False) -> Record:
        """Run anew."""
        if not self.slopes.acts(self.k, cell):
            return self.at.discharge(cell, current, detail)
        return super().discharge(cell, current, detail)

    def life(self, cell: str, current: float, cycles: int) -> Life:
        """Run anew."""
        if not self.slopes.acts(self.k, cell):
            return self.at.life(cell, current, cycles)
        return super().life(cell, current, cycles)

    def capacities(self, cell: str, test: Protocol) -> NDArray[Any]:
        """Along the slopes."""
        if not self.slopes.acts(self.k, cell):
            return self.at.capacities(cell, test)
        found = self.slopes.of(cell, test)
        if found is None:
            return super().capacities(cell, test)
        before, after = self.at.cell(cell).thickness, self.cell(cell).thickness
        return (self.at.capacities(cell, test) * before + self.by * found[:, self.k] * PER_VOLUME) / after


def slopes_of(of: Callable[[Experiments], Array], here: Array, slopes: Slopes, u: Array, upper: Array) -> Array:
    """d(of)/du (numbers, unknowns) at scaled ``u``, where ``of`` is ``here``.

    Forward, or where that fails or leaves the bounds backward; zero by an unknown that can be moved to neither side.
    """
    by = np.zeros((here.size, u.size))
    for k in range(u.size):
        for h in (STEP, -STEP) if u[k] + STEP < upper[k] else (-STEP, STEP):
            try:
                by[:, k] = (of(Moved(slopes, k, h)) - here) / h
            except SimulationError:
                continue
            break
    return by
