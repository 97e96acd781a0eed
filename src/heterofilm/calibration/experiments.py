"""What a calibration runs, and how far a measured number is from what the model gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..cell import Cell
from ..library import Library
from ..records.record import Record
from ..simulation.run import simulate
from .cycle_life import Life, life

__all__ = ["Experiments", "Group", "Problem", "Residual"]


@dataclass(frozen=True)
class Residual:
    """One number of one measured row."""

    row: str
    what: str
    model: float
    measured: float
    sigma: float
    one_sided: int = 0  # +1: the model must be at least `measured`; -1: at most

    @property
    def value(self) -> float:
        """In units of sigma."""
        off = (self.model - self.measured) / self.sigma
        if self.one_sided > 0:
            return min(off, 0.0)
        if self.one_sided < 0:
            return max(off, 0.0)
        return off


class Experiments:
    """Runs of cells of the library under one set of overrides, each run once."""

    def __init__(self, overrides: Mapping[str, float], library: Library | None = None) -> None:
        self.library = library or Library(overrides, calibration=None)
        self._cells: dict[str, Cell] = {}
        self._records: dict[tuple[str, float], Record] = {}
        self._lives: dict[tuple[str, float, int], Life] = {}

    def cell(self, name: str) -> Cell:
        """The cell of that name."""
        if name not in self._cells:
            self._cells[name] = Cell(self.library.cell(name))
        return self._cells[name]

    def discharge(self, cell: str, current: float, detail: bool = False) -> Record:
        """First discharge at ``current`` (uA/cm2) to the lower cut-off."""
        key = (cell, current)
        if key not in self._records:
            protocol = f"Discharge at {current:g} uA/cm2 until {self.cell(cell).window[0]:g} V"
            self._records[key] = simulate(self.cell(cell), protocol, detail=detail, dV=4e-3, rtol=1e-3)
        return self._records[key]

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
    - `free`: paths of the values that are fitted; `drawn`: of those that no row informs but predictions depend on,
      drawn from their range in the ensemble;
    - `ensemble`: whether members are drawn for it; its free values keep their best fit otherwise.
    """

    residuals: Callable[[Experiments], list[Residual]]
    free: tuple[str, ...]
    drawn: tuple[str, ...] = ()
    ensemble: bool = True


Problem = Mapping[str, Group]
"""Groups by name, in the order in which they are fitted: each begins from what those before it gave."""
