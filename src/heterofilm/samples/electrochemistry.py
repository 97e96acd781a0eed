"""Cycling, voltammograms, impedance and titrations of a sample, per area and thickness with their uncertainties."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.electrochemistry.cv import Sweep, peaks
from ..analysis.electrochemistry.cv_results import b_value_results, dunn_results, voltammogram_results
from ..analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record, splits
from ..analysis.electrochemistry.cycles import cycle_table, end_of_life, rates_of
from ..analysis.electrochemistry.gitt import LINEAR, SHORT, gitt_table, pulses_of
from ..analysis.electrochemistry.results import (
    CM2,
    Electrode,
    cycle_results,
    gitt_results,
    plateau_results,
    rate_results,
)
from ..analysis.impedance.drt import relaxation_times
from ..analysis.impedance.fit import NOT_DESCRIBED, fit_circuit
from ..analysis.impedance.kramers_kronig import kramers_kronig
from ..analysis.impedance.results import feature_results, fit_results, kramers_kronig_results, relaxation_results
from ..errors import HeterofilmError
from ..instruments import Measurement
from ..plots.cv import b_value_figure, dunn_figure, voltammogram_figure
from ..plots.cycles import capacity_figure, mean_voltage_figure, rate_figure
from ..plots.dqdv import dqdv_figure, half_cycles
from ..plots.gitt import diffusivity_figure, titration_figure
from ..plots.impedance import bode, nyquist, relaxations
from ..plots.record import record_figure
from ..records.charge import SOURCES
from ..records.record import Record
from ..records.result import Result
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .sample_file import FileEntry, Sample

# contacts and electrolyte, one or two interfaces, diffusion to the film's end; the Akaike criterion chooses
CIRCUITS = ("R0-p(R1,CPE1)-Wo1", "R0-p(R1-Wo1,C1)", "R0-p(R1,C1)-p(R2-Wo1,C2)")
SPECTRA = 6  # of a file that are fitted one by one


def electrode(sample: Sample, what: str) -> Electrode:
    """Area and thickness of the sheet.

    Errors: `HeterofilmError` for a sheet without an area.
    """
    area, thickness = sample.sheet.area, sample.sheet.thickness
    if area is None:
        raise HeterofilmError(
            f"{what} need the electrode's area: add for example area = \"1.00 +- 0.02 cm2\" to '{sample.file.name}'."
        )
    thick = 0.0 if thickness is None or thickness.sigma is None else thickness.sigma * thickness.si / thickness.value
    return Electrode(
        area.si,
        0.0 if area.sigma is None else area.sigma * area.si / area.value,
        None if thickness is None else thickness.si,
        thick,
    )


def _record(sample: Sample, measurement: Measurement) -> Record:
    area, thickness = sample.sheet.area, sample.sheet.thickness
    assert area is not None  # asked for by `electrode`
    return measurement.record(area.si, None if thickness is None else thickness.si, title=sample.name)


def cycling(job: Job) -> Findings:
    """Capacities, efficiency, retention, end of life and rates of every file."""
    held = electrode(job.sample, "Capacities")

    def one(entry: FileEntry, measurement: Measurement) -> Findings:
        record = _record(job.sample, measurement)
        table = cycle_table(record)
        results = cycle_results(table, held)
        if table["discharge_C_m2"].null_count() < table.height and table.height > 2:
            end = end_of_life(table)
            results.append(Result("end of life", end.reason, method="80 % of the first discharge"))
        figures: list[Drawable] = [record_figure(record)]
        if table.height > 2:
            figures += [capacity_figure({measurement.name: table}), mean_voltage_figure(table)]
        summary = rates_of(record)
        tables = {"cycles": table}
        if summary is not None:
            results += rate_results(summary, held)
            figures.append(rate_figure({"mean capacity": summary}))
            tables["rates"] = summary
        methods = [
            "Capacities per volume of film carry the uncertainty of area and thickness; charge is "
            f"{SOURCES[str(record.meta['charge'])]}."
        ]
        known = sorted({cycle for cycle, _, _ in half_cycles(record, table["cycle"].to_list())})
        ends = list(dict.fromkeys((*known[:1], *known[-1:])))  # what cycling did to the plateaus
        if ends:
            results += plateau_results(record, half_cycles(record, ends), held)
            figures.append(dqdv_figure(record, ends, "dQ/dV"))
            methods.append("Plateaus are maxima of dQ/dV of the first and the last cycle.")
        return _noted(Findings(results, figures, tables, methods, list(measurement.notes)), record)

    return job.each(one)


def _noted(found: Findings, record: Record) -> Findings:
    """What was found in a record: what all its numbers rest on beside each, doubts about single steps below."""
    doubts = str(record.meta.get("doubts", "")).splitlines()
    return found.noted(" ".join(str(record.meta.get("assumed", "")).splitlines())) + Findings(notes=doubts)


def voltammetry(job: Job) -> Findings:
    """Peaks at every scan rate; with several rates, b-values. A rate comes from the last file that has it."""
    held = electrode(job.sample, "Voltammograms")
    found = Findings()
    file_of: dict[int, str] = {}
    assumed: dict[str, str] = {}
    sweeps: list[Sweep] = []
    for entry, m in job.parts:
        try:
            record = _record(job.sample, m)
            own = of_record(record)
        except HeterofilmError as error:
            found += Findings(failed=[(entry.path, str(error))])
            continue
        if not own:
            found += Findings(failed=[(entry.path, "there is no sweep of the potential in it.")])
        file_of |= {id(sweep): entry.path for sweep in own}
        assumed[entry.path] = " ".join(str(record.meta.get("assumed", "")).splitlines())
        sweeps += own
        found += Findings(notes=list(m.notes))
    if not sweeps:
        return found
    last = last_at_each_rate(sweeps)
    for path in dict.fromkeys(file_of[id(sweep)] for sweep in last):
        rows = voltammogram_results([sweep for sweep in last if file_of[id(sweep)] == path], held)
        found += Findings(rows).noted(assumed[path]).of(job.sample.name, path)
    each = [(sweep, peaks(sweep)) for sweep in last]
    figures: list[Drawable] = [voltammogram_figure(last, [p for _, ps in each for p in ps])]
    rates = ", ".join(dict.fromkeys(f"{1e3 * sweep.scan_rate_V_s:.3g}" for sweep in last))
    methods = [f"Voltammograms at {rates} mV/s, the last cycle of each: peaks above a chord as baseline."]
    results: list[Result] = []
    tracks = follow(each)
    if tracks:
        results += b_value_results(tracks)
        figures.append(b_value_figure(tracks))
        methods.append("b-values are slopes of log i over log v of peaks followed over the rates.")
    shares = splits(last, held.thickness_m)
    if shares:
        results += dunn_results(shares)
        figures.append(dunn_figure(shares))
        methods.append("The current of each sweep direction was split into k1 v + k2 sqrt(v) after Dunn.")
    files = ", ".join(dict.fromkeys(file_of[id(sweep)] for sweep in last))
    note = " ".join(dict.fromkeys(one for one in assumed.values() if one))
    return found + Findings(results, figures, methods=methods).noted(note).of(job.sample.name, files)


def impedance(job: Job) -> Findings:
    """Features, Kramers-Kronig test, a circuit fit (the sheet may name the circuit) and relaxation times of every
    spectrum."""
    area = job.sample.sheet.area
    held = Electrode() if area is None else electrode(job.sample, "Spectra")
    return job.each(lambda entry, measurement: _spectra(entry, measurement, held))


def _spectra(entry: FileEntry, measurement: Measurement, held: Electrode) -> Findings:
    spectra = measurement.spectra()
    per_area = spectra[0].unit == "ohm m2"
    if per_area:  # a spectrum per area is that of 1 cm2 of electrode: the sheet's area has been applied already
        held = Electrode(1.0 / CM2)
    size = CM2 if per_area else 1.0
    figures: list[Drawable] = [nyquist(spectra), bode(spectra)]
    results: list[Result] = []
    methods: list[str] = []
    notes = list(measurement.notes)
    if len(spectra) > SPECTRA:
        notes.append(f"{measurement.name}: {len(spectra)} spectra, of which the first {SPECTRA} are fitted")
    for spectrum in spectra[:SPECTRA]:
        f, Z = spectrum.frequency_Hz, size * spectrum.impedance
        file = entry.path if len(spectra) == 1 else f"{entry.path}, {spectrum.name}"
        results += kramers_kronig_results(kramers_kronig(f, Z), file=file)
        results += feature_results(f, Z, held, file=file)
        fits = [fit_circuit(f, Z, circuit) for circuit in ((entry.circuit,) if entry.circuit else CIRCUITS)]
        fit = min(fits, key=lambda one: one.aic)
        results += fit_results(fit, held, file=file)
        if fit.describes:
            notes += [f"{spectrum.name}: {warning}" for warning in fit.warnings]
        else:
            notes.append(f"{spectrum.name}: the circuit {fit.circuit} {NOT_DESCRIBED}; name another one in the sheet.")
        times = relaxation_times(f, Z)
        order = np.argsort(f)[::-1]
        results += relaxation_results(times, Z[order], held, file=file)
        if len(spectra) == 1:
            drawn = [nyquist(spectra, fit, 1.0 / size), bode(spectra, fit, 1.0 / size)]
            figures = [*drawn, relaxations(times, area=per_area)]
        chosen = "as the sheet says" if entry.circuit else f"chosen among {len(CIRCUITS)} by Akaike's criterion"
        methods.append(
            f"Impedance ({f.min():.3g} to {f.max():.3g} Hz): linear Kramers-Kronig test; circuit {fit.circuit}, "
            f"{chosen}, by least squares with {fit.weighting} weights from automatic starts; distribution of "
            "relaxation times by Tikhonov regularisation, its strength by generalised cross-validation."
        )
    unit = "ohm_cm2" if per_area else "ohm"
    points = pl.concat(
        [
            pl.DataFrame(
                {"spectrum": [s.name] * s.frequency_Hz.size, "frequency_Hz": s.frequency_Hz,
                 f"Z_re_{unit}": size * s.impedance.real, f"Z_im_{unit}": size * s.impedance.imag}
            )
            for s in spectra
        ]
    )  # fmt: skip
    return Findings(results, figures, {"spectra": points}, list(dict.fromkeys(methods)), notes)


def titration(job: Job) -> Findings:
    """A diffusivity per pulse, and whether it is one."""
    held = electrode(job.sample, "Titrations")

    def one(entry: FileEntry, measurement: Measurement) -> Findings:
        record = _record(job.sample, measurement)
        pulses = pulses_of(record)
        figures: list[Drawable] = [diffusivity_figure(pulses), titration_figure(record, pulses)]
        tables = {"pulses": gitt_table(pulses)}
        methods = [
            "Diffusivity by Weppner and Huggins from the line E over sqrt(t) within each pulse; only pulses with "
            f"D tau/L² up to {SHORT:g} and a line (R² from {LINEAR:g}) between rests that came to an end count."
        ]
        found = Findings(gitt_results(pulses, held), figures, tables, methods, list(measurement.notes))
        return _noted(found, record)

    return job.each(one)
