"""Figures of atoms: powder lines of a structure, energies of an ion by place and along its migration paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..atomistic.level import Level
from ..atomistic.tasks import largest_climb
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure

if TYPE_CHECKING:
    from ..atomistic.results.recorded import Recorded
    from ..atomistic.structures.library import Line
    from ..atomistic.tasks import Barrier

__all__ = ["adsorption_figure", "barrier_figure", "path_figure", "recorded_path", "xrd_figure"]

Path = tuple[Sequence[float], Sequence[float], Level]  # path / Å, energies / eV, level


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


def adsorption_figure(energies: Mapping[str, float], title: str, level: Level | str, caption: str = "") -> Figure:
    """Adsorption energies (eV) as bars, by place."""
    series = [Series(str(level), list(energies), list(energies.values()), "bar", "#0072B2")]
    return Figure(
        "adsorption", title, "Place of the ion", "Adsorption energy / eV", series,
        caption=f"{level}. Against the bulk metal; more negative is more strongly bound. {caption}".strip(),
    )  # fmt: skip


def barrier_figure(paths: Mapping[str, Barrier], title: str = "Energy along the hop") -> Figure:
    """Energies (eV) along computed migration paths."""
    return path_figure(
        {name: (one.path_A, one.energies_eV, one.provenance.level) for name, one in paths.items()}, title
    )


def recorded_path(one: Recorded) -> Path:
    """The migration path of a recorded barrier; where only the hop is known, images at equal distances over it."""
    energies = [float(E) for E in one.more["energies_eV"]]
    path = one.more.get("path_A") or np.linspace(0.0, one.more["hop_A"], len(energies)).tolist()
    return path, energies, one.level


def path_figure(paths: Mapping[str, Path], title: str = "Energy along the hop") -> Figure:
    """Energies (eV) along migration paths, each over its own length, with the computed images as points."""
    series = []
    for (name, (path, energies, _)), colour in zip(
        paths.items(), (*PALETTE[6:], *PALETTE[:6], INK, GREY), strict=False
    ):
        x, E = np.array(path), np.array(energies)
        label = f"{name}: {largest_climb(E):.3f} eV"
        series.append(Series(label, x, E, "points", colour))
        fine = np.linspace(0.0, x[-1], 200)
        series.append(Series(label, fine, _smooth(x, E, fine), colour=colour, in_legend=False))
    levels = ", ".join(sorted({str(level) for _, _, level in paths.values()}))
    return Figure(
        "barrier", title, "Path length / Å", "Energy / eV", series,
        caption=f"{levels}. Points are images of the band; the line between them only guides the eye.",
    )  # fmt: skip


def _smooth(x: np.ndarray, E: np.ndarray, fine: np.ndarray) -> np.ndarray:
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(x, E)(fine))
