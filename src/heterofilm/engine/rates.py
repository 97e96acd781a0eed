"""Right-hand side of the cell: ``docs/equations.md`` sections 1 to 4.

Every function fills its rows of ``work.rate`` and the slopes the Jacobian (``linear.py``) needs.
"""

from __future__ import annotations

from ..constants import F
from .exponential import exp
from .front import alone, drift
from .jit import inlined_kernel, kernel
from .kinetics import butler_volmer, exchange_scale, hetero_overpotential, phi
from .msmr import nucleation_rate, one_couple
from .open_circuit import is_table, tabulated
from .parameters import DU, U0, H, W, X
from .state import I_THETA, I_V, N_N, N_THETA, N_U, U_N, U_R, U_THETA
from .voltage import control_residual


@kernel
def rates(y, t, control, model, lay, history, work):
    """Rates and slopes at state ``y``."""
    rate = work.rate
    nodes = lay.nodes
    theta_m = y[lay.theta_m : lay.U_m]
    to_m = rate[lay.theta_m : lay.U_m]
    U_m = y[lay.U_m : lay.n_m]
    first = lay.first_U
    own = U_m
    if lay.fronts:
        own = work.shares[3]
        alone(theta_m, U_m, model.film, model.front, own, work.front)
    equilibrium(theta_m[first:], own, model.matrix, history.m, first, work.m, work.shares, rate[lay.U_m : lay.n_m])
    if lay.has_n_m:
        n_m = y[lay.n_m : lay.y_e]
        r_U = rate[lay.U_m : lay.n_m]
        nucleation(U_m, n_m, model.matrix, work.m, work.shares, r_U, rate[lay.n_m : lay.y_e])
    if lay.fronts:
        drift(theta_m, U_m, model.film, model.front, work.front, to_m)
    else:
        matrix(theta_m, model.D_m, model.film.link, model.film.width, work.Phi, work.D_m, to_m)
    if lay.shells > 0:
        outer = (lay.shells - 1) * nodes
        U_d = y[lay.U_d : lay.q]
        equilibrium(y[outer : lay.U_d], U_d, model.domain, history.d, 0, work.d, work.shares, rate[lay.U_d : lay.q])
        if lay.has_n_d:
            n_d = y[lay.n_d : lay.theta_m]
            r_U = rate[lay.U_d : lay.q]
            nucleation(U_d, n_d, model.domain, work.d, work.shares, r_U, rate[lay.n_d : lay.theta_m])
        domains(y, nodes, lay.shells, model.D_d, model.film.link_r, model.film.share, work.Phi, work.D_d, rate)
        q = y[lay.q : lay.n_d]
        exchange(q, U_d, U_m, model.film, model.T, work.q_U, rate[lay.q : lay.n_d], rate[outer : lay.U_d], to_m)
    if lay.nodes_a > 0:
        anode = model.negative
        theta_a = y[lay.theta_a : lay.U_a]
        s = lay.nodes_a - 1
        r_U = rate[lay.U_a : lay.v_a]
        equilibrium(theta_a[s:], y[lay.U_a : lay.v_a], anode.phase, history.a, s, work.a, work.shares, r_U)
        matrix(theta_a, anode.D, anode.film.link, anode.film.width, work.Phi_a, work.D_a, rate[lay.theta_a : lay.U_a])
    interfaces(y, model, lay, work)
    if lay.nodes_e > 0:
        electrolyte(y[lay.y_e : lay.theta_a], y[lay.i], model.electrolyte, rate[lay.y_e : lay.theta_a])
    rate[lay.i] = control_residual(y, t, control, model, lay)


@kernel
def equilibrium(theta, U, phase, history, first, slopes, scratch, residual):
    """The potentials of one phase at its sites, from couples or a table."""
    if is_table(phase):
        tabulated(theta, U, phase, history, first, slopes, residual)
    else:
        sites(theta, U, phase, history, first, slopes, scratch, residual)


