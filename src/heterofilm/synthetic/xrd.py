"""A diffractometer that measures a stated film: scans with texture, strain, substrate, noise and K-alpha2."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..files import atomic
from ..library.patterns import Pattern, pattern

__all__ = ["XrdTruth", "scan", "write_xrdml", "write_xy"]

Array = NDArray[np.float64]
ALPHA1, ALPHA2 = 1.540598, 1.544426  # angstrom


@dataclass(frozen=True)
class XrdTruth:
    """What the synthetic film is, and how it is measured.

    - `phases`, `substrates`: name of a pattern -> height of its strongest line in counts;
    - `strain`: name -> relative change of all spacings; `size_nm`: name -> crystallite size (default 30 nm);
    - `microstrain`: name -> epsilon of the broadening 4 epsilon tan(theta), Lorentzian as that of size;
    - `texture`: standard deviation of ln(strength) about the powder's; `fibre`: name -> hkl that stands upright, of
      which only multiples are seen;
    - `halo`: counts of an amorphous hump at 25 deg; `background`: counts of fluorescence, and as much again at 10 deg
      from air scatter; `displacement_deg`: shift of 2 theta times cos(theta); `instrument_fwhm_deg`; `seed`.
    """

    phases: Mapping[str, float]
    substrates: Mapping[str, float] = field(default_factory=dict)
    strain: Mapping[str, float] = field(default_factory=dict)
    size_nm: Mapping[str, float] = field(default_factory=dict)
    microstrain: Mapping[str, float] = field(default_factory=dict)
    texture: float = 0.5
    fibre: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    halo: float = 0.0
    background: float = 300.0
    displacement_deg: float = 0.0
    instrument_fwhm_deg: float = 0.10
    two_theta_deg: tuple[float, float] = (10.0, 70.0)
    step_deg: float = 0.02
    seed: int = 1


def scan(truth: XrdTruth) -> tuple[Array, Array]:
    """2 theta in degrees and counts with Poisson noise, each of shape (n,)."""
    rng = np.random.default_rng(truth.seed)
    low, high = truth.two_theta_deg
    x: Array = low + truth.step_deg * np.arange(round((high - low) / truth.step_deg) + 1, dtype=float)
    y: Array = np.asarray(truth.background * (1.0 + np.exp(-(x - 10.0) / 8.0)))
    y += truth.halo * np.exp(-0.5 * ((x - 25.0) / 3.0) ** 2)
    for name, height in {**truth.phases, **truth.substrates}.items():
        y += _lines(pattern("xrd", name), height, name, truth, x, rng)
    return x, rng.poisson(y).astype(float)


def _lines(p: Pattern, height: float, name: str, truth: XrdTruth, x: Array, rng: np.random.Generator) -> Array:
    strength = p.strength * np.exp(truth.texture * rng.standard_normal(p.strength.size))
    if name in truth.fibre:
        axis = truth.fibre[name]
        primitive = tuple(v // math.gcd(*axis) for v in axis)
        strength = strength * [tuple(v // math.gcd(*i) for v in i) == primitive for i in p.indices]
    strength = height * strength / max(float(strength.max()), 1e-12)
    d = p.position * (1.0 + truth.strain.get(name, 0.0))
    size = truth.size_nm.get(name, 30.0 if name in truth.phases else 200.0)
    total = np.zeros_like(x)
    for wavelength, share in ((ALPHA1, 1.0), (ALPHA2, 0.5)):
        with np.errstate(invalid="ignore"):
            theta = np.arcsin(wavelength / (2.0 * d))
        at = np.degrees(2.0 * theta) + truth.displacement_deg * np.cos(theta)
        beta = np.degrees(0.9 * 0.1 * wavelength / (size * np.cos(theta)))  # Scherrer, K = 0.9
        beta += np.degrees(4.0 * truth.microstrain.get(name, 0.0) * np.tan(theta))
        for place, own, h in zip(at, beta, share * strength, strict=True):
            if math.isfinite(place) and h > 0.0:
                total += _voigt(x - place, truth.instrument_fwhm_deg, own, h)
    return total


def _voigt(u: Array, gauss_fwhm: float, lorentz_fwhm: float, height: float) -> Array:
    """Gaussian instrument folded with a Lorentzian of the crystallites, scaled to `height`."""
    from scipy.special import voigt_profile

    s, g = gauss_fwhm / 2.3548, lorentz_fwhm / 2.0
    return np.asarray(height * voigt_profile(u, s, g) / voigt_profile(0.0, s, g))


def write_xy(path: str | os.PathLike[str], truth: XrdTruth) -> Path:
    """Write the scan as .xy with a heading; return the path."""
    x, y = scan(truth)
    rows = "\n".join(f"{a:.4f} {b:.0f}" for a, b in zip(x, y, strict=True))
    return _write(path, f"# 2theta/deg intensity/counts, wavelength = {ALPHA1}\n{rows}\n")


def write_xrdml(path: str | os.PathLike[str], truth: XrdTruth, sample: str = "synthetic film") -> Path:
    """Write the scan as PANalytical .xrdml with both wavelengths; return the path."""
    from xml.sax.saxutils import escape

    x, y = scan(truth)
    counts = " ".join(f"{v:.0f}" for v in y)
    return _write(
        path,
        f"""<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">
  <sample type="To be analyzed"><id></id><name>{escape(sample)}</name></sample>
  <xrdMeasurement measurementType="Scan" status="Completed">
    <usedWavelength intended="K-Alpha">
      <kAlpha1 unit="Angstrom">{ALPHA1}</kAlpha1><kAlpha2 unit="Angstrom">{ALPHA2}</kAlpha2>
      <ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1>
    </usedWavelength>
    <incidentBeamPath><xRayTube><anodeMaterial>Cu</anodeMaterial></xRayTube></incidentBeamPath>
    <scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed">
      <dataPoints>
        <positions axis="2Theta" unit="deg">
          <startPosition>{x[0]:.8f}</startPosition><endPosition>{x[-1]:.8f}</endPosition>
        </positions>
        <commonCountingTime unit="seconds">1.000</commonCountingTime>
        <intensities unit="counts">{counts}</intensities>
      </dataPoints>
    </scan>
  </xrdMeasurement>
</xrdMeasurements>
""",
    )


def _write(path: str | os.PathLike[str], text: str) -> Path:
    atomic(Path(path), lambda target: target.write_text(text, encoding="utf-8"))
    return Path(path)
