"""A film in three dimensions: maps of an ion, one for each sputter cycle, stacked into a volume.

A rough surface bends every layer below it alike. Flattening shifts each column of the volume so that a reference ion
(of the substrate) appears everywhere at its mean depth: what remains bent is real or differs from the surface.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement

__all__ = ["Volume", "flattened", "reconstruct"]

MAX_VOXELS = 200_000_000


@dataclass(frozen=True, eq=False)
class Volume:
    """Counts of an ion: `values`, shape (depths, rows, columns); `depth_nm`, shape (depths,); `pixel_nm`; `ion`."""

    values: NDArray[np.float64]
    depth_nm: NDArray[np.float64]
    pixel_nm: float
    ion: str = ""
    note: str = ""

    def profile(self) -> NDArray[np.float64]:
        """Counts summed over each depth, shape (depths,)."""
        return np.asarray(self.values.sum(axis=(1, 2)))

    def coarse(self, voxels: int = 40_000) -> Volume:
        """Summed over blocks until at most about `voxels` remain; counts are kept, but for a rest at the far sides."""
        factor = max(1, math.ceil((self.values.size / voxels) ** (1 / 3)))
        steps = [min(factor, n) for n in self.values.shape]
        n = [size // step for size, step in zip(self.values.shape, steps, strict=True)]
        cut = self.values[: n[0] * steps[0], : n[1] * steps[1], : n[2] * steps[2]]
        blocks = cut.reshape(n[0], steps[0], n[1], steps[1], n[2], steps[2]).sum(axis=(1, 3, 5))
        if steps[1] != steps[2]:
            raise InputError("The maps are too narrow to be made coarser with square pixels; use larger ones.")
        depth = self.depth_nm[: n[0] * steps[0]].reshape(n[0], steps[0]).mean(axis=1)
        return Volume(blocks, depth, self.pixel_nm * steps[1], self.ion, self.note)


def reconstruct(
    maps: Sequence[Measurement], depth_nm: Sequence[float] | NDArray[np.float64], ion: str = "", *,
    pixel_m: float | None = None,
) -> Volume:  # fmt: skip
    """Maps of one ion, in the order of sputtering, as a volume; `depth_nm`: of each map, rising.

    Errors: `HeterofilmError` for maps of different sizes, fewer than two, an unknown pixel size, depths that do not
    rise or do not match, or a volume too large to hold.
    """
    depth = np.asarray(depth_nm, dtype=np.float64)
    if len(maps) < 2 or depth.shape != (len(maps),) or not np.all(np.diff(depth) > 0.0):
        raise InputError(f"{len(maps)} maps need at least two and as many depths that rise; got {depth.size} depths.")
    images = [one.image for one in maps if one.image is not None]
    shapes = {image.shape for image in images}
    if len(images) != len(maps) or len(shapes) != 1:
        raise InputError(f"The maps must be images of one size, got {sorted(shapes)}.")
    if images[0].size * len(images) > MAX_VOXELS:
        raise InputError(f"The volume has more than {MAX_VOXELS // 1_000_000} million voxels; bin the maps first.")
    size = pixel_m if pixel_m is not None else maps[0].meta.get("pixel_m")
    if not isinstance(size, int | float) or not size > 0.0:
        raise InputError('The maps state no size of their pixels; give it, in a sample file as pixel = "400 nm".')
    return Volume(np.stack(images).astype(np.float64), depth, float(size) * 1e9, ion)


def flattened(volume: Volume, reference: Volume, smooth_pixels: float = 2.0) -> Volume:
    """`volume` with each column shifted in depth so that `reference` (an ion of the substrate) lies flat.

    The reference's depth in a column is where its running sum of counts reaches half, after smoothing sideways over
    `smooth_pixels` (standard deviation), because single voxels count too little.

    Errors: `HeterofilmError` for volumes of different sizes or a reference without counts.
    """
    from scipy.ndimage import gaussian_filter

    if volume.values.shape != reference.values.shape:
        raise InputError("The volume and its reference must be of one size.")
    smooth = gaussian_filter(reference.values, (1.0, smooth_pixels, smooth_pixels))
    total = smooth.sum(axis=0)
    if not np.all(total > 0.0):
        raise InputError("The reference ion counts nothing in parts of the volume; choose one of the substrate.")
    # the rise of a substrate's signal: centre of gravity of its step, found from the sum of what lies below
    top = smooth.max(axis=0)
    depth = volume.depth_nm
    step = np.gradient(depth)[:, None, None]
    surface = depth[-1] - np.sum(np.minimum(smooth / np.maximum(top, 1e-12), 1.0) * step, axis=0)
    shift = surface - surface.mean()
    values = np.empty_like(volume.values)
    for row in range(values.shape[1]):
        for column in range(values.shape[2]):
            at = depth + shift[row, column]
            values[:, row, column] = np.interp(at, depth, volume.values[:, row, column])
    return replace(volume, values=values, note=f"flattened to {reference.ion or 'a reference'}: shifts of "
                   f"{float(np.std(shift)):.3g} nm rms")  # fmt: skip
