"""Lattice fringes in a high-resolution image: spots of its Fourier transform, with error, matched to spacings.

The image, its plane subtracted and tapered by a Hann window, is transformed. Amorphous contrast gives a speckled power
whose mean b depends on |k| alone and whose values are exponential, so a spot of power P among N pixels is chance with

    p = 1 - (1 - exp(-P/b))^N        accepted for p < 0.001

The place of a spot is read between pixels from a parabola through the logarithm of its neighbours (exact for a
Gaussian spot). Its error has three parts: the noise, one width over sqrt(P/b); what the place moves with another
window; and its scatter over nine overlapping quarters of the image, where strain, domains and scan errors show.
The spacing d = 1/|k| carries the microscope's calibration on top, which no image can tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result

__all__ = [
    "Fringe",
    "Match",
    "Spacing",
    "find_fringes",
    "image_of",
    "match_fringes",
    "power_spectrum",
]

CHANCE = 1e-3
CALIBRATION = 0.02  # relative error of a microscope's scale, assumed; images of standards show 1 to 5 %
SPOT = 0.05  # of |k|: weaker maxima so near to a spot are its own flanks, broken up by domains
FLOOR = 0.05  # of a pixel in k: synthetic images of many domains scatter by about this, beyond the other parts
MIN_PIXELS = 32


@dataclass(frozen=True)
class Spacing:
    """A candidate: phase, (hkl) in words with its setting, spacing in m, and where it is from."""

    phase: str
    hkl: str
    d_m: float
    source: str = ""


@dataclass(frozen=True)
class Fringe:
    """One set of fringes.

    - `d_m` and `d_error` (image alone), `scale_error` (of the calibration, same for all spots of an image), one
      standard deviation; `k`: (kx, ky) in 1/m, x along columns, y along rows downwards; `angle_deg`: of k against x,
      from -90 to 90;
    - `strength`: power over background; `chance`: of finding such a spot in noise.
    """

    d_m: float
    d_error: float
    scale_error: float
    k: tuple[float, float]
    angle_deg: float
    strength: float
    chance: float

    @property
    def error(self) -> float:
        return math.hypot(self.d_error, self.scale_error)

    def results(self, sample: str = "") -> list[Result]:
        how = f"FFT, Hann window, spot {self.strength:.0f} times the background; calibration included"
        return [
            Result(f"fringe spacing at {self.angle_deg:.0f} deg", self.d_m * 1e9, self.error * 1e9, "nm", how, sample)
        ]


@dataclass(frozen=True)
class Match:
    """A set of fringes and the spacings it can be: the nearest first, those within two standard deviations."""

    fringe: Fringe
    candidates: tuple[Spacing, ...]
    deviation: tuple[float, ...]  # relative, of the measured from each candidate

    @property
    def ambiguous(self) -> bool:
        return len(self.candidates) > 1

    def results(self, sample: str = "") -> list[Result]:
        names = [f"{c.phase} {c.hkl} ({100 * d:+.1f} %)" for c, d in zip(self.candidates, self.deviation, strict=True)]
        said = " or ".join(names) if names else "no candidate"
        note = "several spacings agree within the error" if self.ambiguous else ""
        name = f"fringes at {self.fringe.angle_deg:.0f} deg are"
        return [*self.fringe.results(sample), Result(name, said, method="d within two sigma", sample=sample, note=note)]


def image_of(measurement: Measurement, pixel_m: float | None = None) -> tuple[NDArray[np.float64], float]:
    """The pixels as floats, shape (rows, columns), and the size of one; `pixel_m` overrules the file.

    Errors: `HeterofilmError` for data of another technique, a size not known, not positive, or too few pixels.
    """
    if measurement.technique != "image" or measurement.image is None:
        raise InputError(f"'{measurement.name}' holds {measurement.technique} data, not an image.")
    size = pixel_m if pixel_m is not None else measurement.meta.get("pixel_m")
    if not isinstance(size, int | float) or not 0.0 < size < 1.0:
        raise InputError(
            f"The image '{measurement.name}' states no size of its pixels; give it, in a sample file as "
            'pixel = "0.05 nm".'
        )
    image = np.asarray(measurement.image, dtype=np.float64)
    if min(image.shape) < MIN_PIXELS:
        raise InputError(
            f"The image '{measurement.name}' has {image.shape[0]} x {image.shape[1]} pixels, fewer than {MIN_PIXELS}."
        )
    return image, float(size)


def power_spectrum(image: NDArray[np.float64], window: str = "hann") -> NDArray[np.float64]:
    """Power of the windowed image without its plane, zero frequency in the middle, shape as the image's."""
    from scipy.signal.windows import get_window

    tapers = [get_window(window, n, fftbins=False) for n in image.shape]
    level = _without_plane(image) * tapers[0][:, None] * tapers[1][None, :]
    norm = float(np.sum(tapers[0] ** 2) * np.sum(tapers[1] ** 2))
    return np.asarray(np.abs(np.fft.fftshift(np.fft.fft2(level))) ** 2 / norm)


