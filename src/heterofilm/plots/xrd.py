"""Figure of a diffraction pattern: measured, fitted, and below it where each phase has its lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..analysis.structure.peaks import Lines
from ..analysis.structure.phases import Phase
from ..analysis.structure.refinement import Refinement
from ..analysis.structure.stress import Stress
from ..analysis.structure.williamson_hall import WilliamsonHall
from ..analysis.structure.xrd import XrdResult
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Note, Series
from ..figures.figure import Figure
from ..library.patterns import Pattern

__all__ = ["diffraction_figure", "refinement_figure", "spectrum_with_ticks", "stress_figure", "width_figure"]

COLOURS = ("#0072B2", "#D55E00", "#009E73", *PALETTE[:6])
ROW = 0.055  # height of a row of ticks, of the range of intensities


def diffraction_figure(result: XrdResult, title: str = "", *, root: bool = True) -> Figure:
    """Intensity over 2 theta with the fit and the ticks of all phases that are not absent.

    `root`: square root of the intensity, on which weak lines of a film show beside its substrate.
    """
    shown = [p for p in result.identification.phases if p.verdict != "absent"]
    places = {}
    for phase in shown:
        one = result.patterns[phase.name]
        at = _shifted(one, phase, result)
        inside = np.isfinite(at) & (at > result.lines.x[0]) & (at < result.lines.x[-1])
        places[phase.name] = at[inside & (one.strength >= 0.03)]
    label = "√(intensity / counts)" if root else "Intensity / counts"
    return spectrum_with_ticks(
        "diffraction", title or f"XRD of {result.name}", "2θ / deg", label, result.lines, shown, places,
        result.identification.summary, root,
    )  # fmt: skip


def _shifted(p: Pattern, phase: Phase, result: XrdResult) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        theta = np.arcsin(result.wavelength_angstrom / (2.0 * p.position * (1.0 + phase.shift)))
    return np.asarray(np.degrees(2.0 * theta) + result.identification.displacement * np.cos(theta))


def spectrum_with_ticks(
    name: str, title: str, x_label: str, y_label: str, lines: Lines, phases: Sequence[Phase],
    places: dict[str, NDArray[np.float64]], caption: str, root: bool,
) -> Figure:  # fmt: skip
    """Measured and fitted spectrum, and a row of ticks for each of `phases` at its `places`."""

    def scaled(y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sqrt(np.maximum(y, 0.0)) if root else y

    y, fitted, base = scaled(lines.y), scaled(lines.fitted), scaled(lines.base)
    low, high = float(min(y.min(), base.min())), float(max(y.max(), fitted.max()))
    row = ROW * (high - low)
    series = [
        Series("measured", lines.x, y, colour=GREY),
        Series("baseline", lines.x, base, colour=INK, style="dash"),
        Series("fit", lines.x, fitted, colour="#CC79A7"),
    ]
    notes: list[Note] = []
    for k, phase in enumerate(phases):
        top = low - (k + 0.9) * row
        at = places[phase.name]
        # one curve with gaps: each tick is two points and a gap
        tick_x = np.repeat(at, 3)
        tick_y = np.tile([top, top - 0.6 * row, np.nan], at.size)
        doubt = "" if phase.verdict == "present" else " (possible)"
        series.append(Series(f"{phase.name}{doubt}", tick_x, tick_y, colour=COLOURS[k % len(COLOURS)]))
        for one in sorted(phase.lines, key=lambda a: -a.strength)[: 3 if phase.role != "substrate" else 1]:
            if name == "diffraction" and all(abs(one.position - n.x) > 0.05 * np.ptp(lines.x) for n in notes):
                height = float(np.interp(one.position, lines.x, fitted))
                notes.append(Note(one.position, height, one.label))
    floor = low - (len(phases) + 0.9) * row
    return Figure(
        name, title, x_label, y_label, series, caption=caption, notes=tuple(notes),
        x_range=(float(lines.x[0]), float(lines.x[-1])), y_range=(floor, high + 0.12 * (high - low)),
        filled=True,
    )  # fmt: skip


def refinement_figure(told: Refinement) -> Figure:
    """Observed, calculated and their difference below, on the root of the intensity, as refinements are shown."""
    fit = told.fit

    def root(y: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sqrt(np.maximum(y, 0.0))

    observed, calculated = root(fit.y), root(fit.calculated)
    low, high = float(min(observed.min(), root(fit.background).min())), float(max(observed.max(), calculated.max()))
    difference = observed - calculated
    below = low - 0.05 * (high - low) - float(difference.max())
    series = [
        Series("observed", fit.x, observed, "points", GREY, size=1.2),
        Series("calculated", fit.x, calculated, colour="#CC79A7"),
        Series("background", fit.x, root(fit.background), colour=INK, style="dash"),
        Series("difference", fit.x, below + difference, colour="#0072B2"),
    ]
    names = ", ".join(phase.name for phase in fit.phases)
    caption = f"{names}: Rwp {100.0 * fit.R_wp:.3g} %, {fit.goodness:.3g} times what the noise alone leaves"
    return Figure(
        "refinement", f"Refinement of {told.name}", "2θ / deg", "√(intensity / counts)", series,
        caption=f"{caption}{f'; {told.doubt}' if told.doubt else ''}. The difference is moved down.",
        x_range=(float(fit.x[0]), float(fit.x[-1])),
        y_range=(below + float(difference.min()) - 0.03 * (high - low), high + 0.08 * (high - low)),
    )  # fmt: skip


def width_figure(phase: str, told: WilliamsonHall) -> Figure:
    """Williamson and Hall's plot of a phase: the widths of its lines, and the line whose slope is the strain."""
    x = np.array([0.0, 1.1 * float(told.x.max())])
    series = [
        Series("lines", told.x, 1e3 * told.y, "points", COLOURS[0], y_error=1e3 * told.y_sd),
        Series("size and strain", x, 1e3 * (told.intercept + told.slope * x), colour=INK),
    ]
    notes = [Note(float(a), 1e3 * float(b), one.label) for a, b, one in zip(told.x, told.y, told.lines, strict=True)]
    return Figure(
        f"widths-{phase.lower()}", f"Widths of {phase}'s lines", "4 sin θ", "β cos θ / mrad", series,
        f"Slope: microstrain; intercept: Kλ/L. {told.verdict[:1].upper()}{told.verdict[1:]}: {told.reason}.",
        x_range=(0.0, float(x[1])), notes=tuple(notes),
    )  # fmt: skip


def stress_figure(told: Stress) -> Figure:
    """The spacing of a line over sin^2 psi, and the line whose slope is the stress."""
    x = np.array([0.0, float(told.sin2.max())])
    centre = float(np.average(told.spacing_nm, weights=told.spacing_sd_nm**-2.0))
    middle = float(np.average(told.sin2, weights=told.spacing_sd_nm**-2.0))
    start = centre / (1.0 + told.slope * middle)
    series = [
        Series("measured", told.sin2, told.spacing_nm, "points", INK, y_error=told.spacing_sd_nm),
        Series("straight line", x, start * (1.0 + told.slope * x), colour="#0072B2"),
    ]
    return Figure(
        f"stress_{told.line}", f"Residual stress: {told.line}", "sin²ψ", "Spacing / nm", series,
        caption=f"{told.verdict}; {told.reason}.",
    )  # fmt: skip
