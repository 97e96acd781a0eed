"""What the electrochemical analyses found, as rows of a paper's table with honest uncertainties.

The analyses themselves stand elsewhere (`impedance`, `cv`, `gitt`, `cycles`); here each number gets its unit of the
field, one standard deviation and its method. The standard deviation adds in quadrature what the analysis leaves open
(a fit's covariance, the window, the weights, the baseline) and what the electrode's area and thickness leave open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from .cycles import at_the_current_of, settled
from .normalise import Electrode, normalised
from .result import Result

if TYPE_CHECKING:
    from .cv import Peak, Sweep
    from .cv_rates import BValue
    from .gitt import GittPulse
    from .impedance.features import SpectrumFeatures
    from .impedance.fit import CircuitFit
    from .impedance.kramers_kronig import KramersKronig

__all__ = [
    "Electrode", "b_value_results", "cycle_results", "feature_results", "fit_results", "gitt_results",
    "kramers_kronig_results", "rate_results", "unit_words", "voltammogram_results",
]  # fmt: skip

CM2 = 1e4  # cm2 in a m2
UAH_CM2 = 36.0  # C/m2 in a uAh/cm2
COUNTING = 0.02  # %: what a cycler counts differently on charge and discharge, assumed
WINDOW = 0.25  # decades that are left out at either end to see what the window does
GROUPS = 5  # of a jackknife
DIGITS = "{:.3g}"


UNKNOWN = Electrode()


def unit_words(unit: str, area: bool) -> str:
    """A unit of the circuit's elements, per cm2 of electrode where the spectrum is."""
    if not area:
        return unit
    for symbol, words in (("ohm", "ohm cm2"), ("H", "H cm2"), ("F", "F/cm2")):
        if unit.split()[0] == symbol:
            return unit.replace(symbol, words, 1)
    return unit


def _per_area(value: float, sigma: float, unit: str, electrode: Electrode) -> tuple[float, float, str]:
    """A value of a whole sample per cm2 of electrode, where the area is known: ohm and H times, F through the area."""
    power = {"ohm": 1, "H": 1, "F": -1}.get(unit.split()[0], 0)
    if electrode.area_m2 is None or power == 0:
        return value, sigma, unit
    factor = (electrode.area_m2 * CM2) ** power
    value, sigma = value * factor, math.hypot(sigma * factor, value * factor * electrode.area_share)
    return value, sigma, unit_words(unit, True)


def fit_results(fit: CircuitFit, electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = "") -> list[Result]:
    """Every fitted value of a circuit, of a spectrum in ohm; per cm2 where the electrode's area is known.

    The covariance of the fit knows only the scatter. Added is how far a value moves when a quarter of a decade is left
    out at either end of the spectrum, and with proportional weights.
    """
    moved = _sensitivity(fit)
    method = f"circuit {fit.circuit}, {fit.weighting} weights; window and weights varied"
    found = []
    for p in fit.parameters:
        sigma = 0.0 if p.fixed else math.hypot(p.stderr, moved.get(p.name, 0.0))
        value, sigma, unit = _per_area(p.value, sigma, p.unit, electrode)
        about = [w for w in fit.warnings if w.startswith(f"{p.name} ")]
        note = "fixed" if p.fixed else " ".join(about)
        found.append(Result(p.name, value, math.nan if p.fixed else sigma, unit, method, sample, file, note, True))
    rms = 100.0 * math.sqrt(float((abs(fit.residual) ** 2).mean()))
    others = f"{len(fit.alternatives)} other minima fit nearly as well" if fit.alternatives else ""
    return [*found, Result("misfit of the circuit (rms)", rms, math.nan, "%", method, sample, file, others)]


def _sensitivity(fit: CircuitFit) -> dict[str, float]:
    """The largest shift of each free value over the refits that start from it."""
    from .impedance.fit import fit_circuit

    f, Z = fit.frequency_Hz, fit.impedance_ohm
    fixed = {p.name: p.value for p in fit.parameters if p.fixed}
    free = {p.name: p.value for p in fit.parameters if not p.fixed}
    shifts = dict.fromkeys(free, 0.0)
    everywhere = np.ones(f.size, bool)
    weights = "unit" if fit.weighting == "proportional" else "proportional"
    for kept, how in (
        (f >= f[-1] * 10.0**WINDOW, fit.weighting), (f <= f[0] * 10.0**-WINDOW, fit.weighting), (everywhere, weights),
    ):  # fmt: skip
        if 2 * kept.sum() <= len(free) + 2:
            continue
        again = fit_circuit(f[kept], Z[kept], fit.circuit, guess=free, fixed=fixed, weighting=how)  # type: ignore[arg-type]
        for name, value in again.values.items():
            if name in shifts:
                shifts[name] = max(shifts[name], abs(value - free[name]))
    return shifts


