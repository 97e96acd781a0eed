"""Figures of UV-vis: the spectrum, and the Tauc plot with its line and the spread of lines as good."""

from __future__ import annotations

import numpy as np

from ..analysis.uvvis import EXPONENTS, TaucGap
from ..figures.colours import GREY
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure
from ..records.measurement import Measurement
from ..wording import plus_minus

__all__ = ["spectrum_figure", "tauc_figure"]

POWERS = {
    "direct": "(αhν)²",
    "direct forbidden": "(αhν)^(2/3)",
    "indirect": "(αhν)^(1/2)",
    "indirect forbidden": "(αhν)^(1/3)",
}
WORDS = {
    "absorbance": "Absorbance",
    "transmittance": "Transmittance",
    "reflectance": "Reflectance",
    "intensity": "Intensity",
}


def tauc_figure(gap: TaucGap, title: str = "") -> Figure:
    """The plot, the line, and at its foot the gap; the band at the foot is one standard deviation."""
    x0, x1 = gap.gap_eV, gap.window[1]
    inside = (gap.photon_eV >= gap.window[0]) & (gap.photon_eV <= gap.window[1])
    top = float(gap.y[inside].max()) if inside.any() else 1.0
    shown = (gap.photon_eV <= x1 + 0.4 * (x1 - x0) + 0.2) & (gap.photon_eV >= x0 - 1.2)
    x = np.linspace(x0, x1, 2)
    spread = Band(
        [x0 - gap.sd_eV, x0 + gap.sd_eV], [0.0, 0.0], [x0 - gap.sd_eV, x0 + gap.sd_eV], [0.06 * top, 0.06 * top], 0.5
    )
    series = [
        Series("measured", gap.photon_eV[shown], gap.y[shown], "points", "#0072B2", marker="circle-open", size=3.5),
        Series("line", x, gap.slope * (x - x0), colour="#D55E00", bands=(spread,)),
        Series("window", gap.photon_eV[inside], gap.y[inside], "points", "#D55E00", size=3.5),
        Series("zero", gap.photon_eV[shown], 0.0 * gap.y[shown], colour=GREY, style="dot", in_legend=False),
    ]
    words = f"E_g = {plus_minus(gap.gap_eV, gap.sd_eV)} eV"
    n = EXPONENTS[gap.transition]
    return Figure(
        "tauc", title or f"Tauc plot, {gap.transition} gap", "Photon energy hν / eV",
        f"{POWERS[gap.transition]}, scaled", series,
        caption=f"n = {n:g}; line from {gap.window[0]:.2f} to {gap.window[1]:.2f} eV, R² {gap.r2:.4f}; "
        f"{gap.trials.size} lines about as good.",
        y_range=(-0.05 * top, 1.35 * top), notes=(Note(x0 - 0.35, 0.9 * top, words),),
    )  # fmt: skip


def spectrum_figure(measurements: list[Measurement], title: str = "UV-vis spectra") -> Figure:
    """What was measured over wavelength; the first spectrum's quantity names the axis."""
    quantity = next(c for c in WORDS if c in measurements[0].table.columns)
    colours = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B4C9A", "#8C6D31")
    series = [
        Series(m.name, m.column("wavelength_nm"), m.column(quantity), colour=colours[k % len(colours)])
        for k, m in enumerate(measurements)
        if quantity in m.table.columns
    ]
    return Figure("uvvis", title, "Wavelength / nm", WORDS[quantity], series)
