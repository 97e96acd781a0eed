"""The figures of impedance and voltammetry of a study (the paper's Figure 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..analysis.cv import peaks
from ..analysis.cv_tracks import follow, last_at_each_rate, of_record
from ..cell import Cell
from ..spectra import Spectrum, spectra
from ..study.runs import Results, group
from .cv_plots import b_value_figure, voltammogram_figure
from .cycling import SHADES
from .eis_plots import contributions_figure, nyquist
from .figure import Figure
from .shared import SLUG, WORDS, colour, label

LOWEST = 3e-3  # Hz shown over the complex plane: below it the storage alone goes on


def spectra_figures(results: Results) -> list[Figure]:
    """All figures of impedance and voltammetry that the runs of a study allow."""
    found: list[Figure] = []
    for kind in WORDS:
        cells = [(cell, taken) for cell, taken in with_spectra(results) if group(cell) == kind]
        if cells:
            found.append(side_by_side(results, kind, cells))
        for cell, taken in cells:
            if cell.entries.domain is not None:
                found += [down_a_discharge(results, cell, taken), arcs(results, cell, taken[0])]
    return found + voltammograms(results)


def with_spectra(results: Results) -> Iterator[tuple[Cell, list[Spectrum]]]:
    """Cells whose impedance was taken."""
    for (name, _), record in results.main.records.items():
        if record.impedance is not None:
            yield results.main.cells[name], spectra(record)


def plain(spectrum: Spectrum, name: str) -> Spectrum:
    """A spectrum down to the lowest frequency shown, under another name and without its parts."""
    keep = spectrum.frequency_Hz >= LOWEST
    return replace(
        spectrum, frequency_Hz=spectrum.frequency_Hz[keep], impedance=spectrum.impedance[keep], name=name, parts={}
    )


def side_by_side(results: Results, kind: str, cells: list[tuple[Cell, list[Spectrum]]]) -> Figure:
    """The films at the first stop of the discharge."""
    drawn = nyquist(
        [plain(taken[0], label(results, cell)) for cell, taken in cells],
        colours=[colour(results, cell) for cell, _ in cells],
    )
    return replace(
        drawn,
        name=f"eis-{SLUG[kind]}",
        title=f"Impedance near open circuit, {WORDS[kind]}",
        caption=f"At rest after the first stop of a discharge, down to {1e3 * LOWEST:g} mHz, by exact linearisation.",
    )


def down_a_discharge(results: Results, cell: Cell, taken: list[Spectrum]) -> Figure:
    """One cell at every stop."""
    drawn = nyquist([plain(s, s.name.rpartition(", ")[2]) for s in taken], colours=SHADES)  # the voltage tells more
    title = f"{label(results, cell)}: impedance down a discharge ({group(cell)})"
    return replace(drawn, name=f"eis-states-{cell.name}", title=title, caption="At rest after stops on a discharge.")


def arcs(results: Results, cell: Cell, taken: Spectrum) -> Figure:
    """Which arc is which."""
    drawn = contributions_figure(taken)
    title = f"{label(results, cell)}: which arc is which ({group(cell)}, near open circuit)"
    caption = f"−Im Z of every part of the model; they add up to the total. {drawn.caption}".strip()
    return replace(drawn, name=f"eis-parts-{cell.name}", title=title, caption=caption)


def voltammograms(results: Results) -> list[Figure]:
    """Voltammograms of the half-cells at all scan rates, and the b-values of the heterostructure's peaks."""
    figures = []
    for (name, _), record in results.main.records.items():
        cell = results.main.cells[name]
        if record.steps["kind"][0] != "sweep" or group(cell) != "half-cell":
            continue
        sweeps = last_at_each_rate(of_record(record))
        title = f"{label(results, cell)}: voltammograms"
        figures.append(replace(voltammogram_figure(sweeps, (), title), name=f"cv-{cell.name}"))
        tracks = follow([(sweep, peaks(sweep)) for sweep in sweeps]) if cell.entries.domain is not None else {}
        if tracks:
            title = f"{label(results, cell)}: peak current over scan rate"
            figures.append(replace(b_value_figure(tracks), name=f"cv-b-{cell.name}", title=title))
    return figures
