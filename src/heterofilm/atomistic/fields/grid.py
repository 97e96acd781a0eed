"""A scalar field on the regular grid of a periodic cell: density, potential, electron localization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..store import result

__all__ = ["Grid", "axis_number", "same_grid"]

Array = NDArray[np.floating[Any]]
MAX_POINTS = 200_000_000


@result
@dataclass(frozen=True)
class Grid:
    """`values[i, j, k]` at the fractional place (i/nx, j/ny, k/nz) of `cell` (rows are its vectors, Å).

    The far faces are not repeated. Errors: `HeterofilmError` for a wrong shape, values that are not finite and a cell
    without volume.
    """

    values: Array
    cell: Array
    unit: str  # e/Å3, eV, or "" for a pure number
    name: str = "field"

    def __post_init__(self) -> None:
        values, cell = np.asarray(self.values), np.asarray(self.cell, dtype=float)
        if values.ndim != 3 or not 8 <= values.size <= MAX_POINTS or min(values.shape) < 1:
            raise InputError(
                f"The {self.name} has the shape {values.shape}; a grid has three axes and at most {MAX_POINTS} points."
            )
        if np.iscomplexobj(values) or not np.isfinite(values).all():
            raise InputError(f"The {self.name} holds values that are not finite real numbers; compute it again.")
        if cell.shape != (3, 3) or not np.isfinite(cell).all() or abs(np.linalg.det(cell)) < 1e-6:
            raise InputError(f"The {self.name} needs a cell of three vectors (Å) that do not lie in a plane.")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "cell", cell)

    @property
    def volume_A3(self) -> float:
        """Volume of the cell."""
        return float(abs(np.linalg.det(self.cell)))

    @property
    def integral(self) -> float:
        """∫ f dV over the cell: the mean over the points times the volume, exact for what the grid can carry."""
        return float(self.values.mean()) * self.volume_A3

    def height_A(self, axis: str | int) -> float:
        """Distance between the two faces that an axis joins: volume over their area."""
        i = axis_number(axis)
        return self.volume_A3 / self.area_A2(i)

    def area_A2(self, axis: str | int) -> float:
        """Area of the face that the two other vectors span."""
        i = axis_number(axis)
        return float(np.linalg.norm(np.cross(self.cell[(i + 1) % 3], self.cell[(i + 2) % 3])))

    def places_A(self, axis: str | int) -> Array:
        """Height of each plane of points above the first, along the normal of the face."""
        i = axis_number(axis)
        n = self.values.shape[i]
        return np.arange(n) * (self.height_A(i) / n)

    def gradient(self) -> Array:
        """∇f by Fourier series, shape (3, nx, ny, nz), per Å: exact for what the grid can carry."""
        transformed = np.fft.fftn(self.values)
        turns = [np.fft.fftfreq(n, 1.0 / n) for n in self.values.shape]
        for i, n in enumerate(self.values.shape):
            if n % 2 == 0:
                turns[i][n // 2] = 0.0  # the highest wave of an even grid has no direction
        G = (
            2.0
            * np.pi
            * np.einsum("ai,ixyz->axyz", np.linalg.inv(self.cell), np.array(np.meshgrid(*turns, indexing="ij")))
        )
        return np.array([np.fft.ifftn(1j * component * transformed).real for component in G])


def axis_number(axis: str | int) -> int:
    """0, 1 or 2 for an axis by number or by the letter of its vector.

    Errors: `HeterofilmError` for anything else.
    """
    known: dict[Any, int] = {"a": 0, "b": 1, "c": 2, 0: 0, 1: 1, 2: 2}
    if axis not in known:
        raise InputError(f"There is no axis '{axis}'; an axis is a, b or c.")
    return known[axis]


def same_grid(first: Grid, second: Grid, doing: str) -> None:
    """Errors: `HeterofilmError` where two fields differ in points, cell (beyond 1e-6 Å) or unit."""
    if first.values.shape != second.values.shape:
        raise InputError(
            f"{doing} needs one grid: {first.name} has {first.values.shape} points and {second.name} "
            f"{second.values.shape}; compute both with the same grid."
        )
    apart = float(np.abs(first.cell - second.cell).max())
    if apart > 1e-6:
        raise InputError(
            f"{doing} needs one cell: those of {first.name} and {second.name} differ by {apart:.2g} Å; remove atoms, "
            "but keep the cell."
        )
    if first.unit != second.unit:
        raise InputError(f"{doing} needs one unit, not '{first.unit}' and '{second.unit}'.")
