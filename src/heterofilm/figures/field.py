"""Surfaces of equal value of a field among the atoms that make it: charge density difference, electron localization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..atomistic.fields.coarse import coarse
from ..atomistic.fields.grid import Grid
from .scene import Scene
from .structure import paint, traces
from .surface_net import surface_net
from .words import paper, screen

if TYPE_CHECKING:
    import polars as pl
    from ase import Atoms

__all__ = ["FieldFigure", "Surface", "level_of_share"]

Array = NDArray[Any]
SCREEN = 50_000  # points of a field that are drawn on the screen: a page of some MB


@dataclass(frozen=True)
class Surface:
    """The surface where a field crosses `level`; the body inside holds what lies beyond it, seen from 0."""

    level: float
    colour: str
    label: str


@dataclass(frozen=True, repr=False)
class FieldFigure(Scene):
    """A field in its cell with the atoms; `surfaces` in the order of the legend."""

    name: str
    title: str
    atoms: Atoms
    grid: Grid
    surfaces: Sequence[Surface]
    caption: str = ""

    def to_plotly(self) -> Any:
        """As a ``plotly.graph_objects.Figure``, to be turned by hand."""
        import plotly.graph_objects as go

        plot = go.Figure(traces(self.atoms, scale=0.45))
        grid = coarse(self.grid, SCREEN)
        for surface in self.surfaces:
            vertices, quads = _net(grid, surface.level)
            i, j, k = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).T
            plot.add_mesh3d(
                **{axis: np.round(v, 2).tolist() for axis, v in zip("xyz", vertices.T, strict=True)},
                i=i.tolist(), j=j.tolist(), k=k.tolist(), color=surface.colour, opacity=0.75,
                name=screen(surface.label), showlegend=True, hoverinfo="skip", flatshading=False,
                lighting={"ambient": 0.55, "diffuse": 0.7, "specular": 0.15, "roughness": 0.7},
            )  # fmt: skip
        axis = {"visible": False}
        plot.update_layout(
            template="plotly_white", height=460, margin={"l": 0, "r": 0, "t": 16, "b": 0},
            legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": {"size": 13},
                    "itemsizing": "constant"},
            scene={"xaxis": axis, "yaxis": axis, "zaxis": axis, "aspectmode": "data",
                   "camera": {"projection": {"type": "orthographic"}, "eye": {"x": 0.4, "y": -2.0, "z": 0.25}}},
        )  # fmt: skip
        return plot

    def numbers(self) -> pl.DataFrame:
        """The atoms; the field itself is in its cube file."""
        import polars as pl

        x, y, z = self.atoms.positions.T
        return pl.DataFrame({"Element": list(self.atoms.symbols), "x / Å": x, "y / Å": y, "z / Å": z})

    def draw(self) -> Any:
        """As a matplotlib figure, seen from the side."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas
        from matplotlib.patches import Patch

        canvas = Canvas(figsize=(6.4, 6.4), layout="constrained")
        FigureCanvasAgg(canvas)
        axes = canvas.add_subplot()
        faces = []
        for surface in self.surfaces:
            vertices, quads = _net(self.grid, surface.level)
            faces.append((vertices[quads], surface.colour))
        paint(axes, self.atoms, self.title, faces)
        handles = [Patch(color=surface.colour, label=paper(surface.label)) for surface in self.surfaces]
        canvas.legend(handles=handles, loc="outside lower center", ncols=len(handles))
        return canvas


def level_of_share(grid: Grid, share: float) -> float:
    """The |value| beyond which `share` of ∫|f| lies: surfaces at ± it show where most of a difference is."""
    values = np.sort(np.abs(grid.values).ravel())[::-1]
    held = np.cumsum(values)
    if held[-1] == 0.0:
        return 1.0  # nothing moved: no surface crosses it
    return float(values[int(np.searchsorted(held, share * held[-1]))])


def _net(grid: Grid, level: float) -> tuple[Array, Array]:
    """Vertices (Å) and quadrilaterals around what lies beyond `level`, closed at the faces of the cell."""
    sign = 1.0 if level >= 0.0 else -1.0
    field = sign * np.asarray(grid.values, dtype=float)
    wrapped = np.pad(field, ((0, 1),) * 3, mode="wrap")  # up to the far faces
    closed = np.pad(wrapped, 1, constant_values=min(0.0, float(field.min())))
    vertices, quads = surface_net(closed, abs(level))
    fractions = np.clip((vertices - 1.0) / np.array(grid.values.shape), 0.0, 1.0)
    return fractions @ grid.cell, quads