def kramers_kronig_results(test: KramersKronig, *, sample: str = "", file: str = "") -> list[Result]:
    """The verdict of the test, and the largest systematic residual with the noise as its uncertainty."""
    method = f"linear Kramers-Kronig test, {test.elements} RC elements, mu = {test.mu:.2f}"
    return [
        Result("Kramers-Kronig test", test.verdict, math.nan, "", method, sample, file, test.reason),
        Result("systematic residual", test.systematic_percent, test.noise_percent, "%", method, sample, file),
    ]


def feature_results(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    electrode: Electrode = UNKNOWN,
    *,
    sample: str = "",
    file: str = "",
) -> list[Result]:
    """What a spectrum (frequency in Hz, impedance in ohm, shape (n,)) shows without a circuit.

    Intercept, slope and angle of the low-frequency tail, limiting capacitance, Warburg coefficient. Their uncertainty
    is that of a jackknife: every fifth frequency is left out, five times over. A feature that these data do not
    have is a row that says so.
    """
    from .impedance.features import features

    f, Z = np.asarray(frequency_Hz, float), np.asarray(impedance_ohm, complex)
    order = np.argsort(f)
    whole = features(f, Z)
    parts = []
    for k in range(GROUPS):
        left = order[np.arange(f.size) % GROUPS != k]
        if left.size >= 2 * GROUPS:
            parts.append(features(f[left], Z[left]))
    rows = (
        ("high-frequency intercept", "intercept"), ("low-frequency slope -dZ''/dZ'", "tail_slope"),
        ("angle of the low-frequency tail", "tail_angle"), ("limiting capacitance", "limiting_capacitance"),
        ("Warburg coefficient", "warburg"),
    )  # fmt: skip
    found = []
    for quantity, name in rows:
        own = getattr(whole, name)
        if own.value is None:
            found.append(Result(quantity, "not determined", sample=sample, file=file, note=own.reason))
            continue
        value, sigma, unit = _per_area(own.value, _jackknife(parts, name), own.unit, electrode)
        found.append(Result(quantity, value, sigma, unit, f"{own.reason}; jackknife", sample, file))
    return found


def _jackknife(parts: Sequence[SpectrumFeatures], name: str) -> float:
    """Standard error from the values with one group left out each; NaN where one of them is missing."""
    values = [getattr(part, name).value for part in parts]
    if len(values) < GROUPS or None in values:
        return math.nan
    x = np.array(values, float)
    return float(np.sqrt((x.size - 1) / x.size * np.sum((x - x.mean()) ** 2)))


