"""Core levels, work function, valence band edge and optical gap of a sample, and the energy diagram they make."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..analysis.edges import fermi_edge
from ..analysis.result import Result
from ..analysis.ups import HE_I, Ups, analyse_ups
from ..analysis.uvvis import TaucGap, absorption_of, tauc_gap
from ..analysis.xps.auger import split_copper
from ..analysis.xps.calibrate import Calibration, calibrate
from ..analysis.xps.lines import preset
from ..analysis.xps.quantify import atomic_ratios
from ..analysis.xps.shares import Shares, series_table, shares_of
from ..errors import HeterofilmError
from ..instruments import Measurement
from ..report.chapters import Drawable
from ..report.ups_plots import cutoff_figure, fermi_edge_figure, valence_band_figure
from ..report.uvvis_plots import spectrum_figure, tauc_figure
from ..report.xps_plots import chemist, core_level_figure, states_figure
from .findings import Findings, slug, slugs
from .job import Job, attempt
from .sheet import FileEntry

__all__ = ["core_levels", "edges", "optical_gap"]

METALS = re.compile(r"\b(au|gold|ag|silver|pt|reference)\b", re.IGNORECASE)
WINDOWS = {"V2p-O1s": (510.0, 536.0), "Cu2p": (926.0, 966.0), "CuLMM": (560.0, 578.0), "C 1s": (280.0, 292.0)}


def binding(measurement: Measurement) -> NDArray[np.float64]:
    """Binding energies (eV), from kinetic ones by the photon energy.

    Errors: `HeterofilmError` where only kinetic energies and no photon energy are known.
    """
    if "binding_energy_eV" in measurement.table.columns:
        return measurement.column("binding_energy_eV")
    photon = measurement.meta.get("photon_energy_eV")
    if not isinstance(photon, int | float):
        raise HeterofilmError(
            f"'{measurement.name}' has kinetic energies and no photon energy: add photon_energy = \"1486.6 eV\" "
            "to its line."
        )
    return float(photon) - measurement.column("kinetic_energy_eV")


def _covers(measurement: Measurement, low: float, high: float) -> bool:
    E = binding(measurement)
    return bool(E.min() <= low + 1.0 and E.max() >= high - 1.0 and np.count_nonzero((low < E) & (high > E)) >= 40)


def core_levels(job: Job) -> Findings:
    """Shares of the states of V and Cu in every file; over potential where the sheet gives potentials."""
    found = Findings()
    series: list[tuple[float, list[Shares]]] = []
    paths = list(dict.fromkeys(entry.path for entry, _ in job.parts))
    for path, label in zip(paths, slugs(paths), strict=True):
        regions = [(entry, m) for entry, m in job.parts if entry.path == path]
        shares: list[Shares] = []
        found += attempt(path, partial(_file, regions, shares)).of_file(job.sample.name, path, label)
        potential = regions[0][0].potential
        if potential is not None and shares:
            series.append((potential.to("V"), shares))
    if len(series) > 1:
        table = series_table([(U, s) for U, s in series])
        found += Findings([], [states_figure(table)], {"states": table})
    return found


def _file(regions: list[tuple[FileEntry, Measurement]], shares: list[Shares]) -> Findings:
    """The states that one file shows, which are added to `shares`."""
    measurements = [m for _, m in regions]
    notes = [note for m in measurements for note in m.notes]
    calibration = _calibration(measurements, notes)
    fitted: list[tuple[Measurement, Shares]] = []
    figures: list[Drawable] = []
    results: list[Result] = []
    for name in ("V2p-O1s", "Cu2p"):
        region = next((m for m in measurements if _covers(m, *WINDOWS[name])), None)
        if region is None:
            continue
        try:
            one = shares_of(binding(region), region.column("intensity"), preset(name), calibration)
            auger = next((m for m in measurements if name == "Cu2p" and _covers(m, *WINDOWS["CuLMM"])), None)
            if auger is not None:
                one = split_copper(one, binding(auger), auger.column("intensity"))
        except HeterofilmError as error:
            notes.append(f"{region.name}: {error}")
            continue
        shares.append(one)
        fitted.append((region, one))
        results += [row for row in one.results() if row not in results]  # one calibration serves all regions
        title = f"{chemist(region.name)}, {Path(regions[0][0].path).stem}"
        figures.append(core_level_figure(one.fit, title, name=slug(name)))
    if not shares:
        wanted = " or ".join(f"{name} ({low:g} to {high:g} eV)" for name, (low, high) in list(WINDOWS.items())[:2])
        raise HeterofilmError(f"'{regions[0][0].path}' holds no region that is fitted: {wanted}.")
    results += _ratios(fitted, notes)
    reference = "not calibrated" if calibration is None else f"calibrated to {calibration.reference}"
    methods = [
        f"Core levels ({reference}): {'; '.join(dict.fromkeys(s.fit.method for s in shares))}; "
        "uncertainties hold noise, window, background, line shape and energy axis."
    ]
    return Findings(results, figures, methods=methods, notes=notes)


LEVELS = {"O 1s": "O 1s", "V": "V 2p", "Cu": "Cu 2p3/2"}  # beginning of a line's name -> what its area belongs to


def _ratios(fitted: list[tuple[Measurement, Shares]], notes: list[str]) -> list[Result]:
    """Atomic per cent and Cu/V from the areas per time of all fitted lines."""
    areas: dict[str, float] = {}
    variance: dict[str, float] = {}
    binding_eV: dict[str, float] = {}
    for region, shares in fitted:
        dwell, scans = region.meta.get("dwell_s"), region.meta.get("scans", 1.0)
        counted = region.meta.get("intensity_unit") == "counts"
        if counted and not isinstance(dwell, int | float):
            notes.append(f"{region.name}: counts without a dwell time; atomic ratios need both, and are left out")
            return []
        time = float(dwell) * float(scans) if counted and isinstance(dwell, int | float) else 1.0
        for line in shares.fit.lines:
            level = next((level for start, level in LEVELS.items() if line.name.startswith(start)), None)
            if level is None:
                continue
            areas[level] = areas.get(level, 0.0) + line.area / time
            variance[level] = variance.get(level, 0.0) + (line.area_sd / time) ** 2
            binding_eV.setdefault(level, line.energy_eV)
    if len(areas) < 2:
        return []
    photon = fitted[0][0].meta.get("photon_energy_eV", 1486.6)
    found = atomic_ratios(areas, float(photon), binding_eV, areas_sd={level: v**0.5 for level, v in variance.items()})
    results = found.results()
    if {"Cu 2p3/2", "V 2p"} <= areas.keys():
        value, sd = found.ratio("Cu 2p3/2", "V 2p")
        results.append(Result("Cu/V at the surface", value, sd, "1", found.method))
    return results


def _calibration(measurements: list[Measurement], notes: list[str]) -> Calibration | None:
    """The shift by the oxide's own O 1s, the better known of the two (see `calibrate`), else by C 1s."""
    for reference, window in (("O 1s", WINDOWS["V2p-O1s"]), ("C 1s", WINDOWS["C 1s"])):
        for m in measurements:
            if _covers(m, *window):
                try:
                    return calibrate(binding(m), m.column("intensity"), reference)
                except HeterofilmError as error:
                    notes.append(f"{m.name}, {reference}: {error}")
    notes.append("no C 1s and no O 1s: energies are as measured")
    return None


