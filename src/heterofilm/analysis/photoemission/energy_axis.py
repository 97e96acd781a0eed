"""The energy axis: shifted so that a reference line lies where it should.

C 1s of adventitious carbon (284.8 eV) is the habit, though its true place depends on the sample's work function
(Greczynski, Hultman, Prog. Mater. Sci. 107 (2020) 100591): 0.2 eV. In vanadates the lattice oxygen at 530.0 eV
(Silversmit et al. 2004), measured together with V 2p, is the better one: 0.1 eV.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError, did_you_mean
from ...records.result import Result
from .fit import fit_lines, rising
from .lines import Line, RegionModel, Span, model

__all__ = ["Calibration", "calibrate", "calibrate_by"]

REFERENCES = {"C 1s": "C1s", "O 1s": "O1s"}  # of a sample file -> the core level that holds it
SEARCH = 6.0  # eV: how far charging may have moved the line


@dataclass(frozen=True)
class Calibration:
    """true energy = measured - `shift_eV`; `sd_eV` is that of the fit and of the reference together."""

    shift_eV: float
    sd_eV: float
    reference: str
    measured_eV: float

    def apply(self, energy_eV: ArrayLike) -> NDArray[Any]:
        """Calibrated binding energies (eV)."""
        return np.asarray(energy_eV, float) - self.shift_eV

    def results(self, sample: str = "") -> list[Result]:
        """The shift, for a table."""
        method = f"{self.reference}, measured at {self.measured_eV:.2f} eV"
        return [Result("charging shift", self.shift_eV, self.sd_eV, "eV", method, sample)]


def calibrate(energy_eV: ArrayLike, intensity: ArrayLike, reference: str = "C 1s") -> Calibration:
    """The shift of a spectrum (shape (n,)) that shows the reference, ``C 1s`` or ``O 1s`` of an oxide.

    Errors: `HeterofilmError` for an unknown reference, or a spectrum without it.
    """
    if reference not in REFERENCES:
        raise InputError(
            f"There is no reference '{reference}'.{did_you_mean(reference, REFERENCES)} Known: {', '.join(REFERENCES)}."
        )
    return calibrate_by(energy_eV, intensity, model(REFERENCES[reference]))


def calibrate_by(energy_eV: ArrayLike, intensity: ArrayLike, region: RegionModel) -> Calibration:
    """The shift that brings the reference line of a model to its energy.

    The line is the highest maximum within 6 eV, then fitted with the other lines of its level at their distances.

    Errors: `HeterofilmError` for a model without reference, or a spectrum without the line.
    """
    if not region.reference:
        raise InputError(f"The core level {region.level} names no reference line.")
    line = region.line(region.reference)
    target = line.energy_eV.value
    E, y = rising(energy_eV, intensity)
    near = (target - SEARCH < E) & (target + SEARCH > E)
    if near.sum() < 20:
        raise InputError(f"The spectrum does not cover the reference {region.reference} near {target:g} eV.")
    smooth = np.convolve(np.pad(y[near], 2, mode="edge"), np.full(5, 0.2), mode="valid")
    # on the slope of what lies beside, the end of the range is higher than the line: the line stands above its chord
    above = smooth - np.interp(E[near], [E[near][0], E[near][-1]], [smooth[0], smooth[-1]])
    top = float(E[near][int(np.argmax(above))])
    family = [_moved(line, top - target)]
    for other in region.lines:
        if other.level == line.level and other.name != line.name and not other.parent:
            e, w = other.energy_eV, line.fwhm_eV.value
            distance = Span(e.value - target, e.low - target, e.high - target)
            ratio = Span(*(x / w for x in (other.fwhm_eV.value, other.fwhm_eV.low, other.fwhm_eV.high)))
            family.append(replace(other, energy_eV=distance, fwhm_eV=ratio, parent=line.name))
    fit = fit_lines(E, y, family, window=(max(top - 3.0, float(E[0])), min(top + 6.0, float(E[-1]))))
    found = fit.lines[0]
    return Calibration(
        found.energy_eV - target, math.hypot(found.energy_sd, region.reference_sd),
        f"{region.reference} at {target:g} eV", found.energy_eV,
    )  # fmt: skip


def _moved(line: Line, shift: float) -> Line:
    span = line.energy_eV
    moved = replace(span, value=span.value + shift, low=span.value + shift - 0.7, high=span.value + shift + 0.7)
    return replace(line, energy_eV=moved)
