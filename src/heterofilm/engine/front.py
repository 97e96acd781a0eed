"""Two phases of the matrix side by side: the energy of their interface, and the front that moves (Cahn and Hilliard).

    U_k = U(theta_k, h) + E(theta_k) + G (grad^2 theta)_k,     N = -c_m M(theta) F dmu/dx,  mu = -F U

The open-circuit potential U(theta) of the phase, which falls everywhere, is what two phases in contact show. ``E``
(V, :class:`~heterofilm.engine.parameters.Front`) makes of its plateau the potential of one phase alone, which
overshoots on both sides; ``G`` (V m2) is the energy of a gradient over c F. The potential of neutral Li is then no
longer a function of the filling there, so it is kept at every node, and Li moves down it. J. W. Cahn, J. E. Hilliard,
J. Chem. Phys. 28, 258 (1958); in electrodes: M. Z. Bazant, Acc. Chem. Res. 46, 1144 (2013).

On the mesh U_k is the derivative by theta_k of sum w g(theta) + G/2 sum (theta' - theta)^2/dx, so that the free energy
falls whatever the mesh, and no gradient stands on the faces of the film.
"""

from __future__ import annotations

from ..constants import F
from .chains import S, condense_sites
from .jit import kernel
from .state import AFTER, BEFORE, BEND, CARRY, HERE, I_THETA, I_V, TILT
from .table import cubic, piece

# rows of the factored band: couplings to the two before, 1/pivot, couplings to the two after
SECOND_BEFORE, FIRST_BEFORE, PIVOT, FIRST_AFTER, SECOND_AFTER, BAND = range(6)


@kernel
def added(theta, k, film, front):
    """What the interface adds to the potential of node ``k`` (V)."""
    E, _ = cubic(theta[k], piece(theta[k], front.excess), 0, front.excess)
    bend = 0.0 * theta[k]
    if k > 0:
        bend += film.link[k - 1] * (theta[k - 1] - theta[k])
    if k < theta.size - 1:
        bend += film.link[k] * (theta[k + 1] - theta[k])
    return E + front.G / film.tau * bend / film.width[k]


@kernel
def alone(theta, U, film, front, own, slopes):
    """``own`` = the potential less what the interface adds; slopes of what it adds by the fillings around."""
    last = theta.size - 1
    for k in range(theta.size):
        _, by_theta = cubic(theta[k], piece(theta[k], front.excess), 0, front.excess)
        own[k] = U[k] - added(theta, k, film, front)
        per_link = front.G / film.tau / film.width[k]
        slopes[BEFORE, k] = per_link * film.link[k - 1] if k > 0 else 0.0
        slopes[AFTER, k] = per_link * film.link[k] if k < last else 0.0
        slopes[HERE, k] = by_theta - slopes[BEFORE, k] - slopes[AFTER, k]


@kernel
def drift(theta, U, film, front, slopes, rate):
    """Li down its chemical potential, in place of ``rates.matrix``; both faces closed here."""
    M, slopes[BEND, 0] = cubic(theta[0], piece(theta[0], front.M), 0, front.M)
    rate[0] = 0.0
    for k in range(theta.size - 1):
        after, slopes[BEND, k + 1] = cubic(theta[k + 1], piece(theta[k + 1], front.M), 0, front.M)
        carry = 0.5 * film.link[k] * (M + after)
        flux = carry * (U[k] - U[k + 1])
        slopes[CARRY, k] = carry
        slopes[TILT, k] = 0.5 * film.link[k] * (U[k] - U[k + 1])
        rate[k] = (rate[k] + flux) / film.width[k]
        rate[k + 1] = -flux
        M = after
    rate[theta.size - 1] /= film.width[theta.size - 1]