def find_fringes(
    measurement: Measurement, *, pixel_m: float | None = None, d_range_m: tuple[float, float] = (0.1e-9, 1.0e-9),
    calibration: float = CALIBRATION, most: int = 24,
) -> list[Fringe]:  # fmt: skip
    """The sets of fringes between two spacings, the strongest first; one of each pair of opposite spots.

    Errors: `HeterofilmError` for an image without scale, or a range outside of what it resolves.
    """
    image, pixel = image_of(measurement, pixel_m)
    shortest, longest = max(d_range_m[0], 2.0 * pixel), min(d_range_m[1], min(image.shape) * pixel / 4.0)
    if not shortest < longest:
        raise InputError(
            f"The image resolves spacings from {2e9 * pixel:.3g} to {min(image.shape) * pixel * 2.5e8:.3g} nm, not "
            f"{d_range_m[0] * 1e9:.3g} to {d_range_m[1] * 1e9:.3g} nm; check the size of a pixel or take another range."
        )
    power, other = power_spectrum(image), power_spectrum(image, "blackman")
    ky, kx = (np.fft.fftshift(np.fft.fftfreq(n, pixel)) for n in image.shape)
    radius = np.hypot(ky[:, None], kx[None, :])
    background = _background(power, radius, 1.0 / (min(image.shape) * pixel))
    inside = (radius >= 1.0 / longest) & (radius <= 1.0 / shortest)
    strength = np.where(inside, power / background, 0.0)
    half = (ky[:, None] > 0) | ((ky[:, None] == 0) & (kx[None, :] > 0))
    tested = int(np.sum(inside & half))
    found: list[Fringe] = []
    taken = np.zeros_like(half)
    order = np.argsort(np.where(half & inside, strength, 0.0), axis=None)[::-1][: 60 * most]
    for flat in order:
        row, column = divmod(int(flat), power.shape[1])
        peak = float(strength[row, column])
        chance = -math.expm1(tested * math.log1p(-math.exp(-min(peak, 700.0)))) if peak > 0.0 else 1.0
        if chance > CHANCE or len(found) >= most:
            break
        if taken[row, column] or not 0 < row < power.shape[0] - 1 or not 0 < column < power.shape[1] - 1:
            continue
        reach = max(3, round(SPOT * float(radius[row, column]) * min(image.shape) * pixel))
        around = slice(max(row - reach, 0), row + reach + 1), slice(max(column - reach, 0), column + reach + 1)
        if power[row, column] < power[row - 1 : row + 2, column - 1 : column + 2].max():
            continue  # the flank of a spot
        taken[around] = True
        found.append(_fringe(image, pixel, power, other, (row, column), (ky, kx), peak, chance, calibration))
    return found


def match_fringes(fringes: Sequence[Fringe], spacings: Sequence[Spacing]) -> list[Match]:
    """Each set of fringes with the spacings that agree within two standard deviations, the nearest first."""
    found = []
    for fringe in fringes:
        near = sorted((abs(fringe.d_m - s.d_m), k) for k, s in enumerate(spacings))
        agreed = [spacings[k] for distance, k in near if distance <= 2.0 * fringe.error]
        found.append(Match(fringe, tuple(agreed), tuple(fringe.d_m / s.d_m - 1.0 for s in agreed)))
    return found


