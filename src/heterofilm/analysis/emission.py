"""The band of a luminescence spectrum: where its maximum is, and how wide it is.

The maximum is that of a parabola through the points above 80 % of the height over the clear end of the spectrum; the
width is where half of the height is crossed. Both are on the wavelength axis: per photon energy the intensity is
lambda^2 larger, which moves the maximum of a wide band to the red.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InputError
from ..records.result import Result
from .uvvis import HC

__all__ = ["Emission", "emission_band"]

TOP = 0.8  # of the height: the part that a parabola describes
CLEAR = 10  # per cent of the points that show what is there without emission
SEEN = 5.0  # standard deviations of the noise that a band must rise above


@dataclass(frozen=True)
class Emission:
    """The strongest band: its maximum and one standard deviation (nm), and its full width at half maximum (nm)."""

    peak_nm: float
    sd_nm: float
    fwhm_nm: float | None

    @property
    def energy_eV(self) -> float:
        return HC / self.peak_nm

    def results(self, sample: str = "") -> list[Result]:
        """The band, for a table."""
        how = "parabola through the top of the band, wavelength axis"
        rows = [
            Result("emission maximum", self.peak_nm, self.sd_nm, "nm", how, sample),
            Result("emission energy", self.energy_eV, HC / self.peak_nm**2 * self.sd_nm, "eV", how, sample),
        ]
        if self.fwhm_nm is not None:
            rows.append(
                Result("emission width", self.fwhm_nm, 2.0 * self.sd_nm, "nm", "full width at half maximum", sample)
            )
        return rows


def emission_band(wavelength_nm: ArrayLike, intensity: ArrayLike) -> Emission:
    """The strongest band of a spectrum, arrays of shape (n,), wavelengths rising.

    Errors: `HeterofilmError` for fewer than 10 points, or nothing above the noise.
    """
    x, y = np.asarray(wavelength_nm, float), np.asarray(intensity, float)
    if x.size < 10 or x.shape != y.shape:
        raise InputError("A luminescence spectrum needs at least ten wavelengths, and as many intensities.")
    n = max(3, x.size // 100)
    smooth = np.convolve(np.pad(y, (n // 2, n - 1 - n // 2), mode="edge"), np.full(n, 1.0 / n), mode="valid")
    floor = float(np.percentile(y, CLEAR))
    noise = float(np.median(np.abs(np.diff(y, 2)))) / (0.6745 * math.sqrt(6.0))
    top = int(np.argmax(smooth))
    height = float(smooth[top]) - floor
    if not height > SEEN * noise / math.sqrt(n):
        raise InputError("Nothing in this spectrum rises above its noise.")
    low, high = _crossings(smooth, top, floor + TOP * height)
    low, high = max(low - 1, 0), min(high + 2, x.size)
    step = float(np.median(np.diff(x)))
    if high - low >= 4:
        u = (x[low:high] - x[top]) / step
        fit, covariance = np.polyfit(u, y[low:high], 2, cov="unscaled")
        spread = float(np.std(y[low:high] - np.polyval(fit, u)))
        a, b = float(fit[0]), float(fit[1])
    else:
        a = b = spread = 0.0
        covariance = np.zeros((3, 3))
    inside = a < 0.0 and low < x.size and abs(-b / (2.0 * a)) <= (high - low)
    shift = -b / (2.0 * a) if inside else 0.0
    gradient = np.array([b / (2.0 * a**2), -1.0 / (2.0 * a)]) if inside else np.zeros(2)
    error = spread * math.sqrt(max(float(gradient @ covariance[:2, :2] @ gradient), 0.0))
    left, right = _crossings(smooth, top, floor + 0.5 * height)
    whole = left > 0 and right < x.size - 1
    sd = step * math.sqrt(error**2 + 1.0 / 12.0)
    return Emission(float(x[top] + step * shift), sd, float(x[right] - x[left]) if whole else None)


def _crossings(y: np.ndarray, top: int, level: float) -> tuple[int, int]:
    """The first places to the left and right of `top` that are below `level`, or the ends."""
    below = np.flatnonzero(y < level)
    left, right = below[below < top], below[below > top]
    return (int(left[-1]) if left.size else 0), (int(right[0]) if right.size else y.size - 1)
