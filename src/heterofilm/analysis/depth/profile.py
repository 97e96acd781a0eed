"""Depth profiles of secondary ions: the order of layers, their interfaces, and time to depth.

Depth grows with time at each layer's own sputter rate, v = thickness/(time between its interfaces). Counts are not
concentrations: yields change with the matrix, so shares of counts are compared within one layer only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result
from .edges import AXES, STRONG, Edge, axis_of, counts_of, find_edges, smoothed

__all__ = ["DepthScale", "Layers", "depth_scale", "layers", "marking", "normalised"]

# relative error of a sputter rate taken from another material: oxides, metals and silicon under one beam differ by up
# to a factor of two (assumed)
ELSEWHERE = 0.5


@dataclass(frozen=True)
class Layers:
    """Ions in the order in which the beam meets them, and the interface between each two neighbours.

    `centre`: centroid of each ion's signal above half of its range, with its error; `interfaces`: position, its error,
    width and its error between neighbours (falling edge of one and rising edge of the next, weighted; NaN where neither
    was measured whole); `certain`: the order of each two neighbours by more than 3 sigma; `thickness`: of each layer,
    with its error, NaN where it does not end within the run (in seconds: how long the beam was in it).
    """

    ions: tuple[str, ...]
    centre: tuple[float, ...]
    centre_error: tuple[float, ...]
    interfaces: tuple[tuple[float, float, float, float], ...]
    certain: tuple[bool, ...]
    unit: str
    thickness: tuple[tuple[float, float], ...] = ()

    def over(self, scale: DepthScale) -> Layers:
        """The same in nm, of layers in seconds."""
        places = [scale.place(at, error) for at, error, *_ in self.interfaces]
        widths = [scale.width(*interface) for interface in self.interfaces]
        centres = [scale.place(*pair) for pair in zip(self.centre, self.centre_error, strict=True)]
        return replace(
            self, unit="nm", centre=tuple(c for c, _ in centres), centre_error=tuple(e for _, e in centres),
            interfaces=tuple((*place, *width) for place, width in zip(places, widths, strict=True)),
            thickness=_thicknesses(self.interfaces, scale),
        )  # fmt: skip

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
        what = "thickness of the layer" if self.unit == "nm" else "time in the layer"
        found += [
            Result(f"{what} of {ion}", value, error, self.unit, "between its interfaces", sample)
            for ion, (value, error) in zip(self.ions, self.thickness, strict=False)
        ]
        return [row for row in found if isinstance(row.value, str) or math.isfinite(row.value)]


@dataclass(frozen=True)
class DepthScale:
    """Depth over time by straight pieces: `time_s` and `depth_nm` of the nodes, `rate_nm_s` of each piece, its error.

    A rate is the mean over the layer, its mixed zones included. The last rate goes on beyond the last node (in the
    substrate): where that is an assumption, its error is `ELSEWHERE` and `note` states it.
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

    def between(self, start_s: float, end_s: float) -> tuple[float, float]:
        """How deep the beam eats from one time to another, in nm, and the error that the rates give it."""
        nodes = np.array([-math.inf, *self.time_s[1:], math.inf])
        spans = np.diff(np.clip(nodes, start_s, end_s))
        return float(spans @ np.array(self.rate_nm_s)), float(np.hypot.reduce(spans * np.array(self.rate_error)))

    def rate(self, time_s: float) -> float:
        """In nm/s, at a time; between two layers the mean of theirs."""
        around = 1e-6 * max(abs(time_s), 1.0)
        return self.between(time_s - around, time_s + around)[0] / (2.0 * around)

    def place(self, time_s: float, error_s: float) -> tuple[float, float]:
        """A time as a depth in nm, with the errors of the time and of the rates."""
        if not math.isfinite(time_s):
            return math.nan, math.nan
        depth, error = self.between(0.0, max(time_s, 0.0))
        return depth, math.hypot(error, self.rate(time_s) * error_s)

    def width(self, time_s: float, _: float, width_s: float, error_s: float) -> tuple[float, float]:
        """A width around a time in nm, each half at the rate that holds there."""
        if not math.isfinite(time_s):
            return math.nan, math.nan
        width, error = self.between(time_s - width_s / 2.0, time_s + width_s / 2.0)
        return width, math.hypot(error, width / width_s * error_s)

    def edge(self, edge: Edge) -> Edge:
        """An edge in seconds, in nm."""
        at = (edge.position, edge.position_error)
        position, width = self.place(*at), self.width(*at, edge.width, edge.width_error)
        return replace(edge, position=position[0], position_error=position[1], width=width[0], width_error=width[1],
                       unit="nm")  # fmt: skip

    def applied(self, profile: Measurement) -> Measurement:
        """The profile with its column depth_nm."""
        depth = self.depth(profile.column("time_s"))
        table = profile.table.drop("depth_nm", strict=False).with_columns(pl.Series("depth_nm", depth))
        return replace(profile, table=table, notes=(*profile.notes, self.note))

    def results(self, sample: str = "") -> list[Result]:
        return [
            Result(f"sputter rate, layer {k}", rate, error, "nm/s", "known thickness over time between edges", sample)
            for k, (rate, error) in enumerate(zip(self.rate_nm_s[:-1], self.rate_error, strict=False), 1)
        ]  # fmt: skip


