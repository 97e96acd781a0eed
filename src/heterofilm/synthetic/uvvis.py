"""Synthetic UV-vis: transmittance of a film on glass as Ocean Optics text, from gap, transition and thickness."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.uvvis import EXPONENTS, HC
from ..errors import InputError
from ..files import atomic

__all__ = ["UvvisTruth", "absorption_coefficient", "uvvis_spectrum", "write_uvvis"]

Array = NDArray[Any]


@dataclass(frozen=True)
class UvvisTruth:
    """What is measured.

    Gap (eV), transition, thickness (m), strength (1/m, alpha 1 eV above the gap), Urbach energy of the tail (eV), noise
    of the transmittance (one standard deviation).
    """

    gap_eV: float = 2.4
    transition: str = "direct"
    thickness_m: float = 250e-9
    strength_1_m: float = 1.2e7
    urbach_eV: float = 0.05
    noise: float = 0.001
    seed: int = 0

    def __post_init__(self) -> None:
        if self.transition not in EXPONENTS or not (1.3 < self.gap_eV < 4.5 and self.thickness_m > 0.0):
            raise InputError("A synthetic UV-vis needs a gap from 1.3 to 4.5 eV, a thickness, and a known transition.")


def absorption_coefficient(truth: UvvisTruth, photon_eV: Array) -> Array:
    """alpha (1/m): strength (h nu - E_g)^n/h nu above the gap, and Urbach's tail that meets it with the same slope."""
    n = EXPONENTS[truth.transition]

    def band(x: Array) -> Array:
        return truth.strength_1_m * np.maximum(x - truth.gap_eV, 0.0) ** n * (truth.gap_eV + 1.0) / x

    # d ln(alpha)/dE = 1/E_U where n/(E - E_g) = 1/E_U (the factor 1/E changes slowly)
    meet = truth.gap_eV + n * truth.urbach_eV
    tail = band(np.array([meet]))[0] * np.exp((photon_eV - meet) / truth.urbach_eV)
    return np.where(photon_eV > meet, band(photon_eV), tail)


def uvvis_spectrum(truth: UvvisTruth) -> tuple[Array, Array]:
    """Wavelength (nm, rising) and transmittance, shape (n,): absorption, reflection and fringes of a film, noise."""
    rng = np.random.default_rng(truth.seed)
    wavelength = np.arange(250.0, 900.0, 0.5)
    photon = HC / wavelength
    passed = np.exp(-absorption_coefficient(truth, photon) * truth.thickness_m)
    # two-beam fringes of a film of index 2.2, damped by the absorption; the mean reflection is that of both faces
    fringes = (
        0.04 * np.cos(4.0 * np.pi * 2.2 * truth.thickness_m * 1e9 / wavelength + rng.uniform(0.0, 6.28)) * passed**2
    )
    T = passed * (0.86 + fringes) + truth.noise * rng.normal(size=photon.size)
    return wavelength, T


def write_uvvis(truth: UvvisTruth, path: str | Path) -> Path:
    """Write the spectrum as Ocean Optics text in per cent, whole or not at all; return its path."""
    wavelength, T = uvvis_spectrum(truth)
    head = [
        "Data from virtual_Transmission Node", "", "Date: Wed Jan 01 12:00:00 CET 2025", "User: heterofilm",
        "Spectrometer: VIRTUAL", "Integration Time (sec): 1.000000E-2", "Scans to average: 100",
        "XAxis mode: Wavelengths", f"Number of Pixels in Spectrum: {wavelength.size}", ">>>>>Begin Spectral Data<<<<<",
    ]  # fmt: skip
    rows = [f"{w:.3f}\t{100.0 * t:.6f}" for w, t in zip(wavelength, T, strict=True)]
    return atomic(Path(path), lambda target: target.write_text("\n".join([*head, *rows]) + "\n", encoding="ascii"))
