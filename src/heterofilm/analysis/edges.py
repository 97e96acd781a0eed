"""Edges in photoelectron spectra: a metal's Fermi edge, the cutoff of secondary electrons, the valence band edge.

The last two are straight lines fitted to the steepest part of a rise, and where these meet the background. Which part,
nobody prescribes. So lines are drawn through many parts, and the spread of their answers, with a tenth of the
width of the edge for its foot, is the uncertainty. A cutoff that is rounded by resolution or an uneven sample comes
out too far down by some hundredths of an eV, and the work function too small.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import HeterofilmError
from .result import Result
from .xps.fit import noise, rising

__all__ = ["Edge", "FermiEdge", "fermi_edge", "secondary_cutoff", "valence_band_edge"]

Array = NDArray[Any]
K_B = 8.617333e-5  # eV/K
SHARES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of an edge's height, between which lines are drawn
STEEP = 0.8  # of the steepest line's slope: a flatter one does not follow the edge
FOOT = 0.1  # of an edge's width: how far its foot may lie from where the line says, assumed
BROAD = 2.0 * math.sqrt(2.0 * math.log(2.0))


@dataclass(frozen=True, eq=False)
class FermiEdge:
    """A fitted Fermi edge: `E_F_eV` and the Gaussian `resolution_eV` (full width), each with its standard deviation.

    `width_eV`: kT of the plain Fermi function that fits best, which holds both temperature and resolution.
    """

    E_F_eV: float
    E_F_sd: float
    resolution_eV: float
    resolution_sd: float
    width_eV: float
    temperature_K: float
    energy_eV: Array
    intensity: Array
    fitted: Array

    def results(self, sample: str = "") -> list[Result]:
        """Edge and resolution, for a table."""
        method = f"Fermi function at {self.temperature_K:.0f} K, broadened by a Gaussian, on a line"
        return [
            Result("Fermi edge", self.E_F_eV, self.E_F_sd, "eV", method, sample),
            Result("resolution", self.resolution_eV, self.resolution_sd, "eV", method, sample),
        ]


@dataclass(frozen=True, eq=False)
class Edge:
    """A straight edge: where it meets the background, and the spread over windows.

    `line`: slope and intercept of the central fit; `base`: level and slope of the background; `window` in eV; `trials`:
    every window's answer.
    """

    energy_eV: float
    sd_eV: float
    line: tuple[float, float]
    base: tuple[float, float]
    window: tuple[float, float]
    trials: Array


def fermi_edge(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    *,
    temperature_K: float = 298.0,
    window_eV: float = 0.8,
    near: float = 0.0,
    search_eV: float = 0.7,
) -> FermiEdge:
    """E_F of a metal (Au): a Fermi function convolved with a Gaussian, on a line that ends there, over a floor.

    Arrays of shape (n,), binding energies in eV; the fit takes what lies within `window_eV` of the edge, which is
    searched within `search_eV` of `near`: d bands further down are steeper than the edge itself.

    Errors: `HeterofilmError` for a spectrum without an edge there.
    """
    E, y = rising(energy_eV, intensity, (near - search_eV - window_eV, near + search_eV + window_eV))
    steps = np.where(np.abs(E - near) <= search_eV, np.gradient(_smooth(y, 7), E), -np.inf)
    kT = K_B * temperature_K

    def broad(x: Array, width: float) -> Array:
        return _occupied(x, kT, abs(width))

    def plain(x: Array, width: float) -> Array:
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(-x / abs(width), -60.0, 60.0))))

    start = float(E[int(np.argmax(steps))])
    for _ in range(2):  # the window follows the edge that is found in it
        inside = np.abs(E - start) <= window_eV
        if inside.sum() < 12:
            raise HeterofilmError(f"There is no Fermi edge with enough points near {near:g} eV.")
        x, counts = E[inside], y[inside]
        if not np.median(counts[-5:]) > np.median(counts[:5]):
            raise HeterofilmError(f"The intensity near {near:g} eV does not rise towards higher binding energy.")
        p, sd, fitted = _fit_edge(x, counts, start, broad)
        start = float(p[0])
    width = abs(float(_fit_edge(x, counts, start, plain)[0][1]))
    return FermiEdge(
        start, float(sd[0]), BROAD * abs(float(p[1])), BROAD * float(sd[1]), width, temperature_K, x, counts, fitted
    )


def _fit_edge(
    x: Array, counts: Array, start: float, step: Callable[[Array, float], Array]
) -> tuple[Array, Array, Array]:
    """Edge, width, level, slope and floor of a step; their standard deviations; the fitted curve."""
    from scipy.optimize import least_squares

    sigma = noise(counts)
    floor = float(np.median(counts[:5]))
    height = float(np.median(counts[-5:])) - floor

    def model(p: Array) -> Array:
        return np.asarray(p[4] + (p[2] + p[3] * (x - p[0])) * step(x - p[0], p[1]))

    p0 = np.array([start, 0.1, height, 0.0, floor])
    fit = least_squares(lambda p: (model(p) - counts) / sigma, p0, x_scale=[0.1, 0.1, height, height, height])
    spread = np.linalg.pinv(fit.jac.T @ fit.jac) * max(2.0 * fit.cost / max(x.size - 5, 1), 1.0)
    return fit.x, np.sqrt(np.maximum(np.diag(spread), 0.0)), model(fit.x)


def _occupied(x: Array, kT: float, sigma: float) -> Array:
    """The Fermi function of binding energy, 1/(1 + exp(-x/kT)), convolved with a Gaussian of `sigma` (eV)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    at = x[:, None] - sigma * nodes[None, :]
    return np.asarray((1.0 / (1.0 + np.exp(np.clip(-at / kT, -60.0, 60.0)))) @ weights / weights.sum())


