"""Thermodynamics of a phase: multi-species multi-reaction (MSMR) with hysteresis and nucleation.

Equations: ``docs/equations.md`` section 1. Source of MSMR: Verbrugge et al., J. Electrochem. Soc.
164, E3243 (2017). Potentials in V against Li+/Li, fillings in Li per formula unit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .dual import plain
from .exponential import exp
from .jit import kernel
from .parameters import DU, U0, H, W, X
from .roots import bracketed

FASTEST = 12.0  # undercoolings beyond this many eta_0 change nothing: the nuclei are there, or gone


@kernel
def one_couple(U, h, n, j, couples):
    """Li per formula unit held by couple ``j`` at potential U, and its slopes by U, h and n."""
    U_j = couples[j, U0] - 0.5 * h * couples[j, H] - (1.0 - n) * couples[j, DU]
    share = 1.0 / (1.0 + exp((U - U_j) / couples[j, W]))
    held = couples[j, X] * share
    slope = held * (1.0 - share) / couples[j, W]
    return held, -slope, -0.5 * slope * couples[j, H], slope * couples[j, DU]


@kernel
def filling(U, h, n, couples, b, U_ref):
    """Filling theta at potential U and its slopes (dtheta/dU, dtheta/dh, dtheta/dn)."""
    theta = b * (U_ref - U)
    by_U = -b
    by_h = 0.0
    by_n = 0.0
    for j in range(couples.shape[0]):
        held, held_by_U, held_by_h, held_by_n = one_couple(U, h, n, j, couples)
        theta += held
        by_U += held_by_U
        by_h += held_by_h
        by_n += held_by_n
    return theta, by_U, by_h, by_n


def filling_curve(
    U: NDArray[np.float64], couples: NDArray[np.float64], b: float, U_ref: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Filling and dtheta/dU at every potential of ``U``, without hysteresis and with nuclei present."""
    if any(np.iscomplexobj(np.asarray(one)) for one in (U, couples, b, U_ref)):  # numbers that carry derivatives
        share = 1.0 / (1.0 + np.exp(np.clip((U[:, None] - couples[:, U0]) / couples[:, W], -700.0, 700.0)))
        held = couples[:, X] * share
        return b * (U_ref - U) + held.sum(axis=1), -b - (held * (1.0 - share) / couples[:, W]).sum(axis=1)
    theta, slope = np.empty(U.size), np.empty(U.size)
    fillings(np.ascontiguousarray(U), couples, b, U_ref, theta, slope)
    return theta, slope


@kernel
def fillings(U, couples, b, U_ref, theta, slope):
    """:func:`filling_curve` into given arrays."""
    for k in range(U.size):
        theta[k], slope[k], _, _ = filling(U[k], 0.0, 1.0, couples, b, U_ref)


@kernel
def potential(theta, h, n, guess, couples, b, U_ref):
    """Potential U (V) at filling theta."""
    return search(theta, h, n, guess, couples, b, U_ref)


@potential.for_dual
def potential_of_dual(theta, h, n, guess, couples, b, U_ref):
    """The same with its slopes, those of the implicit function theta = Theta(U)."""
    U = plain(search(theta, h, n, guess, couples, b, U_ref))
    found, by_U, _, _ = filling(U, h, n, couples, b, U_ref)
    return U + (theta - found) / plain(by_U)


@kernel
def search(theta, h, n, guess, couples, b, U_ref):
    """:func:`potential`: Newton from ``guess``, guarded by a bracket.

    theta falls monotonically with U; a step may grow only gradually where theta(U) is nearly flat.
    """
    U = guess
    low = -math.inf
    high = math.inf
    reach = 0.05
    before = math.inf
    for _ in range(200):
        found, by_U, _, _ = filling(U, h, n, couples, b, U_ref)
        move = (theta - found) / by_U
        if move < 0.0:
            high = min(high, U)
        else:
            low = max(low, U)
        if abs(move) > reach:
            move = math.copysign(reach, move)
            reach *= 2.0
        move = bracketed(U, move, before, low, high)
        if high - low < math.inf:
            before = abs(move)
        if abs(move) < 1e-13:
            break
        U += move
    return U


@kernel
def hysteresis(z, z0, h0, s, K):
    """State h and slope dh/dz after moving from (z0, h0) to z along the branch of direction ``s``.

    The direction is that of the step before: a kink at z0 would cost the time stepper its order. On
    the wrong branch h is still right to first order in K (z - z0), and it is kept within [-1, 1].
    """
    h = s + (h0 - s) * exp(min(-K * s * (z - z0), 5.0))
    if h > 1.0:
        return 1.0, 0.0
    if h < -1.0:
        return -1.0, 0.0
    return h, K * (1.0 - s * h)


@kernel
def coexistence(h, n, j, s_0, couples):
    """Potential (V) at which nuclei and the product of couple ``j`` are in equilibrium: where a share s_0 of it exists.

    U*(n) = U_j(n) + w_j ln(1/s_0 - 1): below it nuclei lower the free energy, above it they raise it. With the
    energy X_j dU_j s_0 (in V per formula unit) that whole nuclei cost, -dG/dn at a given filling is
    X_j dU_j (s - s_0), s the share of the couple that has reacted; it changes sign where U = U*(n).
    """
    U_j = couples[j, U0] - 0.5 * h * couples[j, H] - (1.0 - n) * couples[j, DU]
    return U_j + couples[j, W] * math.log(1.0 / s_0 - 1.0)


@kernel
def settled_share(U, h, n, couples, s_0):
    """Nucleated share that a phase held at U tends to from the share ``n``: all or none."""
    for j in range(couples.shape[0]):
        if couples[j, DU] > 0.0:
            return 1.0 if coexistence(h, n, j, s_0, couples) > U else 0.0
    return 1.0


@kernel
def nucleation_rate(U, h, n, couples, k_n, eta_0, n_0, s_0):
    """dn/dt of the nucleating couple (1/s) and its slopes by undercooling (1/(V s)), by n (1/s), and H (V).

    dn/dt = 2 k_n sinh(u/eta_0) (n + n_0)(1 - n) as nuclei grow at the undercooling u = U* - U > 0, and the same rate
    times n as they dissolve at u < 0: what a charge has oxidised must nucleate again.
    """
    for j in range(couples.shape[0]):
        if couples[j, DU] > 0.0:
            undercooling = coexistence(h, n, j, s_0, couples) - U
            grow = exp(min(max(undercooling / eta_0, -FASTEST), FASTEST))
            sinh = grow - 1.0 / grow
            cosh = grow + 1.0 / grow if abs(undercooling) < FASTEST * eta_0 else 0.0
            if undercooling > 0.0:
                shape = (n + n_0) * (1.0 - n)
                by_n = 1.0 - 2.0 * n - n_0
            else:
                shape = n
                by_n = 1.0
            by_cooling = k_n * cosh / eta_0 * shape
            return k_n * sinh * shape, by_cooling, k_n * sinh * by_n + by_cooling * couples[j, DU], couples[j, H]
    return 0.0, 0.0, 0.0, 0.0
