"""How the crystals of a film are oriented: the strengths of a phase's lines against those of its powder.

In a symmetric scan the planes that reflect lie in the film's plane. Where crystals stand with one axis upright more
often than a powder's, a line whose normal makes the angle a with that axis is stronger by March's function (A. March,
Z. Krist. 81 (1932) 285; W. A. Dollase, J. Appl. Cryst. 19 (1986) 267), averaged over the line's equivalent planes:

    P(a) = (r^2 cos^2 a + sin^2 a / r)^(-3/2)

r = 1 is a powder; below it the axis is upright, above it lies in the plane. Powder strengths of a library are computed,
and a model of one number fits no film exactly: the uncertainty is widened by the misfit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...library.patterns import Pattern, bracketed
from ...records.result import Result
from .peaks import Lines

__all__ = ["Texture", "cos2", "equivalents", "march_dollase", "primitive", "reciprocal", "texture"]

Array = NDArray[Any]
LEAST = 3  # lines of different directions
POWDER = 0.2  # standard deviation of ln(strength) that a computed powder pattern leaves, assumed
STEEPEST = math.log(20.0)  # of ln r: beyond it one axis is all that there is
SURE = 10.0  # by which chi2 must fall for a number and an axis that were chosen
ALIKE = 4.0  # of chi2, within which another axis describes the lines as well
AXES = 12


@dataclass(frozen=True)
class Texture:
    """What the strengths of a phase's lines say: `r` of March's function about `axis`, with one standard deviation.

    `verdict`: ``textured``, ``like a powder``, or ``not decidable`` (`reason` says why).
    """

    phase: str
    verdict: Literal["textured", "like a powder", "not decidable"]
    axis: tuple[int, int, int] | None
    r: float
    r_sd: float
    lines: int
    reason: str

    def results(self, sample: str = "", file: str = "") -> list[Result]:
        how = f"March-Dollase, {self.lines} lines against a computed powder, symmetric scan assumed"
        rows = [Result(f"texture {self.phase}", self.verdict, method=how, sample=sample, file=file, note=self.reason)]
        if self.verdict == "textured" and self.axis is not None:
            name = f"March-Dollase r {self.phase} {bracketed(self.axis)}"
            rows.append(Result(name, self.r, self.r_sd, "1", how, sample, file, self.reason))
        return rows


def march_dollase(r: float | Array, cos2: Array) -> Array:
    """P of the module's head, from cos^2 of the angle between a plane's normal and the axis; its mean over all
    directions is 1."""
    return np.asarray((r * r * cos2 + (1.0 - cos2) / r) ** -1.5)


def texture(pattern: Pattern, found: Sequence[tuple[float, str]], lines: Lines, where: Array) -> Texture:
    """The orientation of a phase from its lines.

    `found`: observed position (deg) and label for each line of the pattern that was seen (several may share one
    position); `where`: 2 theta of the pattern's lines as this film has them, shape (n,), NaN out of reach.
    """
    at: dict[float, list[int]] = {}
    for position, label in found:
        at.setdefault(position, []).append(pattern.labels.index(label))
    seen = [(next(x for x in lines.lines if x.position == p), members) for p, members in at.items()]
    used = {k for _, members in seen for k in members}
    missed = [
        k for k in range(pattern.position.size)
        if k not in used and lines.x[0] < where[k] < lines.x[-1] and pattern.strength[k] >= 0.1
        and all(abs(where[k] - line.position) > line.fwhm for line in lines.lines)
    ]  # fmt: skip
    if len(pattern.cell) != 6 or not pattern.indices or not pattern.intensities:
        return _open(pattern, len(seen), "the strengths of its powder's lines are not known")
    directions = {primitive(pattern.indices[k]) for _, members in seen for k in members}
    if len(seen) < LEAST or len(directions) < 2:
        only = f": only {bracketed(next(iter(directions)))} and its multiples" if len(directions) == 1 else ""
        return _open(pattern, len(seen), f"fewer than {LEAST} lines of different directions{only}")
    metric = reciprocal(pattern.cell)
    planes = [equivalents(metric, index) for index in pattern.indices]
    area = np.log([line.area for line, _ in seen])
    sd = np.hypot([line.area_sd / line.area for line, _ in seen], POWDER)
    limit = np.log(np.maximum(np.interp(where[missed], lines.x, lines.limit), 1e-300)) if missed else np.zeros(0)

    every = np.concatenate(planes)
    first = np.cumsum([0, *(len(own) for own in planes[:-1])])
    count = np.array([len(own) for own in planes])

    def chi2(axis: tuple[int, int, int], ln_r: Array) -> Array:
        upright = march_dollase(np.exp(ln_r)[:, None], cos2(metric, every, axis))
        strength = pattern.strength * np.add.reduceat(upright, first, axis=1) / count
        made = np.log(np.stack([strength[:, members].sum(axis=1) for _, members in seen], axis=1))
        scale = np.sum((area - made) / sd**2, axis=1, keepdims=True) / np.sum(1.0 / sd**2)
        over = np.maximum(np.log(strength[:, missed]) + scale - limit, 0.0) / POWDER
        return np.asarray(np.sum(((area - made - scale) / sd) ** 2, axis=1) + np.sum(over**2, axis=1))

    grid = np.linspace(-STEEPEST, STEEPEST, 121)
    plain = float(chi2((0, 0, 1), np.zeros(1))[0])
    strong = [primitive(pattern.indices[k]) for k in np.argsort(-pattern.strength) if pattern.strength[k] >= 0.05]
    tried = {axis: chi2(axis, grid) for axis in list(dict.fromkeys(strong))[:AXES]}
    best = min(tried, key=lambda axis: tried[axis].min())
    curve = tried[best]
    k = int(curve.argmin())
    free = max(len(seen) - 2, 1)
    scatter = max(float(curve[k]) / free, 1.0)
    if plain - curve[k] < SURE * scatter:
        why = f"no axis makes the strengths fit better than a powder's (chi2 {plain:.1f} against {curve[k]:.1f})"
        return Texture(pattern.name, "like a powder", None, 1.0, math.nan, len(seen), why)
    within = grid[curve <= curve[k] + scatter]
    spread = max((float(within[-1]) - float(within[0])) / 2.0, float(grid[1] - grid[0]) / 2.0)
    if k in (0, grid.size - 1):
        return _open(pattern, len(seen), f"r runs to the end of what is tried: hardly any line off {bracketed(best)}")
    others = [bracketed(axis) for axis in tried if axis != best and tried[axis].min() < curve[k] + ALIKE * scatter]
    r = math.exp(float(grid[k]))
    how = "upright" if r < 1.0 else "in the plane"
    why = f"{bracketed(best)} {how} more often than in a powder"
    why += f"; {', '.join(others)} would fit about as well" if others else ""
    return Texture(pattern.name, "textured", best, r, r * spread, len(seen), why)


def _open(pattern: Pattern, lines: int, why: str) -> Texture:
    return Texture(pattern.name, "not decidable", None, math.nan, math.nan, lines, why)


def primitive(index: Sequence[int]) -> tuple[int, int, int]:
    common = math.gcd(*index) or 1
    h, k, l = (v // common for v in index)  # noqa: E741 - Miller indices
    return h, k, l


def reciprocal(cell: Sequence[float]) -> Array:
    """The metric of the reciprocal lattice, shape (3, 3): 1/d^2 = h G h'."""
    a, b, c = cell[:3]
    alpha, beta, gamma = np.cos(np.radians(cell[3:]))
    G = np.array([
        [a * a, a * b * gamma, a * c * beta],
        [a * b * gamma, b * b, b * c * alpha],
        [a * c * beta, b * c * alpha, c * c],
    ])  # fmt: skip
    return np.asarray(np.linalg.inv(G))


def equivalents(metric: Array, index: Sequence[int]) -> Array:
    """All planes of the spacing of `index` with its indices in any order and sign, shape (m, 3): one powder line.

    Of lattices that are not hexagonal these are its equivalents; in a hexagonal one i = -(h + k) counts too.
    """
    h, k, l = index  # noqa: E741 - Miller indices
    families = [(h, k, l), (h, -h - k, l), (k, -h - k, l)]
    q = float(np.array(index) @ metric @ np.array(index))
    found = set()
    for base in families:
        for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
            for signs in ((1, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)):
                one = tuple(signs[i] * base[order[i]] for i in range(3))
                v = np.array(one)
                if abs(float(v @ metric @ v) - q) < 1e-4 * q:
                    found.add(one)
    return np.array(sorted(found))


def cos2(metric: Array, planes: Array, axis: Sequence[int]) -> Array:
    """cos^2 of the angles between the normals of `planes`, shape (m, 3), and that of the plane `axis`."""
    a = np.array(axis)
    dot = planes @ metric @ a
    length = np.einsum("mi,ij,mj->m", planes, metric, planes) * float(a @ metric @ a)
    return np.clip(dot**2 / length, 0.0, 1.0)
