"""Figures of electrons: density of states, a charge density difference, a potential along a normal, planes of fields.

Those of a recorded interface begin their names with `name`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Band, Image, Series
from ..figures.figure import Figure

if TYPE_CHECKING:
    from ..atomistic.fields.averages import Profile
    from ..atomistic.fields.charge import Transfer
    from ..atomistic.fields.states import Edges, States
    from ..atomistic.level import Level
    from ..atomistic.results.curves import Curves, Slice
    from ..atomistic.results.interface_record import InterfaceRecord

__all__ = [
    "bulk_states_figure", "charge_figure", "difference_figure", "interface_potential_figure", "potential_figure",
    "side_states_figures", "slice_figure", "states_figure", "titled",
]  # fmt: skip

BELOW, ABOVE = "#0072B2", "#D55E00"
SHOWN = 0.02  # of the largest part: what is drawn
SHELLS = {"V-d": "#0072B2", "Cu-d": "#E69F00", "O-p": "#D1495B", "V-p": "#56B4E9", "V-s": "#9aa5b1", "Cu-s": "#8C6D31",
          "Cu-p": "#6B4C9A", "O-s": "#CC79A7"}  # fmt: skip


def states_figure(
    name: str,
    title: str,
    states: States,
    edges: Edges,
    parts: Mapping[str, str] | None,
    level: Level,
    *,
    total: bool = True,
    of: str = "",
) -> Figure:
    """Density of states, total and projected, with the gap marked.

    `parts`: label by the name of the projection, those that reach 2 % of the total by default; `of`: whose gap it is.

    With two spins the second is drawn downwards. Energies count from the valence band edge, in a metal from E_F. The
    figure ends where the computed bands do: above them there are states that nobody asked for.
    """
    if parts is None:
        parts = {one: one for one, part in states.parts.items() if part.max() > SHOWN * states.total.max()}
    zero = edges.valence_eV if edges.gap_eV > 0.0 else states.fermi_eV
    E = states.energies_eV - zero
    end = min(5.0, float(E[states.total.sum(axis=0) > 1e-3 * states.total.max()].max()))
    shown = (E >= -7.0) & (end >= E)
    series: list[Series] = []
    top = max(float(states.total[:, shown].max()) if total else 0.0, 1e-9)
    if not total:
        top = max([float(states.parts[p][:, shown].max()) for p in parts], default=1e-9)
    low = -top if states.total.shape[0] == 2 else 0.0
    if edges.gap_eV > 0.0:
        band = Band((0.0, edges.gap_eV), (low, low), (0.0, edges.gap_eV), (top, top), 0.25)
        series.append(Series(f"{of}gap {edges.gap_eV:.2f} eV", [0.0], [0.0], colour="#f2c14e", bands=(band,)))
    else:
        series.append(Series("E_F (no gap)", [0.0, 0.0], [low, top], colour=GREY, style="dash"))
    drawn = [("total", states.total, INK, "solid")] if total else []
    extra = iter(PALETTE)
    for part, label in parts.items():
        drawn.append((label, states.parts[part], SHELLS.get(part.partition(",")[0]) or next(extra), "solid"))
    for label, values, colour, style in drawn:
        for spin, sign in enumerate((1.0, -1.0)[: values.shape[0]]):
            series.append(
                Series(label, E[shown], sign * values[spin, shown], colour=colour, style=style, in_legend=spin == 0)  # type: ignore[arg-type]
            )
    return Figure(
        name, title, "Energy above the valence band / eV" if edges.gap_eV > 0.0 else "Energy above E_F / eV",
        "States / eV⁻¹", series, x_range=(-7.0, end),
        caption=f"{level}. Broadened by 0.1 eV" + ("; the second spin downwards." if low < 0.0 else ".")
        + ("" if end >= 5.0 else f" Bands were computed up to {end:.1f} eV."),
    )  # fmt: skip


def difference_figure(profile: Profile, moved: Transfer, names: tuple[str, str], title: str, level: Level) -> Figure:
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


def charge_figure(found: InterfaceRecord, name: str = "interface") -> Figure:
    """Density difference along the normal, its macroscopic average, and the electrons gained up to each height."""
    area = np.linalg.norm(np.cross(found.slab.cell_A[0], found.slab.cell_A[1]))
    normal, n = found.normal, found.numbers
    z = normal.difference.z_A
    series = [
        Series("Δn, planar average", z, normal.difference.values * area, colour="#9cc9e8"),
        Series("macroscopic average", z, normal.smooth_difference.values * area, colour=BELOW),
        Series("Q(z)", z, normal.charge_e, colour=ABOVE, right=True),
        _plane(n.plane_A, normal.difference.values * area),
    ]
    return Figure(
        f"{name}-charge", "Where electrons go along the normal", "Height / Å", "Δn / e Å⁻¹", series,
        right_label="Electrons gained below / e",
        caption=f"{found.words}; counted from {n.start_A:.1f} Å. {found.about.level}.",
    )  # fmt: skip


def potential_figure(
    profile: Profile,
    smooth: Profile | None,
    windows: Sequence[tuple[float, float]],
    fermi_eV: float,
    title: str,
    level: Level,
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


def interface_potential_figure(found: InterfaceRecord, name: str = "interface") -> Figure:
    """Electrostatic potential of an electron along the normal, with the Fermi level."""
    normal = found.normal
    z = normal.potential.z_A
    fermi = found.numbers.fermi_eV
    series = [
        Series("planar average", z, normal.potential.values - fermi, colour="#9cc9e8"),
        Series("macroscopic average", z, normal.smooth_potential.values - fermi, colour=BELOW),
        Series("E_F", [z[0], z[-1]], [0.0, 0.0], colour=GREY, style="dash"),
        _plane(found.numbers.plane_A, normal.potential.values - fermi),
    ]
    return Figure(
        f"{name}-potential", "Potential along the normal", "Height / Å", "Potential energy above E_F / eV", series,
        caption=f"{found.about.level}.",
    )  # fmt: skip


def slice_figure(
    name: str, title: str, plane: Slice, caption: str, *, signed: bool = False, limit: float = 0.0
) -> Figure:
    """A plane of a field as a picture: 0 to 1 for ELF, red below and blue above 0 for a difference."""
    unit = f" / {plane.unit}" if plane.unit else ""
    limits = (-limit, limit) if signed else (0.0, 1.0)
    image = Image(
        plane.values.T, (0.0, plane.lengths_A[0]), (0.0, plane.lengths_A[1]), "RdBu" if signed else "viridis",
        label=("Δn" if signed else "ELF") + unit, limits=limits,
    )  # fmt: skip
    first, second = plane.axes[0], plane.axes[1]
    return Figure(
        name, title, f"Along {first} / Å", f"Along {second} / Å", [], images=(image,), equal=True, caption=caption,
        x_range=image.x, y_range=image.y,
    )  # fmt: skip


def titled(name: str) -> str:
    """A record's name in a title: the phase, which may hold a hyphen, then the level.

    >>> titled("delta-LiV2O5-PBE+U-PW")
    'delta-LiV2O5, PBE+U-PW'
    """
    phase, level, basis = name.rsplit("-", 2)
    return f"{phase}, {level}-{basis}"


def bulk_states_figure(curves: Curves) -> Figure | None:
    """Density of states of a recorded bulk with its largest projections."""
    if curves.states is None:
        return None
    parts = sorted(curves.states.parts, key=lambda part: -float(curves.states.parts[part].sum()))[:3]  # type: ignore[union-attr]
    title = f"Density of states of {titled(curves.name)}"
    slug = "".join(c if c.isalnum() or c == "-" else "-" for c in curves.name)
    return states_figure(
        f"states-{slug}", title, curves.states, curves.edges, {p: p for p in parts}, curves.about.level
    )


def side_states_figures(found: InterfaceRecord, name: str = "interface") -> list[Figure]:
    """Density of states of an interface by side, or of all of it where the engine did not give them by atom."""
    s = found.states
    if s is None:
        return []
    level = found.about.level
    names = {"film": found.about.film, "interface": f"within {found.numbers.layer_A:g} Å of the plane",
             "substrate": found.about.substrate}  # fmt: skip
    whole = "Density of states of the whole interface"
    figures = [states_figure(f"{name}-states", whole, s, found.edges, {}, level)]
    sides: dict[str, dict[str, str]] = {}
    for part in s.parts:
        shell, _, side = part.partition(", ")
        if shell in ("V-d", "Cu-d", "O-p"):
            sides.setdefault(side, {})[part] = shell
    for side, parts in sides.items():
        words = names.get(side, "all of it")
        slug, title = f"{name}-states-{side or 'all'}", f"Density of states, {words}"
        figures.append(states_figure(slug, title, s, found.edges, parts, level, total=False, of="slab's "))
    return figures


def _plane(at: float, beside: Any) -> Series:
    return Series("plane", [at, at], [float(np.min(beside)), float(np.max(beside))], colour=GREY, style="dot")
