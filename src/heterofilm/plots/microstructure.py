"""Figures of a composite: its microstructure as a block, and its conductivity by every law and resolved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..figures.colours import GREY, PALETTE
from ..figures.elements import Band, Series
from ..figures.figure import Figure
from ..figures.volume import VolumeFigure
from ..film.conduction import Resolved
from ..film.effective_medium import DILUTE, PACKED, bruggeman, hashin_shtrikman, maxwell_garnett, torquato
from ..film.microstructure import Microstructure
from ..film.morphology import interface_area, percolation

__all__ = ["composite_figure", "microstructure_figure"]

FAMILY_MARKS = {"packed spheres": ("#0072B2", "circle"), "levelled field": ("#D55E00", "square")}


def microstructure_figure(
    structure: Microstructure,
    title: str = "Microstructure",
    names: tuple[str, str, str] = ("matrix", "domains", "interfacial layer"),
) -> VolumeFigure:
    """The block, with its fraction, its interface area and what runs through it in the caption."""
    phi = structure.fraction()
    area = interface_area(structure.domains, structure.voxel)
    through = {name: all(percolation(structure.phases == p).through) for p, name in enumerate(names[:2])}
    runs = [name for name, all_axes in through.items() if all_axes]
    words = f"{' and '.join(runs)} {'run' if len(runs) > 1 else 'runs'} through it along every axis"
    words = words if runs else "neither phase runs through it along every axis"
    caption = (
        f"A random volume of the family '{structure.family}' (seed {structure.seed}), periodic, "
        f"{1e9 * structure.edge:.0f} nm along an edge, one corner of matrix cut away: {100 * phi:.0f} % {names[1]}, "
        f"{1e-9 * area:.2f} nm² of interface per nm³ (6φ/d = {6e-9 * phi / structure.domain_size:.2f}); {words}. "
        "Not the measured film, but one with its fraction and domain size."
    )
    return VolumeFigure("microstructure", title, structure.phases, 1e9 * structure.voxel, names, caption)


def composite_figure(
    matrix: float,
    domain: float,
    resolved: dict[str, Sequence[Resolved]] | None = None,
    *,
    at: float | None = None,
    title: str = "Conductivity of the composite",
) -> Figure:
    """s/s_matrix over the fraction of domains: the laws as lines where they hold, the bounds as a band.

    `resolved`: points of `film.conduction.resolved` for each family, with the error of the mean as a bar. `at`: the
    fraction of the film, marked by a line.
    """
    phi = np.linspace(0.0, 1.0, 201)
    low, high = (bound / matrix for bound in hashin_shtrikman(matrix, domain, phi))
    bounds = Band(phi, low, phi, high, 0.12)
    series = [Series("Hashin–Shtrikman bounds", phi, low, "line", GREY, "dot", bands=(bounds,))]
    series.append(Series("upper bound", phi, high, "line", GREY, "dot", in_legend=False))
    for label, law, limit, colour, style in (
        ("Torquato", torquato, PACKED, FAMILY_MARKS["packed spheres"][0], "solid"),
        ("Maxwell-Garnett", maxwell_garnett, DILUTE, PALETTE[0], "dash"),
        ("Bruggeman", bruggeman, 1.0, FAMILY_MARKS["levelled field"][0], "dash"),
    ):
        x = phi[phi <= limit + 1e-9].clip(max=limit)
        series.append(Series(label, x, law(matrix, domain, x) / matrix, "line", colour, style))  # type: ignore[arg-type, operator]
    for family, points in (resolved or {}).items():
        colour, marker = FAMILY_MARKS[family]
        at_phi, y, errors = np.array([(p.fraction, p.mean / matrix, p.error / matrix) for p in points]).T
        label = f"resolved: {family}"
        series.append(Series(label, at_phi, y, "points", colour, marker=marker, y_error=errors))  # type: ignore[arg-type]
    if at is not None:
        series.append(Series("this film", [at, at], [float(low.min()), float(high.max())], "line", "#1f2933", "dash"))
    logarithmic = not 0.03 <= domain / matrix <= 30.0
    return Figure(
        "composite", title, "Volume fraction of the domains", "Conductivity / that of the matrix", series,
        caption=f"Domains conduct {domain / matrix:.3g} times as well as the matrix. Each law ends where it no longer "
        "holds; the bounds hold for every isotropic mixture. Points are solved on random microstructures; bars are the "
        "standard error over them and the error of the grid.",
        x_range=(0.0, 1.0), log_y=logarithmic,
    )  # fmt: skip