def normalised(profile: Measurement, ions: Sequence[str], to: str = "max") -> pl.DataFrame:
    """The axes and the signals of `ions`, normalised: `to` is "max" (each to its own highest of three neighbours'
    mean), "sum" (point by point to the sum of these ions), or an ion's name ("total", "O-": point by point to it).

    Errors: `HeterofilmError` for an unknown ion, or a reference that counts nothing.
    """
    values = {ion: counts_of(profile, ion) for ion in ions}
    if to == "max":
        scaled = {ion: y / max(float(np.nanmax(smoothed(y))), 1e-300) for ion, y in values.items()}
    else:
        reference = np.sum(list(values.values()), axis=0) if to == "sum" else counts_of(profile, to)
        if not np.any(reference > 0.0):
            raise InputError(f"The profile '{profile.name}' cannot be normalised to '{to}', which counts nothing.")
        safe = np.where(reference > 0.0, reference, np.nan)
        scaled = {ion: y / safe for ion, y in values.items()}
    axes = [name for name in AXES if name in profile.table.columns]
    return profile.table.select(axes).with_columns(pl.Series(ion, y) for ion, y in scaled.items())


def marking(profile: Measurement, ions: Sequence[str]) -> list[str]:
    """Of `ions`, the preferred ones first, those that mark a layer each: none lies in the layer of one before it.

    A layer reaches from an ion's rising to its falling edge, or to where the run begins or ends.
    """
    axis, _ = axis_of(profile)
    chosen: dict[str, tuple[float, float]] = {}
    for ion in ions:
        edges = {edge.rising: edge.position for edge in find_edges(profile, ion)}
        if not edges or not _stands_out(profile, ion):
            continue
        start, end = edges.get(True, float(axis[0])), edges.get(False, float(axis[-1]))
        middle = (start + end) / 2.0
        if not any(a < middle < b or start < (a + b) / 2.0 < end for a, b in chosen.values()):
            chosen[ion] = (start, end)
    return list(chosen)


def layers(profile: Measurement, ions: Sequence[str]) -> Layers:
    """The order of the layers that `ions` stand for, and the interfaces between them.

    Errors: `HeterofilmError` for fewer than two ions, an unknown one, or one whose counts are noise.
    """
    if len(set(ions)) < 2:
        raise InputError("An order of layers needs at least two ions, one for each layer.")
    axis, unit = axis_of(profile)
    centre = {}
    for ion in ions:
        y = counts_of(profile, ion)
        smooth = smoothed(y)
        lower, upper = float(np.percentile(smooth, 2)), float(smooth.max())
        if not _stands_out(profile, ion):
            raise InputError(f"The counts of {ion} (at most {upper:.3g}) hold no layer; name an ion that counts more.")
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
                  tuple(certain), unit, _thicknesses(interfaces))  # fmt: skip


def depth_scale(
    interfaces_s: Sequence[float], thicknesses_nm: Sequence[float], *, interface_errors_s: Sequence[float] = (),
    thickness_errors_nm: Sequence[float] = (), substrate_nm_s: float | None = None,
) -> DepthScale:  # fmt: skip
    """Time to depth from the times of the interfaces and the known thickness of each layer above them.

    Without an own rate what lies below is given the last layer's, known to `ELSEWHERE`.

    Errors: `HeterofilmError` for numbers that do not match, times that do not rise, thicknesses that are not positive.
    """
    times, depths = [0.0, *map(float, interfaces_s)], [float(d) for d in thicknesses_nm]
    if len(times) != len(depths) + 1 or not depths:
        raise InputError(f"{len(depths)} thicknesses need as many interfaces, got {len(times) - 1}.")
    if not all(b > a for a, b in pairwise(times)) or not all(0.0 < d < 1e7 for d in depths):
        raise InputError("The times of interfaces must rise from above 0, and thicknesses be positive (nm).")
    t_error = [0.0, *(interface_errors_s or [0.0] * len(depths))]
    d_error = list(thickness_errors_nm or [0.0] * len(depths))
    rates, errors = [], []
    for k, d in enumerate(depths):
        span = times[k + 1] - times[k]
        rates.append(d / span)
        errors.append(d / span * math.hypot(d_error[k] / d, math.hypot(t_error[k], t_error[k + 1]) / span))
    rates.append(substrate_nm_s if substrate_nm_s is not None else rates[-1])
    errors.append(math.hypot(errors[-1], ELSEWHERE * rates[-1]) if substrate_nm_s is None else 0.0)
    note = (
        "" if substrate_nm_s is not None
        else f"below the last known layer its sputter rate was assumed to go on, give or take {100 * ELSEWHERE:.0f} %"
    )  # fmt: skip
    return DepthScale(tuple(times), tuple(np.cumsum([0.0, *depths]).tolist()), tuple(rates), tuple(errors), note)


def _stands_out(profile: Measurement, ion: str) -> bool:
    """Whether an ion's counts change by more than their noise."""
    smooth = smoothed(counts_of(profile, ion))
    lower, upper = float(np.percentile(smooth, 2)), float(smooth.max())
    return upper - lower >= STRONG * math.sqrt(max(upper, 1.0) / 3.0)


def _thicknesses(
    interfaces: Sequence[tuple[float, float, float, float]], scale: DepthScale | None = None
) -> tuple[tuple[float, float], ...]:
    """Thickness of each layer but the last, which nothing ends, and its error: in the interfaces' unit, or by `scale`.

    The first begins at the surface, at zero.
    """
    found = []
    ends = [(0.0, 0.0), *((at, error) for at, error, *_ in interfaces)]
    for (start, start_error), (end, end_error) in pairwise(ends):
        if scale is None or not math.isfinite(end - start):
            found.append((end - start, math.hypot(start_error, end_error)))
        else:
            depth, error = scale.between(start, end)
            at_ends = (scale.rate(start) * start_error, scale.rate(end) * end_error)
            found.append((depth, math.hypot(error, *at_ends)))
    return tuple(found)


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
