"""Depth profiles, compositions, lattice images and cross-sections of a sample."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..analysis.composition import Ratio, atomic_ratio, mean_ratio, phase_shares
from ..analysis.cross_section import measure_cross_section
from ..analysis.depth_edges import Edge, axis_of, find_edges, ions_of
from ..analysis.depth_profile import depth_scale, normalised
from ..analysis.depth_volume import reconstruct
from ..analysis.fringes import PAPER_SPACINGS, Fringe, find_fringes, match_fringes
from ..analysis.phase_map import domain_sizes, phase_map
from ..analysis.result import Result
from ..analysis.surface import surface_verdict
from ..errors import HeterofilmError
from ..instruments import Measurement
from ..library import Library
from ..report.chapters import Drawable
from ..report.depth_plots import VolumePlot, profile_figure, slice_figure
from ..report.image_plots import domain_figure, fft_figure, phase_figure, section_figure
from .findings import Findings, slug
from .job import Job
from .sheet import FileEntry, Sample

MOST_IONS = 6
SUMS = re.compile(r"(total|sum|tic)\b", re.IGNORECASE)  # columns that add up ions and are none
LEAST_MAPS = 4
LEAST_COUNTS = 300.0  # at the top of a layer: below it an ion says nothing of edges
FLANK = 0.02  # of the strongest spot: weaker ones are not listed
CLEAR = 0.1  # of the power of a phase's strongest fringes: weaker ones map nothing
SURFACE, DEEP = (0.0, 0.06), (0.3, 0.7)  # of the film's depth


def depth(job: Job) -> Findings:
    """Time to depth by the film's thickness, interfaces with widths, surface against depth."""

    def one(entry: FileEntry, profile: Measurement) -> Findings:
        ions = _loud(profile)
        results: list[Result] = []
        notes = list(profile.notes)
        methods = ["ToF-SIMS edges are error functions fitted to the counts; widths hold 16 to 84 %."]
        film = _film_edge(profile, ions)
        thickness = job.sample.sheet.thickness
        if film is not None:
            results += film.results(job.sample.name)
            if thickness is not None and "depth_nm" not in profile.table.columns:
                error = [thickness.sigma] if thickness.sigma else []
                scale = depth_scale(
                    [film.position], [thickness.to("nm")], interface_errors_s=[film.position_error],
                    thickness_errors_nm=[e for e in error if e is not None],
                )  # fmt: skip
                profile = scale.applied(profile)
                results += scale.results(job.sample.name)
                methods.append(
                    f"Sputter time became depth by the falling edge of {film.ion} at {film.position:.4g} s and the "
                    f"film's {thickness.to('nm'):g} nm, at one rate."
                )
            results += _surface(profile, ions, film, job.sample.name, notes)
        else:
            notes.append(f"{profile.name}: no ion of the film shows where it ends")
        figure = profile_figure(profile, ions, title=f"Depth profile, {profile.name}")
        return Findings(results, [figure], {"depth_profile": normalised(profile, ions)}, methods, notes)

    return job.each(one)


def _loud(profile: Measurement) -> list[str]:
    """The ions that count most, those of the film's elements first."""
    tops = {ion: float(np.nanmax(profile.column(ion))) for ion in ions_of(profile) if not SUMS.match(ion)}
    loud = sorted((ion for ion in tops if tops[ion] >= LEAST_COUNTS), key=lambda ion: -tops[ion])
    ours = [ion for ion in loud if re.search(r"Cu|V", ion)]
    chosen = list(dict.fromkeys([*ours[:4], *loud]))[:MOST_IONS]
    if not chosen:
        raise HeterofilmError(f"No ion of '{profile.name}' counts {LEAST_COUNTS:g} or more, too few for a profile.")
    return chosen


def _film_edge(profile: Measurement, ions: list[str]) -> Edge | None:
    """Where the film ends: the last falling edge of vanadium, or of the loudest ion."""
    for ion in [*(i for i in ions if "V" in i), *ions]:
        try:
            falling = [edge for edge in find_edges(profile, ion) if not edge.rising]
        except HeterofilmError:
            continue
        if falling:
            return falling[-1]
    return None


def _surface(profile: Measurement, ions: list[str], film: Edge, sample: str, notes: list[str]) -> list[Result]:
    """Surface against depth, for one ion of copper and one of vanadium."""
    pair = [next((ion for ion in ions if element in ion), None) for element in ("Cu", "V")]
    if None in pair:
        return []
    axis, _ = axis_of(profile)
    end = float(np.interp(film.position, profile.column("time_s"), axis)) if film.unit == "s" else film.position
    first = float(axis[0])
    ranges = [(first + a * (end - first), first + b * (end - first)) for a, b in (SURFACE, DEEP)]
    try:
        return surface_verdict(profile, [ion for ion in pair if ion], ranges[0], ranges[1]).results(sample)
    except HeterofilmError as error:
        notes.append(f"{profile.name}: {error}")
        return []