@kernel
def sites(theta, U, phase, history, first, slopes, scratch, residual):
    """MSMR at every node: 0 = theta - Theta(U, h, n = 1); ``nucleation`` adds what n changes.

    The same law as ``msmr.filling`` and ``msmr.hysteresis``, written couple by couple for all nodes
    at once so that it vectorises; a test holds the two together.
    """
    couples = phase.couples
    K = phase.K
    b = phase.b
    U_ref = phase.U_ref
    per_full = 1.0 / phase.theta_full
    z0 = history[0][first:]
    h0 = history[1][first:]
    branch = history[2][first:]
    h = scratch[0]
    h_theta = scratch[1]  # dh/dtheta
    by_h = scratch[2]  # dTheta/dh
    by_U = slopes[U_R]  # dTheta/dU until the end
    by_theta = slopes[U_THETA]
    for k in range(U.size):
        s = branch[k]
        free = s + (h0[k] - s) * exp(min(-K * s * (theta[k] * per_full - z0[k]), 5.0))
        inside = 1.0 if abs(free) <= 1.0 else 0.0
        h[k] = min(max(free, -1.0), 1.0)
        h_theta[k] = inside * K * per_full * (1.0 - s * free)
        by_h[k] = 0.0
        residual[k] = theta[k] - b * (U_ref - U[k])
        by_U[k] = -b
    for j in range(couples.shape[0]):
        X_j = couples[j, X]
        U0_j = couples[j, U0]
        per_w = 1.0 / couples[j, W]
        half_H = 0.5 * couples[j, H]
        for k in range(U.size):
            share = 1.0 / (1.0 + exp((U[k] - U0_j + half_H * h[k]) * per_w))
            held = X_j * share
            slope = held * (1.0 - share) * per_w
            residual[k] -= held
            by_U[k] -= slope
            by_h[k] -= half_H * slope
    for k in range(U.size):
        R = 1.0 / by_U[k]
        by_U[k] = R
        by_theta[k] = (1.0 - by_h[k] * h_theta[k]) * R


@kernel
def nucleation(U, n, phase, slopes, scratch, residual, rate):
    """The couple whose product must nucleate: its lowered potential, and dn/dt (rare, so not vectorised)."""
    for k in range(U.size):
        h = scratch[0, k]
        by_h = scratch[2, k]
        by_U = 1.0 / slopes[U_R, k]
        by_n = 0.0
        for j in range(phase.couples.shape[0]):
            if phase.couples[j, DU] > 0.0:
                with_n, U_with, h_with, by_n = one_couple(U[k], h, n[k], j, phase.couples)
                without, U_without, h_without, _ = one_couple(U[k], h, 1.0, j, phase.couples)
                residual[k] -= with_n - without
                by_U += U_with - U_without
                by_h += h_with - h_without
        slopes[U_R, k] = 1.0 / by_U
        slopes[U_THETA, k] = (1.0 - by_h * scratch[1, k]) / by_U
        slopes[U_N, k] = -by_n / by_U
        rate[k], by_cooling, rate_by_n, H_n = nucleation_rate(
            U[k], h, n[k], phase.couples, phase.k_n, phase.eta_0, phase.n_0, phase.s_0
        )
        slopes[N_U, k] = -by_cooling
        slopes[N_THETA, k] = -by_cooling * 0.5 * H_n * scratch[1, k]
        slopes[N_N, k] = rate_by_n


@inlined_kernel
def matrix(theta, diffusion, link, width, Phi, D, rate):
    """Diffusion of neutral Li through the matrix, collector to electrolyte (both faces closed here)."""
    nodes = theta.size
    if diffusion.D.size == 1:
        D_0 = diffusion.D[0]
        for k in range(nodes):
            Phi[k] = D_0 * theta[k]
            D[k] = D_0
    else:
        for k in range(nodes):
            Phi[k], D[k] = phi(theta[k], diffusion.D, diffusion.Phi, diffusion.theta_max)
    rate[0] = 0.0
    for k in range(nodes - 1):
        flux = link[k] * (Phi[k + 1] - Phi[k])
        rate[k] = (rate[k] + flux) / width[k]
        rate[k + 1] = -flux
    rate[nodes - 1] /= width[nodes - 1]


