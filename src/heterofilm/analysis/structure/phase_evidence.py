"""How much a set of observed lines speaks for one phase: the logarithm of a Bayes factor.

For each line i of the pattern, at x_i after a shift common to the phase, with the nearest observed line at x_j:

    ln B = sum_i ln( D_i R_ij N(x_j - x_i; s) / rho(x_i) + 1 - D_i )

N is the normal density of the distance with s from the fit and the instrument, rho the density of lines without a
phase there (what a phase that is absent would hit by chance), D_i the probability that the line is seen, from its
expected strength, the detection limit and the texture, R_ij how much better its strength fits than that of any line.
The shifts, the amount and the kind of texture are not known: the factor is averaged over them. A line that an
accepted phase explains already proves nothing and, because it may hide what is sought, disproves nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...library.patterns import Pattern
from .peaks import Lines

__all__ = ["Evidence", "Observed", "evidence"]

Array = NDArray[np.float64]
STRAIN = np.linspace(-0.015, 0.015, 61)  # of the spacings, common to a phase
USUAL_STRAIN = 0.002  # powders and relaxed films; 30 % of the prior lies evenly over the whole range
DISPLACEMENT = np.linspace(-0.15, 0.15, 7)  # deg; of the sample's height, 2 theta moves by its cosine
USUAL_DISPLACEMENT = 0.06
OFFSET = np.linspace(-26.0, 26.0, 53)  # cm-1, of a Raman axis; 30 % of the prior lies evenly over the whole range
USUAL_OFFSET = 2.0
TEXTURE = 1.2  # standard deviation of ln(strength) about the powder's
SEEN = 0.9  # largest probability that a line is seen
FIBRE = 0.3  # prior share of films with one axis upright
BLENDED = 0.5  # share of the lines nearer than 0.8 FWHM to an observed one that its fit swallows
GAP = 0.3  # of the FWHM, lines closer than this count as one


@dataclass(frozen=True, eq=False)
class Observed:
    """Lines that were found. `position` (deg of 2 theta or cm-1), its `sd`, `fwhm`, and `strength` (area), shape (m,).

    `strength` is None for a list of positions alone; `limit`: the smallest area found, (grid, value); `span`: the
    measured range; `wavelength_angstrom` for XRD.
    """

    position: Array
    sd: Array
    fwhm: Array
    strength: Array | None
    span: tuple[float, float]
    limit: tuple[Array, Array] | None = None
    wavelength_angstrom: float | None = None

    @classmethod
    def of(cls, found: Lines, wavelength_angstrom: float | None = None) -> Observed:
        """From fitted lines, with their detection limit and range."""

        def each(key: str) -> Array:
            return np.array([getattr(line, key) for line in found.lines], dtype=float)

        span = (float(found.x[0]), float(found.x[-1]))
        return cls(each("position"), each("position_sd"), each("fwhm"), each("area"), span, (found.x, found.limit),
                   wavelength_angstrom)  # fmt: skip

    def density(self, x: Array, explained: NDArray[np.bool_]) -> Array:
        """Lines not explained yet, per unit of x: over a third of the range, and one more than there are."""
        width = (self.span[1] - self.span[0]) / 6.0
        lo, hi = np.maximum(x - width, self.span[0]), np.minimum(x + width, self.span[1])
        open_ = self.position[~explained]
        inside = (open_ >= lo[..., None]) & (open_ <= hi[..., None])
        return np.asarray((inside.sum(axis=-1) + 1.0) / np.maximum(hi - lo, width))


@dataclass(frozen=True, eq=False)
class Evidence:
    """ln of the Bayes factor, and the most probable assignment: pairs (line of the pattern, observed line)."""

    ln_bayes: float
    shift: float  # strain (XRD) or offset in cm-1 (Raman)
    displacement: float  # deg
    axis: tuple[int, int, int] | None  # of the fibre texture that fits best, None for many orientations
    pairs: tuple[tuple[int, int], ...]
    new: tuple[int, ...]  # observed lines that it alone explains
    expected: int  # lines that should be seen in the range


@dataclass(frozen=True, eq=False)
class _Merged:
    """Lines of a pattern that cannot be told apart, as one."""

    position: Array
    strength: Array
    spread: Array
    members: list[list[int]]


def _merge(pattern: Pattern, observed: Observed) -> _Merged:
    x = expected(pattern, observed, np.zeros(1), np.zeros(1))[0]
    usable = np.flatnonzero((x > observed.span[0]) & (x < observed.span[1]))
    order = usable[np.argsort(x[usable])]
    gap = max(GAP * float(np.median(observed.fwhm)), 1e-6) if observed.fwhm.size else 0.1
    members: list[list[int]] = []
    for i in order:
        if members and x[i] - x[members[-1][-1]] < gap:
            members[-1].append(int(i))
        else:
            members.append([int(i)])
    weight = [pattern.strength[m] for m in members]
    position = np.array([np.average(pattern.position[m], weights=w) for m, w in zip(members, weight, strict=True)])
    return _Merged(position, np.array([w.sum() for w in weight]), np.array([pattern.spread[m].max() for m in members]),
                   members)  # fmt: skip


def expected(pattern: Pattern, observed: Observed, shift: Array, displacement: Array, at: Array | None = None) -> Array:
    """Positions for each pair of shift and displacement, shape (number of pairs, n); NaN where out of reach."""
    position = pattern.position if at is None else at
    if pattern.technique == "raman" or observed.wavelength_angstrom is None:
        return position[None, :] + shift[:, None]
    d = position[None, :] * (1.0 + shift[:, None])
    with np.errstate(invalid="ignore"):
        theta = np.arcsin(observed.wavelength_angstrom / (2.0 * d))
    return np.degrees(2.0 * theta) + displacement[:, None] * np.cos(theta)


def _nuisances(pattern: Pattern, displacement: float | None) -> tuple[Array, Array, Array]:
    """Shifts, displacements and ln of their prior, each of shape (k,)."""
    if pattern.technique == "raman":
        usual, grid, heights = USUAL_OFFSET, OFFSET, np.zeros(1)
        if displacement is not None:  # the axis is the same for every phase
            grid = displacement + np.linspace(-4.0, 4.0, 9)
            prior = np.exp(-0.5 * ((grid - displacement) / usual) ** 2)
            return grid, np.zeros_like(grid), np.log(prior / prior.sum())
    else:
        usual, grid, heights = USUAL_STRAIN, STRAIN, DISPLACEMENT
        if displacement is not None:
            heights = displacement + np.array([-0.03, 0.0, 0.03])
    narrow = np.exp(-0.5 * (grid / usual) ** 2)
    prior = 0.7 * narrow / narrow.sum() + 0.3 / grid.size
    centre = 0.0 if displacement is None else displacement
    high = np.exp(-0.5 * ((heights - centre) / USUAL_DISPLACEMENT) ** 2)
    joint = prior[:, None] * (high / high.sum())[None, :]
    a, b = np.meshgrid(grid, heights, indexing="ij")
    return a.ravel(), b.ravel(), np.log(joint.ravel())


def _fibres(pattern: Pattern, merged: _Merged) -> list[tuple[tuple[int, int, int] | None, NDArray[np.bool_]]]:
    """Kinds of texture: all lines, or only those of one axis (multiples of one hkl)."""
    n = merged.position.size
    kinds: list[tuple[tuple[int, int, int] | None, NDArray[np.bool_]]] = [(None, np.ones(n, bool))]
    if not pattern.indices:
        return kinds
    primitive = [tuple(v // math.gcd(*i) for v in i) for i in pattern.indices]
    strong = [i for i in np.argsort(-pattern.strength) if pattern.strength[i] >= 0.1]
    seen: list[tuple[int, ...]] = []
    for i in strong:
        axis = primitive[i]
        if axis in seen or len(seen) == 12:
            continue
        seen.append(axis)
        chosen = np.array([any(primitive[k] == axis for k in m) for m in merged.members], bool)
        if chosen.any():
            kinds.append(((axis[0], axis[1], axis[2]), chosen))
    return kinds


def evidence(
    pattern: Pattern, observed: Observed, explained: NDArray[np.bool_], displacement: float | None = None
) -> Evidence:
    """The evidence for `pattern`; `explained`: observed lines that accepted phases account for, shape (m,)."""
    from scipy.special import logsumexp, ndtr

    merged = _merge(pattern, observed)
    n, m = merged.position.size, observed.position.size
    if n == 0 or m == 0:
        return Evidence(-math.inf if n == 0 else -1.0, 0.0, 0.0, None, (), (), n)
    shift, height, ln_prior = _nuisances(pattern, displacement)
    x = expected(pattern, observed, shift, height, merged.position)  # (k, n)
    x = np.where(np.isfinite(x), x, 1e6)
    right = np.clip(np.searchsorted(observed.position, x), 1, m - 1) if m > 1 else np.zeros(x.shape, int)
    left = np.maximum(right - 1, 0)
    near = np.where(np.abs(x - observed.position[left]) < np.abs(x - observed.position[right]), left, right)
    floor = 1.0 if pattern.technique == "raman" else 0.03
    s = np.sqrt(observed.sd[near] ** 2 + floor**2 + (0.15 * observed.fwhm[near]) ** 2 + merged.spread[None, :] ** 2 / 4)
    u = (observed.position[near] - x) / s
    normal = np.exp(-0.5 * u**2) / (math.sqrt(2.0 * math.pi) * s)
    close = np.abs(observed.position[near] - x) < np.maximum(0.8 * observed.fwhm[near], 2.0 * s)
    hidden = explained[near] & close
    blended = BLENDED * (close & ~explained[near])
    chance = observed.density(x, explained)
    ln_r = np.log(merged.strength)[None, :]
    if observed.strength is None:
        # nobody says how weak a line was looked at: 3 to 60 % of the strongest
        amounts, ln_limit, ratio_of = np.log(np.array([0.03, 0.1, 0.2, 0.35, 0.6])), None, None
    else:
        ln_a = np.log(np.maximum(observed.strength, 1e-300))
        if observed.limit is not None:
            middle_x = x[len(x) // 2]
            ln_limit = np.log(np.interp(middle_x, *observed.limit) + _flanks(middle_x, observed, explained))[None, :]
        else:
            ln_limit = np.full((1, n), float(ln_a.min()))
        amounts = np.linspace(float(ln_limit.min()), float(ln_a.max()) + 1.5, 9)
        middle, width = float(ln_a.mean()), max(float(ln_a.std()), 1.0)
        ratio_of = (ln_a, middle, width)
    kinds = _fibres(pattern, merged)
    share = FIBRE / max(len(kinds) - 1, 1)
    ln_kind = [math.log(1.0 - share * (len(kinds) - 1))] + [math.log(share)] * (len(kinds) - 1)
    table = np.empty((len(kinds), amounts.size, x.shape[0]))
    for a, amount in enumerate(amounts):
        if ratio_of is None or ln_limit is None:
            seen = np.broadcast_to(SEEN * ndtr((ln_r - amount) / (0.5 * TEXTURE)), x.shape)
            ratio = np.ones_like(x)
        else:
            ln_a, middle, width = ratio_of
            seen = SEEN * ndtr((amount + ln_r - ln_limit) / TEXTURE)
            found = ln_a[near]
            fits = -0.5 * ((found - amount - ln_r) / TEXTURE) ** 2 - math.log(TEXTURE)
            any_line = -0.5 * ((found - middle) / width) ** 2 - math.log(width)
            ratio = np.exp(np.clip(fits - any_line, math.log(0.05), math.log(5.0)))
        term = np.log(np.maximum(seen * (ratio * normal / chance + blended) + 1.0 - seen, 1e-12))
        term = np.where(hidden, 0.0, term)
        for k, (_, chosen) in enumerate(kinds):
            table[k, a] = term[:, chosen].sum(axis=1)
    total = table + np.array(ln_kind)[:, None, None] - math.log(amounts.size) + ln_prior[None, None, :]
    k, a, b = (int(v) for v in np.unravel_index(int(np.argmax(total)), total.shape))
    amount = float(amounts[a]) if observed.strength is not None else math.inf
    pairs, new = _pairs(pattern, observed, merged, kinds[k][1], near[b], u[b], explained, amount)
    strong = seen[0] if seen.shape[0] == 1 else seen[b]
    return Evidence(
        float(logsumexp(total)), float(shift[b]), float(height[b]), kinds[k][0], pairs, new,
        int(np.count_nonzero((strong > 0.5) & kinds[k][1])),
    )  # fmt: skip


def _flanks(x: Array, observed: Observed, explained: NDArray[np.bool_]) -> Array:
    """What lines of accepted phases add to the detection limit at x: a third of their height there, as area."""
    if observed.strength is None or not explained.any():
        return np.zeros_like(x)
    u = 2.0 * (x[:, None] - observed.position[explained]) / observed.fwhm[explained]
    return np.asarray((0.3 * observed.strength[explained] / (1.0 + u**2)).sum(axis=1))


def _pairs(
    pattern: Pattern, observed: Observed, merged: _Merged, chosen: NDArray[np.bool_], near: NDArray[np.intp], u: Array,
    explained: NDArray[np.bool_], amount: float,
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:  # fmt: skip
    """Which line is which: the strongest member of each merged line with its observed line, within 2.5 sigma.

    An observed line far stronger than this phase could make it belongs to another.
    """
    pairs, new = [], []
    for i in np.flatnonzero((np.abs(u) < 2.5) & chosen):
        j = int(near[i])
        if observed.strength is not None and math.log(max(observed.strength[j], 1e-300)) > (
            amount + math.log(merged.strength[i]) + 2.0 * TEXTURE
        ):
            continue
        pairs.append((int(max(merged.members[i], key=lambda k: pattern.strength[k])), j))
        if not explained[j] and j not in new:
            new.append(j)
    return tuple(pairs), tuple(new)
