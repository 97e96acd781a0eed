"""What a voxel volume looks like, in numbers: interface, correlation, chords, and which phase runs through.

All functions take a mask of one phase, shape (nx, ny, nz), True inside, that repeats in all directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

__all__ = ["Percolation", "chord_lengths", "interface_area", "percolation", "two_point_correlation"]

Array = NDArray[Any]

# Half of the 26 neighbours, with the weights of Lebedev's rule of 26 points on the sphere (exact to degree 7;
# Lebedev, USSR Comput. Math. Math. Phys. 16 (1976) 10), by the number of axes that a neighbour is away along.
NEIGHBOURS = tuple(step for step in product((-1, 0, 1), repeat=3) if step > (0, 0, 0))
WEIGHTS = {1: 2.0 / 21.0, 2: 8.0 / 105.0, 3: 9.0 / 140.0}


def interface_area(phase: ArrayLike, voxel: float) -> float:
    """Interface area per volume (1/m for `voxel` in m) by Crofton's formula: twice the crossings per length of lines.

        s = 2 <P_L>,   averaged over the 13 directions to the 26 neighbours

    Counting voxel faces would give the projections on three axes instead, 1.5 times too much for an isotropic
    interface. Here an isotropic one is exact but for details below a voxel: within 5 % at 10 voxels per domain and 2 %
    at 20, except that spheres which nearly touch (fraction 0.58) hide 10 % and 3 %. The worst single orientation, a
    plane along the grid, is 8 % low.
    """
    inside = _mask(phase)
    crossings = 0.0
    for step in NEIGHBOURS:
        axes = int(np.abs(step).sum())
        shifted = np.roll(inside, step, (0, 1, 2))
        crossings += WEIGHTS[axes] * float((inside != shifted).mean()) / axes**0.5
    return 2.0 * crossings / voxel


def two_point_correlation(phase: ArrayLike, voxel: float) -> tuple[Array, Array]:
    """S2(r), the chance that two points r apart both lie in the phase: r (m) and S2, up to half of the shortest edge.

    S2(0) = phi, S2 -> phi^2 where nothing is correlated, and slope -s/4 at r = 0 (Debye). Averaged over all directions,
    in shells one voxel wide.
    """
    from scipy.fft import irfftn, rfftn

    inside = _mask(phase)
    S2 = irfftn(np.abs(rfftn(inside.astype(float))) ** 2, s=inside.shape) / inside.size
    x, y, z = (np.minimum(np.arange(n), n - np.arange(n)) for n in inside.shape)
    r = np.sqrt(x[:, None, None] ** 2 + y[:, None] ** 2 + z**2)
    shell = np.rint(r).astype(int).ravel()
    count = np.bincount(shell)
    upto = min(inside.shape) // 2 + 1
    mean = [(np.bincount(shell, a.ravel()) / count)[:upto] for a in (r, S2)]
    return mean[0] * voxel, mean[1]


def chord_lengths(phase: ArrayLike, voxel: float) -> Array:
    """Lengths (m) of all chords in the phase along the three axes, sorted; none along a line that is all phase.

    Their mean is 4 phi/s for an isotropic interface: 2d/3 for spheres, and for everything with s = 6 phi/d.
    """
    inside = _mask(phase)
    found = []
    for axis in range(3):
        lines = np.moveaxis(inside, axis, -1).reshape(-1, inside.shape[axis])
        lines = lines[lines.any(axis=1) & ~lines.all(axis=1)]
        # each line starts at a voxel outside, so that no chord is cut by the end of the line
        start = np.argmin(lines, axis=1)[:, None]
        lines = np.take_along_axis(lines, (start + np.arange(lines.shape[1])) % lines.shape[1], axis=1)
        edges = np.flatnonzero(np.diff(np.pad(lines, ((0, 0), (0, 1))).ravel().astype(np.int8)))
        found.append(edges[1::2] - edges[::2])
    return np.sort(np.concatenate(found)) * voxel


@dataclass(frozen=True)
class Percolation:
    """Whether a phase runs through the volume from face to face along each axis, and the share of it that does."""

    through: tuple[bool, bool, bool]
    share: tuple[float, float, float]


def percolation(phase: ArrayLike) -> Percolation:
    """Clusters of voxels that share faces, and those that touch both faces normal to an axis.

    The two faces are electrodes, so the volume does not repeat along that axis; sideways it does.
    """
    inside = _mask(phase)
    shares = [_through(np.moveaxis(inside, axis, 0)) for axis in range(3)]
    return Percolation(tuple(share > 0.0 for share in shares), tuple(shares))  # type: ignore[arg-type]


def _through(inside: NDArray[np.bool_]) -> float:
    """Share of a phase in clusters from the first to the last layer of axis 0."""
    from scipy.ndimage import label
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    labels, count = label(inside)
    pairs = [np.stack([np.take(labels, end, axis).ravel() for end in (0, -1)]) for axis in (1, 2)]
    a, b = np.concatenate(pairs, axis=1)
    joined = (a > 0) & (b > 0)
    links = coo_array((np.ones(int(joined.sum())), (a[joined], b[joined])), shape=(count + 1, count + 1))
    cluster = connected_components(links, directed=False)[1]
    sizes = np.bincount(cluster[labels.ravel()], minlength=count + 1)
    both = np.intersect1d(cluster[labels[0][inside[0]]], cluster[labels[-1][inside[-1]]])
    return float(sizes[both].sum() / max(int(inside.sum()), 1))


def _mask(phase: ArrayLike) -> NDArray[np.bool_]:
    mask = np.asarray(phase)
    if mask.ndim != 3 or mask.dtype != np.bool_ or not mask.size:
        raise InputError(
            f"A phase must be a mask of True and False with three axes, got {mask.dtype} of shape {mask.shape}."
        )
    return mask
