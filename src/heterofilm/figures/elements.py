"""What a figure is made of, as data: series, bands, notes, pictures, and the drawing that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .colours import INK, shade

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

Kind = Literal["line", "points", "both", "area", "bar"]
Marker = Literal["circle", "circle-open", "diamond", "square", "triangle"]
Style = Literal["solid", "dash", "dot"]
LISTED = 8  # curves in an order that a legend lists; of more a bar of colours tells which is which
TICKS, STOPS = 6, 32  # steps between names along a bar, and between its colours


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
class Scale:
    """The bar of colours of curves in an order (`shade`): what they are told apart by, and each one's value in words,
    from the darkest to the lightest."""

    label: str
    names: tuple[str, ...]

    def ticks(self) -> tuple[tuple[int, str], ...]:
        """Places, counted from 0, and their names: the first, the last and some evenly between."""
        last = len(self.names) - 1
        steps = next((n for n in range(TICKS, 1, -1) if last % n == 0), TICKS)
        places = sorted({round(k * last / steps) for k in range(steps + 1)})
        return tuple((place, self.names[place]) for place in places)

    def stops(self) -> tuple[tuple[float, str], ...]:
        """Colours at shares of the bar."""
        return tuple((k / STOPS, shade(k / STOPS)) for k in range(STOPS + 1))


def in_order(label: str, names: Sequence[str]) -> tuple[list[str], Scale | None]:
    """A colour for each of several curves in an order, and the bar that names them where a legend would be too long."""
    colours = [shade(k / max(len(names) - 1, 1)) for k in range(len(names))]
    return colours, Scale(label, tuple(names)) if len(names) > LISTED else None


@dataclass(frozen=True)
class Drawing:
    """What a figure shows, whatever draws it. Labels carry their unit; ranges are (left, right) and may run backwards.

    `equal`: a unit is as long on both axes. `right_label`, `right_range` and `right_ticks` belong to the series on the
    right axis. `counted`: y counts things, and only whole numbers are written beside it; `filled`:
    the curves leave no room for the legend, which stands below; `scale`: of curves that the legend does not list.
    `command` makes the figure again.
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
    scale: Scale | None = None
    command: str = ""

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
            if not len(one.x):
                continue  # it stands in the legend alone
            if last is None or len(last) != len(one.x) or not all(np.asarray(last) == np.asarray(one.x)):
                put(f"{one.label}: {self.x_label}", one.x)
            last = one.x
            put(f"{one.label}: {self.right_label if one.right else self.y_label}", one.y)
            if one.y_error is not None:
                put(f"{one.label}: ±", one.y_error)
        longest = max((column.len() for column in columns.values()), default=0)
        return pl.DataFrame([column.extend_constant(None, longest - column.len()) for column in columns.values()])
