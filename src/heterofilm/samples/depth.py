"""Depth profiles and stacks of ion images of a sample: layers, interfaces and where each ion lies, in nm."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..analysis.depth.edges import Edge, axis_of, find_edges, ions_of
from ..analysis.depth.profile import DepthScale, Layers, depth_scale, layers, marking, normalised
from ..analysis.depth.surface import surface_verdict
from ..analysis.depth.volume import Volume, reconstruct
from ..errors import HeterofilmError, InputError, did_you_mean
from ..instruments import Measurement
from ..plots.depth import VolumePlot, profile_figure, section_numbers, slice_figure
from ..records.result import Result
from .findings import Findings, slugs
from .job import Job
from .phases import film_elements
from .sample_file import FileEntry, Sample

__all__ = ["depth", "volumes"]

MOST_IONS = 6
SUMS = re.compile(r"(total|sum|tic)\b", re.IGNORECASE)  # columns that add up ions and are none
LEAST_MAPS = 4
LEAST_COUNTS = 300.0  # at the top of a layer: below it an ion says nothing of edges
SURFACE, DEEP = (0.0, 0.06), (0.3, 0.7)  # of the film's depth


def depth(job: Job) -> Findings:
    """Time to depth by the film's thickness; edges of every ion, layers and their interfaces, surface against depth."""
    elements = film_elements(job.sample.sheet)

    def one(entry: FileEntry, profile: Measurement) -> Findings:
        ions = _named(profile, entry.ions) if entry.ions else _loud(profile, elements)
        edges = [edge for ion in ions for edge in find_edges(profile, ion)]
        found = _layers(profile, [*(ion for ion in ions if _holds(ion, elements[:1])), *ions])
        methods = ["ToF-SIMS edges are error functions fitted to the counts; widths hold 16 to 84 %."]
        notes = list(profile.notes)
        results: list[Result] = []
        film = _film_edge(edges, ions, elements)
        scale = None
        if film is None:
            notes.append(f"{profile.name}: no ion of the film shows where it ends")
        elif film.unit == "s":
            scale = _scale(job.sample, film, found, methods, notes)
        end = None if film is None else film.position
        if scale is not None:
            profile = scale.applied(profile)
            results += scale.results()
            notes.append(scale.note)
            times = [f"at {Result('', e.position, e.position_error, 's')}" for e in edges]
            edges = [scale.edge(edge) for edge in edges]
            found = found.over(scale) if found is not None else None
            end = scale.depth(np.array([end]))[0]
        else:
            times = [""] * len(edges)
        results += found.results() if found is not None else []
        for edge, time in zip(edges, times, strict=True):
            results += [replace(row, note=time) for row in edge.results()]
        if end is not None:
            results += _surface(profile, ions, float(end), notes)
        figure = profile_figure(profile, ions, found=found, title=f"Depth profile, {profile.name}")
        return Findings(results, [figure], {"depth_profile": normalised(profile, ions)}, methods, notes)

    return job.each(one)


def _holds(ion: str, elements: Sequence[str]) -> bool:
    return any(re.search(rf"{element}(?![a-z])", ion) for element in elements)


def _named(profile: Measurement, ions: Sequence[str]) -> list[str]:
    """The ions that the sample file names. Errors: `HeterofilmError` for one that was not measured."""
    known = ions_of(profile)
    for ion in ions:
        if ion not in known:
            raise InputError(
                f"'{profile.name}' has no ion '{ion}'.{did_you_mean(ion, known)} It has {', '.join(known)}."
            )
    return list(dict.fromkeys(ions))


def _loud(profile: Measurement, elements: Sequence[str]) -> list[str]:
    """The ions that count most, those of the film's elements first."""
    tops = {ion: float(np.nanmax(profile.column(ion))) for ion in ions_of(profile) if not SUMS.match(ion)}
    loud = sorted((ion for ion in tops if tops[ion] >= LEAST_COUNTS), key=lambda ion: -tops[ion])
    ours = [ion for ion in loud if _holds(ion, elements)]
    chosen = list(dict.fromkeys([*ours[:4], *loud]))[:MOST_IONS]
    if not chosen:
        raise InputError(f"No ion of '{profile.name}' counts {LEAST_COUNTS:g} or more, too few for a profile.")
    return chosen


def _layers(profile: Measurement, ions: Sequence[str]) -> Layers | None:
    """The layers, each by its loudest ion; None where fewer than two are told apart."""
    marks = marking(profile, list(dict.fromkeys(ions)))
    return layers(profile, marks) if len(marks) > 1 else None


