"""What a calibration runs, and how far a measured number is from what the model gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..library import Library
from ..protocol import Protocol, charge, discharge, hold, repeat
from ..records.record import Record
from ..simulation.run import simulate, steps_of
from ..units import from_si
from .cycle_life import Life, life
from .parameter import Free

__all__ = ["Experiments", "Group", "Problem", "Residual", "counting", "misfit", "whitening"]

RTOL = 1e-3  # of runs whose numbers are known to a per cent
PER_VOLUME = from_si(1.0, "uAh/cm2/um")  # of C/m3


@dataclass(frozen=True)
class Residual:
    """One number of one measured row.

    ``shared`` holds what it has in common with other rows, by name (``"thickness of VO"``), as the standard deviation
    that this cause alone gives ``measured``; ``sigma`` is the row's own.
    """

    row: str
    what: str
    model: float
    measured: float
    sigma: float
    one_sided: int = 0  # +1: the model must be at least `measured`; -1: at most
    shared: Mapping[str, float] = field(default_factory=dict)

    @property
    def off(self) -> float:
        """Model minus measured, nothing on the side of a one-sided row where it agrees."""
        return float(counting(np.array([self.model - self.measured]), np.array([self.one_sided]))[0])

    @property
    def value(self) -> float:
        """The same in units of all its uncertainty."""
        return self.off / self.uncertainty

    @property
    def uncertainty(self) -> float:
        """Standard deviation from its own and from shared causes."""
        return float(np.sqrt(self.sigma**2 + sum(s**2 for s in self.shared.values())))


def counting(r: NDArray[Any], sides: NDArray[Any]) -> NDArray[Any]:
    """What counts of differences: all, or of those with a side (+1: at least, -1: at most) what is beyond it."""
    return np.asarray(np.where(sides > 0, np.minimum(r, 0.0), np.where(sides < 0, np.maximum(r, 0.0), r)))


def whitening(rows: Sequence[Residual]) -> NDArray[np.float64]:
    """W with W C W^T = 1: what turns differences into independent ones of width 1.

    C is the covariance of the rows, their own variances on its diagonal and an outer product for every shared cause;
    a one-sided row has all of its uncertainty for itself.
    """
    C = np.diag([(row.uncertainty if row.one_sided else row.sigma) ** 2 for row in rows])
    for name in {name for row in rows for name in row.shared if not row.one_sided}:
        s = np.array([0.0 if row.one_sided else row.shared.get(name, 0.0) for row in rows])
        C += np.outer(s, s)
    return np.asarray(np.linalg.inv(np.linalg.cholesky(C)))


def misfit(rows: Sequence[Residual]) -> NDArray[np.float64]:
    """Differences of all rows as independent numbers of width 1; their sum of squares is chi-square."""
    return np.asarray(whitening(rows) @ np.array([row.off for row in rows]))


class Experiments:
    """Runs of cells of the library under one set of overrides, each run once.

    ``completed``: charges end with a hold at the upper cut-off until a tenth of the current flows, in place of at once.
    """

    def __init__(self, overrides: Mapping[str, float], completed: bool = False) -> None:
        self.overrides = dict(overrides)
        self.library = Library(self.overrides, calibration=None)
        self.completed = completed
        self._cells: dict[str, Cell] = {}
        self._records: dict[tuple[str, float, bool], Record] = {}
        self._capacities: dict[tuple[str, str], NDArray[Any]] = {}
        self._lives: dict[tuple[str, float, int], Life] = {}

    def cell(self, name: str) -> Cell:
        """The cell of that name."""
        if name not in self._cells:
            self._cells[name] = Cell(self.library.cell(name))
        return self._cells[name]

    def discharge(self, cell: str, current: float, detail: bool = False) -> Record:
        """First discharge at ``current`` (uA/cm2) to the lower cut-off; with ``detail`` every 20 mV, else every 4."""
        key = (cell, current, detail)
        if key not in self._records:
            protocol = f"Discharge at {current:g} uA/cm2 until {self.cell(cell).window[0]:g} V"
            dV = 20e-3 if detail else 4e-3
            self._records[key] = simulate(self.cell(cell), protocol, detail=detail, dV=dV, rtol=RTOL)
        return self._records[key]

    def first(self, cell: str, current: float) -> float:
        """Capacity (uAh cm-2 um-1) of the first discharge at ``current`` (uA/cm2)."""
        low = self.cell(cell).window[0]
        return float(self.capacities(cell, Protocol((discharge(current, "uA/cm2", until=f"{low!r} V"),)))[0])

    def cycles(self, cell: str, *parts: tuple[float, int]) -> NDArray[Any]:
        """Discharge capacities (uAh cm-2 um-1) of ``parts`` (uA/cm2, cycles) one after the other, without ageing."""
        low, high = self.cell(cell).window
        items: list[Any] = []
        for current, count in parts:
            down = discharge(current, "uA/cm2", until=f"{low!r} V")
            up = [charge(current, "uA/cm2", until=f"{high!r} V")]
            if self.completed:
                up.append(hold(high, "V", until=f"{0.1 * current!r} uA/cm2"))
            items.append(repeat(count, down, *up))
        return self.capacities(cell, Protocol(tuple(items)))

    def capacities(self, cell: str, test: Protocol) -> NDArray[Any]:
        """Discharge capacities (uAh cm-2 um-1) of a test, without ageing."""
        key = (cell, str(test))
        if key not in self._capacities:
            made = self.cell(cell)
            rows = steps_of(made, test, rtol=RTOL, ageing=False)
            found = np.array([row["capacity_C_m2"] for row in rows if row["kind"] == "discharge"])
            self._capacities[key] = found * PER_VOLUME / made.thickness
        return self._capacities[key]

    def life(self, cell: str, current: float, cycles: int) -> Life:
        """Capacity over cycles at ``current`` (uA/cm2)."""
        key = (cell, current, cycles)
        if key not in self._lives:
            self._lives[key] = life(self.cell(cell), current, cycles)
        return self._lives[key]


@dataclass(frozen=True)
class Group:
    """Rows that are fitted together.

    - `residuals`: what every row of the group says of a set of experiments; a function of a module, since members of
      the ensemble are fitted in processes of their own;
    - `free`: paths of the values that are fitted, a tuple where several are one unknown; `drawn`: of those that no row
      informs but predictions depend on, drawn from their range in the ensemble;
    - `fixed`: values that stand throughout, by path;
    - `draws`: every member is fitted anew, or has no values of this group: what is so costly to fit that it is not.
    """

    residuals: Callable[[Experiments], list[Residual]]
    free: tuple[Free, ...]
    drawn: tuple[Free, ...] = ()
    fixed: Mapping[str, float] = field(default_factory=dict)
    draws: Literal["fitted", "none"] = "fitted"
    completed: bool = False  # charges, see Experiments


Problem = Mapping[str, Group]
"""Groups by name, in the order in which they are fitted: each begins from what those before it gave."""
