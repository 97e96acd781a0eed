"""Residual stress of a film from one of its lines in scans at several tilts: the method of sin^2 psi.

A biaxial stress s in the plane of the film changes the spacing of planes whose normal is tilted by psi from the film's
(I. C. Noyan, J. B. Cohen, Residual Stress, Springer 1987, chapter 5):

    d(psi)/d0 - 1 = s [(1 + nu)/E sin^2 psi - 2 nu/E]

A line through d over sin^2 psi has the slope m and, where sin^2 psi = 2 nu/(1 + nu), the spacing d0 without stress:
s = m/d0 E/(1 + nu). E and nu are those of an isotropic body; those of single lines differ from it by some ten percent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...records.result import Result

__all__ = ["Elastic", "Stress", "sin2psi"]

Array = NDArray[Any]
LEAST = 3  # tilts, of
SPAN = 0.2  # ... sin^2 psi between the first and the last
BENT = 4.0  # reduced chi2 from which the points are no line
LINES_DIFFER = 0.1  # of E/(1 + nu): lines of one phase among each other, assumed


@dataclass(frozen=True)
class Elastic:
    """Young's modulus in Pa and Poisson's ratio, each with one standard deviation, and where they are from."""

    youngs_modulus_Pa: float
    youngs_modulus_sd_Pa: float
    poisson: float
    poisson_sd: float
    source: str


@dataclass(frozen=True, eq=False)
class Stress:
    """What the tilts say: `slope` d ln d/d sin^2 psi and, with elastic constants, `stress_Pa`; tension is positive."""

    line: str
    verdict: Literal["stressed", "no stress seen", "not decidable"]
    reason: str
    slope: float
    slope_sd: float
    stress_Pa: float
    stress_sd_Pa: float
    free_nm: float
    sin2: Array
    spacing_nm: Array
    spacing_sd_nm: Array

    def results(self, sample: str = "") -> list[Result]:
        how = f"sin2psi, {self.sin2.size} tilts"
        rows = [Result(f"residual stress {self.line}", self.verdict, method=how, sample=sample, note=self.reason)]
        rows.append(Result(f"d ln d/d sin2psi {self.line}", 1e3 * self.slope, 1e3 * self.slope_sd, "1e-3", how, sample,
                           note=self.reason))  # fmt: skip
        if math.isfinite(self.stress_Pa) and self.verdict != "not decidable":
            value, sd = 1e-6 * self.stress_Pa, 1e-6 * self.stress_sd_Pa
            rows.append(Result(f"stress {self.line}", value, sd, "MPa", how, sample, note=self.reason))
            rows.append(Result(f"spacing without stress {self.line}", self.free_nm, math.nan, "nm", how, sample))
        return rows


def sin2psi(
    line: str, psi_deg: ArrayLike, spacing_nm: ArrayLike, spacing_sd_nm: ArrayLike, elastic: Elastic | None = None
) -> Stress:
    """The stress from the spacings of `line` at the tilts `psi_deg`, each of shape (n,).

    Errors: `HeterofilmError` for fewer than three different tilts, or a span of sin^2 psi below 0.2.
    """
    psi, d, sd = (np.asarray(v, float) for v in (psi_deg, spacing_nm, spacing_sd_nm))
    x = np.sin(np.radians(psi)) ** 2
    if np.unique(np.round(np.abs(psi), 2)).size < LEAST or float(np.ptp(x)) < SPAN:
        raise InputError(
            f"Stress by sin2psi needs {LEAST} different tilts that span {SPAN:g} of sin2psi (0 to 27 deg); {line} has "
            f"{', '.join(f'{v:g}' for v in psi)} deg."
        )
    A = np.stack([np.ones_like(x), x], axis=1) / sd[:, None]
    spread = np.linalg.inv(A.T @ A)
    intercept, slope = spread @ A.T @ (d / sd)
    free = max(x.size - 2, 1)
    chi2 = float(np.sum(((intercept + slope * x - d) / sd) ** 2)) / free
    spread = spread * max(chi2, 1.0)
    m, m_sd = float(slope / intercept), float(math.sqrt(spread[1, 1]) / intercept)
    both = psi.min() < -1.0 and psi.max() > 1.0
    said = [] if both else ["tilts of one sign only: a shear, or a sample off its axis, would not show"]
    stress = stress_sd = math.nan
    d0 = float(intercept)
    if elastic is None:
        said.append("no elastic constants of this phase are known: the strain's slope alone")
    else:
        E, nu = elastic.youngs_modulus_Pa, elastic.poisson
        d0 = float(intercept + slope * 2.0 * nu / (1.0 + nu))
        stiff = E / (1.0 + nu)
        stress = float(slope / d0 * stiff)
        relative = math.hypot(elastic.youngs_modulus_sd_Pa / E, elastic.poisson_sd / (1.0 + nu), LINES_DIFFER)
        stress_sd = math.hypot(math.sqrt(spread[1, 1]) / d0 * stiff, stress * relative)
        said.append(f"E = {1e-9 * E:.3g} GPa, nu = {nu:.2g} of an isotropic body ({elastic.source})")
    verdict: Literal["stressed", "no stress seen", "not decidable"]
    if chi2 > BENT:
        verdict = "not decidable"
        said.insert(0, f"d over sin2psi is no line (reduced chi2 {chi2:.1f}): gradients, texture or shear")
    elif abs(m) > 2.0 * m_sd:
        verdict = "stressed"
        said.insert(0, "in tension" if m > 0.0 else "in compression")
    else:
        verdict = "no stress seen"
        said.insert(0, f"at most {2e3 * m_sd + 1e3 * abs(m):.2g}e-3 of strain between upright and flat (2 sd)")
    return Stress(line, verdict, "; ".join(said), m, m_sd, stress, stress_sd, d0, x, d, sd)
