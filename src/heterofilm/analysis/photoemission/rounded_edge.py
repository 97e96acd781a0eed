"""A straight edge that resolution and an uneven sample have rounded: a ramp convolved with a Gaussian.

    y(E) = b + b' x + m R1(x) [+ q R2(x)]        x = E - E0
    R1 = x Phi(x/s) + s phi(x/s)                 R2 = (x^2 + s^2) Phi(x/s) + s x phi(x/s)

R1 and R2 are the ramp x and the parabola x^2 above E0, both convolved with a Gaussian of standard deviation s; Phi and
phi are the normal distribution and its density. E0 is where the edge would begin without the rounding: a line drawn
through a rounded edge meets the background too early.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rounded", "rounded_edge"]

Array = NDArray[Any]
BROADEST = 1.0  # eV: a Gaussian wider than this is no rounding of an edge
NARROWEST = 1e-3  # eV


@dataclass(frozen=True)
class Rounded:
    """A fitted edge: where it begins and the Gaussian's standard deviation (eV), its slope there, the background.

    `energy_sd`: from the noise and the misfit; `chi2`: of `points` points up to `end_eV`, weighted by
    their noise.
    """

    energy_eV: float
    energy_sd: float
    sigma_eV: float
    slope: float
    base: tuple[float, float]
    chi2: float
    points: int
    end_eV: float

    def better_than(self, straight: Rounded) -> bool:
        """Whether this bent edge describes the same points better than a straight one, by the Bayesian criterion.

        Ten to one or more: the difference exceeds 2 ln 10, at the noise that the bent fit shows. A rounding that
        reaches to the end of what is fitted cannot be told from a bend, and does not count.
        """
        if not (self.slope > 0.0 and self.energy_eV + self.sigma_eV <= self.end_eV):
            return False
        scale = max(self.chi2 / max(self.points - 6, 1), 1.0)
        return (straight.chi2 - self.chi2) / scale - math.log(self.points) > 2.0 * math.log(10.0)


def rounded_edge(E: Array, y: Array, sigma: Array, start_eV: float, *, curved: bool) -> Rounded | None:
    """Fit the law above to energies (eV, rising), intensities and their noise, shape (n,); None where it fails.

    `start_eV`: about where the edge begins; `curved`: with the parabola.
    """
    from scipy.optimize import least_squares

    if E.size < 12 or not E[0] < start_eV < E[-1]:
        return None
    w = 1.0 / sigma

    def linear(p: Array) -> tuple[Array, Array]:
        """What multiplies b, b', m, q, and their best values at the edge and the rounding `p`."""
        x = E - p[0]
        columns = np.array([np.ones_like(x), x, *_ramps(x, float(p[1]))[: 2 if curved else 1]]).T
        return columns, np.linalg.lstsq(columns * w[:, None], y * w, rcond=None)[0]

    def residual(p: Array) -> Array:
        columns, best = linear(p)
        return np.asarray((columns @ best - y) * w)

    room = (float(E[0]), NARROWEST), (float(E[-1]), BROADEST)
    fit = least_squares(residual, (start_eV, 0.05), x_scale=(0.1, 0.05), bounds=room)
    spread = np.linalg.pinv(fit.jac.T @ fit.jac)
    chi2 = 2.0 * float(fit.cost)
    sd = math.sqrt(max(float(spread[0, 0]), 0.0) * max(chi2 / (E.size - 6), 1.0))
    b, tilt, m, *_ = (float(v) for v in linear(fit.x)[1])
    x0 = float(fit.x[0])
    return Rounded(x0, sd, float(fit.x[1]), m, (b - tilt * x0, tilt), chi2, E.size, float(E[-1]))


def _ramps(x: Array, s: float) -> tuple[Array, Array]:
    """R1 and R2."""
    from scipy.special import ndtr

    above = ndtr(x / s)
    bell = np.exp(-0.5 * (x / s) ** 2) / math.sqrt(2.0 * math.pi)
    return x * above + s * bell, (x**2 + s**2) * above + s * x * bell
