"""A field on fewer points: each value becomes the mean over its larger voxel, so that the integral stays.

In Fourier space a mean over voxels of 1/m of each cell vector multiplies the wave k along it by sin(πk/m)/(πk/m); waves
that m points cannot carry are left out.
"""

from __future__ import annotations

import numpy as np

from .grid import Grid

__all__ = ["coarse"]


def coarse(grid: Grid, most: int = 150_000) -> Grid:
    """`grid` on at most `most` points, about equally spaced along its three vectors; itself where that is enough."""
    n = np.array(grid.values.shape)
    lengths = np.linalg.norm(grid.cell, axis=1)
    m = np.maximum(np.floor(lengths * (most / lengths.prod()) ** (1.0 / 3.0)).astype(int), 2)
    m = np.minimum(m, n)
    if n.prod() <= most or (m == n).all():
        return grid
    waves = np.fft.fftn(np.asarray(grid.values, dtype=float))
    for axis in range(3):
        k = np.round(np.fft.fftfreq(int(m[axis]), 1.0 / m[axis])).astype(int)
        weight = np.sinc(k / m[axis]) * (2 * np.abs(k) < m[axis])  # the highest wave of an even grid has no direction
        if m[axis] == n[axis]:
            continue
        shape = [1, 1, 1]
        shape[axis] = -1
        waves = np.take(waves, k % n[axis], axis=axis) * weight.reshape(shape)
    values = np.fft.ifftn(waves).real * (m.prod() / n.prod())
    return Grid(values, grid.cell, grid.unit, grid.name)
