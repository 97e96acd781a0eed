"""Edges in photoelectron spectra: a metal's Fermi edge, the cutoff of secondary electrons, the valence band edge.

The last two begin where a straight rise leaves the background. The habit is to draw a line through the steepest part
and to see where it meets the background; resolution and an uneven sample round the edge, and the line meets it some
hundredths of an eV too early. Therefore a line rounded by a Gaussian is fitted (see `rounded`), or one that bends too,
where the spectrum shows that it does. The uncertainty holds the noise, the spread over parts of the edge, and by how
much a straight edge and a bent one differ: which of them an edge is, nobody prescribes. Both the fitted and the drawn
answer are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import K_B_EV
from ...errors import InputError
from ...records.result import Result
from .fit import noise, rising
from .rounded_edge import rounded_edge

__all__ = ["Edge", "FermiEdge", "fermi_edge", "secondary_cutoff", "valence_band_edge"]

Array = NDArray[Any]
SHARES = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of an edge's height, between which lines are drawn
STEEP = 0.8  # of the steepest line's slope: a flatter one does not follow the edge
PARTS = (0.4, 0.5, 0.6)  # of an edge's height, up to which a rounded edge is fitted
NEAR = 0.3  # eV: half of the background that is fitted with the edge, at least
BROADEST = 1.0  # eV: a fit that knows its edge no better says nothing
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
    """An edge: where it begins without its rounding, with one standard deviation (eV).

    `line`: slope and intercept of the edge without rounding; `base`: level and slope of the background; `window` of the
    fit in eV; `trials`: every fit's answer; `rounding_eV`: full width of the Gaussian; `drawn_eV`: where lines drawn
    through the steepest part meet the background, the habit of the field.
    """

    energy_eV: float
    sd_eV: float
    line: tuple[float, float]
    base: tuple[float, float]
    window: tuple[float, float]
    trials: Array
    rounding_eV: float
    drawn_eV: float


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
    kT = K_B_EV * temperature_K

    def broad(x: Array, width: float) -> Array:
        return _occupied(x, kT, abs(width))

    def plain(x: Array, width: float) -> Array:
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(-x / abs(width), -60.0, 60.0))))

    start = float(E[int(np.argmax(steps))])
    for _ in range(2):  # the window follows the edge that is found in it
        inside = np.abs(E - start) <= window_eV
        if inside.sum() < 12:
            raise InputError(f"There is no Fermi edge with enough points near {near:g} eV.")
        x, counts = E[inside], y[inside]
        if not np.median(counts[-5:]) > np.median(counts[:5]):
            raise InputError(f"The intensity near {near:g} eV does not rise towards higher binding energy.")
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
    """The valence band edge from where the leading edge begins; energies as in the spectrum, shape (n,).

    Searched from `below_eV` above the Fermi level to `reach_eV` under it.

    Errors: `HeterofilmError` where nothing rises there.
    """
    E, y = rising(energy_eV, intensity, (E_F_eV - below_eV, E_F_eV + reach_eV))
    return _edge(E, y, mirrored=False)


def _edge(E: Array, y: Array, *, mirrored: bool) -> Edge:
    """Where the first straight rise of y(E) leaves the background before it.

    Energies rise, and the background lies at the low end. For a cutoff the energies are mirrored.
    """
    step = float(np.median(np.diff(E)))
    smooth = _smooth(y, max(7, round(0.15 / step)) | 1)
    floor = float(np.median(smooth[: max(5, E.size // 20)]))
    top = _first_top(E, smooth, floor)
    height = float(smooth[top]) - floor
    sigma = noise(y)
    if not height > 6.0 * float(np.median(sigma)):
        raise InputError("There is no edge that rises above the noise in this part of the spectrum.")

    def reached(share: float) -> int:
        return int(np.argmax(smooth[: top + 1] >= floor + share * height))

    onset, middle = reached(0.1), reached(0.5)
    drawn = _drawn(E, y, onset, middle, [reached(share) for share in SHARES])
    # enough of the background to know it, and not so much that it bends
    first = int(np.searchsorted(E, E[onset] - 2.0 * max(float(E[middle] - E[onset]), NEAR)))
    ends = [reached(share) + 1 for share in PARTS]
    straight, curved = (
        [rounded_edge(E[first:end], y[first:end], sigma[first:end], drawn, curved=bent) for end in ends]
        for bent in (False, True)
    )
    lines = [fit for fit in straight if fit is not None and fit.slope > 0.0]
    if len(lines) < len(ends):
        raise InputError("The edge has too few points for a straight line; measure it with smaller steps.")
    bends = [fit for fit in curved if fit is not None and fit.energy_sd < BROADEST]
    centre, family, other = lines[len(lines) // 2], lines, bends[len(bends) // 2] if bends else None
    if other is not None and other.points == centre.points and other.better_than(centre):
        centre, family, other = other, bends, centre
    # noise; which part of the edge; how much of the rounding is none; and whether the edge is straight, less what the
    # noise alone parts both fits by
    variance = centre.energy_sd**2 + float(np.var([fit.energy_eV for fit in family]))
    variance += (drawn - centre.energy_eV) ** 2 / 3.0
    if other is not None:
        noisy = max(centre.energy_sd, other.energy_sd)
        variance += max((other.energy_eV - centre.energy_eV) ** 2 - noisy**2, 0.0)
    sign = -1.0 if mirrored else 1.0
    level, tilt = centre.base
    slope = tilt + centre.slope
    window = (float(E[first]), float(E[first + centre.points - 1]))
    return Edge(
        sign * centre.energy_eV, math.sqrt(variance),
        (sign * slope, level - centre.slope * centre.energy_eV), (level, sign * tilt),
        (-window[1], -window[0]) if mirrored else window, sign * np.array([fit.energy_eV for fit in lines + bends]),
        BROAD * centre.sigma_eV, sign * drawn,
    )  # fmt: skip


def _drawn(E: Array, y: Array, onset: int, middle: int, reached: list[int]) -> float:
    """Where straight lines through many parts of the rise meet the background: the median of their crossings."""
    step = float(np.median(np.diff(E)))
    before = E[onset] - 0.5 * max(E[middle] - E[onset], 3.0 * step) > E
    if before.sum() < 5:
        before = np.arange(E.size) < max(5, onset // 2)
    flat = np.polyfit(E[before], y[before], 1 if before.sum() > 30 else 0)
    base = (float(flat[-1]), float(flat[0]) if flat.size == 2 else 0.0)
    lines: list[tuple[float, float]] = []  # crossing, slope
    for k, start in enumerate(reached):
        for stop in reached[k + 3 :]:
            if stop - start >= 3:
                m, c = np.polyfit(E[start : stop + 1], y[start : stop + 1], 1)
                if m > base[1]:
                    lines.append((float((base[0] - c) / (m - base[1])), float(m)))
    # lines across a knee are flatter than those along the edge
    steepest = max((m for _, m in lines), default=0.0)
    crossings = sorted(at for at, m in lines if m >= STEEP * steepest)
    if len(crossings) < 3:
        raise InputError("The edge has too few points for a straight line; measure it with smaller steps.")
    return crossings[len(crossings) // 2]


def _first_top(E: Array, smooth: Array, floor: float) -> int:
    """The first maximum that stays: higher than what follows within 0.4 eV, and a fifth of the largest at least."""
    reach = max(3, round(0.4 / float(np.median(np.diff(E)))))
    enough = floor + 0.2 * (float(smooth.max()) - floor)
    for k in range(E.size):
        if smooth[k] >= enough and smooth[k] >= smooth[k : k + reach + 1].max():
            return k
    return int(np.argmax(smooth))