def _film_edge(edges: Sequence[Edge], ions: Sequence[str], elements: Sequence[str]) -> Edge | None:
    """Where the film ends: the falling edge of its first element, of another of its own, or of the loudest ion."""
    falling = {edge.ion: edge for edge in edges if not edge.rising}
    wanted = [ion for element in elements for ion in ions if _holds(ion, [element])]
    return next((falling[ion] for ion in [*wanted, *ions] if ion in falling), None)


def _scale(sample: Sample, film: Edge, found: Layers | None, methods: list[str], notes: list[str]) -> DepthScale | None:
    """Time to depth, the film's end at its thickness; None where the sample file states none."""
    thickness = sample.sheet.thickness
    if thickness is None:
        notes.append("places are sputter times: with the film's thickness in the sample file they become depths")
        return None
    at, error, by = film.position, film.position_error, f"falling edge of {film.ion}"
    if found is not None and film.ion in found.ions[:-1]:
        k = found.ions.index(film.ion)
        place, place_error, *_ = found.interfaces[k]
        if np.isfinite(place):
            at, error, by = place, place_error, f"interface {film.ion} | {found.ions[k + 1]}"
        if k > 0:
            notes.append(f"the layer of {found.ions[0]} above was counted into the film's thickness")
    methods.append(
        f"Sputter time became depth by the {by} at {at:.4g} s and the film's {thickness.to('nm'):g} nm, at one rate."
    )
    return depth_scale(
        [at], [thickness.to("nm")], interface_errors_s=[error], thickness_errors_nm=[thickness.sigma or 0.0]
    )


def _surface(profile: Measurement, ions: Sequence[str], end: float, notes: list[str]) -> list[Result]:
    """Surface against depth, for one ion of copper and one of vanadium; `end` of the film on the profile's axis."""
    pair = [next((ion for ion in ions if _holds(ion, [element])), None) for element in ("Cu", "V")]
    if None in pair:
        return []
    axis, _ = axis_of(profile)
    first = float(axis[0])
    ranges = [(first + a * (end - first), first + b * (end - first)) for a, b in (SURFACE, DEEP)]
    try:
        return surface_verdict(profile, [ion for ion in pair if ion], ranges[0], ranges[1]).results()
    except HeterofilmError as error:
        notes.append(f"{profile.name}: {error}")
        return []


def volumes(job: Job) -> Findings:
    """Stacks of ion images, one file per ion (``name`` says which), as volumes; depth by the film's thickness.

    Errors: `HeterofilmError` for a sample file without thickness, or files with too few images.
    """
    thickness = job.sample.sheet.thickness
    if thickness is None:
        raise InputError("Volumes need a depth: add the thickness that the stack goes through to the sample file.")
    found = []
    for path in dict.fromkeys(entry.path for entry, _ in job.parts):
        entry = next(e for e, _ in job.parts if e.path == path)
        maps = [m for e, m in job.parts if e.path == path]
        if len(maps) < LEAST_MAPS:
            raise InputError(f"'{path}' holds {len(maps)} images; a volume needs at least {LEAST_MAPS}, one per depth.")
        depth_nm = (np.arange(len(maps)) + 0.5) / len(maps) * thickness.to("nm")
        found.append(reconstruct(maps, depth_nm, entry.name or Path(path).stem))
    results = [_half(v, thickness.to("nm"), (thickness.sigma or 0.0) / thickness.value) for v in found]
    names = slugs([f"section-{v.ion}" for v in found])
    sections = [replace(slice_figure(v), name=name) for v, name in zip(found, names, strict=True)]
    plot = VolumePlot(found)
    tables = {"volume": plot.numbers(), **{n: section_numbers(v) for n, v in zip(names, found, strict=True)}}
    return Findings(
        results, [plot, *sections], tables,
        methods=["Ion images were stacked at one sputter rate through the film's thickness."],
        notes=["the depth takes one sputter rate for the whole stack"],
    ).of(job.sample.name, ", ".join(dict.fromkeys(entry.path for entry, _ in job.parts)))  # fmt: skip


def _half(volume: Volume, thickness_nm: float, relative: float) -> Result:
    """The depth above which half of the counts lie; an image holds a slice of the film as thick as all others."""
    counts = volume.profile()
    faces = np.linspace(0.0, thickness_nm, counts.size + 1)
    at = float(np.interp(0.5, np.concatenate([[0.0], np.cumsum(counts)]) / max(counts.sum(), 1.0), faces))
    # within a slice the counts may lie anywhere
    sd = math.hypot(thickness_nm / counts.size / 12**0.5, relative * at)
    return Result(f"half of the counts of {volume.ion} lie above", at, sd, "nm",
                  "stack of images, constant sputter rate")  # fmt: skip
