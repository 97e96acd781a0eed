"""A structure to look at: turned by hand in a page (Plotly, offline), or from one side on paper (matplotlib)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..elements import element as known
from ..files import atomic
from .colours import GREY, INK
from .document import alone
from .save import check_plot_path
from .scene import Scene
from .words import heading, screen

if TYPE_CHECKING:
    import polars as pl
    from ase import Atoms

__all__ = [
    "StructureFigure",
    "bonds",
    "cell_edges",
    "colour",
    "paint",
    "radius",
    "rotation",
    "save_view",
    "traces",
    "view",
    "wrapped",
]

LIGHT = np.array([-0.3, -0.7, 0.6]) / np.linalg.norm([-0.3, -0.7, 0.6])  # from above and the left, behind the eye
BOND = 1.15  # of the sum of the covalent radii
ANIONS = frozenset({"O", "S", "F", "Cl", "N"})
METALS = frozenset({"Li", "Na", "K"})  # drawn without bonds: they would hide the framework


def view(atoms: Atoms, title: str = "") -> Any:
    """A ``plotly.graph_objects.Figure`` of atoms, bonds and cell."""
    import plotly.graph_objects as go

    figure = go.Figure(traces(atoms))
    axis = {"visible": False}
    figure.update_layout(
        title=screen(title or str(atoms.symbols.formula)), template="plotly_white", legend={"itemsizing": "constant"},
        scene={"xaxis": axis, "yaxis": axis, "zaxis": axis, "aspectmode": "data",
               "camera": {"projection": {"type": "orthographic"}, "eye": {"x": 0.4, "y": -2.0, "z": 0.25}}},
        margin={"l": 0, "r": 0, "t": 50, "b": 0},
    )  # fmt: skip
    return figure


def traces(atoms: Atoms, scale: float = 1.0) -> list[Any]:
    """Plotly's traces of bonds, cell and atoms, one for each element; `scale`: of the balls."""
    import plotly.graph_objects as go

    atoms = wrapped(atoms)
    found = []
    lines = _joined(bonds(atoms))
    if lines.size:
        found.append(_lines3d(go, lines, GREY, 4, "bonds"))
    found.append(_lines3d(go, _joined(cell_edges(atoms)), INK, 1.5, "cell"))
    for element in sorted(set(atoms.symbols)):
        chosen = [k for k, s in enumerate(atoms.symbols) if s == element]
        x, y, z = np.round(atoms.positions[chosen], 3).T
        size = scale * (9.0 * radius(element) + 3.0)
        found.append(
            go.Scatter3d(
                x=x, y=y, z=z, mode="markers", name=element,
                marker={"size": size, "color": colour(element), "line": {"color": INK, "width": 0.5}},
                text=[f"{element} {k}" for k in chosen], hovertemplate="%{text}<br>%{x:.2f}, %{y:.2f}, %{z:.2f} Å",
            )
        )  # fmt: skip
    return found


def save_view(atoms: Atoms, path: str | Path, title: str = "") -> Path:
    """Write ``.html`` (to be turned, no network needed) or a picture ``.png``, ``.svg``, ``.pdf`` seen along b.

    Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
    """
    path = check_plot_path(path)
    if path.suffix.lower() == ".html":
        words = title or str(atoms.symbols.formula)
        page = alone([(words, view(atoms), "")])
        return atomic(path, lambda target: target.write_text(page, encoding="utf-8"))
    figure = StructureFigure("structure", title or str(atoms.symbols.formula), atoms).draw()
    return atomic(path, lambda target: figure.savefig(target, dpi=160))


@dataclass(frozen=True, repr=False)
class StructureFigure(Scene):
    """A structure among other figures: to be turned on the screen, seen against y on paper."""

    name: str
    title: str
    atoms: Atoms
    caption: str = ""

    def to_plotly(self) -> Any:
        return view(self.atoms, self.title)

    def numbers(self) -> pl.DataFrame:
        """Every atom: its element and place."""
        import polars as pl

        x, y, z = self.atoms.positions.T
        return pl.DataFrame({"Element": list(self.atoms.symbols), "x / Å": x, "y / Å": y, "z / Å": z})

    def draw(self) -> Any:
        from matplotlib.figure import Figure

        figure = Figure(figsize=(6.0, 6.0), layout="constrained")
        paint(figure.add_subplot(), self.atoms, self.title)
        return figure


