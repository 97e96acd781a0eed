"""Raman spectra of a film: spikes removed, bands, phases; and one mode followed through an in-situ series."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...library.patterns import Pattern
from ...records.measurement import Measurement
from ...records.result import Result
from ...wording import counted
from .baseline import despike, noise
from .peaks import Lines, area_of, fit_lines, pseudo_voigt
from .phase_evidence import Observed
from .phases import Identification, identify

__all__ = ["ModeSeries", "RamanResult", "analyse_raman", "mode_series", "spectra_of"]

Array = NDArray[np.float64]
SHIFT = (80.0, 1300.0)  # cm-1: range to look at
NARROWEST, BROADEST = 3.0, 45.0  # cm-1: FWHM of a band; broader is luminescence or a glass
REPEATABILITY = 0.02  # of an intensity from one spectrum to the next, by laser and focus: assumed
METHOD = "spikes removed, arPLS baseline, pseudo-Voigt fits, Bayes factor against bands of the literature"


@dataclass(frozen=True, eq=False)
class RamanResult:
    """What `analyse_raman` found; `spikes`: Raman shifts at which cosmic spikes were taken out."""

    name: str
    lines: Lines
    identification: Identification
    spikes: tuple[float, ...]
    notes: tuple[str, ...]
    file: str = ""

    def results(self, sample: str = "") -> list[Result]:
        """Verdicts and the bands with their vibrations."""
        sample = sample or self.name
        rows = [Result("phases (Raman)", self.identification.summary, method=METHOD, sample=sample, file=self.file,
                       note="; ".join(self.notes))]  # fmt: skip
        labels: dict[float, str] = {}
        for phase in self.identification.phases:
            if phase.verdict != "absent":
                rows.append(Result(f"{phase.name} (Raman)", phase.verdict, method=METHOD, sample=sample, file=self.file,
                                   note=phase.reason))  # fmt: skip
                labels |= {a.position: f"{phase.name}, {a.label}" for a in phase.lines if a.position not in labels}
        rows += [
            Result("Raman band", line.position, line.position_sd, "cm-1", "pseudo-Voigt", sample, self.file,
                   labels.get(line.position, "of no phase in the library"), numbered=True)
            for line in self.lines.lines
        ]  # fmt: skip
        return rows


@dataclass(frozen=True, eq=False)
class ModeSeries:
    """One band through a series. `area`, `area_sd`, `position` (cm-1), all of shape (number of spectra,).

    `axis` and `axis_label`: potential, time or number of the spectrum. `reversibility`: (last - lowest) / (first -
    lowest), NaN where the band never changes beyond its uncertainty; `minimum`: (axis value, half the step around).
    """

    name: str
    band: float
    axis: Array
    axis_label: str
    area: Array
    area_sd: Array
    position: Array
    reversibility: float
    reversibility_sd: float
    minimum: tuple[float, float]
    notes: tuple[str, ...]
    file: str = ""

    @property
    def verdict(self) -> str:
        """In words."""
        if not math.isfinite(self.reversibility):
            return f"the band at {self.band:.0f} cm-1 does not change beyond its uncertainty"
        back = self.reversibility
        word = "recovers" if back > 0.8 else "recovers in part" if back > 0.2 else "does not recover"
        unit = self.axis_label.split(" / ")[-1]
        return (
            f"the band at {self.band:.0f} cm-1 is weakest at {self.minimum[0]:.4g} {unit} and {word} "
            f"({100 * back:.0f} ± {100 * self.reversibility_sd:.0f} %)"
        )

    def results(self, sample: str = "") -> list[Result]:
        """Reversibility, place of the minimum and the verdict."""
        sample, unit = sample or self.name, self.axis_label.split(" / ")[-1]
        method = f"band of fixed shape on a straight background at {self.band:.0f} cm-1"
        rows = [Result("in-situ mode (Raman)", self.verdict, method=method, sample=sample, file=self.file)]
        if math.isfinite(self.reversibility):
            rows += [
                Result("reversibility of the mode", self.reversibility, self.reversibility_sd, "1", method, sample,
                       self.file),
                Result("minimum of the mode at", *self.minimum, "V" if unit.startswith("V") else unit, method, sample,
                       self.file),
            ]  # fmt: skip
        return rows


def spectra_of(measurement: Measurement) -> tuple[Array, Array]:
    """Raman shift, shape (n,), and the spectra, shape (m, n), of a single spectrum, a map or a series.

    Errors: `HeterofilmError` for another technique.
    """
    if measurement.technique != "raman":
        raise InputError(f"'{measurement.name}' holds {measurement.technique} data, not Raman spectra.")
    x, y = measurement.column("raman_shift_cm-1"), measurement.column("intensity")
    if "spectrum" not in measurement.table.columns:
        return x, y[None, :]
    n = int(np.count_nonzero(measurement.table["spectrum"].to_numpy() == measurement.table["spectrum"][0]))
    if x.size % n:
        raise InputError(f"The spectra of '{measurement.name}' have different axes; analyse them one by one.")
    return x[:n], y.reshape(-1, n)


def analyse_raman(
    measurement: Measurement,
    *,
    spectrum: int | None = None,
    substrates: Sequence[str] = (),
    elements: Sequence[str] = (),
    shift_cm: tuple[float, float] = SHIFT,
    patterns: Sequence[Pattern] | None = None,
) -> RamanResult:
    """Bands and phases; of several spectra their mean, or the one with number `spectrum` (from 1).

    `substrates`, `elements`, `patterns`: see `phases.identify`; `shift_cm`: range to look at.

    Errors: `HeterofilmError` for another technique, a number that is not there, fewer than 30 points in the range.
    """
    x, spectra = spectra_of(measurement)
    notes = list(measurement.notes)
    if spectrum is not None and not 1 <= spectrum <= len(spectra):
        raise InputError(f"'{measurement.name}' has {len(spectra)} spectra, there is no number {spectrum}.")
    inside = (x >= shift_cm[0]) & (x <= shift_cm[1])
    if np.count_nonzero(inside) < 30:
        raise InputError(
            f"'{measurement.name}' has fewer than 30 points between {shift_cm[0]:g} and {shift_cm[1]:g} cm-1; "
            "give another range, in a sample file as range = [80, 1300]."
        )
    chosen = spectra if spectrum is None else spectra[spectrum - 1 : spectrum]
    cleaned = [despike(y[inside]) for y in chosen]
    x = x[inside]
    if len(chosen) > 1:
        notes.append(f"mean of {len(chosen)} spectra")
    y = np.mean([c for c, _ in cleaned], axis=0)
    spikes = tuple(float(x[k]) for _, hit in cleaned for k in hit)
    if spikes:
        notes.append(f"{counted(len(spikes), 'point')} of cosmic spikes replaced")
    lines = fit_lines(x, y, (max(NARROWEST, 2.0 * float(np.median(np.diff(x)))), BROADEST))
    found = identify(Observed.of(lines), "raman", substrates=substrates, elements=elements, patterns=patterns)
    file = measurement.path.name if measurement.path else ""
    return RamanResult(measurement.name, lines, found, spikes, tuple(notes), file)


def mode_series(measurement: Measurement, band: float, window: float = 40.0) -> ModeSeries:
    """The band near `band` (cm-1) in every spectrum of a series.

    Shape and place come from the mean of all spectra; in each spectrum the amplitude, a small shift and a straight
    background follow by linear least squares within `window` of the band, so that a vanished band is zero on average
    and never biased upwards. The uncertainty is that of the noise, the change that a narrower window
    makes, and 2 % (assumed) by which laser and focus repeat.

    Errors: `HeterofilmError` for fewer than 3 spectra, or no band near `band` in their mean.
    """
    x, spectra = spectra_of(measurement)
    if len(spectra) < 3:
        raise InputError(f"'{measurement.name}' has {len(spectra)} spectra; a mode is followed through 3 or more.")
    cleaned = np.array([despike(y)[0] for y in spectra])
    near = np.abs(x - band) < 3.0 * window
    if np.count_nonzero(near) < 20:
        raise InputError(f"'{measurement.name}' has fewer than 20 points around {band:g} cm-1.")
    whole = cleaned.mean(axis=0)
    mean = fit_lines(x[near], whole[near], (NARROWEST, BROADEST), sigma=noise(whole)[near])
    close = [line for line in mean.lines if abs(line.position - band) < max(25.0, window / 2.0)]
    if not close:
        raise InputError(f"The mean of '{measurement.name}' has no band within 25 cm-1 of {band:g} cm-1.")
    line = max(close, key=lambda one: one.area)
    shape = (line.position, 1.0, line.fwhm, float(np.clip(line.eta, 0.0, 1.0)))
    unit_area = area_of(1.0, line.fwhm, shape[3])
    others = np.zeros_like(x)
    for one in mean.lines:
        if one is not line:
            others += pseudo_voigt(x, one.position, one.height, one.fwhm, one.eta)
    values = [_amplitudes(x, cleaned, line.position, reach, shape, others) for reach in (window, 0.7 * window)]
    amplitude, sd, position = values[0]
    area = unit_area * amplitude
    area_sd = np.hypot(unit_area * np.hypot(sd, amplitude - values[1][0]), REPEATABILITY * area)
    axis, label = _axis(measurement, len(spectra), x.size)
    back, back_sd, lowest = _reversibility(area, area_sd)
    around = axis[[max(lowest - 1, 0), min(lowest + 1, axis.size - 1)]]
    step = float(np.max(np.abs(around - axis[lowest]))) / 2.0
    file = measurement.path.name if measurement.path else ""
    return ModeSeries(measurement.name, line.position, axis, label, area, area_sd, position, back, back_sd,
                      (float(axis[lowest]), step), measurement.notes, file)  # fmt: skip


def _amplitudes(
    x: Array, spectra: Array, centre: float, reach: float, shape: tuple[float, float, float, float], others: Array
) -> tuple[Array, Array, Array]:
    """Height of the band, its standard deviation and its position in each spectrum; `others`: the bands beside it."""
    part = np.abs(x - centre) < reach
    xs = x[part]
    profile = pseudo_voigt(xs, *shape)
    columns = [profile, np.gradient(profile, xs), np.ones_like(xs), xs - centre]
    if np.max(others[part]) > 0.02 * np.max(others, initial=1e-300):
        columns.append(others[part] / np.max(others[part]))
    design = np.column_stack(columns)
    height, sd, place = [], [], []
    for y in spectra:
        sigma, ys = noise(y)[part], y[part]
        for _ in range(2):  # once more without the spikes that stood on the band itself
            a, *_ = np.linalg.lstsq(design / sigma[:, None], ys / sigma, rcond=None)
            ys = design @ a + despike(ys - design @ a)[0]
        covariance = np.linalg.pinv(design.T @ (design / sigma[:, None] ** 2))
        misfit = float(np.mean(((design @ a - ys) / sigma) ** 2))
        height.append(a[0])
        sd.append(math.sqrt(covariance[0, 0] * max(1.0, misfit)))
        # h p(x - delta) = h p - h delta p'
        place.append(centre - a[1] / a[0] if a[0] > 5.0 * sd[-1] else math.nan)
    return np.array(height), np.array(sd), np.array(place)


def _axis(measurement: Measurement, m: int, n: int) -> tuple[Array, str]:
    for key, label in (("voltage_V", "Potential / V vs Li⁺/Li"), ("time_s", "Time / s")):
        if key in measurement.table.columns:
            return measurement.column(key)[::n][:m], label
    return np.arange(1.0, m + 1.0), "Spectrum / number"


def _reversibility(area: Array, sd: Array) -> tuple[float, float, int]:
    """(last - lowest) / (first - lowest) with its standard deviation, and the place of the lowest."""
    lowest = int(np.argmin(area))
    fall, rise = area[0] - area[lowest], area[-1] - area[lowest]
    fall_sd = math.hypot(sd[0], sd[lowest])
    if fall < 3.0 * fall_sd:
        return math.nan, math.nan, lowest
    ratio = rise / fall
    # r = (c - b) / (a - b): dr/da = -r/f, dr/db = (r - 1)/f, dr/dc = 1/f
    return float(ratio), float(math.hypot(ratio * sd[0], (ratio - 1.0) * sd[lowest], sd[-1]) / fall), lowest
