"""Figures of UPS: secondary cutoff, valence band edge, Fermi edge; each with the line that was drawn."""

from __future__ import annotations

import numpy as np

from ..analysis.photoemission.edges import Edge, FermiEdge
from ..analysis.photoemission.ups import Ups
from ..figures.colours import GREY, INK
from ..figures.elements import Note, Series
from ..figures.figure import Figure
from ..wording import plus_minus

__all__ = ["cutoff_figure", "fermi_edge_figure", "valence_band_figure"]

BINDING = "Binding energy / eV"
LINE = "#D55E00"


def cutoff_figure(ups: Ups, title: str = "Secondary cutoff") -> Figure:
    """The cutoff, its line, and the work function that follows."""
    words = f"φ = {plus_minus(ups.work_function_eV, ups.work_function_sd)} eV"
    return _edge_figure(ups, ups.cutoff, (2.0, 1.4), words, "cutoff", title)


def valence_band_figure(ups: Ups, title: str = "Valence band edge") -> Figure:
    """The leading edge of the valence band, and its line."""
    words = f"E_F − E_V = {plus_minus(ups.valence_band_edge_eV, ups.valence_band_edge_sd)} eV"
    return _edge_figure(ups, ups.edge, (2.5, 3.5), words, "valence-band", title)


def _edge_figure(ups: Ups, edge: Edge, around: tuple[float, float], words: str, name: str, title: str) -> Figure:
    x0 = edge.energy_eV
    shown = (ups.energy_eV >= x0 - around[0]) & (ups.energy_eV <= x0 + around[1])
    E, y = ups.energy_eV[shown], ups.intensity[shown]
    m, c = edge.line
    level, slope = edge.base
    base = E if E.size else np.array([x0])
    top = float(y.max()) if y.size else 1.0
    x = np.array([x0, (0.9 * top - c) / m])  # up its flank, whichever way that lies
    series = [
        Series("measured", E, y, colour="#0072B2"),
        Series("line", x, m * x + c, colour=LINE, style="dash"),
        Series("background", base, level + slope * base, colour=GREY, style="dot"),
        Series("edge", [x0], [level + slope * x0], "points", LINE, marker="diamond", size=8.0),
    ]
    caption = f"{len(edge.trials)} rounded edges fitted, from {edge.trials.min():.2f} to {edge.trials.max():.2f} eV."
    return Figure(
        name, title, f"{BINDING}, E_F at {ups.E_F_eV:.2f} eV", "Intensity", series, caption=caption,
        x_range=(float(E[-1]), float(E[0])) if E.size else None, y_range=(-0.05 * top, 1.08 * top),
        notes=(Note(x0 + 0.5 * around[1] if name == "cutoff" else float(np.mean(E)), 0.9 * top, words),),
    )  # fmt: skip


def fermi_edge_figure(edge: FermiEdge, title: str = "Fermi edge") -> Figure:
    """The Fermi edge of a metal with its fit."""
    E = edge.energy_eV
    words = f"E_F = {edge.E_F_eV:.3f} eV, resolution {edge.resolution_eV:.3f} eV"
    series = [
        Series("measured", E, edge.intensity, "points", GREY, marker="circle-open", size=4.0),
        Series("fit", E, edge.fitted, colour=INK),
    ]
    place = Note(float(E[0] + 0.3 * (E[-1] - E[0])), 0.85 * float(edge.intensity.max()), words)
    return Figure(
        "fermi-edge", title, BINDING, "Intensity", series, x_range=(float(E[-1]), float(E[0])), notes=(place,)
    )
