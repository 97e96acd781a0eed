"""Cu+ or Cu0: what Cu 2p3/2 cannot tell, the Auger line can.

The modified Auger parameter a' = E_B(Cu 2p3/2) + E_K(L3M4,5M4,5) needs no calibration, for charging moves both terms
against each other. What it is in each state stands in the library with the Auger line (``core_levels/CuLMM``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InputError
from ...library.core_level import CoreLevel
from ...records.result import Result
from .fit import rising
from .lines import level

__all__ = ["AugerParameter", "auger_parameter"]

SPREAD = 0.2  # eV, of a state between compounds
MAXIMUM_SD = 0.1  # eV: of the place of a maximum between terms that overlap, assumed


@dataclass(frozen=True)
class AugerParameter:
    """a' in eV, and the state whose a' is nearest, or ``mixed, or another`` where none or several are near."""

    value_eV: float
    sd_eV: float
    verdict: str

    def results(self, sample: str = "") -> list[Result]:
        """The parameter and the verdict, for a table."""
        method = "E_B(Cu 2p3/2) + E_K(Cu LMM)"
        return [
            Result("modified Auger parameter", self.value_eV, self.sd_eV, "eV", method, sample),
            Result("state by the Auger parameter", self.verdict, method=method, sample=sample),
        ]


def auger_parameter(
    binding_eV: float,
    kinetic_energy_eV: ArrayLike,
    intensity: ArrayLike,
    binding_sd_eV: float = 0.1,
    auger: CoreLevel | None = None,
) -> AugerParameter:
    """a' from the energy of the strongest Cu 2p3/2 line (eV), and a Cu LMM spectrum over kinetic energy, shape (n,).

    Both on the same scale: calibrated, or not.

    Errors: `HeterofilmError` for a spectrum that does not cover 913 to 921 eV.
    """
    E, y = rising(kinetic_energy_eV, intensity, (911.0, 923.0))
    if E[0] > 914.0 or E[-1] < 920.0:
        raise InputError("The Cu LMM spectrum must cover kinetic energies from 914 to 920 eV.")
    smooth = np.convolve(np.pad(y, 3, mode="edge"), np.full(7, 1.0 / 7.0), mode="valid")
    above = smooth - np.interp(E, [E[0], E[-1]], [smooth[0], smooth[-1]])
    top = int(np.clip(np.argmax(above), 3, E.size - 4))
    near = slice(top - 3, top + 4)
    a, b, _ = np.polyfit(E[near] - E[top], smooth[near], 2)
    maximum = float(E[top]) - (b / (2.0 * a) if a < 0.0 else 0.0)
    value = binding_eV + maximum
    sd = math.hypot(binding_sd_eV, MAXIMUM_SD)
    states = (auger or level("CuLMM")).states
    reach = 2.0 * math.hypot(sd, SPREAD)
    close = [s.name for s in states if s.auger_parameter is not None and abs(value - s.auger_parameter[0]) <= reach]
    return AugerParameter(value, sd, " or ".join(close) if close else "mixed, or another")
