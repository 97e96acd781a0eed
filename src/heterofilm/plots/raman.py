"""Figures of Raman spectra: bands with their phases, a mode through a series, and the series itself."""

from __future__ import annotations

import numpy as np

from ..analysis.structure.baseline import despike
from ..analysis.structure.raman import ModeSeries, RamanResult, spectra_of
from ..figures.colours import INK, shade
from ..figures.elements import Band, Series
from ..figures.figure import Figure
from ..library.patterns import load_patterns
from ..records.measurement import Measurement
from .xrd import spectrum_with_ticks

__all__ = ["mode_figure", "raman_figure", "series_figure"]


def raman_figure(result: RamanResult, title: str = "") -> Figure:
    """Intensity over Raman shift with the fit, and the bands of all phases that are not absent as ticks."""
    shown = [p for p in result.identification.phases if p.verdict != "absent"]
    patterns = {p.name: p for p in load_patterns("raman")}
    low, high = float(result.lines.x[0]), float(result.lines.x[-1])
    places = {}
    for phase in shown:
        at = patterns[phase.name].position + phase.shift
        places[phase.name] = at[(at > low) & (at < high)]
    return spectrum_with_ticks(
        "raman", title or f"Raman spectrum of {result.name}", "Raman shift / cm⁻¹", "Intensity / counts", result.lines,
        shown, places, result.identification.summary, False,
    )  # fmt: skip


def mode_figure(series: ModeSeries, title: str = "") -> Figure:
    """Area of a mode, relative to the first spectrum, in the order in which it was measured."""
    scale = 1.0 / series.area[0] if series.area[0] else 1.0
    y, sd = scale * series.area, abs(scale) * series.area_sd
    order = np.arange(1, y.size + 1)
    lowest = int(np.argmin(y))
    if series.axis_label.startswith("Spectrum"):
        x, label = order, series.axis_label
        rows = [Series("area", x, y, "both", INK, bands=(Band(x, y - sd, x, y + sd),))]
    else:
        x, label = series.axis, series.axis_label
        halves = (
            ("until the minimum", slice(None, lowest + 1), "#0072B2"),
            ("after it", slice(lowest, None), "#D55E00"),
        )
        rows = [
            Series(name, x[p], y[p], "both", colour, bands=(Band(x[p], (y - sd)[p], x[p], (y + sd)[p]),))
            for name, p, colour in halves
            if x[p].size > 1
        ]
    return Figure("mode", title or f"Mode at {series.band:.0f} cm⁻¹", label, "Area / area of the first spectrum", rows,
                  caption=series.verdict)  # fmt: skip


def series_figure(measurement: Measurement, title: str = "", shift_cm: tuple[float, float] = (90.0, 1100.0)) -> Figure:
    """At most twelve spectra of a series without their spikes, one above the other."""
    x, spectra = spectra_of(measurement)
    spectra = np.array([despike(y)[0] for y in spectra])
    inside = (x >= shift_cm[0]) & (x <= shift_cm[1])
    chosen = np.unique(np.linspace(0, len(spectra) - 1, min(12, len(spectra))).round().astype(int))
    step = 0.5 * float(np.median([np.ptp(spectra[k, inside]) for k in chosen]))
    label = {"voltage_V": "{:.2f} V", "time_s": "{:.0f} s"}
    key = next((k for k in label if k in measurement.table.columns), "")
    value = measurement.column(key)[:: x.size] if key else np.arange(1.0, len(spectra) + 1.0)
    words = label.get(key, "spectrum {:.0f}")
    shades = np.linspace(0.0, 1.0, chosen.size)
    rows = [  # from above, as the legend lists them
        Series(words.format(value[k]), x[inside], spectra[k, inside] + place * step, colour=shade(at))
        for place, (k, at) in reversed(list(enumerate(zip(chosen, shades, strict=True))))
    ]
    return Figure("series", title or f"Raman series of {measurement.name}", "Raman shift / cm⁻¹",
                  "Intensity / counts, shifted upwards", rows, x_range=shift_cm)  # fmt: skip
