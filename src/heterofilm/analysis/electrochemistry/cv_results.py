"""What voltammograms tell, as rows of a paper's table: peaks, their separations, b-values, shares after Dunn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...records.result import Result
from .cv import SIGNAL_TO_NOISE, BValue, DunnSplit, Peak, Sweep, peaks
from .cv_couples import REACH, Place, pairs_of_peaks
from .cv_errors import peak_errors
from .cv_rates import why_no_b
from .normalise import Electrode
from .results import UAH_CM2, UNKNOWN

__all__ = ["REACH", "b_value_results", "dunn_results", "pairs_of_peaks", "voltammogram_results"]

DIGITS = "{:.3g}"
CLEAN = 1e4  # a signal-to-noise ratio above this is that of data without noise


def voltammogram_results(
    sweeps: Sequence[Sweep],
    electrode: Electrode = UNKNOWN,
    *,
    own_peaks: Sequence[Sequence[Peak]] | None = None,
    signal_to_noise: float = SIGNAL_TO_NOISE,
    sample: str = "",
    file: str = "",
) -> list[Result]:
    """Peaks of sweeps with currents in A/m2: potential, height and charge above the baseline, and separations.

    `own_peaks`: those of every sweep, where they were looked for already. Their uncertainties are those of `cv_errors`;
    height and charge carry that of the area as well. The note has the baseline, the signal-to-noise ratio and what
    was done to the sweep.
    """
    found: list[Result] = []
    places: dict[float, dict[str, list[Place]]] = {}
    every = own_peaks or [peaks(sweep, signal_to_noise=signal_to_noise) for sweep in sweeps]
    for sweep, own in zip(sweeps, every, strict=True):
        rate = f"{sweep.direction}, {DIGITS.format(1e3 * sweep.scan_rate_V_s)} mV/s"
        method = f"peak with signal-to-noise from {signal_to_noise:g}; baselines varied"
        errors = peak_errors(sweep, own)
        for number, (peak, error) in enumerate(zip(own, errors, strict=True), 1):
            height = math.hypot(error.height, peak.height * electrode.area_share)
            charge = math.hypot(error.charge, peak.charge * electrode.area_share)
            name = f"peak {number} ({rate})"
            above = f"baseline: {peak.baseline}; {ratio_words(peak)}"
            above += f"; {sweep.note}" if sweep.note else ""
            above += f"; {peak.stray} stray points of the sweep left out" if peak.stray else ""
            rows = (
                ("potential", peak.potential_V, error.potential_V, "V", above),
                ("current density", 100 * peak.height, 100 * height, "uA/cm2", above),
                ("charge", peak.charge / UAH_CM2, charge / UAH_CM2, "uAh/cm2", above),
            )
            found += [
                Result(f"{name}, {what}", value, sd, unit, method, sample, file, note, True)
                for what, value, sd, unit, note in rows
            ]
        if not own:
            found.append(Result(f"peaks ({rate})", "none", math.nan, "", method, sample, file, sweep.note))
        at_rate = places.setdefault(float(f"{sweep.scan_rate_V_s:.2g}"), {})
        at_rate[sweep.direction] = [(p.potential_V, e.potential_V) for p, e in zip(own, errors, strict=True)]
    return found + _separations(places, sample, file)


def ratio_words(peak: Peak) -> str:
    """The signal-to-noise ratio of a peak in words."""
    ratio = peak.signal_to_noise
    return f"signal-to-noise {ratio:.0f}" if ratio < CLEAN else "no noise to be seen"


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
        method = f"log i over log v, {b.n} rates from {span}; noise, scatter of cycles, baseline"
        reason = why_no_b(b)
        if reason:
            found.append(Result(f"b-value ({name})", "not determined", math.nan, "", method, sample, file, reason))
            continue
        note = f"95 %: {b.low:.3f} to {b.high:.3f}; R2 = {b.r2:.4f}"
        found.append(Result(f"b-value ({name})", b.b, b.stderr, "1", method, sample, file, note))
    return found


def dunn_results(splits: Mapping[str, DunnSplit], *, sample: str = "", file: str = "") -> list[Result]:
    """The share of k1 v in the current at every rate, by direction of the sweep, with what it does not mean.

    Where `DunnSplit.why_not` says why, there is none.
    """
    found = []
    for direction, split in splits.items():
        method = f"i = k1 v + k2 v^0.5 at each potential, {split.scan_rate_V_s.size} rates; scatter about the lines"
        if split.why_not:
            name, note = f"share of k1 v ({direction})", f"{split.why_not}. {split.warning}"
            found.append(Result(name, "not determined", math.nan, "", method, sample, file, note))
            continue
        for rate, share, sigma in zip(split.scan_rate_V_s, split.share, split.share_sigma, strict=True):
            name = f"share of k1 v ({direction}, {DIGITS.format(1e3 * rate)} mV/s)"
            value, sd = 100.0 * float(share), 100.0 * float(sigma)
            found.append(Result(name, value, sd, "%", method, sample, file, split.warning))
    return found
