"""How a diffusion coefficient, an exchange current or a conductivity changes with the filling of the phase.

A polynomial of the logarithm, log10(value(z)/value) = sum of c_k z^k; a power of the vacancies that a hop needs,
value(z)/value = [2 (1 - z)]^m; powers of full and empty sites, value(z)/value = (2 z)^a [2 (1 - z)]^b, as of exchange
currents; or a table of points; between the points the logarithm is a piecewise cubic with continuous slope that does
not overshoot, beyond them it is constant. z = 0 is the charged composition, z = 1 all couples (or the whole table
of the open-circuit potential) filled.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from .curve import Curve, bounded_slopes
from .ocv import Column
from .value import Entry

__all__ = ["OfFilling"]

FEWEST = 3  # points
STEPS = 256  # of a polynomial or power as a curve
FEWEST_VACANCIES = 1e-3  # per site: a full film still has some
HALF = 0.5  # the filling at which a table has the entry's own number


class OfFilling(Entry):
    """A polynomial (``log10``), a power law (``vacancies``, ``powers``), or a table: a csv beside the file, or the
    columns ``filling`` and ``value``.

    The number beside it is the value at half filling of a power law and of a table; a table without one is taken as it
    is.
    """

    log10: Annotated[tuple[float, ...], Field(max_length=20)] = ()
    """c_0, c_1, ... of log10(value(z)/value) = sum of c_k z^k."""
    vacancies: Annotated[float | None, Field(gt=0.0, le=4.0)] = None
    """m, vacancies that a hop needs: value(z)/value = [2 (1 - z)]^m, with 1 - z of 0.001 or more. 1 for single
    vacancies, 2 for the divacancies of layered oxides (Van der Ven, Ceder, Electrochem. Solid-State Lett. 3, 301,
    2000).
    """
    powers: Annotated[tuple[float, ...], Field(max_length=2)] = ()
    """a, b, powers of full and of empty sites, each 0 to 4: value(z)/value = (2 z)^a [2 (1 - z)]^b, with z and 1 - z of
    0.001 or more. Of an exchange current both are 0.5 where the transfer coefficient is (Doyle, Fuller, Newman, J.
    Electrochem. Soc. 140, 1526, 1993); other ones are fits.
    """
    file: str = Field("", exclude=True)
    """A csv in the folder of this entry with two columns, for example ``filling, D [cm2/s]``."""
    filling: Column = ()
    """0 (charged) to 1 (full), rising."""
    value: Column = ()
    """Positive numbers in ``unit``."""
    unit: str = ""
    """Of the column ``value``."""
    source: str = ""
    """Publication, or instrument and method."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if bool(self.log10) + bool(self.filling) + bool(self.powers) + (self.vacancies is not None) != 1:
            raise ValueError(
                "give either log10, the coefficients of a polynomial, vacancies, the power of a law, powers, those of "
                "full and empty sites, or a table of filling and value"
            )
        if self.powers and (len(self.powers) != 2 or not all(0.0 <= power <= 4.0 for power in self.powers)):
            raise ValueError(f"powers are two numbers from 0 to 4, of full and of empty sites, got {list(self.powers)}")
        if self._exponents:
            return self
        if self.log10:
            if np.abs(self.logarithm(np.linspace(0.0, 1.0, 201))).max() > 20.0:
                raise ValueError("the polynomial log10 changes the value by more than 20 orders of magnitude")
            return self
        if not self.source.strip():
            raise ValueError("a table needs its source")
        if len(self.filling) != len(self.value) or len(self.filling) < FEWEST:
            got = f"{len(self.filling)} and {len(self.value)}"
            raise ValueError(f"a table needs {FEWEST} points or more of filling and value, got {got}")
        if not all(b > a for a, b in pairwise(self.filling)):
            raise ValueError("filling must rise from point to point")
        if self.filling[0] < 0.0 or self.filling[-1] > 1.0:
            raise ValueError(f"filling runs from {self.filling[0]:g} to {self.filling[-1]:g}; expected within 0 to 1")
        if min(self.value) <= 0.0:
            raise ValueError(f"every value of a table must be positive, got {min(self.value):g}")
        return self

    def relative(self, z: ArrayLike) -> NDArray[np.float64]:
        """value(z) over the entry's own number, elementwise."""
        shift = self.logarithm(HALF) if self.filling else 0.0
        return np.asarray(10.0 ** (self.logarithm(z) - shift))

    @property
    def own(self) -> float:
        """The value of a table at half filling, in its unit."""
        return float(10.0 ** self.logarithm(HALF))

    @property
    def curve(self) -> Curve:
        """log10 of value(z) over the entry's own number, over z; constant beyond the points.

        A polynomial or power is met at its value and slope in 256 steps or more: within 1e-8 wherever it is of use.
        """
        if self._exponents:
            full, empty = self._exponents
            few = np.geomspace(FEWEST_VACANCIES, HALF, STEPS + 1)
            z = (
                np.concatenate([few, 1.0 - few[-2::-1]])
                if full
                else 1.0 - np.geomspace(1.0, FEWEST_VACANCIES, STEPS + 1)
            )
            slopes = (full / np.maximum(z, FEWEST_VACANCIES) - empty / (1.0 - z)) / np.log(10.0)
            return Curve(z, self.logarithm(z), slopes)
        if self.log10:
            z = np.linspace(0.0, 1.0, STEPS + 1)
            slopes = np.polynomial.polynomial.polyval(z, np.polynomial.polynomial.polyder(self.log10))
            return Curve(z, self.logarithm(z), np.broadcast_to(slopes, z.shape))
        x, y = np.array(self.filling), np.log10(self.value) - self.logarithm(HALF)
        return Curve(x, y, bounded_slopes(x, y))

    @property
    def _exponents(self) -> tuple[float, ...]:
        """Powers of full and empty sites; empty for what is no power law."""
        return self.powers if self.vacancies is None else (0.0, self.vacancies)

    def logarithm(self, z: ArrayLike) -> NDArray[np.float64]:
        """log10 of the value in its unit, or of its ratio to the entry's own number for a polynomial and a power."""
        z = np.asarray(z, float)
        if self._exponents:
            full, empty = (np.log10(2.0 * np.clip(sites, FEWEST_VACANCIES, 1.0)) for sites in (z, 1.0 - z))
            return np.asarray(self._exponents[0] * full + self._exponents[1] * empty)
        if self.log10:
            return np.asarray(np.polynomial.polynomial.polyval(z, self.log10))
        x, y = np.array(self.filling), np.log10(self.value)
        return Curve(x, y, bounded_slopes(x, y)).value(np.clip(z, x[0], x[-1]))

    def __str__(self) -> str:
        if self.vacancies is not None:
            return f"goes with [2 (1 - filling)]^{self.vacancies:g}"
        if self.powers:
            return f"goes with [2 filling]^{self.powers[0]:g} [2 (1 - filling)]^{self.powers[1]:g}"
        if self.log10:
            return f"log10 of its ratio to the value: polynomial of order {len(self.log10) - 1} in the filling"
        return f"{len(self.filling)} points, {min(self.value):g} to {max(self.value):g} {self.unit}"
