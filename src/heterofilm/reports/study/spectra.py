"""The figures of impedance and voltammetry of a study (the paper's Figure 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...analysis.electrochemistry.cv import peaks
from ...analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record
from ...analysis.impedance.features import tail_angle
from ...cell import Cell
from ...figures.colours import INK
from ...figures.elements import Series, Style
from ...figures.figure import Figure
from ...plots.cv import b_value_figure, voltammogram_figure
from ...plots.dqdv import SHADES
from ...plots.impedance import contributions_figure, hertz, nyquist
from ...records.spectrum import Spectrum, spectra
from ...study.results import Results, group
from .common import SLUG, WORDS, analysed, colour, label, spectra_again

LOWEST = 3e-3  # Hz shown over the complex plane: below it the storage alone goes on
DWARFS = 3.0  # a spectrum so many times as large as the next hides it
TAILS: tuple[tuple[float, Style], ...] = ((1e-1, "dot"), (1e-2, "solid"), (1e-3, "dash"))  # Hz, where measurements stop


def impedance_figures(results: Results) -> list[Figure]:
    """All figures of impedance that the runs of a study allow."""
    found: list[Figure] = []
    for kind in WORDS:
        cells = [(cell, taken) for cell, _, taken in with_spectra(results) if group(cell) == kind]
        if cells:
            found += side_by_side(results, kind, cells)
            found += tails(results, kind)
        for cell, test, taken in with_spectra(results):
            if group(cell) == kind and cell.entries.domain is not None:
                found += [down_a_discharge(results, cell, test, taken), arcs(results, cell, test, taken[0])]
    return found


def with_spectra(results: Results) -> Iterator[tuple[Cell, str, list[Spectrum]]]:
    """Cells and tests whose impedance was taken, after a stop where there is one: a film as made is nearly a blocking
    one."""
    for (name, test), record in results.main.records.items():
        if record.impedance is not None:
            taken = spectra(record)
            yield results.main.cells[name], test, [one for one in taken if one.step > 1] or taken


def plain(spectrum: Spectrum, name: str) -> Spectrum:
    """A spectrum down to the lowest frequency shown, under another name and without its parts."""
    return replace(spectrum.above(LOWEST), name=name, parts={})


def side_by_side(results: Results, kind: str, cells: list[tuple[Cell, list[Spectrum]]]) -> list[Figure]:
    """The films at the first stop of the discharge; a second time without those that dwarf the others."""
    sizes = {cell.name: float(np.abs(plain(taken[0], "").impedance).max()) for cell, taken in cells}
    order = sorted(sizes, key=sizes.__getitem__)
    gaps = [k for k in range(1, len(order)) if sizes[order[k]] > DWARFS * sizes[order[k - 1]]]
    small = set(order[: gaps[-1]]) if gaps else set()
    found = [_beside(results, kind, cells, f"eis-{SLUG[kind]}", f"Impedance near open circuit, {WORDS[kind]}")]
    if small:
        chosen = [(cell, taken) for cell, taken in cells if cell.name in small]
        names = " and ".join(label(results, cell) for cell, _ in chosen)
        title = f"Impedance near open circuit, {WORDS[kind]}: {names} alone"
        found.append(_beside(results, kind, chosen, f"eis-{SLUG[kind]}-small", title))
    return found


def _beside(results: Results, kind: str, cells: list[tuple[Cell, list[Spectrum]]], name: str, title: str) -> Figure:
    drawn = nyquist(
        [plain(taken[0], label(results, cell)) for cell, taken in cells],
        colours=[colour(results, cell) for cell, _ in cells],
    )
    caption = f"At rest after the first stop of a discharge, down to {1e3 * LOWEST:g} mHz, by exact linearisation."
    return replace(drawn, name=name, title=title, caption=caption)


def tails(results: Results, kind: str) -> list[Figure]:
    """How steep the spectra of the films end, by state and by the frequency that a measurement stops at."""
    series: list[Series] = []
    films: dict[str, str] = {}  # their colours
    drawn: set[tuple[float, Style]] = set()
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
            text, tint = f"{label(results, cell)}, down to {hertz(lowest)}", colour(results, cell)
            series.append(Series(text, list(range(len(y))), y, "both", tint, style, size=4.5, in_legend=False))
            films[label(results, cell)] = tint
            drawn.add((lowest, style))
    if not series:
        return []
    series += [Series(name, [], [], "both", tint, size=4.5) for name, tint in films.items()]
    series += [Series(f"down to {hertz(lowest)}", [], [], "line", INK, style) for lowest, style in TAILS
               if (lowest, style) in drawn]  # fmt: skip
    return [
        Figure(
            f"eis-tails-{SLUG[kind]}",
            f"How steep the spectra end, {WORDS[kind]}",
            "State (first film's potential at rest)",
            "Angle of the tail / °",
            series,
            "Over the lowest decade of a spectrum that goes down to the frequency named: 45° diffusion, 90° capacitor.",
            x_ticks=tuple(range(len(stops))),
            x_names=tuple(stops),
        )
    ]


def down_a_discharge(results: Results, cell: Cell, test: str, taken: list[Spectrum]) -> Figure:
    """One cell at every stop."""
    drawn = nyquist([plain(s, s.name.rpartition(", ")[2]) for s in taken], colours=SHADES)  # the voltage tells more
    title = f"{label(results, cell)}: impedance down a discharge ({group(cell)})"
    command = f"{spectra_again(results, cell, test)} --plot states.svg"
    return replace(
        drawn, name=f"eis-states-{cell.name}", title=title, caption="At rest after stops on a discharge.",
        command=command,
    )  # fmt: skip


def arcs(results: Results, cell: Cell, test: str, taken: Spectrum) -> Figure:
    """Which arc is which."""
    drawn = contributions_figure(taken)
    title = f"{label(results, cell)}: which arc is which ({group(cell)}, near open circuit)"
    caption = f"−Im Z of every part of the model; they add up to the total. {drawn.caption}".strip()
    command = f"{spectra_again(results, cell, test)} --step {taken.step} --plot parts.svg"
    return replace(drawn, name=f"eis-parts-{cell.name}", title=title, caption=caption, command=command)


def voltammograms(results: Results) -> list[Figure]:
    """Voltammograms of the half-cells at all scan rates, and the b-values of the heterostructure's peaks."""
    figures = []
    for (name, test), record in results.main.records.items():
        cell = results.main.cells[name]
        if record.steps["kind"][0] != "sweep" or group(cell) != "half-cell":
            continue
        sweeps = last_at_each_rate(of_record(record))
        title = f"{label(results, cell)}: voltammograms"
        again = analysed(results, "cv", cell, test)
        figures.append(replace(voltammogram_figure(sweeps, (), title), name=f"cv-{cell.name}", command=again))
        tracks = follow([(sweep, peaks(sweep)) for sweep in sweeps]) if cell.entries.domain is not None else {}
        if tracks:
            title = f"{label(results, cell)}: peak current over scan rate"
            figures.append(replace(b_value_figure(tracks), name=f"cv-b-{cell.name}", title=title, command=again))
    return figures
