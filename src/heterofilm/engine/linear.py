"""Factor and solve ``(M/(h gamma) - J) d = b`` in O(unknowns), using the structure of the cell.

1. At every site the potential, the nucleated share and the exchange are local: dU = P + S dtheta.
2. Each domain is a chain from its centre to its surface: eliminated onto the matrix node it faces
   (for all x at once, so the loops over x vectorise).
3. What remains along x is tridiagonal and ends in the double layer of the cathode.
4. Anode and electrolyte meet the film only through the current: a border of one row and column.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .jit import allocating_kernel, kernel
from .parameters import F
from .state import I_THETA, I_V, IA_V, N_N, N_THETA, N_U, U_N, U_R, U_THETA
from .voltage import voltage, voltage_gradient

# rows of a factored tridiagonal chain: coupling to the next unknown, multiplier of the one before, 1/pivot
UP, MULT, INV, CHAIN_ROWS = range(4)
# rows of a factored site: S = dU/dtheta, 1/(g - dn'/dn), and dU = P + S dtheta of the right-hand side
S, N_INV, P, SITE_ROWS = range(4)
# entries of Factors.ends
V_MULT, V_INV, VA_INV, I_INV, ENDS = range(5)


class Factors(NamedTuple):
    """Factored matrix."""

    site_m: np.ndarray
    site_d: np.ndarray
    d: np.ndarray  # chains of the domains, shell by shell over x
    d_to_m: np.ndarray  # coupling of the outer shell to its matrix node
    m: np.ndarray  # chain along x
    e: np.ndarray  # chain through the electrolyte
    ends: np.ndarray
    border: np.ndarray  # response of everything to the current
    row: np.ndarray  # gradient of the control equation


@allocating_kernel
def new_factors(lay):
    """Empty factors for this layout."""
    n = lay.nodes
    return Factors(
        site_m=np.zeros((SITE_ROWS, n - lay.first_U)),
        site_d=np.zeros((SITE_ROWS, n)),
        d=np.zeros((CHAIN_ROWS, lay.shells * n)),
        d_to_m=np.zeros(n),
        m=np.zeros((CHAIN_ROWS, n)),
        e=np.zeros((CHAIN_ROWS, lay.nodes_e)),
        ends=np.zeros(ENDS),
        border=np.zeros(lay.size),
        row=np.zeros(lay.size),
    )


@kernel
def is_bordered(control):
    """True where the current is not simply given."""
    return control.by_V != 0.0 or control.by_P != 0.0 or control.slope != 0.0


@kernel
def factor(g, y, control, model, lay, work, f):
    """Factor ``g M - J`` at the state whose slopes are in ``work``; ``g = 1/(h gamma)``."""
    factor_sites(g, lay.has_n_m, work.m, f.site_m)
    if lay.shells > 0:
        factor_sites(g, lay.has_n_d, work.d, f.site_d)
        factor_domains(g, lay.nodes, lay.shells, model.film, work, f)
    factor_matrix(g, model, lay, work, f)
    if lay.nodes_e > 0:
        factor_electrolyte(g, y[lay.y_e : lay.v_a], model.electrolyte, f.e)
    f.ends[VA_INV] = 1.0 / (g * model.anode.C + work.surface[IA_V])
    if is_bordered(control):
        factor_border(y, control, model, lay, work, f)


@kernel
def factor_sites(g, has_n, slopes, site):
    """dU = P + S dtheta with the nucleated share eliminated."""
    for k in range(site.shape[1]):
        site[S, k] = slopes[U_THETA, k]
        if has_n:
            site[N_INV, k] = 1.0 / (g - slopes[N_N, k] - slopes[N_U, k] * slopes[U_N, k])
            by_theta = slopes[N_THETA, k] + slopes[N_U, k] * slopes[U_THETA, k]
            site[S, k] += slopes[U_N, k] * by_theta * site[N_INV, k]


@kernel
def factor_domains(g, nodes, shells, film, work, f):
    """Eliminate every domain from its centre to its surface."""
    for shell in range(shells):
        chain = f.d[:, shell * nodes : (shell + 1) * nodes]
        D = work.D_d[shell * nodes : (shell + 1) * nodes]
        inward = film.link_r[shell - 1] / film.share[shell] if shell > 0 else 0.0
        outward = film.link_r[shell] / film.share[shell] if shell < shells - 1 else 0.0
        for k in range(nodes):
            chain[INV, k] = g + (inward + outward) * D[k]
        if shell < shells - 1:
            D_next = work.D_d[(shell + 1) * nodes : (shell + 2) * nodes]
            for k in range(nodes):
                chain[UP, k] = -outward * D_next[k]
        else:
            per_share = 1.0 / film.share[shell]
            for k in range(nodes):
                chain[INV, k] -= per_share * work.q_U[k] * f.site_d[S, k]
                f.d_to_m[k] = -per_share * work.q_U[k] * f.site_m[S, k]
        if shell > 0:
            inner = f.d[:, (shell - 1) * nodes : shell * nodes]
            D_inner = work.D_d[(shell - 1) * nodes : shell * nodes]
            for k in range(nodes):
                chain[MULT, k] = -inward * D_inner[k] * inner[INV, k]
                chain[INV, k] -= chain[MULT, k] * inner[UP, k]
        for k in range(nodes):
            chain[INV, k] = 1.0 / chain[INV, k]


@kernel
def factor_matrix(g, model, lay, work, f):
    """Eliminate along x, ending in the double layer of the cathode."""
    nodes = lay.nodes
    last = nodes - 1
    film = model.film
    link = film.link
    width = film.width
    D = work.D_m
    m = f.m
    m[INV, 0] = 0.0
    for k in range(nodes - 1):  # what diffusion adds to the pivots, and the couplings
        m[UP, k] = -link[k] / width[k] * D[k + 1]
        m[MULT, k + 1] = -link[k] / width[k + 1] * D[k]
    for k in range(nodes):
        m[INV, k] = g
    for k in range(nodes - 1):
        m[INV, k] += link[k] / width[k] * D[k]
        m[INV, k + 1] += link[k] / width[k + 1] * D[k + 1]
    if lay.shells > 0:
        kappa = film.c_d / film.c_m
        surface = f.d[:, (lay.shells - 1) * nodes : lay.shells * nodes]
        for k in range(nodes):
            q_d = f.site_d[S, k] * f.d_to_m[k] * surface[INV, k]
            m[INV, k] += kappa * work.q_U[k] * (q_d - f.site_m[S, k])
    di_dv = work.surface[I_V]
    di_dtheta = work.surface[I_THETA] - di_dv * f.site_m[S, f.site_m.shape[1] - 1]
    to_film = 1.0 / (F * film.c_m * width[last])
    m[INV, last] -= to_film * di_dtheta
    m[UP, last] = -to_film * di_dv
    eliminate(m)
    f.ends[V_MULT] = -di_dtheta * m[INV, last]
    f.ends[V_INV] = 1.0 / (g * model.cathode.C - di_dv - f.ends[V_MULT] * m[UP, last])


@kernel
def factor_electrolyte(g, u, e, chain):
    """Eliminate through the electrolyte."""
    nodes = u.size
    for k in range(nodes):
        chain[INV, k] = g + e.k_d + 2.0 * e.k_r * e.c0 * u[k]
    for k in range(nodes - 1):
        chain[UP, k] = -e.link[k] / e.width[k]
        chain[MULT, k + 1] = -e.link[k] / e.width[k + 1]
        chain[INV, k] -= chain[UP, k]
        chain[INV, k + 1] -= chain[MULT, k + 1]
    eliminate(chain)


@kernel
def eliminate(chain):
    """Gauss on a tridiagonal matrix given as (couplings up, couplings down, diagonal), in place."""
    inverse = 1.0 / chain[INV, 0]
    chain[INV, 0] = inverse
    for k in range(1, chain.shape[1]):
        down = chain[MULT, k] * inverse
        chain[MULT, k] = down
        inverse = 1.0 / (chain[INV, k] - down * chain[UP, k - 1])
        chain[INV, k] = inverse


@kernel
def forward(b, chain):
    """Forward substitution of one right-hand side."""
    before = b[0]
    for k in range(1, b.size):
        before = b[k] - chain[MULT, k] * before
        b[k] = before


@kernel
def backward(b, chain):
    """Back substitution; the last entry of ``b`` is already solved."""
    after = b[b.size - 1]
    for j in range(1, b.size):
        k = b.size - 1 - j
        after = (b[k] - chain[UP, k] * after) * chain[INV, k]
        b[k] = after


@kernel
def unit_current(model, lay, b):
    """The current's column of the matrix, -d(rate)/di: it leaves the cathode's double layer, enters the anode's."""
    b[:] = 0.0
    b[lay.v] = 1.0
    b[lay.v_a] = -1.0
    if lay.nodes_e > 0:
        e = model.electrolyte
        drive = e.D_minus / (e.D_plus + e.D_minus) / (F * e.c0)
        b[lay.y_e] = -drive / e.width[0]
        b[lay.y_e + lay.nodes_e - 1] = drive / e.width[lay.nodes_e - 1]


