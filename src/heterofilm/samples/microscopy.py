"""Compositions, lattice images and cross-sections of a sample."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..analysis.composition import Ratio, atomic_ratio, mean_ratio, phase_shares
from ..analysis.microscopy.cracks import Cracks, find_cracks
from ..analysis.microscopy.cross_section import measure_cross_section
from ..analysis.microscopy.fringes import Fringe, find_fringes, match_fringes
from ..analysis.microscopy.phase_map import Domains, PhaseMap, domain_sizes, phase_map
from ..analysis.microscopy.side_lobes import without_side_lobes
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..library import Library
from ..library.shares import CU_TO_V, two_elements
from ..plots.microscopy import domain_figure, fft_figure, phase_figure, section_figure, surface_figure
from ..records.result import Result
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .phases import film_phases, spacings
from .sample_file import FileEntry, Sample

FLANK = 0.02  # of the strongest spot: weaker ones are not listed
SPACINGS = (0.1, 1.0)  # nm: between which fringes are looked for
CLEAR = 0.1  # of the power of a phase's strongest fringes: weaker ones map nothing


def composition(job: Job) -> Findings:
    """The film's ratio (Cu/V unless it states another) over all tables, and the phases by it where the film has two."""
    methods = ["Atomic ratios from EDS; phase fractions by mass balance of dense phases."]
    ratios: list[Ratio] = []
    film = Library().film(job.sample.sheet.film) if job.sample.sheet.film else None
    elements = two_elements(film.ratio[0] if film is not None and film.ratio else CU_TO_V)

    def one(entry: FileEntry, table: Measurement) -> Findings:
        if entry.ratio is not None:  # of elements of one's own: no part of the film's
            own = atomic_ratio(table, *entry.ratio)
            return Findings(own.results(job.sample.name), methods=methods, notes=list(table.notes))
        ratio = atomic_ratio(table, *elements)
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
    """The phases by the sample file's own ratio; None where it states none."""
    if sample.sheet.ratio is None:
        return None
    of, stated = sample.sheet.ratio
    sd = stated.sigma or 0.0
    ratio = Ratio(of, stated.value, sd, sd, "sample file")
    methods = [f"Phase fractions by mass balance of dense phases at the stated {of}."]
    try:
        shares = phases_of(sample, ratio)
    except HeterofilmError as error:
        shares = Findings(notes=[f"the shares of the phases are not told by {of} of the sample file: {error}"])
    return (Findings(ratio.results(sample.name), methods=methods) + shares).of(sample.name, sample.file.name)


def phases_of(sample: Sample, ratio: Ratio) -> Findings:
    """Volume fractions at a ratio, where the sample file names a film of two phases."""
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
    """Spacings by FFT, what they can be of the stated film and substrate, and where which phase of the film lies."""
    expected = spacings(job.sample.sheet)
    phases = film_phases(job.sample.sheet)

    def one(entry: FileEntry, image: Measurement) -> Findings:
        low, high = entry.range or SPACINGS
        found = find_fringes(image, d_range_m=(1e-9 * low, 1e-9 * high))
        if not found:
            raise InputError(
                f"'{image.name}' shows no lattice fringes between {low:g} and {high:g} nm above the noise."
            )
        clear = [fringe for fringe in found if fringe.strength >= FLANK * found[0].strength]
        seen = match_fringes(without_side_lobes(image, clear), expected)
        results = [row for match in seen for row in match.results()]
        figures: list[Drawable] = [fft_figure(image, seen)]
        notes = list(image.notes)
        if len(seen) < len(clear):
            notes.append(f"{image.name}: side lobes of stronger spots were left out ({len(clear) - len(seen)})")
        if not expected:
            notes.append(
                "the sample file names neither film nor substrate with known spacings: fringes are given no phase"
            )
        methods = [
            f"Lattice fringes ({_pixel(image)}) from the Hann-windowed FFT of the whole image, spots located below a "
            "pixel."
        ]
        tables: dict[str, pl.DataFrame] = {}
        own = [_clear([m.fringe for m in seen if m.candidates and m.candidates[0].phase == phase]) for phase in phases]
        if len(own) == 2 and all(own):
            try:
                where = phase_map(image, own[0], own[1])
                sizes = domain_sizes(where)
                results += [*where.results(), *sizes.results()]
                figures += [phase_figure(image, where), domain_figure(sizes)]
                tables = {"phase_map": _areas(where), "domains": _diameters(sizes)}
                methods.append("Phases were mapped by the local power of their own fringes.")
            except HeterofilmError as error:
                notes.append(f"{image.name}: {error}")
        return Findings(results, figures, tables, methods, notes)

    return job.each(one)


