"""A figure drawn with matplotlib, without a display: SVG with text as text, and PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure as Canvas

from ..files import atomic
from .colours import GREY, INK
from .elements import Drawing, Image, Scale, Series
from .legend import AXES, INSIDE, SCREEN, WIDE, fits, folded, inches, legend, moved_off_curves
from .style import Columns, Style
from .words import AXIS, heading, paper

LOOK: Any = {  # matplotlib's rcParams
    "font.family": "sans-serif",
    "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
    "font.size": SCREEN,
    "axes.labelsize": 11,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#eceff1",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # TrueType: editors can change the letters
    "svg.hashsalt": "heterofilm",
    "lines.linewidth": 1.8,
    "axes.titlepad": 10,
    "axes.titley": 1.0,  # else it is looked for anew whenever something is drawn
}
HIGH = 4.5  # inches of a figure on the screen
LEAST_HIGH = 0.5  # of a figure for print, what the axes keep beside a legend
ABOVE = 7.0  # points from a place to the words about it
OFF = 3.0  # points between words and an edge of the axes
MARKERS = {"circle": "o", "circle-open": "o", "diamond": "D", "square": "s", "triangle": "^"}
LINES = {"solid": "-", "dash": "--", "dot": ":"}


def saved(figures: Drawing | Sequence[Drawing], paths: Sequence[Path]) -> None:
    """Draw once, one figure or several on a sheet, and write to every path in the format of its suffix."""
    with matplotlib.rc_context(LOOK):
        canvas = draw(*([figures] if isinstance(figures, Drawing) else figures))
        around = _settled(canvas)
        for path in paths:
            suffix = path.suffix[1:].lower()
            metadata = {"Date": None} if suffix == "svg" else {}

            def write(target: Path, suffix: str = suffix, metadata: dict[str, Any] = metadata) -> None:
                drawn = BytesIO()  # of a full disk the writer of PDF makes errors of its own
                canvas.savefig(drawn, format=suffix, dpi=160, bbox_inches=around, metadata=metadata)
                target.write_bytes(drawn.getvalue())

            atomic(path, write)


def printed(figure: Drawing, path: Path, style: Style, columns: Columns) -> None:
    """Write a figure exactly as wide as `columns` of a journal, in the format of the path's suffix."""
    with matplotlib.rc_context({**LOOK, **style.rc()}):
        canvas = on_paper(figure, style, columns)
        metadata: dict[str, Any] = {"Date": None} if path.suffix.lower() == ".svg" else {}

        def write(target: Path) -> None:
            drawn = BytesIO()
            canvas.savefig(drawn, format=path.suffix[1:].lower(), dpi=600, metadata=metadata)
            target.write_bytes(drawn.getvalue())

        atomic(path, write)


def on_paper(figure: Drawing, style: Style, columns: Columns) -> Canvas:
    """The figure as wide as `columns` of a journal, all of its words in their places."""
    with matplotlib.rc_context({**LOOK, **style.rc()}):
        # axes of one scale keep their shape: the rest of the width goes to both sides, not between them and their bar
        layout: Any = "compressed" if figure.equal else "constrained"
        canvas = Canvas(figsize=style.figsize(columns), layout=layout, dpi=72)
        FigureCanvasAgg(canvas)
        _draw_on(canvas, _thinner(figure, style))
        _laid_out(canvas)
        label = max(axes.yaxis.label.get_window_extent().height for axes in canvas.axes)
        lacking = max(LEAST_HIGH * canvas.bbox.height, label) - canvas.axes[0].bbox.height
        if lacking > 0.0:  # a long legend below must not flatten the axes, nor their label be cut off
            wide, high = canvas.get_size_inches()
            canvas.set_size_inches(wide, high + lacking / canvas.dpi)
            canvas.draw_without_rendering()
        _apart(canvas.axes[0])
        return canvas


def _apart(axes: Any) -> None:
    """Move notes off the edges of the axes across, and those that would cover each other upwards, else downwards.

    On a screen a figure is large enough; in one column of a journal letters take twice the room.
    """
    points = axes.figure.dpi / 72.0
    left, foot, right, _ = axes.bbox.extents
    taken: list[Any] = []
    for note in axes.texts:
        box = note.get_window_extent()
        across = 0.0
        if left < box.x1 and box.x0 < right:  # else it stands beside the axes
            across = max(left + OFF * points - box.x0, 0.0) - max(box.x1 - right + OFF * points, 0.0)
        high = box.height + points
        ways = [0.0, high, 2.0 * high, 3.0 * high]
        if (down := -high - 2.0 * ABOVE * points) + box.y0 > foot:
            ways.append(down)
        free = (up for up in ways if not any(box.translated(across, up).overlaps(other) for other in taken))
        up = next(free, 0.0)
        taken.append(box.translated(across, up))
        note.set_position((across / points, ABOVE + up / points))


