"""The equations of one time step, ``M (g (new - y) - known) = f(new, t)``, by Newton's method.

The Jacobian is exact, but between two couples theta(U) is nearly flat, D has a peak, and the exchange between the
phases is exponential in U: there a straight line is worth nothing beyond some 10 mV. At a node whose potential
wants to move further, or whose D changes on the way, the equations of that node alone are solved as they are, with
its neighbours where the linear solution puts them. So a lithiation front can pass a node within one step.
"""

from __future__ import annotations

import math

import numpy as np

from .front import added
from .jit import inlined_kernel, kernel
from .kinetics import exchange_scale, hetero_overpotential, phi
from .linear import S, factor, solve
from .msmr import hysteresis
from .nuclei import left_of_shares
from .open_circuit import filling, potential
from .rates import rates
from .roots import bracketed
from .state import U_R
from .voltage import current

LIMIT = 12  # iterations
CLOSE = 0.3  # of the tolerance of the step: what may be wrong after the last correction
PATIENCE = 4  # iterations before corrections must shrink
LOWEST = -1.0  # V, bounds of a potential during the iteration
HIGHEST = 7.0
CREEP = 0.01  # V: how far an overpotential may move in the last correction, RT/F is 0.026 V
REACH = 0.08  # V: how far the linearisation is believed
LOCAL_CLOSE = 1e-4  # V, of the solution at one node: Newton goes on from there
FILLING_CLOSE = 1e-6  # of the same in a filling
NO_CURRENT = 1e-12  # A/m2, below which what is left beside a leak is round-off


@kernel
def newton(y, new, known, g, t, tolerance, control, model, lay, history, work, factors, b):
    """Solve for ``new`` from the guess in it; returns the iterations, negative where they did not converge."""
    before = np.inf
    for attempt in range(1, LIMIT + 1):
        equations(y, new, known, g, t, control, model, lay, history, work, b)
        factor(g, new, control, model, lay, work, factors)
        solve(b, control, model, lay, work, factors)
        small = CLOSE * tolerance
        moved = False
        if lay.shells == 0 and model.D_m.D.size > 1 and not lay.fronts:
            theta = new[lay.theta_m : lay.U_m]
            change = b[lay.theta_m : lay.U_m]
            full = model.matrix.theta_full
            moved = bend_fillings(g, theta, change, small * full, model.D_m, model.film, work.Phi, work.D_m)
        if lay.nodes_a > 0:
            a = model.negative
            if a.D.D.size > 1:
                theta = new[lay.theta_a : lay.U_a]
                change = b[lay.theta_a : lay.U_a]
                full = a.phase.theta_full
                moved = bend_fillings(g, theta, change, small * full, a.D, a.film, work.Phi_a, work.D_a) or moved
            moved = bend_anode(new, b, model, lay, history) or moved
        moved = bend_potentials(g, new, b, model, lay, history, work, factors) or moved
        moved = creeping(b, lay) or moved
        missed = demand_missed(new, control, model, lay, work)
        size = max(apply(new, b, model, lay, work), missed)
        if not size < np.inf:
            return -attempt
        if left_over(size, before) <= CLOSE * tolerance and not moved:
            # an implicit step far longer than what grows within it would hold one phase where it decays into two
            return -attempt if lay.fronts and factors.growing[0] != 0.0 else attempt
        if attempt > PATIENCE and size > before:
            return -attempt
        before = size
    return -LIMIT


@kernel
def equations(y, new, known, g, t, control, model, lay, history, work, b):
    """What is left of the equations of the step, ``f(new, t) - M (g (new - y) - known)``, with the slopes there."""
    rates(new, t, control, model, lay, history, work)
    for k in range(lay.size):
        b[k] = known[k] - g * (new[k] - y[k])
    left_of_shares(y, new, known, g, model, lay, work, b)
    b[lay.v] *= model.cathode.C
    b[lay.v_a] *= model.anode.C
    b[lay.i] = 0.0
    b[lay.U_d : lay.n_d] = 0.0
    b[lay.U_m : lay.n_m] = 0.0
    if lay.nodes_a > 0:
        b[lay.U_a] = 0.0
    for k in range(lay.size):
        b[k] += work.rate[k]


