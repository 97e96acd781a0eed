"""Draws of the values of a cell: from what a fit leaves open, or from what its entries state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..calibration.fitted import FitResult
from ..cell import Cell
from ..library import Library, value_paths
from ..library.calibration import calibration_of
from ..library.value import Layer, Value

__all__ = ["of_entries", "of_file", "of_fit"]

Array = NDArray[np.float64]
Draws = list[dict[str, float]]
OPEN = 10.0  # factor within which values are held that the data do not tell
LEAST = 0.05  # V and shares: the same of a value near nothing


def of_fit(found: FitResult, count: int, rng: np.random.Generator) -> tuple[Draws, str]:
    """Joint draws of what was fitted, as if the model were linear around the best, and what they are, in words.

    What the data leave open is held by a standard deviation of a factor of ten, or of the value itself: with the
    scales s of these, the covariance C becomes (C^-1 + 1/s^2)^-1.
    """
    values = found.values
    sigma = np.array([one.sigma / one.value if one.logarithmic else one.sigma for one in values])
    scale = np.array([np.log(OPEN) if one.logarithmic else max(abs(one.value), LEAST) for one in values])
    relative = sigma / scale
    share, V = np.linalg.eigh(found.correlation * np.outer(relative, relative))
    share = np.maximum(share, 0.0)
    normal = rng.standard_normal((count, len(values))) * np.sqrt(share / (1.0 + share))
    columns: dict[str, Array] = {}
    for one, off in zip(values, (scale * (normal @ V.T)).T, strict=True):
        drawn = one.value * np.exp(off) if one.logarithmic else one.value + off
        columns |= {path: drawn for path in one.paths}
    words = f"{count} joint draws of the {len(values)} fitted values; all others are held"
    if any(relative > 0.5):
        words += f"; what the data leave open is held within a factor of {OPEN:g} (assumed)"
    return _rows(columns, count), words


def of_file(path: str | Path, cell: Cell, count: int, rng: np.random.Generator) -> tuple[Draws, str]:
    """Draws of the values in a file of a fit, each by its standard deviation."""
    columns = {}
    for own, one in calibration_of(Path(path)).items():
        logarithmic = one.value > 0.0 and cell.entries.unit(own) not in ("V", "mV")
        columns[own] = _around(one.value, one.sigma or 0.0, rng.standard_normal(count), logarithmic)
    return _rows(columns, count), (
        f"{count} draws of the {len(columns)} values in '{path}' by their standard deviations, which do not say how "
        "they go together (taken as independent); all others are held"
    )


def of_entries(cell: Cell, paths: Iterable[str], count: int, rng: np.random.Generator) -> tuple[Draws, str]:
    """Draws of some values from their entries: ranges, standard deviations, joint draws of the calibration."""
    asked = set(paths)
    values = {path: value for path, value in value_paths(cell.entries) if path in asked}
    joint = Library().ensemble() if any(v.layer is Layer.CALIBRATION for v in values.values()) else ()
    calibrated = {path for path, v in values.items() if v.layer is Layer.CALIBRATION and joint and path in joint[0]}
    which = rng.integers(len(joint), size=count) if joint else np.zeros(count, int)
    columns: dict[str, Array] = {path: np.array([joint[k][path] for k in which]) for path in calibrated}
    for path, value in values.items():
        if path not in calibrated and (drawn := _drawn(value, rng, count)) is not None:
            columns[path] = drawn
    stated = len(columns) - len(calibrated)
    parts = [f"{len(calibrated)} by the joint draws of their calibration"] if calibrated else []
    parts += [f"{stated} from the ranges or standard deviations of their entries (taken as independent)"]
    left = len(values) - len(columns)
    held = f"; {left} that state neither are held" if left else ""
    return _rows(columns, count), f"{count} draws: {' and '.join(parts)}{held}"


def _drawn(value: Value, rng: np.random.Generator, count: int) -> Array | None:
    """Draws of one value; None where its entry does not say how well it is known."""
    if value.sigma:
        logarithmic = value.method == "log" and value.value > 0.0
        return _around(value.value, value.sigma, rng.standard_normal(count), logarithmic)
    low, high = value.span
    return value.draw(rng, count, value.unit) if low < high else None


def _around(value: float, sigma: float, z: Array, logarithmic: bool) -> Array:
    return value * np.exp(sigma / value * z) if logarithmic else value + sigma * z


def _rows(columns: Mapping[str, Array], count: int) -> Draws:
    return [{path: float(column[k]) for path, column in columns.items()} for k in range(count)]
