"""A map of matrix, domains and the transition between them, from lattice fringes found again in small tiles.

In a tile around each place r the Fourier transform is taken at the fringes' own k, with a Gaussian window of standard
deviation s = tile/4 (a tile of four standard deviations holds 95 % of its weight)::

    A_p(r)^2 = sum over fringes g of phase p of |sum_r' w(r - r') image(r') exp(-2 pi i k_g r')|^2

Each phase's amplitude is divided by its own plateau, and the share of domains is f = a_d/(a_d + a_m): domain above 3/4,
matrix below 1/4, transition between. Where the two together do not stand out of the noise, measured at places of
the same |k| without fringes, the place is left out (amorphous or out of focus). A circle of radius R appears
smaller by about s^2/(2R), which is put back. What is narrower than the tile is the tile's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result
from .fringes import Fringe, image_of

__all__ = ["Domains", "PhaseMap", "domain_sizes", "local_wave", "phase_map"]

MATRIX, TRANSITION, DOMAIN, NONE = 0, 1, 2, 3
NAMES = ("matrix", "transition", "domain", "no fringes")
LIMITS = (0.25, 0.75)  # of the domains' share
NOISE = 3.0  # both amplitudes over their control's, squared and summed: noise alone reaches it in 1.4 % of places
CLEAR = 0.8  # of the places around a domain, that must show fringes of either phase
TILE = 4e-9  # m
PARTS = 4  # along each side of the image, whose areas are compared
PLATEAU = 98  # percentile of an amplitude that stands for a place wholly of its phase


@dataclass(frozen=True, eq=False)
class PhaseMap:
    """What lies where: `classes` (0 matrix, 1 transition, 2 domain, 3 no fringes) and `share` of domains, both of shape
    (rows, columns) as the image; `pixel_m`, `tile_m`; `fraction`: of the area with fringes, by name, and its error:
    from what the parts of the image differ by and from plateaus known to 10 %."""

    classes: NDArray[np.int8]
    share: NDArray[np.float64]
    pixel_m: float
    tile_m: float
    fraction: dict[str, float]
    fraction_error: dict[str, float]

    def results(self, sample: str = "") -> list[Result]:
        how = f"local FFT, tiles of {self.tile_m * 1e9:.2g} nm; transition 25-75 %, blurred by the tile"
        return [
            Result(f"area of {name}", 100 * value, 100 * self.fraction_error[name], "%", how, sample)
            for name, value in self.fraction.items()
        ]


@dataclass(frozen=True)
class Domains:
    """Sizes of the domains that lie whole inside the image: equivalent diameters in m and their errors.

    `mean` with `error` (scatter over sqrt(n), tile and threshold together), `spread` (standard deviation of sizes);
    `cut` by the border and `unclear`, beside places without fringes, were left out.
    """

    diameters: tuple[float, ...]
    errors: tuple[float, ...]
    mean: float
    error: float
    spread: float
    cut: int
    tile_m: float
    unclear: int = 0

    @property
    def spread_error(self) -> float:
        """Of a standard deviation of n sizes: over sqrt(2 (n - 1)), as of normal ones."""
        n = len(self.diameters)
        return self.spread / math.sqrt(2.0 * (n - 1)) if n > 1 else math.nan

    def results(self, sample: str = "") -> list[Result]:
        how = f"area of each domain by local FFT, tiles of {self.tile_m * 1e9:.2g} nm; n = {len(self.diameters)}"
        left = (f"{self.cut} cut by the image's border" if self.cut else "",
                f"{self.unclear} beside places without fringes" if self.unclear else "")  # fmt: skip
        said = " and ".join(filter(None, left))
        note = f"domains left out: {said}" if said else ""
        return [
            Result("domain diameter", self.mean * 1e9, self.error * 1e9, "nm", how, sample, note=note),
            Result("domain diameter, spread", self.spread * 1e9, 1e9 * self.spread_error, "nm", how, sample),
        ]


def phase_map(
    measurement: Measurement, matrix: Sequence[Fringe], domain: Sequence[Fringe], *, tile_m: float = TILE,
    pixel_m: float | None = None,
) -> PhaseMap:  # fmt: skip
    """Where the matrix's fringes are and where the domains'.

    Errors: `HeterofilmError` without fringes of either phase, for fringes of both that a tile cannot tell apart, or a
    tile that is smaller than two fringes or larger than half of the image.
    """
    image, pixel = image_of(measurement, pixel_m)
    if not matrix or not domain:
        raise InputError("A phase map needs fringes of the matrix and of the domains; name at least one set of each.")
    widest = max(f.d_m for f in (*matrix, *domain))
    if not 2.0 * widest <= tile_m <= 0.5 * min(image.shape) * pixel:
        raise InputError(
            f"A tile of {tile_m * 1e9:.3g} nm does not fit: choose one between {2e9 * widest:.2g} nm (two fringes) and "
            f"{5e8 * min(image.shape) * pixel:.3g} nm (half of the image)."
        )
    nearest = min(math.dist(a.k, b.k) for a in matrix for b in domain)
    if nearest < 2.0 / (math.pi * tile_m / 2.0):
        raise InputError(
            f"Fringes of matrix and domains lie {nearest * 1e-9:.2g} 1/nm apart, which a tile of {tile_m * 1e9:.3g} nm "
            f"cannot tell apart; take a tile of at least {4e9 / (math.pi * nearest):.2g} nm."
        )
    level = image - image.mean()
    maps = [
        np.sqrt(sum(np.abs(local_wave(level, f.k, pixel, tile_m)) ** 2 for f in phase)) for phase in (matrix, domain)
    ]
    noise = [_control(level, phase, (*matrix, *domain), pixel, tile_m) for phase in (matrix, domain)]
    top = [max(float(np.percentile(a, PLATEAU)), 1e-300) for a in maps]
    scaled = [np.clip(a**2 - n**2, 0.0, None) ** 0.5 / math.sqrt(max(t**2 - n**2, 1e-300))
              for a, n, t in zip(maps, noise, top, strict=True)]  # fmt: skip
    share = scaled[1] / np.maximum(scaled[0] + scaled[1], 1e-9)
    classes = np.digitize(share, LIMITS).astype(np.int8)
    classes[np.hypot(maps[0] / max(noise[0], 1e-300), maps[1] / max(noise[1], 1e-300)) < NOISE] = NONE
    seen = max(int(np.sum(classes != NONE)), 1)
    fraction = {NAMES[k]: float(np.sum(classes == k)) / seen for k in (MATRIX, TRANSITION, DOMAIN)}
    errors = {NAMES[k]: _fraction_error(classes, share, k) for k in (MATRIX, TRANSITION, DOMAIN)}
    return PhaseMap(classes, share, pixel, tile_m, fraction, errors)


def domain_sizes(found: PhaseMap, *, least_m: float | None = None) -> Domains:
    """Equivalent diameters 2 sqrt(area/pi) of the domains, cut where their share is one half.

    A domain's error is what its diameter moves when it is cut at 0.45 and 0.55 (plateaus known to 10 %), and the
    tile's correction itself.
    `least_m`: smaller ones are taken for noise (preset: half of the tile).

    Errors: `HeterofilmError` where no whole domain lies in the image.
    """
    least = least_m if least_m is not None else found.tile_m / 2.0
    blur = found.tile_m / 4.0
    seen = found.classes != NONE
    whole, cut = _areas(found.share, seen, 0.5)
    sizes: list[tuple[float, float]] = []
    unclear = 0
    for mask in whole:
        raw = _diameter(int(mask.sum()), found.pixel_m)
        if raw < least:
            continue
        true = raw + blur**2 / (raw / 2.0)  # the curvature's share, both sides
        near = _grown(mask, round(blur / found.pixel_m))
        if np.mean(seen[near & ~mask]) < CLEAR:
            unclear += 1
            continue
        moved = [_diameter(int(np.sum(near & seen & (found.share > level))), found.pixel_m) for level in (0.45, 0.55)]
        sizes.append((true, math.hypot(abs(moved[0] - moved[1]) / 2.0, true - raw)))
    if not sizes:
        raise InputError(
            f"No whole domain lies in the image ({cut} cut by its border, {unclear} beside places without fringes); "
            "take a larger or clearer image, or a larger tile."
        )
    d = np.array([size for size, _ in sizes])
    spread = float(np.std(d, ddof=1)) if d.size > 1 else math.nan
    common = float(np.mean([error for _, error in sizes]))  # same tile and threshold for all: it does not average away
    error = math.hypot(spread / math.sqrt(d.size) if d.size > 1 else 0.0, common)
    return Domains(
        tuple(d.tolist()), tuple(error for _, error in sizes), float(d.mean()), error, spread, cut, found.tile_m
    )


def local_wave(
    level: NDArray[np.float64], k: tuple[float, float], pixel: float, tile_m: float, block: int = 1
) -> NDArray[np.complex128]:
    """Fourier transform at k of the Gaussian tile around each pixel, or each block of pixels."""
    from scipy.ndimage import gaussian_filter

    y, x = (np.arange(n) * pixel for n in level.shape)
    wave = np.exp(-2j * np.pi * k[1] * y)[:, None] * np.exp(-2j * np.pi * k[0] * x)[None, :]
    local = level * wave
    rows, columns = (n // block for n in level.shape)
    if block > 1:
        local = local[: rows * block, : columns * block].reshape(rows, block, columns, block).mean(axis=(1, 3))
    sigma = tile_m / 4.0 / pixel / block
    real, imaginary = (gaussian_filter(part, sigma, mode="reflect") for part in (local.real, local.imag))
    return np.asarray(real + 1j * imaginary)


def _control(
    level: NDArray[np.float64], phase: Sequence[Fringe], all_fringes: Sequence[Fringe], pixel: float, tile_m: float
) -> float:
    """Amplitude of the noise of a phase: the median over places of the same |k|, turned away from every fringe."""
    noise = 0.0
    block = max(1, int(tile_m / 4.0 / pixel / 4.0))  # four blocks to the window's standard deviation
    for fringe in phase:
        angles = np.linspace(0.0, np.pi, 24, endpoint=False)
        size = math.hypot(*fringe.k)
        free = [(size * math.cos(a), size * math.sin(a)) for a in angles]
        free.sort(key=lambda k: -min(min(math.dist(k, f.k), math.dist(k, (-f.k[0], -f.k[1]))) for f in all_fringes))
        power = [np.median(np.abs(local_wave(level, k, pixel, tile_m, block)) ** 2) for k in free[:4]]
        noise += float(np.median(power))
    return math.sqrt(noise)


def _fraction_error(classes: NDArray[np.int8], share: NDArray[np.float64], kind: int) -> float:
    """Of the area of a class: scatter over `PARTS` x `PARTS` parts of the image, and what limits moved by 0.05 move."""
    seen = classes != NONE
    whole = float(np.mean(classes[seen] == kind)) if seen.any() else math.nan
    parts = [part for band in np.array_split(classes, PARTS) for part in np.array_split(band, PARTS, axis=1)]
    away = [float(np.sum((part == kind) - whole * (part != NONE))) for part in parts]
    scatter = math.sqrt(len(parts) / (len(parts) - 1) * float(np.sum(np.square(away)))) / max(int(seen.sum()), 1)
    moved = [float(np.mean(np.digitize(share[seen] + step, LIMITS) == kind)) for step in (-0.05, 0.05)]
    return math.hypot(scatter, (moved[1] - moved[0]) / 2.0)


def _areas(share: NDArray[np.float64], seen: NDArray[np.bool_], level: float) -> tuple[list[NDArray[np.bool_]], int]:
    """Masks of the connected regions above `level` that do not touch the border, and how many do."""
    from scipy.ndimage import label

    numbered, _ = label(seen & (share > level))
    border = set(np.unique(np.concatenate([numbered[0], numbered[-1], numbered[:, 0], numbered[:, -1]])).tolist()) - {0}
    sizes = np.bincount(numbered.ravel())
    inner = [k for k in range(1, sizes.size) if k not in border and sizes[k] > 3]
    return [numbered == k for k in sorted(inner, key=lambda k: -sizes[k])[:500]], len(border)


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    from scipy.ndimage import binary_dilation

    return np.asarray(binary_dilation(mask, iterations=max(pixels, 1)))


def _diameter(pixels: int, pixel_m: float) -> float:
    return 2.0 * math.sqrt(pixels / math.pi) * pixel_m