@kernel
def domains(y, nodes, shells, diffusion, link, share, Phi, D, rate):
    """Radial diffusion in the domains (surfaces closed here); inner loops run over x."""
    constant = diffusion.D.size == 1
    D_0 = diffusion.D[0]
    for shell in range(shells):
        theta = y[shell * nodes : (shell + 1) * nodes]
        D_here = D[shell * nodes : (shell + 1) * nodes]
        here = rate[shell * nodes : (shell + 1) * nodes]
        if shell == 0:
            for k in range(nodes):
                here[k] = 0.0
                Phi[k], D_here[k] = phi(theta[k], diffusion.D, diffusion.Phi, diffusion.theta_max)
            continue
        before = y[(shell - 1) * nodes : shell * nodes]
        below = rate[(shell - 1) * nodes : shell * nodes]
        inner = link[shell - 1] / share[shell]
        back = link[shell - 1] / share[shell - 1]
        if constant:
            for k in range(nodes):
                D_here[k] = D_0
                step = D_0 * (theta[k] - before[k])
                here[k] = -inner * step
                below[k] += back * step
        else:
            for k in range(nodes):
                outward, D_here[k] = phi(theta[k], diffusion.D, diffusion.Phi, diffusion.theta_max)
                step = outward - Phi[k]
                Phi[k] = outward
                here[k] = -inner * step
                below[k] += back * step


@kernel
def exchange(q, U_d, U_m, film, T, q_U, residual, to_shell, to_matrix):
    """Li from the matrix to the domains at the same x, q in filling of the domains per second."""
    q_0 = exchange_scale(film.area_per_volume, film.i0_h, film.c_d)
    per_share = 1.0 / film.share[film.share.size - 1]
    kappa = film.c_d / film.c_m
    for k in range(q.size):
        eta, by_q = hetero_overpotential(q[k], q_0, T)
        residual[k] = U_d[k] - U_m[k] - eta
        q_U[k] = 1.0 / by_q
        to_shell[k] += per_share * q[k]
        to_matrix[k] -= kappa * q[k]


@kernel
def interfaces(y, model, lay, work):
    """Charge transfer and double layers at both electrodes; what lithiates a film goes into its surface."""
    s = lay.theta_m + lay.nodes - 1
    i = y[lay.i]
    z = y[s] / model.matrix.theta_full
    i_F, by_eta, by_z = butler_volmer(y[lay.v] - y[lay.n_m - 1], z, model.T, model.cathode)
    work.surface[I_V] = by_eta
    work.surface[I_THETA] = by_z / model.matrix.theta_full
    work.rate[lay.v] = i_F - i
    work.rate[s] += i_F / (F * model.film.c_m * model.film.width[lay.nodes - 1])
    U_a = 0.0
    z = 0.5
    if lay.nodes_a > 0:
        U_a = y[lay.U_a]
        z = y[lay.U_a - 1] / model.negative.phase.theta_full
    i_F, by_eta, by_z = butler_volmer(y[lay.v_a] - U_a, z, model.T, model.anode)
    work.surface_a[I_V] = by_eta
    work.rate[lay.v_a] = i_F + i
    if lay.nodes_a > 0:
        film = model.negative.film
        work.surface_a[I_THETA] = by_z / model.negative.phase.theta_full
        work.rate[lay.U_a - 1] += i_F / (F * film.c_m * film.width[lay.nodes_a - 1])


@kernel
def electrolyte(u, i, e, rate):
    """LiPON with dissociation: u = c/c0 between electrodes that block n-."""
    nodes = u.size
    source = e.k_d * e.a0 / e.c0
    k_d = e.k_d
    k_r = e.k_r * e.c0
    drive = e.D_minus / (e.D_plus + e.D_minus) * i / (F * e.c0)  # -D dy/dx at both ends = D i / (2 F D+ c0)
    rate[0] = drive
    for k in range(nodes - 1):
        flux = e.link[k] * (u[k] - u[k + 1])
        rate[k] = (rate[k] - flux) / e.width[k] + source - u[k] * (k_d + k_r * u[k])
        rate[k + 1] = flux
    k = nodes - 1
    rate[k] = (rate[k] - drive) / e.width[k] + source - u[k] * (k_d + k_r * u[k])
