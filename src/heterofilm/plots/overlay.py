"""Curves laid over each other, or one above the other: over samples, cycles, temperatures, potentials, scan rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..analysis.structure.baseline import despike
from ..errors import InputError
from ..figures.colours import BLUE, GREEN, PALETTE, VERMILION
from ..figures.elements import Note, Series, in_order
from ..figures.figure import Figure

__all__ = ["SCALINGS", "Line", "Scaling", "overlay_figure"]

Scaling = Literal["none", "max", "area"]
SCALINGS: tuple[Scaling, ...] = ("none", "max", "area")
LIFT = 0.55  # of the highest curve: distance between neighbours of a waterfall
TOLD_APART = (BLUE, VERMILION, GREEN, *PALETTE[:6])
MOST_NAMES = 12
MARGIN = 0.05  # of the curves' height, above and below them
NAMED = 3  # spikes of a curve


@dataclass(frozen=True, eq=False)
class Line:
    """A curve of the overlay: its name in the legend, `x` and `y`, shape (n,), in the units of the axes.

    - `value`: what it is told apart by, in the words of a scale of colours;
    - `place`: of its colour among those of several figures (without: its place in this one);
    - `camera`: counts of a camera, whose cosmic spikes are drawn but do not count for the height of the curve.
    """

    name: str
    x: NDArray[Any]
    y: NDArray[Any]
    place: int | None = None
    camera: bool = False
    value: str = ""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Points that can be drawn."""
        return np.isfinite(self.y) & np.isfinite(self.x)

    @cached_property
    def shape(self) -> NDArray[Any]:
        """`y` at the known points without cosmic spikes (`despike`)."""
        y = np.asarray(self.y, dtype=float)[self.known]
        return despike(y)[0] if self.camera else y

    @property
    def flat(self) -> bool:
        """Whether there is no height to scale."""
        return not self.shape.size or float(np.ptp(self.shape)) <= 0.0


def overlay_figure(
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    *,
    name: str = "overlay",
    title: str = "",
    waterfall: bool = False,
    scaling: Scaling = "none",
    along: str = "",
    reverse: bool = False,
    equal: bool = False,
    caption: str = "",
) -> Figure:
    """Curves on one pair of axes.

    - `waterfall`: each lifted above the one before, from below in the order given;
    - `scaling`: ``max`` brings each from its own minimum to 1 at its maximum, ``area`` to the same area above its
      minimum, ``none`` leaves heights alone;
    - `along`: what the lines are in the order of (``Cycle``), by their `value`: colours run from dark to light with it,
      and a bar of them stands for a legend that would be too long; without, colours only tell apart;
    - `equal`: both axes have one scale.

    Heights are those of the curves without cosmic spikes; a spike that leaves the frame is named in the caption.

    Errors: `HeterofilmError` for no curve, or one without two finite points.
    """
    if not lines:
        raise InputError("There is no curve to draw.")
    drawn = [_Drawn.of(line, scaling) for line in lines]
    lift = LIFT * max(one.top - one.low for one in drawn) if waterfall else 0.0
    drawn = [replace(one, up=k * lift) for k, one in enumerate(drawn)]
    range_, spikes = _frame(drawn)
    shades, scale = in_order(along, [line.value for line in lines])
    scale = scale if along else None
    series, notes = [], []
    every = max(1, -(-len(lines) // MOST_NAMES))
    x_low = min(float(np.nanmin(line.x)) for line in lines)
    x_high = max(float(np.nanmax(line.x)) for line in lines)
    for k, (line, one) in enumerate(zip(lines, drawn, strict=True)):
        place = k if line.place is None else line.place
        colour = shades[k] if along else TOLD_APART[place % len(TOLD_APART)]
        legend = not waterfall and scale is None and (len(lines) <= MOST_NAMES or k % every == 0)
        series.append(Series(line.name, line.x, one.y, "line", colour, in_legend=legend))
        if waterfall and scale is None and k % every == 0:
            end = x_low if reverse else x_high
            at = int(np.nanargmin(np.abs(line.x - end)))
            notes.append(Note(end + (-0.08 if reverse else 0.08) * (x_high - x_low), float(one.y[at]), line.name))
    said = [caption]
    if scaling == "max":
        said.append("Every curve runs from its own minimum to the same height.")
    elif scaling == "area":
        said.append("Every curve has the same area above its minimum.")
    if waterfall:
        said.append(f"Neighbours are {100.0 * LIFT:.0f} % of the highest curve apart, the first below.")
    said.append(spikes)
    room = 0.16 * (x_high - x_low) if notes else 0.0
    ends = (x_high, x_low - room) if reverse else (x_low, x_high + room)
    label = "Intensity, scaled" if scaling != "none" else y_label
    return Figure(
        name, title, x_label, f"{label.split(' / ')[0]} + offset" if waterfall else label, series,
        caption=" ".join(filter(None, said)), notes=tuple(notes), x_range=ends if waterfall or reverse else None,
        y_range=range_, equal=equal and not waterfall, scale=scale,
    )  # fmt: skip


@dataclass(frozen=True)
class _Drawn:
    """A line where it is drawn: `foot` taken from it, divided by `height`, moved `up`."""

    line: Line
    foot: float = 0.0
    height: float = 1.0
    up: float = 0.0

    @classmethod
    def of(cls, line: Line, scaling: Scaling) -> _Drawn:
        if line.known.sum() < 2:
            raise InputError(f"'{line.name}' has fewer than two points to draw.")
        if scaling == "none":
            return cls(line)
        if line.flat:
            raise InputError(f"'{line.name}' is flat: it cannot be scaled to the others.")
        foot, x = float(line.shape.min()), np.asarray(line.x, dtype=float)[line.known]
        order = np.argsort(x)
        area = abs(float(np.trapezoid(line.shape[order] - foot, x[order])))
        return cls(line, foot, area if scaling == "area" else float(np.ptp(line.shape)))

    def __call__(self, y: Any) -> Any:
        return (np.asarray(y, dtype=float) - self.foot) / self.height + self.up

    @property
    def y(self) -> NDArray[Any]:
        return np.asarray(self(self.line.y))

    @property
    def low(self) -> float:
        return float(self(self.line.shape.min()))

    @property
    def top(self) -> float:
        return float(self(self.line.shape.max()))

    def beyond(self, high: float) -> list[float]:
        """x of every cosmic spike that rises above `high`, its highest point."""
        known = self.line.known
        x, y = np.asarray(self.line.x, dtype=float)[known], self.y[known]
        out = np.flatnonzero((y > high) & (self(self.line.shape) < y))
        spikes = np.split(out, np.flatnonzero(np.diff(out) > 1) + 1) if out.size else []
        return [float(x[points[np.argmax(y[points])]]) for points in spikes]


def _frame(drawn: Sequence[_Drawn]) -> tuple[tuple[float, float] | None, str]:
    """The range of y in which no cosmic spike flattens the curves, None where none would; and a word on those."""
    low, high = min(one.low for one in drawn), max(one.top for one in drawn)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    beyond = {one.line.name: spikes for one in drawn if (spikes := one.beyond(high))}
    if not beyond:
        return None, ""
    places = [
        f"{name}: {', '.join(f'{x:.4g}' for x in spikes[:NAMED])}"
        + (f" and {len(spikes) - NAMED} more" if len(spikes) > NAMED else "")
        for name, spikes in beyond.items()
    ]
    return (low, high), f"Cosmic spikes leave the frame and do not count for heights ({'; '.join(places)})."
