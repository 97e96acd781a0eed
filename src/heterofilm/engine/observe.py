"""What is seen of recorded states: the voltage loss split by cause, and the filling of every couple.

The reference is the open-circuit potential of the film with the same Li in it, at rest, without
hysteresis and with nuclei present. Every loss is a difference of potentials along the path from there
to the terminal voltage, so that they add up to it exactly:

equilibrium - hysteresis - nucleation - (exchange + domain) - matrix diffusion - charge transfer
- electrolyte - anode - film (ohmic) - series = V
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .jit import kernel
from .msmr import one_couple
from .open_circuit import filling, potential
from .parameters import Model, X
from .roots import bracketed
from .state import Layout
from .voltage import electrolyte_loss, film_ohmic_loss

Array = np.ndarray[Any, np.dtype[np.float64]]

# columns of the losses
(
    EQUILIBRIUM,
    HYSTERESIS,
    NUCLEATION,
    EXCHANGE,
    DOMAIN,
    MATRIX,
    TRANSFER,
    ELECTROLYTE,
    ANODE,
    OHMIC,
    SERIES,
    LOSSES,
) = range(12)


@kernel
def film_potential(charge, h_m, n_m, h_d, n_d, guess, model):
    """Potential (V) at which the whole film holds ``charge`` (mol Li per m3 of film) at rest."""
    film = model.film
    low = -math.inf
    high = math.inf
    before = math.inf
    U = guess
    for _ in range(200):
        theta, by_U, _, _ = filling(U, h_m, n_m, model.matrix)
        held = film.c_m * theta
        slope = film.c_m * by_U
        if film.r.size > 0:
            theta, by_U, _, _ = filling(U, h_d, n_d, model.domain)
            held += film.c_d * theta
            slope += film.c_d * by_U
        move = (charge - held) / slope
        if move < 0.0:
            high = U
        else:
            low = U
        move = bracketed(U, min(max(move, -0.2), 0.2), before, low, high)
        if high - low < math.inf:
            before = abs(move)
        if abs(move) < 1e-12:
            break
        U += move
    return U


@kernel
def weighted(values, weights):
    """Weighted mean."""
    total = 0.0
    weight = 0.0
    for k in range(values.size):
        total += weights[k] * values[k]
        weight += weights[k]
    return total / weight


def observe(states: Array, model: Model, lay: Layout) -> tuple[Array, Array, Array]:
    """Losses (V), fillings and couples of recorded states.

    ``states`` are rows ``[y | h_m | h_d]``. Returns ``(losses, mean, surface)``: losses (n, LOSSES);
    mean and surface (n, 1 + couples of the matrix + 1 + couples of the domains), each the filling of
    the phase and of its couples (Li per formula unit), over the film and next to the electrolyte.
    """
    states = np.ascontiguousarray(states)
    n, N = len(states), lay.nodes
    columns = 2 + len(model.matrix.couples) + len(model.domain.couples)
    losses, mean, surface = np.zeros((n, LOSSES)), np.zeros((n, columns)), np.zeros((n, columns))
    look(states, model, lay, losses, mean, surface, np.ones(N), np.zeros(N), np.zeros(N))
    return losses, mean, surface


@kernel
def look(states, model, lay, losses, mean, surface, ones, theta_d, U_d):
    """:func:`observe` into given arrays; the last three are scratch of the nodes, the first of them filled with 1."""
    n = states.shape[0]
    N = lay.nodes
    J_m = model.matrix.couples.shape[0]
    guess = 3.0
    for p in range(n):
        y = states[p, : lay.size]
        h_m = states[p, lay.size : lay.size + N]
        h_d = states[p, lay.size + N : lay.size + 2 * N]
        theta_m = y[lay.theta_m : lay.U_m]
        n_m = y[lay.n_m : lay.y_e] if lay.has_n_m else ones
        n_d = y[lay.n_d : lay.theta_m] if lay.has_n_d else ones
        width = model.film.width
        mean_m = weighted(theta_m, width)
        H_m = weighted(h_m, width)
        N_m = weighted(n_m, width)
        charge = model.film.c_m * mean_m
        mean_d = 0.0
        H_d = 0.0
        N_d = 1.0
        if lay.shells > 0:
            for k in range(N):
                theta_d[k] = 0.0
                for shell in range(lay.shells):
                    theta_d[k] += model.film.share[shell] * y[shell * N + k]
            mean_d = weighted(theta_d, width)
            H_d = weighted(h_d, width)
            N_d = weighted(n_d, width)
            charge += model.film.c_d * mean_d
        m = model.matrix
        rest = film_potential(charge, 0.0, 1.0, 0.0, 1.0, guess, model)
        branch = film_potential(charge, H_m, 1.0, H_d, 1.0, rest, model)
        film = film_potential(charge, H_m, N_m, H_d, N_d, branch, model)
        inner = potential(mean_m, H_m, N_m, film, m)
        U_s = y[lay.n_m - 1]
        guess = rest
        row = losses[p]
        row[EQUILIBRIUM] = rest
        row[HYSTERESIS] = rest - branch
        row[NUCLEATION] = branch - film
        row[MATRIX] = inner - U_s
        row[TRANSFER] = U_s - y[lay.v]
        row[ELECTROLYTE] = electrolyte_loss(y, model, lay)
        row[ANODE] = y[lay.v_a]
        row[OHMIC] = film_ohmic_loss(y, model, lay)
        row[SERIES] = y[lay.i] * model.R_s
        if lay.shells > 0:
            across = 0.0
            inside = 0.0
            for k in range(N):
                U_d[k] = potential(theta_d[k], h_d[k], n_d[k], y[lay.U_d + k], model.domain)
                across += width[k] * abs(y[lay.U_d + k] - y[lay.U_m + k])
                inside += width[k] * abs(U_d[k] - y[lay.U_d + k])
            part = across / (across + inside) if across + inside > 0.0 else 0.5
            row[EXCHANGE] = part * (film - inner)
            row[DOMAIN] = (1.0 - part) * (film - inner)
        mean[p, 0] = mean_m
        mean[p, 1 + J_m] = mean_d
        surface[p, 0] = theta_m[N - 1]
        surface[p, 1 + J_m] = theta_d[N - 1]
        for k in range(N):
            U = y[lay.U_m + k - lay.first_U] if k >= lay.first_U else inner
            U = potential(theta_m[k], h_m[k], n_m[k], U, m)
            spread(mean[p, 1:], surface[p, 1:], U, h_m[k], n_m[k], width[k] / model.film.L, k == N - 1, m)
            if lay.shells > 0:
                spread(
                    mean[p, 2 + J_m :], surface[p, 2 + J_m :], U_d[k], h_d[k], n_d[k],
                    width[k] / model.film.L, k == N - 1, model.domain,
                )  # fmt: skip


@kernel
def spread(mean, surface, U, h, n, weight, is_surface, phase):
    """Add the couples of one phase at one place to the means, and to the surface where it is that."""
    for j in range(phase.couples.shape[0]):
        held, _, _, _ = one_couple(U, h, n, j, phase.couples)
        held = min(held, phase.couples[j, X])
        mean[j] += weight * held
        if is_surface:
            surface[j] = held
