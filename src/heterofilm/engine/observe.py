"""What is seen of recorded states: the voltage loss split by cause, and the filling of every couple.

The reference is the reversible potential: that of the film with the same Li in it, at rest and without hysteresis.
Every loss is a difference of potentials along the path from there to the terminal voltage, so that they add up to
it exactly:

reversible - hysteresis - nucleation - (exchange + domain) - matrix diffusion - charge transfer
- electrolyte - anode - film (ohmic) - series = V

All potentials are of the cell: where the anode is a film, that of the anode at rest with its lithium is subtracted, and
what it is off by under current is the loss of the anode, its diffusion included.

The equilibrium is where a rest ends: the hysteresis as it is, which no rest closes, and nuclei all there or none, as
the law of nucleation has it (``msmr.settled_share``). It is the reversible potential less the hysteresis.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .jit import kernel
from .msmr import one_couple, settled_share
from .open_circuit import filling, potential
from .parameters import Model, X
from .roots import bracketed
from .state import Layout
from .table import cubic, piece
from .voltage import current, electrolyte_loss, film_ohmic_loss, films_ohmic_loss

Array = np.ndarray[Any, np.dtype[np.float64]]


# columns of the losses
(
    REVERSIBLE,
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
    EQUILIBRIUM,
    ANODE_V,  # potential of the anode against lithium at its face
    ANODE_FILLING,  # mean, of a film that is the anode
    ANODE_SURFACE,
    LOSSES,
) = range(16)


@kernel
def film_potential(charge, h_m, n_m, h_d, n_d, guess, model):
    """Potential (V) of the film's surface once ``charge`` (mol Li per m3 of film) has come to rest in it.

    ``h_m``, ``n_m``, ``h_d``, ``n_d``: hysteresis and nucleated share of matrix and domains at every node, held.
    The filling of the matrix evens out (section 2), and domains take the potential of the matrix they sit in.
    """
    film = model.film
    m = model.matrix
    d = model.domain
    s = h_m.size - 1
    low = -math.inf
    high = math.inf
    before = math.inf
    U = guess
    for _ in range(200):
        theta, by_U, _, _ = filling(U, h_m[s], n_m[s], m)
        held = film.c_m * theta
        slope = film.c_m * by_U
        inner = U
        if film.r.size > 0:
            for j in range(s + 1):
                k = s - j
                here = by_U
                if h_m[k] != h_m[s] or n_m[k] != n_m[s]:
                    inner = potential(theta, h_m[k], n_m[k], inner, m)
                    _, here, _, _ = filling(inner, h_m[k], n_m[k], m)
                share = film.c_d * film.width[k] / film.L
                theta_d, d_by_U, _, _ = filling(inner, h_d[k], n_d[k], d)
                held += share * theta_d
                slope += share * d_by_U * by_U / here
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


@kernel
def at_front(theta, h, front):
    """How much of a front there is, up to 1, and the mean hysteresis within it: V (theta_rich - theta_poor) is the
    integral of the potential of one phase from the one to the other.
    """
    steps = 0.0
    total = 0.0
    for k in range(theta.size - 1):
        middle = 0.5 * (theta[k] + theta[k + 1])
        if front.poor < middle < front.rich:
            step = abs(theta[k + 1] - theta[k])
            steps += step
            total += 0.5 * step * (h[k] + h[k + 1])
    return min(steps / (front.rich - front.poor), 1.0), total / steps if steps > 0.0 else 0.0


@kernel
def one_potential(theta, h, guess, model):
    """Potential (V) of a film without a front once Li, which moves until it is the same everywhere, has come to rest:
    sum w theta(V - E(theta_k), h_k) = sum w theta_k, E as it is now.
    """
    width = model.film.width
    front = model.front
    V = guess
    for _ in range(50):
        missing = 0.0
        slope = 0.0
        for k in range(theta.size):
            E, _ = cubic(theta[k], piece(theta[k], front.excess), 0, front.excess)
            held, by_U, _, _ = filling(V - E, h[k], 1.0, model.matrix)
            missing += width[k] * (theta[k] - held)
            slope += width[k] * by_U
        move = min(max(missing / slope, -0.05), 0.05)
        V += move
        if abs(move) < 1e-9:
            break
    return V


def observe(states: Array, model: Model, lay: Layout) -> tuple[Array, Array, Array]:
    """Losses (V), fillings and couples of recorded states.

    ``states`` are rows ``[y | h_m | h_d | h_a]``. Returns ``(losses, mean, surface)``: losses (n, LOSSES);
    mean and surface (n, 1 + couples of the matrix + 1 + couples of the domains), each the filling of
    the phase and of its couples (Li per formula unit), over the film and next to the electrolyte.
    """
    states = np.ascontiguousarray(states)
    n, N = len(states), lay.nodes
    columns = 2 + len(model.matrix.couples) + len(model.domain.couples)
    losses, mean, surface = np.zeros((n, LOSSES)), np.zeros((n, columns)), np.zeros((n, columns))
    look(states, model, lay, losses, mean, surface, np.ones(N), np.zeros(N), np.zeros((4, N)))
    return losses, mean, surface


@kernel
def look(states, model, lay, losses, mean, surface, ones, theta_d, scratch):
    """:func:`observe` into given arrays; the last three are scratch of the nodes, the first of them filled with 1."""
    U_d = scratch[0]
    none = scratch[1]  # no hysteresis
    settled_m = scratch[2]  # nucleated share of matrix and domains once they have come to rest
    settled_d = scratch[3]
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
        charge = model.film.c_m * mean_m
        mean_d = 0.0
        if lay.shells > 0:
            for k in range(N):
                theta_d[k] = 0.0
                for shell in range(lay.shells):
                    theta_d[k] += model.film.share[shell] * y[shell * N + k]
            mean_d = weighted(theta_d, width)
            charge += model.film.c_d * mean_d
        m = model.matrix
        d = model.domain
        share = 0.0  # of a front that is there
        if lay.fronts:
            share, h_front = at_front(theta_m, h_m, model.front)
            U_d[:] = h_front
            h_m = U_d
        film = film_potential(charge, h_m, n_m, h_d, n_d, guess, model)
        inner = potential(mean_m, h_m[N - 1], n_m[N - 1], film, m)
        for j in range(N):
            k = N - 1 - j
            settled_m[k] = 1.0
            if lay.has_n_m:
                U = potential(mean_m, h_m[k], n_m[k], inner, m)
                settled_m[k] = settled_share(U, h_m[k], n_m[k], m.couples, m.s_0)
            settled_d[k] = 1.0
            if lay.shells > 0:
                U_d[k] = potential(theta_d[k], h_d[k], n_d[k], y[lay.U_d + k], d)
                settled_d[k] = settled_share(U_d[k], h_d[k], n_d[k], d.couples, d.s_0)
        rest = film_potential(charge, h_m, settled_m, h_d, settled_d, film, model)
        reversible = film_potential(charge, none, settled_m, none, settled_d, rest, model)
        if lay.fronts:  # two phases in contact have one potential
            even, _ = cubic(mean_m, piece(mean_m, model.front.excess), 1, model.front.excess)
            reversible += even
            rest += even
            if share < 1.0:
                alone = one_potential(theta_m, states[p, lay.size : lay.size + N], y[lay.n_m - 1], model)
                rest = share * rest + (1.0 - share) * alone
            film = rest
            inner = rest
        h_m = states[p, lay.size : lay.size + N]
        U_s = y[lay.n_m - 1]
        guess = film
        row = losses[p]
        row[REVERSIBLE] = reversible
        row[EQUILIBRIUM] = rest
        row[HYSTERESIS] = reversible - rest
        row[NUCLEATION] = rest - film
        row[MATRIX] = inner - U_s
        row[TRANSFER] = U_s - y[lay.v]
        i = current(y, model, lay)
        row[ELECTROLYTE] = electrolyte_loss(y, model, lay)
        row[OHMIC] = films_ohmic_loss(i, y, model, lay)
        row[ANODE] = y[lay.v_a]
        row[ANODE_V] = y[lay.v_a]
        if lay.nodes_a > 0:
            a = model.negative
            theta_a = y[lay.theta_a : lay.U_a]
            mean_a = weighted(theta_a, a.film.width)
            h_a = states[p, lay.size + 2 * N + lay.nodes_a - 1]
            rest_a = potential(mean_a, h_a, 1.0, y[lay.U_a], a.phase)
            free_a = potential(mean_a, 0.0, 1.0, rest_a, a.phase)
            row[REVERSIBLE] -= free_a
            row[EQUILIBRIUM] -= rest_a
            row[HYSTERESIS] -= free_a - rest_a
            row[ANODE] -= rest_a
            row[ANODE_V] -= film_ohmic_loss(-i, theta_a, a.film, a.D)
            row[ANODE_FILLING] = mean_a
            row[ANODE_SURFACE] = theta_a[lay.nodes_a - 1]
        row[SERIES] = i * model.R_s
        if lay.shells > 0:
            across = 0.0
            inside = 0.0
            for k in range(N):
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