def edges(job: Job) -> Findings:
    """Work function and valence band edge; a metal among the files gives the Fermi level."""
    E_F, E_F_sd = 0.0, 0.02
    metals = [(e, m) for e, m in job.parts if METALS.search(f"{e.path} {m.name} {e.name}".replace("_", " "))]

    def gold(entry: FileEntry, metal: Measurement) -> Findings:
        nonlocal E_F, E_F_sd
        edge = fermi_edge(binding(metal), metal.column("intensity"))
        E_F, E_F_sd = edge.E_F_eV, max(edge.E_F_sd, 0.005)
        rows = [Result("Fermi edge of the reference", E_F, E_F_sd, "eV", "Fermi function with a Gaussian")]
        methods = [f"The Fermi level was taken from {entry.path}: {E_F:.3f} eV on its axis."]
        return Findings(rows, [fermi_edge_figure(edge)], methods=methods, notes=list(metal.notes))

    def film(entry: FileEntry, m: Measurement) -> Findings:
        ups = _ups(m, E_F, E_F_sd)
        figures: list[Drawable] = [cutoff_figure(ups), valence_band_figure(ups)]
        volts = m.meta.get("sample_bias_V", 0.0)
        methods = [
            f"UPS at {ups.photon_energy_eV:g} eV and a bias of {volts:g} V: secondary cutoff and valence band edge by "
            "straight lines, the spread over windows as uncertainty."
        ]
        return Findings(list(ups.results()), figures, methods=methods, notes=list(m.notes))

    def either(entry: FileEntry, m: Measurement) -> Findings:
        return gold(entry, m) if any(m is metal for _, metal in metals) else film(entry, m)

    first = sorted(job.parts, key=lambda part: not any(part[1] is metal for _, metal in metals))
    return replace(job, parts=first).each(either)  # the reference before what refers to it


def _ups(m: Measurement, E_F: float, E_F_sd: float) -> Ups:
    photon, bias = m.meta.get("photon_energy_eV", HE_I), m.meta.get("sample_bias_V", 0.0)
    hv = float(photon) if isinstance(photon, int | float) else HE_I
    volts = float(bias) if isinstance(bias, int | float) else 0.0
    if "binding_energy_eV" not in m.table.columns:
        m = m.with_meta(photon_energy_eV=hv)
    return analyse_ups(binding(m), m.column("intensity"), photon_energy_eV=hv, bias_V=volts, E_F_eV=E_F, E_F_sd=E_F_sd)


def optical_gap(job: Job) -> Findings:
    """The gap of every spectrum as a direct and as an indirect one."""
    thickness = job.sample.sheet.thickness

    def one(entry: FileEntry, m: Measurement) -> Findings:
        E, alpha, how = absorption_of(m, None if thickness is None else thickness.si)
        results: list[Result] = []
        figures: list[Drawable] = [spectrum_figure([m])]
        notes = [*m.notes, how]
        for transition in ("direct", "indirect"):
            try:
                gap = tauc_gap(E, alpha, transition)
            except HeterofilmError as error:
                notes.append(f"{m.name}, {transition}: {error}")
                continue
            results += gap.results()
            figures.append(_named(gap))
        methods = [f"Gaps by Tauc's plot ({how}); the straight stretch was searched, its spread is the uncertainty."]
        return Findings(results, figures, methods=methods, notes=notes)

    return job.each(one)


def _named(gap: TaucGap) -> Drawable:
    figure = tauc_figure(gap)
    return replace(figure, name=f"{figure.name}-{gap.transition}")
