"""Impedance spectra of a sample: one by one, and set side by side over cycles and temperatures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl

from ..analysis.electrochemistry.results import CM2, Electrode
from ..analysis.impedance.analyse import (
    CIRCUITS,
    SpectrumSettings,
    film_conductivity,
    fitted,
    kramers_kronig_of,
    proposal,
    scaled,
)
from ..analysis.impedance.conductivity import Arrhenius, Conductivity
from ..analysis.impedance.drt import relaxation_times
from ..analysis.impedance.kramers_kronig import KramersKronig
from ..analysis.impedance.results import feature_results, fit_results, kramers_kronig_results, relaxation_results
from ..analysis.impedance.series import Series, series, series_table
from ..analysis.impedance.settings import link_of
from ..errors import HeterofilmError
from ..instruments import Measurement
from ..plots.impedance import bode, nyquist, relaxations
from ..plots.impedance_series import AXES, arrhenius_figure, values_figures, waterfall
from ..records.result import Result
from ..records.spectrum import Spectrum
from ..reports.page import Drawable
from .electrochemistry import electrode
from .file_entry import FileEntry, frequencies_Hz
from .findings import Findings
from .fit_numbers import of_circuit
from .job import Job

__all__ = ["impedance", "settings_of"]

CM2_TO_M2 = 1e-4
SPECTRA = 6  # of a file whose features and relaxation times are told one by one


def settings_of(entry: FileEntry) -> SpectrumSettings:
    """What the line of a sample file says about its spectra.

    Errors: `HeterofilmError` for a link that cannot be read, or a setting without effect.
    """
    return SpectrumSettings(
        entry.circuit, entry.start, entry.fixed, entry.bounds,
        {name: link_of(text, name) for name, text in entry.links.items()},
        entry.weights or "modulus",  # type: ignore[arg-type]  # one of WEIGHTINGS: the sample file has checked it
        0.0 if entry.lowest is None else entry.lowest.to("Hz"),
        math.inf if entry.highest is None else entry.highest.to("Hz"),
        frequencies_Hz(entry), entry.blocking, entry.conductor,
    )  # fmt: skip


def impedance(job: Job) -> Findings:
    """Features, Kramers-Kronig test, a circuit fit (the sample file may name the circuit) and relaxation times of every
    spectrum; conductivity of a film between blocking electrodes; several over cycles or temperatures side by side."""
    area = job.sample.sheet.area
    held = Electrode() if area is None else electrode(job.sample, "Spectra")
    found = job.each(lambda entry, measurement: _measured(entry, measurement, held))
    return found + _over_files(job, held)


def _measured(entry: FileEntry, measurement: Measurement, held: Electrode) -> Findings:
    settings = settings_of(entry)
    spectra = [settings.window(spectrum) for spectrum in measurement.spectra()]
    done = _one(entry, spectra[0], settings, held) if len(spectra) == 1 else _several(entry, spectra, settings, held)
    points = pl.concat([_points(spectrum) for spectrum in spectra])
    return done + Findings(tables={"spectra": points}, notes=list(measurement.notes))


def _of(spectrum: Spectrum, held: Electrode) -> Electrode:
    """Of a spectrum per area that of 1 cm2: the sample file's area has been applied already."""
    return Electrode(1.0 / CM2) if spectrum.unit == "ohm m2" else held


def _per_area(spectrum: Spectrum, held: Electrode) -> Spectrum:
    """As it is drawn: per area, as its rows are, where the sample file states one."""
    return spectrum.per_area(held.area_m2) if held.area_m2 and spectrum.unit == "ohm" else spectrum


