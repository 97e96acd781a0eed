"""Which peaks of a voltammogram belong together: over the scan rates, and reduction with oxidation.

Peaks of one couple are measured above one kind of baseline at all rates and in both directions, or their currents could
not be compared: where one of them needs zero current as its baseline (`cv.peaks`), all take it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from .cv import Peak, with_baseline
from .cv_errors import PeakErrors, peak_errors
from .cv_sweeps import Sweep

__all__ = ["FOLLOWED", "REACH", "Path", "Place", "one_kind", "pairs_of_peaks", "paths"]

FOLLOWED = 0.2  # V: from one rate to the next a peak moves by less
REACH = 0.5  # V: how far an oxidation peak may lie above the reduction peak that it belongs to
Place = tuple[float, float]  # a peak's potential (V) and its standard uncertainty
Path = list[tuple[Sweep, Peak]]  # one peak from the slowest to the fastest sweep
Found = Sequence[tuple[Sweep, Sequence[Peak]]]


def paths(found: Found, direction: str) -> list[Path]:
    """Peaks of one direction followed from the slowest to the fastest sweep by their potential.

    The nearest pairs go first; where peaks merge, one path goes on and the other ends. A peak that appears at a faster
    rate only begins a path of its own.
    """
    own = [(s, ps) for s, ps in found if s.direction == direction]
    made: list[Path] = []
    for sweep, candidates in own:
        near = sorted(
            ((abs(path[-1][1].potential_V - p.potential_V), k, j) for k, path in enumerate(made)
             for j, p in enumerate(candidates))
        )  # fmt: skip
        taken: set[int] = set()
        going: set[int] = set()
        for distance, k, j in near:
            if distance <= FOLLOWED and k not in going and j not in taken:
                going.add(k)
                taken.add(j)
                made[k].append((sweep, candidates[j]))
        made += [[(sweep, p)] for j, p in enumerate(candidates) if j not in taken]
    return made


def pairs_of_peaks(cathodic: Sequence[Place], anodic: Sequence[Place]) -> list[tuple[Place, Place]]:
    """Which oxidation peak belongs to which reduction peak, from low to high potential.

    An oxidation peak lies above the reduction peak of its couple (or beside it, within three standard uncertainties)
    by at most `REACH`, and couples do not cross. Of all such pairings the one with the most pairs is taken, and among
    these the one whose peaks lie closest.
    """
    low, high = sorted(cathodic), sorted(anodic)
    best: dict[tuple[int, int], tuple[int, float, list[tuple[Place, Place]]]] = {}
    for i in range(len(low) + 1):
        for j in range(len(high) + 1):
            ways = [best[i - 1, j]] if i else []
            ways += [best[i, j - 1]] if j else []
            if i and j:
                (c, sd_c), (a, sd_a) = low[i - 1], high[j - 1]
                if -3.0 * math.hypot(sd_c, sd_a) <= a - c <= REACH:
                    count, apart, pairs = best[i - 1, j - 1]
                    ways.append((count + 1, apart + a - c, [*pairs, (low[i - 1], high[j - 1])]))
            best[i, j] = max(ways, key=lambda way: (way[0], -way[1]), default=(0, 0.0, []))
    return best[len(low), len(high)][2]


def one_kind(found: Found) -> list[tuple[Sweep, tuple[Peak, ...]]]:
    """The same sweeps with the peaks of each couple above one kind of baseline; what was changed is said in it.

    `found`: one sweep of each direction at each rate, from slow to fast, with the peaks that `cv.peaks` found.
    """
    down, up = paths(found, "cathodic"), paths(found, "anodic")
    couples: list[Path] = []
    free_down, free_up = list(down), list(up)
    for (low, _), (high, _) in pairs_of_peaks([_place(p) for p in down], [_place(p) for p in up]):
        below = next(p for p in free_down if p[0][1].potential_V == low)
        above = next(p for p in free_up if p[0][1].potential_V == high)
        free_down.remove(below)
        free_up.remove(above)
        couples.append([*below, *above])
    couples += free_down + free_up
    changed: dict[int, Peak] = {}
    for couple in couples:
        if len({peak.kind for _, peak in couple}) < 2:
            continue
        needs = next(f"{s.direction}, {1e3 * s.scan_rate_V_s:.3g} mV/s" for s, p in couple if p.kind == "zero")
        for sweep, peak in couple:
            if peak.kind == "zero":
                continue
            again = with_baseline(sweep, peak, "zero")
            if again is not None:
                changed[id(peak)] = replace(again, baseline=f"zero current, as this couple needs it ({needs})")
    return [(sweep, tuple(changed.get(id(p), p) for p in ps)) for sweep, ps in found]


def _place(path: Path) -> Place:
    sweep, peak = path[0]
    error: PeakErrors = peak_errors(sweep, [peak])[0]
    return peak.potential_V, error.potential_V


def same_peak(sweep: Sweep, peak: Peak, others: Found, apart_V: float = 0.05) -> list[tuple[Sweep, Peak]]:
    """The same peak in other sweeps of the same direction, above the same kind of baseline."""
    made = []
    for _, group in groupby(others, key=lambda pair: id(pair[0])):
        other, candidates = next(iter(group))
        if other.direction != sweep.direction or other is sweep:
            continue
        near = min(candidates, key=lambda p: abs(p.potential_V - peak.potential_V), default=None)
        if near is None or abs(near.potential_V - peak.potential_V) > apart_V:
            continue
        if near.kind != peak.kind:
            near = with_baseline(other, near, peak.kind)
        if near is not None:
            made.append((other, near))
    return made
