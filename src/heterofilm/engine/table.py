"""Curves through the points of a table: piecewise cubic with continuous slope, straight lines beyond the ends.

A piece is found in a step or two, however many points there are and however they crowd: the range is cut into even
buckets, and for each is known which pieces it meets.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from .dual import plain
from .exponential import exp
from .jit import kernel
from .roots import bracketed
from .structs import INTEGER, Indices, Matrix, Struct

Array = NDArray[np.float64]
BEGIN, FIRST_CURVE, COEFFICIENTS = 0, 1, 4  # columns of a row: where a piece begins, then four of every curve
BUCKETS = 2  # for every piece
ROUNDING = 4e-16


class Table(Struct):
    """One curve or two over the same points; without rows there is none.

    The first row is the straight line before the first point, the last that behind the last point.
    """

    rows: Matrix  # (pieces, 1 + 4 curves): beginning, then c_0 ... c_3 of sum c_j (x - beginning)^j
    last: float  # x of the last point
    per_x: float  # buckets over a unit of x
    guide: Indices  # piece at the left edge of every bucket, and at the right edge of the last

    @classmethod
    def through(cls, x: Array, *curves: tuple[Array, Array], ends: bool = True) -> Self:
        """Through points ``x`` (n,), with values and slopes (n,) of every curve there.

        Beyond the ends they go on straight, or without ``ends`` are constant.
        """
        h = np.diff(x)
        places = x.real  # complex points carry derivatives
        columns = [np.concatenate([x[:1], x])]
        for y, s in curves:
            d = np.diff(y) / h
            columns += [
                np.concatenate([y[:1], y]),
                np.concatenate([s[:1] * ends, s[:-1], s[-1:] * ends]),
                np.concatenate([[0.0], (3.0 * d - 2.0 * s[:-1] - s[1:]) / h, [0.0]]),
                np.concatenate([[0.0], (s[:-1] + s[1:] - 2.0 * d) / (h * h), [0.0]]),
            ]
        rows = np.ascontiguousarray(np.column_stack(columns))
        edges = np.linspace(places[0], places[-1], BUCKETS * len(rows) + 1)
        guide = np.searchsorted(places, edges, side="right").astype(INTEGER)
        guide[-1] = len(rows) - 1
        for array in (rows, guide):
            array.setflags(write=False)
        return cls(rows=rows, last=x[-1].item(), per_x=(len(edges) - 1) / (x[-1] - x[0]).item(), guide=guide)


def merged(table: Table) -> Table:
    """The mean of two curves in place of both; a table of one is itself."""
    if table.rows.shape[1] <= FIRST_CURVE + COEFFICIENTS:
        return table
    first, second = (table.rows[:, j : j + COEFFICIENTS] for j in (FIRST_CURVE, FIRST_CURVE + COEFFICIENTS))
    return table.replace(rows=np.column_stack([table.rows[:, BEGIN], 0.5 * (first + second)]))


def steepest(table: Table) -> float:
    """The greatest slope anywhere on any curve; negative where all fall strictly."""
    rows = table.rows.real
    h = np.diff(rows[1:, BEGIN])
    greatest = -np.inf
    for j in range(FIRST_CURVE, rows.shape[1], COEFFICIENTS):
        _, b, c, d = rows[1:-1, j : j + COEFFICIENTS].T
        bends = d != 0.0
        middle = np.clip(np.divide(-c, 3.0 * d, out=np.zeros_like(h), where=bends), 0.0, h)
        for t in (np.zeros_like(h), middle, h):
            greatest = max(greatest, float(np.max(b + t * (2.0 * c + 3.0 * d * t))))
        greatest = max(greatest, *rows[[0, -1], j + 1].tolist())
    return greatest


def mean_slope(x: Array, table: Table) -> Array:
    """Slope at ``x`` (n,), the mean of the curves."""
    k = np.searchsorted(table.rows[1:, BEGIN].real, x.real, side="right")
    t = x - table.rows[k, BEGIN]
    slopes = []
    for j in range(FIRST_CURVE, table.rows.shape[1], COEFFICIENTS):
        _, b, c, d = table.rows[k, j : j + COEFFICIENTS].T
        slopes.append(b + t * (2.0 * c + 3.0 * d * t))
    return np.asarray(np.mean(slopes, axis=0))


NO_TABLE = Table(rows=np.empty((0, 0)), last=0.0, per_x=0.0, guide=np.empty(0, INTEGER))


@kernel
def piece(x, table):
    """Row of the piece at ``x``; nan is at the first."""
    rows = table.rows
    if not x >= rows[0, BEGIN]:
        return 0
    if x >= table.last:
        return rows.shape[0] - 1
    bucket = min(int((x - rows[0, BEGIN]) * table.per_x), table.guide.size - 2)
    low = table.guide[bucket]
    high = table.guide[bucket + 1]
    while low < high:
        middle = (low + high + 1) // 2
        if rows[middle, BEGIN] <= x:
            low = middle
        else:
            high = middle - 1
    return low


@kernel
def cubic(x, k, curve, table):
    """Value and slope of a curve at ``x`` in piece ``k``."""
    row = table.rows[k]
    j = FIRST_CURVE + COEFFICIENTS * curve
    t = x - row[BEGIN]
    value = row[j] + t * (row[j + 1] + t * (row[j + 2] + t * row[j + 3]))
    return value, row[j + 1] + t * (2.0 * row[j + 2] + 3.0 * t * row[j + 3])


@kernel
def factor_of(x, table):
    """exp of the curve at ``x``, and its slope; one without a table."""
    if table.rows.shape[0] == 0:
        return 1.0, 0.0
    value, slope = cubic(x, piece(x, table), 0, table)
    factor = exp(value)
    return factor, factor * slope


@kernel
def mixed(x, k, share, table):
    """Value and slope of ``share`` of the first curve and the rest of the second, and the first less the second."""
    value, slope = cubic(x, k, 0, table)
    if table.rows.shape[1] == FIRST_CURVE + COEFFICIENTS:
        return value, slope, 0.0
    second, second_slope = cubic(x, k, 1, table)
    rest = 1.0 - share
    return share * value + rest * second, share * slope + rest * second_slope, value - second


@kernel
def inverse(value, share, table):
    """x at which falling curves, mixed as in :func:`mixed`, have ``value``."""
    return search(value, share, table)


@inverse.for_dual
def inverse_of_dual(value, share, table):
    """The same with its slopes, those of the implicit function."""
    x = plain(search(value, share, table))
    found, slope, _ = mixed(x, piece(x, table), share, table)
    return x + (value - found) / plain(slope)


@kernel
def search(value, share, table):
    """:func:`inverse`: x at which falling curves, mixed as in :func:`mixed`, have ``value``."""
    rows = table.rows
    last = rows.shape[0] - 1
    low = 0  # the last piece that begins at or above the value, by bisection over the beginnings
    high = last
    while low < high:
        middle = (low + high + 1) // 2
        begins, _, _ = mixed(rows[middle, BEGIN], middle, share, table)
        if begins >= value:
            low = middle
        else:
            high = middle - 1
    begin = rows[low, BEGIN]
    there, slope, _ = mixed(begin, low, share, table)
    if low == 0 or low == last:
        return begin + (value - there) / slope
    left = begin
    right = rows[low + 1, BEGIN]
    end, _, _ = mixed(right, low, share, table)
    x = min(max(begin + (value - there) / (end - there) * (right - begin), left), right)
    before = np.inf
    for _ in range(100):
        found, slope, _ = mixed(x, low, share, table)
        if found >= value:
            left = x
        else:
            right = x
        move = bracketed(x, (value - found) / slope, before, left, right)
        before = abs(move)
        x += move
        if before <= ROUNDING * (abs(x) + right - left):
            break
    return x
