"""Which values a run has: a function of its number alone, so that any worker finds those of any run by itself."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..errors import HeterofilmError, InputError
from ..library import Value
from ..library.cell_entries import split
from ..library.change import at
from ..units import convert, parse_quantity
from .study import Range, Study

Array = NDArray[np.float64]
MOST_LATIN = 10_000_000  # points of a Latin hypercube, which is drawn as a whole
MOST_SOBOL = 2**30  # scipy draws its sequence from numbers of 30 bits


class Points:
    """The points of a study on a cell; values are in the units of the cell's entries.

    Errors: `HeterofilmError` for a path that is none or does not act on the cell, and for a value in another unit.
    """

    def __init__(self, study: Study, cell: Cell) -> None:
        self.kind, self.seed, self.count = study.sample.kind, study.sample.seed, study.count()
        self.paths = tuple(study.values)
        self.units = {path: _unit(cell, path) for path in self.paths}
        self._ranges: list[tuple[float, float, bool]] = []
        self._axes: list[Array] = []
        for path, given in study.values.items():
            if isinstance(given, Range):
                low, high, log = value_range(cell, path, given)
                self._ranges.append((low, high, log))
                if given.count is not None:
                    self._axes.append((np.geomspace if log else np.linspace)(low, high, given.count))
            else:
                self._axes.append(np.array([_number(path, one, self.units[path]) for one in given]))
        most = {"sobol": MOST_SOBOL, "latin": MOST_LATIN}.get(self.kind)
        if most is not None and self.count > most:
            raise InputError(
                f"A sample of kind '{self.kind}' has at most {most} points, but {self.count} are asked for."
            )

    def of(self, numbers: NDArray[np.int64]) -> Array:
        """Values of the runs with these numbers, shape (runs, paths)."""
        if self.kind == "grid":
            places = np.unravel_index(numbers, [axis.size for axis in self._axes])
            return np.stack([axis[k] for axis, k in zip(self._axes, places, strict=True)], axis=1)
        if self.kind == "list":
            return np.stack([axis[numbers] for axis in self._axes], axis=1)
        unit = self._latin[numbers] if self.kind == "latin" else self._sobol(numbers)
        return np.stack([scaled(unit[:, k], *own) for k, own in enumerate(self._ranges)], axis=1)

    def _sobol(self, numbers: NDArray[np.int64]) -> Array:
        from scipy.stats import qmc

        if not numbers.size:
            return np.empty((0, len(self.paths)))
        first = int(numbers[0])
        drawn = qmc.Sobol(len(self.paths), scramble=True, rng=self.seed)
        if first:
            drawn.fast_forward(first)
        length = int(numbers[-1]) - first + 1
        with warnings.catch_warnings():  # that it is even over a power of 2 is said where it is asked for
            warnings.simplefilter("ignore", UserWarning)
            found = drawn.random(length)
        return np.asarray(found[numbers - first])

    @cached_property
    def _latin(self) -> Array:
        from scipy.stats import qmc

        return np.asarray(qmc.LatinHypercube(len(self.paths), rng=self.seed).random(self.count))

    def about(self) -> Mapping[str, Any]:
        """What decides the values of every run: for its fingerprint."""
        return {
            "kind": self.kind, "seed": self.seed, "count": self.count, "paths": list(self.paths),
            "ranges": [list(one) for one in self._ranges], "axes": [axis.tobytes().hex() for axis in self._axes],
        }  # fmt: skip


def value_range(cell: Cell, path: str, given: Range) -> tuple[float, float, bool]:
    """Ends of a range in the unit of the cell's entry, and whether it is even in the logarithm.

    Errors: `HeterofilmError` for a path that does not act, another unit, or a logarithm of what is not positive.
    """
    return range_in(_unit(cell, path), path, given)


def range_in(unit: str, path: str, given: Range) -> tuple[float, float, bool]:
    """The same in a unit.

    Errors: `HeterofilmError` for another kind of unit, or a logarithm of what is not positive.
    """
    low, high, log = _number(path, given.low, unit), _number(path, given.high, unit), given.scale == "log"
    if log and min(low, high) <= 0.0:
        raise InputError(f"'{path}' is even in the logarithm, so low and high must be positive.")
    return low, high, log


def scaled(share: Array, low: float, high: float, log: bool) -> Array:
    """Values at shares of a range."""
    if log:
        return np.asarray(np.exp(np.log(low) + share * (np.log(high) - np.log(low))))
    return low + share * (high - low)


def _unit(cell: Cell, path: str) -> str:
    """The unit of the value at a path of a cell."""
    cell.entries.check_acts(path)
    kind, name, keys = split(path)
    found = at(cell.entries.parts[f"{kind}.{name}"], keys, path)
    if isinstance(found, Value):
        return found.unit
    if isinstance(found, int | float) and not isinstance(found, bool):
        return "1"
    raise InputError(f"'{path}' holds no number that is set; set it in the cell first.")


def _number(path: str, given: float | str, unit: str) -> float:
    """A number in the unit of the entry."""
    if not isinstance(given, str):
        return float(given)
    try:
        value, own = parse_quantity(given)
        return value if own == "1" else convert(value, own, unit)
    except HeterofilmError as error:
        raise InputError(f"'{path}' cannot be '{given}': {error}") from None
