"""The peaks of a voltammogram followed over its scan rates."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ...errors import HeterofilmError
from ...records.record import Record
from .cv import BValue, DunnSplit, Peak, Sweep, b_value, dunn_split, on_common_grid, sweeps
from .cv_errors import peak_errors

SAME_RATE = 0.05  # scan rates that differ by less are one
FOLLOWED = 0.2  # V: from one rate to the next a peak moves by less
LEAST = 3  # scan rates for a b-value
Track = tuple[list[float], list[float], BValue]


def of_record(record: Record) -> tuple[Sweep, ...]:
    """The sweeps of a record: of its sweep steps where it has any, otherwise of all its rows. Currents in A/m2."""
    steps = record.steps.filter(pl.col("kind") == "sweep")["step"]
    frame = record.frame.filter(pl.col("step").is_in(steps.implode())) if steps.len() else record.frame
    if frame.height < 2:
        raise HeterofilmError("This record has no curves: a voltammogram needs current over potential.")
    return sweeps(frame["time_s"], frame["voltage_V"], frame["current_A_m2"])


def last_at_each_rate(found: Sequence[Sweep]) -> list[Sweep]:
    """The last sweep of each direction at each scan rate, from slow to fast."""
    last: dict[tuple[float, str], Sweep] = {}
    rates: list[float] = []
    for sweep in found:
        own = sweep.scan_rate_V_s
        rate = next((r for r in rates if abs(own / r - 1.0) < SAME_RATE), own)
        if rate == own:
            rates.append(rate)
        last.pop((rate, sweep.direction), None)  # so that the last ones stand in the order of time
        last[rate, sweep.direction] = sweep
    return [last[key] for key in sorted(last, key=lambda key: key[0])]


def follow(found: Sequence[tuple[Sweep, Sequence[Peak]]]) -> dict[str, Track]:
    """Peaks followed from the slowest to the fastest sweep by their potential, with b where three rates have them.

    The errors of the peaks (`cv_errors`) weight b; that of the area is the same at all rates and does not enter.
    """
    tracks: dict[str, Track] = {}
    for direction in ("cathodic", "anodic"):
        own = [(s, ps) for s, ps in found if s.direction == direction]
        error = {id(p): e.height for s, ps in own for p, e in zip(ps, peak_errors(s, ps), strict=True)}
        paths = [[(own[0][0].scan_rate_V_s, peak)] for peak in own[0][1]] if own else []
        for sweep, candidates in own[1:]:
            # the nearest pairs first; where peaks merge, one path goes on and the other ends
            near = sorted(
                ((abs(path[-1][1].potential_V - p.potential_V), k, j) for k, path in enumerate(paths)
                 for j, p in enumerate(candidates))
            )  # fmt: skip
            taken: set[int] = set()
            going: set[int] = set()
            for distance, k, j in near:
                if distance <= FOLLOWED and k not in going and j not in taken:
                    going.add(k)
                    taken.add(j)
                    paths[k].append((sweep.scan_rate_V_s, candidates[j]))
        for path in paths:
            rates, currents = [v for v, _ in path], [p.height for _, p in path]
            if len(rates) >= LEAST:
                b = b_value(rates, currents, [error[id(p)] for _, p in path])
                tracks[f"{direction}, {path[0][1].potential_V:.2f} V"] = (rates, currents, b)
    return tracks


def splits(
    found: Sequence[Sweep], thickness_m: float | None = None, D_m2_s: float | None = None
) -> dict[str, DunnSplit]:
    """The split after Dunn of each direction that was swept at three rates or more; see `cv_rates.dunn_split`."""
    made = {}
    for direction in ("cathodic", "anodic"):
        own = [s for s in found if s.direction == direction]
        if len(own) >= LEAST:
            made[direction] = dunn_split(*on_common_grid(own), thickness_m=thickness_m, D_m2_s=D_m2_s)
    return made