def paint(axes: Any, atoms: Atoms, title: str, faces: Sequence[tuple[np.ndarray, str]] = ()) -> None:
    """Atoms, bonds and cell seen against y, a little from above and from the side, the far things first.

    `faces`: quadrilaterals (n, 4, 3) of surfaces with their colour, turned counterclockwise seen from outside.
    """
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.colors import to_rgb
    from matplotlib.lines import Line2D

    atoms = wrapped(atoms)
    turn = rotation(0.12, 0.10)
    places = atoms.positions @ turn.T
    axes.add_collection(LineCollection((cell_edges(atoms) @ turn.T)[:, :, [0, 2]], colors=INK, linewidths=0.8))
    around = np.linspace(0.0, 2.0 * np.pi, 25)[:-1]
    circle = np.stack([np.cos(around), np.sin(around)], axis=1)
    shapes: list[np.ndarray] = []
    depth: list[np.ndarray] = []
    fills: list[Any] = []
    lines: list[Any] = []
    for place, symbol in zip(places, atoms.symbols, strict=True):
        shapes.append(place[[0, 2]] + (0.4 * radius(symbol) + 0.1) * circle)
        depth.append(place[1:2])
        fills.append(to_rgb(colour(symbol)))
        lines.append(to_rgb(INK))
    for start, end in bonds(atoms) @ turn.T:
        across = np.array([-(end - start)[2], (end - start)[0]])
        across *= 0.06 / max(float(np.linalg.norm(across)), 1e-6)
        a, b = start[[0, 2]], end[[0, 2]]
        shapes.append(np.array([a - across, b - across, b + across, a + across]))
        depth.append(np.array([(start[1] + end[1]) / 2.0]))
        fills.append(to_rgb(GREY))
        lines.append(to_rgb(GREY))
    for quads, tint in faces:
        turned = quads @ turn.T
        normal = np.cross(turned[:, 2] - turned[:, 0], turned[:, 3] - turned[:, 1])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        seen = normal[:, 1] < 0.1  # y grows away from the eye
        shade = 0.6 + 0.4 * np.clip(normal[seen] @ LIGHT, 0.0, 1.0)
        tints = np.outer(shade, to_rgb(tint))
        shapes += list(turned[seen][:, :, [0, 2]])
        depth.append(turned[seen][:, :, 1].mean(axis=1))
        fills += list(tints)
        lines += list(tints)
    order = np.argsort(-np.concatenate(depth))
    drawn = PolyCollection([shapes[k] for k in order], facecolors=[fills[k] for k in order], linewidths=0.4)
    drawn.set_edgecolor([lines[k] for k in order])
    drawn.set_rasterized(bool(faces))
    axes.add_collection(drawn)
    marks = [
        Line2D(
            [], [], marker="o", linestyle="", markersize=9, color=colour(element), markeredgecolor=INK, label=element
        )
        for element in sorted(set(atoms.symbols))
    ]
    axes.legend(handles=marks, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    axes.set(aspect="equal", title=heading(title))
    axes.autoscale_view()
    axes.margins(0.05)
    axes.axis("off")


def wrapped(atoms: Atoms) -> Atoms:
    """The same crystal with every atom inside the cell."""
    inside = atoms.copy()
    inside.wrap(eps=1e-3)
    return inside


def bonds(atoms: Atoms) -> np.ndarray:
    """Ends of bonds, (n, 2, 3): each once; those across the cell's faces as a half from either atom."""
    from ase.neighborlist import neighbor_list

    reach = [BOND * radius(s) if s not in METALS else 0.0 for s in atoms.symbols]
    i, j, shift, far = neighbor_list("ijSD", atoms, reach)
    anion = np.isin(np.array(atoms.symbols), sorted(ANIONS))
    if anion.any():  # in an oxide the bonds are those to oxygen
        drawn = anion[i] != anion[j]
        i, j, shift, far = i[drawn], j[drawn], shift[drawn], far[drawn]
    inside = (shift == 0).all(axis=1)
    ends = np.where(inside[:, None], far, 0.5 * far)
    once = (~inside) | (i < j)
    starts = atoms.positions[i]
    return np.stack([starts, starts + ends], axis=1)[once].reshape(-1, 2, 3)


def cell_edges(atoms: Atoms) -> np.ndarray:
    """The twelve edges of the cell, (12, 2, 3); none where there is no cell."""
    if not atoms.pbc.any():
        return np.zeros((0, 2, 3))
    corners = np.array(list(np.ndindex(2, 2, 2)), float)
    pairs = [(a, b) for a in corners for b in corners if (b - a).sum() == 1.0 and ((b - a) >= 0.0).all()]
    return np.asarray(np.array(pairs) @ atoms.cell.array)


def _joined(segments: np.ndarray) -> np.ndarray:
    """Segments as one line with gaps."""
    gaps = np.full((len(segments), 1, 3), np.nan)
    return np.concatenate([segments, gaps], axis=1).reshape(-1, 3)


def _lines3d(go: Any, points: np.ndarray, colour: str, width: float, name: str) -> Any:
    x, y, z = points.T
    line = {"color": colour, "width": width}
    return go.Scatter3d(x=x, y=y, z=z, mode="lines", line=line, name=name, hoverinfo="skip", showlegend=False)


def radius(element: str) -> float:
    from ase.data import covalent_radii

    return float(covalent_radii[known(element).number])


def colour(element: str) -> str:
    return known(element).colour


def rotation(about_x: float, about_z: float) -> np.ndarray:
    c, s, C, S = np.cos(about_x), np.sin(about_x), np.cos(about_z), np.sin(about_z)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ np.array([[C, -S, 0], [S, C, 0], [0, 0, 1]])
