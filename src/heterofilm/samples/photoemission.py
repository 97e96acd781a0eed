"""Core levels of a sample: which states its vanadium and copper have, and how much of each there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..analysis.photoemission.auger import split_copper
from ..analysis.photoemission.energy_axis import Calibration, calibrate
from ..analysis.photoemission.lines import Preset, preset
from ..analysis.photoemission.quantify import SCOFIELD, atomic_ratios
from ..analysis.photoemission.shares import Shares, series_table, shares_of
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..plots.xps import chemist, core_level_figure, states_figure
from ..records.result import Result
from ..reports.page import Drawable
from .findings import Findings, slug, slugs
from .job import Job, attempt
from .sample_file import FileEntry

__all__ = ["binding", "core_levels"]

WINDOWS = {"V2p-O1s": (510.0, 536.0), "Cu2p": (926.0, 966.0), "CuLMM": (560.0, 578.0), "C 1s": (280.0, 292.0)}
REGIONS = {"V2p-O1s": "V 2p with O 1s", "Cu2p": "Cu 2p"}
SURVEY = 0.3  # eV: wider steps leave a line of 1.2 eV four points; a survey has 0.4 to 1 eV


def binding(measurement: Measurement) -> NDArray[np.float64]:
    """Binding energies (eV), from kinetic ones by the photon energy.

    Errors: `HeterofilmError` where only kinetic energies and no photon energy are known.
    """
    if "binding_energy_eV" in measurement.table.columns:
        return measurement.column("binding_energy_eV")
    photon = measurement.meta.get("photon_energy_eV")
    if not isinstance(photon, int | float):
        raise InputError(
            f"'{measurement.name}' has kinetic energies and no photon energy: add photon_energy = \"1486.6 eV\" "
            "to its line."
        )
    return float(photon) - measurement.column("kinetic_energy_eV")


def _covers(measurement: Measurement, low: float, high: float) -> bool:
    E = binding(measurement)
    return bool(E.min() <= low + 1.0 and E.max() >= high - 1.0)


def _is_survey(measurement: Measurement) -> bool:
    """Whether its steps are too wide for lines, or its points too few."""
    E = np.sort(binding(measurement))
    return bool(E.size < 40 or np.median(np.diff(E)) > SURVEY)


def core_levels(job: Job) -> Findings:
    """Shares of the states of V and Cu in every file; over potential where the sample file gives potentials."""
    found = Findings()
    series: list[tuple[float, list[Shares]]] = []
    sets = list(_sets(job))
    for (path, said, regions), label in zip(
        sets, slugs([name for name, _, _ in sets], [said for _, said, _ in sets]), strict=True
    ):
        shares: list[Shares] = []
        alone = attempt(said, partial(_file, regions, shares, said if said != path else ""))
        found += alone.of_file(job.sample.name, said, label)
        potential = regions[0][0].potential
        if potential is not None and said != path:
            told = f"{said}: the potential of its line is that of the whole file, and this is one of several in it"
            found += Findings(notes=[told])
        elif potential is not None and shares:
            series.append((potential.to("V"), shares))
    if len(series) > 1:
        table = series_table([(U, s) for U, s in series])
        found += Findings([], [states_figure(table)], {"states": table})
    return found


Regions = list[tuple[FileEntry, Measurement]]


def _sets(job: Job) -> Iterator[tuple[str, str, Regions]]:
    """Path, name and regions of what was measured together: of a file each of its samples, each repeat of its regions.

    The name is the path alone where a file holds one set.
    """
    for path in dict.fromkeys(entry.path for entry, _ in job.parts):
        found: dict[tuple[str, int], Regions] = {}
        seen: Counter[tuple[str, str]] = Counter()
        for entry, m in job.parts:
            if entry.path != path:
                continue
            sample = str(m.meta.get("sample", ""))
            block = re.sub(r" \(\d+\)$", "", str(m.meta.get("block", m.name)))
            seen[sample, block] += 1
            found.setdefault((sample, seen[sample, block]), []).append((entry, m))
        samples = {sample for sample, _ in found}
        repeats = {number for _, number in found}
        for (sample, number), regions in found.items():
            words = [sample or "no name"] if len(samples) > 1 else []
            words += [f"repeat {number}"] if len(repeats) > 1 else []
            yield path, f"{path}, {', '.join(words)}" if words else path, regions


def _file(regions: Regions, shares: list[Shares], which: str = "") -> Findings:
    """The states that one set of regions shows, which are added to `shares`; `which`: its name within its file."""
    entry = regions[0][0]
    everything = [m for _, m in regions]
    notes = [note for m in everything for note in m.notes]
    missing: list[str] = []
    surveys = [m for m in everything if _is_survey(m)]
    for m in surveys:
        over = " and ".join(word for name, word in REGIONS.items() if _covers(m, *WINDOWS[name]))
        if over:
            missing.append(f"{m.name}: a survey (steps above {SURVEY:g} eV), not fitted for {over}")
    measurements = [m for m in everything if not any(m is survey for survey in surveys)]
    calibration = _calibration(measurements, entry.calibration, notes)
    fitted: list[tuple[Measurement, Shares]] = []
    figures: list[Drawable] = []
    results: list[Result] = []
    methods: list[str] = []
    for name in REGIONS:
        chosen = _preset(name, entry)
        region = next((m for m in measurements if _covers(m, *WINDOWS[name])), None)
        if region is None:
            continue
        try:
            one = shares_of(binding(region), region.column("intensity"), chosen, calibration)
        except HeterofilmError as error:
            missing.append(f"{region.name}: {error}")
            continue
        methods.append(_said(chosen))
        auger = next((m for m in measurements if name == "Cu2p" and _covers(m, *WINDOWS["CuLMM"])), None)
        if auger is not None:
            try:
                one = split_copper(one, binding(auger), auger.column("intensity"))
                methods.append(f"{_said(preset('CuLMM'))} {one.note}")
            except HeterofilmError as error:
                notes.append(f"{auger.name}: {error}")
        shares.append(one)
        fitted.append((region, one))
        results += [row for row in one.results() if row not in results]  # one calibration serves all regions
        title = f"{chemist(region.name)}, {which or Path(entry.path).stem}"
        figures.append(core_level_figure(one.fit, title, name=slug(name)))
    if not shares:
        wanted = " or ".join(
            f"{word} ({WINDOWS[name][0]:g} to {WINDOWS[name][1]:g} eV)" for name, word in REGIONS.items()
        )
        why = f"': {'; '.join(missing).rstrip('.')}" if missing else f"' holds no region that is fitted: {wanted}"
        raise InputError(f"'{which or entry.path}{why}.")
    results += _ratios(fitted, notes, methods)
    reference = "are as measured" if calibration is None else f"refer to {calibration.reference}"
    methods.insert(0, f"Binding energies {reference}.")
    methods.append("Uncertainties of the shares hold noise, window, background, line shape and energy axis.")
    return Findings(results, figures, methods=methods, notes=notes + missing)


def _preset(name: str, entry: FileEntry) -> Preset:
    """The constraints for a region: the sample file's where they are for this one, with its background."""
    chosen = preset(entry.preset if entry.preset.startswith(name) else name)
    return replace(chosen, background=entry.background) if entry.background else chosen


