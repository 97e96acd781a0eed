"""Figures of the atomistic bench: powder lines, adsorption, paths, states, and what happens along an interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..atomistic.tasks import largest_climb
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Band, Image, Series
from ..figures.figure import Figure

if TYPE_CHECKING:
    from ..atomistic.fields.states import Edges, States
    from ..atomistic.results.curves import Curves, Slice
    from ..atomistic.results.interface_record import InterfaceRecord
    from ..atomistic.results.recorded import Recorded
    from ..atomistic.structures.library import Line
    from ..atomistic.tasks import Barrier

__all__ = [
    "adsorption_figure", "barrier_figure", "bulk_states_figure", "charge_figure", "path_figure", "potential_figure",
    "recorded_path", "side_states_figures", "slice_figure", "states_figure", "titled", "xrd_figure",
]  # fmt: skip

BELOW, ABOVE = "#0072B2", "#D55E00"
SHELLS = {"V-d": "#0072B2", "Cu-d": "#E69F00", "O-p": "#D1495B", "V-p": "#56B4E9", "V-s": "#9aa5b1", "Cu-s": "#8C6D31",
          "Cu-p": "#6B4C9A", "O-s": "#CC79A7"}  # fmt: skip
Path = tuple[Sequence[float], Sequence[float], str]  # path / Å, energies / eV, level


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


def adsorption_figure(energies: Mapping[str, float], title: str, level: str, caption: str = "") -> Figure:
    """Adsorption energies (eV) as bars, by place."""
    series = [Series(level, list(energies), list(energies.values()), "bar", "#0072B2")]
    return Figure(
        "adsorption", title, "Place of the ion", "Adsorption energy / eV", series,
        caption=f"{level}. Against the bulk metal; more negative is more strongly bound. {caption}".strip(),
    )  # fmt: skip


def barrier_figure(paths: Mapping[str, Barrier], title: str = "Energy along the hop") -> Figure:
    """Energies (eV) along computed paths."""
    return path_figure(
        {name: (one.path_A, one.energies_eV, one.provenance.level) for name, one in paths.items()}, title
    )


def recorded_path(one: Recorded) -> Path:
    """The path of a recorded barrier; where only the hop is known, images at equal distances over it."""
    energies = [float(E) for E in one.more["energies_eV"]]
    path = one.more.get("path_A") or np.linspace(0.0, one.more["hop_A"], len(energies)).tolist()
    return path, energies, one.level


def path_figure(paths: Mapping[str, Path], title: str = "Energy along the hop") -> Figure:
    """Energies (eV) along paths, each over its own length, with the computed images as points."""
    series = []
    for (name, (path, energies, _)), colour in zip(
        paths.items(), (*PALETTE[6:], *PALETTE[:6], INK, GREY), strict=False
    ):
        x, E = np.array(path), np.array(energies)
        label = f"{name}: {largest_climb(E):.3f} eV"
        series.append(Series(label, x, E, "points", colour))
        fine = np.linspace(0.0, x[-1], 200)
        series.append(Series(label, fine, _smooth(x, E, fine), colour=colour, in_legend=False))
    levels = ", ".join(sorted({level for _, _, level in paths.values()}))
    return Figure(
        "barrier", title, "Path length / Å", "Energy / eV", series,
        caption=f"{levels}. Points are images of the band; the line between them only guides the eye.",
    )  # fmt: skip


def states_figure(
    name: str,
    title: str,
    states: States,
    edges: Edges,
    parts: Mapping[str, str],
    level: str,
    *,
    total: bool = True,
    of: str = "",
) -> Figure:
    """Total and projected states over energy, with the gap marked.

    `parts`: label by the name of the projection; `of`: whose gap it is.

    With two spins the second is drawn downwards. Energies count from the valence band edge, in a metal from E_F. The
    figure ends where the computed bands do: above them there are states that nobody asked for.
    """
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


def charge_figure(found: InterfaceRecord) -> Figure:
    """Density difference along the normal, its macroscopic average, and the electrons gained up to each height."""
    area = np.linalg.norm(np.cross(found.cell_A[0], found.cell_A[1]))
    z = found.difference.z_A
    n = found.numbers
    series = [
        Series("Δn, planar average", z, found.difference.values * area, colour="#9cc9e8"),
        Series("macroscopic average", z, found.smooth_difference.values * area, colour=BELOW),
        Series("Q(z)", z, found.charge_e, colour=ABOVE, right=True),
        _plane(n.plane_A, found.difference.values * area),
    ]
    return Figure(
        "interface-charge", "Where electrons go along the normal", "Height / Å", "Δn / e Å⁻¹", series,
        right_label="Electrons gained below / e",
        caption=f"{found.words}; counted from {n.start_A:.1f} Å. {found.about.get('level', '')}.",
    )  # fmt: skip


def potential_figure(found: InterfaceRecord) -> Figure:
    """Electrostatic potential of an electron along the normal, with the Fermi level."""
    z = found.potential.z_A
    fermi = found.numbers.fermi_eV
    series = [
        Series("planar average", z, found.potential.values - fermi, colour="#9cc9e8"),
        Series("macroscopic average", z, found.smooth_potential.values - fermi, colour=BELOW),
        Series("E_F", [z[0], z[-1]], [0.0, 0.0], colour=GREY, style="dash"),
        _plane(found.numbers.plane_A, found.potential.values - fermi),
    ]
    return Figure(
        "interface-potential", "Potential along the normal", "Height / Å", "Potential energy above E_F / eV", series,
        caption=f"{found.about.get('level', '')}.",
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
    """States of a recorded bulk with its largest projections."""
    if curves.states is None:
        return None
    parts = sorted(curves.states.parts, key=lambda part: -float(curves.states.parts[part].sum()))[:3]  # type: ignore[union-attr]
    title = f"States of {titled(curves.name)}"
    level = str(curves.about.get("level", ""))
    slug = "".join(c if c.isalnum() or c == "-" else "-" for c in curves.name)
    return states_figure(f"states-{slug}", title, curves.states, curves.edges, {p: p for p in parts}, level)


def side_states_figures(found: InterfaceRecord) -> list[Figure]:
    """States of an interface by side, or of all of it where the engine did not give them by atom."""
    s = found.states
    if s is None:
        return []
    level = str(found.about.get("level", ""))
    names = {"film": str(found.about["film"]), "interface": f"within {found.numbers.layer_A:g} Å of the plane",
             "substrate": str(found.about["substrate"])}  # fmt: skip
    figures = [states_figure("interface-states", "States of the whole interface", s, found.edges, {}, level)]
    sides: dict[str, dict[str, str]] = {}
    for part in s.parts:
        shell, _, side = part.partition(", ")
        if shell in ("V-d", "Cu-d", "O-p"):
            sides.setdefault(side, {})[part] = shell
    for side, parts in sides.items():
        words = names.get(side, "all of it")
        slug = f"interface-states-{side or 'all'}"
        figures.append(states_figure(slug, f"States, {words}", s, found.edges, parts, level, total=False, of="slab's "))
    return figures


def _plane(at: float, beside: Any) -> Series:
    return Series("plane", [at, at], [float(np.min(beside)), float(np.max(beside))], colour=GREY, style="dot")


def _smooth(x: np.ndarray, E: np.ndarray, fine: np.ndarray) -> np.ndarray:
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(x, E)(fine))
