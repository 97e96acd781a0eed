"""Curves laid over each other, or one above the other: over samples, cycles, temperatures, potentials, scan rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..figures.colours import BLUE, GREEN, PALETTE, VERMILION, shade
from ..figures.elements import Note, Series
from ..figures.figure import Figure

__all__ = ["SCALINGS", "Line", "Scaling", "overlay_figure"]

Scaling = Literal["none", "max", "area"]
SCALINGS: tuple[Scaling, ...] = ("none", "max", "area")
LIFT = 0.55  # of the highest curve: distance between neighbours of a waterfall
TOLD_APART = (BLUE, VERMILION, GREEN, *PALETTE[:6])
MOST_NAMES = 12


@dataclass(frozen=True, eq=False)
class Line:
    """A curve of the overlay: its name in the legend, `x` and `y`, shape (n,), in the units of the axes; `place` of its
    colour among those of several figures (without: its place in this one)."""

    name: str
    x: NDArray[Any]
    y: NDArray[Any]
    place: int | None = None


def overlay_figure(
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    *,
    name: str = "overlay",
    title: str = "",
    waterfall: bool = False,
    scaling: Scaling = "none",
    ordered: bool = False,
    reverse: bool = False,
    equal: bool = False,
    caption: str = "",
) -> Figure:
    """Curves on one pair of axes.

    - `waterfall`: each lifted above the one before, from below in the order given;
    - `scaling`: ``max`` brings each from its own minimum to 1 at its maximum, ``area`` to the same area above its
      minimum, ``none`` leaves heights alone;
    - `ordered`: colours run from dark to light with the order (cycles, potentials) and do not only tell apart;
    - `equal`: both axes have one scale.

    Errors: `HeterofilmError` for no curve, or one without two finite points.
    """
    if not lines:
        raise InputError("There is no curve to draw.")
    scaled = [_scaled(line, scaling) for line in lines]
    lift = LIFT * max(float(np.nanmax(y) - np.nanmin(y)) for y in scaled) if waterfall else 0.0
    series, notes = [], []
    every = max(1, -(-len(lines) // MOST_NAMES))
    x_low = min(float(np.nanmin(line.x)) for line in lines)
    x_high = max(float(np.nanmax(line.x)) for line in lines)
    for k, (line, y) in enumerate(zip(lines, scaled, strict=True)):
        place = k if line.place is None else line.place
        colour = shade(k / max(len(lines) - 1, 1)) if ordered else TOLD_APART[place % len(TOLD_APART)]
        legend = not waterfall and (len(lines) <= MOST_NAMES or k % every == 0)
        series.append(Series(line.name, line.x, y + k * lift, "line", colour, in_legend=legend))
        if waterfall and k % every == 0:
            end = x_low if reverse else x_high
            at = int(np.nanargmin(np.abs(line.x - end)))
            notes.append(
                Note(end + (-0.08 if reverse else 0.08) * (x_high - x_low), float(y[at]) + k * lift, line.name)
            )
    said = [caption]
    if scaling == "max":
        said.append("Every curve runs from its own minimum to the same height.")
    elif scaling == "area":
        said.append("Every curve has the same area above its minimum.")
    if waterfall:
        said.append(f"Neighbours are {100.0 * LIFT:.0f} % of the highest curve apart, the first below.")
    room = 0.16 * (x_high - x_low) if waterfall else 0.0
    ends = (x_high, x_low - room) if reverse else (x_low, x_high + room)
    label = "Intensity, scaled" if scaling != "none" else y_label
    return Figure(
        name, title, x_label, f"{label.split(' / ')[0]} + offset" if waterfall else label, series,
        caption=" ".join(filter(None, said)), notes=tuple(notes), x_range=ends if waterfall or reverse else None,
        equal=equal and not waterfall,
    )  # fmt: skip


def _scaled(line: Line, scaling: Scaling) -> NDArray[Any]:
    y = np.asarray(line.y, dtype=float)
    known = np.isfinite(y) & np.isfinite(line.x)
    if known.sum() < 2:
        raise InputError(f"'{line.name}' has fewer than two points to draw.")
    if scaling == "none":
        return y
    y = y - np.nanmin(y[known])
    if scaling == "max":
        height = float(y[known].max())
    else:
        order = np.argsort(line.x[known])
        height = abs(float(np.trapezoid(y[known][order], np.asarray(line.x)[known][order])))
    if height <= 0.0:
        raise InputError(f"'{line.name}' is flat: it cannot be scaled to the others.")
    return np.asarray(y / height)
