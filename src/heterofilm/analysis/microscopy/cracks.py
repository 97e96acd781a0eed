"""Cracks on a surface seen from above (SEM): their share of the area, their length per area, their width.

A crack is a dark line. Smoothed to each of several widths, the image's second derivatives give the curvature across and
along the line (C. Steger, IEEE Trans. Pattern Anal. Mach. Intell. 20 (1998) 113); it is one where the curvature across
stands out of its scatter over the image and that along is small. What is darker than half of its depth is crack.
Grey is no height: an image from above tells of cracks, and of no roughness in nm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result
from .drawn import without_drawn
from .fringes import image_of

__all__ = ["Cracks", "find_cracks"]

Array = NDArray[Any]
WIDTHS = (1.5, 3.0, 6.0)  # pixels: of the lines that are looked for, as standard deviations
SEED, GROWN = 8.0, 4.0  # robust standard deviations at which a line is seen, and to which it is followed
SLIM = 12.0  # length over width of a crack, at least
LONGEST_SPOT = 20.0  # pixels: what is shorter is a pore
EDGES = (0.35, 0.5, 0.65)  # of the depth: where a crack's edge is taken, the middle one counts
TILES = 4  # along each side, whose scatter is that of the place that was looked at
LEAST = 64  # pixels of a side


@dataclass(frozen=True, eq=False)
class Cracks:
    """Cracks of an image: `share` of its area, `length_per_area` (1/m), `width_m` and their standard deviations.

    `number`: of cracks; `where`: the pixels that are crack, shape (rows, columns); `notes`: what was left out.
    """

    share: float
    share_sd: float
    length_per_area: float
    length_sd: float
    width_m: float
    width_sd: float
    number: int
    where: NDArray[np.bool_]
    pixel_m: float
    notes: tuple[str, ...] = ()

    def results(self, sample: str = "") -> list[Result]:
        how = f"dark lines, {self.number} cracks; edge at half of their depth"
        note = "error: edge at 35 to 65 % of the depth, and scatter over 16 parts of the image; grey is no height"
        if not self.number:
            said = f"none seen: lines fainter than {SEED:g} times the image's scatter would not show"
            return [Result("cracks", "none", method=how, sample=sample, note=said)]
        return [
            Result("crack share of the area", 100.0 * self.share, 100.0 * self.share_sd, "%", how, sample, note=note),
            Result("crack length per area", 1e-6 * self.length_per_area, 1e-6 * self.length_sd, "1/um", how, sample,
                   note=note),
            Result("mean crack width", 1e9 * self.width_m, 1e9 * self.width_sd, "nm", how, sample, note=note),
        ]  # fmt: skip


def find_cracks(measurement: Measurement, *, pixel_m: float | None = None) -> Cracks:
    """The cracks of a micrograph from above, without its data bar and what is drawn into it.

    Errors: `HeterofilmError` for an image without scale, or one smaller than 64 pixels.
    """
    from scipy.ndimage import binary_dilation, gaussian_filter, label

    whole, pixel = image_of(measurement, pixel_m)
    picture = without_drawn(whole)
    image = picture.image
    if min(image.shape) < LEAST:
        raise InputError(f"The image has {image.shape[0]} x {image.shape[1]} pixels; at least {LEAST} each are needed.")
    flat = image - gaussian_filter(image, min(image.shape) / 8.0, mode="reflect")
    z = _lines(flat)
    parts, count = label(z > GROWN, np.ones((3, 3)))
    seen = np.unique(parts[z > SEED])
    masks = [np.zeros(image.shape, bool) for _ in EDGES]
    number, length = 0, 0.0
    for k in (int(k) for k in seen if 0 < k <= count):
        own = parts == k
        depth = -float(np.median(flat[own & (z > 0.5 * z[own].max())]))
        if depth <= 0.0:
            continue
        around = binary_dilation(own, iterations=3)
        inner = [around & (flat < -edge * depth) for edge in EDGES]
        long = _length(inner[1])
        if long < LONGEST_SPOT or long < SLIM * inner[1].sum() / max(long, 1.0):
            continue
        number, length = number + 1, length + long
        for mask, one in zip(masks, inner, strict=True):
            mask |= one
    seen_pixels = int(np.sum(~picture.drawn))
    shares = [float(mask.sum()) / seen_pixels for mask in masks]
    area = seen_pixels * pixel**2
    where = np.zeros(whole.shape, bool)
    where[picture.first : picture.first + image.shape[0]] = masks[1]
    if not number:
        return Cracks(0.0, 0.0, 0.0, 0.0, math.nan, math.nan, 0, where, pixel, picture.notes)
    scatter = _scatter(masks[1])
    edge = abs(shares[0] - shares[2]) / 2.0
    width = pixel * masks[1].sum() / length
    return Cracks(
        shares[1], math.hypot(edge, scatter * shares[1]), length * pixel / area, scatter * length * pixel / area,
        width, width * edge / shares[1], number, where, pixel, picture.notes,
    )  # fmt: skip


def _lines(flat: Array) -> Array:
    """How far dark lines of any of the widths stand out of the image's scatter, in robust standard deviations."""
    from scipy.ndimage import gaussian_filter

    best = np.zeros_like(flat)
    for s in WIDTHS:
        yy, xx, xy = (gaussian_filter(flat, s, order=order) for order in ((2, 0), (0, 2), (1, 1)))
        mean, off = (yy + xx) / 2.0, np.hypot((yy - xx) / 2.0, xy)
        across, along = mean + off, mean - off
        scatter = 1.4826 * float(np.median(np.abs(mean - np.median(mean)))) * math.sqrt(2.0)
        line = np.where((across > 0.0) & (np.abs(along) < 0.5 * across), across, 0.0)
        best = np.maximum(best, line / max(scatter, 1e-300))
    return best


def _length(mask: Array) -> float:
    """Half of the outline of something slim, in pixels: edges between pixels, shortened by what stairs add to it.

    The mean over directions of |cos| + |sin| is 4/pi.
    """
    padded = np.pad(mask.astype(np.int8), 1)
    outline = float(np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum())
    return 0.5 * outline * math.pi / 4.0


def _scatter(mask: Array) -> float:
    """Relative standard error of the share, from its scatter over parts of the image."""
    rows, columns = (n // TILES * TILES for n in mask.shape)
    tiles = mask[:rows, :columns].reshape(TILES, rows // TILES, TILES, columns // TILES).mean(axis=(1, 3))
    return float(tiles.std(ddof=1) / max(tiles.mean(), 1e-12) / TILES)
