"""The optical gap from UV-vis spectra, after Tauc, Grigorovici, Vancu, Phys. Status Solidi 15 (1966) 627.

    (alpha h nu)^(1/n) = const (h nu - E_g),   n = 1/2 direct, 2 indirect allowed (3/2 and 3 forbidden)

alpha is the absorption coefficient: from transmittance and thickness, alpha = -ln(T/(1 - R))/d; from absorbance,
ln(10) A/d; from diffuse reflectance the function of Kubelka and Munk F = (1 - R)^2/(2R), proportional to it. Its scale
does not move the gap. Where the straight part lies is found by a search over all windows, not by eye.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, did_you_mean
from ..records.measurement import Measurement
from ..records.result import Result

__all__ = ["EXPONENTS", "HC", "TaucGap", "absorption", "absorption_of", "kubelka_munk", "tauc_gap"]

Array = NDArray[Any]

HC = 1239.841984  # eV nm
EXPONENTS = {"direct": 0.5, "direct forbidden": 1.5, "indirect": 2.0, "indirect forbidden": 3.0}
"""Transition -> n."""
NEAR = 0.7  # of the best score: lines that one might as well have drawn


@dataclass(frozen=True, eq=False)
class TaucGap:
    """The gap (eV), one standard deviation, and the line it comes from.

    `photon_eV`, `y` = (alpha h nu)^(1/n): the whole plot; `window` (eV), `slope`, `r2`: of the line; `trials`: the gaps
    of windows about as good, whose spread is the uncertainty.
    """

    gap_eV: float
    sd_eV: float
    transition: str
    window: tuple[float, float]
    slope: float
    r2: float
    photon_eV: Array
    y: Array
    trials: Array

    def results(self, sample: str = "") -> list[Result]:
        """The gap, for a table."""
        method = (
            f"Tauc, {self.transition}, line from {self.window[0]:.2f} to {self.window[1]:.2f} eV (R2 {self.r2:.4f})"
        )
        return [Result(f"{self.transition} gap", self.gap_eV, self.sd_eV, "eV", method, sample)]


def kubelka_munk(reflectance: ArrayLike) -> Array:
    """F(R) = (1 - R)^2/(2 R) of the diffuse reflectance, 0 to 1.

    Errors: `HeterofilmError` for reflectances outside of it.
    """
    R = np.asarray(reflectance, float)
    if not ((R > 0.0) & (R <= 1.5)).all():
        raise InputError("Diffuse reflectances must lie between 0 and 1 (100 %); check the unit of the file.")
    return np.asarray((1.0 - R) ** 2 / (2.0 * R))


def absorption(transmittance: ArrayLike, thickness_m: float, reflectance: ArrayLike | None = None) -> Array:
    """alpha = -ln(T/(1 - R))/d in 1/m, shape (n,); without R the reflection counts as absorption.

    Errors: `HeterofilmError` for a thickness or transmittances that are not positive.
    """
    T = np.asarray(transmittance, float)
    if not (thickness_m > 0.0 and (T > 0.0).all()):
        raise InputError("An absorption coefficient needs a positive thickness and positive transmittances.")
    passed = T if reflectance is None else T / (1.0 - np.asarray(reflectance, float))
    return np.asarray(-np.log(passed) / thickness_m)


def absorption_of(measurement: Measurement, thickness_m: float | None = None) -> tuple[Array, Array, str]:
    """Photon energy (eV, rising), absorption (1/m with a thickness, else relative), and how it was found.

    Points where nothing can be said (no light, reflectance above one) are left out.

    Errors: `HeterofilmError` for another technique, or counts without dark and reference.
    """
    if measurement.technique != "uvvis":
        raise InputError(f"'{measurement.name}' holds {measurement.technique} data, not a UV-vis spectrum.")
    wavelength = measurement.column("wavelength_nm")
    columns = measurement.table.columns
    if "absorbance" in columns:
        A = measurement.column("absorbance")
        alpha, how = math.log(10.0) * A / (thickness_m or 1.0), "absorbance"
        good = np.isfinite(A)
    elif "transmittance" in columns:
        T = measurement.column("transmittance")
        good = np.isfinite(T) & (T > 1e-4) & (T < 2.0)
        alpha, how = np.full(T.size, np.nan), "transmittance"
        R = measurement.column("reflectance")[good] if "reflectance" in columns else None
        if good.any():
            alpha[good] = absorption(T[good], thickness_m or 1.0, R)
        how += " and reflectance" if R is not None else ""
    elif "reflectance" in columns:
        R = measurement.column("reflectance")
        good = np.isfinite(R) & (R > 1e-4) & (R <= 1.2)
        alpha, how = np.full(R.size, np.nan), "diffuse reflectance (Kubelka-Munk)"
        if good.any():
            alpha[good] = kubelka_munk(R[good])
    else:
        raise InputError(f"'{measurement.name}' holds counts only; save it as absorbance, or with dark and reference.")
    if good.sum() < 20:
        raise InputError(f"'{measurement.name}' has {good.sum()} usable points only; a gap needs at least 20.")
    photon = HC / wavelength[good]
    order = np.argsort(photon)
    return photon[order], alpha[good][order], how


def tauc_gap(
    photon_eV: ArrayLike,
    absorption: ArrayLike,
    transition: str = "direct",
    *,
    window: tuple[float, float] | None = None,
    shortest_eV: float = 0.12,
) -> TaucGap:
    """The gap of a spectrum: photon energies (eV) and absorption (any scale), shape (n,).

    Without `window` every stretch of the steep part of the plot is tried. Of those, a good one is steep (a gap shows
    where absorption sets in, not in its tail) and straight: the score is slope times R2 to the power 8 times the root
    of its length, and what scores within 30 % of the best makes the spread. What is absorbed (or reflected) at the
    clearest tenth of the spectrum is taken off first; a third of the square of what that changes counts as
    uncertainty, as does the bend of the line.

    Errors: `HeterofilmError` for an unknown transition, too few points, or no absorption edge.
    """
    if transition not in EXPONENTS:
        raise InputError(
            f"There is no transition '{transition}'.{did_you_mean(transition, EXPONENTS)} "
            f"Known: {', '.join(EXPONENTS)}."
        )
    x, alpha = np.asarray(photon_eV, float), np.asarray(absorption, float)
    if x.shape != alpha.shape or x.ndim != 1 or x.size < 20:
        raise InputError("A Tauc plot needs at least 20 photon energies, and as many absorptions.")
    order = np.argsort(x)
    x, alpha = x[order], alpha[order]
    if not (np.isfinite(alpha).all() and (x > 0.0).all() and alpha.max() > 0.0):
        raise InputError("There is no absorption in this spectrum, or a number that is not finite.")
    clear = float(np.sort(alpha)[: max(2, alpha.size // 10)].mean())
    y = _tauc(x, alpha - clear, transition)
    if window is not None:
        chosen = (x >= window[0]) & (x <= window[1])
        if chosen.sum() < 4:
            raise InputError(f"The window {window[0]:g} to {window[1]:g} eV holds {chosen.sum()} points; give more.")
        candidates = _line(x[chosen], y[chosen])[:, None]
    else:
        candidates = _windows(x, y, shortest_eV)
    best = candidates[:, np.argmax(candidates[0])]
    trials = candidates[1, candidates[0] >= NEAR * best[0]]
    _, gap, slope, r2, start, end, error = best.tolist()
    inside = (x >= start) & (x <= end)
    spread = float(np.percentile(trials, 84.0) - np.percentile(trials, 16.0)) / 2.0
    uncleared = _line(x[inside], _tauc(x, alpha, transition)[inside])[1]
    sd = math.sqrt(spread**2 + error**2 + _bend(x[inside], y[inside]) ** 2 + (uncleared - gap) ** 2 / 3.0)
    if not math.isfinite(gap):
        raise InputError("The absorption falls with photon energy in this window; choose another.")
    return TaucGap(gap, sd, transition, (start, end), slope, r2, x, y, trials)


def _tauc(x: Array, alpha: Array, transition: str) -> Array:
    y = np.maximum(alpha * x, 0.0) ** (1.0 / EXPONENTS[transition])
    return np.asarray(y / y.max())


def _bend(x: Array, y: Array) -> float:
    """What a line that bends leaves open: the gaps of its lower and upper half, as an even spread between them."""
    half = x.size // 2
    if half < 4:
        return 0.0
    low, high = _line(x[:half], y[:half])[1], _line(x[half:], y[half:])[1]
    return abs(low - high) / math.sqrt(12.0) if math.isfinite(low) and math.isfinite(high) else 0.0


def _line(x: Array, y: Array) -> Array:
    """The line through all of these points, as `_lines` has it."""
    return _lines(x, y, np.array([0]), np.array([x.size]))[:, 0]


def _lines(x: Array, y: Array, start: Array, end: Array) -> Array:
    """Lines through the points from `start` up to, without, `end`, shape (7, lines): score, gap, slope, R2, both ends,
    and the gap's standard deviation from the scatter about the line; score -inf where the absorption falls."""
    n = end - start
    # about the middle of all points, so that little is lost where sums are taken from each other
    x0, y0 = float(x.mean()), float(y.mean())
    u, v = x - x0, y - y0
    sums = np.concatenate([np.zeros((5, 1)), np.cumsum([u, v, u * u, u * v, v * v], axis=1)], axis=1)
    mx, my, uu, uv, vv = (sums[:, end] - sums[:, start]) / n
    sxx, sxy, syy = n * (uu - mx * mx), n * (uv - mx * my), n * (vv - my * my)
    first, last = x[start], x[end - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(sxx > 0.0, sxy / sxx, 0.0)
        rises = slope > 0.0
        r2 = np.minimum(sxy**2 / (sxx * syy), 1.0)
        gap = x0 + mx - (y0 + my) / slope
        scatter = np.sqrt(np.maximum(syy - slope * sxy, 0.0) / np.maximum(n - 2, 1))
        error = scatter / slope * np.sqrt(1.0 / n + (gap - x0 - mx) ** 2 / sxx)
        score = slope * r2**8 * np.sqrt(last - first)
    none = (-math.inf, math.nan, slope, 0.0, first, last, math.inf)
    return np.where(rises, (score, gap, slope, r2, first, last, error), np.broadcast_arrays(*none))


def _windows(x: Array, y: Array, shortest: float) -> Array:
    """Lines through windows of many places and lengths, whose gap lies in front of them within the spectrum; shape
    (7, lines), as `_lines`."""
    grid = np.linspace(x[0], x[-1], min(x.size, 120))
    low, high = np.triu_indices(grid.size, 1)
    long = grid[high] - grid[low] >= shortest
    start, end = np.searchsorted(x, grid[low[long]]), np.searchsorted(x, grid[high[long]], side="right")
    enough = end - start >= 6
    found = _lines(x, y, start[enough], end[enough])
    found = found[:, np.isfinite(found[0]) & (x[0] <= found[1]) & (found[1] < found[4])]
    if not found.size:
        raise InputError("There is no straight rise of the absorption in this spectrum; give a window.")
    return found
