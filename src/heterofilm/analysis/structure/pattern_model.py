"""The diffraction pattern of one phase from its cell, size, strain and texture: what a whole-pattern fit adds up.

    y(x) = sum over lines k and wavelengths w of  I_k P_k(r) share_w V(x - x_kw),      integral of V = 1
    x_kw = 2 arcsin(w / 2 d_k) + D cos(theta)            d_k from the cell; D: the sample's height
    V: Voigt's profile, the instrument's Gaussian and a Lorentzian of FWHM  K w / (L cos(theta)) + 4 epsilon tan(theta)

I_k are the powder's intensities of the reference (integrals, with the Lorentz and polarisation factors), P_k March's
function over the equivalent planes (`texture`), K that of `williamson_hall`. V is drawn as the pseudo-Voigt of P.
Thompson, D. E. Cox and J. B. Hastings, J. Appl. Cryst. 20 (1987) 79.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...library.patterns import Pattern
from .peaks import area_of, pseudo_voigt
from .texture import cos2, equivalents, march_dollase, reciprocal
from .williamson_hall import SHAPE_FACTOR

__all__ = ["PhaseModel", "State", "cell_of", "free_lengths"]

Array = NDArray[Any]
REACH = 30.0  # FWHM on both sides to which a line is drawn: beyond it lies 1 % of a Lorentzian, and no slope
ALIKE = 1e-4  # relative, of cell lengths that the reference gives as equal


@dataclass(frozen=True)
class State:
    """A phase: `cell` (angstrom, deg), size `L_nm`, microstrain `epsilon`, `r` of March's function about `axis`."""

    cell: tuple[float, ...]
    L_nm: float
    epsilon: float = 0.0
    r: float = 1.0
    axis: tuple[int, int, int] | None = None


def free_lengths(cell: Sequence[float]) -> list[tuple[int, ...]]:
    """The places of a cell that its symmetry lets change by themselves, equal ones together.

    Lengths that are equal stay so, angles of 90 and 120 deg stay as they are: the lattice keeps its kind.

    >>> free_lengths((4.76, 4.76, 12.99, 90, 90, 120))
    [(0, 1), (2,)]
    """
    groups: list[tuple[int, ...]] = []
    for k in range(3):
        same = next((g for g in groups if abs(cell[g[0]] / cell[k] - 1.0) < ALIKE), None)
        if same is None:
            groups.append((k,))
        else:
            groups[groups.index(same)] = (*same, k)
    angles: list[tuple[int, ...]] = []
    for k in range(3, 6):
        if min(abs(cell[k] - 90.0), abs(cell[k] - 120.0)) < 1e-6:
            continue
        same = next((g for g in angles if abs(cell[g[0]] - cell[k]) < 1e-6), None)
        if same is None:
            angles.append((k,))
        else:
            angles[angles.index(same)] = (*same, k)
    return [*groups, *angles]


def cell_of(cell: Sequence[float], groups: Sequence[tuple[int, ...]], change: Sequence[float]) -> tuple[float, ...]:
    """The cell after its free places have changed, lengths by a share, angles by as many rad."""
    found = list(map(float, cell))
    for places, by in zip(groups, change, strict=True):
        for k in places:
            found[k] = cell[k] * (1.0 + by) if k < 3 else cell[k] + float(np.degrees(by))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class PhaseModel:
    """A reference `pattern` under its wavelengths (angstrom, share of the first) and an instrument (FWHM in deg).

    `apart`: places of lines that are drawn each by itself, since nothing says how strong they are to each other (of a
    substrate that may be a single crystal); empty for one curve of all.
    """

    pattern: Pattern
    wavelengths: tuple[tuple[float, float], ...]
    instrument_deg: float
    apart: tuple[int, ...] = ()

    @cached_property
    def indices(self) -> Array:
        """Miller indices, shape (n, 3)."""
        return np.array(self.pattern.indices, float)

    @cached_property
    def _planes(self) -> tuple[Array, Array, Array]:
        """Equivalent planes of every line, one below the other; where each line's begin; how many they are."""
        metric = reciprocal(self.pattern.cell)
        planes = [equivalents(metric, index) for index in self.pattern.indices]
        return np.concatenate(planes), np.cumsum([0, *map(len, planes[:-1])]), np.array([*map(len, planes)])

    def spacing(self, cell: Sequence[float]) -> Array:
        """d of every line in angstrom."""
        return np.asarray(np.einsum("ni,ij,nj->n", self.indices, reciprocal(cell), self.indices) ** -0.5)

    def intensities(self, state: State) -> Array:
        """Of every line, of a powder's strongest one."""
        if state.axis is None or state.r == 1.0:
            return self.pattern.strength
        every, first, count = self._planes
        upright = march_dollase(state.r, cos2(reciprocal(self.pattern.cell), every, state.axis))
        return np.asarray(self.pattern.strength * np.add.reduceat(upright, first) / count)

    def profile(self, x: Array, state: State, displacement_deg: float) -> Array:
        """The pattern at 2 theta `x` (deg, rising), shape (n, 1), its powder's strongest line of area 1.

        Of lines `apart` each has the area 1 and a column of its own, shape (n, m).
        """
        d, strength = self.spacing(state.cell), self.intensities(state)
        if self.apart:
            d, strength = d[list(self.apart)], np.ones(len(self.apart))
        total = np.zeros((x.size, max(len(self.apart), 1)))
        for wavelength, share in self.wavelengths:
            sine = wavelength / (2.0 * d)
            seen = sine < 1.0
            theta = np.arcsin(sine[seen])
            column = np.flatnonzero(seen) if self.apart else np.zeros(theta.size, int)
            at = np.degrees(2.0 * theta) + displacement_deg * np.cos(theta)
            lorentz = SHAPE_FACTOR[0] * 0.1 * wavelength / (state.L_nm * np.cos(theta))
            lorentz += 4.0 * state.epsilon * np.tan(theta)
            width, eta = voigt(self.instrument_deg, np.degrees(lorentz))
            low, high = np.searchsorted(x, at - REACH * width), np.searchsorted(x, at + REACH * width)
            height = share * strength[seen] / area_of(1.0, width, eta)
            for place, w, e, h, i, j, c in zip(at, width, eta, height, low, high, column, strict=True):
                if j > i:
                    total[i:j, c] += pseudo_voigt(x[i:j], place, h, w, e)
        return total


def voigt(gauss: float, lorentz: Array) -> tuple[Array, Array]:
    """FWHM and Lorentzian share of the pseudo-Voigt that stands for a Voigt profile, within 1 % of its height.

    The share of that paper is one of the areas; that of `pseudo_voigt` one of the heights.
    """
    g, b = gauss, lorentz
    parts = g**5 + 2.69269 * g**4 * b + 2.42843 * g**3 * b**2 + 4.47163 * g**2 * b**3 + 0.07842 * g * b**4 + b**5
    width = parts**0.2
    q = b / width
    of_area = 1.36603 * q - 0.47719 * q**2 + 0.11116 * q**3
    low, high = of_area / math.pi, (1.0 - of_area) * math.sqrt(math.log(2.0) / math.pi)
    return width, low / (low + high)
