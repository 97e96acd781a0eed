"""Atomic ratios from the areas of core levels: x_i = (A_i/S_i) / sum_j (A_j/S_j), S = sigma T lambda.

sigma: sensitivity factors of the library's core levels, photoionisation cross-sections of Scofield. T: the transmission
of the analyser, where the file gives it; otherwise it is assumed constant, which errs by a few per cent between lines
of similar energy and by tens over the whole range. lambda: the escape depth grows as E_K^0.75. Layers and contamination
are not corrected for: a film is taken to be homogeneous.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, did_you_mean
from ...library.core_level import CoreLevel
from ...records.result import Result
from .lines import AL_K_ALPHA, level

__all__ = ["AtomicRatios", "atomic_ratios"]

# Reference spectra of known composition, measured on one instrument, agree to about this (Brundle, Crist, J. Vac. Sci.
# Technol. A 38 (2020) 041001).
RELATIVE = 0.1
EXPONENT = 0.75


@dataclass(frozen=True)
class AtomicRatios:
    """Atomic shares by core level, and one standard deviation of each; `elements`: what each level is of."""

    shares: dict[str, float]
    sd: dict[str, float]
    method: str
    elements: dict[str, str]

    def ratio(self, above: str, below: str) -> tuple[float, float]:
        """The ratio of two levels, and one standard deviation.

        Errors: `HeterofilmError` for a level that is not there, or an empty denominator.
        """
        for name in (above, below):
            if name not in self.shares:
                raise InputError(f"There is no area of '{name}'; there are {', '.join(self.shares)}.")
        if not self.shares[below] > 0.0:
            raise InputError(f"There is no '{below}' to divide by.")
        value = self.shares[above] / self.shares[below]
        relative = [self.sd[x] / (self.shares[x] or 1.0) for x in (above, below)]
        return value, value * math.hypot(*relative)

    def results(self, sample: str = "") -> list[Result]:
        """Atomic per cent by level, for a table."""
        return [
            Result(f"{name} content", 100.0 * self.shares[name], 100.0 * self.sd[name], "at.%", self.method, sample)
            for name in self.shares
        ]


def atomic_ratios(
    areas: Mapping[str, float],
    photon_energy_eV: float = AL_K_ALPHA,
    binding_eV: Mapping[str, float] | None = None,
    *,
    areas_sd: Mapping[str, float] | None = None,
    transmission: Mapping[str, float] | None = None,
    sensitivity: Mapping[str, float] | None = None,
    known: Mapping[str, CoreLevel] | None = None,
) -> AtomicRatios:
    """Atomic shares from areas by core level (``V2p``, ``Cu2p``, ``O1s``), all in the same unit of counts per time.

    `binding_eV` and `photon_energy_eV` give the kinetic energies for the escape depth (without the former it is left
    out); `transmission` and `sensitivity` are those of one's own instrument; `known`: levels in place of the library's.

    Errors: `HeterofilmError` for a level without sensitivity factor, or without any area.
    """
    own = dict(sensitivity or {})
    weights, relative, elements = {}, {}, {}
    for name, area in areas.items():
        entry = level(name, known)
        factor = own.get(name) or (entry.sensitivity.value if entry.sensitivity else None)
        if factor is None:
            raise InputError(
                f"There is no sensitivity factor for '{name}'.{did_you_mean(name, own)} Give it as sensitivity."
            )
        elements[name] = entry.element
        escape = 1.0
        if binding_eV is not None and name in binding_eV:
            escape = ((photon_energy_eV - binding_eV[name]) / 1000.0) ** EXPONENT
        weights[name] = max(float(area), 0.0) / (factor * escape * (transmission or {}).get(name, 1.0))
        relative[name] = float(np.hypot(RELATIVE, (areas_sd or {}).get(name, 0.0) / area if area > 0.0 else 0.0))
    total = sum(weights.values())
    if not total > 0.0:
        raise InputError("None of the lines has an area; an atomic ratio needs at least one.")
    shares = {name: w / total for name, w in weights.items()}
    # dx_i = x_i (e_i - sum_j x_j e_j) for relative errors e of the weights
    sd = {
        name: shares[name]
        * float(np.sqrt(sum(((name == other) - shares[other]) ** 2 * relative[other] ** 2 for other in shares)))
        for name in shares
    }
    words = "Scofield cross-sections" if not sensitivity else "own sensitivity factors where given, else Scofield"
    words += ", transmission as given" if transmission else ", analyser transmission assumed constant"
    words += f", escape depth as E_K^{EXPONENT}" if binding_eV else ", escape depth left out"
    method = words + f"; {100 * RELATIVE:.0f} % for each factor"
    return AtomicRatios(shares, sd, method, elements)
