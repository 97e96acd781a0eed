"""Where the elements of a sample lie: line scans across its layers, and maps (EDS)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from pathlib import PurePath

import numpy as np

from ..analysis.depth.edges import find_edges
from ..analysis.depth.line_scan import as_profile, elements_of
from ..analysis.depth.profile import layers, marking, normalised
from ..analysis.microscopy.element_maps import pair_of, spread_of
from ..elements import ELEMENTS
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..plots.depth import profile_figure
from ..plots.microscopy import map_figure
from ..records.result import Result
from .findings import Findings, slug
from .job import Job
from .phases import film_elements
from .sample_file import FileEntry

__all__ = ["line_scan", "maps"]

SYMBOLS = frozenset(one.symbol for one in ELEMENTS.values())


def line_scan(job: Job) -> Findings:
    """Edges of every element, the layers they mark, and the interfaces between these."""
    first = film_elements(job.sample.sheet)

    def one(entry: FileEntry, scan: Measurement) -> Findings:
        profile = as_profile(scan)
        have = [name for name in elements_of(scan) if name in profile.table.columns]
        notes = [*scan.notes, f"{scan.name}: widths hold the beam's spread in the sample, which is not taken out"]
        edges = [edge for element in have for edge in find_edges(profile, element)]
        rows: list[Result] = [row for edge in edges for row in edge.results()]
        marks = marking(profile, [*(e for e in first if e in have), *have])
        found = layers(profile, marks) if len(marks) > 1 else None
        if found is None:
            notes.append(f"{scan.name}: fewer than two layers are told apart by their elements")
        else:
            rows = [*found.results(), *rows]
        figure = replace(profile_figure(profile, have, found=found, title=f"Line scan, {scan.name}"), name="line_scan",
                         x_label="Distance / nm")  # fmt: skip
        methods = [
            "EDS line scans: error functions fitted to each element's edges, weighted by the scatter of neighbours."
        ]
        return Findings(rows, [figure], {"line_scan": normalised(profile, have)}, methods, notes)

    return job.each(one)


def maps(job: Job) -> Findings:
    """How evenly each element is spread, and which go together; a file for each element, named by it.

    Errors: `HeterofilmError` for a file of no element, and an element that comes twice.
    """
    images: dict[str, Measurement] = {}
    for entry, m in job.parts:
        element = _element(entry)
        if element in images:
            raise InputError(f'There are two maps of {element}; name each file\'s element in its line: name = "Cu".')
        if m.image is None:
            raise InputError(f"'{entry.path}' holds {m.technique} data, not a map.")
        images[element] = m
    rows: list[Result] = []
    notes = [note for m in images.values() for note in m.notes]
    files = {_element(entry): entry.path for entry, _ in job.parts}
    for element, m in images.items():
        pixel = m.meta.get("pixel_m")
        told = spread_of(element, np.asarray(m.image, float), float(pixel) if isinstance(pixel, int | float) else None)
        rows += [replace(row, file=files[element], sample=job.sample.name) for row in told.results()]
    for a, b in combinations(images, 2):
        try:
            pair = pair_of((a, b), {name: np.asarray(m.image, float) for name, m in images.items()})
        except HeterofilmError as error:
            notes.append(str(error))
            continue
        rows += [replace(row, file=f"{files[a]}, {files[b]}", sample=job.sample.name) for row in pair.results()]
    figures = [replace(map_figure(element, m), name=f"map-{slug(element)}") for element, m in images.items()]
    methods = [
        "Element maps: variance and correlation over blocks of pixels, noise taken out by two halves of each block."
    ]
    return Findings(rows, [*figures], {}, methods, list(dict.fromkeys(notes)))


def _element(entry: FileEntry) -> str:
    """The element of a map: the line's name, else the last symbol in the file's name ("film_Cu K.tif")."""
    if entry.name in SYMBOLS:
        return entry.name
    words = [w for w in re.split(r"[^A-Za-z]+", PurePath(entry.path).stem) if w in SYMBOLS]
    lines = {"K", "L", "M"} & SYMBOLS
    chosen = [w for w in words if w not in lines] or words
    if not chosen:
        raise InputError(f"'{entry.path}' does not say of which element it is a map; give its line name = \"Cu\".")
    return chosen[-1]