def _fringe(
    image: NDArray[np.float64], pixel: float, power: NDArray[np.float64], other: NDArray[np.float64],
    at: tuple[int, int], axes: tuple[NDArray[np.float64], ...], strength: float, chance: float, calibration: float,
) -> Fringe:  # fmt: skip
    k: list[float] = []
    error: list[float] = []
    for axis, frequencies in enumerate(axes):
        step = float(frequencies[1] - frequencies[0])
        offset, width = _vertex(power, at, axis)
        moved = _vertex(other, at, axis)[0] - offset
        k.append(float(frequencies[at[axis]]) + offset * step)
        error.append(step * math.hypot(width / math.sqrt(strength), moved))
    local = _scatter(image, pixel, (k[0], k[1]))
    steps = [FLOOR * float(frequencies[1] - frequencies[0]) for frequencies in axes]
    error = [math.hypot(*parts) for parts in zip(error, local, steps, strict=True)]
    size = math.hypot(*k)
    along = math.hypot(k[0] * error[0], k[1] * error[1]) / size  # error of |k|
    angle = (math.degrees(math.atan2(k[0], k[1])) + 90.0) % 180.0 - 90.0
    return Fringe(1.0 / size, along / size**2, calibration / size, (k[1], k[0]), angle, strength, chance)


def _vertex(power: NDArray[np.float64], at: tuple[int, int], axis: int) -> tuple[float, float]:
    """Vertex (pixels from `at`) of a parabola through the logarithm of three neighbours, and the Gaussian's width."""
    step = (1, 0) if axis == 0 else (0, 1)
    a, b, c = (math.log(max(float(power[at[0] + n * step[0], at[1] + n * step[1]]), 1e-300)) for n in (-1, 0, 1))
    curvature = a - 2.0 * b + c
    if curvature >= -1e-9:
        return 0.0, 1.0
    return min(max(0.5 * (a - c) / curvature, -1.0), 1.0), min(math.sqrt(-1.0 / curvature), 3.0)


def _scatter(image: NDArray[np.float64], pixel: float, k: tuple[float, float]) -> tuple[float, float]:
    """Standard errors of (ky, kx) from nine overlapping quarters of the image, weighted by their power.

    Of nine quarters at most four are independent.
    """
    shape = tuple(n // 2 for n in image.shape)
    steps = [1.0 / (n * pixel) for n in shape]
    waves = []
    for n, centre, step in zip(shape, k, steps, strict=True):
        frequency = centre + step * np.array([-1.0, 0.0, 1.0])
        waves.append(np.hanning(n)[:, None] * np.exp(-2j * np.pi * np.outer(np.arange(n) * pixel, frequency)))
    places, weights = [], []
    for row in (0, shape[0] // 2, shape[0]):
        for column in (0, shape[1] // 2, shape[1]):
            part = image[row : row + shape[0], column : column + shape[1]]
            power = np.abs(_transform(part - part.mean(), waves)) ** 2
            places.append([step * _vertex(power, (1, 1), axis)[0] for axis, step in enumerate(steps)])
            weights.append(float(power[1, 1]))
    place, weight = np.array(places), np.array(weights) / max(sum(weights), 1e-300)
    independent = min(1.0 / max(float(np.sum(weight**2)), 1e-9), 4.0)
    variance = weight @ (place - weight @ place) ** 2 / max(independent - 1.0, 1.0)
    return float(np.sqrt(variance[0])), float(np.sqrt(variance[1]))


def _transform(part: NDArray[np.float64], waves: Sequence[NDArray[Any]]) -> NDArray[np.complex128]:
    """waves_y^T part waves_x, real matrices multiplied as such."""
    right = part @ waves[1].real + 1j * (part @ waves[1].imag)
    return np.asarray(waves[0].T @ right)


def _background(power: NDArray[np.float64], radius: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Mean power of speckle over |k|: the median of each ring over ln 2, as exponential values have it."""
    ring = np.minimum((radius / step).astype(np.int64), int(radius.max() / step) - 1)
    order = np.argsort(ring, axis=None, kind="stable")
    edges = np.searchsorted(ring.ravel()[order], np.arange(ring.max() + 2))
    values = power.ravel()[order]
    medians = np.array([np.median(values[a:b]) if b > a else np.nan for a, b in pairwise(edges)])
    known = np.flatnonzero(np.isfinite(medians) & (medians > 0.0))
    if known.size == 0:
        raise InputError("The image is of one grey: it holds no fringes and no noise.")
    rings = np.interp(np.arange(medians.size), known, medians[known]) / math.log(2.0)
    return np.asarray(np.maximum(rings, 1e-12 * rings.max())[ring])


def _without_plane(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """The image minus the plane of least squares."""
    y, x = (np.linspace(-1.0, 1.0, n) for n in image.shape)
    rest = image - image.mean()
    slope_y = float(rest.mean(axis=1) @ y) / float(y @ y)
    slope_x = float(rest.mean(axis=0) @ x) / float(x @ x)
    return np.asarray(rest - slope_y * y[:, None] - slope_x * x[None, :])
