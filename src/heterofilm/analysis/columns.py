"""Columns of numbers, checked once for all analyses that take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

__all__ = ["columns", "line", "running_integral"]

Array = NDArray[Any]


def columns(**arrays: ArrayLike) -> tuple[Array, ...]:
    """The arrays as floats of shape (n,), n >= 2, in the order given.

    Errors: `HeterofilmError` for shapes that differ, and for a gap, by the name of the column.
    """
    found = {name: np.asarray(values, float) for name, values in arrays.items()}
    shapes = {values.shape for values in found.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1 or next(iter(shapes))[0] < 2:
        said = ", ".join(f"{name} {values.shape}" for name, values in found.items())
        raise InputError(f"Columns of one length with two or more rows were expected, but got {said}.")
    for name, values in found.items():
        if not np.isfinite(values).all():
            raise InputError(f"'{name}' has gaps (NaN or infinite): leave these rows out.")
    return tuple(found.values())


def line(x: Array, y: Array) -> tuple[float, float]:
    """Slope of y over x by least squares, and R2; both 0 where there is nothing to fit."""
    dx, dy = x - x.mean(), y - y.mean()
    xx, xy, yy = float(dx @ dx), float(dx @ dy), float(dy @ dy)
    return (xy / xx, xy**2 / (xx * yy)) if xx > 0.0 and yy > 0.0 else (0.0, 0.0)


def running_integral(x: Array, y: Array) -> Array:
    """Integral of y from the first x to each, by the trapezoidal rule: 0 at the first."""
    return np.concatenate([[0.0], np.cumsum(np.diff(x) * (y[1:] + y[:-1]) / 2.0)])