@kernel
def factor_border(y, control, model, lay, work, f):
    """Response to the current, and the gradient of the control equation."""
    unit_current(model, lay, f.border)
    solve_chains(f.border, model, lay, work, f)
    voltage_gradient(y, model, lay, f.row)
    V = voltage(y, model, lay)
    i = y[lay.i]
    for k in range(lay.size):
        f.row[k] *= control.by_V + control.by_P * i
    f.row[lay.i] += control.by_i + control.by_P * V
    pivot = -f.row[lay.i]
    for k in range(lay.i):
        pivot += f.row[k] * f.border[k]
    f.ends[I_INV] = 1.0 / pivot


@kernel
def solve(b, control, model, lay, work, f):
    """Solve in place; ``b`` becomes the solution."""
    solve_chains(b, model, lay, work, f)
    if not is_bordered(control):
        b[lay.i] = 0.0  # the current meets its demand from the start of the step on
        return
    right = b[lay.i]
    for k in range(lay.i):
        right += f.row[k] * b[k]
    d_i = right * f.ends[I_INV]
    b[lay.i] = d_i
    for k in range(lay.i):
        b[k] -= d_i * f.border[k]


@kernel
def solve_chains(b, model, lay, work, f):
    """Solve for everything but the current."""
    nodes = lay.nodes
    last = nodes - 1
    film = model.film
    m = f.m
    b_m = b[lay.theta_m : lay.U_m]
    b_U = b[lay.U_m : lay.n_m]
    condense_sites(b_U, b[lay.n_m : lay.y_e], lay.has_n_m, work.m, f.site_m)
    push = -work.surface[I_V] * f.site_m[P, f.site_m.shape[1] - 1]
    b_m[last] += push / (F * film.c_m * film.width[last])
    b[lay.v] += push
    if lay.shells > 0:
        outer = (lay.shells - 1) * nodes
        b_d = b[lay.U_d : lay.q]
        b_q = b[lay.q : lay.n_d]
        b_s = b[outer : lay.U_d]
        condense_sites(b_d, b[lay.n_d : lay.theta_m], lay.has_n_d, work.d, f.site_d)
        condense_domains(b, b_m, b_q, b_s, nodes, lay.shells, film, work.q_U, f)
    forward(b_m, m)
    b[lay.v] = (b[lay.v] - f.ends[V_MULT] * b_m[last]) * f.ends[V_INV]
    b_m[last] = (b_m[last] - m[UP, last] * b[lay.v]) * m[INV, last]
    backward(b_m, m)
    expand_sites(b_m[lay.first_U :], b_U, b[lay.n_m : lay.y_e], lay.has_n_m, work.m, f.site_m)
    if lay.shells > 0:
        expand_domains(b, b_m, b_s, nodes, lay.shells, f)
        expand_sites(b_s, b_d, b[lay.n_d : lay.theta_m], lay.has_n_d, work.d, f.site_d)
        for k in range(nodes):
            b_q[k] = work.q_U[k] * (b_q[k] + b_d[k] - b_U[k])
    if lay.nodes_e > 0:
        b_e = b[lay.y_e : lay.v_a]
        forward(b_e, f.e)
        b_e[lay.nodes_e - 1] *= f.e[INV, lay.nodes_e - 1]
        backward(b_e, f.e)
    b[lay.v_a] *= f.ends[VA_INV]


