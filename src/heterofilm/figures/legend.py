"""Where the legend of a figure drawn with matplotlib stands, and words broken into lines that have room.

A legend stands inside where it is short, and above, below or beside the axes where it would cover something: never on
the title, and on paper never beyond the edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import matplotlib
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import ScaledTranslation

from .elements import Drawing
from .words import heading

WIDE, SCREEN = 6.8, 10.5  # inches of a figure on the screen, and points of its letters
ACROSS = 96  # characters of a legend below a figure as wide as that
AXES = 0.8  # of a figure's width, what its axes take beside their numbers and label
BELOW, LINE = 3.4, 1.2  # heights of a letter between the axes and a legend below them, from line to line
INSIDE = 0  # matplotlib's code of the place inside where least is covered
TOGETHER, MOST = 5, 4  # entries that find a place without leaving the axes; columns of a legend


def legend(canvas: Any, axes: Any, right: Any, figure: Drawing) -> None:
    """One legend for both axes, `right` the one on the right or None; none for a single entry."""
    shown = [s for s in figure.series if s.in_legend]
    if len(shown) < 2:
        return
    handles, names = axes.get_legend_handles_labels()
    if right is not None:
        more = right.get_legend_handles_labels()
        handles, names = handles + more[0], names + more[1]
    bars = any(s.kind == "bar" for s in shown)
    # beside the axes, long names would take half the width
    long = max(map(len, names)) > 24 and all(s.kind in ("line", "both", "points") for s in shown)
    if bars and not figure.filled and _beside_title(canvas, names, figure.title):
        axes.legend(handles, names, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(names))
    elif bars or figure.images or figure.filled or right is not None or (long and len(shown) > TOGETHER):
        axes.legend(handles, names, **_below(canvas, axes), ncols=_columns(canvas, names, bool(figure.images)))
    elif len(shown) > TOGETHER:
        axes.legend(handles, names, loc="center left", bbox_to_anchor=(1.0, 0.5))
    else:
        axes.legend(handles, names, loc=INSIDE)


def moved_off_curves(axes: Any) -> bool:
    """Put a legend below that found no place inside without a curve or point beneath it; whether it was.

    The figure was laid out before, and is again where a legend moved.
    """
    found = axes.get_legend()
    if found is None or getattr(found, "_loc", None) != INSIDE:
        return False
    box = found.get_window_extent()
    if not any(_crosses(line, box) for line in axes.lines):
        return False
    names = [text.get_text() for text in found.get_texts()]
    canvas = axes.figure
    axes.legend(found.legend_handles, names, **_below(canvas, axes), ncols=_columns(canvas, names, False))
    return True


def _crosses(line: Any, box: Any) -> bool:
    """Whether a curve, or one of its points, lies in a box."""
    path = line.get_transform().transform_path(line.get_path())
    if line.get_linestyle() not in ("None", "none", "", " "):
        return bool(path.intersects_bbox(box, filled=False))
    x, y = path.vertices.T
    return bool(((box.x0 < x) & (x < box.x1) & (box.y0 < y) & (y < box.y1)).any())


def _beside_title(canvas: Any, names: Sequence[str], title: str) -> bool:
    """Whether a row of all entries has room above the axes, where the title begins on the left."""
    look = matplotlib.rcParams
    row = sum(_column([name]) for name in names)
    words = max((_width(line, look["axes.titlesize"], look["axes.titleweight"]) for line in
                 heading(title).split("\n")), default=0.0)  # fmt: skip
    return row + words < 72.0 * AXES * inches(canvas)


def _below(canvas: Any, axes: Any) -> dict[str, Any]:
    """Under the axes, their label and the names of their ticks, which may take several lines."""
    letters = float(matplotlib.rcParams["font.size"])
    lines = max((1 + tick.get_text().count("\n") for tick in axes.get_xticklabels()), default=1)
    lines -= 1 if axes.get_xlabel() else 2
    down = BELOW + LINE * lines
    below = ScaledTranslation(0.0, -down * letters / 72.0, canvas.dpi_scale_trans)
    return {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "bbox_transform": axes.transAxes + below}


def _columns(canvas: Any, names: Sequence[str], pictured: bool) -> int:
    """Columns of a legend below: wider, and it squeezes the axes."""
    longest = max(map(len, names))
    letters = float(matplotlib.rcParams["font.size"])
    room = int(ACROSS * inches(canvas) / WIDE * SCREEN / letters)
    fit = room // (longest + 4) if pictured else max(2 if len(names) > MOST else 1, room // (longest + 6))
    if canvas.get_layout_engine() is not None:  # nothing beyond the edges is drawn
        fit = min(fit, int(72.0 * inches(canvas) / _column(names)))
    return max(1, min(len(names), MOST, fit))


def inches(canvas: Any) -> float:
    """Width of a figure, or of its part of a sheet."""
    return float(canvas.bbox.width / canvas.dpi_scale_trans.transform((1.0, 0.0))[0])


def folded(text: str, room: float) -> str:
    """The words of a tick in lines that have `room` (inches), broken between words only."""
    size, lines = matplotlib.rcParams["xtick.labelsize"], list[str]()
    for line in text.split("\n"):
        kept = ""
        for word in line.split(" "):
            longer = f"{kept} {word}" if kept else word
            if kept and _width(longer, size) > 72.0 * room:
                lines.append(kept)
                longer = word
            kept = longer
        lines.append(kept)
    return "\n".join(lines)


def fits(text: str, room: float) -> bool:
    """Whether every line of a tick has `room` (inches) for itself."""
    return all(_width(line, matplotlib.rcParams["xtick.labelsize"]) <= 72.0 * room for line in text.split("\n"))


def _column(names: Sequence[str]) -> float:
    """Width of a column of a legend, in points: its line, its longest name in the font as it is, and the gaps."""
    look = matplotlib.rcParams
    size = FontProperties(size=look["legend.fontsize"]).get_size_in_points()
    gaps = look["legend.handlelength"] + look["legend.handletextpad"] + look["legend.columnspacing"]
    return max(_width(name, size) for name in names) + float(size * gaps)


def _width(text: str, size: Any, weight: Any = "normal") -> float:
    """Width of a line in the font as it is, in points."""
    look = matplotlib.rcParams
    return _drawn(text, tuple(look["font.family"]), FontProperties(size=size).get_size_in_points(), str(weight))


@lru_cache(maxsize=512)
def _drawn(text: str, family: tuple[str, ...], size: float, weight: str) -> float:
    font = FontProperties(family=list(family), size=size, weight=weight)
    return float(TextPath((0.0, 0.0), text, prop=font).get_extents().width) if text.strip() else 0.0