def _thinner(figure: Drawing, style: Style) -> Drawing:
    """Points as small as the letters ask for, and no title where the style draws none."""
    scale = style.size / float(LOOK["font.size"])
    series = [replace(one, size=one.size * scale * 0.8) for one in figure.series]
    return replace(figure, series=series, title=figure.title if style.title else "")


def picture(figure: Drawing, dpi: int) -> bytes:
    """The figure as a PNG without a background."""
    drawn = BytesIO()
    with matplotlib.rc_context(LOOK):
        canvas = draw(figure)
        canvas.savefig(drawn, format="png", dpi=dpi, bbox_inches=_settled(canvas), transparent=True)
    return drawn.getvalue()


def _settled(canvas: Canvas) -> Any:
    """Find the places of labels and legends once, for every format, and keep them; the box around all, in inches.

    matplotlib looks for them anew whenever it draws, which takes longer than the drawing.
    """
    _laid_out(canvas)
    canvas.set_layout_engine("none")
    for axes in canvas.axes:
        across = axes.transAxes.inverted()
        for axis in (axes.xaxis, axes.yaxis):
            label = axis.label
            if label.get_text():
                axis.set_label_coords(*across.transform(label.get_transform().transform(label.get_position())))
        legend = axes.get_legend()
        if legend is not None and getattr(legend, "_loc", None) == INSIDE:
            corner = legend.get_frame().get_window_extent()
            legend.set_loc(tuple(across.transform((corner.x0, corner.y0))))
    return canvas.get_tightbbox().padded(float(matplotlib.rcParams["savefig.pad_inches"]))


def _laid_out(canvas: Canvas) -> None:
    """Let labels and legends find their places."""
    canvas.draw_without_rendering()
    if any([moved_off_curves(axes) for axes in canvas.axes]):
        canvas.draw_without_rendering()


def styled(figure: Drawing) -> Canvas:
    """The figure in the look of the package, as a figure of matplotlib to go on with."""
    with matplotlib.rc_context(LOOK):
        return draw(figure)


def draw(*figures: Drawing) -> Canvas:
    """The figure as matplotlib draws it; several side by side, in two or three columns."""
    across = min(2 if len(figures) % 2 == 0 else 3, len(figures))
    down = -(-len(figures) // across)
    # a single figure needs no layout: it is cut out by the box around it
    canvas = Canvas(figsize=(WIDE * across, HIGH * down), layout="constrained" if len(figures) > 1 else None, dpi=72)
    FigureCanvasAgg(canvas)
    if len(figures) == 1:
        _draw_on(canvas, figures[0])
    else:
        parts = canvas.subfigures(down, across, squeeze=False).flat
        for part, figure in zip(parts, figures, strict=False):
            _draw_on(part, figure)
    return canvas


def _draw_on(canvas: Any, figure: Drawing) -> None:
    axes = canvas.add_subplot()
    right = axes.twinx() if figure.right_label else None
    for image in figure.images:
        _add_image(canvas, axes, image)
    bars = [s for s in figure.series if s.kind == "bar"]
    areas = [s for s in figure.series if s.kind == "area"]
    if bars:
        _stack_bars(axes, bars, AXES * inches(canvas) / len(bars[0].x))
    if areas:
        axes.stackplot(
            areas[0].x,
            [np.asarray(s.y, dtype=float) for s in areas],
            labels=[paper(s.label) for s in areas],
            colors=[s.colour for s in areas],
            alpha=0.8,
            linewidth=0,
        )
    for series in figure.series:
        if series.kind in ("line", "points", "both"):
            _add(right if right is not None and series.right else axes, series, clear=bool(figure.images))
    for note in figure.notes:
        axes.annotate(
            paper(note.text),
            (note.x, note.y),
            xytext=(0, ABOVE),
            textcoords="offset points",
            ha="center",
            fontsize=0.86 * float(matplotlib.rcParams["font.size"]),
            bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 1},
        )
    if figure.log_x:
        axes.set_xscale("log")
    if figure.log_y:
        axes.set_yscale("log")
    if figure.x_ticks:
        axes.set_xticks(
            figure.x_ticks, [paper(name, lines=True) for name in figure.x_names] or [f"{v:g}" for v in figure.x_ticks]
        )
        axes.set_xticks([], minor=True)
    if figure.x_range:
        axes.set_xlim(*figure.x_range)
    if figure.y_range:
        axes.set_ylim(*figure.y_range)
    if figure.equal:
        axes.set_aspect("equal", adjustable="box" if figure.x_range and figure.y_range else "datalim")
    if figure.counted:
        axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(paper(figure.x_label, AXIS))
    axes.set_ylabel(paper(figure.y_label, AXIS))
    axes.set_title(heading(figure.title))
    if right is not None:
        right.set_ylabel(paper(figure.right_label, AXIS))
        right.set_ylim(*(figure.right_range or (None, None)))
        if figure.right_ticks:
            right.set_yticks(figure.right_ticks)
        right.grid(False)
        right.spines["right"].set_visible(True)
    legend(canvas, axes, right, figure)
    if figure.scale is not None:
        _add_scale(canvas, axes, figure.scale)


