"""What impedance spectra tell, as rows of a paper's table: fits, the Kramers-Kronig verdict, features, relaxations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ...records.result import Result
from ..electrochemistry.normalise import Electrode
from ..electrochemistry.results import CM2, UNKNOWN
from .fit import NOT_DESCRIBED, UNDETERMINED

if TYPE_CHECKING:
    from .drt import Distribution
    from .features import SpectrumFeatures
    from .fit import CircuitFit
    from .kramers_kronig import KramersKronig

__all__ = [
    "feature_results",
    "fit_results",
    "kramers_kronig_results",
    "relaxation_results",
    "uncertainties",
    "unit_words",
]

WINDOW = 0.25  # decades that are left out at either end to see what the window does
GROUPS = 5  # of a jackknife
SMOOTHER = 10.0  # a distribution is made again with its regularisation this much larger and smaller
SAME = 1.5  # time constants within this factor are those of one relaxation
SPLIT = "one arc may come out as several relaxations, which share its resistance"


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


def fit_results(
    fit: CircuitFit,
    electrode: Electrode = UNKNOWN,
    test: KramersKronig | None = None,
    *,
    sample: str = "",
    file: str = "",
) -> list[Result]:
    """Every fitted value of a circuit, of a spectrum in ohm; per cm2 where the electrode's area is known.

    A circuit that misses the spectrum, or a spectrum that fails its Kramers-Kronig `test`, has no values, only a row
    that says why (`CircuitFit.why_no_values`). The covariance of the fit knows only the scatter. Added is how far a
    value moves when a quarter of a decade is left out at either end of the spectrum, and with proportional weights. A
    value that is then uncertain by more than half of itself is a row "not determined". The misfit is uncertain as noise
    of its size is by the number of points.
    """
    others = f"{len(fit.alternatives)} other minima fit nearly as well" if fit.alternatives else ""
    free = sum(not p.fixed for p in fit.parameters)
    rms = 100.0 * fit.misfit
    spread = rms / math.sqrt(2.0 * max(2 * fit.frequency_Hz.size - free, 1))
    how = f"circuit {fit.circuit}, {fit.weighting} weights"
    misfit = Result("misfit of the circuit (rms)", rms, spread, "%", how, sample, file, others)
    why = fit.why_no_values(test)
    if why:
        words = NOT_DESCRIBED if not fit.describes else "not determined"
        return [Result("circuit", words, math.nan, "", how, sample, file, why), misfit]
    known = uncertainties(fit)
    method = f"{how}; window and weights varied"
    found = []
    for p in fit.parameters:
        sigma = known[p.name]
        if not p.fixed and not (p.determined and sigma <= UNDETERMINED * p.value):
            said = (w for w in fit.warnings if w.startswith((f"{p.name} is not", f"{p.name} ended")))
            note = next(said, f"{p.value:.2g} ± {sigma:.1g} {p.unit}: it moves with the window or the weights")
            found.append(Result(p.name, "not determined", math.nan, "", method, sample, file, note, True))
            continue
        value, sigma, unit = _per_area(p.value, sigma, p.unit, electrode)
        about = [w for w in fit.warnings if w.startswith(f"{p.name} ")]
        note = "fixed" if p.fixed else " ".join([*([f"= {p.linked}"] if p.linked else []), *about])
        found.append(Result(p.name, value, math.nan if p.fixed else sigma, unit, method, sample, file, note, True))
    return [*found, misfit]


def uncertainties(fit: CircuitFit) -> dict[str, float]:
    """One standard deviation of every value (name -> SI), 0 for a held one.

    The standard error, larger where neighbouring residuals go together and so count as fewer data (`fit.fewer`); and
    how far the value moves with the window and the weights.
    """
    from .fit import fewer

    scale = fewer(np.concatenate([fit.residual.real, fit.residual.imag])) ** 0.5
    moved = _sensitivity(fit)
    return {p.name: 0.0 if p.fixed else math.hypot(p.stderr * scale, moved.get(p.name, 0.0)) for p in fit.parameters}


def _sensitivity(fit: CircuitFit) -> dict[str, float]:
    """The largest shift of each free value over the refits that start from it."""
    from .fit import fit_circuit

    f, Z = fit.frequency_Hz, fit.impedance_ohm
    fixed = {p.name: p.value for p in fit.parameters if p.fixed and p.name not in fit.links}
    free = {p.name: p.value for p in fit.parameters if not p.fixed and p.name not in fit.links}
    shifts = {p.name: 0.0 for p in fit.parameters if not p.fixed}
    was = fit.values
    everywhere = np.ones(f.size, bool)
    weights = "unit" if fit.weighting == "proportional" else "proportional"
    for kept, how in (
        (f >= f[-1] * 10.0**WINDOW, fit.weighting), (f <= f[0] * 10.0**-WINDOW, fit.weighting), (everywhere, weights),
    ):  # fmt: skip
        if 2 * kept.sum() <= len(free) + 2:
            continue
        again = fit_circuit(
            f[kept], Z[kept], fit.circuit, guess=free, fixed=fixed, bounds=fit.bounds, links=fit.links,
            weighting=how,  # type: ignore[arg-type]
        )  # fmt: skip
        for name, value in again.values.items():
            if name in shifts:
                shifts[name] = max(shifts[name], abs(value - was[name]))
    return shifts


def kramers_kronig_results(test: KramersKronig, *, sample: str = "", file: str = "") -> list[Result]:
    """The verdict of the test, the largest systematic residual with the noise as its uncertainty, and the drift."""
    method = f"linear Kramers-Kronig test, {test.elements} RC elements, mu = {test.mu:.2f}"
    return [
        Result("Kramers-Kronig test", test.verdict, math.nan, "", method, sample, file, test.reason),
        Result("systematic residual", test.systematic_percent, test.noise_percent, "%", method, sample, file),
        *([] if test.drift is None else [
            Result("drift within the sweep", 100.0 * test.drift.share, 100.0 * test.drift.deviation, "%",
                   f"chain of RC elements times a drift, {test.drift.order}", sample, file),
        ]),
    ]  # fmt: skip


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
    from .features import features

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


def relaxation_results(
    distribution: Distribution,
    impedance_ohm: ArrayLike,
    electrode: Electrode = UNKNOWN,
    *,
    sample: str = "",
    file: str = "",
) -> list[Result]:
    """Time constant and resistance of every peak of a distribution of relaxation times.

    `impedance_ohm`: the spectrum it was made of, shape (n,), in the order of `Distribution.frequency_Hz`. Their
    uncertainty is how far they move when the distribution is made ten times smoother and ten times rougher; a peak that
    is lost then, or that the measurement ends within, is "not determined".
    """
    from .drt import relaxation_times

    f = distribution.frequency_Hz
    again = [
        relaxation_times(
            f,
            impedance_ohm,
            regularisation=distribution.regularisation * factor,
            weighting=distribution.weighting,
            basis=distribution.basis,
            capacitance=math.isfinite(distribution.capacitance_F),
        )
        for factor in (SMOOTHER, 1.0 / SMOOTHER)
    ]
    step = math.log(distribution.tau_s[1] / distribution.tau_s[0])  # of the curve whose maxima the peaks are
    method = f"distribution of relaxation times, lambda = {distribution.regularisation:.2g}, varied tenfold"
    found = []
    for number, peak in enumerate(distribution.peaks, 1):
        name = f"relaxation {number}"
        same = [
            min(other.peaks, key=lambda p, tau=peak.tau_s: abs(math.log(p.tau_s / tau)), default=None)  # type: ignore[misc]
            for other in again
        ]
        kept = [p for p in same if p is not None and 1.0 / SAME <= p.tau_s / peak.tau_s <= SAME]
        if peak.at_edge or len(kept) < len(again):
            why = "the measurement ends within it" if peak.at_edge else "it depends on the regularisation"
            note = f"near {peak.frequency_Hz:.2g} Hz; {why}"
            found.append(Result(name, "not determined", math.nan, "", method, sample, file, note, True))
            continue
        moved = max(abs(p.tau_s - peak.tau_s) for p in kept)
        tau = math.hypot(moved, peak.tau_s * step / 12**0.5)
        moved = max(abs(p.resistance_ohm - peak.resistance_ohm) for p in kept)
        R, sigma, unit = _per_area(peak.resistance_ohm, moved, "ohm", electrode)
        found.append(Result(f"{name}, time constant", peak.tau_s, tau, "s", method, sample, file, "", True))
        found.append(Result(f"{name}, resistance", R, sigma, unit, method, sample, file, SPLIT, True))
    return found
