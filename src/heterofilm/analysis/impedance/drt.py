"""Distribution of relaxation times: which time constants share the polarisation resistance, without a circuit.

    Z(w) = R_inf + jwL + 1/(jwC) + integral of gamma(ln tau)/(1 + jw tau) d ln tau

The integral equation has no unique inverse for noisy data; wanted is the smooth gamma that fits (Tikhonov):

    minimise |W (A x - Z)|^2 + lambda |gamma''|^2,   gamma >= 0 if wished,

where gamma is a sum of Gaussians or of hats over ln tau with heights x. Wan, Saccoccio, Chen, Ciucci, Electrochim.
Acta 184 (2015) 483. The strength lambda comes from generalised cross-validation (Golub, Heath, Wahba,
Technometrics 21 (1979) 215; for the distribution: Maradesa, Py, Wan, Effat, Ciucci, J. Electrochem. Soc. 170 (2023)
030502) or from the corner of the L-curve (Hansen, O'Leary, SIAM J. Sci. Comput. 14 (1993) 1487).

A distribution of relaxations ends at a finite resistance, so a blocking tail is no part of it: the series
capacitance takes the tail up, as the inductance takes up the cables.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve, eigh
from scipy.optimize import minimize_scalar, nnls
from scipy.signal import find_peaks

from ...errors import InputError
from .elements import Complex, Real
from .spectrum import has_blocking_tail, spectrum

__all__ = ["Distribution", "Relaxation", "relaxation_times"]

Basis = Literal["gaussian", "linear"]
PER_DECADE = 10  # time constants, unless given
FINE = 10  # points of the curve per time constant of the basis
BOUNDS = (-8.0, 1.0)  # log10 lambda: below, noise is fitted; above, one line
TINY = 1e-12


@dataclass(frozen=True)
class Relaxation:
    """A peak of the distribution.

    - `tau_s`: where it is highest; `frequency_Hz` = 1/(2 pi tau); `resistance_ohm`: the area up to the minima beside
      it; `capacitance_F` = tau/resistance; `share`: of the whole polarisation resistance;
    - `at_edge`: the measurement ends within it, so that its size is a guess.
    """

    tau_s: float
    resistance_ohm: float
    share: float
    at_edge: bool

    @property
    def frequency_Hz(self) -> float:
        return 1.0 / (2.0 * np.pi * self.tau_s)

    @property
    def capacitance_F(self) -> float:
        return self.tau_s / self.resistance_ohm


@dataclass(frozen=True, eq=False)
class Distribution:
    """A distribution of relaxation times.

    - `tau_s`, `gamma_ohm`: the curve gamma over ln tau, shape (m,); its area over ln tau is `polarisation_ohm`;
    - `peaks`: from short to long time constants;
    - `series_ohm`, `inductance_H`, `capacitance_F`: R_inf, L, C; inf capacitance where none was fitted;
    - `regularisation`: lambda, without unit; `weighting`, `basis` as asked for;
    - `frequency_Hz`, `fitted_ohm`, `residual`: shape (n,), from high to low frequency; residual = (Z - Z fit)/|Z|;
    - `basis_tau_s`, `basis_ohm`: the heights x of the basis functions.
    """

    tau_s: Real
    gamma_ohm: Real
    peaks: tuple[Relaxation, ...]
    polarisation_ohm: float
    series_ohm: float
    inductance_H: float
    capacitance_F: float
    regularisation: float
    weighting: Literal["modulus", "unit"]
    basis: Basis
    frequency_Hz: Real
    fitted_ohm: Complex
    residual: Complex
    basis_tau_s: Real
    basis_ohm: Real


def relaxation_times(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    regularisation: float | Literal["gcv", "l-curve"] = "gcv",
    nonnegative: bool = True,
    basis: Basis = "gaussian",
    weighting: Literal["modulus", "unit"] = "modulus",
    inductance: bool = True,
    capacitance: bool | None = None,
    tau_s: ArrayLike | None = None,
    smallest_share: float = 0.01,
) -> Distribution:
    """The distribution of a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    `regularisation` is lambda itself or how to find it. `capacitance` puts a capacitor in series; left at None, the
    low-frequency tail decides. `tau_s` are the time constants of the basis, even in log tau; otherwise ten
    per decade over the measured range and half a decade beyond. Peaks with less than `smallest_share` of the
    polarisation resistance are left out.

    Errors: `HeterofilmError` for a bad spectrum, an unknown choice, or time constants that are not even in log tau.
    """
    f, Z = spectrum(frequency_Hz, impedance_ohm)
    if basis not in ("gaussian", "linear"):
        raise InputError(f"There is no basis '{basis}': use 'gaussian' or 'linear'.")
    if weighting not in ("modulus", "unit"):
        raise InputError(f"There is no weighting '{weighting}': use 'modulus' or 'unit'.")
    tau = _time_constants(f, tau_s)
    step = float(np.log(tau[1] / tau[0]))
    with_C = has_blocking_tail(f, Z) if capacitance is None else capacitance
    w = 2.0 * np.pi * f
    kernel, penalty = (_gaussians if basis == "gaussian" else _hats)(w, tau, step)
    extra = [np.ones_like(w) + 0j]
    if inductance:
        extra.append(1j * w)
    if with_C:
        extra.append(1.0 / (1j * w))
    # weights of order one, so that lambda means the same whatever the size of the sample
    weight = np.median(np.abs(Z)) / np.abs(Z) if weighting == "modulus" else np.ones(f.size)
    A = np.column_stack([*extra, kernel]) * weight[:, None]
    A = np.vstack([A.real, A.imag])
    b = np.concatenate([(Z * weight).real, (Z * weight).imag])
    # R, L, 1/C differ by powers of ten; they are not smoothed, so their columns may have any length
    scale = np.ones(A.shape[1])
    scale[: len(extra)] = np.linalg.norm(A[:, : len(extra)], axis=0)
    A = A / scale
    M = np.zeros((A.shape[1], A.shape[1]))
    M[len(extra) :, len(extra) :] = penalty
    strength = _strength(A, b, M, regularisation)
    x = (_nonnegative(A, b, M, strength) if nonnegative else _ridge(A, b, M, strength)) / scale
    fitted = (np.column_stack([*extra, kernel]) @ x).astype(complex)
    fine = np.geomspace(tau[0], tau[-1], FINE * (tau.size - 1) + 1)
    heights = x[len(extra) :]
    gamma = _curve(fine, tau, step, heights, basis)
    peaks, total = _peaks(fine, gamma, 1.0 / w[0], 1.0 / w[-1], smallest_share)
    inverse_C = float(x[len(extra) - 1]) if with_C else 0.0
    return Distribution(
        fine, gamma, peaks, total, float(x[0]), float(x[1]) if inductance else 0.0,
        1.0 / inverse_C if inverse_C else np.inf, strength, weighting, basis,
        f, fitted, (Z - fitted) / np.abs(Z), tau, heights,
    )  # fmt: skip


def _time_constants(f: Real, tau_s: ArrayLike | None) -> Real:
    if tau_s is None:
        low, high = np.log10(1.0 / (2.0 * np.pi * f[0])) - 0.5, np.log10(1.0 / (2.0 * np.pi * f[-1])) + 0.5
        return np.logspace(low, high, int(np.ceil((high - low) * PER_DECADE)) + 1)
    tau = np.asarray(tau_s, float)
    if (
        tau.ndim != 1
        or tau.size < 5
        or not (tau > 0.0).all()
        or np.ptp(np.diff(np.log(tau))) > 1e-3
        or tau[1] <= tau[0]
    ):
        raise InputError("The time constants of a distribution must be five or more, rising, and even in log tau.")
    return tau


def _width(step: float) -> float:
    """The epsilon of a Gaussian exp(-(epsilon y)^2) whose full width at half height is two steps."""
    return float(np.sqrt(np.log(2.0))) / step


def _gaussians(w: Real, tau: Real, step: float) -> tuple[Complex, Real]:
    """What each Gaussian in ln tau adds to Z, shape (n, m), and the integral of gamma''^2 as a form in x, (m, m)."""
    eps = _width(step)
    # Gauss-Hermite: integral exp(-u^2) g(u) du, u = eps y
    u, weights = np.polynomial.hermite.hermgauss(24)
    inside = 1.0 / (1.0 + 1j * w[:, None, None] * tau[None, :, None] * np.exp(u / eps))
    kernel = inside @ weights / eps
    a = eps * np.log(tau[:, None] / tau[None, :])
    return kernel, eps**3 * np.sqrt(np.pi / 2.0) * (3.0 - 6.0 * a**2 + a**4) * np.exp(-(a**2) / 2.0)


def _hats(w: Real, tau: Real, step: float) -> tuple[Complex, Real]:
    """The same for hats (piecewise linear gamma); gamma'' by second differences."""
    y, weights = np.polynomial.legendre.leggauss(8)
    y = np.concatenate([(y - 1.0) / 2.0, (y + 1.0) / 2.0])  # both sides of the hat, in steps
    weights = np.concatenate([weights, weights]) / 2.0 * (1.0 - np.abs(y)) * step
    inside = 1.0 / (1.0 + 1j * w[:, None, None] * tau[None, :, None] * np.exp(y * step))
    second = np.diff(np.eye(tau.size), 2, axis=0) / step**2
    return inside @ weights, second.T @ second * step


def _curve(fine: Real, tau: Real, step: float, heights: Real, basis: Basis) -> Real:
    if basis == "linear":
        return np.asarray(np.interp(np.log(fine), np.log(tau), heights))
    return np.asarray(np.exp(-((_width(step) * np.log(fine[:, None] / tau)) ** 2)) @ heights)


def _ridge(A: Real, b: Real, M: Real, strength: float) -> Real:
    return np.asarray(cho_solve(cho_factor(_normal(A, M, strength)), A.T @ b))


def _normal(A: Real, M: Real, strength: float) -> Real:
    """A'A + lambda M, made definite: the two may share a direction that no data and no bend can tell."""
    N = A.T @ A + strength * M
    return np.asarray(N + TINY * np.trace(N) / len(N) * np.eye(len(N)))


