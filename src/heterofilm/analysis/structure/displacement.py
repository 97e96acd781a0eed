"""By how much a scan's 2 theta is off, from the lines that have been assigned.

A sample that lies h too low on a circle of radius R, and a zero error z, shift a line by (in radians, to first order)::

    2 theta_seen - 2 theta = -2 h cos(theta)/R + z  ~  delta cos(theta) - 2 epsilon_p tan(theta)

The two are not told apart over the range of a scan: delta stands for both. Each phase p has its own strain epsilon_p,
known beforehand to about `USUAL_STRAIN`; delta is not. All follow together by weighted least squares, their errors
widened to the scatter of the lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...library.patterns import Pattern
from ...records.result import Result
from .peaks import Line
from .phase_evidence import USUAL_STRAIN
from .phases import Phase

__all__ = ["Displacement", "displacement"]

LINE_SHAPE = 0.05  # of the FWHM: what overlap and asymmetry move a line (assumed)
LEAST = 3  # lines


@dataclass(frozen=True)
class Displacement:
    """2 theta is seen too high by `delta` cos(theta), in deg, with one standard deviation; from `lines` lines."""

    delta: float
    sd: float
    lines: int

    def results(self, sample: str = "", file: str = "") -> list[Result]:
        how = f"{self.lines} lines against their patterns, times cos(theta); a strain of each phase fitted along"
        note = "zero error and height of the sample together; 2theta and spacings are given as measured, before it"
        return [Result("shift of 2theta", self.delta, self.sd, "deg", how, sample, file, note)]


def displacement(
    phases: Sequence[Phase], lines: Sequence[Line], wavelength_angstrom: float, patterns: Mapping[str, Pattern]
) -> Displacement | None:
    """The shift of 2 theta of the assigned lines against their `patterns`, by name; None for fewer than three."""
    accepted = [phase for phase in phases if phase.verdict != "absent"]
    by_place = {line.position: line for line in lines}
    rows, seen, errors = [], [], []
    for k, phase in enumerate(accepted):
        known = patterns[phase.name]
        places = dict(zip(known.labels, known.two_theta_deg(wavelength_angstrom), strict=True))
        for one in phase.lines:
            theta = math.radians(places[one.label] / 2.0)
            row = np.zeros(len(accepted) + 1)
            row[0], row[1 + k] = math.cos(theta), -math.degrees(2.0 * math.tan(theta))
            line = by_place[one.position]
            rows.append(row)
            seen.append(line.position - places[one.label])
            errors.append(math.hypot(line.position_sd, LINE_SHAPE * line.fwhm))
    if len(rows) < LEAST:
        return None
    design, seen_in_errors = np.array(rows) / np.array(errors)[:, None], np.array(seen) / np.array(errors)
    prior = np.diag([0.0, *(1.0 / USUAL_STRAIN**2 for _ in accepted)])
    covariance = np.linalg.inv(design.T @ design + prior)
    found = covariance @ (design.T @ seen_in_errors)
    scatter = float(np.sum((design @ found - seen_in_errors) ** 2)) / max(len(rows) - 1 - len(accepted), 1)
    return Displacement(float(found[0]), math.sqrt(covariance[0, 0] * max(scatter, 1.0)), len(rows))
