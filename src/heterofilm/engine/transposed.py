"""The transposed of what ``linear.solve_chains`` solves: ``A^T w = g`` with the same factors.

One number that follows the state, c . x with A x = u, depends on p as c . dx/dp = w . (du/dp - dA/dp x), A^T w = c: one
solution for all values. Each substitution of ``linear.py`` and ``chains.py`` is a product of elementary matrices; here
they are transposed and taken from the last to the first.
"""

from __future__ import annotations

from ..constants import F
from .chains import DOWN, INV, N_INV, UP, S
from .factors import V_INV, V_MULT, VA_INV, VA_MULT
from .jit import kernel
from .state import I_V, N_THETA, N_U, U_N, U_R, U_THETA


@kernel
def solve_transposed(w, model, lay, work, f):
    """Solve in place for everything but the current; a film with a front has no such solution here."""
    film_transposed(w, model, lay, work, f)
    if lay.nodes_e > 0:
        w_e = w[lay.y_e : lay.theta_a]
        backward_transposed(w_e, f.e[INV], f.e[UP])
        w_e[lay.nodes_e - 1] *= f.e[INV, lay.nodes_e - 1]
        forward_transposed(w_e, f.e[DOWN])
    if lay.nodes_a > 0:
        anode_transposed(w, model, lay, work, f)
    else:
        w[lay.v_a] *= f.ends[VA_INV]


@kernel
def forward_transposed(w, down):
    """Of ``chains.forward``."""
    for j in range(1, w.size):
        k = w.size - j
        w[k - 1] -= down[k] * w[k]


@kernel
def backward_transposed(w, diagonal, up):
    """Of ``chains.backward``."""
    for k in range(w.size - 1):
        here = w[k]
        w[k] = here * diagonal[k]
        w[k + 1] -= up[k] * here


@kernel
def expand_sites_transposed(w_theta, w_U, w_n, has_n, slopes, site, p):
    """Of ``chains.expand_sites``; leaves the weight of P in ``p``."""
    for k in range(w_U.size):
        p[k] = w_U[k]
        w_theta[k] += site[S, k] * w_U[k]
    if has_n:
        for k in range(w_U.size):
            by_theta = slopes[N_THETA, k] + slopes[N_U, k] * slopes[U_THETA, k]
            w_n[k] *= site[N_INV, k]
            w_theta[k] += by_theta * w_n[k]


@kernel
def condense_sites_transposed(w_U, w_n, has_n, slopes, site, p):
    """Of ``chains.condense_sites``."""
    if has_n:
        for k in range(w_U.size):
            w_n[k] += slopes[U_N, k] * site[N_INV, k] * p[k]
            p[k] += slopes[N_U, k] * w_n[k]
    for k in range(w_U.size):
        w_U[k] = slopes[U_R, k] * p[k]


@kernel
def film_transposed(w, model, lay, work, f):
    """Of ``linear.solve_film``."""
    nodes = lay.nodes
    last = nodes - 1
    film = model.film
    m = f.m
    w_m = w[lay.theta_m : lay.U_m]
    w_U = w[lay.U_m : lay.n_m]
    w_n = w[lay.n_m : lay.y_e]
    w_d = w[lay.U_d : lay.q]
    w_q = w[lay.q : lay.n_d]
    w_nd = w[lay.n_d : lay.theta_m]
    if lay.shells > 0:
        w_s = w[(lay.shells - 1) * nodes : lay.U_d]
        for k in range(nodes):
            w_q[k] *= work.q_U[k]
            w_d[k] += w_q[k]
            w_U[k] -= w_q[k]
        expand_sites_transposed(w_s, w_d, w_nd, lay.has_n_d, work.d, f.site_d, f.P_d)
        expand_domains_transposed(w, w_m, w_s, nodes, lay.shells, film, work, f)
    expand_sites_transposed(w_m[lay.first_U :], w_U, w_n, lay.has_n_m, work.m, f.site_m, f.P_m)
    backward_transposed(w_m, m[INV], m[UP])
    face_transposed(w_m, w, lay.v, m, f.ends[V_MULT], f.ends[V_INV])
    forward_transposed(w_m, m[DOWN])
    if lay.shells > 0:
        w_s = w[(lay.shells - 1) * nodes : lay.U_d]
        condense_domains_transposed(w, w_m, w_q, w_s, nodes, lay.shells, film, work, f)
        condense_sites_transposed(w_d, w_nd, lay.has_n_d, work.d, f.site_d, f.P_d)
    f.P_m[f.P_m.size - 1] -= work.surface[I_V] * (w_m[last] / (F * film.c_m * film.width[last]) + w[lay.v])
    condense_sites_transposed(w_U, w_n, lay.has_n_m, work.m, f.site_m, f.P_m)


