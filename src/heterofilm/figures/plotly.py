"""A figure drawn with Plotly: for the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .colours import GREY, INK
from .elements import Band, Drawing, Image, Scale, Series
from .thin import thinned
from .words import AXIS, screen

SYMBOLS = {
    "circle": "circle",
    "circle-open": "circle-open",
    "diamond": "diamond",
    "square": "square",
    "triangle": "triangle-up",
}
FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif"
MOST_PIXELS = 320
HEIGHT, WIDTH = 460, 410  # px of a figure with one or two rows of legend; of the narrowest panel
ROW, LETTER, MARK = 29, 6.3, 55  # px of a legend: the height of a row, the width of a letter and of what is before it
UNSEEN = 4e-4  # of an axis: a fifth of a pixel
MODES = {"line": "lines", "area": "lines", "points": "markers", "both": "lines+markers"}


def draw(figure: Drawing) -> Any:
    """The figure as Plotly draws it."""
    import plotly.graph_objects as go

    plot = go.Figure(description(figure))
    plot.update_layout(template="plotly_white")
    return plot


def description(figure: Drawing) -> dict[str, Any]:
    """What Plotly draws, as plain numbers and words: made many times faster than by its classes."""
    data = [_image(image) for image in figure.images]
    data += [_band(series, band) for series in figure.series for band in series.bands]
    data += [_trace(figure, series) for series in figure.series]
    data += [_scale(figure.scale)] if figure.scale is not None else []
    notes = [
        {
            "x": float(np.log10(note.x)) if figure.log_x else note.x,
            "y": float(np.log10(note.y)) if figure.log_y else note.y,
            "text": screen(note.text),
            "showarrow": False,
            "yshift": 12,
            "font": {"size": 12, "color": INK},
            "bgcolor": "rgba(255,255,255,0.7)",
        }
        for note in figure.notes
    ]
    axis: dict[str, Any] = {
        "showline": True,
        "linecolor": GREY,
        "ticks": "outside",
        "tickcolor": GREY,
        "gridcolor": "#eceff1",
        "zeroline": False,
        "automargin": True,
    }
    x = {**axis, "title": {"text": screen(figure.x_label, AXIS)}}
    y = {**axis, "title": {"text": screen(figure.y_label, AXIS)}}
    for side, span, log in ((x, figure.x_range, figure.log_x), (y, figure.y_range, figure.log_y)):
        if log:
            side |= {"type": "log", "exponentformat": "power"}
        if span:
            side["range"] = [float(np.log10(v)) if log else float(v) for v in span]
    if figure.x_ticks:
        x["tickvals"] = list(figure.x_ticks)
        x["ticktext"] = [screen(name, lines=True) for name in figure.x_names] or [f"{v:g}" for v in figure.x_ticks]
        x["minor"] = {"ticks": ""}
    if figure.counted:
        highest = max((float(np.max(s.y)) for s in figure.series if len(s.y)), default=1.0)
        y |= {"tickformat": "d", "dtick": max(1, math.ceil(highest / 6))}
    if figure.equal:
        y |= {"scaleanchor": "x", "scaleratio": 1}
    layout: dict[str, Any] = {
        "xaxis": x,
        "yaxis": y,
        "font": {"family": FONT, "size": 14, "color": INK},
        "barmode": "relative",
        "height": HEIGHT + ROW * max(_legend_rows(figure) - 2, 0),  # a long legend takes nothing from the panel
        "margin": {"l": 60, "r": 16, "t": 16, "b": 60},
        "hoverlabel": {"font": {"size": 13}},
        "dragmode": "zoom",
        "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 13}},
    }
    if notes:
        layout["annotations"] = notes
    if figure.right_label:
        layout["yaxis2"] = axis | {
            "showgrid": False,
            "title": {"text": screen(figure.right_label, AXIS)},
            "overlaying": "y",
            "side": "right",
            "tickmode": "auto",  # round numbers of its own, not the places of the left axis's ticks
        }
        if figure.right_ticks:
            layout["yaxis2"]["tickvals"] = list(figure.right_ticks)
        if figure.right_range:
            layout["yaxis2"]["range"] = list(figure.right_range)
    return {"data": data, "layout": layout}


def _legend_rows(figure: Drawing) -> int:
    """Rows of the legend above a figure that takes half of a page: entries side by side as far as they fit."""
    entries = {screen(s.label): None for s in figure.series if s.in_legend and s.label}
    widest = max((LETTER * len(label) + MARK for label in entries), default=0)
    return -(-len(entries) // max(1, int(WIDTH / widest))) if entries else 0


def _band(series: Series, band: Band) -> dict[str, Any]:
    x, y = band.outline()
    return {
        "type": "scatter",
        "x": _numbers(x),
        "y": _numbers(y),
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "fillcolor": _rgba(series.colour, band.opacity),
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": screen(series.label),
        **_axis(series),
    }


def _image(image: Image) -> dict[str, Any]:
    """A heat map of at most `MOST_PIXELS` a side: a page stays small."""
    every = max(1, -(-max(image.values.shape) // MOST_PIXELS))
    values = np.asarray(image.values, dtype=float)[::every, ::every]
    rows, columns = values.shape
    dx, dy = (image.x[1] - image.x[0]) / columns, (image.y[1] - image.y[0]) / rows
    if isinstance(image.colours, str):
        scale: Any = {"grey": [[0, "#000000"], [1, "#ffffff"]], "viridis": "Viridis", "RdBu": "RdBu"}[image.colours]
        low, high = image.limits or (float(np.nanmin(values)), float(np.nanmax(values)))
    else:
        n = len(image.colours)
        scale = [[(k + end) / n, colour] for k, colour in enumerate(image.colours) for end in (0, 1)]
        low, high = -0.5, n - 0.5
    return {
        "type": "heatmap",
        "z": [_numbers(row) for row in values],
        "x0": image.x[0] + dx / 2, "dx": dx, "y0": image.y[0] + dy / 2, "dy": dy,
        "colorscale": scale, "zmin": float(low), "zmax": float(high), "opacity": image.opacity,
        "showscale": bool(image.label),
        "colorbar": {"title": {"text": screen(image.label, AXIS), "side": "right"}},
        "hovertemplate": "%{x:.4g}, %{y:.4g}: %{z:.4g}<extra></extra>",
    }  # fmt: skip


def _scale(scale: Scale) -> dict[str, Any]:
    """A trace without points, which carries the bar of colours."""
    places, names = zip(*scale.ticks(), strict=True)
    bar = {
        "title": {"text": screen(scale.label, AXIS), "side": "right", "font": {"size": 14}},
        "tickvals": list(places), "len": 0.94, "y": 0.0, "yanchor": "bottom",  # below the tools of the figure
        "ticktext": [screen(name) for name in names], "thickness": 14, "outlinewidth": 0, "xpad": 6,
    }  # fmt: skip
    marker = {
        "color": [0], "cmin": 0, "cmax": len(scale.names) - 1, "showscale": True, "colorbar": bar,
        "colorscale": [list(stop) for stop in scale.stops()],
    }  # fmt: skip
    return {"type": "scatter", "x": [None], "y": [None], "mode": "markers", "marker": marker, "showlegend": False,
            "hoverinfo": "skip"}  # fmt: skip


def _trace(figure: Drawing, series: Series) -> dict[str, Any]:
    common: dict[str, Any] = {
        "name": screen(series.label),
        "showlegend": series.in_legend,
        "legendgroup": screen(series.label),
    }
    if series.kind == "bar":
        return {
            "type": "bar",
            "x": [screen(str(name), lines=True) for name in series.x],
            "y": _numbers(series.y),
            "marker": {"color": series.colour},
            "hovertemplate": "%{y:.4g}",
            **common,
        }
    extra = _axis(series)
    if series.kind == "area":
        extra |= {"stackgroup": "one", "fillcolor": _rgba(series.colour, 0.75)}
    if series.y_error is not None:
        bars = _numbers(series.y_error)
        extra |= {"error_y": {"type": "data", "array": bars, "color": series.colour, "thickness": 1.5, "width": 4}}
    width = 0 if series.kind == "area" else 2.2
    x, y = points(figure, series)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": MODES[series.kind],
        "line": {"color": series.colour, "width": width, "dash": series.style},
        "marker": {
            "color": series.colour,
            "size": round(series.size * 10 / 7, 1),
            "symbol": SYMBOLS[series.marker],
            "line": {"width": 1.5, "color": series.colour if series.marker == "circle-open" else "white"},
        },
        "hovertemplate": "%{x:.4g}, %{y:.4g}",
        **common,
        **extra,
    }


def points(figure: Drawing, series: Series) -> tuple[list[Any], list[Any]]:
    """x and y of a series as they are drawn: those points of a line that make its shape, in five digits."""
    kept = _kept(figure, series)
    return _numbers(np.asarray(series.x)[kept]), _numbers(np.asarray(series.y)[kept])


def _kept(figure: Drawing, series: Series) -> NDArray[np.intp] | slice:
    """The points of a line that make its shape; all points of other series: layers are added up point by point."""
    if series.kind != "line":
        return slice(None)
    span, log = (figure.right_range, False) if series.right else (figure.y_range, figure.log_y)
    return thinned(_on_screen(series.x, figure.x_range, figure.log_x), _on_screen(series.y, span, log), within=UNSEEN)


def _on_screen(values: Sequence[Any] | NDArray[Any], span: tuple[float, float] | None, log: bool) -> NDArray[Any]:
    """Values in units of the axis they are drawn along."""
    with np.errstate(divide="ignore", invalid="ignore"):
        v = np.log10(np.asarray(values, dtype=float)) if log else np.asarray(values, dtype=float)
        ends = np.log10(span) if span and log else span
    v = np.where(np.isfinite(v), v, np.nan)
    known = v[np.isfinite(v)] if ends is None else np.asarray(ends)
    width = float(np.ptp(known)) if known.size else 0.0
    return v / width if width > 0.0 else v


def _axis(series: Series) -> dict[str, Any]:
    """The axis on the right for a series and its bands that belong to it."""
    return {"yaxis": "y2"} if series.right else {}


def _numbers(values: Sequence[Any] | NDArray[Any]) -> list[Any]:
    """Plain numbers of five digits: a report stays small, and what is no number leaves a gap."""
    if len(values) == 0:
        return [None]  # a series of its legend entry alone
    return [None if not math.isfinite(v) else float(f"{v:.5g}") for v in np.asarray(values, dtype=float).tolist()]


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
