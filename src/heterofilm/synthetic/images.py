"""Micrographs from a stated truth: an HRTEM image of domains in a matrix, and an SEM cross-section of a film.

HRTEM: fringes of the matrix, and of another spacing and direction in round domains, cross over within `edge_nm`; on top
amorphous contrast, band-passed like the weak-phase contrast transfer function sin(pi lambda df k^2) of a defocused
microscope, with an envelope; then counting noise. SEM: three grey levels (vacuum, film, substrate) between a rough
surface and a rough, tilted interface, blurred by the beam, with counting noise and a charging gradient. Both are TIFF
with ImageJ's scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..files import atomic

__all__ = [
    "CrossSectionTruth",
    "FringeTruth",
    "random_cross_section",
    "random_fringes",
    "write_cross_section",
    "write_hrtem",
]

WAVELENGTH = 2.51e-12  # m, electrons of 200 kV
DEFOCUS = 60e-9  # m
ENVELOPE = 0.18e-9  # m: contrast falls to 1/e at k = 1/ENVELOPE


@dataclass(frozen=True)
class FringeTruth:
    """What an HRTEM image shows: spacings (nm), directions of k (degrees), domains as (x, y, diameter) in nm."""

    pixels: int = 512
    pixel_nm: float = 0.09
    matrix_nm: float = 0.3405
    matrix_deg: float = 25.0
    domain_nm: float = 0.3606
    domain_deg: float = -40.0
    domains: tuple[tuple[float, float, float], ...] = ()
    edge_nm: float = 0.6
    contrast: float = 0.25
    amorphous: float = 0.15
    counts: float = 300.0


@dataclass(frozen=True)
class CrossSectionTruth:
    """What an SEM cross-section shows; lengths in nm, `tilt_deg` of the film in the image."""

    shape: tuple[int, int] = (384, 512)
    pixel_nm: float = 2.0
    thickness_nm: float = 300.0
    tilt_deg: float = 2.0
    rough_top_nm: float = 6.0
    rough_bottom_nm: float = 2.0
    correlation_nm: float = 40.0
    grey: tuple[float, float, float] = (25.0, 130.0, 75.0)  # vacuum, film, substrate: counts
    beam_nm: float = 4.0


def random_fringes(seed: int, mean_nm: float = 10.0, spread_nm: float = 1.2, count: int = 9) -> FringeTruth:
    """An image like the paper's: domains of about 10 nm, apart from each other and from the border."""
    random = np.random.default_rng(seed)
    size = 512 * 0.09
    placed: list[tuple[float, float, float]] = []
    for _ in range(4000):
        if len(placed) == count:
            break
        d = float(np.clip(random.normal(mean_nm, spread_nm), 5.0, 16.0))
        x, y = random.uniform(d / 2 + 2.0, size - d / 2 - 2.0, 2)
        if all(np.hypot(x - u, y - v) > (d + e) / 2 + 2.5 for u, v, e in placed):
            placed.append((float(x), float(y), d))
    turn = random.uniform(0, 180)
    return FringeTruth(matrix_deg=turn, domain_deg=turn + random.uniform(40, 80), domains=tuple(placed),
                       contrast=random.uniform(0.2, 0.35), amorphous=random.uniform(0.08, 0.2))  # fmt: skip


def random_cross_section(seed: int) -> CrossSectionTruth:
    """A film like the paper's, its numbers drawn around theirs."""
    draw = np.random.default_rng(seed).uniform
    return CrossSectionTruth(
        thickness_nm=draw(250, 450), tilt_deg=draw(-4, 4), rough_top_nm=draw(3, 10), rough_bottom_nm=draw(1.5, 4),
        correlation_nm=draw(25, 60), beam_nm=draw(2, 6),
    )  # fmt: skip