def _areas(found: PhaseMap) -> pl.DataFrame:
    names = list(found.fraction)
    return pl.DataFrame({
        "part": names, "area / %": [100 * found.fraction[n] for n in names],
        "±": [100 * found.fraction_error[n] for n in names],
    })  # fmt: skip


def _diameters(found: Domains) -> pl.DataFrame:
    return pl.DataFrame({
        "diameter / nm": [1e9 * d for d in found.diameters], "±": [1e9 * error for error in found.errors]
    })  # fmt: skip


def cross_section(job: Job) -> Findings:
    """Thickness and roughness; beside the sample file's thickness where it states one."""

    def one(entry: FileEntry, image: Measurement) -> Findings:
        section = measure_cross_section(image)
        results = list(section.results(job.sample.name))
        stated = job.sample.sheet.thickness
        if stated is not None:
            off = 1e9 * section.thickness - stated.to("nm")
            spread = float(np.hypot(1e9 * section.thickness_error, stated.sigma or 0.0))
            results.append(
                Result("thickness against the sample file", off, spread, "nm", "cross-section minus sample file")
            )
        methods = [
            f"Film thickness between the two strongest steps of grey of the cross-section ({_pixel(image)}), column by "
            "column."
        ]
        return Findings(results, [section_figure(image, section)], methods=methods,
                        notes=[*image.notes, *section.notes])  # fmt: skip

    return job.each(one)


def surface(job: Job) -> Findings:
    """Cracks of every image from above, and how their share has changed from the first cycle stated to the last."""
    over: list[tuple[int, Cracks]] = []

    def one(entry: FileEntry, image: Measurement) -> Findings:
        found = find_cracks(image)
        if entry.cycle is not None:
            over.append((entry.cycle, found))
        methods = [f"Cracks are dark lines of the micrograph ({_pixel(image)}), their edges at half of their depth."]
        return Findings(found.results(job.sample.name), [surface_figure(image, found)], methods=methods,
                        notes=[*image.notes, *found.notes])  # fmt: skip

    every = job.each(one)
    cycles = sorted({cycle for cycle, _ in over})
    if len(cycles) < 2:
        return every
    (before, b), (after, a) = (_mean_share(over, cycle) for cycle in (cycles[0], cycles[-1]))
    name = f"crack share, cycle {cycles[-1]} less cycle {cycles[0]}"
    row = Result(name, 100.0 * (after - before), 100.0 * float(np.hypot(a, b)), "%", "difference of means of images")
    return every + Findings([row]).of(job.sample.name, "")


def _mean_share(over: list[tuple[int, Cracks]], cycle: int) -> tuple[float, float]:
    """Of the images of a cycle: mean share and its error, no smaller than their scatter makes it."""
    own = [found for at, found in over if at == cycle]
    shares = np.array([found.share for found in own])
    within = float(np.hypot.reduce([found.share_sd for found in own])) / shares.size
    between = float(shares.std(ddof=1)) / shares.size**0.5 if shares.size > 1 else 0.0
    return float(shares.mean()), max(within, between)


def _pixel(image: Measurement) -> str:
    pixel = image.meta.get("pixel_m")
    return f"{1e9 * pixel:.4g} nm per pixel" if isinstance(pixel, int | float) else "scale unknown"
