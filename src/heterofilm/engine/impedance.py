"""Impedance by exact linearisation: ``(i omega M - J) x = x_i`` solved in frequency, no time stepping.

The matrix is the one the time stepper factors, with ``g = i omega`` instead of ``1/(h gamma)``; ``x`` is
the response of the whole state to a unit current, and every contribution to Z = -dV/di is linear in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .factors import ComplexFactors, new_factors
from .jit import kernel
from .linear import factor_chains, solve_chains, unit_current
from .open_circuit import filling, potential
from .parameters import Model
from .rates import rates
from .state import History, Layout, Work, new_work
from .structs import Matrix, Struct, Vector, zeros
from .voltage import Control, film_resistance, voltage_gradient
from .workspace import lent

# the contributions, in the order of the stack
SERIES, ANODE, ELECTROLYTE, FILM, TRANSFER, MATRIX, EXCHANGE, DOMAIN, STORAGE, PARTS = range(10)
ACROSS = PARTS  # their sum between the faces of the electrodes, which a leak lies beside


class Weights(Struct):
    """What contributions are made of, and what is needed on the way there."""

    response: Matrix  # (PARTS + 1, size) weight of the state's response; last, of all between the electrodes' faces
    direct: Vector  # (PARTS + 1,) ohm m2, what follows the current at once
    gradient: Vector  # (size,) dV/dy
    C_m: Vector  # (nodes,) capacitance of matrix and domains
    C_d: Vector


class Linearised(Struct):
    """What a spectrum overwrites."""

    work: Work
    factors: ComplexFactors
    weights: Weights


def new_linearised(lay: Layout) -> Linearised:
    """Empty arrays for this layout."""
    weights = Weights(
        response=zeros(PARTS + 1, lay.size), direct=zeros(PARTS + 1), gradient=zeros(lay.size),
        C_m=zeros(lay.nodes), C_d=zeros(lay.nodes),
    )  # fmt: skip
    return Linearised(work=new_work(lay), factors=new_factors(lay, ComplexFactors), weights=weights)


def spectrum(
    omega: NDArray[np.float64], y: NDArray[np.float64], history: History, model: Model, lay: Layout
) -> NDArray[np.complex128]:
    """Contributions to the impedance (ohm m2) at angular frequencies ``omega`` (1/s) about state ``y``.

    Returns a complex array (frequencies, PARTS); the rows add up to Z. Of dh = K (dz - h |dz|) the first part is
    linear at any amplitude and belongs to Z; the second has no first harmonic.
    """
    omega, history = np.ascontiguousarray(omega), turning(history)
    leak = model.electrolyte.G
    model = model.replace(electrolyte=model.electrolyte.replace(G=0.0)) if leak > 0.0 else model
    control = Control(by_i=1.0, by_V=0.0, by_P=0.0, at_0=float(y[lay.i]), slope=0.0)
    Z = np.empty((omega.size, PARTS + 1), np.complex128)
    with lent(new_linearised, lay) as arrays:
        weights = arrays.weights
        weigh(y, history, model, lay, weights)
        part, row = np.divmod(np.flatnonzero(weights.response), lay.size)
        weight = weights.response[part, row]
        Z[:] = outside = weights.direct.copy()
        respond(omega, y, history, control, model, lay, arrays, part, row, weight, Z)
    outside[ELECTROLYTE] = 0.0
    return beside(leak, Z, outside[:PARTS]) if leak > 0.0 else Z[:, :PARTS]


def beside(leak: float, Z: NDArray[np.complex128], outside: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Contributions with a leak G (S/m2) across the electrolyte, from those ``Z`` to a current of ions.

    What the cycler's current i passes at once (``outside``: contacts, electrons in films) answers to i, all else to the
    ions: i_ions = i + G W with W = -Z_W i_ions, so i_ions = i/(1 + G Z_W).
    """
    return np.asarray(outside + (Z[:, :PARTS] - outside) / (1.0 + leak * Z[:, ACROSS])[:, None])


