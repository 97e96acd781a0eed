"""Impedance by exact linearisation: ``(i omega M - J) x = x_i`` solved in frequency, no time stepping.

The matrix is the one the time stepper factors, with ``g = i omega`` instead of ``1/(h gamma)``; ``x`` is
the response of the whole state to a unit current, and every contribution to Z = -dV/di is linear in it.
"""

from __future__ import annotations

import numpy as np

from .jit import allocating_kernel
from .linear import Factors, factor, new_factors, solve_chains, unit_current
from .msmr import filling, potential
from .rates import rates
from .state import new_work
from .voltage import Control, voltage_gradient

# the contributions, in the order of the stack
SERIES, ANODE, ELECTROLYTE, FILM, TRANSFER, MATRIX, EXCHANGE, DOMAIN, STORAGE, PARTS = range(10)


@allocating_kernel
def spectrum(omega, y, history, model, lay):
    """Contributions to the impedance (ohm m2) at angular frequencies ``omega`` (1/s) about state ``y``.

    Returns a complex array (frequencies, PARTS); the rows add up to Z. The hysteresis is held: a vanishing
    amplitude does not move it (give a model with K = 0).
    """
    work = new_work(lay)
    real = new_factors(lay)
    control = Control(1.0, 0.0, 0.0, y[lay.i], 0.0)
    rates(y, 0.0, control, model, lay, history, work)
    weights, direct = contributions(y, history, model, lay)
    part, row = np.nonzero(weights)
    weight = np.empty(part.size)
    for j in range(part.size):
        weight[j] = weights[part[j], row[j]]
    f = Factors(
        site_m=real.site_m.astype(np.complex128), site_d=real.site_d.astype(np.complex128),
        d=real.d.astype(np.complex128), made_for=real.made_for.astype(np.complex128),
        d_to_m=real.d_to_m.astype(np.complex128), m=real.m.astype(np.complex128), e=real.e.astype(np.complex128),
        ends=real.ends.astype(np.complex128), border=real.border.astype(np.complex128), row=real.row,
    )  # fmt: skip
    Z = np.empty((omega.size, PARTS), np.complex128)
    for k in range(omega.size):
        factor(1j * omega[k], y, control, model, lay, work, f)
        unit_current(model, lay, f.border)
        solve_chains(f.border, model, lay, work, f)
        # Z_p = direct_p + weights_p . x, where the response to a unit current is x = -border
        for p in range(PARTS):
            Z[k, p] = direct[p]
        for j in range(part.size):
            Z[k, part[j]] -= weight[j] * f.border[row[j]]
    return Z


@allocating_kernel
def contributions(y, history, model, lay):
    """Weights (PARTS, size) of the state's response in each contribution, and what follows the current at once.

    With local capacitances C_k = -dtheta/dU of matrix and domains, the film's mean potential answers to all
    charge, that of a phase to the charge of the phase: -dU_s = (dU_m - dU_s) + (dU_film - dU_m) - dU_film.
    """
    N = lay.nodes
    film = model.film
    weights = np.zeros((PARTS, lay.size))
    direct = np.zeros(PARTS)
    gradient = np.zeros(lay.size)
    voltage_gradient(y, model, lay, gradient)
    # d(voltage)/dy holds electrolyte and film together: the film's part is what sits on fillings
    direct[SERIES] = model.R_s
    direct[FILM] = film.L / film.sigma_e if film.sigma_e != np.inf else 0.0
    direct[ELECTROLYTE] = -gradient[lay.i] - direct[SERIES] - direct[FILM]
    for k in range(lay.theta_m, lay.U_m):
        weights[FILM, k] = -gradient[k]
    for k in range(lay.y_e, lay.v_a):
        weights[ELECTROLYTE, k] = -gradient[k]
    weights[ANODE, lay.v_a] = 1.0
    U_s = lay.n_m - 1
    weights[TRANSFER, lay.v] = -1.0
    weights[TRANSFER, U_s] = 1.0

    C_m = np.empty(N)
    C_d = np.zeros(N)
    matrix = model.matrix
    for k in range(N):
        h = history.m[1, k]
        n = y[lay.n_m + k] if lay.has_n_m else 1.0
        U = y[lay.n_m - 1]
        if k >= lay.first_U:
            U = y[lay.U_m + k - lay.first_U]
        else:
            U = potential(y[lay.theta_m + k], h, n, U, matrix.couples, matrix.b, matrix.U_ref)
        _, by_U, _, _ = filling(U, h, n, matrix.couples, matrix.b, matrix.U_ref)
        C_m[k] = -by_U * film.c_m * film.width[k]
        if lay.shells > 0:
            d = model.domain
            n = y[lay.n_d + k] if lay.has_n_d else 1.0
            _, by_U, _, _ = filling(y[lay.U_d + k], history.d[1, k], n, d.couples, d.b, d.U_ref)
            C_d[k] = -by_U * film.c_d * film.width[k]
    total_m = C_m.sum()
    total_d = C_d.sum()
    total = total_m + total_d
    # dU_m = -sum(c w dtheta)/sum(C), the mean over the matrix; the same for the domains
    for k in range(N):
        filled = -film.c_m * film.width[k]
        weights[MATRIX, lay.theta_m + k] += filled / total_m
        weights[STORAGE, lay.theta_m + k] -= filled / total
        if lay.shells > 0:
            share_d = total_d / total
            weights[EXCHANGE, lay.theta_m + k] -= share_d * filled / total_m
            weights[EXCHANGE, lay.U_d + k] += share_d * C_d[k] / total_d
            weights[DOMAIN, lay.U_d + k] -= share_d * C_d[k] / total_d
            for shell in range(lay.shells):
                held = -film.c_d * film.width[k] * film.share[shell]
                weights[DOMAIN, shell * N + k] += share_d * held / total_d
                weights[STORAGE, shell * N + k] -= held / total
    weights[MATRIX, U_s] -= 1.0
    return weights, direct