@kernel
def condense_sites(b_U, b_n, has_n, slopes, site):
    """P of dU = P + S dtheta for this right-hand side; ``b_n`` keeps what :func:`expand_sites` needs."""
    for k in range(b_U.size):
        p = b_U[k] * slopes[U_R, k]
        if has_n:
            b_n[k] += slopes[N_U, k] * p
            p += slopes[U_N, k] * b_n[k] * site[N_INV, k]
        site[P, k] = p


@kernel
def expand_sites(d_theta, b_U, b_n, has_n, slopes, site):
    """Potentials and nucleated shares once the fillings are known."""
    for k in range(b_U.size):
        b_U[k] = site[P, k] + site[S, k] * d_theta[k]
        if has_n:
            by_theta = slopes[N_THETA, k] + slopes[N_U, k] * slopes[U_THETA, k]
            b_n[k] = (b_n[k] + by_theta * d_theta[k]) * site[N_INV, k]


@kernel
def condense_domains(b, b_m, b_q, b_s, nodes, shells, film, q_U, f):
    """Forward elimination of the domains onto the matrix nodes."""
    per_share = 1.0 / film.share[shells - 1]
    kappa = film.c_d / film.c_m
    for k in range(nodes):
        push = q_U[k] * (b_q[k] + f.site_d[P, k] - f.site_m[P, k])
        b_s[k] += per_share * push
        b_m[k] -= kappa * push
    for shell in range(1, shells):
        here = b[shell * nodes : (shell + 1) * nodes]
        inner = b[(shell - 1) * nodes : shell * nodes]
        chain = f.d[:, shell * nodes : (shell + 1) * nodes]
        for k in range(nodes):
            here[k] -= chain[MULT, k] * inner[k]
    surface = f.d[:, (shells - 1) * nodes : shells * nodes]
    for k in range(nodes):
        b_m[k] -= kappa * q_U[k] * f.site_d[S, k] * b_s[k] * surface[INV, k]


@kernel
def expand_domains(b, b_m, b_s, nodes, shells, f):
    """Back substitution into the domains."""
    surface = f.d[:, (shells - 1) * nodes : shells * nodes]
    for k in range(nodes):
        b_s[k] = (b_s[k] + f.d_to_m[k] * b_m[k]) * surface[INV, k]
    for shell in range(shells - 2, -1, -1):
        here = b[shell * nodes : (shell + 1) * nodes]
        outward = b[(shell + 1) * nodes : (shell + 2) * nodes]
        chain = f.d[:, shell * nodes : (shell + 1) * nodes]
        for k in range(nodes):
            here[k] = (here[k] - chain[UP, k] * outward[k]) * chain[INV, k]