def voltammogram_results(
    sweeps: Sequence[Sweep], electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """Peaks of sweeps with currents in A/m2: potential, height and charge above the baseline, and separations.

    The potential is uncertain by the step between points and by the stretch around the top that the noise cannot tell
    from it; height and charge by the noise, by the choice of the baseline (chord or tangent) and by the area. A chord
    rests on the lowest points, which noise pulls down by about twice its size, over the whole foot of a peak.
    """
    from .cv import peaks

    found: list[Result] = []
    places: dict[tuple[str, float], list[tuple[float, float]]] = {}
    for sweep in sweeps:
        rate = f"{sweep.direction}, {DIGITS.format(1e3 * sweep.scan_rate_V_s)} mV/s"
        method = "peak above a chord, against a tangent as baseline"
        other = peaks(sweep, baseline="tangent")
        own = peaks(sweep)
        foot = float(np.ptp(sweep.time_s)) / max(len(own), 1)  # s
        for number, peak in enumerate(own, 1):
            again = min(other, key=lambda p, at=peak.potential_V: abs(p.potential_V - at), default=peak)  # type: ignore[misc]
            at, noise = _top(sweep, peak)
            pulled = 2.0 * noise
            height = math.hypot(pulled, (again.height - peak.height) / 2.0, peak.height * electrode.area_share)
            choice = (again.charge - peak.charge) / 2.0
            charge = math.hypot(pulled * foot, choice, peak.charge * electrode.area_share)
            name = f"peak {number} ({rate})"
            rows = (
                ("potential", peak.potential_V, at, "V", peak.baseline),
                ("current density", 100 * peak.height, 100 * height, "uA/cm2", ""),
                ("charge", peak.charge / UAH_CM2, charge / UAH_CM2, "uAh/cm2", ""),
            )
            found += [
                Result(f"{name}, {what}", value, sd, unit, method, sample, file, note, True)
                for what, value, sd, unit, note in rows
            ]
            key = (sweep.direction, float(f"{sweep.scan_rate_V_s:.2g}"))
            places.setdefault(key, []).append((peak.potential_V, at))
        if not own:
            found.append(Result(f"peaks ({rate})", "none", math.nan, "", method, sample, file))
    return found + _separations(places, sample, file)


def _top(sweep: Sweep, peak: Peak) -> tuple[float, float]:
    """Standard uncertainty of a peak's potential (V), and the noise of the current (A/m2)."""
    V, i = sweep.voltage_V, sweep.current
    noise = float(np.median(np.abs(np.diff(i, 2)))) * 1.4826 / 6**0.5 if i.size > 4 else 0.0
    step = float(np.median(np.abs(np.diff(V))))
    near = np.abs(V - peak.potential_V) <= peak.width_V / 2.0
    flat = V[near & (np.abs(i - peak.current) <= 4.0 * noise)]  # two points of which each may err by twice the noise
    return math.hypot(step / 12**0.5, float(np.ptp(flat)) / 12**0.5 if flat.size else 0.0), noise


def _separations(
    places: Mapping[tuple[str, float], Sequence[tuple[float, float]]], sample: str, file: str
) -> list[Result]:
    """Anodic minus cathodic potential of peaks that face each other, at each rate that has both."""
    found = []
    for (direction, rate), cathodic in places.items():
        anodic = places.get(("anodic", rate), ())
        if direction != "cathodic" or len(anodic) != len(cathodic):
            continue  # which peak belongs to which is then a guess
        for number, ((low, a), (high, b)) in enumerate(zip(sorted(cathodic), sorted(anodic), strict=True), 1):
            name = f"peak separation {number} at {DIGITS.format(1e3 * rate)} mV/s"
            sigma = 1e3 * math.hypot(a, b)
            how = "anodic minus cathodic potential"
            found.append(Result(name, 1e3 * (high - low), sigma, "mV", how, sample, file, numbered=True))
    return found


def b_value_results(
    tracks: Mapping[str, tuple[Sequence[float], Sequence[float], BValue]], *, sample: str = "", file: str = ""
) -> list[Result]:
    """b in i = a v^b of every peak that `cv_tracks.follow` followed."""
    found = []
    for name, (rates, _, b) in tracks.items():
        span = f"{DIGITS.format(1e3 * rates[0])} to {DIGITS.format(1e3 * rates[-1])} mV/s"
        method = f"log i over log v, {b.n} rates from {span}"
        note = f"95 %: {b.low:.3f} to {b.high:.3f}; R2 = {b.r2:.4f}"
        found.append(Result(f"b-value ({name})", b.b, b.stderr, "1", method, sample, file, note))
    return found


def gitt_results(
    pulses: Sequence[GittPulse], electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """The diffusivity of the pulses that meet the conditions: geometric mean, with their spread as uncertainty.

    D goes with the square of the thickness, which adds twice its relative uncertainty to s, that of ln D. Stated is
    D (exp(2 s) - 1)/2, so that two of it reach as far up as two of s: D s would leave the truth outside too often.
    Without a valid pulse the row says why there is no diffusivity.
    """
    method = "Weppner-Huggins, line over sqrt(t)"
    valid = [pulse for pulse in pulses if pulse.valid]
    share = Result("valid GITT pulses", len(valid), math.nan, "1", method, sample, file, f"of {len(pulses)}")
    if not valid:
        why = pulses[0].reasons[0] if pulses and pulses[0].reasons else "there is no pulse"
        return [share, Result("diffusivity", "not determined", math.nan, "", method, sample, file, why)]
    log = np.log([pulse.D_m2_s for pulse in valid])
    D = CM2 * math.exp(float(log.mean()))
    spread = float(log.std(ddof=1)) if log.size > 1 else math.nan
    sigma = D * 0.5 * math.expm1(2.0 * math.hypot(spread, 2.0 * electrode.thickness_share))
    E = [pulse.E_end_V for pulse in valid]
    note = (
        f"from {DIGITS.format(CM2 * math.exp(log.min()))} to {DIGITS.format(CM2 * math.exp(log.max()))} between "
        f"{min(E):.2f} and {max(E):.2f} V"
    )
    return [share, Result("diffusivity (geometric mean)", D, sigma, "cm2/s", method, sample, file, note)]


def cycle_results(
    table: pl.DataFrame, electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """Capacity of the first and the last cycle, retention and coulombic efficiency of a `cycles.cycle_table`.

    Capacities are per volume where the thickness is known, and carry the uncertainty of area and thickness. These
    cancel in retention and efficiency, whose uncertainty is the scatter from one cycle to the next. Where the current
    changes, retention compares cycles at one current, and the mean efficiency is that of cycles which follow one at
    their own current.
    """
    known = table.drop_nulls("discharge_C_m2")
    if known.is_empty():
        return [Result("discharge capacity", "not determined", sample=sample, file=file, note="no cycle discharges")]
    cycles, Q = known["cycle"].to_list(), known["discharge_C_m2"].to_numpy()
    found = [
        normalised(Q[k], electrode, (cycles[k],)).row(f"discharge capacity, cycle {cycles[k]}", sample, file)
        for k in dict.fromkeys((0, int(np.argmax(Q)), len(cycles) - 1))
    ]
    alike = at_the_current_of(known, 0)
    if (comparable := np.flatnonzero(alike & settled(known))).size:
        end = int(comparable[-1])
        scatter = _scatter(Q / Q[0], settled(known))
        name = f"retention, cycle {cycles[end]} of cycle {cycles[0]}"
        method = "ratio of discharges; uncertain by the scatter between cycles"
        method = method if alike.all() else f"{method}; the last cycle at the current of the first"
        found.append(Result(name, 100.0 * Q[end] / Q[0], 100.0 * scatter * 2**0.5, "%", method, sample, file))
    efficient = table.drop_nulls("coulombic_efficiency")
    CE = 100.0 * efficient["coulombic_efficiency"].to_numpy()
    steady = settled(efficient)
    if CE.size:
        first = f"{efficient['first'][0]} first"
        name, scatter = f"coulombic efficiency, cycle {efficient['cycle'][0]}", _scatter(CE, steady)
        found.append(Result(name, float(CE[0]), math.hypot(scatter, COUNTING), "%", first, sample, file))
    if np.count_nonzero(steady) > 1:
        name = f"mean coulombic efficiency, cycles {efficient['cycle'][1]} to {efficient['cycle'][-1]}"
        chosen = CE[steady]
        left = CE.size - 1 - chosen.size
        method = "mean and its standard error" + (f"; without {left} after a change of the current" if left else "")
        error = math.hypot(float(chosen.std(ddof=1)) / math.sqrt(chosen.size), COUNTING)
        found.append(Result(name, float(chosen.mean()), error, "%", method, sample, file))
    return found


def rate_results(
    summary: pl.DataFrame, electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """Capacity of the last cycle of each block of a `cycles.rate_summary`: the others may still remember the rate
    before."""
    found = []
    for block in summary.iter_rows(named=True):
        last = int(block["last_cycle"])
        name = f"discharge capacity at {DIGITS.format(100.0 * block['current_A_m2'])} uA/cm2, cycle {last}"
        found.append(normalised(block["last_C_m2"], electrode, (last,)).row(name, sample, file))
    return found


def _scatter(x: NDArray[Any], steady: NDArray[np.bool_]) -> float:
    """Standard deviation of single values about a smooth course, shape (n,).

    From the median of the second differences over three `settled` cycles in a row; where there are fewer than two such
    triples, from the first differences over two in a row, which a fade adds to. NaN without two of these.
    """
    triples = np.abs(np.diff(x, 2))[steady[:-2] & steady[1:-1] & steady[2:]] / 6.0**0.5
    pairs = np.abs(np.diff(x))[steady[:-1] & steady[1:]] / 2.0**0.5
    chosen = triples if triples.size > 1 else pairs
    return float(1.4826 * np.median(chosen)) if chosen.size > 1 else math.nan
