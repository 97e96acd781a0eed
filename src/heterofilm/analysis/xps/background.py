"""Backgrounds under photoelectron lines: linear, Shirley, Tougaard; also none.

All take binding energies that rise (eV) and intensities, shape (n,), and return the background, shape (n,). At both
ends the intensity is averaged over `ends` points, so that the noise of one point does not tilt everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import HeterofilmError, did_you_mean

__all__ = ["BACKGROUNDS", "CrossSection", "TOUGAARD", "background", "linear", "shirley", "tougaard"]

Array = NDArray[Any]
ENDS = 5


@dataclass(frozen=True)
class CrossSection:
    """Inelastic scattering over the loss T (eV): K(T) = B T/((C + C' T^2)^2 + D T^2) for T above T0, in 1/eV.

    `B` None: chosen so that the background meets the spectrum at its high-energy end, as is the habit for windows that
    are too short to see the background alone.
    """

    B: float | None
    C: float
    C_: float = 1.0
    D: float = 0.0
    T0: float = 0.0

    def at(self, loss: Array) -> Array:
        """K(T)/B, or K(T) where B is known."""
        K = loss / ((self.C + self.C_ * loss**2) ** 2 + self.D * loss**2)
        return np.where(loss >= self.T0, K, 0.0) * (1.0 if self.B is None else self.B)


# Tougaard, Surf. Interface Anal. 11 (1988) 453 (two parameters) and 25 (1997) 137 (three parameters, by classes of
# solids; the values for polymers are those of CasaXPS' U 3). Four parameters (C' free), after Hesse et al., Surf.
# Interface Anal. 43 (2011) 1514, are a `CrossSection` of one's own.
TOUGAARD = {
    "tougaard-u2": CrossSection(None, 1643.0),
    "tougaard-u3": CrossSection(None, 551.0, -1.0, 436.0, 3.0),
    "tougaard-u3-sio2": CrossSection(None, 542.0, -1.0, 275.0),
}
BACKGROUNDS = ("none", "linear", "shirley", *TOUGAARD)


def _ends(y: Array, ends: int) -> tuple[float, float]:
    n = max(1, min(ends, y.size // 4))
    return float(y[:n].mean()), float(y[-n:].mean())


def linear(energy: Array, intensity: Array, ends: int = ENDS) -> Array:
    """The straight line between both ends."""
    low, high = _ends(intensity, ends)
    return np.interp(energy, [energy[0], energy[-1]], [low, high])


def shirley(energy: Array, intensity: Array, ends: int = ENDS, tolerance: float = 1e-6, most: int = 500) -> Array:
    """The background that rises with the area of the line at lower binding energy, iterated until it stays:

        b(E) = I_low + (I_high - I_low) int_low^E (I - b) / int_low^high (I - b)

    Shirley, Phys. Rev. B 5 (1972) 4709; Proctor, Sherwood, Anal. Chem. 54 (1982) 13.

    Errors: `HeterofilmError` where there is no area above the background.
    """
    low, high = _ends(intensity, ends)
    if high == low:
        return np.full(energy.size, low)
    b = np.interp(energy, [energy[0], energy[-1]], [low, high])
    steps = np.diff(energy)
    for _ in range(most):
        above = intensity - b
        area = np.concatenate([[0.0], np.cumsum(steps * (above[1:] + above[:-1]) / 2.0)])
        if not abs(area[-1]) > 1e-12 * np.abs(intensity).max() * (energy[-1] - energy[0]):
            raise HeterofilmError("There is no line above the background in this window; choose a window with one.")
        new = low + (high - low) * area / area[-1]
        if np.abs(new - b).max() <= tolerance * abs(high - low):
            return new
        b = new
    raise HeterofilmError(
        "The Shirley background does not settle in this window; choose ends without lines, or a linear background."
    )


def tougaard(energy: Array, intensity: Array, section: CrossSection, ends: int = ENDS) -> Array:
    """What losses of the electrons of the whole measured spectrum add: b(E) = I_low + int K(E - E') (I(E') - I_low) dE'.

    The spectrum is taken relative to its low-energy end. Energies are brought to even steps where they have none.
    """
    low, high = _ends(intensity, ends)
    n = energy.size
    even = np.linspace(energy[0], energy[-1], n)
    step = float(even[1] - even[0])
    above = np.interp(even, energy, intensity) - low
    b = np.convolve(above, section.at(step * np.arange(n)))[:n] * step
    if section.B is None:
        _, top = _ends(b, ends)
        b = b * (high - low) / top if top else b
    return np.interp(energy, even, b) + low


def background(energy: Array, intensity: Array, kind: str | CrossSection, ends: int = ENDS) -> Array:
    """The background called `kind` (one of `BACKGROUNDS`), or of a Tougaard cross-section.

    Errors: `HeterofilmError` for an unknown kind, energies that do not rise, or too few points.
    """
    if energy.size < 8:
        raise HeterofilmError(f"The window holds {energy.size} points only; a background needs at least eight.")
    if not (np.diff(energy) > 0.0).all():
        raise HeterofilmError("The binding energies of a background must rise from point to point.")
    if isinstance(kind, CrossSection):
        return tougaard(energy, intensity, kind, ends)
    if kind in TOUGAARD:
        return tougaard(energy, intensity, TOUGAARD[kind], ends)
    if kind == "none":
        return np.zeros(energy.size)
    if kind in ("linear", "shirley"):
        return linear(energy, intensity, ends) if kind == "linear" else shirley(energy, intensity, ends)
    raise HeterofilmError(
        f"There is no background '{kind}'.{did_you_mean(str(kind), BACKGROUNDS)} Known: {', '.join(BACKGROUNDS)}."
    )
