"""A Raman microscope that measures a stated film: spectra and in-situ series with luminescence, spikes and noise."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..files import atomic
from ..library.patterns import pattern

__all__ = ["RamanTruth", "series", "spectrum", "write_labspec", "write_series"]

Array = NDArray[np.float64]
READ_OUT = 3.0  # counts


@dataclass(frozen=True)
class RamanTruth:
    """What the synthetic film is, and how it is measured.

    - `phases`, `substrates`: name of a pattern -> height of its strongest band in counts; `fwhm_cm`: of bands;
    - `orientation`: standard deviation of ln(strength) about the literature's; `offset_cm`: error of the axis;
    - `scatter`: share of each band's spread by which it lies elsewhere; `luminescence`: counts of a broad slope;
    - `glass`: counts of a hump at 850 cm-1; `spikes`: number of cosmic spikes; `seed`.
    """

    phases: Mapping[str, float]
    substrates: Mapping[str, float] = field(default_factory=dict)
    fwhm_cm: float = 9.0
    orientation: float = 0.5
    offset_cm: float = 0.0
    scatter: float = 0.3
    luminescence: float = 800.0
    glass: float = 0.0
    spikes: int = 3
    shift_cm: tuple[float, float] = (90.0, 1200.0)
    step_cm: float = 1.2
    seed: int = 1


def spectrum(truth: RamanTruth) -> tuple[Array, Array, Array]:
    """Raman shift and counts, shape (n,) each, and the shifts at which spikes were put."""
    x, clean = _expected(truth, {})
    y, hit = _measured(clean, truth, np.random.default_rng([truth.seed, 0]))
    return x, y, x[hit]


def series(truth: RamanTruth, band: float, factors: Sequence[float]) -> tuple[Array, Array]:
    """Raman shift, shape (n,), and spectra, shape (m, n): the `band` (literature position) times each of `factors`.

    The film stays the same from spectrum to spectrum, noise and spikes differ.
    """
    rows = []
    for k, factor in enumerate(factors):
        x, clean = _expected(truth, {band: factor})
        rows.append(_measured(clean, truth, np.random.default_rng([truth.seed, k]))[0])
    return x, np.array(rows)


def _expected(truth: RamanTruth, factors: Mapping[float, float]) -> tuple[Array, Array]:
    """The spectrum without noise; `factors`: literature position of a band -> factor on its height."""
    rng = np.random.default_rng(truth.seed)
    x = np.arange(truth.shift_cm[0], truth.shift_cm[1], truth.step_cm)
    x = x + 1e-5 * (x - x[0]) ** 2  # a grating spreads the axis unevenly
    y = truth.luminescence * (0.4 + 0.6 * np.exp(-(((x - 900.0) / 900.0) ** 2)))
    y += truth.glass * np.exp(-0.5 * ((x - 850.0) / 70.0) ** 2)
    for name, height in {**truth.phases, **truth.substrates}.items():
        p = pattern("raman", name)
        n = p.position.size
        strength = p.strength * np.exp(truth.orientation * rng.standard_normal(n))
        place = p.position + truth.scatter * p.spread * rng.uniform(-1.0, 1.0, n) + truth.offset_cm
        width = truth.fwhm_cm * np.exp(0.2 * rng.standard_normal(n))
        weakened = np.array([factors.get(float(v), 1.0) for v in p.position])
        height_of = height * weakened * strength / strength.max()
        y += (height_of[:, None] / (1.0 + (2.0 * (x - place[:, None]) / width[:, None]) ** 2)).sum(axis=0)
    return x, y


def _measured(clean: Array, truth: RamanTruth, rng: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
    """With shot noise, read-out noise and cosmic spikes, and the points of these."""
    y = rng.poisson(clean) + READ_OUT * rng.standard_normal(clean.size)
    hit = rng.integers(10, clean.size - 10, truth.spikes)
    y[hit] += rng.uniform(0.5, 3.0, truth.spikes) * (truth.luminescence + 2000.0)
    return y, hit


def write_labspec(path: str | os.PathLike[str], truth: RamanTruth, title: str = "synthetic film") -> Path:
    """Write a single spectrum as LabSpec text; return the path."""
    x, y, _ = spectrum(truth)
    head = [
        "#Acq. time (s)=\t60", "#Accumulations=\t4", "#Instrument=\tvirtual", "#Laser=\t532nm_Edge",
        f"#Title=\t{title}", "#AxisType[0]=\tIntens", "#AxisUnit[0]=\tCnt", "#AxisType[1]=\tSpectr",
        "#AxisUnit[1]=\t1/cm",
    ]  # fmt: skip
    rows = [f"{a:.3f}\t{b:.2f}" for a, b in zip(x, y, strict=True)]
    return _write(path, "\n".join([*head, *rows]) + "\n")


def write_series(
    path: str | os.PathLike[str], truth: RamanTruth, potentials: Sequence[float], band: float, factors: Sequence[float]
) -> Path:
    """Write an in-situ series as a table with a potential above each spectrum; return the path."""
    if len(potentials) != len(factors):
        raise InputError(f"A series needs one factor for each potential, got {len(factors)} for {len(potentials)}.")
    x, spectra = series(truth, band, factors)
    head = "\t".join(["Raman shift (cm-1)", *(f"{v:.3f} V" for v in potentials)])
    rows = ["\t".join([f"{a:.3f}", *(f"{v:.2f}" for v in column)]) for a, column in zip(x, spectra.T, strict=True)]
    return _write(path, "\n".join([head, *rows]) + "\n")


def _write(path: str | os.PathLike[str], text: str) -> Path:
    atomic(Path(path), lambda target: target.write_text(text, encoding="utf-8"))
    return Path(path)
