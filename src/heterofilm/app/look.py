"""Figures as the page shows them: the drawing of the report, on light or dark ground, dark lines lightened."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..figures.figure import Figure
from ..figures.plotly import points

__all__ = ["EMPTY", "dressed", "likeness", "refilled", "screen_figure"]

LOOKS = {
    False: {"ink": "#1f2933", "paper": "#ffffff", "grid": "#e4e8eb", "axis": "#69757f"},
    True: {"ink": "#e3e8ec", "paper": "#14181c", "grid": "#2b333a", "axis": "#8e9aa4"},
}
CONTRAST = 3.5  # of a line to a dark ground
HEX = re.compile(r"#[0-9a-fA-F]{6}")
RGBA = re.compile(r"rgba\((\d+), ?(\d+), ?(\d+), ?([\d.]+)\)")
# static/app.js fits figures to their places, also in tabs that were hidden
CONFIG = {
    "displaylogo": False, "responsive": False, "scrollZoom": False, "modeBarButtonsToRemove": ["sendDataToCloud"],
    "displayModeBar": "hover",  # it would lie on the legend
}  # fmt: skip
TITLE = 14  # of an axis: that of the reports is wider than a figure of half a page
EMPTY: dict[str, Any] = {
    "data": [],
    "layout": {},
    "config": CONFIG,
}  # or NiceGUI would fit it to a place that is hidden


def screen_figure(figure: Any, dark: bool) -> dict[str, Any]:
    """A figure for the page."""
    return dressed(json.loads(figure.to_plotly().to_json()), dark)


def likeness(figure: Any) -> tuple[Any, ...] | None:
    """What two figures share that differ in the points of their lines alone; None where there is more than lines."""
    if (
        not isinstance(figure, Figure)
        or figure.images
        or figure.notes
        or figure.scale is not None
        or any(s.bands or s.kind != "line" or s.y_error is not None for s in figure.series)
    ):
        return None
    own = tuple((s.label, s.colour, s.style, s.in_legend, s.right) for s in figure.series)
    return (figure.name, figure.x_label, figure.y_label, figure.right_label, figure.x_range, figure.y_range,
            figure.log_x, figure.log_y, figure.x_ticks, own)  # fmt: skip


def refilled(shown: Mapping[str, Any], figure: Figure) -> dict[str, Any]:
    """What is shown of a figure with the points of one of the same `likeness`: as quick as a slider asks for it."""
    data = []
    for trace, series in zip(shown["data"], figure.series, strict=True):
        x, y = points(figure, series)
        data.append({**trace, "x": x, "y": y})
    return {**shown, "data": data}


def dressed(plot: Mapping[str, Any], dark: bool) -> dict[str, Any]:
    """A figure of Plotly in the colours of the page; the figure itself stays as it is."""
    look = LOOKS[dark]
    layout = _recoloured(dict(plot.get("layout", {})), dark)
    layout.pop("template", None)  # white paper
    layout["modebar"] = {"color": look["axis"], "activecolor": look["ink"]}
    layout |= {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "autosize": True}
    layout["font"] = {**layout.get("font", {}), "color": look["ink"]}
    layout["hoverlabel"] = {"bgcolor": look["paper"], "bordercolor": look["axis"], "font": {"color": look["ink"]}}
    axes = [key for key in layout if re.fullmatch(r"[xy]axis\d*", key)] or ["xaxis", "yaxis"]
    for key in axes:
        lines = {"gridcolor": look["grid"], "linecolor": look["axis"], "tickcolor": look["axis"]}
        axis = {**layout.get(key, {}), **lines, "zerolinecolor": look["axis"]}
        if isinstance(title := axis.get("title"), Mapping):
            axis["title"] = {**title, "font": {"size": TITLE, **title.get("font", {})}}
        layout[key] = axis
    ground = "rgba(20,24,28,0.75)" if dark else "rgba(255,255,255,0.75)"
    layout["annotations"] = [
        {**note, "bgcolor": ground, "font": {**note.get("font", {}), "color": look["ink"]}}
        for note in layout.get("annotations", ())
    ]
    layout["modebar"]["bgcolor"] = ground
    data = [trace if _is_solid(trace) else _recoloured(trace, dark) for trace in plot.get("data", ())]
    return {"data": data, "layout": layout, "config": CONFIG}


def _is_solid(trace: Mapping[str, Any]) -> bool:
    """Atoms and phases in space keep the colours they are known by; edges and bonds are lines as others."""
    return "3d" in str(trace.get("type")) and trace.get("mode") != "lines"


def _recoloured(value: Any, dark: bool, key: str = "") -> Any:
    if isinstance(value, Mapping):
        mixed = {name: _recoloured(one, dark, name) for name, one in value.items()}
        if dark and key == "marker" and "colorscale" in value:  # a bar of lines: theirs are lightened too
            mixed["colorscale"] = [[at, _lightened(colour)] for at, colour in value["colorscale"]]
        return mixed
    if isinstance(value, list) and key not in ("x", "y", "z", "i", "j", "k", "colorscale"):
        return [_recoloured(one, dark) for one in value]
    if dark and isinstance(value, str) and key.lower().endswith("color"):
        if HEX.fullmatch(value):
            return _lightened(value)
        if (of := RGBA.fullmatch(value)) is not None:  # an area
            own = _lightened("#" + "".join(f"{int(v):02x}" for v in of.groups()[:3]))
            return f"rgba({', '.join(str(int(own[k : k + 2], 16)) for k in (1, 3, 5))}, {of[4]})"
    return value


def _lightened(colour: str) -> str:
    """Mixed with white until its contrast to the dark ground is enough (WCAG 2.2, relative luminance)."""
    own = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    ground = _luminance([int(LOOKS[True]["paper"][k : k + 2], 16) for k in (1, 3, 5)])
    mixed = own
    for k in range(21):
        mixed = [round(v + (255 - v) * k / 20) for v in own]
        if (_luminance(mixed) + 0.05) / (ground + 0.05) >= CONTRAST:
            break
    return "#" + "".join(f"{v:02x}" for v in mixed)


def _luminance(rgb: list[int]) -> float:
    r, g, b = ((v / 255) / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
