"""A value that is fitted, on a scale where its range is -1 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from ..errors import InputError
from ..library import Library, Value
from ..library.value import Quantity

__all__ = ["Free", "Parameter", "parameters", "physical", "values_of"]

Free = str | tuple[str, ...]
"""The dotted path of a value, or those of several that are one unknown."""

FARTHEST = 6.0  # halves of the range from its centre: further out nothing is looked for
EDGE = 1e-3  # of a share


@dataclass(frozen=True)
class Parameter:
    """One unknown: u = 0 in the middle of its range, -1 and 1 at the ends, even in the logarithm where ``log``.

    Its prior is normal in u with width 1: the range holds two thirds of it.
    """

    paths: tuple[str, ...]
    unit: str
    centre: float
    half: float
    log: bool
    lower: float = -FARTHEST
    upper: float = FARTHEST

    @classmethod
    def of(cls, library: Library, free: Free) -> Parameter:
        """From the range of the value, or of the first of several. Raises HeterofilmError where it has none."""
        paths = (free,) if isinstance(free, str) else tuple(free)
        value: Value = library.value(paths[0])
        if value.low is None or value.high is None or not value.low < value.high:
            raise InputError(f"'{paths[0]}' has no range, so it cannot be calibrated; give it low and high.")
        log = value.method == "log"
        low, high = (math.log(value.low), math.log(value.high)) if log else (value.low, value.high)
        made = cls(paths, value.unit, 0.5 * (low + high), 0.5 * (high - low), log)
        least, most = physical(library.quantity(paths[0]), library.value(paths[0]).method)
        lower = -FARTHEST if least is None else max(-FARTHEST, made.scaled(least))
        return cls(
            paths, value.unit, made.centre, made.half, log, lower,
            FARTHEST if most is None else min(FARTHEST, made.scaled(most)),
        )  # fmt: skip

    @property
    def path(self) -> str:
        """The path, the first of several."""
        return self.paths[0]

    def number(self, u: float) -> float:
        """The value at ``u``, in the entry's own unit."""
        x = self.centre + self.half * u
        return math.exp(x) if self.log else x

    def scaled(self, number: float) -> float:
        """Inverse of :meth:`number`."""
        return ((math.log(number) if self.log else number) - self.centre) / self.half

    @property
    def range(self) -> tuple[float, float]:
        """Both ends of the range."""
        return self.number(-1.0), self.number(1.0)


def physical(quantity: Quantity | None, method: str) -> tuple[float | None, float | None]:
    """What a value can be at all: shares stay shares, what must not be negative or below one does not become so."""
    if quantity is None:
        return None, None
    least = EDGE if quantity.positive and quantity.minimum is None else quantity.minimum
    if quantity.positive and quantity.maximum is None:
        least = None if method == "log" else least
    if quantity.minimum == 0.0 and quantity.maximum == 1.0:
        least = 10.0 * EDGE
    if least is not None and least <= 0.0 and method == "log":
        least = None
    return least, quantity.maximum


def parameters(library: Library, free: Sequence[Free]) -> tuple[Parameter, ...]:
    """The unknowns of these paths."""
    return tuple(Parameter.of(library, paths) for paths in free)


def values_of(parameters: Sequence[Parameter], u: NDArray[Any]) -> dict[str, float]:
    """Every path's number at the scaled values ``u``."""
    return {path: p.number(float(x)) for p, x in zip(parameters, u, strict=True) for path in p.paths}