def _one(entry: FileEntry, spectrum: Spectrum, settings: SpectrumSettings, held: Electrode) -> Findings:
    size, own = scaled(spectrum), _of(spectrum, held)
    f, Z = spectrum.frequency_Hz, size * spectrum.impedance
    test, fits = kramers_kronig_of(spectrum), fitted(spectrum, settings)
    fit = fits[0]
    results = kramers_kronig_results(test, file=entry.path)
    results += _doubted(feature_results(f, Z, own, file=entry.path), test)
    notes: list[str] = []
    why = fit.why_no_values(test)
    if why and test.verdict != "fail" and not entry.circuit:
        best = proposal(spectrum, fit).best
        if best is not None:
            notes.append(f"{spectrum.name}: {why}; the circuit {best.circuit} was proposed and does")
            fit, why = best, best.why_no_values(test)
    results += fit_results(fit, own, test, file=entry.path)
    if why:
        notes.append(f"{spectrum.name}: {why.rstrip('.')}; name another circuit in the sample file, or a window.")
    else:
        notes += [f"{spectrum.name}: {warning}" for warning in fit.warnings]
    if settings.blocking:
        results.append(_conductivity(film_conductivity(spectrum, fits, held, test, settings.conductor), entry.path))
    times = relaxation_times(f, Z)
    results += _doubted(relaxation_results(times, Z[np.argsort(f)[::-1]], own, file=entry.path), test)
    shown, drawn = None if why else fit, _per_area(spectrum, held)
    # what an ohm of the fit is in the unit of the spectrum that is drawn, and in ohm cm2
    scale = CM2_TO_M2 if drawn is spectrum and spectrum.unit == "ohm m2" else (held.area_m2 or 1.0)
    scale = scale if drawn.unit == "ohm m2" else 1.0
    figures: list[Drawable] = [
        nyquist([drawn], shown, scale), bode([drawn], shown, scale),
        relaxations(times, drawn.unit == "ohm m2", scale / CM2_TO_M2 if drawn.unit == "ohm m2" else 1.0),
    ]  # fmt: skip
    tables = {"circuit": of_circuit(fit, why)}
    return Findings(results, figures, tables, [_method(entry, settings, [spectrum], str(fit.circuit))], notes)


def _several(entry: FileEntry, spectra: list[Spectrum], settings: SpectrumSettings, held: Electrode) -> Findings:
    """All spectra of a file with one circuit; features and relaxation times of the first few."""
    windowed = SpectrumSettings(
        settings.circuit, settings.start, settings.fixed, settings.bounds, settings.links, settings.weights,
        blocking=settings.blocking, conductor=settings.conductor,
    )  # fmt: skip
    done = series(spectra, windowed, held if settings.blocking else None)
    results: list[Result] = []
    notes: list[str] = []
    if len(spectra) > SPECTRA:
        notes.append(f"{len(spectra)} spectra: features and relaxation times of the first {SPECTRA} only")
    for k, (spectrum, test, fit) in enumerate(zip(done.spectra, done.tests, done.fits, strict=True)):
        file, own, size = f"{entry.path}, {spectrum.name}", _of(spectrum, held), scaled(spectrum)
        results += kramers_kronig_results(test, file=file)
        if k < SPECTRA:
            f, Z = spectrum.frequency_Hz, size * spectrum.impedance
            rows = feature_results(f, Z, own, file=file)
            rows += relaxation_results(relaxation_times(f, Z), Z[np.argsort(f)[::-1]], own, file=file)
            results += _doubted(rows, test)
        results += fit_results(fit, own, test, file=file)
        notes += [f"{spectrum.name}: {done.why_not[k]}"] if done.why_not[k] else []
    results += [_conductivity(c, entry.path) for c in done.conductivities]
    results += _energy(done, entry.path)
    drawn = [_per_area(spectrum, held) for spectrum in spectra]
    figures: list[Drawable] = [nyquist(drawn), bode(drawn), *_drawn(done, held)]
    methods = [_method(entry, settings, spectra, str(done.fits[0].circuit))]
    area = spectra[0].unit == "ohm m2"
    tables = {"values": series_table(done, area), "circuit": of_circuit(done.fits[0], done.why_not[0])}
    return Findings(results, figures, tables, methods, notes)


def _doubted(rows: list[Result], test: KramersKronig) -> list[Result]:
    """Rows of a spectrum that fails the Kramers-Kronig test say so, each beside its number."""
    if test.verdict != "fail":
        return rows
    why = "the spectrum fails the Kramers-Kronig test: it was not in a steady state, or not linear"
    return [replace(row, note="; ".join(filter(None, (row.note, why)))) for row in rows]