def turning(history: History) -> History:
    """The hysteresis about which a small signal turns: without a direction the slope dh/dz of the law is K."""
    turned = History(m=history.m.copy(), d=history.d.copy(), a=history.a.copy(), lithium=history.lithium)
    turned.m[2] = 0.0
    turned.d[2] = 0.0
    turned.a[2] = 0.0
    return turned


@kernel
def respond(omega, y, history, control, model, lay, arrays, part, row, weight, Z):
    """Subtract what follows the state's response from the contributions ``Z``, which hold what follows the current.

    Z_p = direct_p + weights_p . x, where the response to a unit current is x = -border.
    """
    work, f = arrays.work, arrays.factors
    f.made_for[:] = 0.0  # nothing factored, whatever was done before
    rates(y, 0.0, control, model, lay, history, work)
    for k in range(omega.size):
        factor_chains(1j * omega[k], y, model, lay, work, f)
        unit_current(model, lay, f.border)
        solve_chains(f.border, model, lay, work, f)
        for j in range(part.size):
            Z[k, part[j]] -= weight[j] * f.border[row[j]]


@kernel
def weigh(y, history, model, lay, into):
    """Weights of the state's response in each contribution, and what follows the current at once.

    With local capacitances C_k = -dtheta/dU (the hysteresis following) of matrix and domains, the film's mean
    potential answers to all charge, that of a phase to the charge of the phase:
    -dU_s = (dU_m - dU_s) + (dU_film - dU_m) - dU_film.
    """
    N = lay.nodes
    film = model.film
    weights, direct, gradient, C_m, C_d = into.response, into.direct, into.gradient, into.C_m, into.C_d
    weights[:] = 0.0
    direct[:] = 0.0
    voltage_gradient(y, model, lay, gradient)
    # d(voltage)/dy holds electrolyte and film together: the film's part is what sits on fillings
    direct[SERIES] = model.R_s
    direct[FILM] = film_resistance(y[lay.theta_m : lay.U_m], film)
    direct[ANODE] = film_resistance(y[lay.theta_a : lay.U_a], model.negative.film)
    direct[ELECTROLYTE] = -gradient[lay.i] - direct[SERIES] - direct[FILM] - direct[ANODE]
    direct[ACROSS] = model.electrolyte.R
    for k in range(lay.theta_m, lay.U_m):
        weights[FILM, k] = -gradient[k]
    for k in range(lay.y_e, lay.theta_a):
        weights[ELECTROLYTE, k] = -gradient[k]
    for k in range(lay.theta_a, lay.U_a):
        weights[ANODE, k] = -gradient[k]
    weights[ANODE, lay.v_a] = 1.0
    weights[ACROSS, lay.v_a] = 1.0
    weights[ACROSS, lay.v] = -1.0
    U_s = lay.n_m - 1
    weights[TRANSFER, lay.v] = -1.0
    weights[TRANSFER, U_s] = 1.0

    matrix = model.matrix
    for k in range(N):
        h = history.m[1, k]
        n = y[lay.n_m + k] if lay.has_n_m else 1.0
        known = k >= lay.first_U
        U = y[lay.U_m + k - lay.first_U] if known else potential(y[lay.theta_m + k], h, n, y[U_s], matrix)
        _, by_U, by_h, _ = filling(U, h, n, matrix)
        C_m[k] = -by_U / (1.0 - by_h * matrix.K / matrix.theta_full) * film.c_m * film.width[k]
        if lay.shells > 0:
            n = y[lay.n_d + k] if lay.has_n_d else 1.0
            _, by_U, by_h, _ = filling(y[lay.U_d + k], history.d[1, k], n, model.domain)
            C_d[k] = -by_U / (1.0 - by_h * model.domain.K / model.domain.theta_full) * film.c_d * film.width[k]
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
