"""Effective conductivity of a voxel volume, solved: the check of every effective-medium formula.

div(s grad u) = 0 in a periodic volume under a mean field of 1 along one axis, by finite volumes on the voxels. Between
two voxels' centres lie two half-voxels in series, hence the harmonic mean on the face:

    w = 2 s1 s2/(s1 + s2),   sum over faces of w (du + e) = 0,   s_eff = mean of w (du + e) along the axis

Any transported quantity does: S/m for electrons, for ions the permeability D dc/dmu (see junction.effective_medium).

The equations are solved by conjugate gradients, preconditioned with the same equations for a uniform volume, which the
fast Fourier transform solves at once. The condition number is then at most the contrast of the conductivities, whatever
the grid: some 15 iterations at a contrast of 10, 50 at 100, 200 at 1e4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError
from .microstructure import grow

__all__ = ["Conduction", "Resolved", "conduct", "resolved"]

Array = NDArray[Any]

TOLERANCE = 1e-5  # of the residual; s_eff is then good to about its square, because it is a minimum of the dissipation
ITERATIONS = 5000


@dataclass(frozen=True)
class Conduction:
    """Current through a volume.

    - `conductivity`: s_eff along `axis`, in the unit of the map;
    - `residual`: what is left unbalanced, relative to the uniform field, in the norm of the dissipation;
    - `iterations`: of the conjugate gradients.
    """

    conductivity: float
    axis: int
    residual: float
    iterations: int


@dataclass(frozen=True)
class Resolved:
    """Effective conductivity of a kind of microstructure.

    - `mean`, `spread`: over seeds (each the mean of three axes), the spread as standard deviation (0 for one seed);
    - `grid`: error of the grid, half of what extrapolation changed;
    - `fraction`: volume fraction on the grid, mean of the seeds; `values`: one for every seed.
    """

    mean: float
    spread: float
    grid: float
    fraction: float
    values: tuple[float, ...]

    @property
    def error(self) -> float:
        """Standard error of the mean and error of the grid together."""
        return float(np.hypot(self.spread / max(len(self.values), 1) ** 0.5, self.grid))


def conduct(conductivity: ArrayLike, axis: int = 0, *, rtol: float = TOLERANCE) -> Conduction:
    """Effective conductivity along `axis` of a periodic volume: a map of shape (nx, ny, nz), all values positive.

    Errors: `HeterofilmError` for a map that is not three-dimensional or not positive, an axis that does not exist, or
    no convergence (contrasts far above 1e6).
    """
    s = np.asarray(conductivity, dtype=float)
    if s.ndim != 3 or not s.size:
        raise InputError(f"A map of conductivities must have three axes, got the shape {s.shape}.")
    if not (np.isfinite(s).all() and (s > 0.0).all()):
        raise InputError("Every conductivity of a map must be a positive number; give an insulator a small one.")
    if axis not in (0, 1, 2):
        raise InputError(f"The axis must be 0, 1 or 2, got {axis}.")
    scale = float(np.exp(np.log(s).mean()))
    s = s / scale
    w = [2.0 * s * t / (s + t) for t in (np.roll(s, -1, a) for a in range(3))]
    u, residual, iterations = _conjugate_gradients(w, _divergence(w[axis], axis), rtol)
    if residual > rtol:
        raise InputError(
            f"The conduction did not converge: a residual of {residual:.1e} after {iterations} iterations at a "
            f"contrast of {s.max() / s.min():.1e}; use a smaller contrast or a larger rtol."
        )
    current = w[axis] * (1.0 + np.roll(u, -1, axis) - u)
    return Conduction(scale * float(current.mean()), axis, residual, iterations)


def resolved(
    family: str,
    fraction: float,
    domain_size: float,
    matrix: float,
    domain: float,
    *,
    layer: tuple[float, float] | None = None,
    seeds: int = 4,
    across: float = 6.0,
    voxels: int = 16,
) -> Resolved:
    """Effective conductivity of `seeds` microstructures of a family, along three axes each, extrapolated in the grid.

    A surface made of voxels is a staircase, whose error is of first order in the voxel's edge h. The same geometry
    is therefore sampled at h and 2h, and s = 2 s(h) - s(2h). On up to 36 voxels per domain the error left is below half
    of that correction, and below 2 % for levelled fields. It is large, and said to be, for packed spheres at a
    contrast of 100 from a fraction of 0.5 on, where the current crosses gaps thinner than a voxel.

    `layer`: conductivity and thickness (m) of an interfacial layer around the domains; the rest as in
    `microstructure.grow`.

    Errors: `HeterofilmError`, those of `grow`, `Microstructure.with_layer` and `conduct`.
    """
    if seeds < 1:
        raise InputError(f"At least one microstructure is needed, got {seeds}.")
    fine: list[float] = []
    coarse: list[float] = []
    fractions: list[float] = []
    for seed in range(seeds):
        structure = grow(family, fraction, domain_size, across=across, voxels=voxels, seed=seed)
        fractions.append(structure.fraction())
        if layer:
            structure = structure.with_layer(layer[1])
        for sampled, found in ((structure, fine), (structure.coarser(), coarse)):
            s = sampled.conductivity(matrix, domain, layer[0] if layer else None)
            found.append(float(np.mean([conduct(s, axis).conductivity for axis in range(3)])))
    values = 2.0 * np.array(fine) - np.array(coarse)
    spread = float(values.std(ddof=1)) if seeds > 1 else 0.0
    grid = 0.5 * abs(float(np.mean(fine) - np.mean(coarse)))
    return Resolved(float(values.mean()), spread, grid, float(np.mean(fractions)), tuple(values.tolist()))


def _divergence(flux: Array, axis: int) -> Array:
    return flux - np.roll(flux, 1, axis)


def _outflow(w: list[Array], u: Array) -> Array:
    """-div(w grad u) of every voxel."""
    return np.asarray(sum(_divergence(face * (u - np.roll(u, -1, a)), a) for a, face in enumerate(w)))


def _conjugate_gradients(w: list[Array], b: Array, rtol: float) -> tuple[Array, float, int]:
    """u with -div(w grad u) = b, the relative residual, and the iterations."""
    inverse = _uniform_inverse(b.shape)
    u, r = np.zeros_like(b), b.copy()
    z = inverse(r)
    p, rho = z.copy(), float((r * z).sum())
    start = float(sum(face.sum() for face in w)) / 3.0  # dissipation of the uniform field: the scale of all residuals
    iterations = 0
    while rho > rtol**2 * start and iterations < ITERATIONS:
        q = _outflow(w, p)
        step = rho / float((p * q).sum())
        u += step * p
        r -= step * q
        z = inverse(r)
        rho, before = float((r * z).sum()), rho
        p = z + rho / before * p
        iterations += 1
    r = b - _outflow(w, u)  # anew: the updated one goes on falling where rounding stops the true one
    return u, float(np.sqrt(max(float((r * inverse(r)).sum()), 0.0) / start)), iterations


def _uniform_inverse(shape: tuple[int, ...]) -> Any:
    """r -> z with -div grad z = r, by the eigenvalues 2 - 2 cos k of the second difference along each axis."""
    from scipy.fft import irfftn, rfftn

    waves = [np.arange(n) for n in shape[:2]] + [np.arange(shape[2] // 2 + 1)]
    x, y, z = (2.0 - 2.0 * np.cos(2.0 * np.pi * k / n) for k, n in zip(waves, shape, strict=True))
    eigenvalues = x[:, None, None] + y[:, None] + z
    eigenvalues[0, 0, 0] = np.inf  # the mean of the potential is free

    def inverse(r: Array) -> Array:
        return np.asarray(irfftn(rfftn(r) / eigenvalues, s=shape))

    return inverse