@kernel
def factor_front(g, model, lay, work, f):
    """Gauss on the fillings along x and the double layer of the cathode, potentials eliminated: five diagonals.

    A pivot that is not positive says that something grows faster than the step can follow (``newton.py``).
    """
    N = lay.nodes
    s = N - 1
    band = f.band
    slopes = work.front
    width = model.film.width
    own = f.site_m[S]
    band[:] = 0.0
    for k in range(N):
        band[PIVOT, k] = g
    for j in range(s):  # what a link carries from the node behind it: c (dU_j - dU_j+1) + t (M'_j + M'_j+1)
        c = slopes[CARRY, j]
        t = slopes[TILT, j]
        by_before = c * slopes[BEFORE, j]
        by_j = c * (own[j] + slopes[HERE, j] - slopes[BEFORE, j + 1]) + t * slopes[BEND, j]
        by_next = c * (slopes[AFTER, j] - own[j + 1] - slopes[HERE, j + 1]) + t * slopes[BEND, j + 1]
        by_after = -c * slopes[AFTER, j + 1]
        band[FIRST_BEFORE, j] -= by_before / width[j]
        band[PIVOT, j] -= by_j / width[j]
        band[FIRST_AFTER, j] -= by_next / width[j]
        band[SECOND_AFTER, j] -= by_after / width[j]
        band[SECOND_BEFORE, j + 1] += by_before / width[j + 1]
        band[FIRST_BEFORE, j + 1] += by_j / width[j + 1]
        band[PIVOT, j + 1] += by_next / width[j + 1]
        band[FIRST_AFTER, j + 1] += by_after / width[j + 1]
    to_film = 1.0 / (F * model.film.c_m * width[s])
    by_v = work.surface[I_V]
    by_s = work.surface[I_THETA] - by_v * (own[s] + slopes[HERE, s])
    by_before = -by_v * slopes[BEFORE, s]
    band[FIRST_BEFORE, s] -= to_film * by_before
    band[PIVOT, s] -= to_film * by_s
    band[FIRST_AFTER, s] = -to_film * by_v
    band[SECOND_BEFORE, N] = -by_before
    band[FIRST_BEFORE, N] = -by_s
    band[PIVOT, N] = g * model.cathode.C - by_v
    f.growing[0] = 0.0
    for k in range(N + 1):
        if k > 1:
            band[SECOND_BEFORE, k] *= band[PIVOT, k - 2]
            band[FIRST_BEFORE, k] -= band[SECOND_BEFORE, k] * band[FIRST_AFTER, k - 2]
            band[PIVOT, k] -= band[SECOND_BEFORE, k] * band[SECOND_AFTER, k - 2]
        if k > 0:
            band[FIRST_BEFORE, k] *= band[PIVOT, k - 1]
            band[PIVOT, k] -= band[FIRST_BEFORE, k] * band[FIRST_AFTER, k - 1]
            band[FIRST_AFTER, k] -= band[FIRST_BEFORE, k] * band[SECOND_AFTER, k - 1]
        if not band[PIVOT, k].real > 0.0:
            f.growing[0] = 1.0
        band[PIVOT, k] = 1.0 / band[PIVOT, k]


@kernel
def solve_front(b, model, lay, work, f):
    """Solve for fillings, potentials and double layer; ``b`` becomes the solution."""
    N = lay.nodes
    s = N - 1
    band = f.band
    slopes = work.front
    width = model.film.width
    b_m = b[lay.theta_m : lay.U_m]
    b_U = b[lay.U_m : lay.n_m]
    P = f.P_m
    condense_sites(b_U, b[lay.n_m : lay.y_e], False, work.m, f.site_m, P)
    for k in range(s):
        flux = slopes[CARRY, k] * (P[k] - P[k + 1])
        b_m[k] += flux / width[k]
        b_m[k + 1] -= flux / width[k + 1]
    push = -work.surface[I_V] * P[s]
    b_m[s] += push / (F * model.film.c_m * width[s])
    v = b[lay.v] + push
    for k in range(1, N):
        b_m[k] -= band[FIRST_BEFORE, k] * b_m[k - 1]
        if k > 1:
            b_m[k] -= band[SECOND_BEFORE, k] * b_m[k - 2]
    v = (v - band[FIRST_BEFORE, N] * b_m[s] - band[SECOND_BEFORE, N] * b_m[s - 1]) * band[PIVOT, N]
    b[lay.v] = v
    after = v
    second = 0.0 * v
    for j in range(N):
        k = s - j
        b_m[k] = (b_m[k] - band[FIRST_AFTER, k] * after - band[SECOND_AFTER, k] * second) * band[PIVOT, k]
        second = after
        after = b_m[k]
    own = f.site_m[S]
    for k in range(N):
        b_U[k] = P[k] + (own[k] + slopes[HERE, k]) * b_m[k]
        if k > 0:
            b_U[k] += slopes[BEFORE, k] * b_m[k - 1]
        if k < s:
            b_U[k] += slopes[AFTER, k] * b_m[k + 1]


@kernel
def carried_by_ions(theta, U, film, front):
    """Integral over the film of the current that Li carries (A/m): electrons carry the rest."""
    total = 0.0 * theta[0]
    M, _ = cubic(theta[0], piece(theta[0], front.M), 0, front.M)
    for k in range(theta.size - 1):
        after, _ = cubic(theta[k + 1], piece(theta[k + 1], front.M), 0, front.M)
        total += 0.5 * (M + after) * (U[k] - U[k + 1])
        M = after
    return F * film.c_m * film.tau * total


@kernel
def carried_gradient(theta, U, scale, film, front, by_theta, by_U):
    """Add ``scale`` times the slopes of :func:`carried_by_ions`."""
    scale *= F * film.c_m * film.tau
    M, slope = cubic(theta[0], piece(theta[0], front.M), 0, front.M)
    for k in range(theta.size - 1):
        after, slope_after = cubic(theta[k + 1], piece(theta[k + 1], front.M), 0, front.M)
        step = U[k] - U[k + 1]
        by_theta[k] += scale * 0.5 * slope * step
        by_theta[k + 1] += scale * 0.5 * slope_after * step
        by_U[k] += scale * 0.5 * (M + after)
        by_U[k + 1] -= scale * 0.5 * (M + after)
        M = after
        slope = slope_after