def _said(chosen: Preset) -> str:
    """The fit of a preset in a sentence for the methods."""
    low, high = chosen.window
    return (
        f"{chosen.title}: {len(chosen.lines)} lines (preset {chosen.name}) over the background {chosen.background} "
        f"from {low:g} to {high:g} eV, as far as measured; constraints: {chosen.source}."
    )


LEVELS = {"O 1s": "O 1s", "V": "V 2p", "Cu": "Cu 2p3/2"}  # beginning of a line's name -> what its area belongs to


def _ratios(fitted: list[tuple[Measurement, Shares]], notes: list[str], methods: list[str]) -> list[Result]:
    """Atomic per cent and Cu/V from the areas per time of all fitted lines."""
    areas: dict[str, float] = {}
    variance: dict[str, float] = {}
    binding_eV: dict[str, float] = {}
    for region, shares in fitted:
        dwell, scans = region.meta.get("dwell_s"), region.meta.get("scans", 1.0)
        counted = region.meta.get("intensity_unit") == "counts"
        if not counted and region.meta.get("intensity_unit") != "counts/s":
            notes.append(f"{region.name}: the file does not say whether it counts or gives rates; rates were assumed")
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
    factors = ", ".join(f"{level} {SCOFIELD[level]:g}" for level in areas)
    methods.append(f"Atomic ratios: {found.method} (sensitivity factors, C 1s = 1: {factors}).")
    if {"Cu 2p3/2", "V 2p"} <= areas.keys():
        value, sd = found.ratio("Cu 2p3/2", "V 2p")
        results.append(Result("Cu/V at the surface", value, sd, "1", found.method))
    return results


def _calibration(measurements: list[Measurement], wanted: str, notes: list[str]) -> Calibration | None:
    """The shift by the line that the sample file wants ("none" for no shift).

    Without one by the oxide's own O 1s, the better known of the two (see `calibrate`), else by C 1s.
    """
    if wanted == "none":
        return None
    for reference, window in (("O 1s", WINDOWS["V2p-O1s"]), ("C 1s", WINDOWS["C 1s"])):
        for m in measurements:
            if wanted in ("", reference) and _covers(m, *window):
                try:
                    return calibrate(binding(m), m.column("intensity"), reference)
                except HeterofilmError as error:
                    notes.append(f"{m.name}, {reference}: {error}")
    notes.append(f"no {wanted or 'C 1s and no O 1s'} to calibrate by: energies are as measured")
    return None
