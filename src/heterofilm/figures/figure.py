"""One description of a figure, and two back ends: Plotly for the screen, matplotlib for paper (SVG, PNG).

A figure says what is shown; both back ends draw the same series, bands, markers and words. Static files
need no browser.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import HeterofilmError
from ..files import atomic, check_place

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

Kind = Literal["line", "points", "both", "area", "bar"]
Marker = Literal["circle", "circle-open", "diamond", "square", "triangle"]
Style = Literal["solid", "dash", "dot"]

# Okabe and Ito's palette: told apart with every kind of colour vision.
FILMS = {"VO": "#0072B2", "VOC1": "#D55E00", "VOC2": "#009E73"}
PALETTE = ("#CC79A7", "#56B4E9", "#E69F00", "#6B4C9A", "#8C6D31", "#5F6B73", "#0072B2", "#D55E00", "#009E73")
INK, GREY = "#1f2933", "#7b8794"


@dataclass(frozen=True)
class Band:
    """A filled region between two curves, each as x and y."""

    x_low: Sequence[Any] | NDArray[Any]
    y_low: Sequence[Any] | NDArray[Any]
    x_high: Sequence[Any] | NDArray[Any]
    y_high: Sequence[Any] | NDArray[Any]
    opacity: float = 0.18

    def outline(self) -> tuple[list[float], list[float]]:
        """The closed curve around the band."""
        return [*self.x_low, *self.x_high[::-1]], [*self.y_low, *self.y_high[::-1]]


@dataclass(frozen=True)
class Series:
    """One curve, set of points, layer of a stack of areas, or layer of stacked bars (x: names)."""

    label: str
    x: Sequence[Any] | NDArray[Any]
    y: Sequence[Any] | NDArray[Any]
    kind: Kind = "line"
    colour: str = INK
    style: Style = "solid"
    marker: Marker = "circle"
    bands: tuple[Band, ...] = ()
    in_legend: bool = True
    right: bool = False  # belongs to the axis on the right
    size: float = 7.0  # of the markers, in points
    y_error: Sequence[Any] | NDArray[Any] | None = None  # half the length of a bar through each point


@dataclass(frozen=True)
class Note:
    """A few words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Image:
    """A picture under the series: row 0 of `values`, shape (rows, columns), lies at `y[0]`, column 0 at `x[0]`.

    `colours`: a colour scale ("grey", "viridis", "RdBu": red below, blue above), or one colour for each of the values
    0, 1, 2 ...; NaN is clear.
    `label`: of a colour bar, "" for none; `limits`: of the colour scale.
    """

    values: NDArray[Any]
    x: tuple[float, float]
    y: tuple[float, float]
    colours: str | tuple[str, ...] = "grey"
    opacity: float = 1.0
    label: str = ""
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Figure:
    """What a figure shows. Labels carry their unit; ranges are (left, right) and may run backwards.

    `equal`: a unit is as long on both axes. `right_label`, `right_range` and `right_ticks` belong to the series on the
    right axis. `counted`: y counts things, and only whole numbers are written beside it; `filled`:
    the curves leave no room for the legend, which stands below.
    """

    name: str
    title: str
    x_label: str
    y_label: str
    series: Sequence[Series]
    caption: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    log_x: bool = False
    log_y: bool = False
    x_ticks: tuple[float, ...] = ()
    x_names: tuple[str, ...] = ()  # in place of the numbers of x_ticks
    notes: tuple[Note, ...] = field(default=())
    equal: bool = False
    right_label: str = ""
    right_range: tuple[float, float] | None = None
    images: tuple[Image, ...] = ()
    right_ticks: tuple[float, ...] = ()
    counted: bool = False
    filled: bool = False

    def to_plotly(self) -> Any:
        """The figure as a ``plotly.graph_objects.Figure``."""
        from .plotly import draw

        return draw(self)

    def numbers(self) -> pl.DataFrame:
        """What the series show, in columns side by side as plotting programs take them: x, y (and y's error) of each.

        Columns are headed ``<series>: <axis label>``, one x for neighbours that share it; shorter ones end in nulls.
        Breaks in a curve are empty rows.
        """
        import numpy as np
        import polars as pl

        columns: dict[str, pl.Series] = {}

        def put(head: str, values: Sequence[Any] | NDArray[Any]) -> None:
            number, name = 2, head
            while name in columns:
                name, number = f"{head} ({number})", number + 1
            column = pl.Series(name, list(values), strict=False)
            columns[name] = column.fill_nan(None) if column.dtype.is_float() else column

        last: Any = None
        for one in self.series:
            if last is None or len(last) != len(one.x) or not all(np.asarray(last) == np.asarray(one.x)):
                put(f"{one.label}: {self.x_label}", one.x)
            last = one.x
            put(f"{one.label}: {self.right_label if one.right else self.y_label}", one.y)
            if one.y_error is not None:
                put(f"{one.label}: ±", one.y_error)
        longest = max((column.len() for column in columns.values()), default=0)
        return pl.DataFrame([column.extend_constant(None, longest - column.len()) for column in columns.values()])

    def to_html(self) -> str:
        """A page with the figure alone, Plotly inside: opens without a network."""
        return str(self.to_plotly().to_html(include_plotlyjs=True, full_html=True))

    def save_static(
        self, path_stem: str | os.PathLike[str], suffixes: Sequence[str] = ("svg", "png")
    ) -> tuple[Path, ...]:
        """Write ``<path_stem>.svg`` and so on, drawn once; return the paths."""
        stem = Path(path_stem)
        paths = tuple(stem.with_name(f"{stem.name}.{suffix}") for suffix in suffixes)
        from .matplotlib import saved

        saved(self, paths)
        return paths

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one file: ``.png``, ``.svg``, ``.pdf`` or ``.html``, each whole or not at all.

        Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
        """
        path = check_plot_path(path)
        if path.suffix.lower() == ".html":
            atomic(path, lambda target: target.write_text(self.to_html(), encoding="utf-8"))
        else:
            from .matplotlib import saved

            saved(self, (path,))
        return path


def check_plot_path(path: str | os.PathLike[str]) -> Path:
    """`path`, if a figure can be written there under its suffix."""
    path = Path(path)
    if path.suffix.lower() not in (".png", ".svg", ".pdf", ".html"):
        raise HeterofilmError(f"A figure '{path.name}' must end in .png, .svg, .pdf or .html.")
    return check_place(path)
