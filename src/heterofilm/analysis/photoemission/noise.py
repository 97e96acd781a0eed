"""The noise of a photoelectron spectrum, from its own scatter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["noise"]

Array = NDArray[Any]


def noise(intensity: Array) -> Array:
    """One standard deviation of each point, shape (n,): that of counting, scaled to the scatter that is seen.

    Counts have the variance I; rates, means and arbitrary units g I. g comes from the second differences of neighbours
    (variance 6 g counts), by their median, which lines do not move.
    """
    level = np.maximum(intensity, 1e-3 * max(float(np.abs(intensity).max()), 1e-300))
    second = np.diff(intensity, 2) ** 2 / (6.0 * level[1:-1])
    # the median of a chi-squared variable of one degree of freedom is 0.4549
    gain = float(np.median(second)) / 0.4549 if second.size else 0.0
    if not gain > 0.0:  # without noise: equal weights, of a size that means nothing
        return np.full(intensity.size, 1e-4 * float(np.abs(intensity).max() or 1.0))
    # the smoothed level keeps a point that fell low by chance from weighing more
    return np.sqrt(gain * np.convolve(np.pad(level, 2, mode="edge"), np.full(5, 0.2), mode="valid"))
