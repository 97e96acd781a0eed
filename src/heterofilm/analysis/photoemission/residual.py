"""What the lines of a fit leave of a spectrum: how much of a level's area, and where more than noise explains."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .detect import area_of
from .fit import PeakFit

__all__ = ["Missed", "missed", "unexplained"]

Array = NDArray[Any]
SURE = 5.0  # standard deviations of a running mean: by chance in less than one of 10,000 spectra
SMALL = 0.005  # of a level's area: a background drawn through the ends, on which flanks of lines stand, is off by less


def unexplained(fit: PeakFit, level: str) -> float:
    """The part of a level's area that the lines leave over or claim too much, beyond the noise.

    Of the residual's running mean, which noise of each point moves by its standard deviation over the root of its
    length; any state may be missing it, or have too much.
    """
    area, _ = area_of(fit, level)
    first = fit.windows()[0]
    mean, noise = _running(first, max(9, first.energy_eV.size // 18))
    over = float(np.trapezoid(np.sqrt(np.maximum(mean**2 - noise**2, 0.0)), first.energy_eV))
    return min(over / area, 1.0) if area > 0.0 else 1.0


@dataclass(frozen=True)
class Missed:
    """A stretch where the spectrum lies on one side of the lines: between which energies (eV), where most, by how many
    standard deviations of the noise, and which share of the area of the level whose line is next to it (negative where
    the lines are too high)."""

    level: str
    low_eV: float
    high_eV: float
    most_eV: float
    deviations: float
    share: float

    def __str__(self) -> str:
        side = "low" if self.share > 0.0 else "high"
        return (
            f"at {self.most_eV:.1f} eV the lines are too {side} by {abs(self.deviations):.0f} standard deviations of "
            f"the noise ({100.0 * abs(self.share):.1f} % of the area of {self.level})"
        )


def missed(fit: PeakFit) -> list[Missed]:
    """Stretches of structure in the residual, the largest first: a running mean as long as a line is wide, and off.

    Independent noise moves the mean of n points by its standard deviation over the root of n. Stretches below `SMALL`
    are left out.
    """
    found = []
    for one in fit.windows():
        counted = [x for x in one.lines if x.counted and x.area > 0.0]
        if not counted:
            continue
        step = float(np.median(np.diff(one.energy_eV)))
        width = float(np.median([x.fwhm_eV for x in counted]))
        mean, noise = _running(one, round(width / step))
        z = np.where(noise > 0.0, mean / np.where(noise > 0.0, noise, 1.0), 0.0)
        for a, b in _stretches(z):
            most = a + int(np.argmax(np.abs(z[a:b])))
            if abs(z[most]) < SURE:
                continue
            E = one.energy_eV[a:b]
            level = min(counted, key=lambda x: abs(x.energy_eV - one.energy_eV[most])).level
            area, _ = area_of(fit, level)
            over = step * float(mean[a:b].sum())
            if abs(over) > SMALL * area:
                place = float(one.energy_eV[most])
                found.append(Missed(level, float(E[0]), float(E[-1]), place, float(z[most]), over / area))
    return sorted(found, key=lambda x: -abs(x.share))


def _running(one: PeakFit, points: int) -> tuple[Array, Array]:
    """The running mean of a window's residual, and by how much noise moves it, shape (n,)."""
    n = min(max(3, points), one.energy_eV.size)
    kept = np.isfinite(one.sigma)
    residual = np.where(kept, one.intensity - one.envelope, 0.0)
    even = np.full(n, 1.0 / n)
    mean = np.convolve(residual, even, mode="same")
    return mean, np.sqrt(np.convolve(np.where(kept, one.sigma, 0.0) ** 2, even, mode="same") / n)


def _stretches(z: Array) -> list[tuple[int, int]]:
    """Where z keeps its sign: the first index of each stretch, and that behind its last."""
    turns = np.flatnonzero(np.diff(np.signbit(z))) + 1
    edges = [0, *turns.tolist(), z.size]
    return list(pairwise(edges))
