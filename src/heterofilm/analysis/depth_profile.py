"""Depth profiles of secondary ions: edges of layers, their order, time to depth, and what the surface lacks.

An edge of an ion's signal is an error function, the image of a sharp interface blurred by mixing and roughness::

    y(t) = lower + (upper - lower) Phi((t - t0)/s)      width from 16 to 84 % = 2 s

Depth grows with time at each layer's own sputter rate v = thickness/(time between its interfaces). Counts are not
concentrations: yields change with the matrix, so shares of counts are compared within one layer only.
Standard terms: ISO 18115-1; interface width of 16-84 %: ISO 20341.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError, did_you_mean
from ..instruments import Measurement
from .result import Result

__all__ = ["DepthScale", "Edge", "Layers", "depth_scale", "find_edges", "ions_of", "layers", "normalised"]

AXES = ("time_s", "depth_nm", "dose_ions", "fluence_ions_m-2")
MIN_POINTS = 8
STRONG = 8.0  # sigma by which an edge's step must stand out


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


@dataclass(frozen=True)
class Layers:
    """Ions in the order in which the beam meets them, and the interface between each two neighbours.

    `centre`: centroid of each ion's signal above half of its range, with its error; `interfaces`: position, its error,
    width and its error between neighbours (falling edge of one and rising edge of the next, weighted; NaN where neither
    was measured whole); `certain`: the order of each two neighbours by more than 3 sigma.
    """

    ions: tuple[str, ...]
    centre: tuple[float, ...]
    centre_error: tuple[float, ...]
    interfaces: tuple[tuple[float, float, float, float], ...]
    certain: tuple[bool, ...]
    unit: str

    def results(self, sample: str = "") -> list[Result]:
        found = [
            Result("order of layers", " | ".join(self.ions), method="centroid of each ion above half", sample=sample)
        ]
        for above, below, (position, error, width, width_error) in zip(
            self.ions, self.ions[1:], self.interfaces, strict=False
        ):
            name = f"interface {above} | {below}"
            how = "falling and rising edge, weighted"
            found.append(Result(name, position, error, self.unit, how, sample))
            found.append(Result(f"{name}, width 16-84 %", width, width_error, self.unit, how, sample))
        return found


@dataclass(frozen=True)
class DepthScale:
    """Depth over time by straight pieces: `time_s` and `depth_nm` of the nodes, `rate_nm_s` of each piece, its error.

    A rate is the mean over the layer, its mixed zones included. The last rate goes on beyond the last node (in the substrate): an assumption that `note` states.
    """

    time_s: tuple[float, ...]
    depth_nm: tuple[float, ...]
    rate_nm_s: tuple[float, ...]
    rate_error: tuple[float, ...]
    note: str

    def depth(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Depth in nm at the times, shape (n,)."""
        piece = np.clip(np.searchsorted(self.time_s, time_s, "right") - 1, 0, len(self.rate_nm_s) - 1)
        start, depth, rate = (np.array(v)[piece] for v in (self.time_s, self.depth_nm, self.rate_nm_s))
        return np.asarray(depth + rate * (np.asarray(time_s) - start))

    def applied(self, profile: Measurement) -> Measurement:
        """The profile with its column depth_nm."""
        depth = self.depth(profile.column("time_s"))
        table = profile.table.drop("depth_nm", strict=False).with_columns(pl.Series("depth_nm", depth))
        return replace(profile, table=table, notes=(*profile.notes, self.note))

    def results(self, sample: str = "") -> list[Result]:
        return [
            Result(f"sputter rate, layer {k}", rate, error, "nm/s", "known thickness over time between edges", sample,
                   note=self.note)
            for k, (rate, error) in enumerate(zip(self.rate_nm_s, self.rate_error, strict=True), 1)
        ]  # fmt: skip


def ions_of(profile: Measurement) -> list[str]:
    """The columns of a profile that are ions' counts.

    Errors: `HeterofilmError` for data of another technique.
    """
    if profile.technique != "depth profile":
        raise HeterofilmError(f"'{profile.name}' holds {profile.technique} data, not a depth profile.")
    return [name for name in profile.table.columns if name not in AXES]


