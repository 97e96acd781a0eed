"""One step of ESDIRK3(2)4L[2]SA for ``M y' = f(y, t)`` with a singular, diagonal M.

C. A. Kennedy, M. H. Carpenter, Appl. Numer. Math. 44, 139 (2003), implicit half of ARK3(2)4L[2]SA:
order 3, embedded 2, L-stable, stiffly accurate, stage order 2. Every stage is solved by Newton with
the exact Jacobian. (Linearly implicit methods were tried and given up: their stages leave the
plateaus of U(theta) far behind, and steps fail by the hundred.)
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .linear import factor, is_bordered, solve
from .msmr import hysteresis, potential
from .rates import rates
from .state import U_R

STAGES = 4
GAMMA = 1767732205903 / 4055673282236
A = np.array(
    [
        [0.0, 0.0, 0.0],
        [GAMMA, 0.0, 0.0],
        [2746238789719 / 10658868560708, -640167445237 / 6845629431997, 0.0],
        [1471266399579 / 7840856788654, -4482444167858 / 7529755066697, 11266239266428 / 11593286722821],
    ]
)
C = np.array([0.0, 2.0 * GAMMA, 0.6, 1.0])
B_HAT = np.array(
    [
        2756255671327 / 12835298489170,
        -10771552573575 / 22201958757719,
        9247589265047 / 10645013368117,
        2193209047091 / 5459859503100,
    ]
)
ERROR = np.array([A[3, 0], A[3, 1], A[3, 2], GAMMA]) - B_HAT

# value at 1 of the parabola through 0, C[1] and C[2]
PARABOLA = np.array(
    [
        (1.0 - C[1]) * (1.0 - C[2]) / (C[1] * C[2]),
        (1.0 - C[2]) / (C[1] * (C[1] - C[2])),
        (1.0 - C[1]) / (C[2] * (C[2] - C[1])),
    ]
)

NEWTON_LIMIT = 12
NEWTON_TOLERANCE = 0.1  # of the tolerance of the step
LOWEST = -1.0  # V, bounds of a potential during the iteration
HIGHEST = 7.0
REACH = 0.08  # V: a potential that wants to move further is found by inverting theta(U)


@kernel
def step(y, t, h, tolerance, control, model, lay, history, drift, work, factors, slopes, new, b, first):
    """Advance from ``y`` by ``h`` into ``new``.

    ``slopes[0]`` holds dy/dt at ``y``; ``slopes[1:]`` receive those of the stages (differential rows).
    ``drift`` is a guess of dy/dt of every row, used to predict. Returns the number of Newton
    iterations, negative where they did not converge.
    """
    g = 1.0 / (h * GAMMA)
    size = lay.size
    iterations = 0
    for i in range(1, STAGES):
        # prediction: along the end of the last step, then a parabola through what is known
        if i == 1:
            for k in range(size):
                new[k] = y[k] + C[1] * h * drift[k]
        elif i == 2:
            s2 = (C[2] / C[1]) ** 2
            for k in range(size):
                first[k] = new[k]
                d = C[1] * h * drift[k]
                new[k] = y[k] + C[2] / C[1] * d + s2 * (new[k] - y[k] - d)
        else:
            for k in range(size):
                second = new[k]
                new[k] = PARABOLA[0] * y[k] + PARABOLA[1] * first[k] + PARABOLA[2] * second
                first[k] = second
        if not is_bordered(control):
            new[lay.i] = y[lay.i]  # given, so Newton leaves it alone: extrapolating it would let round-off grow
        a0 = A[i, 0] / GAMMA
        a1 = A[i, 1] / GAMMA
        a2 = A[i, 2] / GAMMA
        converged = False
        before = np.inf
        for attempt in range(NEWTON_LIMIT):
            rates(new, t + C[i] * h, control, model, lay, history, work)
            for k in range(size):
                known = a0 * slopes[0, k] + a1 * slopes[1, k] + a2 * slopes[2, k]
                b[k] = known - g * (new[k] - y[k])
            b[lay.v] *= model.cathode.C
            b[lay.v_a] *= model.anode.C
            b[lay.i] = 0.0
            b[lay.U_d : lay.n_d] = 0.0
            b[lay.U_m : lay.n_m] = 0.0
            for k in range(size):
                b[k] += work.rate[k]
            factor(g, new, control, model, lay, work, factors)
            solve(b, control, model, lay, work, factors)
            iterations += 1
            change = update(new, b, model, lay, history, work)
            if not change < np.inf:
                return -iterations
            if change <= NEWTON_TOLERANCE * tolerance:
                converged = True
                break
            if attempt > 3 and change > before:
                return -iterations
            before = change
        if not converged:
            return -iterations
        for k in range(size):
            known = a0 * slopes[0, k] + a1 * slopes[1, k] + a2 * slopes[2, k]
            slopes[i, k] = g * (new[k] - y[k]) - known
    return iterations


@kernel
def update(new, change, model, lay, history, work):
    """Apply a Newton correction; returns its size (V at the electrodes, full fillings inside)."""
    first = lay.first_U
    U = slice(lay.U_m, lay.n_m)
    n = slice(lay.n_m, lay.y_e)
    theta = slice(lay.theta_m + first, lay.U_m)
    worst = move_potentials(
        new[theta], new[U], new[n], change[theta], change[U], change[n],
        lay.has_n_m, model.matrix, history.m[:, first:], work.m,
    )  # fmt: skip
    if lay.shells > 0:
        U = slice(lay.U_d, lay.q)
        n = slice(lay.n_d, lay.theta_m)
        theta = slice((lay.shells - 1) * lay.nodes, lay.U_d)
        size = move_potentials(
            new[theta], new[U], new[n], change[theta], change[U], change[n],
            lay.has_n_d, model.domain, history.d, work.d,
        )  # fmt: skip
        worst = max(worst, size)
    s = lay.theta_m + lay.nodes - 1
    worst = max(worst, abs(change[lay.v]), abs(change[lay.v_a]), abs(change[s]) / model.matrix.theta_full)
    total = 0.0
    for k in range(lay.size):
        new[k] += change[k]
        total += change[k]  # nan anywhere must be seen
    return worst if abs(total) < np.inf else np.inf


@kernel
def move_potentials(theta, U, n, d_theta, d_U, d_n, has_n, phase, history, slopes):
    """Keep corrections of U within what the linearisation can see; returns the size of the correction.

    Between two couples theta(U) is nearly flat and a linear step would cross the next plateau: there
    the potential that belongs to the new filling is found by inversion. The size of a correction of U
    is counted as the filling it stands for.
    """
    total = 0.0
    for k in range(U.size):
        if abs(d_U[k]) > REACH:
            aim = theta[k] + d_theta[k]
            h, _ = hysteresis(aim / phase.theta_full, history[0, k], history[1, k], history[2, k], phase.K)
            share = n[k] + d_n[k] if has_n else 1.0
            found = potential(aim, h, share, U[k], phase.couples, phase.b, phase.U_ref)
            d_U[k] = min(max(found, LOWEST), HIGHEST) - U[k]
    if has_n:
        for k in range(U.size):
            total += d_n[k] * d_n[k]  # before clipping: a step too long for the growth must not pass
            d_n[k] = min(max(n[k] + d_n[k], 0.0), 1.0) - n[k]
    for k in range(U.size):
        a = min(abs(d_U[k] / slopes[U_R, k]) / phase.theta_full, 1.0)
        b = d_theta[k] / phase.theta_full
        total += a * a + b * b
    return np.sqrt(total / U.size)


@kernel
def between(y, new, slopes, h, s, out):
    """State at the fraction ``s`` of the last step (cubic Hermite; potentials and current linear)."""
    for k in range(y.size):
        rise = new[k] - y[k]
        f0 = h * slopes[0, k] - rise
        f1 = h * slopes[3, k] - rise
        out[k] = y[k] + s * rise + s * (1.0 - s) * ((1.0 - s) * f0 - s * f1)
