"""A volume of two phases to look at: a block with one corner cut away, in which the domains stand free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .colours import GREY, INK
from .scene import Scene
from .surface_net import surface_net
from .words import heading, paper, screen

if TYPE_CHECKING:
    import polars as pl

__all__ = ["VolumeFigure"]

Array = NDArray[Any]

MATRIX, DOMAIN, LAYER = "#9cc9e8", "#D55E00", "#f2c14e"
SCREEN, PAPER = 34, 96  # voxels along an edge that are drawn: on the screen a quarter of a MB
ELEVATION, AZIMUTH = 28.0, 38.0  # degrees
LIGHT = np.array([0.35, 0.55, 1.0]) / np.linalg.norm([0.35, 0.55, 1.0])


@dataclass(frozen=True, repr=False)
class VolumeFigure(Scene):
    """Phases of shape (n, n, n), 0 matrix, 1 domain, 2 layer; `voxel` in nm. `names`: of the three phases."""

    name: str
    title: str
    phases: NDArray[np.int8]
    voxel: float
    names: tuple[str, str, str] = ("matrix", "domains", "interfacial layer")
    caption: str = ""

    def to_plotly(self) -> Any:
        """The block as a ``plotly.graph_objects.Figure``, to be turned by hand."""
        import plotly.graph_objects as go

        vertices, quads, phase = self._surface(SCREEN)
        i, j, k = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).T
        plot = go.Figure()
        plot.add_mesh3d(
            **{axis: np.round(v, 1).tolist() for axis, v in zip("xyz", vertices.T, strict=True)},
            i=i.tolist(),
            j=j.tolist(),
            k=k.tolist(),
            intensity=np.round(phase, 1).tolist(),
            cmin=0.0,
            cmax=1.0,
            colorscale=self._scale(),
            showscale=False,
            hoverinfo="skip",
            flatshading=False,
            lighting={"ambient": 0.8, "diffuse": 0.3, "specular": 0.05, "roughness": 0.7},  # the colours of the legend
            lightposition={"x": 3500, "y": 5500, "z": 10000},
        )
        for name, colour in self._shown():
            marker = {"color": colour, "size": 9, "symbol": "square"}
            plot.add_scatter3d(x=[None], y=[None], z=[None], mode="markers", name=screen(name), marker=marker)
        axis = {"backgroundcolor": "white", "gridcolor": "#eceff1", "showspikes": False, "color": INK}
        eye = 1.9 * _direction()
        plot.update_layout(
            template="plotly_white",
            height=460,
            margin={"l": 0, "r": 0, "t": 16, "b": 0},
            legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": {"size": 13}},
            scene={
                "xaxis": {**axis, "title": "x / nm"},
                "yaxis": {**axis, "title": "y / nm"},
                "zaxis": {**axis, "title": "z / nm"},
                "aspectmode": "data",
                "camera": {"eye": dict(zip("xyz", eye.tolist(), strict=True)), "projection": {"type": "orthographic"}},
            },
        )
        return plot

    def numbers(self) -> pl.DataFrame:
        """Every voxel: its centre and its phase."""
        import polars as pl

        x, y, z = ((np.indices(self.phases.shape) + 0.5) * self.voxel).reshape(3, -1)
        phase = [self.names[p] for p in self.phases.ravel()]
        return pl.DataFrame({"x / nm": x, "y / nm": y, "z / nm": z, "Phase": phase})

    def _shown(self) -> list[tuple[str, str]]:
        """Names and colours of the phases that there are."""
        known = zip(range(3), self.names, (MATRIX, DOMAIN, LAYER), strict=True)
        return [(name, colour) for phase, name, colour in known if (self.phases == phase).any()]

    def _scale(self) -> list[list[Any]]:
        """Colours over 0 matrix, 1/2 layer, 1 domain, with steps between them."""
        if (self.phases == 2).any():
            return [[0.0, MATRIX], [0.25, MATRIX], [0.25, LAYER], [0.75, LAYER], [0.75, DOMAIN], [1.0, DOMAIN]]
        return [[0.0, MATRIX], [0.5, MATRIX], [0.5, DOMAIN], [1.0, DOMAIN]]

    def draw(self) -> Any:
        """The block as a matplotlib figure."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.colors import to_rgb
        from matplotlib.figure import Figure as Canvas
        from matplotlib.patches import Patch
        from mpl_toolkits.mplot3d.art3d import Poly3DCollection

        vertices, quads, phase = self._surface(PAPER)
        corners = vertices[quads]
        normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        front = normals @ _direction() > -0.05
        at, steps = zip(*self._scale(), strict=True)
        blurred = np.array(at) + 0.12 * np.tile([1.0, -1.0], len(at) // 2)  # a soft step, so that no voxel shows
        blurred[[0, -1]] = 0.0, 1.0
        value = phase[quads].mean(axis=1)
        colours = np.stack([np.interp(value, blurred, part) for part in np.array([to_rgb(c) for c in steps]).T], axis=1)
        shade = 0.84 + 0.16 * np.clip(normals @ LIGHT, 0.0, 1.0)  # hardly darker than the legend
        faces = Poly3DCollection(corners[front], facecolors=(colours * shade[:, None])[front], linewidth=0.25)
        faces.set_edgecolor((colours * shade[:, None])[front])  # closes the hairlines between faces
        faces.set_rasterized(True)
        canvas = Canvas(figsize=(6.0, 5.4))
        FigureCanvasAgg(canvas)
        axes: Any = canvas.add_axes((0.02, 0.07, 0.9, 0.86), projection="3d")
        axes.add_collection3d(faces)
        edge = self.voxel * self.phases.shape[0]
        axes.set(xlim=(0, edge), ylim=(0, edge), zlim=(0, edge), xlabel="x / nm", ylabel="y / nm")
        axes.zaxis.set_rotate_label(False)  # matplotlib would turn the words upside down
        axes.set_zlabel("z / nm", rotation=90.0)
        axes.set_box_aspect((1, 1, 1))
        axes.view_init(ELEVATION, AZIMUTH)
        axes.set_proj_type("ortho")
        for pane in (axes.xaxis, axes.yaxis, axes.zaxis):
            pane.set_pane_color("white")
            pane.line.set_color(GREY)
        canvas.suptitle(heading(self.title), x=0.03, ha="left", fontsize=11.5, fontweight="bold")
        handles = [Patch(color=colour, label=paper(name)) for name, colour in self._shown()]
        canvas.legend(handles=handles, loc="upper right", bbox_to_anchor=(0.98, 0.94))
        return canvas

    def _surface(self, most: int) -> tuple[Array, Array, Array]:
        """What is seen of the block: vertices (nm), quadrilaterals, and at vertices 0 matrix, 1/2 layer, 1 domain."""
        from scipy.ndimage import gaussian_filter, map_coordinates

        phases = self.phases[tuple(slice(0, None, -(-n // most)) for n in self.phases.shape)]
        voxel = self.voxel * self.phases.shape[0] / phases.shape[0]
        solid = [gaussian_filter((phases == p).astype(float), 0.7, mode="wrap") for p in (1, 2)]
        cut = tuple(slice(n // 2, None) for n in phases.shape)
        block = np.ones(phases.shape)
        block[cut] = np.clip(solid[0] + solid[1], 0.0, 1.0)[cut]
        field = np.pad(block, 1)
        vertices, quads = surface_net(field)
        slope = np.stack([map_coordinates(g, vertices.T, order=1) for g in np.gradient(gaussian_filter(field, 0.7))])
        under = vertices.T + 0.9 * slope / np.maximum(np.linalg.norm(slope, axis=0), 1e-9) - 1.0  # a little below
        domain, layer = (map_coordinates(s, under, order=1, mode="grid-wrap") for s in solid)
        return (vertices - 0.5) * voxel, quads, np.clip(domain + 0.5 * layer, 0.0, 1.0)


def _direction() -> Array:
    """Unit vector towards the eye."""
    up, round_ = np.radians([ELEVATION, AZIMUTH])
    return np.array([np.cos(up) * np.cos(round_), np.cos(up) * np.sin(round_), np.sin(up)])
