"""Whole-pattern refinement: every point of a scan against the sum of its phases' patterns and a background.

Cells, sizes, strains, textures, amounts and the sample's height at once, by least squares with weights of the noise:

    R_wp = sqrt(sum w (y - y_calc)^2 / sum w y^2)      R_exp = sqrt((N - P) / sum w y^2)      GoF = R_wp / R_exp

The intensities of a phase are those of its reference structure: positions of atoms are not refined, as a film's few
lines would not carry them (of a Rietveld refinement this is the part without the structure; a program for powders with
it, such as EasyDiffraction, brings its own notebooks and servers along). Amounts and background enter linearly and are
solved for at every step (G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413).

A misfit that lasts over many points makes the standard deviations of a fit too small (J.-F. Berar and P. Lelann, J.
Appl. Cryst. 24 (1991) 1): they are those of residuals as they are, runs and all (`_spread`). Those of size and strain
hold the instrument's width and Scherrer's K besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...library.patterns import Pattern
from .pattern_model import PhaseModel, State, cell_of, free_lengths
from .texture import primitive
from .williamson_hall import SHAPE_FACTOR

__all__ = ["Refined", "RefinedPhase", "refine"]

Array = NDArray[Any]
RUN = 1.0  # deg over which residuals may be alike: a few widths of a line
KEPT = 60  # patterns that are kept
POLYNOMIAL = 6  # degree of what is added to the baseline
FEW = 3  # lines of a phase from which its cell and strain are refined; below it one factor of the cell, and its size
AXES = 5  # strongest directions that a texture is tried about
BETTER = 0.05  # share of the misfit (chi2 - N) that a texture must take away to be told
PROFILE = 0.08  # relative, of a size: left by tails and a background with a hump (synthetic scans)
FLAT = 1.5e-4  # of a microstrain, the same
RIR = 0.2  # relative standard deviation of a computed I/Ic without thermal motion, by silicon, rutile, ZnO and quartz
SIZES, STRAIN, LN_R, CHANGE, HEIGHT = (2.0, 400.0), 0.03, math.log(20.0), 0.03, 0.4  # how far each may go


@dataclass(frozen=True)
class RefinedPhase:
    """A phase as refined; every ``_sd`` is one standard deviation, NaN where the value was held or ran to its bound.

    `share`: of the mass of the film's phases, by computed I/Ic; NaN where one of them has none; `notes`: what was held.
    """

    name: str
    state: State
    cell_sd: tuple[float, ...]
    L_sd: float
    epsilon_sd: float
    r_sd: float
    scale: float
    share: float
    share_sd: float
    lines: int
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Refined:
    """A scan as refined: measured `y`, `calculated` and `background` at `x`, what the fit is worth, its phases."""

    x: Array
    y: Array
    calculated: Array
    background: Array
    R_wp: float
    R_exp: float
    displacement_deg: float
    displacement_sd: float
    phases: tuple[RefinedPhase, ...]

    @property
    def goodness(self) -> float:
        """R_wp over the least that the noise allows; 1 where nothing but noise is left."""
        return self.R_wp / self.R_exp


@dataclass
class _Free:
    """The free values of one phase and the order they stand in: changes of the cell, ln L, epsilon, ln r."""

    model: PhaseModel
    state: State
    groups: list[tuple[int, ...]]
    whole: bool  # enough lines for cell and strain
    textured: bool = False

    def size(self) -> int:
        return (len(self.groups) if self.whole else 1) + 1 + self.whole + self.textured

    def at(self, values: Array) -> State:
        n = len(self.groups) if self.whole else 1
        groups = self.groups if self.whole else [(0, 1, 2)]
        return State(
            cell_of(self.state.cell, groups, values[:n].tolist()),
            math.exp(values[n]),
            float(values[n + 1]) if self.whole else 0.0,
            math.exp(values[n + 2]) if self.textured else 1.0,
            self.state.axis if self.textured else None,
        )

    def start(self) -> list[float]:
        n = len(self.groups) if self.whole else 1
        begin = [0.0] * n + [math.log(self.state.L_nm)]
        return begin + [max(self.state.epsilon, 2e-4)] * self.whole + [math.log(self.state.r)] * self.textured

    def bounds(self) -> tuple[list[float], list[float]]:
        n = len(self.groups) if self.whole else 1
        low = [-CHANGE] * n + [math.log(SIZES[0])] + [0.0] * self.whole + [-LN_R] * self.textured
        return low, [CHANGE] * n + [math.log(SIZES[1])] + [STRAIN] * self.whole + [LN_R] * self.textured


class _Fit:
    """The least squares: phases with their free values, the height last; scales and background are linear."""

    def __init__(self, x: Array, y: Array, sigma: Array, base: Array, phases: list[_Free], height: float) -> None:
        self.x, self.y, self.w, self.phases, self.height = x, y, 1.0 / sigma, phases, height
        u = 2.0 * (x - x[0]) / (x[-1] - x[0]) - 1.0
        rows = [base, *np.polynomial.chebyshev.chebvander(u, POLYNOMIAL).T]
        self.smooth = np.stack(rows, axis=1) * self.w[:, None]
        self.basis, _ = np.linalg.qr(self.smooth)
        self.kept: dict[tuple[PhaseModel, State, float], Array] = {}

    def columns(self, values: Array) -> Array:
        """The pattern of every phase, weighted, side by side; what has not changed is not drawn again."""
        found, start = [], 0
        for phase in self.phases:
            key = (phase.model, phase.at(values[start : start + phase.size()]), float(values[-1]))
            start += phase.size()
            if key not in self.kept:
                if len(self.kept) > KEPT:
                    self.kept.clear()
                self.kept[key] = phase.model.profile(self.x, key[1], key[2]) * self.w[:, None]
            found.append(self.kept[key])
        return np.concatenate(found, axis=1)

    def places(self) -> list[slice]:
        """Where the columns of every phase are."""
        ends = np.cumsum([max(len(phase.model.apart), 1) for phase in self.phases])
        return [slice(int(b - max(len(p.model.apart), 1)), int(b)) for p, b in zip(self.phases, ends, strict=True)]

    def solve(self, values: Array) -> tuple[Array, Array]:
        """Scales (none negative) at these values, and what is left of the weighted data."""
        from scipy.optimize import nnls

        made = self.columns(values)
        free = made - self.basis @ (self.basis.T @ made)
        data = self.w * self.y
        left = data - self.basis @ (self.basis.T @ data)
        # through the normal equations' factor: a handful of rows in place of thousands
        q, r = np.linalg.qr(free)
        scales, _ = nnls(r + 1e-12 * np.eye(len(r)), q.T @ left)
        return scales, left - free @ scales

    def run(self, rounds: int = 30) -> tuple[Array, Any]:
        from scipy.optimize import least_squares

        start = np.array([v for p in self.phases for v in p.start()] + [self.height])
        limits = [p.bounds() for p in self.phases]
        low = np.array([v for lo, _ in limits for v in lo] + [-HEIGHT])
        high = np.array([v for _, hi in limits for v in hi] + [HEIGHT])
        found = least_squares(
            lambda v: self.solve(v)[1], np.clip(start, low + 1e-9, high - 1e-9), bounds=(low, high),
            x_scale=np.maximum(1e-3, 0.1 * np.abs(start)), max_nfev=rounds, xtol=1e-6, ftol=1e-6, tr_solver="lsmr",
        )  # fmt: skip
        return found.x, found


def refine(
    x: Array,
    y: Array,
    sigma: Array,
    base: Array,
    patterns: Sequence[Pattern],
    *,
    wavelengths: tuple[tuple[float, float], ...],
    instrument_fwhm_deg: tuple[float, float],
    strain: Mapping[str, float] | None = None,
    size_nm: Mapping[str, float] | None = None,
    displacement_deg: float = 0.0,
    substrates: Sequence[str] = (),
) -> Refined:
    """Refine `patterns` together against a scan: 2 theta `x` (deg, rising), `y`, its noise, a first background `base`.

    `strain`, `size_nm`, `displacement_deg`: where to begin, as `xrd.analyse_xrd` finds them; `substrates`: names of
    phases that take no part in the film's shares. Phases without intensities or a cell must not be among `patterns`.
    """
    phases = []
    for one in patterns:
        begin = cell_of(one.cell, [(0, 1, 2)], [(strain or {}).get(one.name, 0.0)])
        at = one.two_theta_deg(wavelengths[0][0])
        inside = np.flatnonzero((at > x[0]) & (at < x[-1]))
        below = one.role == "substrate" or one.name in substrates
        model = PhaseModel(one, wavelengths, instrument_fwhm_deg[0], tuple(inside.tolist()) if below else ())
        groups = free_lengths(one.cell)
        whole = int(np.sum(one.strength[inside] >= 0.05)) >= max(FEW, len(groups) + 1)
        size = float(np.clip((size_nm or {}).get(one.name, 30.0), *SIZES))
        phases.append(_Free(model, State(begin, size), groups, whole))
    fit = _Fit(x, y, sigma, base, phases, displacement_deg)
    values, done = fit.run()
    for k in range(len(phases)):
        values, done, fit = _textured(fit, k, values, done)
    return _refined(fit, values, instrument_fwhm_deg[1])


def _begun(fit: _Fit, values: Array) -> list[_Free]:
    """The phases as they are at `values`, to go on from."""
    found, start = [], 0
    for phase in fit.phases:
        own = phase.at(values[start : start + phase.size()])
        start += phase.size()
        found.append(replace(phase, state=own))
    return found


def _textured(fit: _Fit, k: int, values: Array, done: Any) -> tuple[Array, Any, _Fit]:
    """The fit with phase `k` textured about the axis that helps most, or as it was."""
    if not fit.phases[k].whole or fit.phases[k].model.apart:
        return values, done, fit
    begun = _begun(fit, values)
    one = begun[k].model.pattern
    strong = [primitive(one.indices[j]) for j in np.argsort(-one.strength) if one.strength[j] >= 0.1]
    best: tuple[float, State] | None = None
    for axis in list(dict.fromkeys(strong))[:AXES]:
        for ln_r in (-1.2, -0.5, -0.15, 0.15, 0.5, 1.2):
            state = replace(begun[k].state, r=math.exp(ln_r), axis=axis)
            tried = [*begun[:k], replace(begun[k], state=state, textured=True), *begun[k + 1 :]]
            trial = _again(fit, tried, values[-1])
            left = float(np.sum(trial.solve(np.array([v for p in tried for v in p.start()] + [trial.height]))[1] ** 2))
            if best is None or left < best[0]:
                best = (left, state)
    if best is None:
        return values, done, fit
    freed = [*begun[:k], replace(begun[k], state=best[1], textured=True), *begun[k + 1 :]]
    trial = _again(fit, freed, values[-1])
    found, result = trial.run()
    before, after = 2.0 * done.cost, 2.0 * result.cost
    gained = before - after > max(BETTER * max(before - fit.x.size, 0.0), 25.0)
    return (found, result, trial) if gained else (values, done, fit)


def _again(fit: _Fit, phases: list[_Free], height: float) -> _Fit:
    new = object.__new__(_Fit)
    new.x, new.y, new.w, new.smooth, new.basis = fit.x, fit.y, fit.w, fit.smooth, fit.basis
    new.phases, new.height, new.kept = phases, float(height), fit.kept
    return new


def _refined(fit: _Fit, values: Array, instrument_sd: float) -> Refined:
    scales, left = fit.solve(values)
    sd = _deviations(fit, values, instrument_sd)
    made = (fit.columns(values) @ scales) / fit.w
    smooth = fit.y - made - left / fit.w
    total = float(np.sum((fit.w * fit.y) ** 2))
    free = max(fit.x.size - values.size - scales.size - fit.smooth.shape[1], 1)
    places = fit.places()
    of_phase = np.array([float(scales[place].sum()) for place in places])
    shares = _shares(fit, of_phase, np.array([sd[values.size :][place][0] for place in places]))
    found, start = [], 0
    for k, phase in enumerate(fit.phases):
        n = phase.size()
        found.append(_phase(phase, values[start : start + n], sd[start : start + n], of_phase[k], shares[k]))
        start += n
    return Refined(
        fit.x, fit.y, made + smooth, smooth, math.sqrt(float(np.sum(left**2)) / total), math.sqrt(free / total),
        float(values[-1]), float(sd[values.size - 1]), tuple(found),
    )  # fmt: skip


def _deviations(fit: _Fit, values: Array, instrument_sd: float) -> Array:
    """One standard deviation of every value, then of every scale (relative): noise, misfit in runs, the instrument."""
    scales, left = fit.solve(values)
    made = fit.columns(values)
    free = made - fit.basis @ (fit.basis.T @ made)
    # derivatives at constant scales: the scales stand beside as values of their own
    step = 1e-5
    columns = []
    for j in range(values.size):
        moved = values.copy()
        moved[j] += step
        slope = (fit.columns(moved) - made) @ scales / step
        columns.append(slope - fit.basis @ (fit.basis.T @ slope))
    J = np.column_stack([*columns, free])
    norm = np.maximum(np.linalg.norm(J, axis=0), 1e-300)
    inverse = np.linalg.pinv((J / norm).T @ (J / norm), rcond=1e-10, hermitian=True)
    reach = int(RUN / float(np.median(np.diff(fit.x))))
    variance = _spread(J / norm, inverse, left, reach) / norm**2
    wider = [
        replace(p, model=replace(p.model, instrument_deg=p.model.instrument_deg + instrument_sd)) for p in fit.phases
    ]
    change = (_again(fit, wider, fit.height).columns(values) - made) @ scales
    change -= fit.basis @ (fit.basis.T @ change)
    moved_by = inverse @ ((J / norm).T @ change) / norm
    sd = np.sqrt(variance + moved_by**2)
    sd[values.size :] /= np.maximum(scales, 1e-300)
    return np.asarray(sd)


def _spread(J: Array, inverse: Array, left: Array, reach: int) -> Array:
    """Variance of every value with residuals that are alike over `reach` points (W. K. Newey, K. D. West, Econometrica
    55 (1987) 703), and no less than that of residuals of this size without runs."""
    G = J * left[:, None]
    n = 1 << (2 * len(G) - 1).bit_length()
    plain = np.diag(inverse) * max(float(left @ left) / max(left.size - J.shape[1], 1), 1.0)
    weight = np.zeros(n)
    weight[: reach + 1] = 1.0 - np.arange(reach + 1) / (reach + 1)
    weight[-reach:] = weight[1 : reach + 1][::-1]
    spectrum = np.fft.rfft(weight).real
    # sum over k of w_k G' G shifted by k, by Parseval
    turned = np.fft.rfft(G @ inverse, n, axis=0)
    twice = np.full(len(turned), 2.0)
    twice[[0, -1]] = 1.0
    runs = np.einsum("f,fp->p", twice * spectrum, np.abs(turned) ** 2) / n
    return np.asarray(np.maximum(runs, plain))


def _shares(fit: _Fit, scales: Array, sd: Array) -> list[tuple[float, float]]:
    """Share of the mass of each phase of the film, and its standard deviation; NaN for others and without I/Ic."""
    film = [k for k, phase in enumerate(fit.phases) if not phase.model.apart]
    found = [(math.nan, math.nan)] * len(fit.phases)
    if len(film) < 2 or any(fit.phases[k].model.pattern.rir is None for k in film):
        return found
    mass = np.array([scales[k] / float(fit.phases[k].model.pattern.rir or math.nan) for k in film])
    if not mass.sum() > 0.0:
        return found
    share = mass / mass.sum()
    relative = np.hypot(sd[film], RIR)
    for place, k in enumerate(film):
        others = np.array([share[j] if j != place else share[j] - 1.0 for j in range(len(film))])
        found[k] = (float(share[place]), float(share[place] * np.sqrt(np.sum((others * relative) ** 2))))
    return found


def _phase(phase: _Free, own: Array, sd: Array, scale: float, share: tuple[float, float]) -> RefinedPhase:
    state, groups = phase.at(own), phase.groups if phase.whole else [(0, 1, 2)]
    n = len(groups)
    cell_sd = [0.0] * 6
    for places, by in zip(groups, sd[:n], strict=True):
        for k in places:
            cell_sd[k] = phase.state.cell[k] * float(by) if k < 3 else float(np.degrees(by))
    notes = [] if phase.whole else ["few lines in the range: one factor for its whole cell, no strain, no texture"]
    notes += ["its lines are as strong as they are: no texture, no share"] if phase.model.apart else []
    low, high = (np.array(b) for b in phase.bounds())
    stuck = np.minimum(own - low, high - own) < 1e-6 * (high - low)
    names = ["cell"] * n + ["size"] + ["strain"] * phase.whole + ["texture"] * phase.textured
    ends = [name for name, at in zip(names, stuck, strict=True) if at and name != "strain"]
    notes += [f"its {name} runs to the end of what is tried" for name in dict.fromkeys(ends)]
    pattern = phase.model.pattern
    K = SHAPE_FACTOR[1] / SHAPE_FACTOR[0]
    L_sd = math.nan if stuck[n] else state.L_nm * math.hypot(float(sd[n]), PROFILE, K)
    epsilon_sd = math.hypot(float(sd[n + 1]), FLAT) if phase.whole else math.nan
    r_sd = state.r * float(sd[n + 2]) if phase.textured else math.nan
    lines = int(np.isfinite(pattern.two_theta_deg(phase.model.wavelengths[0][0])).sum())
    return RefinedPhase(pattern.name, state, tuple(cell_sd), L_sd, epsilon_sd, r_sd, scale, *share, lines, tuple(notes))
