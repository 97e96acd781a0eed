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


def shirley(energy: Array, intensity: Array, ends: int = ENDS) -> Array:
    """The background that rises with the area of the lines at lower binding energy:

        b(E) = I_low + k int_low^E (I - b) dE',   b(high) = I_high

    Shirley, Phys. Rev. B 5 (1972) 4709. The habit is to iterate (Proctor, Sherwood, Anal. Chem. 54 (1982) 13), which
    fails where a long flat part follows the line. The limit of that iteration is db/dE = k (I - b): solved here as it
    stands, with the smallest k that meets the upper end.

    Errors: `HeterofilmError` where no k does.
    """
    low, high = _ends(intensity, ends)
    span = float(energy[-1] - energy[0])
    step = high - low
    if step == 0.0:
        return np.full(energy.size, low)

    def short(k: float) -> float:
        return (float(_scattered(energy, intensity, low, k)[-1]) - high) * np.sign(step)

    # k of both signs: a background that falls is unphysical, but noise and slopes make such
    ks = np.sign(step) * np.geomspace(1e-6, 30.0, 50) / span
    missed = [short(k) for k in ks]
    reached = next((i for i, value in enumerate(missed) if value >= 0.0), None)
    if reached is None:
        best = int(np.argmax(missed))
        if missed[best] < -0.03 * float(np.ptp(intensity)):
            raise HeterofilmError(
                "No Shirley background meets both ends of this window: it shows no lines, or ends within one; choose "
                "other ends, or linear."
            )
        return _scattered(energy, intensity, low, ks[best])
    if reached == 0:
        return _scattered(energy, intensity, low, ks[0])
    from scipy.optimize import brentq

    k = float(brentq(short, ks[reached - 1], ks[reached], xtol=1e-14 * abs(ks[reached]) + 1e-300, rtol=1e-12))
    return _scattered(energy, intensity, low, k)


def _scattered(energy: Array, intensity: Array, low: float, k: float) -> Array:
    """db/dE = k (I - b) from b = `low` on, by the trapezoidal rule."""
    b = [low]
    for h, mean in zip(np.diff(energy).tolist(), ((intensity[1:] + intensity[:-1]) / 2.0).tolist(), strict=True):
        x = k * h / 2.0
        b.append((b[-1] * (1.0 - x) + 2.0 * x * mean) / (1.0 + x))
    return np.array(b)


def tougaard(energy: Array, intensity: Array, section: CrossSection, ends: int = ENDS) -> Array:
    """What losses add to the whole measured spectrum: b(E) = I_low + int K(E - E') (I(E') - I_low) dE'.

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