@kernel
def left_over(size, before):
    """What is still wrong after a correction of ``size``, if corrections go on shrinking as from ``before`` to it.

    After the first nothing is known of that, and all of it may be wrong.
    """
    ratio = size / before
    return size * ratio / (1.0 - ratio) if ratio < 0.5 and before < np.inf else size


@inlined_kernel
def bend_fillings(g, theta, change, small, law, film, Phi_now, D_now):
    """Correct the linear solution where D changes on the way of a filling; returns whether it did.

    Between two couples D is thousands of times larger than on a plateau, and a straight line through Phi is worth
    as little as one through U. The balance of such a node is solved as it is, with its neighbours where the linear
    solution (*) puts them:

    g (theta - theta*) + l (Phi(theta) - Phi*) = 0,   Phi* = Phi + D (theta* - theta)

    In a film of two phases the exchange with the domains would belong to it: ``one_node``.
    """
    moved = False
    for k in range(theta.size):
        link = film.link[k] if k < theta.size - 1 else 0.0
        if k > 0:
            link += film.link[k - 1]
        link /= g * film.width[k]
        aim = theta[k] + change[k]
        Phi_aim = Phi_now[k] + D_now[k] * change[k]
        Phi, D = phi(aim, law.D, law.Phi, law.theta_max)
        wrong = link * (Phi - Phi_aim)
        if abs(wrong) <= small:
            continue
        moved = True
        x = aim
        low = min(aim, aim - wrong)  # Phi rises with theta: the root lies between
        high = max(aim, aim - wrong)
        before = np.inf
        for _ in range(60):
            if wrong > 0.0:
                high = x
            else:
                low = x
            move = bracketed(x, -wrong / (1.0 + link * D), before, low, high)
            x += move
            before = abs(move)
            if before < FILLING_CLOSE:
                break
            Phi, D = phi(x, law.D, law.Phi, law.theta_max)
            wrong = x - aim + link * (Phi - Phi_aim)
        change[k] = x - theta[k]
    return moved


@kernel
def bend_anode(new, change, model, lay, history):
    """Correct the linear solution where the potential of a film that is the anode wants to move far."""
    if abs(change[lay.U_a]) <= REACH:
        return False
    phase = model.negative.phase
    s = lay.nodes_a - 1
    theta = new[lay.theta_a + s] + change[lay.theta_a + s]
    h, _ = hysteresis(theta / phase.theta_full, history.a[0, s], history.a[1, s], history.a[2, s], phase.K)
    linear = change[lay.U_a]
    found = potential(theta, h, 1.0, new[lay.U_a], phase)
    change[lay.U_a] = min(max(found, LOWEST), HIGHEST) - new[lay.U_a]
    change[lay.v_a] += change[lay.U_a] - linear
    return True


@kernel
def bend_potentials(g, new, change, model, lay, history, work, factors):
    """Correct the linear solution where potentials want to move far; returns whether it did."""
    far = 0
    for k in range(lay.U_m, lay.n_m):
        far += abs(change[k]) > REACH
    for k in range(lay.U_d, lay.q):
        far += abs(change[k]) > REACH
    if far == 0:
        return False
    N = lay.nodes
    moved = False
    if lay.fronts:
        for k in range(N):
            work.shares[3, k] = new[lay.theta_m + k] + change[lay.theta_m + k]
    for k in range(lay.first_U, N):
        U = lay.U_m + k - lay.first_U
        if lay.shells > 0:
            if max(abs(change[U]), abs(change[lay.U_d + k])) <= REACH:
                continue
            linear = change[U]
            one_node(k, g, new, change, model, lay, history, work, factors)
        else:
            if abs(change[U]) <= REACH:
                continue
            linear = change[U]
            theta = new[lay.theta_m + k] + change[lay.theta_m + k]
            z = theta / model.matrix.theta_full
            h, _ = hysteresis(z, history.m[0, k], history.m[1, k], history.m[2, k], model.matrix.K)
            n = share(new, change, lay.n_m + k) if lay.has_n_m else 1.0
            found = potential(theta, h, n, new[U], model.matrix)
            if lay.fronts:
                found += added(work.shares[3], k, model.film, model.front)
            change[U] = min(max(found, LOWEST), HIGHEST) - new[U]
        moved = True
        if k == N - 1:
            change[lay.v] += change[U] - linear  # the overpotential, and so the current, stays
    return moved


