"""Atomic ratios from the areas of core levels: x_i = (A_i/S_i) / sum_j (A_j/S_j), S = sigma T lambda.

sigma: photoionisation cross-sections of Scofield, J. Electron Spectrosc. Relat. Phenom. 8 (1976) 129, for Al K-alpha,
C 1s = 1, doublets whole. T: the transmission of the analyser, where the file gives it; otherwise it is taken for
constant, which errs by a few per cent between lines of similar energy and by tens over the whole range. lambda: the
escape depth grows as E_K^0.75. Layers and contamination are not corrected for: a film is taken to be homogeneous.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, did_you_mean
from ...records.result import Result

__all__ = ["SCOFIELD", "AtomicRatios", "atomic_ratios"]

SCOFIELD = {
    "Li 1s": 0.0568, "C 1s": 1.00, "N 1s": 1.80, "O 1s": 2.93, "F 1s": 4.43, "Na 1s": 8.52, "Al 2p": 0.537,
    "Si 2p": 0.817, "P 2p": 1.192, "S 2p": 1.677, "Cl 2p": 2.285, "Ti 2p": 7.91, "V 2p": 9.66, "V 2p3/2": 6.37,
    "Cr 2p": 11.5, "Mn 2p": 13.91, "Fe 2p": 16.42, "Co 2p": 19.16, "Ni 2p": 22.18, "Cu 2p": 25.39, "Cu 2p3/2": 16.73,
    "Zn 2p3/2": 18.92, "W 4f": 9.80, "Pt 4f": 15.45, "Au 4f": 17.12,
}  # fmt: skip
# Reference spectra of known composition, measured on one instrument, agree to about this (Brundle, Crist, J. Vac. Sci.
# Technol. A 38 (2020) 041001).
RELATIVE = 0.1
EXPONENT = 0.75


@dataclass(frozen=True)
class AtomicRatios:
    """Atomic shares by line, and one standard deviation of each."""

    shares: dict[str, float]
    sd: dict[str, float]
    method: str

    def ratio(self, above: str, below: str) -> tuple[float, float]:
        """The ratio of two lines, and one standard deviation.

        Errors: `HeterofilmError` for a line that is not there, or an empty denominator.
        """
        for line in (above, below):
            if line not in self.shares:
                raise InputError(f"There is no area of '{line}'; there are {', '.join(self.shares)}.")
        if not self.shares[below] > 0.0:
            raise InputError(f"There is no '{below}' to divide by.")
        value = self.shares[above] / self.shares[below]
        relative = [self.sd[x] / (self.shares[x] or 1.0) for x in (above, below)]
        return value, value * math.hypot(*relative)

    def results(self, sample: str = "") -> list[Result]:
        """Atomic per cent by line, for a table."""
        return [
            Result(f"{line} content", 100.0 * self.shares[line], 100.0 * self.sd[line], "at.%", self.method, sample)
            for line in self.shares
        ]


def atomic_ratios(
    areas: Mapping[str, float],
    photon_energy_eV: float = 1486.6,
    binding_eV: Mapping[str, float] | None = None,
    *,
    areas_sd: Mapping[str, float] | None = None,
    transmission: Mapping[str, float] | None = None,
    sensitivity: Mapping[str, float] | None = None,
) -> AtomicRatios:
    """Atomic shares from areas by line (``V 2p``, ``Cu 2p``, ``O 1s``), all in the same unit of counts per time.

    `binding_eV` and `photon_energy_eV` give the kinetic energies for the escape depth (without the former it is left
    out); `transmission` and `sensitivity` are those of one's own instrument.

    Errors: `HeterofilmError` for a line without sensitivity factor, or without any area.
    """
    known = SCOFIELD | dict(sensitivity or {})
    weights, relative = {}, {}
    for line, area in areas.items():
        if line not in known:
            raise InputError(
                f"There is no sensitivity factor for '{line}'.{did_you_mean(line, known)} Give it as sensitivity."
            )
        escape = 1.0
        if binding_eV is not None and line in binding_eV:
            escape = ((photon_energy_eV - binding_eV[line]) / 1000.0) ** EXPONENT
        S = known[line] * escape * (transmission or {}).get(line, 1.0)
        weights[line] = max(float(area), 0.0) / S
        relative[line] = float(np.hypot(RELATIVE, (areas_sd or {}).get(line, 0.0) / area if area > 0.0 else 0.0))
    total = sum(weights.values())
    if not total > 0.0:
        raise InputError("None of the lines has an area; an atomic ratio needs at least one.")
    shares = {line: w / total for line, w in weights.items()}
    # dx_i = x_i (e_i - sum_j x_j e_j) for relative errors e of the weights
    sd = {
        line: shares[line]
        * float(np.sqrt(sum(((line == other) - shares[other]) ** 2 * relative[other] ** 2 for other in shares)))
        for line in shares
    }
    words = "Scofield cross-sections" if not sensitivity else "own sensitivity factors where given, else Scofield"
    words += ", transmission as given" if transmission else ", transmission taken for constant"
    words += f", escape depth as E_K^{EXPONENT}" if binding_eV else ", escape depth left out"
    return AtomicRatios(shares, sd, words + f"; {100 * RELATIVE:.0f} % for each factor")