def hrtem(truth: FringeTruth, seed: int = 0) -> NDArray[np.uint16]:
    """The image, shape (pixels, pixels)."""
    random = np.random.default_rng(seed)
    place = np.arange(truth.pixels) * truth.pixel_nm
    y, x = place[:, None], place[None, :]
    inside = np.zeros((truth.pixels, truth.pixels))
    for u, v, d in truth.domains:
        distance = np.hypot(x - u, y - v) - d / 2
        inside = np.maximum(inside, 0.5 * (1.0 - np.tanh(2.0 * distance / truth.edge_nm)))

    def wave(d_nm: float, degrees: float) -> NDArray[np.float64]:
        turn = np.radians(degrees)
        phase = 2 * np.pi * (x * np.cos(turn) + y * np.sin(turn)) / d_nm + random.uniform(0, 2 * np.pi)
        return np.asarray(np.cos(phase))

    fringes = (1.0 - inside) * wave(truth.matrix_nm, truth.matrix_deg) + inside * wave(
        truth.domain_nm, truth.domain_deg
    )
    k = np.fft.fftfreq(truth.pixels, truth.pixel_nm * 1e-9)
    squared = k[:, None] ** 2 + k[None, :] ** 2
    transfer = np.sin(np.pi * WAVELENGTH * DEFOCUS * squared) * np.exp(-squared * ENVELOPE**2)
    speckle = np.fft.ifft2(np.fft.fft2(random.standard_normal(squared.shape)) * transfer).real
    mean = truth.counts * (1.0 + truth.contrast * fringes + truth.amorphous * speckle / speckle.std())
    return np.asarray(random.poisson(np.clip(mean, 0.0, None)), dtype=np.uint16)


def cross_section(truth: CrossSectionTruth, seed: int = 0) -> NDArray[np.uint8]:
    """The image, shape (rows, columns): vacuum above."""
    from scipy.ndimage import gaussian_filter
    from scipy.special import ndtr

    random = np.random.default_rng(seed)
    rows, columns = truth.shape
    x = np.arange(columns) * truth.pixel_nm

    def rough(rms: float) -> NDArray[np.float64]:
        """A line of heights of Gaussian correlation exp(-(x/correlation)^2), its rms stated for an endless one."""
        k = np.fft.rfftfreq(4 * columns, truth.pixel_nm)
        white = np.fft.rfft(random.standard_normal(4 * columns))
        line = np.fft.irfft(white * np.exp(-((np.pi * k * truth.correlation_nm) ** 2) / 2.0))
        return np.asarray(rms * line[:columns] / line.std())

    slope = np.tan(np.radians(truth.tilt_deg))
    middle = 0.5 * rows * truth.pixel_nm + slope * (x - x.mean())
    tall = truth.thickness_nm / np.cos(np.radians(truth.tilt_deg))
    top, bottom = middle - tall / 2 + rough(truth.rough_top_nm), middle + tall / 2 + rough(truth.rough_bottom_nm)
    y = (np.arange(rows) * truth.pixel_nm)[:, None]
    vacuum, film, substrate = truth.grey
    half = truth.pixel_nm / 2
    level = vacuum + (film - vacuum) * ndtr((y - top) / half) + (substrate - film) * ndtr((y - bottom) / half)
    level = gaussian_filter(level, truth.beam_nm / truth.pixel_nm) * (1.0 + 0.1 * (x / x[-1] - 0.5))
    return np.asarray(np.clip(random.poisson(level), 0, 255), dtype=np.uint8)


def write_hrtem(path: Path, truth: FringeTruth, seed: int = 0) -> Path:
    """Write the image as TIFF; the same truth and seed give the same pixels."""
    return _tiff(path, hrtem(truth, seed), truth.pixel_nm)


def write_cross_section(path: Path, truth: CrossSectionTruth, seed: int = 0) -> Path:
    """Write the image as TIFF; the same truth and seed give the same pixels."""
    return _tiff(path, cross_section(truth, seed), truth.pixel_nm)


def _tiff(path: Path, image: NDArray[np.generic], pixel_nm: float) -> Path:
    import tifffile

    def write(target: Path) -> None:
        tifffile.imwrite(target, image, imagej=True, resolution=(1.0 / pixel_nm,) * 2, metadata={"unit": "nm"})

    return atomic(path, write)