@kernel
def share(new, change, k):
    """Nucleated share after the correction."""
    return min(max(new[k] + change[k], 0.0), 1.0)


@kernel
def one_node(k, g, new, change, model, lay, history, work, factors):
    """Solve the equations of node ``k``, whatever its potentials do, around the linear solution (*):

    g (theta_m - theta_m*) + l (Phi(theta_m) - Phi*) + kappa (q - q*) = 0    (neighbours as in *)
    g_s (theta_s - theta_s*) = p (q - q*)                                    (inner shells eliminated)
    theta_m = Theta_m(U_m),  theta_s = Theta_d(U_d),  U_d - U_m = eta(q)

    From U_m follow theta_m, q, U_d in turn, so that one equation is left, which rises with U_m. The neighbours keep
    what the linear solution gave them and miss a little lithium: the next iteration makes up for it.
    """
    film = model.film
    m = lay.theta_m + k
    s = (lay.shells - 1) * lay.nodes + k
    U = lay.U_m + k
    U_d = lay.U_d + k
    p = 1.0 / film.share[lay.shells - 1]
    kappa = film.c_d / film.c_m
    q_0 = exchange_scale(film.area_per_volume, film.i0_h, film.c_d)
    link = film.link[k] if k < lay.nodes - 1 else 0.0
    if k > 0:
        link += film.link[k - 1]
    link /= film.width[k]
    theta_m = new[m] + change[m]
    theta_s = new[s] + change[s]
    q_linear = new[lay.q + k] + change[lay.q + k]
    Phi_now, D_now = phi(new[m], model.D_m.D, model.D_m.Phi, model.D_m.theta_max)
    Phi_linear = Phi_now + D_now * change[m]
    g_s = 1.0 / factors.d[s] + p * work.q_U[k] * factors.site_d[S, k]
    h_m, bend_m = hysteresis(
        theta_m / model.matrix.theta_full, history.m[0, k], history.m[1, k], history.m[2, k], model.matrix.K
    )
    h_d, bend_d = hysteresis(
        theta_s / model.domain.theta_full, history.d[0, k], history.d[1, k], history.d[2, k], model.domain.K
    )
    n_m = share(new, change, lay.n_m + k) if lay.has_n_m else 1.0
    n_d = share(new, change, lay.n_d + k) if lay.has_n_d else 1.0
    matrix = model.matrix
    domain = model.domain

    low = LOWEST
    high = HIGHEST
    reach = 0.1
    x = new[U]
    x_d = new[U_d]
    held = theta_m
    more = 0.0
    Phi = Phi_linear
    before = np.inf
    for _ in range(60):
        held, by_U, by_h, _ = filling(x, h_m, n_m, matrix)
        held, by_U = with_hysteresis(held, by_U, by_h * bend_m / matrix.theta_full, theta_m)
        Phi, D = phi(held, model.D_m.D, model.D_m.Phi, model.D_m.theta_max)
        more = -(g * (held - theta_m) + link * (Phi - Phi_linear)) / kappa
        more_by_U = -(g + link * D) * by_U / kappa
        eta, by_q = hetero_overpotential(q_linear + more, q_0, model.T)
        x_d = x + eta
        held_d, d_by_U, d_by_h, _ = filling(x_d, h_d, n_d, domain)
        held_d, d_by_U = with_hysteresis(held_d, d_by_U, d_by_h * bend_d / domain.theta_full, theta_s)
        wrong = theta_s + p * more / g_s - held_d
        lever = 1.0 + by_q * more_by_U  # dU_d/dU_m: where U_m(theta) is flat and U_d(theta) steep, thousands
        slope = p * more_by_U / g_s - d_by_U * lever
        if wrong > 0.0:
            high = min(high, x)
        else:
            low = max(low, x)
        move = -wrong / slope
        if abs(move) > reach:
            move = math.copysign(reach, move)
            reach *= 2.0
        move = bracketed(x, move, before, low, high)
        if low > LOWEST and high < HIGHEST:  # until then moves grow
            before = abs(move)
        if abs(move) * max(abs(lever), 1.0) < LOCAL_CLOSE:
            break
        x += move
    change[m] = held - new[m]
    change[s] += p * more / g_s
    change[lay.q + k] += more
    change[U] = x - new[U]
    change[U_d] = min(max(x_d, LOWEST), HIGHEST) - new[U_d]


