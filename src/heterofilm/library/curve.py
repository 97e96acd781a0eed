"""A monotone curve through the points of a table, with a continuous slope and an exact inverse.

Between two points a cubic with given slopes at both ends; the slopes are those of Fritsch and Butland (SIAM J. Sci.
Stat. Comput. 5, 300, 1984), weighted harmonic means of the two neighbouring secants::

    1/s_k = [ (2 h_k + h_k-1)/d_k-1 + (h_k + 2 h_k-1)/d_k ] / [3 (h_k + h_k-1)]

with h the steps and d the secants, so that 0 < s_k/d < 3 on both sides: the curve is strictly monotone wherever the
points are (Fritsch and Carlson, SIAM J. Numer. Anal. 17, 238, 1980), and never overshoots. Beyond the ends it goes on
as a straight line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..engine.monotone import inner_slope, parabola_slope

__all__ = ["Curve", "bounded_slopes", "monotone"]

Array = NDArray[np.float64]
FLAT = 0.1  # least slope at an end over the secant next to it: an end without slope could not be inverted beyond


@dataclass(frozen=True, eq=False)
class Curve:
    """Points ``x`` (rising), ``y`` (strictly monotone) and slopes ``s`` = dy/dx there, each of shape (n,)."""

    x: Array
    y: Array
    s: Array

    def value(self, x: ArrayLike) -> Array:
        """y at ``x``, elementwise."""
        k, t, h = self._place(np.asarray(x, float))
        inner = np.clip(t, 0.0, 1.0)
        y = self._cubic(k, inner, h)
        return y + (t - inner) * h * np.where(t < 0.0, self.s[0], self.s[-1])

    def slope(self, x: ArrayLike) -> Array:
        """dy/dx at ``x``, elementwise."""
        k, t, h = self._place(np.asarray(x, float))
        inner = np.clip(t, 0.0, 1.0)
        return self._slope(k, inner, h)

    def inverse(self, y: ArrayLike) -> Array:
        """x where the curve has the value ``y``, elementwise."""
        wanted = np.asarray(y, float)
        rising = self.y[-1] > self.y[0]
        order = slice(None) if rising else slice(None, None, -1)
        k = np.searchsorted(self.y[order], wanted, side="right") - 1
        k = np.clip(k if rising else len(self.y) - 2 - k, 0, len(self.x) - 2)
        h, y0, y1 = self.x[k + 1] - self.x[k], self.y[k], self.y[k + 1]
        t = np.clip((wanted - y0) / (y1 - y0), 0.0, 1.0)
        low, high = np.zeros_like(t), np.ones_like(t)
        for _ in range(80):  # Newton within a bracket
            over = (self._cubic(k, t, h) - wanted) * np.sign(y1 - y0)
            low, high = np.where(over <= 0.0, t, low), np.where(over >= 0.0, t, high)
            slope = self._slope(k, t, h) * h * np.sign(y1 - y0)
            step = t - over / np.where(slope > 0.0, slope, 1.0)
            new = np.where((step > low) & (step < high) & (slope > 0.0), step, 0.5 * (low + high))
            done = bool(np.all(np.abs(new - t) <= 1e-16))
            t = new
            if done:
                break
        x = self.x[k] + t * h
        for end, beyond in ((0, (wanted < self.y[0]) if rising else (wanted > self.y[0])),
                            (-1, (wanted > self.y[-1]) if rising else (wanted < self.y[-1]))):  # fmt: skip
            x = np.where(beyond, self.x[end] + (wanted - self.y[end]) / self.s[end], x)
        return x

    def _place(self, x: Array) -> tuple[NDArray[np.intp], Array, Array]:
        """Interval, position in it (outside of [0, 1] beyond the ends) and its width."""
        k = np.clip(np.searchsorted(self.x, x, side="right") - 1, 0, len(self.x) - 2)
        h = self.x[k + 1] - self.x[k]
        return k, (x - self.x[k]) / h, h

    def _cubic(self, k: NDArray[np.intp], t: Array, h: Array) -> Array:
        """Hermite's cubic of interval k, from the nearer end so that both ends are met exactly."""
        y0, y1, s0, s1 = self.y[k], self.y[k + 1], self.s[k] * h, self.s[k + 1] * h
        u = 1.0 - t
        rise = t * t * (3.0 - 2.0 * t)
        bend = t * u * (u * s0 - t * s1)
        return np.where(t < 0.5, y0 + (y1 - y0) * rise, y1 - (y1 - y0) * u * u * (3.0 - 2.0 * u)) + bend

    def _slope(self, k: NDArray[np.intp], t: Array, h: Array) -> Array:
        d = (self.y[k + 1] - self.y[k]) / h
        u = 1.0 - t
        return 6.0 * t * u * d + u * (1.0 - 3.0 * t) * self.s[k] + t * (3.0 * t - 2.0) * self.s[k + 1]


def monotone(x: ArrayLike, y: ArrayLike) -> Curve:
    """The curve through points with strictly rising ``x`` and strictly monotone ``y``, both of shape (n,), n >= 3."""
    X, Y = np.asarray(x, float), np.asarray(y, float)
    h, rise = np.diff(X), np.diff(Y)
    if not (len(X) >= 3 and np.all(h > 0.0) and (np.all(rise > 0.0) or np.all(rise < 0.0))):
        raise ValueError("a monotone curve needs three points or more, x rising and y strictly monotone")
    d = rise / h
    s = np.empty_like(X)
    s[1:-1] = inner_slope(h[:-1], h[1:], d[:-1], d[1:])
    s[0] = _end(h[0], h[1], d[0], d[1])
    s[-1] = _end(h[-1], h[-2], d[-1], d[-2])
    for part in (X, Y, s):
        part.setflags(write=False)
    return Curve(X, Y, s)


def _end(h: float, next_h: float, d: float, next_d: float) -> float:
    """Slope of the parabola through the last three points, kept between FLAT and 3 times the last secant."""
    return float(d * min(max(parabola_slope(h, next_h, d, next_d) / d, FLAT), 3.0))


def bounded_slopes(x: Array, y: Array, flat_ends: bool = False) -> Array:
    """Slopes (n,) of a curve that may turn: those of Fritsch and Butland, zero at turning points, and at both ends that
    of the parabola through three points, or zero."""
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    s = np.zeros_like(x)
    same = d[:-1] * d[1:] > 0.0
    s[1:-1][same] = inner_slope(h[:-1][same], h[1:][same], d[:-1][same], d[1:][same])
    if not flat_ends:
        k = min(1, d.size - 1)  # of two points there is a straight line alone
        s[0] = _open_end(h[0], h[k], d[0], d[k])
        s[-1] = _open_end(h[-1], h[-1 - k], d[-1], d[-1 - k])
    return s


def _open_end(h: float, next_h: float, d: float, next_d: float) -> float:
    """Slope of the parabola through the last three points, kept between 0 and 3 times the last secant."""
    return float(d * min(max(parabola_slope(h, next_h, d, next_d) / d, 0.0), 3.0)) if d != 0.0 else 0.0