def _add(axes: Any, series: Series, clear: bool = False) -> None:
    for band in series.bands:
        outline = np.column_stack([np.asarray(side, dtype=float) for side in band.outline()])
        # a collection, since a patch is asked for its extremes point by point
        area = PolyCollection([outline], facecolors=series.colour, alpha=band.opacity, linewidths=0)
        axes.add_collection(area, autolim=False)
        axes.update_datalim(outline[np.isfinite(outline).all(axis=1)])
    points = series.kind in ("points", "both")
    if series.y_error is not None:
        axes.errorbar(series.x, series.y, series.y_error, fmt="none", ecolor=series.colour, capsize=3, zorder=2)
    axes.plot(
        series.x,
        series.y,
        label=paper(series.label) if series.in_legend else "_",
        color=series.colour,
        linestyle=LINES[series.style] if series.kind != "points" else "",
        marker=MARKERS[series.marker] if points else "",
        markersize=series.size,
        markerfacecolor=("none" if clear else "white") if series.marker == "circle-open" else series.colour,
        markeredgewidth=1.6 if clear and series.marker == "circle-open" else 1.0,
        markeredgecolor="white" if series.marker in ("diamond", "square", "triangle") else series.colour,
        zorder=3 if series.kind == "points" else 2,
    )


def _add_image(canvas: Any, axes: Any, image: Image) -> None:
    from matplotlib.colors import ListedColormap

    palette = isinstance(image.colours, tuple)
    low, high = (-0.5, len(image.colours) - 0.5) if palette else image.limits or (None, None)
    drawn = axes.imshow(
        image.values,
        extent=(*image.x, image.y[1], image.y[0]),
        origin="upper",
        cmap=ListedColormap(image.colours) if palette else {"grey": "gray"}.get(str(image.colours), image.colours),
        vmin=low,
        vmax=high,
        alpha=image.opacity,
        aspect="auto",
        interpolation="nearest",
        zorder=0,
    )
    axes.grid(False)
    if image.label:
        canvas.colorbar(drawn, ax=axes, label=paper(image.label, AXIS))


def _add_scale(canvas: Any, axes: Any, scale: Scale) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    colours = LinearSegmentedColormap.from_list("in order", list(scale.stops()))
    places, names = zip(*scale.ticks(), strict=True)
    bar = canvas.colorbar(
        ScalarMappable(Normalize(0, len(scale.names) - 1), colours), ax=axes, label=paper(scale.label, AXIS),
        fraction=0.05, pad=0.03,
    )  # fmt: skip
    bar.set_ticks(places, labels=[paper(name) for name in names])
    bar.minorticks_off()
    bar.outline.set_visible(False)


def _stack_bars(axes: Any, bars: list[Series], room: float) -> None:
    """Positive parts grow upwards from zero, negative ones downwards; `room`: inches for a name under its bar."""
    place = np.arange(len(bars[0].x))
    above, below = np.zeros(place.size), np.zeros(place.size)
    for series in bars:
        y = np.nan_to_num(np.asarray(series.y, dtype=float))
        axes.bar(place, y, 0.68, bottom=np.where(y >= 0, above, below), color=series.colour, label=paper(series.label))
        above, below = above + np.maximum(y, 0), below + np.minimum(y, 0)
    plain = [paper(str(name), lines=True) for name in bars[0].x]
    names = [folded(name, room) for name in plain]
    if all(fits(name, room) for name in names):
        axes.set_xticks(place, names)
    else:  # a word is wider than its bar
        axes.set_xticks(place, [name.replace("\n", ", ") for name in plain], rotation=90)
    axes.grid(False, axis="x")
