"""Cycling, voltammograms, impedance and titrations of a sample, per area and thickness with their uncertainties."""

from __future__ import annotations

import polars as pl

from ..analysis.cv import peaks
from ..analysis.cv_tracks import follow, last_at_each_rate, of_record
from ..analysis.cycles import cycle_table, end_of_life, rates_of
from ..analysis.electrochemistry_results import (
    Electrode,
    b_value_results,
    cycle_results,
    feature_results,
    fit_results,
    gitt_results,
    kramers_kronig_results,
    voltammogram_results,
)
from ..analysis.gitt import gitt_table, pulses_of
from ..analysis.impedance.fit import fit_circuit
from ..analysis.impedance.kramers_kronig import kramers_kronig
from ..analysis.result import Result
from ..errors import HeterofilmError
from ..instruments import Measurement
from ..record import Record
from ..report.chapters import Drawable
from ..report.cv_plots import b_value_figure, voltammogram_figure
from ..report.cycle_plots import capacity_figure, mean_voltage_figure, rate_figure
from ..report.eis_plots import bode, nyquist
from ..report.gitt_plots import diffusivity_figure, titration_figure
from ..report.single import record_figure
from .findings import Findings
from .project import Job
from .sheet import Sample

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
    found = Findings(
        methods=[
            "Capacities per volume of film carry the uncertainty of area and thickness; charge was counted "
            "by the cycler."
        ]
    )
    for entry, measurement in job.parts:
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
            figures.append(rate_figure({"mean capacity": summary}))
            tables["rates"] = summary
        found += Findings(results, figures, tables, notes=list(measurement.notes)).of_file(
            job.sample.name, entry.path, measurement.name
        )
    return found


def voltammetry(job: Job) -> Findings:
    """Peaks at every scan rate; with several rates, b-values."""
    held = electrode(job.sample, "Voltammograms")
    sweeps = [s for _, m in job.parts for s in of_record(_record(job.sample, m))]
    if not sweeps:
        raise HeterofilmError("There is no sweep of the potential in the files called cv.")
    last = last_at_each_rate(sweeps)
    each = [(sweep, peaks(sweep)) for sweep in last]
    results = voltammogram_results(last, held)
    figures: list[Drawable] = [voltammogram_figure(last, [p for _, ps in each for p in ps])]
    tracks = follow(each)
    if tracks:
        results += b_value_results(tracks)
        figures.append(b_value_figure(tracks))
    found = Findings(
        results, figures,
        methods=["Peaks of voltammograms above a chord as baseline; b from log i over log v of peaks followed "
        "over the rates."],
        notes=list(dict.fromkeys(note for _, m in job.parts for note in m.notes)),
    )  # fmt: skip
    return found.of(job.sample.name, ", ".join(dict.fromkeys(entry.path for entry, _ in job.parts)))


def impedance(job: Job) -> Findings:
    """Features, Kramers-Kronig test and a circuit fit of every spectrum (the sheet may name the circuit)."""
    area = job.sample.sheet.area
    held = Electrode() if area is None else electrode(job.sample, "Spectra")
    found = Findings(
        methods=[
            "Impedance: linear Kramers-Kronig test; circuit fits by weighted least squares from automatic "
            "starts, the circuit chosen by Akaike's criterion where none was stated."
        ]
    )
    for entry, measurement in job.parts:
        spectra = measurement.spectra()
        figures: list[Drawable] = [nyquist(spectra), bode(spectra)]
        results: list[Result] = []
        notes = list(measurement.notes)
        if len(spectra) > SPECTRA:
            notes.append(f"{measurement.name}: {len(spectra)} spectra, of which the first {SPECTRA} are fitted")
        for spectrum in spectra[:SPECTRA]:
            f, Z = spectrum.frequency_Hz, spectrum.impedance
            file = entry.path if len(spectra) == 1 else f"{entry.path}, {spectrum.name}"
            results += kramers_kronig_results(kramers_kronig(f, Z), file=file)
            results += feature_results(f, Z, held, file=file)
            fits = [fit_circuit(f, Z, circuit) for circuit in ((entry.circuit,) if entry.circuit else CIRCUITS)]
            fit = min(fits, key=lambda one: one.aic)
            results += fit_results(fit, held, file=file)
            notes += [f"{spectrum.name}: {warning}" for warning in fit.warnings]
            if len(spectra) == 1:
                figures = [nyquist(spectra, fit), bode(spectra, fit)]
        points = pl.concat(
            [
                pl.DataFrame(
                    {"spectrum": [s.name] * s.frequency_Hz.size, "frequency_Hz": s.frequency_Hz,
                     "Z_re_ohm": s.impedance.real, "Z_im_ohm": s.impedance.imag}
                )
                for s in spectra
            ]
        )  # fmt: skip
        found += Findings(results, figures, {"spectra": points}, notes=notes).of_file(
            job.sample.name, entry.path, measurement.name
        )
    return found


def titration(job: Job) -> Findings:
    """A diffusivity per pulse, and whether it is one."""
    held = electrode(job.sample, "Titrations")
    found = Findings(methods=["Diffusivity by Weppner and Huggins from pulses short against L²/D, others left out."])
    for entry, measurement in job.parts:
        record = _record(job.sample, measurement)
        pulses = pulses_of(record)
        figures: list[Drawable] = [diffusivity_figure(pulses), titration_figure(record, pulses)]
        found += Findings(
            gitt_results(pulses, held), figures, {"pulses": gitt_table(pulses)}, notes=list(measurement.notes)
        ).of_file(job.sample.name, entry.path, measurement.name)
    return found