def _nonnegative(A: Real, b: Real, M: Real, strength: float) -> Real:
    """The same with x >= 0: |U x - U'^-1 A'b|^2 with U'U = A'A + lambda M has the same minimum."""
    U = np.linalg.cholesky(_normal(A, M, strength)).T
    return np.asarray(nnls(U, np.linalg.solve(U.T, A.T @ b), maxiter=100 * A.shape[1])[0])


def _strength(A: Real, b: Real, M: Real, asked: float | str) -> float:
    if not isinstance(asked, str):
        if not asked > 0.0:
            raise InputError(f"The regularisation must be positive, but {asked:g} was given; try 1e-3.")
        return float(asked)
    if asked == "gcv":
        ridges = _Ridges(A, b, M)
        grid = np.arange(BOUNDS[0], BOUNDS[1] + 0.1, 0.5)
        best = float(grid[np.argmin([ridges.gcv(10.0**x) for x in grid])])
        low, high = max(best - 0.5, BOUNDS[0]), min(best + 0.5, BOUNDS[1])
        found = minimize_scalar(lambda x: ridges.gcv(10.0**x), bounds=(low, high), method="bounded")
        return 10.0 ** float(found.x)
    if asked == "l-curve":
        return _Ridges(A, b, M).corner()
    raise InputError(f"There is no way '{asked}' to find the regularisation: use 'gcv', 'l-curve' or a number.")


