"""Figures of electrons: states over energy, a charge density difference, a potential along a normal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..atomistic.fields.averages import Profile
from ..atomistic.fields.charge import Transfer
from ..atomistic.fields.states import Edges, States
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure

__all__ = ["difference_figure", "potential_figure", "states_figure"]

SHOWN = 0.02  # of the largest part: what is drawn


def states_figure(states: States, edges: Edges, title: str, level: str) -> Figure:
    """Density of states against the valence edge (the Fermi level of a metal); the second spin points down."""
    zero = states.fermi_eV if edges.gap_eV <= 0.0 else edges.valence_eV
    E = states.energies_eV - zero
    shown = (E > -8.0) & (E < 6.0)
    parts = {name: part for name, part in states.parts.items() if part.max() > SHOWN * states.total.max()}
    colours = (*PALETTE[6:], *PALETTE[:6])
    series = []
    for s, sign in zip(range(len(states.total)), (1.0, -1.0), strict=False):
        series.append(Series("all", E[shown], sign * states.total[s][shown], colour=INK, in_legend=s == 0))
        for (name, part), colour in zip(parts.items(), colours, strict=False):
            series.append(Series(name, E[shown], sign * part[s][shown], colour=colour, in_legend=s == 0))
    height = float(states.total[0][shown].max())
    notes = () if edges.gap_eV <= 0.0 else (Note(edges.gap_eV / 2.0, 0.9 * height, f"{edges.gap_eV:.2f} eV"),)
    where = "E - E(Fermi) / eV" if edges.gap_eV <= 0.0 else "E - E(valence edge) / eV"
    return Figure(
        "states", title, where, "States / eV⁻¹ per cell and spin", series, notes=notes,
        caption=f"{level}. Each state is drawn as a Gaussian of 0.1 eV.",
    )  # fmt: skip


def difference_figure(profile: Profile, moved: Transfer, names: tuple[str, str], title: str, level: str) -> Figure:
    """Planar average of Δn (e/Å3) along the normal, with the plane between the sides."""
    z, n = profile.z_A, 1e3 * profile.values
    low, high = 1.1 * float(n.min()), 1.1 * float(n.max())
    gain, loss = np.maximum(n, 0.0), np.minimum(n, 0.0)
    series = [
        Series("gained", z, gain, colour="#0072B2", bands=(Band(z, np.zeros_like(z), z, gain, 0.35),)),
        Series("lost", z, loss, colour="#D55E00", bands=(Band(z, loss, z, np.zeros_like(z), 0.35),)),
        Series(
            f"between {names[0]} (left) and {names[1]}", [moved.plane_A] * 2, [low, high], colour=GREY, style="dash"
        ),
    ]
    return Figure(
        "charge-difference", title, "Height / Å", "Δn, mean over a plane / 10⁻³ e Å⁻³", series,
        caption=f"{level}. {moved.words[0].upper()}{moved.words[1:]}, counted from {moved.start_A:.2f} Å.",
    )  # fmt: skip


def potential_figure(
    profile: Profile,
    smooth: Profile | None,
    windows: Sequence[tuple[float, float]],
    fermi_eV: float,
    title: str,
    level: str,
) -> Figure:
    """Planar average of the potential (eV) along the normal, its macroscopic average and what was read off it."""
    z = profile.z_A
    series = [Series("mean over a plane", z, profile.values, colour="#56B4E9")]
    if smooth is not None:
        series.append(Series("macroscopic average", z, smooth.values, colour=INK))
        for k, (low, high) in enumerate(windows):
            inside = (z >= low) & (z <= high)
            level_here = float(smooth.values[inside].mean()) if inside.any() else 0.0
            series.append(Series("read here", [low, high], [level_here] * 2, colour="#D55E00", in_legend=k == 0))
    else:
        series.append(Series("Fermi level", [z[0], z[-1]], [fermi_eV] * 2, colour="#D55E00", style="dash"))
    return Figure("potential", title, "Height / Å", "Energy of an electron / eV", series, caption=f"{level}.")