def normalised(profile: Measurement, ions: Sequence[str], to: str = "max") -> pl.DataFrame:
    """The axes and the signals of `ions`, normalised: `to` is "max" (each to its own highest of three neighbours'
    mean), "sum" (point by point to the sum of these ions), or an ion's name ("total", "O-": point by point to it).

    Errors: `HeterofilmError` for an unknown ion, or a reference that counts nothing.
    """
    values = {ion: _counts(profile, ion) for ion in ions}
    if to == "max":
        scaled = {ion: y / max(float(np.nanmax(_smooth(y))), 1e-300) for ion, y in values.items()}
    else:
        reference = np.sum(list(values.values()), axis=0) if to == "sum" else _counts(profile, to)
        if not np.any(reference > 0.0):
            raise HeterofilmError(f"The profile '{profile.name}' cannot be normalised to '{to}', which counts nothing.")
        safe = np.where(reference > 0.0, reference, np.nan)
        scaled = {ion: y / safe for ion, y in values.items()}
    axes = [name for name in AXES if name in profile.table.columns]
    return profile.table.select(axes).with_columns(pl.Series(ion, y) for ion, y in scaled.items())


def find_edges(profile: Measurement, ion: str) -> list[Edge]:
    """The rising and falling edge of the ion's layer, each where the measurement holds it (at most two).

    The layer is where the signal, smoothed over three points, stays above half of its range around its maximum. An
    edge's error is that of the fit, widened to the scatter, and half the change with a narrower and a wider window.
    """
    axis, unit = _axis(profile)
    y = _counts(profile, ion)
    smooth = _smooth(y)
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


def layers(profile: Measurement, ions: Sequence[str]) -> Layers:
    """The order of the layers that `ions` stand for, and the interfaces between them.

    Errors: `HeterofilmError` for fewer than two ions, an unknown one, or one whose counts are noise.
    """
    if len(set(ions)) < 2:
        raise HeterofilmError("An order of layers needs at least two ions, one for each layer.")
    axis, unit = _axis(profile)
    centre = {}
    for ion in ions:
        y = _counts(profile, ion)
        smooth = _smooth(y)
        lower, upper = float(np.percentile(smooth, 2)), float(smooth.max())
        if upper - lower < STRONG * math.sqrt(max(upper, 1.0) / 3.0):
            raise HeterofilmError(
                f"The counts of {ion} (at most {upper:.3g}) hold no layer; name an ion that counts more."
            )
        weight = np.where(smooth > (lower + upper) / 2, y - lower, 0.0).clip(0.0)
        mean = float(np.sum(weight * axis) / np.sum(weight))
        # the centroid moves with the level at which the layer is cut: 40 and 60 % against 50 %
        moved = []
        for level in (0.4, 0.6):
            cut = np.where(smooth > lower + level * (upper - lower), y - lower, 0.0).clip(0.0)
            moved.append(float(np.sum(cut * axis) / np.sum(cut)))
        noise = math.sqrt(float(np.sum(np.maximum(y, 1.0) * (weight > 0.0) * (axis - mean) ** 2))) / float(
            np.sum(weight)
        )
        centre[ion] = (mean, math.hypot(noise, (max(moved) - min(moved)) / 2.0))
    order = tuple(sorted(centre, key=lambda ion: centre[ion][0]))
    interfaces, certain = [], []
    for above, below in pairwise(order):
        interfaces.append(_interface(profile, above, below))
        apart = centre[below][0] - centre[above][0]
        certain.append(apart > 3.0 * math.hypot(centre[above][1], centre[below][1]))
    return Layers(order, tuple(centre[i][0] for i in order), tuple(centre[i][1] for i in order), tuple(interfaces),
                  tuple(certain), unit)  # fmt: skip


