"""The peaks of a voltammogram followed over its scan rates, over all cycles that exist."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl

from ...errors import HeterofilmError, InputError
from ...records.record import Record
from .cv import BValue, DunnSplit, Peak, Sweep, b_value, dunn_split, on_common_grid, sweeps, with_baseline
from .cv_couples import paths, same_peak
from .cv_sweeps import SAME_RATE, at_each_rate, whole

__all__ = ["LEAST", "Track", "follow", "last_at_each_rate", "of_record", "splits", "whole"]

LEAST = 3  # scan rates for a b-value
CLEAR = 0.1  # share of the current by which rising and falling potential must differ to tell a sign
# readers that find the sign of the current out by themselves
UNSURE = ("csv of time, voltage and current", "table with a map of its columns")
Track = tuple[list[float], list[float], BValue]


def of_record(record: Record) -> tuple[Sweep, ...]:
    """The sweeps of a record: of its sweep steps where it has any, otherwise of all its rows. Currents in A/m2.

    A film takes up charge while its potential rises: at one potential the current is more anodic on the way up. Where
    a measured record says the opposite, the sign of a current that its file does not state is turned, and of any other
    doubted; `Sweep.note` says so.
    """
    steps = record.steps.filter(pl.col("kind") == "sweep")["step"]
    frame = record.frame.filter(pl.col("step").is_in(steps.implode())) if steps.len() else record.frame
    if frame.height < 2:
        raise InputError("This record has no curves: a voltammogram needs current over potential.")
    found = sweeps(frame["time_s"], frame["voltage_V"], frame["current_A_m2"])
    if record.meta.get("kind") != "measured" or not _is_turned(found):
        return found
    if record.meta.get("format") in UNSURE:
        note = "the sign of the current was turned: it was less anodic while the potential rose than while it fell"
        return tuple(replace(s, current=-s.current, note=note) for s in found)
    note = "mind the sign of the current: it is less anodic while the potential rises than while it falls"
    return tuple(replace(s, note=note) for s in found)


def _is_turned(found: Sequence[Sweep]) -> bool:
    """Whether the cathodic current is the smaller one on the way down, at the same potentials."""
    gain = size = 0.0
    for group in at_each_rate(whole(found)):
        sides = [[s for s in group if s.direction == direction] for direction in ("cathodic", "anodic")]
        if not all(sides):
            continue
        try:
            means = [on_common_grid(side)[1].mean(axis=0) for side in sides]
            (V, _, _), (W, _, _) = on_common_grid(sides[0]), on_common_grid(sides[1])
        except HeterofilmError:
            continue
        inside = (W.min() <= V) & (W.max() >= V)
        other = np.interp(V, W, means[1])
        gain += float((means[0] - other)[inside].sum())
        size += float((np.abs(means[0]) + np.abs(other))[inside].sum())
    return gain < -CLEAR * size


def last_at_each_rate(found: Sequence[Sweep]) -> list[Sweep]:
    """The last sweep of each direction at each scan rate, from slow to fast. `found`: of `whole`, or all alike."""
    chosen = []
    for group in at_each_rate(found):
        last: dict[str, Sweep] = {}
        for sweep in group:
            last.pop(sweep.direction, None)  # so that the last ones stand in the order of time
            last[sweep.direction] = sweep
        chosen += list(last.values())
    return chosen


def follow(
    found: Sequence[tuple[Sweep, Sequence[Peak]]], cycles: Sequence[tuple[Sweep, Sequence[Peak]]] = ()
) -> dict[str, Track]:
    """Peaks followed from the slowest to the fastest sweep by their potential, with b where three rates have them.

    `found`: one sweep of each direction at each rate, with its peaks; `cycles`: every sweep there is, with its peaks.
    The current at a rate is the mean over its cycles; its noise and their scatter weight b. The choice of the baseline
    errs alike at all rates: half of what another one makes of b is part of its error. That of the area does not enter.
    """
    tracks: dict[str, Track] = {}
    for direction in ("cathodic", "anodic"):
        for path in paths(found, direction):
            if len(path) < LEAST:
                continue
            heights, errors, others = [], [], []
            for sweep, peak in path:
                alike = [(s, ps) for s, ps in cycles if abs(s.scan_rate_V_s / sweep.scan_rate_V_s - 1.0) < SAME_RATE]
                every = [peak.height, *(p.height for _, p in same_peak(sweep, peak, alike))]
                other = with_baseline(sweep, peak, "chord" if peak.kind == "tangent" else "tangent") or peak
                others.append(float(np.mean(every)) * other.height / peak.height)
                scatter = float(np.std(every, ddof=1)) / math.sqrt(len(every)) if len(every) > 1 else 0.0
                heights.append(float(np.mean(every)))
                errors.append(math.hypot(peak.noise, scatter))
            rates = [s.scan_rate_V_s for s, _ in path]
            b, moved = b_value(rates, heights, errors), b_value(rates, others, errors).b
            tracks[f"{direction}, {path[0][1].potential_V:.2f} V"] = rates, heights, _widened(b, (moved - b.b) / 2.0)
    return tracks


def _widened(b: BValue, sigma: float) -> BValue:
    """With a further standard error, and the interval as much wider."""
    stderr = math.hypot(b.stderr, sigma)
    reach = (b.high - b.b) * stderr / b.stderr if b.stderr > 0.0 else 2.0 * stderr
    return replace(b, stderr=stderr, low=b.b - reach, high=b.b + reach)


def splits(
    found: Sequence[Sweep], thickness_m: float | None = None, D_m2_s: float | None = None
) -> dict[str, DunnSplit]:
    """The split after Dunn of each direction that was swept at three rates or more; see `cv_rates.dunn_split`.

    `found`: every whole sweep; the current at a rate is the mean over its cycles.
    """
    made = {}
    for direction in ("cathodic", "anodic"):
        groups = at_each_rate([s for s in found if s.direction == direction])
        if len(groups) < LEAST:
            continue
        grid, currents, rates = on_common_grid([s for group in groups for s in group])
        ends = np.cumsum([0, *(len(group) for group in groups)])
        mean = np.array([currents[a:b].mean(axis=0) for a, b in pairwise(ends)])
        rate = np.array([rates[a:b].mean() for a, b in pairwise(ends)])
        made[direction] = dunn_split(grid, mean, rate, thickness_m=thickness_m, D_m2_s=D_m2_s)
    return made