def _smooth(y: Array, width: int) -> Array:
    from scipy.signal import savgol_filter

    return np.asarray(savgol_filter(y, min(width, y.size - 1 + y.size % 2), 2))


def secondary_cutoff(energy_eV: ArrayLike, intensity: ArrayLike, window: tuple[float, float] | None = None) -> Edge:
    """The cutoff of the secondary electrons: the largest binding energy at which electrons leave.

    The edge is searched at the high-energy end of the spectrum, or of `window` (eV). Arrays of shape (n,).

    Errors: `HeterofilmError` where no edge falls towards high binding energy.
    """
    E, y = rising(energy_eV, intensity, window)
    return _edge(-E[::-1], y[::-1], mirrored=True)


def valence_band_edge(
    energy_eV: ArrayLike, intensity: ArrayLike, E_F_eV: float = 0.0, reach_eV: float = 6.0, below_eV: float = 2.0
) -> Edge:
    """The valence band edge by extrapolation of the leading edge; energies as in the spectrum, shape (n,).

    Searched from `below_eV` above the Fermi level to `reach_eV` under it.

    Errors: `HeterofilmError` where nothing rises there.
    """
    E, y = rising(energy_eV, intensity, (E_F_eV - below_eV, E_F_eV + reach_eV))
    return _edge(E, y, mirrored=False)


def _edge(E: Array, y: Array, *, mirrored: bool) -> Edge:
    """Where the first straight rise of y(E) leaves the background before it; both are lines.

    Energies rise, and the background lies at the low end. For a cutoff the energies are mirrored.
    """
    step = float(np.median(np.diff(E)))
    width = max(7, round(0.15 / step)) | 1
    smooth = _smooth(y, width)
    floor = float(np.median(smooth[: max(5, E.size // 20)]))
    top = _first_top(E, smooth, floor)
    height = float(smooth[top]) - floor
    scatter = float(np.median(noise(y)))
    if not height > 6.0 * scatter:
        raise HeterofilmError("There is no edge that rises above the noise in this part of the spectrum.")
    first = int(np.argmax(smooth[: top + 1] >= floor + 0.5 * height))
    trials: list[tuple[float, float, float, float, float]] = []  # crossing, slope, intercept, both ends
    onset = int(np.argmax(smooth >= floor + 0.1 * height))
    before = E[onset] - 0.5 * max(E[first] - E[onset], 3.0 * step) > E
    if before.sum() < 5:
        before = np.arange(E.size) < max(5, onset // 2)
    flat = np.polyfit(E[before], y[before], 1 if before.sum() > 30 else 0)
    base = (float(flat[-1]), float(flat[0]) if flat.size == 2 else 0.0)
    reached = [int(np.argmax(smooth[: top + 1] >= floor + share * height)) for share in SHARES]
    for k, start in enumerate(reached):
        for stop in reached[k + 3 :]:
            if stop - start >= 3:
                m, c = np.polyfit(E[start : stop + 1], y[start : stop + 1], 1)
                if m > base[1]:
                    trials.append(((base[0] - c) / (m - base[1]), m, c, float(E[start]), float(E[stop])))
    # lines across a knee are flatter than those along the edge
    steepest = max((t[1] for t in trials), default=0.0)
    trials = sorted(t for t in trials if t[1] >= STEEP * steepest)
    if len(trials) < 3:
        raise HeterofilmError("The edge has too few points for a straight line; measure it with smaller steps.")
    found = np.array([t[0] for t in trials])
    _, m, c, start_eV, end_eV = trials[found.size // 2]
    # the windows share points, so that their spread knows little of the noise, which the central line's own error adds;
    # and nothing of the edge's foot, which is as wide as resolution and sample make it
    chosen = (start_eV <= E) & (end_eV >= E)
    error = 2.0 * scatter / (m * math.sqrt(chosen.sum()))
    foot = FOOT * float(E[reached[-1]] - E[reached[0]])
    sd = math.sqrt(float(np.var(found)) + error**2 + foot**2 + step**2 / 12.0)
    sign = -1.0 if mirrored else 1.0
    return Edge(
        sign * trials[found.size // 2][0], sd, (sign * m, c), (base[0], sign * base[1]),
        (-end_eV, -start_eV) if mirrored else (start_eV, end_eV), sign * found,
    )  # fmt: skip


def _first_top(E: Array, smooth: Array, floor: float) -> int:
    """The first maximum that stays: higher than what follows within 0.4 eV, and a fifth of the largest at least."""
    reach = max(3, round(0.4 / float(np.median(np.diff(E)))))
    enough = floor + 0.2 * (float(smooth.max()) - floor)
    for k in range(E.size):
        if smooth[k] >= enough and smooth[k] >= smooth[k : k + reach + 1].max():
            return k
    return int(np.argmax(smooth))
