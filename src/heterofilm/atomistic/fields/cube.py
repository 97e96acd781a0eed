"""Cube files (Gaussian's layout, as CP2K writes it): a scalar field on the grid of a cell, lengths in bohr.

Two lines of words; number of atoms and origin; three lines of points and step along each axis; one line an atom; then
the values, the third axis fastest. A file may come from anywhere: nothing is believed before it is counted.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np

from ...constants import BOHR_A
from ...errors import FileFormatError, InputError
from ..structures.checks import MAX_ATOMS
from .grid import MAX_POINTS, Grid

__all__ = ["read_cube"]

LINE = 1000  # bytes that a line of the head may have
LEAST, MOST = 2, 40  # bytes that a value takes


def read_cube(path: str | os.PathLike[str], unit: str, name: str, scale: float = 1.0) -> Grid:
    """The field of a cube file times `scale`, in `unit`.

    Errors: `HeterofilmError` for a missing file, a head that is none, an origin other than the cell's corner, another
    number of values than the head promises, and values that are not finite.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = [file.readline(LINE) for _ in range(6)]
            try:
                count, *origin = _numbers(head[2], 4)
                axes = [_numbers(line, 4) for line in head[3:]]
                shape = tuple(int(axis[0]) for axis in axes)
                if not 0 <= count <= MAX_ATOMS or count != int(count):
                    raise ValueError(f"{count:g} atoms")
                if any(n < 1 or n != axis[0] for n, axis in zip(shape, axes, strict=True)):
                    raise ValueError(f"{' x '.join(f'{axis[0]:g}' for axis in axes)} points")
                points = int(np.prod([float(n) for n in shape]))
                if not 8 <= points <= MAX_POINTS or not LEAST * points <= size <= MOST * points + LINE * (count + 6):
                    raise ValueError(f"{size} bytes for {points} values")
                if np.abs(origin).max() > 1e-6:
                    raise ValueError("its origin is not the corner of the cell")
                for _ in range(int(count)):
                    _numbers(file.readline(LINE), 5)
            except (ValueError, OverflowError) as error:
                raise InputError(f"'{path.name}' is no cube file that can be read: {error}.") from None
            with warnings.catch_warnings():
                warnings.simplefilter("error", DeprecationWarning)  # older numpy: words among the numbers
                try:
                    values = np.fromfile(file, dtype=float, count=points, sep=" ")
                except (ValueError, DeprecationWarning):
                    values = np.empty(0)
            rest = file.read(LINE).strip()
    except OSError as error:
        raise InputError(f"The cube file '{path}' cannot be read: {error.strerror or error}.") from None
    if values.size != points or rest:
        raise FileFormatError(
            f"'{path.name}' promises {points} values and holds {'more' if rest and values.size == points else 'fewer'}:"
            " it was cut short or damaged; compute it again."
        )
    cell = np.array([[n * step for step in axis[1:]] for n, axis in zip(shape, axes, strict=True)]) * BOHR_A
    return Grid(values.reshape(shape) * scale, cell, unit, name)


def _numbers(line: bytes, count: int) -> list[float]:
    found = [float(word) for word in line.split()]
    if len(found) != count or not np.isfinite(found).all():
        raise ValueError(f"{count} numbers are expected in '{line[:60].decode('ascii', 'replace').strip()}'")
    return found
