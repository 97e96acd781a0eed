"""The figures of impedance and voltammetry of a study (the paper's Figure 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...analysis.electrochemistry.cv import peaks
from ...analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record
from ...analysis.impedance.features import tail_angle
from ...cell import Cell
from ...figures.elements import Series, Style
from ...figures.figure import Figure
from ...plots.cv import b_value_figure, voltammogram_figure
from ...plots.dqdv import SHADES
from ...plots.impedance import contributions_figure, hertz, nyquist
from ...records.spectrum import Spectrum, spectra
from ...study.results import Results, group
from .common import SLUG, WORDS, colour, label

LOWEST = 3e-3  # Hz shown over the complex plane: below it the storage alone goes on
TAILS: tuple[tuple[float, Style], ...] = ((1e-1, "dot"), (1e-2, "solid"), (1e-3, "dash"))  # Hz, where measurements stop


def spectra_figures(results: Results) -> list[Figure]:
    """All figures of impedance and voltammetry that the runs of a study allow."""
    found: list[Figure] = []
    for kind in WORDS:
        cells = [(cell, taken) for cell, taken in with_spectra(results) if group(cell) == kind]
        if cells:
            found.append(side_by_side(results, kind, cells))
            found += tails(results, kind)
        for cell, taken in cells:
            if cell.entries.domain is not None:
                found += [down_a_discharge(results, cell, taken), arcs(results, cell, taken[0])]
    return found + voltammograms(results)


def with_spectra(results: Results) -> Iterator[tuple[Cell, list[Spectrum]]]:
    """Cells whose impedance was taken, after a stop where there is one: a film as made is nearly a blocking one."""
    for (name, _), record in results.main.records.items():
        if record.impedance is not None:
            taken = spectra(record)
            yield results.main.cells[name], [one for one in taken if one.step > 1] or taken


def plain(spectrum: Spectrum, name: str) -> Spectrum:
    """A spectrum down to the lowest frequency shown, under another name and without its parts."""
    return replace(spectrum.above(LOWEST), name=name, parts={})


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


def tails(results: Results, kind: str) -> list[Figure]:
    """How steep the spectra of the films end, by state and by the frequency that a measurement stops at."""
    series: list[Series] = []
    stops: list[str] = []
    for (name, _), record in results.main.records.items():
        cell = results.main.cells[name]
        if record.impedance is None or group(cell) != kind:
            continue
        taken = spectra(record)
        names = ["as made" if one.step == 1 else one.name.partition(", ")[2] for one in taken]
        if len(taken) < 2 or (stops and len(names) != len(stops)):
            continue
        stops = stops or names
        for lowest, style in TAILS:
            if min(one.frequency_Hz.min() for one in taken) > 1.01 * lowest:
                continue
            angles = [tail_angle(one, lowest) for one in taken]
            y = [np.nan if angle is None else angle for angle in angles]
            text = f"{label(results, cell)}, from {hertz(lowest)}"
            series.append(Series(text, list(range(len(y))), y, "both", colour(results, cell), style, size=4.5))
    if not series:
        return []
    return [
        Figure(
            f"eis-tails-{SLUG[kind]}",
            f"How steep the spectra end, {WORDS[kind]}",
            "State (first film's potential at rest)",
            "Angle of the tail / °",
            series,
            "Over the lowest decade of a spectrum that stops at the frequency named: 45° diffusion, 90° capacitor.",
            x_ticks=tuple(range(len(stops))),
            x_names=tuple(stops),
        )
    ]


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