def volumes(job: Job) -> Findings:
    """Stacks of ion images, one file per ion (``name`` says which), as volumes; depth by the film's thickness.

    Errors: `HeterofilmError` for a sheet without thickness, or files with too few images.
    """
    thickness = job.sample.sheet.thickness
    if thickness is None:
        raise HeterofilmError("Volumes need a depth: add the thickness that the stack goes through to the sheet.")
    found = []
    for path in dict.fromkeys(entry.path for entry, _ in job.parts):
        entry = next(e for e, _ in job.parts if e.path == path)
        maps = [m for e, m in job.parts if e.path == path]
        if len(maps) < LEAST_MAPS:
            raise HeterofilmError(
                f"'{path}' holds {len(maps)} images; a volume needs at least {LEAST_MAPS}, one per depth."
            )
        depth_nm = (np.arange(len(maps)) + 0.5) / len(maps) * thickness.to("nm")
        found.append(reconstruct(maps, depth_nm, entry.name or Path(path).stem))
    middle = [float(np.interp(0.5, np.cumsum(v.profile()) / max(v.profile().sum(), 1.0), v.depth_nm)) for v in found]
    results = [
        Result(f"half of the counts of {v.ion} lie above", at, float(np.diff(v.depth_nm).mean()) / 12**0.5, "nm",
               "stack of images, constant sputter rate")
        for v, at in zip(found, middle, strict=True)
    ]  # fmt: skip
    return Findings(
        results, [VolumePlot(found), *(replace(slice_figure(v), name=f"section-{slug(v.ion)}") for v in found)],
        methods=["Ion images were stacked at one sputter rate through the film's thickness."],
        notes=["the depth takes one sputter rate for the whole stack"],
    ).of(job.sample.name, ", ".join(dict.fromkeys(entry.path for entry, _ in job.parts)))  # fmt: skip


def composition(job: Job) -> Findings:
    """Cu/V over all tables, and the phases by mass balance where the film has two."""
    methods = ["Atomic ratios from EDS; phase fractions by mass balance of dense phases."]
    ratios: list[Ratio] = []

    def one(entry: FileEntry, table: Measurement) -> Findings:
        ratio = atomic_ratio(table)
        ratios.append(ratio)
        return Findings(ratio.results(job.sample.name), methods=methods, notes=list(table.notes))

    found = job.each(one)
    if not ratios:
        return found
    mean = mean_ratio(ratios)
    if len(ratios) > 1:
        found += Findings(mean.results(job.sample.name)).of(job.sample.name, f"{len(ratios)} tables")
    return found + phases_of(job.sample, mean).of(job.sample.name, job.parts[0][0].path)


def stated_composition(sample: Sample) -> Findings | None:
    """The phases by the sheet's own Cu/V; None where it states none."""
    stated = sample.sheet.cu_to_v
    if stated is None:
        return None
    sd = stated.sigma or 0.0
    ratio = Ratio("Cu/V", stated.value, sd, sd, "sample sheet")
    methods = ["Phase fractions by mass balance of dense phases at the stated Cu/V."]
    return (Findings(ratio.results(sample.name), methods=methods) + phases_of(sample, ratio)).of(
        sample.name, sample.file.name
    )


def phases_of(sample: Sample, ratio: Ratio) -> Findings:
    """Volume fractions at a Cu/V, where the sheet names a film of two phases."""
    if not sample.sheet.film:
        return Findings()
    library = Library()
    film = library.film(sample.sheet.film)
    if film.domain is None:
        return Findings()
    return Findings(phase_shares(ratio, library.phase(film.matrix), library.phase(film.domain)).results(sample.name))


def _clear(fringes: list[Fringe]) -> list[Fringe]:
    """The strongest of a phase and those near its strength: the edges of domains break up a spot's flanks into more."""
    most = max((fringe.strength for fringe in fringes), default=0.0)
    return [fringe for fringe in fringes if fringe.strength >= CLEAR * most]


def fringes(job: Job) -> Findings:
    """Spacings by FFT, what they can be, and where which phase lies."""

    def one(entry: FileEntry, image: Measurement) -> Findings:
        seen = match_fringes(find_fringes(image), PAPER_SPACINGS)
        if not seen:
            raise HeterofilmError(f"'{image.name}' shows no lattice fringes between 0.1 and 1 nm above the noise.")
        seen = [m for m in seen if m.fringe.strength >= FLANK * seen[0].fringe.strength]
        results = [row for match in seen for row in match.results()]
        figures: list[Drawable] = [fft_figure(image, seen)]
        notes = list(image.notes)
        methods = [
            f"Lattice fringes ({_pixel(image)}) from the Hann-windowed FFT of the whole image, spots located below a "
            "pixel."
        ]
        phases = [
            _clear([m.fringe for m in seen if m.candidates and m.candidates[0].phase == p.phase])
            for p in PAPER_SPACINGS
        ]
        if all(phases):
            try:
                where = phase_map(image, phases[0], phases[1])
                sizes = domain_sizes(where)
                results += [*where.results(), *sizes.results()]
                figures += [phase_figure(image, where), domain_figure(sizes)]
                methods.append("Phases were mapped by the local power of their own fringes.")
            except HeterofilmError as error:
                notes.append(f"{image.name}: {error}")
        return Findings(results, figures, methods=methods, notes=notes)

    return job.each(one)


def cross_section(job: Job) -> Findings:
    """Thickness and roughness; beside the sheet's thickness where it states one."""

    def one(entry: FileEntry, image: Measurement) -> Findings:
        section = measure_cross_section(image)
        results = list(section.results(job.sample.name))
        stated = job.sample.sheet.thickness
        if stated is not None:
            off = 1e9 * section.thickness - stated.to("nm")
            spread = float(np.hypot(1e9 * section.thickness_error, stated.sigma or 0.0))
            results.append(Result("thickness against the sheet", off, spread, "nm", "cross-section minus sample sheet"))
        methods = [
            f"Film thickness between the two strongest steps of grey of the cross-section ({_pixel(image)}), column by "
            "column."
        ]
        return Findings(results, [section_figure(image, section)], methods=methods, notes=list(image.notes))

    return job.each(one)


def _pixel(image: Measurement) -> str:
    pixel = image.meta.get("pixel_m")
    return f"{1e9 * pixel:.4g} nm per pixel" if isinstance(pixel, int | float) else "scale unknown"
