"""Drift of a sample within one sweep, from high to low frequency.

Points are taken one after the other, each for a time that goes with its period, so that a sample which changes evenly
in time is measured as

    Z(w) (1 + d e(w)),    e(w) = sum_(w' >= w) 1/w' / sum_(all w') 1/w',

with Z a chain that obeys the Kramers-Kronig relations (`chain`). The factor is real: it moves the modulus without the
phase that a change of modulus asks for, and that is what tells d. The residual of the chain alone says little, since
only the last few frequencies have drifted, and the chain bends after them. The time constants reach a decade beyond
both ends of the spectrum, so that processes slower than the sweep are not taken for drift.

Z-HIT (Ehm et al., ACH Models Chem. 137 (2000) 145), which has the modulus from the integrated phase, sees the same:
of a drift of 30 % with noise of 1 % it leaves 19 % at the lowest frequencies, and up to 8 % of noise alone. Fitted,
the drift comes out as it was (random circuits with diffusion and blocking: 30 +- 4 %), with its standard deviation.

A sweep taken from low to high frequency counts the other way, sum over w' <= w, and the same
spectrum stands for a drift of the other sign. Points that are listed upwards are taken for measured upwards.

What goes evenly with log t (a relaxation) cannot be told: it changes the modulus by as much in every decade, and asks
for a phase of 1.5 degrees for 30 % in seven decades, which any broad process has. Two sweeps tell it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .chain import DENSITY, basis, solved
from .elements import Complex, Real

__all__ = ["Drift", "drift_within"]

BEYOND = 1.0  # decades to which time constants reach beyond the spectrum
LEAST = 0.05  # what a chain leaves of a stable sample is below
DEVIATIONS = 3.0
LARGE = 0.10  # surely more than that: no circuit describes the whole sweep
LOW, HIGH = -0.9, 4.0  # what is looked for
FREE = 8  # more numbers than unknowns, for their deviation to mean something
ROUNDS, SMALL = 8, 1e-4


@dataclass(frozen=True)
class Drift:
    """Change of the impedance from the first to the last point of a sweep.

    - `share`, `deviation`: of the impedance at its beginning, and the standard deviation of that;
    - `misfit`: what chain and drift leave of |Z|, root of the mean square of real and imaginary parts;
    - `upwards`: the sweep is taken for one from low to high frequency.
    """

    share: float
    deviation: float
    misfit: float
    upwards: bool = False

    @property
    def told(self) -> bool:
        """Beyond what noise and a chain of finite length make."""
        return abs(self.share) > self.limit

    @property
    def large(self) -> bool:
        return abs(self.share) - DEVIATIONS * self.deviation > LARGE

    @property
    def limit(self) -> float:
        """The smallest drift that would be told."""
        return LEAST + DEVIATIONS * self.deviation

    @property
    def order(self) -> str:
        """What is assumed of the sweep."""
        if self.upwards:
            return "evenly in time, from low to high frequency as the points are listed"
        return "evenly in time, from high to low frequency"

    @property
    def words(self) -> str:
        """What a drift that is told means, in a sentence."""
        share, deviation = 100.0 * self.share, math.ceil(100.0 * self.deviation)
        other = "; of the other sign if it was taken from high to low and sorted" if self.upwards else ""
        return (
            f"The impedance changed within the sweep, by {share:+.0f} ± {deviation} % from its first to its last point "
            f"({self.order}{other}): let the cell settle first."
        )


def drift_within(
    f: Real, Z: Complex, capacitance: bool | None = None, inductance: bool = True, upwards: bool = False
) -> Drift | None:
    """The drift of a sweep, `f` and `Z` in `spectrum`'s order (high to low); None where too few points tell it.

    `capacitance`: as in `kramers_kronig`; `upwards`: the points were taken from low to high frequency.
    """
    span = np.log10(f[0] / f[-1]) + 2.0 * BEYOND
    tau = np.geomspace(10.0**-BEYOND / f[0], 10.0**BEYOND / f[-1], int(np.ceil(DENSITY * span)) + 1) / (2.0 * np.pi)
    if 2 * f.size < tau.size + 4 + FREE:
        return None
    elapsed = (np.cumsum(1.0 / f[::-1])[::-1] if upwards else np.cumsum(1.0 / f)) / np.sum(1.0 / f)
    choices = (False, True) if capacitance is None else (capacitance,)
    bases = [basis(f, tau, with_C, inductance) / np.abs(Z)[:, None] for with_C in choices]
    tried = [_fitted(Z, elapsed, A, upwards) for A in bases]
    return tried[-1] if tried[-1].misfit < 0.5 * tried[0].misfit else tried[0]


def _fitted(Z: Complex, elapsed: Real, A: Complex, upwards: bool) -> Drift:
    """Gauss and Newton's iterations for d beside the chain, which is linear.

    d and its deviation follow from what the chain leaves of the data and of their derivative by d (Frisch and Waugh,
    Econometrica 1 (1933) 387).
    """
    measured, d = Z / np.abs(Z), 0.0
    for _ in range(ROUNDS):
        grown = 1.0 + d * elapsed
        both = np.column_stack([measured, elapsed / grown * measured])
        chain = A * grown[:, None]
        left, slope = (both - chain @ solved(chain, both)).T
        step, size = float(np.vdot(slope, left).real), float(np.vdot(slope, slope).real)
        before, d = d, float(np.clip(d + step / size, LOW, HIGH))
        if abs(d - before) < SMALL:
            break
    misfit = float(np.linalg.norm(left - (step / size) * slope))
    free = 2 * Z.size - A.shape[1] - 1
    return Drift(d, misfit / float(np.sqrt(free * size)), misfit / float(np.sqrt(2 * Z.size)), upwards)
