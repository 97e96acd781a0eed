"""Planar and macroscopic averages: what remains of a field in a crystal when its atoms are averaged out.

The macroscopic average (Baldereschi, Baroni and Resta, Phys. Rev. Lett. 61 (1988) 734) of a planar average f̄(z) is
f̄ convolved with a box as long as each period L, one box for each of the two materials:

    f̿(z) = 1/L ∫_{z - L/2}^{z + L/2} f̄(z') dz'    or, for the wave exp(i G z):    × sin(G L/2) / (G L/2)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ..store import result
from .grid import Grid, axis_number

__all__ = ["Plateau", "Profile", "macroscopic_average", "planar_average", "plateau"]

Array = NDArray[np.floating[Any]]


@result
@dataclass(frozen=True)
class Profile:
    """A field along the normal of a face: `values[i]` at `z_A[i]`, periodic with `height_A`.

    Errors: `HeterofilmError` for different lengths and values that are not finite.
    """

    z_A: Array
    values: Array
    height_A: float
    unit: str
    name: str = "profile"

    def __post_init__(self) -> None:
        if self.z_A.ndim != 1 or self.z_A.shape != self.values.shape or self.z_A.size < 2:
            raise InputError(f"The {self.name} needs as many places as values, not {self.z_A.shape[:1]}.")
        if not (np.isfinite(self.values).all() and np.isfinite(self.z_A).all() and self.height_A > 0.0):
            raise InputError(f"The {self.name} holds values that are not finite numbers.")
        steps = np.diff(np.append(self.z_A, self.z_A[0] + self.height_A))
        if np.ptp(steps) > 1e-6 * self.height_A:
            raise InputError(f"The {self.name} must stand at equal distances over its whole period.")


@result
@dataclass(frozen=True)
class Plateau:
    """Mean of a profile over a window, and half the range it has there."""

    value: float
    spread: float
    window_A: tuple[float, float]


def planar_average(grid: Grid, axis: str | int = "c") -> Profile:
    """Mean of the field over each plane of points parallel to the face that `axis` leaves."""
    i = axis_number(axis)
    others = tuple(k for k in range(3) if k != i)
    return Profile(grid.places_A(i), grid.values.mean(axis=others), grid.height_A(i), grid.unit, grid.name)


def macroscopic_average(profile: Profile, *periods_A: float) -> Profile:
    """`profile` averaged with a box as long as each of one or two periods (Å); one period is used twice.

    Twice, so that a step becomes smooth; a wave with the period of either box vanishes exactly.

    Errors: `HeterofilmError` unless there are one or two periods between the spacing of the points and the height.
    """
    if len(periods_A) not in (1, 2):
        raise InputError(f"A macroscopic average takes one or two periods, not {len(periods_A)}.")
    spacing = profile.height_A / profile.values.size
    G = 2.0 * np.pi * np.fft.rfftfreq(profile.values.size, spacing)
    waves = np.fft.rfft(profile.values)
    for L in (periods_A * 2)[:2]:
        if not spacing < L <= profile.height_A * (1.0 + 1e-9):
            raise InputError(
                f"The period {L:g} Å lies outside of the profile, which has a point every {spacing:.3g} Å over "
                f"{profile.height_A:.4g} Å."
            )
        waves = waves * np.sinc(G * L / (2.0 * np.pi))  # numpy: sinc(x) = sin(πx)/(πx)
    values = np.fft.irfft(waves, profile.values.size)
    return Profile(profile.z_A, values, profile.height_A, profile.unit, f"macroscopic {profile.name}")


def plateau(profile: Profile, low_A: float, high_A: float, tolerance: float = np.inf) -> Plateau:
    """Mean of `profile` from `low_A` to `high_A`; the window may run over the end of the period.

    Errors: `HeterofilmError` for a window with fewer than three points, or where the profile leaves its mean by more
    than `tolerance` (in its unit): no plateau.
    """
    if not 0.0 < high_A - low_A <= profile.height_A:
        raise InputError(f"The window {low_A:g} to {high_A:g} Å must be ordered and no longer than the period.")
    inside = profile.values[(profile.z_A - low_A) % profile.height_A <= high_A - low_A + 1e-9]
    if inside.size < 3:
        raise InputError(f"The window {low_A:g} to {high_A:g} Å holds {inside.size} points; widen it.")
    spread = float(np.ptp(inside)) / 2.0
    if spread > tolerance:
        raise InputError(
            f"The {profile.name} is no plateau from {low_A:.3g} to {high_A:.3g} Å: it changes by {2.0 * spread:.3g} "
            f"{profile.unit} there, more than {2.0 * tolerance:.3g}; take a thicker slab or more vacuum."
        )
    return Plateau(float(inside.mean()), spread, (low_A, high_A))
