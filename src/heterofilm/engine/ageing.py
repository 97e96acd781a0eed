"""Ageing from cycle to cycle: how deep the film was lithiated decides what it loses.

``docs/equations.md`` section 6. A phase loses capacity as material that no longer takes part, with the Li
in it: its active sites shrink by ``f``, its thermodynamics stay. Per cycle, with the deepest state of the
discharge,

    -d ln f/dN = k_c z^m + k_x <(x - 1)+> + k_s (dx)^2 + k_diss

z: share of the phase's last couple that has reacted, mean over the phase (Paris' law of fatigue, the strain
of a film on its substrate taken as z); x: Li per formula unit; dx: its difference between surface and
collector. Activation: a gain g is reached as 1 + (g - 1)(1 - exp(-N/N_a)). The charge-transfer resistance
between electrolyte and film, RT/(F i0), grows as 1 + k_R N: what impedance shows of an interface that ages.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .integrate import integrate
from .jit import allocating_kernel, kernel
from .msmr import one_couple, potential
from .parameters import Film, Interface, Model, X
from .voltage import Control, voltage

# health of a cell: active shares of matrix and domains, cycles done
ACTIVE_M, ACTIVE_D, CYCLES, HEALTH = range(4)
# deepest state of a cycle: z, <(x - 1)+> and dx of the matrix, then of the domains
Z, OVER, SPREAD, DEPTHS = range(4)
# what a step of a programme gave
STATUS, DURATION, CHARGE, ENERGY, VOLTAGE, RESULTS = range(6)


class Wear(NamedTuple):
    """Loss of one phase per cycle."""

    couple: int  # whose share is z
    k_c: float
    m: float
    k_x: float
    k_s: float


class Ageing(NamedTuple):
    """Everything that changes from cycle to cycle; all zero and gains of one: nothing does."""

    matrix: Wear
    domain: Wear
    k_diss: float  # of both phases, in a liquid electrolyte
    i0_gain: float  # of both interfaces of the film
    transport_gain: float  # of the matrix
    N_a: float
    k_R: float  # growth of the cathode's charge-transfer resistance per cycle, over that of the fresh cell


class Programme(NamedTuple):
    """Steps of one cycle: control equations (steps, 5), and the limits ``first[s]`` to ``first[s + 1]``."""

    controls: np.ndarray
    first: np.ndarray
    kinds: np.ndarray
    values: np.ndarray


@allocating_kernel
def aged(model, health, ageing):
    """The model after the cycles that ``health`` has seen."""
    reached = 1.0 - math.exp(-health[CYCLES] / ageing.N_a)
    i0 = 1.0 + (ageing.i0_gain - 1.0) * reached
    flow = 1.0 + (ageing.transport_gain - 1.0) * reached
    f = model.film
    film = Film(
        f.L, f.x, f.width, f.link * flow, f.c_m * health[ACTIVE_M], f.tau * flow, f.sigma_e,
        f.c_d * health[ACTIVE_D], f.radius, f.r, f.share, f.link_r, f.area_per_volume, f.i0_h * i0,
    )  # fmt: skip
    c = model.cathode
    cathode = Interface(c.i0 * i0 / (1.0 + ageing.k_R * health[CYCLES]), c.alpha, c.p, c.C)
    return Model(
        model.T, model.R_s, model.matrix, model.domain, model.D_m, model.D_d, film, cathode, model.anode,
        model.electrolyte,
    )  # fmt: skip


@kernel
def deepen(y, history, model, lay, ageing, depths):
    """Raise ``depths`` (2, DEPTHS) to those of the present state where it is deeper."""
    N = lay.nodes
    width = model.film.width
    L = model.film.L
    z = 0.0
    over = 0.0
    U = y[lay.n_m - 1]
    for j in range(N):
        k = N - 1 - j
        h = history.m[1, k]
        n = y[lay.n_m + k] if lay.has_n_m else 1.0
        theta = y[lay.theta_m + k]
        U = reacted(theta, h, n, U, model.matrix)
        z += width[k] / L * share(U, h, n, ageing.matrix.couple, model.matrix)
        over += width[k] / L * max(theta - 1.0, 0.0)
    depths[0, Z] = max(depths[0, Z], z)
    depths[0, OVER] = max(depths[0, OVER], over)
    depths[0, SPREAD] = max(depths[0, SPREAD], abs(y[lay.theta_m + N - 1] - y[lay.theta_m]))
    if lay.shells > 0:
        z = 0.0
        over = 0.0
        for k in range(N):
            h = history.d[1, k]
            n = y[lay.n_d + k] if lay.has_n_d else 1.0
            U = y[lay.U_d + k]
            for j in range(lay.shells):
                shell = lay.shells - 1 - j
                theta = y[shell * N + k]
                U = reacted(theta, h, n, U, model.domain)
                weight = width[k] / L * model.film.share[shell]
                z += weight * share(U, h, n, ageing.domain.couple, model.domain)
                over += weight * max(theta - 1.0, 0.0)
        depths[1, Z] = max(depths[1, Z], z)
        depths[1, OVER] = max(depths[1, OVER], over)


@kernel
def reacted(theta, h, n, guess, phase):
    """Potential of a filling."""
    return potential(theta, h, n, guess, phase.couples, phase.b, phase.U_ref)


@kernel
def share(U, h, n, couple, phase):
    """Share of a couple that has reacted at U."""
    held, _, _, _ = one_couple(U, h, n, couple, phase.couples)
    return min(held / phase.couples[couple, X], 1.0)


@kernel
def wear(health, depths, ageing):
    """One cycle more, after which the next is measured from nothing."""
    health[ACTIVE_M] *= math.exp(-loss(depths[0], ageing.matrix) - ageing.k_diss)
    health[ACTIVE_D] *= math.exp(-loss(depths[1], ageing.domain) - ageing.k_diss)
    health[CYCLES] += 1.0
    depths[:] = 0.0


@kernel
def loss(depth, w):
    """-d ln f/dN of one phase by its own mechanisms."""
    z = max(depth[Z], 0.0)
    return w.k_c * z**w.m + w.k_x * depth[OVER] + w.k_s * depth[SPREAD] ** 2


@allocating_kernel
def run_cycle(y, history, health, depths, programme, model, lay, ageing, settings, results):
    """Run the steps of one cycle on the aged model; ``results`` (steps, RESULTS).

    A cycle that discharged and then charged wears the cell. Returns the number of steps done: fewer than
    there are where one could not be integrated or met none of its limits but the last, which ends hopeless ones.
    """
    now = aged(model, health, ageing)
    charged = False
    for s in range(programme.controls.shape[0]):
        c = programme.controls[s]
        a = programme.first[s]
        b = programme.first[s + 1]
        control = Control(c[0], c[1], c[2], c[3], c[4])
        status, series, _ = integrate(
            y, history, control, programme.kinds[a:b], programme.values[a:b], now, lay, settings
        )
        points = series.points
        last = points.shape[0] - 1
        energy = 0.0
        for p in range(last):
            energy += 0.5 * (points[p + 1, 1] + points[p, 1]) * (points[p + 1, 3] - points[p, 3])
        results[s, STATUS] = status
        results[s, DURATION] = points[last, 0]
        results[s, CHARGE] = points[last, 3]
        results[s, ENERGY] = energy
        results[s, VOLTAGE] = voltage(y, now, lay)
        if status < 0 or status == b - a - 1:
            return s
        if points[last, 3] > 0.0:
            deepen(y, history, now, lay, ageing, depths)
        charged = charged or points[last, 3] < 0.0
    if charged and depths.max() > 0.0:
        wear(health, depths, ageing)
    return programme.controls.shape[0]
