"""Synthetic UPS: He I spectra over kinetic energy as csv, at a sample bias, from the levels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files import atomic

__all__ = ["UpsTruth", "gold_spectrum", "ups_spectrum", "write_gold", "write_ups"]

Array = NDArray[Any]
HE_I = 21.22  # eV
SATELLITES = ((23.09, 0.015), (23.74, 0.005))  # He I beta and gamma: eV, share of He I alpha


@dataclass(frozen=True)
class UpsTruth:
    """What is measured: levels in eV, the bias in V, the full width of the resolution in eV, counts at the maximum."""

    work_function_eV: float = 5.0
    valence_band_edge_eV: float = 2.4
    bias_V: float = -5.0
    resolution_eV: float = 0.12
    counts: float = 200_000.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (2.0 < self.work_function_eV < 9.0 and -0.5 < self.valence_band_edge_eV < 8.0):
            raise InputError("A synthetic UPS needs a work function from 2 to 9 eV and a valence band edge up to 8 eV.")


def ups_spectrum(truth: UpsTruth) -> tuple[Array, Array]:
    """Kinetic energies with the bias (eV, rising) and counts, shape (n,).

    Slow electrons leave above the cutoff: E_K = phi (counted from the Fermi level). The valence band has a straight
    leading edge; satellites of the lamp show a faint copy of it.
    """
    rng = np.random.default_rng(truth.seed)
    step = 0.02
    binding = np.arange(-2.0, HE_I - truth.work_function_eV + 1.5, step)
    band = _band(binding, truth.valence_band_edge_eV, rng)
    for photon, share in SATELLITES:  # faster by the difference: at lower apparent binding energy
        band = band + share * np.interp(binding + photon - HE_I, binding, band)
    cutoff = HE_I - truth.work_function_eV
    # the cascade grows towards the cutoff, and the edge itself, the same for all electrons, is a ramp as wide as the
    # spot is uneven
    cascade = np.exp((binding - cutoff) / rng.uniform(1.6, 2.6))
    clean = (0.12 * band + cascade) * np.clip((cutoff - binding) / rng.uniform(0.25, 0.4), 0.0, 1.0)
    smooth = _broadened(clean, truth.resolution_eV, step)
    mean = truth.counts * (smooth / smooth.max() + 2e-4)
    return (HE_I - binding - truth.bias_V)[::-1], rng.poisson(mean)[::-1].astype(float)


def _band(E: Array, edge: float, rng: np.random.Generator) -> Array:
    """O 2p: a straight rise at the edge, two broad maxima, an end some 6 eV further down, secondaries below."""
    ramp = np.clip((E - edge) / rng.uniform(0.9, 1.3), 0.0, 1.0)
    shape = 1.0 + 0.25 * np.exp(-(((E - edge - 3.2) / 0.9) ** 2)) - 0.55 / (1.0 + np.exp(-(E - edge - 5.6) / 0.35))
    # states at the edge of a disordered film are spread over some tenths of an eV
    return _broadened(ramp * shape, rng.uniform(0.1, 0.3), float(E[1] - E[0]))


def _broadened(y: Array, fwhm: float, step: float) -> Array:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(y, fwhm / np.sqrt(8.0 * np.log(2.0)) / step, mode="nearest"))


def gold_spectrum(
    resolution_eV: float = 0.12, offset_eV: float = 0.0, counts: float = 5000.0, seed: int = 0
) -> tuple[Array, Array]:
    """The Fermi edge of Au at 298 K: kinetic energies (eV, rising) and counts; `offset_eV`: where E_F appears."""
    rng = np.random.default_rng(seed)
    E = np.arange(-1.5, 1.6, 0.01)
    edge = 1.0 / (1.0 + np.exp(np.clip(-(E - offset_eV) / 0.02568, -60.0, 60.0)))
    mean = counts * (_broadened(edge * (1.0 + 0.04 * E), resolution_eV, 0.01) + 0.03)
    return (HE_I - E)[::-1], rng.poisson(mean)[::-1].astype(float)


def write_ups(truth: UpsTruth, path: str | Path) -> Path:
    """Write the sample's spectrum as csv, whole or not at all; return its path."""
    return _write(path, *ups_spectrum(truth), truth.bias_V)


def write_gold(path: str | Path, resolution_eV: float = 0.12, offset_eV: float = 0.0, seed: int = 0) -> Path:
    """Write a gold reference without bias as csv; return its path."""
    return _write(path, *gold_spectrum(resolution_eV, offset_eV, seed=seed), 0.0)


def _write(path: str | Path, kinetic: Array, counts: Array, bias_V: float) -> Path:
    head = f"# Photon energy: {HE_I} eV\n# Sample bias: {bias_V:g} V\n# Dwell time: 0.1 s\nKinetic Energy (eV),Counts\n"
    text = head + "".join(f"{E:.4f},{c:.0f}\n" for E, c in zip(kinetic, counts, strict=True))
    return atomic(Path(path), lambda target: target.write_text(text, encoding="ascii"))
