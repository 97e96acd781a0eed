"""Cu+ or Cu0: what Cu 2p3/2 cannot tell, the Auger line can.

The modified Auger parameter a' = E_B(Cu 2p3/2) + E_K(L3M4,5M4,5) needs no calibration, for charging moves both terms
against each other. Cu0 1851.24, Cu2O 1849.17, CuO 1851.5 eV (Biesinger, Surf. Interface Anal. 49 (2017) 1325, means
of several samples; spread 0.1 to 0.2 eV).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InputError
from ...records.result import Result
from .fit import rising
from .lines import preset
from .shares import Shares, shares_of

__all__ = ["AugerParameter", "auger_parameter", "split_copper"]

PARAMETERS = {"Cu0": 1851.24, "Cu+": 1849.17}
SPREAD = 0.2  # eV, of a state between compounds
SHAPES = 0.1  # what one line for each family of lines costs in share, assumed


@dataclass(frozen=True)
class AugerParameter:
    """a' in eV, and which state it means: ``Cu0``, ``Cu+`` or ``both, or neither``."""

    value_eV: float
    sd_eV: float
    verdict: str

    def results(self, sample: str = "") -> list[Result]:
        """The parameter and the verdict, for a table."""
        method = "E_B(Cu 2p3/2) + E_K(Cu LMM)"
        return [
            Result("modified Auger parameter", self.value_eV, self.sd_eV, "eV", method, sample),
            Result("state of reduced copper", self.verdict, method=method, sample=sample),
        ]


def auger_parameter(
    binding_eV: float, kinetic_energy_eV: ArrayLike, intensity: ArrayLike, binding_sd_eV: float = 0.1
) -> AugerParameter:
    """a' from the energy of the reduced Cu 2p3/2 line (eV), and a Cu LMM spectrum over kinetic energy, shape (n,).

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
    sd = math.hypot(binding_sd_eV, 0.1)
    close = [state for state, known in PARAMETERS.items() if abs(value - known) <= 2.0 * math.hypot(sd, SPREAD)]
    return AugerParameter(value, sd, close[0] if len(close) == 1 else "both, or neither")


def split_copper(shares: Shares, binding_eV: ArrayLike, intensity: ArrayLike) -> Shares:
    """Shares of Cu2+, Cu+ and Cu0: the joint share of a Cu 2p fit, split as a Cu LMM spectrum says.

    The Auger spectrum is given over apparent binding energies of Al K-alpha (eV, shape (n,)); it is calibrated by the
    shift of `shares`, if that has one.

    Errors: `HeterofilmError` for shares without ``Cu+ and Cu0``, or a spectrum that does not cover 562 to 575 eV.
    """
    joint, other = "Cu+ and Cu0", "Cu2+"
    reduced, k = shares[joint], shares.states.index(joint)
    auger = shares_of(binding_eV, intensity, preset("CuLMM"), shares.calibration)
    values: list[Any] = [shares[other]]
    sds: list[Any] = [shares.sd[shares.states.index(other)]]
    noise: list[Any] = [shares.counting[shares.states.index(other)]]
    for state in ("Cu+", "Cu0"):
        part = auger[state]
        sd = math.hypot(float(auger.sd[auger.states.index(state)]), SHAPES)
        values.append(reduced * part)
        sds.append(math.hypot(reduced * sd, part * float(shares.sd[k])))
        noise.append(
            math.hypot(reduced * float(auger.counting[auger.states.index(state)]), part * float(shares.counting[k]))
        )
    return Shares(
        (other, "Cu+", "Cu0"), np.array(values), np.array(sds), np.array(noise), {}, shares.fit, shares.calibration,
        "Cu+ and Cu0 told apart by Cu LMM, one line for each: a coarse model, 0.1 of uncertainty added.",
    )  # fmt: skip
