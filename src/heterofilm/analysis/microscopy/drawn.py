"""What a microscope's program has drawn into a picture: the data bar along an edge, scale bars and their labels.

Drawn ground is of one grey to the last digit, which no detector's noise leaves. A data bar is ground of that kind over
the full width, parted from the picture by a step of a single row; a scale bar is a rectangle of it whose rows begin and
end in the same columns. Grey that is merely clipped has neither: its outline is blurred and ragged. A picture without
any noise is ground of one grey itself, and nothing is told of it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Picture", "without_drawn"]

TALLEST = 0.3  # of the height that a data bar may take
GROUND = 0.5  # of neighbours in a row that are alike in a data bar, with all of its writing; noise leaves a tenth
BLANK = 0.9  # of those in the two rows with which a data bar begins
STEP = 0.15  # of the range of greys: what ground of one grey steps by beside a picture of little noise
ACROSS = 0.6  # of the columns that step where it begins
SOFT = 0.3  # of that step that may still lie within the picture: an edge of the sample is blurred over more
SHORTEST = 0.04  # of the width: a scale bar
PIXELS = 16  # that it has at least
WIDEST = 0.25  # of the picture that a scale bar with its label may take


@dataclass(frozen=True, eq=False)
class Picture:
    """An image without what was drawn: `image`, from row `first` of the whole one; `drawn`: pixels made up for, in the
    shape of `image`; `notes`: what was left out."""

    image: NDArray[np.float64]
    first: int
    drawn: NDArray[np.bool_]
    notes: tuple[str, ...]


def without_drawn(image: NDArray[np.float64]) -> Picture:
    """The picture between data bars, each scale bar replaced by what lies left and right of it."""
    rows, columns = image.shape
    below, above = _bar(image), _bar(image[::-1])
    marks = [(above + top, above + bottom, *sides) for top, bottom, *sides in _marks(image[above : rows - below])]
    for top, bottom, left, right in marks:
        if right - left == columns:  # a data bar on a ground that is the picture's own
            above = bottom if top <= above else above
            below = rows - top if bottom >= rows - below else below
    notes = [
        f"a data bar {where} was left out ({n} of {rows} rows of the image)"
        for n, where in ((above, "at the top"), (below, "at the bottom")) if n
    ]  # fmt: skip
    picture = image[above : rows - below].copy()
    drawn = np.zeros(picture.shape, bool)
    for top, bottom, left, right in marks:
        if top < above or bottom > rows - below or right - left == columns:
            continue
        own = slice(top - above, bottom - above)
        drawn[own, left:right] = True
        notes.append(
            f"what is drawn into the image was left out (a scale bar or a label: rows {top} to {bottom}, columns "
            f"{left} to {right})"
        )
        beside = [
            np.median(part, axis=1)
            for part in (picture[own, max(left - PIXELS, 0) : left], picture[own, right : right + PIXELS])
            if part.size
        ]
        picture[own, left:right] = np.linspace(beside[0], beside[-1], right - left, axis=1)  # fmt: skip
    return Picture(picture, above, drawn, tuple(notes))


def _bar(image: NDArray[np.float64]) -> int:
    """Rows of the data bar at the lower edge; 0 for none."""
    rows = image.shape[0]
    alike = (image[:, 1:] == image[:, :-1]).mean(axis=1)
    for first in range(max(int((1.0 - TALLEST) * rows), 4), rows - 4):
        if alike[first : first + 2].min() < BLANK or alike[first:].mean() < GROUND:
            continue
        ground, last, before = (float(np.median(image[first - n])) for n in (0, 1, 3))
        if alike[first - 3 : first].max() >= (BLANK if abs(before - ground) > STEP * np.ptp(image) else GROUND):
            continue
        if np.mean(image[first - 1] != ground) >= ACROSS and abs(last - before) <= SOFT * abs(before - ground):
            return rows - first
    return 0


def _marks(image: NDArray[np.float64]) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left and right of every scale bar with its label (exclusive ends)."""
    from scipy.ndimage import binary_dilation, find_objects, label

    columns = image.shape[1]
    least, step = max(int(SHORTEST * columns), PIXELS), STEP * float(np.ptp(image))
    seeds: dict[float, NDArray[np.bool_]] = {}
    before: set[tuple[int, int, float]] = set()
    for row, values in enumerate(image):
        edges = np.flatnonzero(np.diff(values)) + 1
        runs = itertools.pairwise(edges)  # those at the rims are no scale bars
        now = {
            (int(a), int(b), float(values[a])) for a, b in runs
            if b - a >= least and min(abs(values[max(a - 2, 0)] - values[a]),
                                      abs(values[min(b + 1, columns - 1)] - values[a])) > step
        }  # fmt: skip
        for a, b, grey in now & before:
            seeds.setdefault(grey, np.zeros(image.shape, bool))[row - 1 : row + 1, a:b] = True
        before = now
    found: list[tuple[int, int, int, int]] = []
    near = max(6, image.shape[0] // 40)
    for grey, seed in seeds.items():
        for ink in (image == grey, seed):
            parts, _ = label(binary_dilation(ink, iterations=near))
            boxes = find_objects(parts)
            wanted = [boxes[k - 1] for k in np.unique(parts[seed])]
            if all((y.stop - y.start) * (x.stop - x.start) <= WIDEST * image.size for y, x in wanted):
                break  # else the grey is one of the sample's too
        shrink = near - 2
        found += [
            (max(y.start + shrink * (y.start > 0), 0), y.stop - shrink * (y.stop < image.shape[0]),
             max(x.start + shrink * (x.start > 0), 0), x.stop - shrink * (x.stop < columns))
            for y, x in wanted
        ]  # fmt: skip
    return sorted(found)
