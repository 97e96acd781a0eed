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
from .lines import Line, Preset, preset

__all__ = ["Calibration", "calibrate", "calibrate_by"]

# name -> preset, and one standard deviation of the reference itself (eV)
REFERENCES = {"C 1s": ("C1s", 0.2), "O 1s": ("V2p-O1s", 0.1)}
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
    name, sd = REFERENCES[reference]
    return calibrate_by(energy_eV, intensity, preset(name), sd)


def calibrate_by(energy_eV: ArrayLike, intensity: ArrayLike, preset: Preset, sd_eV: float = 0.1) -> Calibration:
    """The shift that brings the reference line of `preset` to its energy; `sd_eV` is how well that energy is known.

    The line is the highest maximum within 6 eV, then fitted with the lines that hang on it.

    Errors: `HeterofilmError` for a preset without reference, or a spectrum without the line.
    """
    if not preset.reference:
        raise InputError(f"The preset '{preset.name}' names no reference line.")
    line = preset.line(preset.reference)
    target = line.energy_eV.value
    E, y = rising(energy_eV, intensity)
    near = (target - SEARCH < E) & (target + SEARCH > E)
    if near.sum() < 20:
        raise InputError(f"The spectrum does not cover the reference {preset.reference} near {target:g} eV.")
    smooth = np.convolve(np.pad(y[near], 2, mode="edge"), np.full(5, 0.2), mode="valid")
    # on the slope of what lies beside, the end of the range is higher than the line: the line stands above its chord
    above = smooth - np.interp(E[near], [E[near][0], E[near][-1]], [smooth[0], smooth[-1]])
    top = float(E[near][int(np.argmax(above))])
    children = [x for x in preset.lines if x.parent == line.name]
    family = [_moved(line, top - target), *children]
    fit = fit_lines(E, y, family, window=(max(top - 3.0, float(E[0])), min(top + 6.0, float(E[-1]))))
    found = fit.lines[0]
    return Calibration(
        found.energy_eV - target,
        math.hypot(found.energy_sd, sd_eV),
        f"{preset.reference} at {target:g} eV",
        found.energy_eV,
    )


def _moved(line: Line, shift: float) -> Line:
    span = line.energy_eV
    moved = replace(span, value=span.value + shift, low=span.value + shift - 0.7, high=span.value + shift + 0.7)
    return replace(line, energy_eV=moved)
