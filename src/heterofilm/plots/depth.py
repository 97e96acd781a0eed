"""Figures of depth profiles: signals with their edges, and a volume of one ion in three dimensions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..analysis.depth.profile import Layers, normalised
from ..analysis.depth.volume import Volume
from ..figures.colours import BLUE, GREEN, GREY, INK, PALETTE, VERMILION
from ..figures.elements import Image, Series
from ..figures.figure import Figure
from ..figures.scene import Scene
from ..figures.surface_net import surface_net
from ..figures.words import heading, paper, screen
from ..instruments import Measurement

if TYPE_CHECKING:
    import polars as pl

__all__ = ["VolumePlot", "ion_label", "profile_figure", "section_numbers", "slice_figure"]

COLOURS = (BLUE, VERMILION, GREEN, *PALETTE)
LEVEL = 0.5  # of the 99th percentile of an ion's counts: its surface
ASPECT = (1.0, 1.0, 0.6)


def ion_label(name: str) -> str:
    """A vendor's name of an ion as the field writes it: H_2Cu+ becomes H₂Cu⁺."""
    name = re.sub(r"_(\d+)", lambda m: m.group(1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), name)
    name = re.sub(r"\^(\d+)", lambda m: m.group(1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")), name)
    return re.sub(r"[+-]$", lambda m: {"+": "⁺", "-": "⁻"}[m.group()], name)


def profile_figure(
    profile: Measurement,
    ions: Sequence[str],
    *,
    to: str = "max",
    found: Layers | None = None,
    title: str = "Depth profile",
) -> Figure:
    """Signals of `ions` over depth (over time without one), normalised as `to` says; interfaces as dashed lines."""
    signals = normalised(profile, ions, to)
    over = "depth_nm" if "depth_nm" in signals.columns else "time_s"
    x = signals[over].to_numpy()
    series = [
        Series(ion_label(ion), x, signals[ion].to_numpy(), colour=COLOURS[k % len(COLOURS)])
        for k, ion in enumerate(ions)
    ]
    highest = float(np.nanmax([np.nanmax(signals[ion].to_numpy()) for ion in ions]))
    if found is not None:
        for k, (place, *_) in enumerate(p for p in found.interfaces if np.isfinite(p[0])):
            series.append(
                Series("interface", [place, place], [0.0, 1.05 * highest], colour=GREY, style="dash", in_legend=k == 0)
            )
    axis = "Depth / nm" if over == "depth_nm" else "Sputter time / s"
    what = {"max": "Signal, each to its highest", "sum": "Share of these ions' counts"}.get(
        to, f"Signal over {ion_label(to)}"
    )
    return Figure(
        "depth_profile", title, axis, what, series, x_range=(float(x[0]), float(x[-1])), y_range=(0.0, 1.08 * highest)
    )


def slice_figure(volume: Volume, title: str = "") -> Figure:
    """Depth against width: counts summed over the middle third of the rows."""
    width = volume.pixel_nm * volume.values.shape[2] / 1e3
    depth = (float(volume.depth_nm[0]), float(volume.depth_nm[-1]))
    ion = ion_label(volume.ion) or "Ion"
    picture = Image(_section(volume), (0.0, width), depth, "viridis", label=f"{ion} / counts")
    return Figure("volume_section", title or f"{ion}: section through the volume", "Width / µm", "Depth / nm", (),
                  x_range=(0.0, width), y_range=depth[::-1], images=(picture,), caption=volume.note)  # fmt: skip


def section_numbers(volume: Volume) -> pl.DataFrame:
    """The section of `slice_figure`: a row for each depth, a column for each place across, headed with its µm."""
    import polars as pl

    section = _section(volume)
    across = (np.arange(section.shape[1]) + 0.5) * volume.pixel_nm / 1e3
    counts = {f"{x:.5g} µm": column for x, column in zip(across, section.T, strict=True)}
    return pl.DataFrame({"Depth / nm": volume.depth_nm, **counts})


def _section(volume: Volume) -> NDArray[np.float64]:
    third = volume.values.shape[1] // 3
    return np.asarray(volume.values[:, third : max(2 * third, third + 1), :].sum(axis=1))


@dataclass(frozen=True, repr=False)
class VolumePlot(Scene):
    """Volumes of ions: the surfaces where each one's counts, made coarse and smoothed, reach half of their top.

    On the screen they turn; on paper they are seen from above and aside.
    """

    volumes: Sequence[Volume]
    title: str = "Ions in three dimensions"
    name: str = "volume"
    caption: str = "Surfaces at half of each ion's counts."
    voxels: int = 40_000

    def to_plotly(self) -> Any:
        """The surfaces as meshes."""
        import plotly.graph_objects as go

        plot = go.Figure()
        for (corners, quads), (label, colour) in zip(self._surfaces(), self._labels(), strict=True):
            x, y, z = np.round(corners, 3).T
            i, j, k = np.concatenate([quads[:, :3], quads[:, [0, 2, 3]]]).T
            plot.add_mesh3d(
                x=x, y=y, z=z, i=i, j=j, k=k, color=colour, opacity=0.5, name=screen(label), showlegend=True
            )
        plot.update_layout(
            template="plotly_white", height=460, margin={"l": 0, "r": 0, "t": 16, "b": 0}, font={"color": INK},
            legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": {"size": 13}},
            scene={
                "xaxis": {"title": "x / µm"}, "yaxis": {"title": "y / µm"},
                "zaxis": {"title": "Depth / nm", "autorange": "reversed"},
                "aspectmode": "manual", "aspectratio": dict(zip("xyz", ASPECT, strict=True)),
            },
        )  # fmt: skip
        return plot

    def draw(self) -> Any:
        """The surfaces as a matplotlib figure."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.colors import to_rgb
        from matplotlib.figure import Figure as Canvas
        from matplotlib.patches import Patch
        from mpl_toolkits.mplot3d.art3d import Poly3DCollection

        canvas = Canvas(figsize=(6.0, 5.0))
        FigureCanvasAgg(canvas)
        axes: Any = canvas.add_axes((0.02, 0.07, 0.86, 0.84), projection="3d")
        for (corners, quads), (_, colour) in zip(self._surfaces(), self._labels(), strict=True):
            faces = Poly3DCollection(corners[quads], facecolors=(*to_rgb(colour), 0.35), linewidth=0.0)
            faces.set_rasterized(True)
            axes.add_collection3d(faces)
        first = self.volumes[0]
        rows, columns = (n * first.pixel_nm / 1e3 for n in first.values.shape[1:])
        deepest = max(float(v.depth_nm[-1]) for v in self.volumes)
        axes.set(xlim=(0, columns), ylim=(0, rows), zlim=(deepest, 0), xlabel="x / µm", ylabel="y / µm")
        axes.zaxis.set_rotate_label(False)  # matplotlib would turn the words upside down
        axes.set_zlabel("Depth / nm", rotation=90.0)
        axes.set_box_aspect(ASPECT)
        for pane in (axes.xaxis, axes.yaxis, axes.zaxis):
            pane.set_pane_color("white")
            pane.line.set_color(GREY)
        canvas.suptitle(heading(self.title), x=0.03, ha="left", fontsize=11.5, fontweight="bold")
        canvas.legend(handles=[Patch(color=colour, alpha=0.5, label=paper(label)) for label, colour in self._labels()],
                      loc="upper right", bbox_to_anchor=(0.98, 0.94))  # fmt: skip
        return canvas

    def numbers(self) -> pl.DataFrame:
        """Counts of each ion over depth, summed over the area."""
        import polars as pl

        columns: dict[str, Any] = {}
        for k, v in enumerate(self.volumes, 1):
            columns |= {f"{v.ion or k}: Depth / nm": v.depth_nm, f"{v.ion or k}: counts": v.profile()}
        return pl.concat([pl.DataFrame({head: values}) for head, values in columns.items()], how="horizontal")

    def _labels(self) -> list[tuple[str, str]]:
        """Name and colour of each volume."""
        return [(ion_label(v.ion) or f"ion {k + 1}", COLOURS[k % len(COLOURS)]) for k, v in enumerate(self.volumes)]

    def _surfaces(self) -> list[tuple[NDArray[np.float64], NDArray[Any]]]:
        """Of each volume the corners, shape (n, 3), as x and y in µm and depth in nm, and the quadrilaterals."""
        from scipy.ndimage import gaussian_filter

        found = []
        for volume in self.volumes:
            coarse = volume.coarse(self.voxels)
            values = gaussian_filter(coarse.values, 1.0)
            net, quads = surface_net(np.pad(values, 1), LEVEL * float(np.percentile(values, 99)))
            depth = np.concatenate([[coarse.depth_nm[0] - np.diff(coarse.depth_nm)[0]], coarse.depth_nm,
                                    [coarse.depth_nm[-1] + np.diff(coarse.depth_nm)[-1]]])  # fmt: skip
            z = np.interp(net[:, 0], np.arange(depth.size), depth)
            width = coarse.pixel_nm / 1e3
            found.append((np.column_stack([(net[:, 2] - 0.5) * width, (net[:, 1] - 0.5) * width, z]), quads))
        return found
