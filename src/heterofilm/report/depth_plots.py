"""Figures of depth profiles: signals with their edges, and a volume of one ion in three dimensions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..analysis.depth_profile import Layers, normalised
from ..analysis.depth_volume import Volume
from ..instruments import Measurement
from .figure import FILMS, GREY, INK, PALETTE, Figure, Image, Series

__all__ = ["ion_label", "profile_figure", "slice_figure", "volume_plot"]

COLOURS = (*FILMS.values(), *PALETTE)


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


def slice_figure(volume: Volume, title: str = "Section through the volume") -> Figure:
    """Depth against width: counts summed over the middle third of the rows."""
    third = volume.values.shape[1] // 3
    values = volume.values[:, third : max(2 * third, third + 1), :].sum(axis=1)
    width = volume.pixel_nm * volume.values.shape[2] / 1e3
    depth = (float(volume.depth_nm[0]), float(volume.depth_nm[-1]))
    picture = Image(values, (0.0, width), depth, "viridis", label=f"{ion_label(volume.ion) or 'Ion'} / counts")
    return Figure("volume_section", title, "Width / µm", "Depth / nm", (), x_range=(0.0, width), y_range=depth[::-1],
                  images=(picture,), caption=volume.note)  # fmt: skip


def volume_plot(volumes: Sequence[Volume], level: float = 0.5, voxels: int = 40_000) -> Any:
    """Surfaces where each ion's counts, made coarse and smoothed, reach `level` of their 99th percentile.

    A ``plotly.graph_objects.Figure``: three dimensions have no paper back end; `slice_figure` has.
    """
    import plotly.graph_objects as go
    from scipy.ndimage import gaussian_filter

    plot = go.Figure()
    for k, volume in enumerate(volumes):
        coarse = volume.coarse(voxels)
        values = gaussian_filter(coarse.values, 1.0)
        z, y, x = np.meshgrid(
            coarse.depth_nm, *(np.arange(n) * coarse.pixel_nm / 1e3 for n in values.shape[1:]), indexing="ij"
        )
        at = level * float(np.percentile(values, 99))
        colour = COLOURS[k % len(COLOURS)]
        plot.add_isosurface(
            x=np.round(x.ravel(), 4), y=np.round(y.ravel(), 4), z=np.round(z.ravel(), 3),
            value=np.array([float(f"{v:.3g}") for v in values.ravel()]),
            isomin=at, isomax=at, surface_count=1, opacity=0.5, showscale=False, showlegend=True,
            name=ion_label(volume.ion) or f"ion {k + 1}", colorscale=[[0, colour], [1, colour]],
            caps={"x_show": False, "y_show": False, "z_show": False},
        )  # fmt: skip
    plot.update_layout(
        scene={
            "xaxis": {"title": {"text": "x / µm"}}, "yaxis": {"title": {"text": "y / µm"}},
            "zaxis": {"title": {"text": "Depth / nm"}, "autorange": "reversed"}, "aspectmode": "manual",
            "aspectratio": {"x": 1, "y": 1, "z": 0.6},
        },
        font={"color": INK}, margin={"l": 0, "r": 0, "t": 10, "b": 0},
    )  # fmt: skip
    return plot
