"""Maps of elements (EDS): how evenly each is spread, and whether two of them go together.

Blocks of pixels are compared. The pixels of a block are parted like a chessboard, so that its two halves hold the same
composition and noise of their own: the covariance of the halves over the blocks is the variance of the composition,
without the noise, whatever a pixel's noise is (raw counts, scaled greys):

    v(A) = cov(A1, A2),   heterogeneity = sqrt(v(A))/mean(A),   r = cov(A, B)/sqrt(v(A) v(B))

Uncertainties are those of drawing the blocks anew (B. Efron, Ann. Statist. 7 (1979) 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...records.result import Result

__all__ = ["Pair", "Spread", "pair_of", "spread_of"]

Array = NDArray[Any]
BLOCKS = 24  # along the shorter side
LEAST_PIXELS = 4  # of a block's side
DRAWS = 400
EVEN = 0.05  # relative standard deviation up to which a film counts as even
TOGETHER = 0.5  # |r| from which two elements go together, or apart


@dataclass(frozen=True)
class Spread:
    """How evenly an element is spread over blocks of `block_m` (pixels where there is no scale)."""

    element: str
    heterogeneity: float
    sd: float
    block: str
    verdict: Literal["even", "uneven", "not decidable"]

    def results(self) -> list[Result]:
        how = f"blocks of {self.block}, noise taken out by halves of each block"
        rows = [
            Result(f"{self.element} map", self.verdict, method=how, note=f"even: varies by {100 * EVEN:g} % or less")
        ]
        value = Result(f"{self.element} varies by", 100.0 * self.heterogeneity, 100.0 * self.sd, "%", how)
        return [*rows, value]


@dataclass(frozen=True)
class Pair:
    """Whether two elements go together: `r` without noise, one standard deviation, NaN where one of them is even."""

    names: tuple[str, str]
    r: float
    sd: float
    verdict: Literal["together", "apart", "independent", "not decidable"]
    reason: str

    def results(self) -> list[Result]:
        a, b = self.names
        how = "correlation over blocks, noise taken out by halves of each block"
        rows = [Result(f"{a} and {b} maps", self.verdict, method=how, note=self.reason)]
        if math.isfinite(self.r):
            rows.append(Result(f"{a} and {b} correlation", self.r, self.sd, "1", how, note=self.reason))
        return rows


def spread_of(element: str, image: Array, pixel_m: float | None = None) -> Spread:
    """How evenly an element's map, shape (rows, columns), is spread. Errors: `HeterofilmError` for too few pixels."""
    a1, a2, side = _halves(image)
    mean = float(a1.mean() + a2.mean()) / 2.0
    if not mean > 0.0:
        raise InputError(f"The map of {element} is empty.")

    def found(rows: Array) -> float:
        return _cov(a1[rows], a2[rows]) / mean**2

    v = found(np.arange(a1.size))
    v_sd = _drawn(a1.size, found)
    value = math.sqrt(max(v, 0.0))
    # of the square root; a variance that is not seen may be none, or as much again
    sd = v_sd / (2.0 * value) if v > 2.0 * v_sd else max(value, math.sqrt(v_sd))
    upper = math.sqrt(max(v + 2.0 * v_sd, 0.0))
    lower = math.sqrt(max(v - 2.0 * v_sd, 0.0))
    verdict: Literal["even", "uneven", "not decidable"]
    verdict = "even" if upper <= EVEN else "uneven" if lower > EVEN else "not decidable"
    block = f"{side} pixels" if pixel_m is None else f"{1e6 * side * pixel_m:.2g} um"
    return Spread(element, value, sd, block, verdict)


def pair_of(names: tuple[str, str], maps: Mapping[str, Array]) -> Pair:
    """Whether two elements go together. Errors: `HeterofilmError` for maps of different shape."""
    first, second = (np.asarray(maps[name], float) for name in names)
    if first.shape != second.shape:
        raise InputError(f"The maps of {names[0]} and {names[1]} have different shapes: {first.shape}, {second.shape}.")
    a1, a2, _ = _halves(first)
    b1, b2, _ = _halves(second)

    def found(rows: Array) -> float:
        va, vb = _cov(a1[rows], a2[rows]), _cov(b1[rows], b2[rows])
        both = _cov(a1[rows] + a2[rows], b1[rows] + b2[rows]) / 4.0
        return both / math.sqrt(va * vb) if va > 0.0 and vb > 0.0 else math.nan

    every = np.arange(a1.size)
    seen = [_cov(p, q) > 2.0 * _drawn(p.size, lambda rows, p=p, q=q: _cov(p[rows], q[rows]))  # type: ignore[misc]
            for p, q in ((a1, a2), (b1, b2))]  # fmt: skip
    if not all(seen):
        even = " and ".join(name for name, one in zip(names, seen, strict=True) if not one)
        return Pair(names, math.nan, math.nan, "not decidable", f"{even} does not vary by more than its noise")
    r, sd = found(every), _drawn(a1.size, found)
    verdict: Literal["together", "apart", "independent", "not decidable"]
    if abs(r) - 2.0 * sd > TOGETHER:
        verdict = "together" if r > 0.0 else "apart"
    elif abs(r) + 2.0 * sd < TOGETHER:
        verdict = "independent"
    else:
        verdict = "not decidable"
    return Pair(
        names, r, sd, verdict, "of the whole image: a hole or bare substrate in it makes all of a film go together"
    )


def _halves(image: Array) -> tuple[Array, Array, int]:
    """Mean of the white and of the black squares of every block, each of shape (blocks,), and a block's side."""
    y = np.asarray(image, float)
    side = max(min(y.shape) // BLOCKS, LEAST_PIXELS)
    side -= side % 2
    rows, columns = (n // side for n in y.shape)
    if rows * columns < 36:
        raise InputError(
            f"A map of {y.shape[0]} x {y.shape[1]} pixels has too few blocks of {side} pixels; 36 are needed."
        )
    cut = y[: rows * side, : columns * side].reshape(rows, side, columns, side)
    white = (np.indices((side, side)).sum(axis=0) % 2 == 0)[None, :, None, :]
    one = (cut * white).sum(axis=(1, 3)) / (side * side / 2)
    other = (cut * ~white).sum(axis=(1, 3)) / (side * side / 2)
    return one.ravel(), other.ravel(), side


def _cov(a: Array, b: Array) -> float:
    return float(np.mean((a - a.mean()) * (b - b.mean())))


def _drawn(n: int, found: Any) -> float:
    """Standard deviation of `found` over blocks drawn anew, the same in every run."""
    rng = np.random.default_rng(n)
    values = np.array([found(rng.integers(0, n, n)) for _ in range(DRAWS)])
    return float(np.nanstd(values))