class _Ridges:
    """The ridge solutions for all lambda at once.

    With B = A'A + lambda0 M, V'BV = 1 and V'MV = diag(m), every A'A + lambda M is diagonal in V:
    1 + (lambda - lambda0) m.
    """

    reference = 1e-3  # lambda0: any will do that makes B definite

    def __init__(self, A: Real, b: Real, M: Real) -> None:
        self.b = b
        self.m, V = eigh(M, _normal(A, M, self.reference))
        self.m = np.clip(self.m, 0.0, 1.0 / self.reference)  # what rounding left outside
        self.AV = A @ V
        self.Vb = self.AV.T @ b

    def _shares(self, strength: float) -> Real:
        return 1.0 / (1.0 + (strength - self.reference) * self.m)

    def misfit(self, strength: float) -> float:
        """|A x - b|^2"""
        return float(np.sum((self.b - self.AV @ (self._shares(strength) * self.Vb)) ** 2))

    def bend(self, strength: float) -> float:
        """x'M x = |gamma''|^2"""
        return float(np.sum(self.m * (self._shares(strength) * self.Vb) ** 2))

    def gcv(self, strength: float) -> float:
        """|(1 - K) b|^2 / n over (trace(1 - K)/n)^2, K = A (A'A + lambda M)^-1 A'."""
        n = self.b.size
        trace = float(np.sum((1.0 - self.reference * self.m) * self._shares(strength)))
        return self.misfit(strength) / n / ((n - trace) / n) ** 2

    def corner(self) -> float:
        """The lambda at the sharpest bend of log |gamma''|^2 over log |A x - b|^2."""
        grid = np.linspace(*BOUNDS, 91)
        misfit = np.log([max(self.misfit(10.0**x), 1e-300) for x in grid])
        bend = np.log([max(self.bend(10.0**x), 1e-300) for x in grid])
        d1, d2 = np.gradient(misfit, grid), np.gradient(bend, grid)
        dd1, dd2 = np.gradient(d1, grid), np.gradient(d2, grid)
        curvature = (d1 * dd2 - dd1 * d2) / np.maximum(d1**2 + d2**2, 1e-12) ** 1.5
        inner = slice(3, -3)  # one-sided differences at the ends
        return float(10.0 ** grid[inner][np.argmax(curvature[inner])])


def _peaks(tau: Real, gamma: Real, first: float, last: float, smallest: float) -> tuple[tuple[Relaxation, ...], float]:
    """Maxima with the area between the minima beside them. ``first``, ``last``: 1/w at the ends of the measurement."""
    x = np.log(tau)
    total = float(np.trapezoid(gamma, x))
    if not gamma.max() > 0.0 or total <= 0.0:
        return (), total
    padded = np.concatenate([[0.0], gamma, [0.0]])  # a maximum at the very end is one too
    at = find_peaks(padded, prominence=0.005 * gamma.max())[0] - 1
    # one point at the lowest place between two maxima ends one peak and begins the next
    edges = [0, *(a + int(np.argmin(gamma[a : b + 1])) for a, b in pairwise(at)), tau.size - 1]
    found = []
    for k, (a, b) in zip(at, pairwise(edges), strict=True):
        area = float(np.trapezoid(gamma[a : b + 1], x[a : b + 1]))
        if area >= smallest * total:
            found.append(Relaxation(float(tau[k]), area, area / total, not first * 1.5 <= tau[k] <= last / 1.5))
    return tuple(found), total