@kernel
def with_hysteresis(held, by_U, by_theta, theta):
    """Filling and its slope by U if h moves with the filling; ``held`` is that with the h of ``theta``."""
    damped = 1.0 / (1.0 - by_theta)
    return theta + (held - theta) * damped, by_U * damped


@kernel
def apply(new, change, model, lay, work):
    """Apply a correction; returns its size (V at the electrodes, full fillings inside)."""
    first = lay.first_U
    N = lay.nodes
    worst = extent(change, lay.theta_m + first, lay.U_m, N - first, model.matrix.theta_full, work.m)
    if lay.has_n_m:
        worst = max(worst, shares(new, change, lay.n_m, N, model.matrix))
    if lay.shells > 0:
        outer = (lay.shells - 1) * N
        worst = max(worst, extent(change, outer, lay.U_d, N, model.domain.theta_full, work.d))
        if lay.has_n_d:
            worst = max(worst, shares(new, change, lay.n_d, N, model.domain))
    if lay.nodes_e > 0:
        worst = max(worst, mean_square(change, lay.y_e, lay.nodes_e))
    if lay.nodes_a > 0:
        full = model.negative.phase.theta_full
        worst = max(worst, extent(change, lay.U_a - 1, lay.U_a, 1, full, work.a))
    surface = change[lay.theta_m + N - 1] / model.matrix.theta_full
    size = max(math.sqrt(worst), abs(change[lay.v]), abs(change[lay.v_a]), abs(surface))
    total = 0.0
    for k in range(lay.size):
        new[k] += change[k]
        total += change[k]  # nan anywhere must be seen
    return size if abs(total) < np.inf else np.inf


@kernel
def creeping(change, lay):
    """Whether charge transfer is on its way down its exponential: RT/F an iteration, whatever current it stands for.

    Where U(theta) is steep that is next to nothing in the filling of the surface, and would look like the end.
    """
    film = abs(change[lay.v] - change[lay.n_m - 1])
    anode = abs(change[lay.v_a] - change[lay.U_a]) if lay.nodes_a > 0 else 0.0
    return max(film, anode) > CREEP


@kernel
def demand_missed(new, control, model, lay, work):
    """Voltage by which a demand for voltage or power is missed before the correction.

    Where the electrolyte is nearly used up a small correction of it is a large one of the voltage.
    """
    by_V = control.by_V + control.by_P * current(new, model, lay) if control.by_P != 0.0 else control.by_V
    return abs(work.rate[lay.i] / by_V) if abs(by_V) > NO_CURRENT else 0.0  # a power of nothing demands a current


@kernel
def extent(change, theta, U, n, theta_full, slopes):
    """Mean square of a correction at the sites of one phase: of U it counts as the filling it stands for."""
    total = 0.0
    per_full = 1.0 / theta_full
    R = slopes[U_R]
    d_theta = change[theta : theta + n]
    d_U = change[U : U + n]
    for k in range(n):
        a = min(abs(d_U[k] / R[k]) * per_full, 1.0)
        b = d_theta[k] * per_full
        total += a * a + b * b
    return total / n


@kernel
def mean_square(change, start, n):
    """Mean square of ``n`` entries."""
    total = 0.0
    for k in range(start, start + n):
        total += change[k] * change[k]
    return total / n


@kernel
def shares(new, change, start, n, phase):
    """Mean square of a correction of nucleated shares, relative to them: they are kept between 0 and 1."""
    total = 0.0
    for k in range(start, start + n):
        change[k] = share(new, change, k) - new[k]
        weighted = change[k] / (new[k] + phase.n_0)
        total += weighted * weighted
    return total / n
