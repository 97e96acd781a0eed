"""Cycling, voltammograms and titrations of a sample, per area and thickness with their uncertainties."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ..analysis.electrochemistry.cv import SIGNAL_TO_NOISE, Baseline, Peak, Sweep, peaks
from ..analysis.electrochemistry.cv_couples import one_kind
from ..analysis.electrochemistry.cv_results import b_value_results, dunn_results, voltammogram_results
from ..analysis.electrochemistry.cv_sweeps import clocked, whole
from ..analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record, splits
from ..analysis.electrochemistry.cycles import EFFICIENCY, cycle_table, end_of_life, rates_of
from ..analysis.electrochemistry.gitt import LINEAR, SHORT, gitt_table, hysteresis_doubt, pulses_of
from ..analysis.electrochemistry.half_cycles import half_cycles
from ..analysis.electrochemistry.results import (
    Electrode,
    cycle_results,
    gitt_results,
    plateau_results,
    rate_results,
)
from ..errors import HeterofilmError, InputError
from ..film.composition import composition_of
from ..instruments import Measurement
from ..library import Library
from ..plots.cv import b_value_figure, dunn_figure, voltammogram_figure
from ..plots.cycles import capacity_figure, mean_voltage_figure, rate_figure
from ..plots.dqdv import dqdv_figure
from ..plots.gitt import diffusivity_figure, titration_figure
from ..plots.record import record_figure
from ..plots.voltage import volts
from ..records.charge import SOURCES
from ..records.record import Record
from ..records.result import Result
from ..reports.page import Drawable
from .file_entry import FileEntry, stretches
from .findings import Findings
from .job import Job
from .sample_file import Sample, SampleFile
from .window import chosen

LIFE = 0.8  # of the capacity: the end of life where a line says no other


def electrode(sample: Sample, what: str) -> Electrode:
    """Area and thickness of the sample file.

    Errors: `HeterofilmError` for a sample file without an area.
    """
    area, thickness = sample.sheet.area, sample.sheet.thickness
    if area is None:
        raise InputError(
            f"{what} need the electrode's area: add for example area = \"1.00 +- 0.02 cm2\" to '{sample.file.name}'."
        )
    thick = 0.0 if thickness is None or thickness.sigma is None else thickness.sigma * thickness.si / thickness.value
    return Electrode(
        area.si,
        0.0 if area.sigma is None else area.sigma * area.si / area.value,
        None if thickness is None else thickness.si,
        thick,
    )


def record_of(sample: Sample, measurement: Measurement) -> Record:
    """A measurement per area of the sample file, which `electrode` has asked for."""
    area, thickness = sample.sheet.area, sample.sheet.thickness
    assert area is not None  # asked for by `electrode`
    record = measurement.record(area.si, None if thickness is None else thickness.si, title=sample.name)
    loading, _ = areal_mass(sample.sheet)
    return record if loading is None else replace(record, meta={**record.meta, "loading_kg_m2": loading})


def areal_mass(sheet: SampleFile) -> tuple[float | None, str]:
    """The film's mass per area (kg/m2), and what it was told by; None where nothing tells it.

    By the mass or the density of the sample file, else by that of the library's film, which is computed as dense.
    """
    if sheet.mass is not None and sheet.area is not None:
        return sheet.mass.si / sheet.area.si, "by the mass of the sample file"
    if sheet.thickness is None:
        return None, ""
    if sheet.density is not None:
        return sheet.density.si * sheet.thickness.si, "by the density of the sample file"
    if not sheet.film:
        return None, ""
    library = Library()
    film = library.film(sheet.film)
    made = composition_of(film, library.phase(film.matrix), library.phase(film.domain) if film.domain else None)
    told = f"by {1e-3 * made.density:.3g} g/cm3, the density of a dense {sheet.film} in the library, assumed"
    return made.density * sheet.thickness.si, told


def taken_as_exact(sample: Sample, rows: list[Result]) -> list[Result]:
    """Rows per area or per volume say where the sample file states these without an uncertainty."""
    sheet = sample.sheet
    exact = [n for n, value in (("area", sheet.area), ("thickness", sheet.thickness)) if value and value.sigma is None]
    if not exact:
        return rows
    said = f"{' and '.join(exact)} taken as exact: the sample file states no uncertainty"
    touched = [row.unit and ("cm2" in row.unit or "um" in row.unit.split("/")) for row in rows]
    return [
        replace(row, note="; ".join(filter(None, (row.note, said)))) if hit else row
        for row, hit in zip(rows, touched, strict=True)
    ]


def cycling(job: Job) -> Findings:
    """Capacities, efficiency, retention, end of life and rates of every file."""
    held = electrode(job.sample, "Capacities")

    def one(entry: FileEntry, measurement: Measurement) -> Findings:
        record, said = _of_cycles(entry, record_of(job.sample, measurement))
        table = cycle_table(record)
        mass = areal_mass(job.sample.sheet)[1]
        results = [
            replace(row, note=f"{row.note} ({mass})") if mass and "mAh/g" in row.note else row
            for row in cycle_results(table, held, reference=entry.reference_cycle)
        ]
        if table["discharge_C_m2"].null_count() < table.height and table.height > 2:
            share, first = entry.end_of_life or LIFE, entry.reference_cycle
            end = end_of_life(table, share, "first" if first is None else first)
            of = "the first discharge" if first is None else f"that of cycle {first}"
            results.append(Result("end of life", end.reason, method=f"{100.0 * share:g} % of {of}"))
        elif entry.end_of_life is not None or entry.reference_cycle is not None:
            said = [*said, f"{measurement.name}: an end of life needs more than two cycles with a discharge"]
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
            f"{SOURCES[str(record.meta['charge'])]}. Efficiency is {EFFICIENCY}."
        ]
        if mass:
            methods.append(f"Capacities per mass of film were told {mass}.")
        known = sorted({cycle for cycle, _, _ in half_cycles(record, table["cycle"].to_list())})
        ends = list(dict.fromkeys((*known[:1], *known[-1:])))  # what cycling did to the plateaus
        if ends:
            results += plateau_results(record, half_cycles(record, ends), held)
            figures.append(dqdv_figure(record, ends, "dQ/dV"))
            methods.append("Plateaus are maxima of dQ/dV of the first and the last cycle.")
        return _noted(Findings(results, figures, tables, methods, [*measurement.notes, *said]), record, job.sample)

    return job.each(one)


def _of_cycles(entry: FileEntry, record: Record) -> tuple[Record, list[str]]:
    """The cycles that a line takes, and a word on those that it leaves out."""
    cycles = record.steps["cycle"].unique(maintain_order=True).to_list()
    keep = [c for c, taken in zip(cycles, chosen(entry, "cycling", cycles, "cycles"), strict=True) if taken]
    if len(keep) == len(cycles):
        return record, []
    steps = record.steps.filter(pl.col("cycle").is_in(keep))
    frame = record.frame.filter(pl.col("step").is_in(steps["step"].to_list()))
    return replace(record, frame=frame, steps=steps), [f"{len(cycles) - len(keep)} of {len(cycles)} cycles left out"]


def _noted(found: Findings, record: Record, sample: Sample) -> Findings:
    """What was found in a record: what all its numbers rest on beside each, doubts about single steps below."""
    doubts = str(record.meta.get("doubts", "")).splitlines()
    found = replace(found, results=taken_as_exact(sample, found.results))
    return found.noted(" ".join(str(record.meta.get("assumed", "")).splitlines())) + Findings(notes=doubts)


def voltammetry(job: Job) -> Findings:
    """Peaks at every scan rate; with several rates, b-values. A rate comes from the last file that has it."""
    held = electrode(job.sample, "Voltammograms")
    found = Findings()
    of: dict[int, FileEntry] = {}
    assumed: dict[str, str] = {}
    cycles: list[Sweep] = []
    dropped: dict[str, int] = {}
    for entry, m in job.parts:
        rate = None if entry.scan_rate is None else entry.scan_rate.to("V/s")
        try:
            timed = clocked(m, rate)
            record = record_of(job.sample, timed)
            own = whole(of_record(record))
        except HeterofilmError as error:
            found += Findings(failed=[(entry.path, str(error))])
            continue
        if not own:
            found += Findings(failed=[(entry.path, "there is no sweep of the potential in it.")])
        of |= {id(sweep): entry for sweep in own}
        assumed[entry.path] = " ".join(str(record.meta.get("assumed", "")).splitlines())
        cycles += own
        found += Findings(notes=list(timed.notes))
    if not cycles:
        return found

    def with_peaks(sweep: Sweep) -> tuple[Sweep, tuple[Peak, ...]]:
        entry = of[id(sweep)]
        found = peaks(sweep, baseline=_baseline(entry), signal_to_noise=entry.signal_to_noise or SIGNAL_TO_NOISE)
        kept = tuple(p for p in found if _looked_at(entry, p.potential_V))
        dropped[entry.path] = dropped.get(entry.path, 0) + len(found) - len(kept)
        return sweep, kept

    last = last_at_each_rate(cycles)
    each = one_kind([with_peaks(sweep) for sweep in last])
    for entry in {entry.path: entry for entry in of.values()}.values():
        if entry.range is not None or entry.without:
            count = dropped.get(entry.path, 0)
            said = f"{count} peaks left out by their potential" if count else "range and without leave out no peak"
            found += Findings(notes=[f"{entry.path}: {said}"])
    for path in dict.fromkeys(of[id(sweep)].path for sweep in last):
        own_peaks = [(sweep, ps) for sweep, ps in each if of[id(sweep)].path == path]
        least = of[id(own_peaks[0][0])].signal_to_noise or SIGNAL_TO_NOISE
        rows = voltammogram_results(
            [s for s, _ in own_peaks], held, own_peaks=[ps for _, ps in own_peaks], signal_to_noise=least
        )
        found += Findings(taken_as_exact(job.sample, rows)).noted(assumed[path]).of(job.sample.name, path)
    found += Findings(notes=[f"{_words(sweep)}: {sweep.note}" for sweep in last if sweep.note])
    found += Findings(notes=[f"{_words(s)}, peak at {p.potential_V:.2f} V: baseline is {p.baseline}"
                             for s, ps in each for p in ps if p.kind == "zero"])  # fmt: skip
    figures: list[Drawable] = [voltammogram_figure(last, [p for _, ps in each for p in ps])]
    rates = ", ".join(dict.fromkeys(f"{1e3 * sweep.scan_rate_V_s:.3g}" for sweep in last))
    kinds = ", ".join(sorted({p.kind for _, ps in each for p in ps})) or "chord"
    methods = [
        f"Voltammograms at {rates} mV/s, the last whole cycle of each; baseline of the peaks: {kinds}, one kind for "
        "all rates of a couple and never through current of the other sign; a peak stands out by a signal-to-noise "
        f"ratio of {min(e.signal_to_noise or SIGNAL_TO_NOISE for e, _ in job.parts):g} or more."
    ]
    results: list[Result] = []
    tracks = follow(each, [with_peaks(sweep) for sweep in cycles])
    if tracks:
        results += b_value_results(tracks)
        figures.append(b_value_figure(tracks))
        methods.append(
            "b-values are slopes of log i over log v of peaks followed over the rates, means over all cycles."
        )
    shares = splits(cycles, held.thickness_m)
    if shares:
        results += dunn_results(shares)
        if any(not split.why_not for split in shares.values()):
            figures.append(dunn_figure(shares))
        methods.append("The current of each sweep direction was split into k1 v + k2 sqrt(v) after Dunn.")
    files = ", ".join(dict.fromkeys(of[id(sweep)].path for sweep in last))
    note = " ".join(dict.fromkeys(one for one in assumed.values() if one))
    return found + Findings(results, figures, methods=methods).noted(note).of(job.sample.name, files)


def _baseline(entry: FileEntry) -> Baseline:
    return entry.baseline or "chord"  # type: ignore[return-value]  # one of BASELINES: the sample file has checked it


def _looked_at(entry: FileEntry, potential_V: float) -> bool:
    """Whether a line looks for peaks at a potential."""
    inside = entry.range is None or entry.range[0] <= potential_V <= entry.range[1]
    return inside and not any(low <= potential_V <= high for low, high in stretches(entry))


def _words(sweep: Sweep) -> str:
    return f"{sweep.direction}, {1e3 * sweep.scan_rate_V_s:.3g} mV/s"


def titration(job: Job) -> Findings:
    """A diffusivity per pulse, and whether it is one."""
    held = electrode(job.sample, "Titrations")

    def one(entry: FileEntry, measurement: Measurement) -> Findings:
        record = record_of(job.sample, measurement)
        every = pulses_of(record)
        taken = chosen(entry, "gitt", [p.E_end_V for p in every], "pulses")
        pulses = tuple(p for p, kept in zip(every, taken, strict=True) if kept)
        figures: list[Drawable] = [diffusivity_figure(pulses, unit=volts(record)), titration_figure(record, pulses)]
        tables = {"pulses": gitt_table(pulses)}
        methods = [
            "Diffusivity by Weppner and Huggins from the line E over sqrt(t) within each pulse; only pulses with "
            f"D tau/L² up to {SHORT:g} and a line (R² from {LINEAR:g}) between rests that came to an end count."
        ]
        notes = [*measurement.notes, *filter(None, [hysteresis_doubt(pulses)])]
        if len(pulses) < len(every):
            notes.append(f"{len(every) - len(pulses)} of {len(every)} pulses left out by their potential")
        found = Findings(gitt_results(pulses, held), figures, tables, methods, notes)
        return _noted(found, record, job.sample)

    return job.each(one)