@kernel
def face_transposed(w_film, w, v, chain, mult, inverse):
    """Of the surface of a film and its double layer ``v``."""
    last = w_film.size - 1
    here = w_film[last]
    w[v] = (w[v] - chain[UP, last] * here) * inverse
    w_film[last] = here * chain[INV, last] - mult * w[v]


@kernel
def anode_transposed(w, model, lay, work, f):
    """Of ``linear.solve_anode``."""
    film = model.negative.film
    last = lay.nodes_a - 1
    theta = w[lay.theta_a : lay.U_a]
    U = w[lay.U_a : lay.v_a]
    none = w[:0]
    expand_sites_transposed(theta[last:], U, none, False, work.a, f.site_a, f.P_a)
    backward_transposed(theta, f.a[INV], f.a[UP])
    face_transposed(theta, w, lay.v_a, f.a, f.ends[VA_MULT], f.ends[VA_INV])
    forward_transposed(theta, f.a[DOWN])
    f.P_a[0] -= work.surface_a[I_V] * (theta[last] / (F * film.c_m * film.width[last]) + w[lay.v_a])
    condense_sites_transposed(U, none, False, work.a, f.site_a, f.P_a)


@kernel
def expand_domains_transposed(w, w_m, w_s, nodes, shells, film, work, f):
    """Of ``linear.expand_domains``."""
    for shell in range(shells - 1):
        here = w[shell * nodes : (shell + 1) * nodes]
        after = w[(shell + 1) * nodes : (shell + 2) * nodes]
        inverse = f.d[shell * nodes : (shell + 1) * nodes]
        D = work.D_d[(shell + 1) * nodes : (shell + 2) * nodes]
        outward = film.link_r[shell] / film.share[shell]
        for k in range(nodes):
            here[k] *= inverse[k]
            after[k] += outward * D[k] * here[k]
    surface = f.d[(shells - 1) * nodes : shells * nodes]
    for k in range(nodes):
        w_s[k] *= surface[k]
        w_m[k] += f.d_to_m[k] * w_s[k]


@kernel
def condense_domains_transposed(w, w_m, w_q, w_s, nodes, shells, film, work, f):
    """Of ``linear.condense_domains``; takes from the weights of P."""
    per_share = 1.0 / film.share[shells - 1]
    kappa = film.c_d / film.c_m
    q_U = work.q_U
    surface = f.d[(shells - 1) * nodes : shells * nodes]
    for k in range(nodes):
        w_s[k] -= kappa * q_U[k] * f.site_d[S, k] * surface[k] * w_m[k]
    for j in range(1, shells):
        shell = shells - j
        here = w[shell * nodes : (shell + 1) * nodes]
        inner = w[(shell - 1) * nodes : shell * nodes]
        inverse = f.d[(shell - 1) * nodes : shell * nodes]
        D = work.D_d[(shell - 1) * nodes : shell * nodes]
        inward = film.link_r[shell - 1] / film.share[shell]
        for k in range(nodes):
            inner[k] += inward * D[k] * inverse[k] * here[k]
    for k in range(nodes):
        push = q_U[k] * (per_share * w_s[k] - kappa * w_m[k])
        w_q[k] += push
        f.P_d[k] += push
        f.P_m[k] -= push