def depth_scale(
    interfaces_s: Sequence[float], thicknesses_nm: Sequence[float], *, interface_errors_s: Sequence[float] = (),
    thickness_errors_nm: Sequence[float] = (), substrate_nm_s: float | None = None,
) -> DepthScale:  # fmt: skip
    """Time to depth from the times of the interfaces and the known thickness of each layer above them.

    Without an own rate the substrate below is given the last layer's. One rate for everything: one interface.

    Errors: `HeterofilmError` for numbers that do not match, times that do not rise, thicknesses that are not positive.
    """
    times, depths = [0.0, *map(float, interfaces_s)], [float(d) for d in thicknesses_nm]
    if len(times) != len(depths) + 1 or not depths:
        raise HeterofilmError(f"{len(depths)} thicknesses need as many interfaces, got {len(times) - 1}.")
    if not all(b > a for a, b in pairwise(times)) or not all(0.0 < d < 1e7 for d in depths):
        raise HeterofilmError("The times of interfaces must rise from above 0, and thicknesses be positive (nm).")
    t_error = [0.0, *(interface_errors_s or [0.0] * len(depths))]
    d_error = list(thickness_errors_nm or [0.0] * len(depths))
    rates, errors = [], []
    for k, d in enumerate(depths):
        span = times[k + 1] - times[k]
        rates.append(d / span)
        errors.append(d / span * math.hypot(d_error[k] / d, math.hypot(t_error[k], t_error[k + 1]) / span))
    rates.append(substrate_nm_s if substrate_nm_s is not None else rates[-1])
    errors.append(math.nan if substrate_nm_s is None else 0.0)
    note = "" if substrate_nm_s is not None else "below the last interface the last layer's sputter rate was assumed"
    return DepthScale(tuple(times), tuple(np.cumsum([0.0, *depths]).tolist()), tuple(rates), tuple(errors), note)


def _counts(profile: Measurement, ion: str) -> NDArray[np.float64]:
    known = ions_of(profile)
    if ion not in known:
        raise HeterofilmError(f"The profile '{profile.name}' has no ion '{ion}'.{did_you_mean(ion, known)}")
    return np.nan_to_num(profile.column(ion), nan=0.0, posinf=0.0, neginf=0.0)


def _axis(profile: Measurement) -> tuple[NDArray[np.float64], str]:
    unit = "nm" if "depth_nm" in profile.table.columns else "s"
    axis = profile.column("depth_nm", "time_s")
    if axis.size < MIN_POINTS:
        raise HeterofilmError(f"The profile '{profile.name}' has {axis.size} points; edges need {MIN_POINTS}.")
    return axis, unit


def _smooth(y: NDArray[np.float64]) -> NDArray[np.float64]:
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
        low, high = float(np.min(_smooth(counts))), float(np.max(_smooth(counts)))
        if high - low <= 0.0:
            return None
        noise = np.sqrt(np.maximum(_smooth(counts), 1.0))

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
    smooth = _smooth(y)
    outward = slice(place, None, -1) if rising else slice(place, None)
    low = float(np.percentile(smooth, 2))
    level = low + 0.16 / 0.5 * max(float(smooth[place]) - low, 0.0)
    beyond = np.flatnonzero(smooth[outward] <= level)
    reach = int(beyond[0]) if beyond.size else min(5, smooth[outward].size - 1)
    return float(2.0 * abs(axis[outward][reach] - axis[place]))


def _interface(profile: Measurement, above: str, below: str) -> tuple[float, float, float, float]:
    """Position, its error, width, its error, between two neighbours; NaN where neither edge was measured whole.

    The two ions may see it at different places and widths (matrix effects): half of that is part of the error.
    """
    found = [e for e in find_edges(profile, above) if not e.rising] + [
        e for e in find_edges(profile, below) if e.rising
    ]
    if not found:
        return math.nan, math.nan, math.nan, math.nan
    position = _mean([(e.position, e.position_error) for e in found])
    return (*position, *_mean([(e.width, e.width_error) for e in found]))


def _mean(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Weighted mean of one or two numbers, and its error with half of what they differ by."""
    weight = np.array([1.0 / max(error, 1e-9) ** 2 for _, error in pairs])
    mean = float(np.sum(weight * [value for value, _ in pairs]) / weight.sum())
    return mean, math.hypot(1.0 / math.sqrt(float(weight.sum())), abs(pairs[0][0] - pairs[-1][0]) / 2.0)
