"""Edges in a depth profile: where an ion's signal rises or falls, and how wide.

An edge is an error function, the image of a sharp interface blurred by mixing and roughness::

    y(t) = lower + (upper - lower) Phi((t - t0)/s)      width from 16 to 84 % = 2 s

It need not be one, for the sputter rate changes across it: what the crossings of the counts alone say is part of the
error. Terms after ISO 18115-1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean
from ...instruments import Measurement
from ...records.result import Result

__all__ = ["AXES", "STRONG", "Edge", "axis_of", "counts_of", "find_edges", "ions_of", "smoothed"]

AXES = ("time_s", "depth_nm", "dose_ions", "fluence_ions_m-2")
MIN_POINTS = 8
STRONG = 8.0  # sigma by which a layer's signal must stand out


@dataclass(frozen=True)
class Edge:
    """Where an ion's signal rises or falls, along `unit` (s or nm), each with one standard deviation.

    `width`: from 16 to 84 % of the step; `step`: upper minus lower counts; `significance`: step over its error.
    """

    ion: str
    rising: bool
    position: float
    position_error: float
    width: float
    width_error: float
    step: float
    significance: float
    unit: str

    def results(self, sample: str = "") -> list[Result]:
        word = "rising" if self.rising else "falling"
        how = "error function, weighted by counts; error with window 0.7 to 1.4"
        return [
            Result(f"{self.ion} {word} edge", self.position, self.position_error, self.unit, how, sample),
            Result(f"{self.ion} {word} edge, width 16-84 %", self.width, self.width_error, self.unit, how, sample),
        ]


def ions_of(profile: Measurement) -> list[str]:
    """The columns of a profile that are ions' counts.

    Errors: `HeterofilmError` for data of another technique.
    """
    if profile.technique != "depth profile":
        raise InputError(f"'{profile.name}' holds {profile.technique} data, not a depth profile.")
    return [name for name in profile.table.columns if name not in AXES]


def find_edges(profile: Measurement, ion: str) -> list[Edge]:
    """The rising and falling edge of the ion's layer, each where the measurement holds it (at most two).

    The layer is where the signal, smoothed over three points, stays above half of its range around its maximum. An
    edge's error is that of the fit, widened to the scatter, and half the change with a narrower and a wider window.
    """
    axis, unit = axis_of(profile)
    y = counts_of(profile, ion)
    smooth = smoothed(y)
    lower, upper = float(np.percentile(smooth, 2)), float(smooth.max())
    above = smooth > (lower + upper) / 2
    top = int(smooth.argmax())
    left = top - int(np.argmin(above[top::-1])) if not above[: top + 1].all() else -1
    right = top + int(np.argmin(above[top:])) if not above[top:].all() else -1
    found = []
    for place, rising in ((left, True), (right, False)):
        if place >= 0 and (edge := _fit_edge(axis, y, ion, place, top, rising, unit)) is not None:
            found.append(edge)
    return found


def counts_of(profile: Measurement, ion: str) -> NDArray[np.float64]:
    known = ions_of(profile)
    if ion not in known:
        raise InputError(f"The profile '{profile.name}' has no ion '{ion}'.{did_you_mean(ion, known)}")
    return np.nan_to_num(profile.column(ion), nan=0.0, posinf=0.0, neginf=0.0)


def axis_of(profile: Measurement) -> tuple[NDArray[np.float64], str]:
    unit = "nm" if "depth_nm" in profile.table.columns else "s"
    axis = profile.column("depth_nm", "time_s")
    if axis.size < MIN_POINTS:
        raise InputError(f"The profile '{profile.name}' has {axis.size} points; edges need {MIN_POINTS}.")
    return axis, unit


def smoothed(y: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.concatenate([y[:1], y, y[-1:]])
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3.0)


def _fit_edge(
    axis: NDArray[np.float64], y: NDArray[np.float64], ion: str, place: int, top: int, rising: bool, unit: str
) -> Edge | None:
    """One edge near index `place`, whose upper side lies towards `top`."""
    from scipy.optimize import least_squares
    from scipy.special import ndtr

    step = float(np.median(np.diff(axis)))
    sign = 1.0 if rising else -1.0

    def fit(window: float) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        inside = np.abs(axis - axis[place]) <= window
        far = axis > axis[top] + window / 2 if rising else axis < axis[top] - window / 2
        inside &= ~far
        x, counts = axis[inside], y[inside]
        if x.size < 6:
            return None
        low, high = float(np.min(smoothed(counts))), float(np.max(smoothed(counts)))
        if high - low <= 0.0:
            return None
        noise = np.sqrt(np.maximum(smoothed(counts), 1.0))

        def residual(p: NDArray[np.float64]) -> NDArray[np.float64]:
            model = p[0] + (p[1] - p[0]) * ndtr(sign * (x - p[2]) / p[3])
            return np.asarray((model - counts) / noise)

        scale = [max(high, 1.0), max(high, 1.0), step, step]
        start = np.array([low, high, axis[place], max(window / 4.0, step / 2)])
        bounds = ([-high, low, x[0] - window, 0.05 * step], [2 * high, 4 * high, x[-1] + window, 4 * window])
        best = least_squares(residual, start, bounds=bounds, x_scale=scale, max_nfev=400)
        excess = max(1.0, 2.0 * best.cost / max(x.size - 4, 1))  # counts scatter by more than Poisson: widened
        try:
            covariance = np.linalg.inv(best.jac.T @ best.jac) * excess
        except np.linalg.LinAlgError:
            return None
        return best.x, np.sqrt(np.maximum(np.diag(covariance), 0.0))

    rough = _rough_width(axis, y, place, rising)
    window = max(3.0 * rough, 6.0 * step)
    fits = [found for factor in (1.0, 0.7, 1.4) if (found := fit(factor * window)) is not None]
    if not fits:
        return None
    p, error = fits[0]
    moved = [(max(f[0][k] for f in fits) - min(f[0][k] for f in fits)) / 2.0 for k in (2, 3)]
    rise = float(p[1] - p[0])
    significance = rise / math.hypot(error[0], error[1]) if rise > 0.0 else 0.0
    reached = axis[0] + 0.5 * p[3] <= p[2] <= axis[-1] - 0.5 * p[3]  # else a plateau was never measured
    if significance < STRONG / 2 or not math.isfinite(significance) or not reached:
        return None
    # the edge need not be an error function (the rate changes across it): what its crossings alone say
    free = _crossings(axis, y, p, window, rising)
    for k, other in enumerate(free):
        if math.isfinite(other):
            moved[k] = math.hypot(moved[k], other - float(p[2 + k]))
    unresolved = step / math.sqrt(12.0) if p[3] < step / 2 else 0.0
    return Edge(
        ion, rising, float(p[2]), math.hypot(error[2], moved[0]), 2.0 * float(p[3]),
        2.0 * math.hypot(error[3], moved[1], unresolved), rise, significance, unit,
    )  # fmt: skip


def _crossings(
    axis: NDArray[np.float64], y: NDArray[np.float64], p: NDArray[np.float64], window: float, rising: bool
) -> tuple[float, float]:
    """Position and half width where the counts cross 50, and 16 and 84 %, of the fitted step; NaN where they do not."""
    inside = np.abs(axis - p[2]) <= window
    x, level = axis[inside], (y[inside] - p[0]) / (p[1] - p[0])
    level = np.maximum.accumulate(level if rising else level[::-1])  # noise on the way up is passed over
    x = x if rising else x[::-1]
    if level.size < 3 or level[0] > 0.16 or level[-1] < 0.84:
        return math.nan, math.nan
    low, middle, high = (float(np.interp(f, level, x)) for f in (0.16, 0.5, 0.84))
    return middle, abs(high - low) / 2.0


def _rough_width(axis: NDArray[np.float64], y: NDArray[np.float64], place: int, rising: bool) -> float:
    """About 16-84 %: how far from `place` the smoothed signal needs to come near its plateaus."""
    smooth = smoothed(y)
    outward = slice(place, None, -1) if rising else slice(place, None)
    low = float(np.percentile(smooth, 2))
    level = low + 0.16 / 0.5 * max(float(smooth[place]) - low, 0.0)
    beyond = np.flatnonzero(smooth[outward] <= level)
    reach = int(beyond[0]) if beyond.size else min(5, smooth[outward].size - 1)
    return float(2.0 * abs(axis[outward][reach] - axis[place]))
