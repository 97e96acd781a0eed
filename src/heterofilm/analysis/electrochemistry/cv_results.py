"""What voltammograms tell, as rows of a paper's table: peaks, their separations, b-values, shares after Dunn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...records.result import Result
from .cv import BValue, DunnSplit, Sweep, peaks
from .cv_errors import peak_errors
from .cv_rates import why_no_b
from .normalise import Electrode
from .results import UAH_CM2, UNKNOWN

__all__ = ["b_value_results", "dunn_results", "pairs_of_peaks", "voltammogram_results"]

REACH = 0.5  # V: how far an oxidation peak may lie above the reduction peak that it belongs to
DIGITS = "{:.3g}"
Place = tuple[float, float]  # a peak's potential (V) and its standard uncertainty


def voltammogram_results(
    sweeps: Sequence[Sweep], electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """Peaks of sweeps with currents in A/m2: potential, height and charge above the baseline, and separations.

    Their uncertainties are those of `cv_errors`; height and charge carry that of the area as well.
    """
    found: list[Result] = []
    places: dict[float, dict[str, list[Place]]] = {}
    for sweep in sweeps:
        rate = f"{sweep.direction}, {DIGITS.format(1e3 * sweep.scan_rate_V_s)} mV/s"
        method = "peak above a chord, against a tangent as baseline"
        own = peaks(sweep)
        errors = peak_errors(sweep, own)
        for number, (peak, error) in enumerate(zip(own, errors, strict=True), 1):
            height = math.hypot(error.height, peak.height * electrode.area_share)
            charge = math.hypot(error.charge, peak.charge * electrode.area_share)
            name = f"peak {number} ({rate})"
            rows = (
                ("potential", peak.potential_V, error.potential_V, "V", peak.baseline),
                ("current density", 100 * peak.height, 100 * height, "uA/cm2", ""),
                ("charge", peak.charge / UAH_CM2, charge / UAH_CM2, "uAh/cm2", ""),
            )
            found += [
                Result(f"{name}, {what}", value, sd, unit, method, sample, file, note, True)
                for what, value, sd, unit, note in rows
            ]
        if not own:
            found.append(Result(f"peaks ({rate})", "none", math.nan, "", method, sample, file))
        at_rate = places.setdefault(float(f"{sweep.scan_rate_V_s:.2g}"), {})
        at_rate[sweep.direction] = [(p.potential_V, e.potential_V) for p, e in zip(own, errors, strict=True)]
    return found + _separations(places, sample, file)


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


def _separations(places: Mapping[float, Mapping[str, Sequence[Place]]], sample: str, file: str) -> list[Result]:
    """Anodic minus cathodic potential of the peaks of a couple, at each rate swept both ways; peaks that have none."""
    found = []
    for rate, at_rate in places.items():
        if len(at_rate) < 2:
            continue
        pairs = pairs_of_peaks(at_rate["cathodic"], at_rate["anodic"])
        said = f"at {DIGITS.format(1e3 * rate)} mV/s"
        how = f"anodic minus cathodic potential, paired by potential up to {REACH:g} V apart"
        for number, ((low, a), (high, b)) in enumerate(pairs, 1):
            sigma, note = 1e3 * math.hypot(a, b), f"reduction at {low:.3f} V, oxidation at {high:.3f} V"
            name = f"peak separation {number} {said}"
            found.append(Result(name, 1e3 * (high - low), sigma, "mV", how, sample, file, note, numbered=True))
        paired = {place for pair in pairs for place in pair}
        alone = [
            f"{word} at {V:.3f} V"
            for word, direction in (("reduction", "cathodic"), ("oxidation", "anodic"))
            for V, sd in sorted(at_rate[direction])
            if (V, sd) not in paired
        ]
        if alone:
            name = f"peaks without a counterpart {said}"
            found.append(Result(name, "; ".join(alone), math.nan, "", how, sample, file, numbered=True))
    return found


def b_value_results(
    tracks: Mapping[str, tuple[Sequence[float], Sequence[float], BValue]], *, sample: str = "", file: str = ""
) -> list[Result]:
    """b in i = a v^b of every peak that `cv_tracks.follow` followed; a verdict where the slope is no b-value."""
    found = []
    for name, (rates, _, b) in tracks.items():
        span = f"{DIGITS.format(1e3 * rates[0])} to {DIGITS.format(1e3 * rates[-1])} mV/s"
        method = f"log i over log v, {b.n} rates from {span}, weighted by the errors of the peaks"
        verdict, reason = why_no_b(b)
        if verdict:
            found.append(Result(f"b-value ({name})", verdict, math.nan, "", method, sample, file, reason))
            continue
        note = f"95 %: {b.low:.3f} to {b.high:.3f}; R2 = {b.r2:.4f}"
        found.append(Result(f"b-value ({name})", b.b, b.stderr, "1", method, sample, file, note))
    return found


def dunn_results(splits: Mapping[str, DunnSplit], *, sample: str = "", file: str = "") -> list[Result]:
    """The share of k1 v in the current at every rate, by direction of the sweep, with what it does not mean.

    Where k1 and k2 have opposite signs at most potentials there is no share.
    """
    found = []
    for direction, split in splits.items():
        method = f"i = k1 v + k2 v^0.5 at each potential, {split.scan_rate_V_s.size} rates; scatter about the lines"
        if split.opposite > 0.5:
            name = f"share of k1 v ({direction})"
            found.append(Result(name, "not determined", math.nan, "", method, sample, file, split.warning))
            continue
        for rate, share, sigma in zip(split.scan_rate_V_s, split.share, split.share_sigma, strict=True):
            name = f"share of k1 v ({direction}, {DIGITS.format(1e3 * rate)} mV/s)"
            value, sd = 100.0 * float(share), 100.0 * float(sigma)
            found.append(Result(name, value, sd, "%", method, sample, file, split.warning))
    return found