def _over_files(job: Job, held: Electrode) -> Findings:
    """Spectra of several files at different temperatures or after different cycles, fitted alike; else nothing."""
    rows: list[tuple[FileEntry, Spectrum]] = []
    for entry, measurement in job.parts:
        try:
            settings = settings_of(entry)
            rows += [(entry, settings.window(spectrum)) for spectrum in measurement.spectra()]
        except HeterofilmError:
            continue  # told where its file is analysed
    rows = [(e, s) for e, s in rows if s.cycle is not None or s.temperature_K is not None]
    settings_list = [settings_of(entry) for entry, _ in rows]
    known = {(s.cycle, s.temperature_K) for _, s in rows}
    if len({entry.path for entry, _ in rows}) < 2 or len(known) < 2 or len({s.unit for _, s in rows}) > 1:
        return Findings()
    first = settings_list[0]
    alike = [(e, s) for (e, s), own in zip(rows, settings_list, strict=True) if _same(own, first)]
    notes = []
    if len(alike) < len(rows):
        notes.append(f"{len(rows) - len(alike)} spectra with other settings of their fit are not in the series")
    if len(alike) < 2:
        return Findings(notes=notes)
    settings = SpectrumSettings(
        first.circuit, first.start, first.fixed, first.bounds, first.links, first.weights, blocking=first.blocking,
        conductor=first.conductor,
    )  # fmt: skip
    try:
        done = series([s for _, s in alike], settings, held if first.blocking else None)
    except HeterofilmError as error:
        return Findings(failed=[("series of spectra", str(error))])
    files = ", ".join(dict.fromkeys(entry.path for entry, _ in alike))
    table = {"series-values": series_table(done, done.spectra[0].unit == "ohm m2")}
    methods = [f"Spectra of several files were fitted with one circuit, {done.fits[0].circuit}, over {done.axis}."]
    return Findings(_energy(done, files), _drawn(done, held), table, methods, notes).of(job.sample.name, files)


def _same(one: SpectrumSettings, other: SpectrumSettings) -> bool:
    """Whether two lines ask for the same fit, whatever their windows."""
    return all(
        getattr(one, key) == getattr(other, key)
        for key in ("circuit", "start", "fixed", "bounds", "links", "weights", "blocking", "conductor")
    )


def _drawn(done: Series, held: Electrode) -> list[Drawable]:
    area = done.spectra[0].unit == "ohm m2"
    scale = 1.0 if area or not held.area_m2 else held.area_m2 / CM2_TO_M2
    drawn = [_per_area(spectrum, held) for spectrum in done.spectra]
    figures: list[Drawable] = [waterfall(drawn, AXES[done.axis]), *values_figures(done, area, scale)]
    if sum(c.value is not None and c.temperature_K is not None for c in done.conductivities) > 1:
        figures.append(arrhenius_figure(done))
    return figures


def _conductivity(c: Conductivity, file: str) -> Result:
    """A row in S/cm; a verdict with its reason where there is none."""
    at = "" if c.temperature_K is None else f" ({c.temperature_K - 273.15:.4g} °C)"
    how = "L/(R A) between blocking electrodes"
    if c.value is None:
        return Result(f"ionic conductivity{at}", "not determined", math.nan, "", how, "", file, c.why_not)
    said = [
        f"{c.element} = {c.resistance_ohm:.4g} ohm, relative permittivity beside it {c.permittivity:.3g}",
        *c.doubts,
    ]
    return Result(f"ionic conductivity{at}", c.value / 100.0, c.sigma / 100.0, "S/cm", how, "", file, "; ".join(said))


def _energy(done: Series, file: str) -> list[Result]:
    if len(done.conductivities) < 2:
        return []
    how = "line of ln(sigma T) over 1/T"
    found = done.arrhenius
    if not isinstance(found, Arrhenius):
        return [Result("activation energy", "not determined", math.nan, "", how, "", file, found)]
    note = f"95 %: {found.low:.3f} to {found.high:.3f} eV; {found.n} temperatures, R2 = {found.r2:.4f}"
    note = "; ".join([note, *found.doubts])
    return [Result("activation energy", found.energy_eV, found.sigma, "eV", how, "", file, note)]


def _method(entry: FileEntry, settings: SpectrumSettings, spectra: list[Spectrum], circuit: str) -> str:
    f = np.concatenate([spectrum.frequency_Hz for spectrum in spectra])
    chosen = (
        "as the sample file says"
        if entry.circuit
        else f"chosen among {len(CIRCUITS)} or proposed by Akaike's criterion"
    )
    asked = f" ({settings.words})" if settings.words else ""
    return (
        f"Impedance ({f.min():.3g} to {f.max():.3g} Hz): linear Kramers-Kronig test; circuit {circuit}, {chosen}"
        f"{asked}, by least squares with {settings.weights} weights; a spectrum that fails the test or is missed by "
        "the circuit has no values; distribution of relaxation times by Tikhonov regularisation, its strength by "
        "generalised cross-validation."
    )


def _points(spectrum: Spectrum) -> pl.DataFrame:
    unit, size = ("ohm_cm2" if spectrum.unit == "ohm m2" else "ohm"), scaled(spectrum)
    return pl.DataFrame(
        {
            "spectrum": [spectrum.name] * spectrum.frequency_Hz.size,
            "frequency_Hz": spectrum.frequency_Hz,
            f"Z_re_{unit}": size * spectrum.impedance.real,
            f"Z_im_{unit}": size * spectrum.impedance.imag,
        }
    )
