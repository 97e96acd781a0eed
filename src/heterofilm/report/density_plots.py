"""Figures of electrons: states over energy, averages of a potential, slices of ELF and of a charge difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..atomistic.fields.averages import Profile, macroscopic_average
from ..atomistic.fields.charge import ChargeDifference
from ..atomistic.fields.states import Edges, States, smooth
from ..atomistic.results.curves import Curves, Slice, take_slice
from ..figures.figure import GREY, INK, PALETTE, Figure, Image, Note, Series

__all__ = ["average_figure", "charge_figure", "elf_figure", "slice_figure", "states_figure"]


def states_figure(
    states: States, edges: Edges | None = None, *, title: str = "Density of states", level: str = "",
    span_eV: tuple[float, float] = (-7.0, 6.0), width_eV: float = 0.0, weakest: float = 0.03,
) -> Figure:  # fmt: skip
    """States per eV and cell over energy above the valence edge (without a gap: the Fermi level); spin down below 0.

    Parts that never reach `weakest` of the total's highest value in the window are left out.
    """
    states = smooth(states, width_eV) if width_eV > 0.0 else states
    gapped = edges is not None and edges.gap_eV > 0.0
    zero = edges.valence_eV if gapped and edges is not None else states.fermi_eV
    E = states.energies_eV - zero
    shown = (span_eV[0] <= E) & (span_eV[1] >= E)
    signs = (2.0,) if states.total.shape[0] == 1 else (1.0, -1.0)  # one row stands for both spins
    high = float(states.total[:, shown].max())
    series = []
    for s, sign in enumerate(signs):
        series.append(Series("total", E[shown], sign * states.total[s, shown], colour=INK, in_legend=s == 0))
        strong = [k for k, v in states.parts.items() if v[:, shown].max() > weakest * high]
        for k, name in enumerate(strong):
            y = sign * states.parts[name][s, shown]
            series.append(
                Series(name.replace("-", " "), E[shown], y, colour=COLOURS[k % len(COLOURS)], in_legend=s == 0)
            )
    notes: tuple[Note, ...] = ()
    if gapped and edges is not None:
        middle = edges.gap_eV / 2.0
        notes = (Note(middle, 0.62 * signs[0] * high, f"gap {edges.gap_eV:.2f} eV"),)
    below = "valence edge" if gapped else "Fermi level"
    return Figure(
        "states", title, f"Energy above the {below} / eV", "States / eV⁻¹ per cell", series,
        caption=f"{level}. Projections on atomic shells do not add up to the total." if level else "",
        x_range=span_eV, notes=notes,
    )  # fmt: skip


def average_figure(
    profile: Profile, periods_A: Sequence[float] = (), *,
    title: str = "Average along the normal", words: str = "Potential", level: str = "",
) -> Figure:  # fmt: skip
    """Planar average, and with one or two periods (Å) the macroscopic average on top."""
    series = [Series("planar average", profile.z_A, profile.values, colour=GREY)]
    if periods_A:
        smoothed = macroscopic_average(profile, *periods_A)
        series.append(Series("macroscopic average", smoothed.z_A, smoothed.values, colour="#D55E00"))
    unit = profile.unit.replace("/Å3", " Å⁻³")
    return Figure("average", title, "Height / Å", f"{words} / {unit}", series, caption=level)


def slice_figure(
    part: Slice, *, name: str, title: str, label: str, colours: str, limits: tuple[float, float], caption: str = ""
) -> Figure:
    """A plane of a field in its true proportions; the second of the slice's axes runs upwards."""
    i, j = part.axes[0], part.axes[1]
    # Pixels are centred on the points of the grid.
    n, m = part.values.shape
    x, y = (0.0, part.lengths_A[0] * (n - 1) / n), (0.0, part.lengths_A[1] * (m - 1) / m)
    image = Image(part.values.T, x, y, colours=colours, label=label, limits=limits)
    return Figure(
        name,
        title,
        f"Along {i} / Å",
        f"Along {j} / Å",
        [],
        images=(image,),
        caption=caption,
        equal=True,
        x_range=x,
        y_range=y,
    )


def elf_figure(curves: Curves, title: str = "") -> Figure | None:
    """The recorded slice of ELF, or None where there is none."""
    if curves.elf is None:
        return None
    missing = ({"a", "b", "c"} - set(curves.elf.axes)).pop()
    level = str(curves.about.get("level", ""))
    return slice_figure(
        curves.elf, name="elf", title=title or f"Electron localization in {curves.name}", label="ELF",
        colours="viridis", limits=(0.0, 1.0), caption=f"{level}. Plane across {missing} at {curves.elf.at:.2f}.",
    )  # fmt: skip


def charge_figure(
    difference: ChargeDifference,
    *,
    across: str = "b",
    at: float = 0.0,
    title: str = "Charge density difference",
    level: str = "",
) -> Figure:
    """A plane of Δn (e/Å3): more electrons than in the parts in one colour, fewer in the other."""
    part = take_slice(difference.grid, across, at)
    high = float(np.abs(part.values).max()) or 1.0
    words = f"Integral over the cell {difference.integral_e:+.1e} e; {difference.moved_e:.2f} e moved."
    return slice_figure(
        part, name="charge", title=title, label="Δn / e Å⁻³", colours="RdBu", limits=(-high, high),
        caption=f"{level}. {words}" if level else words,
    )  # fmt: skip


COLOURS = ("#0072B2", "#D55E00", "#009E73", *PALETTE)
