"""Figures of the atomistic bench: powder lines, adsorption energies, energies along a path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..atomistic.structures import Line
from ..atomistic.tasks import Barrier
from .figure import GREY, INK, PALETTE, Figure, Series

__all__ = ["adsorption_figure", "barrier_figure", "xrd_figure"]


def xrd_figure(lines: Sequence[Line], title: str, published: Sequence[float] = (), source: str = "") -> Figure:
    """Lines of a powder pattern (Cu K-alpha), and published positions as points below them."""
    x, y = [], []
    for line in lines:
        x += [line.two_theta_deg] * 3
        y += [0.0, line.intensity, 0.0]
    series = [Series("computed", x, y, colour="#0072B2")]
    if published:
        series.append(
            Series("published", list(published), [-4.0] * len(published), "points", "#D55E00", marker="triangle")
        )
    caption = f"Published: {source}." if published and source else ""
    return Figure("xrd", title, "2θ / deg (Cu Kα)", "Intensity / %", series, caption=caption)


def adsorption_figure(energies: Mapping[str, float], title: str, level: str) -> Figure:
    """Adsorption energies (eV) as bars, by place."""
    bars = Series(level, list(energies), list(energies.values()), "bar", "#0072B2")
    return Figure(
        "adsorption", title, "Place of the ion", "Adsorption energy / eV", [bars],
        caption=f"{level}. Against the bulk metal; more negative is more strongly bound.",
    )  # fmt: skip


def barrier_figure(paths: Mapping[str, Barrier], title: str = "Energy along the hop") -> Figure:
    """Energies (eV) along paths, each over its own length, with the computed images as points."""
    series = []
    for (name, found), colour in zip(paths.items(), (*PALETTE[6:], *PALETTE[:6], INK, GREY), strict=False):
        x, E = np.array(found.path_A), np.array(found.energies_eV)
        label = f"{name}: {found.forward_eV:.3f} eV"
        series.append(Series(label, x, E, "points", colour))
        fine = np.linspace(0.0, x[-1], 200)
        series.append(Series(label, fine, _smooth(x, E, fine), colour=colour, in_legend=False))
    levels = ", ".join(sorted({found.provenance.level for found in paths.values()}))
    return Figure(
        "barrier", title, "Path length / Å", "Energy / eV", series,
        caption=f"{levels}. Points are images of the band; the line between them only guides the eye.",
    )  # fmt: skip


def _smooth(x: np.ndarray, E: np.ndarray, fine: np.ndarray) -> np.ndarray:
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(x, E)(fine))
