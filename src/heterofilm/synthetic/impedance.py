"""Impedance spectra as an instrument would have measured them, written as Gamry .DTA and ZView .z.

To the truth (a circuit, or any simulated spectrum, in ohm) come what real spectra have: noise in proportion to |Z|,
leads in series, Z = Z + jwL, and a sample that changes while the slow points are taken, Z (1 + rate t).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..analysis.impedance.circuit import Circuit
from ..errors import InputError
from ..files import atomic

__all__ = ["Spectrometer", "Sample", "measured", "write_gamry", "write_zview"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Sample:
    """A sample whose truth is a circuit: its text, `values` (name -> SI, of the whole sample) and dc potential (V)."""

    circuit: str
    values: Mapping[str, float] = field(default_factory=dict)
    voltage_V: float = 0.0

    def impedance(self, frequency_Hz: ArrayLike) -> Array:
        """The true impedance (ohm) at frequencies (Hz), shape (n,)."""
        return np.asarray(Circuit.parse(self.circuit).impedance(frequency_Hz, self.values))


@dataclass(frozen=True)
class Spectrometer:
    """How a spectrum is measured; the defaults are assumed, typical of a bench instrument within its accuracy.

    - `noise`: standard deviation of Z' and of Z'' over |Z|; `lead_H`: inductance of the leads;
    - `drift_per_s`: relative change of Z with time; `periods`: of every frequency, and `settle_s` before it;
    - `seed`: of the noise.
    """

    noise: float = 2e-3
    lead_H: float = 5e-7
    drift_per_s: float = 0.0
    periods: float = 2.0
    settle_s: float = 0.3
    seed: int = 0

    def times(self, frequency_Hz: ArrayLike) -> Array:
        """When each point is finished (s), shape (n,), taken in the order given."""
        return np.cumsum(self.settle_s + self.periods / np.asarray(frequency_Hz, float))


def measured(frequency_Hz: ArrayLike, impedance_ohm: ArrayLike, by: Spectrometer) -> Array:
    """The impedance (ohm) that is read, shape (n,), of a true one at the same frequencies (Hz).

    Errors: `HeterofilmError` for shapes that differ or a frequency that is not positive.
    """
    f, Z = np.asarray(frequency_Hz, float), np.asarray(impedance_ohm, complex)
    if f.shape != Z.shape or f.ndim != 1 or not (f > 0.0).all():
        raise InputError("A spectrum needs one impedance for each positive frequency.")
    rng = np.random.default_rng(by.seed)
    seen = Z * (1.0 + by.drift_per_s * by.times(f)) + 2j * math.pi * f * by.lead_H
    noise = rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size)
    return np.asarray(seen + by.noise * np.abs(seen) * noise)


def write_gamry(
    path: Path, frequency_Hz: ArrayLike, impedance_ohm: ArrayLike, by: Spectrometer, voltage_V: float = 0.0
) -> Path:
    """A potentiostatic EIS file as Gamry Framework writes it, of a true impedance (ohm)."""
    f, t = np.asarray(frequency_Hz, float), by.times(frequency_Hz)
    Z = measured(f, impedance_ohm, by)
    head = [
        "EXPLAIN", "TAG\tEISPOT", "TITLE\tLABEL\tPotentiostatic EIS\tTest &Identifier",
        "DATE\tLABEL\t1/1/2025\tDate", "TIME\tLABEL\t12:00:00\tTime", "NOTES\tNOTES\t1\t&Notes...",
        "\tsimulated by heterofilm", "PSTAT\tPSTAT\tVIRTUAL-00001\tPotentiostat",
        f"VDC\tPOTEN\t{voltage_V:.5E}\tF\tDC &Voltage (V)", f"FREQINIT\tQUANT\t{f[0]:.5E}\tInitial Fre&q. (Hz)",
        f"FREQFINAL\tQUANT\t{f[-1]:.5E}\tFinal Fre&q. (Hz)", "VAC\tQUANT\t1.00000E+001\tAC &Voltage (mV rms)",
        "AREA\tQUANT\t1.00000E+000\t&Area (cm^2)", "ZCURVE\tTABLE",
        "\tPt\tTime\tFreq\tZreal\tZimag\tZsig\tZmod\tZphz\tIdc\tVdc\tIERange",
        "\t#\ts\tHz\tohm\tohm\tV\tohm\t°\tA\tV\t#",
    ]  # fmt: skip
    rows = [
        f"\t{k}\t{t[k]:.7g}\t{f[k]:.7g}\t{z.real:.7g}\t{z.imag:.7g}\t1\t{abs(z):.7g}"
        f"\t{math.degrees(math.atan2(z.imag, z.real)):.7g}\t0\t{voltage_V:.7g}\t8"
        for k, z in enumerate(Z)
    ]
    return _write(path, [*head, *rows], "cp1252")


def write_zview(path: Path, frequency_Hz: ArrayLike, impedance_ohm: ArrayLike, by: Spectrometer) -> Path:
    """A file as ZPlot writes it, of a true impedance (ohm)."""
    f, t = np.asarray(frequency_Hz, float), by.times(frequency_Hz)
    Z = measured(f, impedance_ohm, by)
    head = [
        "ZPLOT2 ASCII", "  Measured Data, ZPlot:       3.2c",
        "  Experiment Type:            Sweep Frequency, Control Voltage", "  Begin User Comments:        1",
        "simulated by heterofilm", "  End User Comments:          1", f"  Data Points:                {f.size}",
        "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange", "End Comments",
    ]  # fmt: skip
    rows = [
        f"{f[k]:.6E}\t1.0000E-02\t0.0000E+00\t{t[k]:.6E}\t{z.real:.6E}\t{z.imag:.6E}\t0.0000E+00\t0\t3"
        for k, z in enumerate(Z)
    ]
    return _write(path, [*head, *rows], "ascii")


def _write(path: Path, lines: list[str], encoding: str) -> Path:
    return atomic(Path(path), lambda target: target.write_text("\r\n".join([*lines, ""]), encoding, newline=""))
