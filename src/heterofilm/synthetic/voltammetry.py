"""Voltammograms of a thin film as a potentiostat would have measured them, written as Gamry .DTA.

The film is thin against its diffusion length and each couple obeys Nernst (one electron, no interaction), so that

    i = +-v [sum_k Q_k F/(4RT) sech^2(F (E - E_k)/(2RT)) + C],

with a peak of charge Q_k at E_k in both directions (Bard, Faulkner, Electrochemical Methods, surface-bound couples).
The ohmic drop moves the potential that is set away from E; noise is added to the current.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..constants import F, R
from ..errors import InputError
from ..files import atomic

__all__ = ["Film", "Scan", "voltammogram", "write_gamry_cv"]

Array = NDArray[Any]


@dataclass(frozen=True)
class Film:
    """The truth: couples (E_k in V, Q_k in C), a double layer `capacitance_F`, a series resistance, the temperature."""

    couples: tuple[tuple[float, float], ...]
    capacitance_F: float = 0.0
    resistance_ohm: float = 0.0
    temperature_K: float = 298.15

    def __post_init__(self) -> None:
        if not self.couples or any(Q <= 0.0 for _, Q in self.couples):
            raise InputError("A film needs at least one couple with a positive charge.")


@dataclass(frozen=True)
class Scan:
    """From `high_V` to `low_V` and back, `cycles` times, at `rate_V_s`, a point every `step_V`.

    `noise_A` is the standard deviation of the current, `seed` that of its numbers.
    """

    low_V: float
    high_V: float
    rate_V_s: float
    cycles: int = 2
    step_V: float = 1e-3
    noise_A: float = 0.0
    seed: int = 0


def voltammogram(film: Film, scan: Scan) -> tuple[Array, Array, Array, Array]:
    """Time (s), set potential (V), current (A, reduction positive), number of the cycle; shape (n,) each.

    Errors: `HeterofilmError` for a window or a rate that is not positive.
    """
    if not (scan.high_V > scan.low_V and scan.rate_V_s > 0.0 and scan.step_V > 0.0 and scan.cycles > 0):
        raise InputError("A scan needs a window, a rate, a step and a number of cycles above zero.")
    n = max(5, round((scan.high_V - scan.low_V) / scan.step_V))
    down, up = np.linspace(scan.high_V, scan.low_V, n + 1)[:-1], np.linspace(scan.low_V, scan.high_V, n + 1)[:-1]
    E = np.append(np.tile(np.concatenate([down, up]), scan.cycles), scan.high_V)
    # +1 where the potential falls, which is reduction
    direction = np.append(np.tile(np.repeat([1.0, -1.0], n), scan.cycles), -1.0)
    kT = R * film.temperature_K / F

    def current(inner: Array) -> Array:
        wave = sum(Q / (4.0 * kT) / np.cosh((inner - E0) / (2.0 * kT)) ** 2 for E0, Q in film.couples)
        return np.asarray(direction * scan.rate_V_s * (wave + film.capacitance_F))

    i = current(E)
    for _ in range(50):  # the film is at E + i R on reduction
        i = 0.5 * (i + current(E + i * film.resistance_ohm))
    rng = np.random.default_rng(scan.seed)
    t = np.arange(E.size) * (scan.high_V - scan.low_V) / n / scan.rate_V_s
    cycle = np.minimum(np.arange(E.size) // (2 * n), scan.cycles - 1) + 1
    return t, E, i + scan.noise_A * rng.standard_normal(E.size), cycle


def write_gamry_cv(path: Path, film: Film, scan: Scan) -> Path:
    """A cyclic voltammogram as Gamry Framework writes it: a table for each cycle, oxidation positive."""
    t, E, i, cycle = voltammogram(film, scan)
    lines = [
        "EXPLAIN", "TAG\tCV", "TITLE\tLABEL\tCyclic Voltammetry\tTest &Identifier", "DATE\tLABEL\t1/1/2025\tDate",
        "TIME\tLABEL\t12:00:00\tTime", "NOTES\tNOTES\t1\t&Notes...", "\tsimulated by heterofilm",
        f"VLIMIT1\tPOTEN\t{scan.low_V:.5E}\tF\tScan Limit &1 (V)",
        f"VLIMIT2\tPOTEN\t{scan.high_V:.5E}\tF\tScan Limit &2 (V)",
        f"SCANRATE\tQUANT\t{1e3 * scan.rate_V_s:.5E}\t&Scan Rate (mV/s)",
        "CONVENTION\tIQUANT\t1\tCurrent Convention",
    ]  # fmt: skip
    for number in range(1, scan.cycles + 1):
        lines += [
            f"CURVE{number}\tTABLE", "\tPt\tT\tVf\tIm\tVu\tSig\tAch\tIERange\tOver",
            "\t#\ts\tV vs. Ref.\tA\tV\tV\tV\t#\tbits",
        ]  # fmt: skip
        lines += [
            f"\t{k}\t{t[k]:.7g}\t{E[k]:.6E}\t{-i[k]:.6E}\t0.00000E+000\t{E[k]:.5E}\t0.00000E+000\t8\t..........."
            for k in np.flatnonzero(cycle == number)
        ]
    return atomic(Path(path), lambda target: target.write_text("\n".join([*lines, ""]), "cp1252"))
