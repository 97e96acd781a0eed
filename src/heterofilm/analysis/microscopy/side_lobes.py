"""Spots of a Fourier transform that are side lobes: made by the outline of the patches that a stronger spot is from.

Fringes k_s that fill patches M of an image spread their power around k_s as the patches' own transform does::

    P(k)/P(k_s) = |sum w M exp(i phi) exp(-2 pi i (k - k_s) r)|^2 / |sum w M exp(i phi)|^2

w is the Hann window; M is where the fringes' local amplitude is above half of its plateau, and phi their phase, one for
each connected patch. A weaker spot is a second set of fringes only if it is clearly above what that makes of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...instruments import Measurement
from .fringes import Fringe, image_of
from .phase_map import PLATEAU, TILE, local_wave

__all__ = ["without_side_lobes"]

NEAR = 0.3  # of |k|: farther away the outline of patches puts no power that could be taken for a spot
CLEAR = 4.0  # times the power that the patches make: known no better, for the outline is blurred by the tile


def without_side_lobes(
    measurement: Measurement, fringes: Sequence[Fringe], *, pixel_m: float | None = None
) -> list[Fringe]:
    """`fringes` without those that are side lobes of a stronger one, in their order.

    Errors: `HeterofilmError` for an image without scale.
    """
    image, pixel = image_of(measurement, pixel_m)
    level = image - image.mean()
    window = np.hanning(level.shape[0])[:, None] * np.hanning(level.shape[1])
    kept: list[Fringe] = []
    patches: dict[int, NDArray[np.complex128]] = {}
    for fringe in sorted(fringes, key=lambda f: -f.strength):
        for n, strong in enumerate(kept):
            k = min((fringe.k, (-fringe.k[0], -fringe.k[1])), key=lambda k: math.dist(k, strong.k))
            if math.dist(k, strong.k) > NEAR * math.hypot(*strong.k):
                continue
            if n not in patches:
                patches[n] = window * _patches(level, strong, pixel)
            apart = (k[0] - strong.k[0], k[1] - strong.k[1])
            made = _power(patches[n], apart, pixel) / max(_power(patches[n], (0.0, 0.0), pixel), 1e-300)
            found = _power(window * level, k, pixel) / _power(window * level, strong.k, pixel)
            if found < CLEAR * made:
                break
        else:
            kept.append(fringe)
    return [fringe for fringe in fringes if fringe in kept]


def _patches(level: NDArray[np.float64], fringe: Fringe, pixel: float) -> NDArray[np.complex128]:
    """exp(i phase) where the fringes are, else 0, shape (rows, columns)."""
    from scipy.ndimage import label, mean

    tile = min(max(TILE, 2.0 * fringe.d_m), 0.5 * min(level.shape) * pixel)
    wave = local_wave(level, fringe.k, pixel, tile)
    size = np.abs(wave)
    numbered, n = label(size > 0.5 * np.percentile(size, PLATEAU))
    each = range(1, n + 1)
    phase = np.angle(np.asarray(mean(wave.real, numbered, each)) + 1j * np.asarray(mean(wave.imag, numbered, each)))
    return np.asarray(np.concatenate([[0.0], np.exp(1j * phase)])[numbered])


def _power(image: NDArray[np.float64] | NDArray[np.complex128], k: tuple[float, float], pixel: float) -> float:
    y, x = (np.exp(-2j * np.pi * component * np.arange(n) * pixel)
            for n, component in zip(image.shape, k[::-1], strict=True))  # fmt: skip
    return float(abs(y @ image @ x) ** 2)
