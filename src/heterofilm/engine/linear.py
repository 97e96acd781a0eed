"""Factor and solve ``(M/(h gamma) - J) d = b`` in O(unknowns), using the structure of the cell.

1. At every site the potential, the nucleated share and the exchange are local: dU = P + S dtheta.
2. Each domain is a chain from its centre to its surface: eliminated onto the matrix node it faces
   (for all x at once, so the loops over x vectorise).
3. What remains along x is tridiagonal and ends in the double layer of the cathode.
4. Anode and electrolyte meet the film only through the current: a border of one row and column.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ..constants import F
from .jit import kernel
from .state import I_THETA, I_V, IA_V, N_N, N_THETA, N_U, U_N, U_R, U_THETA, Layout
from .structs import Matrix, Struct, Vector, zeros
from .voltage import voltage, voltage_gradient

# rows of a factored tridiagonal chain: 1/pivot, multiplier of the unknown before on the way there, and of the
# next unknown on the way back
INV, DOWN, UP, CHAIN_ROWS = range(4)
# rows of a factored site: S = dU/dtheta, 1/(g - dn'/dn)
S, N_INV, SITE_ROWS = range(3)
# entries of Factors.ends: v (row times pivot of the surface, 1/pivot), v_a, i
V_MULT, V_INV, VA_INV, I_INV, ENDS = range(5)


class Factors(
    Struct, plain=("site_m", "site_d", "d", "made_for", "d_to_m", "m", "e", "ends", "border", "row")
):  # fmt: skip
    """Factored matrix."""

    site_m: Matrix
    site_d: Matrix
    P_m: Vector  # of dU = P + S dtheta, of the right-hand side
    P_d: Vector
    d: Vector  # 1/pivots of the chains of the domains, shell by shell over x
    made_for: Vector  # the g that ``d`` was made for, and the g of ``m``
    d_to_m: Vector  # coupling of the outer shell to its matrix node
    m: Matrix  # chain along x
    e: Matrix  # chain through the electrolyte
    ends: Vector
    border: Vector  # response of everything to the current
    row: Vector  # gradient of the control equation


class ComplexFactors(Factors, numbers=np.complex128):
    """The same at a frequency, where ``g`` is imaginary."""


def new_factors(lay: Layout, kind: type[Factors] = Factors) -> Factors:
    """Empty factors for this layout."""
    n = lay.nodes

    numbers = partial(zeros, dtype=kind.numbers)

    return kind(
        site_m=numbers(SITE_ROWS, n - lay.first_U),
        site_d=numbers(SITE_ROWS, n),
        P_m=numbers(n - lay.first_U),
        P_d=numbers(n),
        d=numbers(lay.shells * n),
        made_for=numbers(2),
        d_to_m=numbers(n),
        m=numbers(CHAIN_ROWS, n),
        e=numbers(CHAIN_ROWS, lay.nodes_e),
        ends=numbers(ENDS),
        border=numbers(lay.size),
        row=numbers(lay.size),
    )


@kernel
def is_bordered(control):
    """True where the current is not simply given."""
    return control.by_V != 0.0 or control.by_P != 0.0 or control.slope != 0.0


@kernel
def factor(g, y, control, model, lay, work, f):
    """Factor ``g M - J`` at the state whose slopes are in ``work``; one ``f`` serves one model."""
    factor_chains(g, y, model, lay, work, f)
    if is_bordered(control):
        factor_border(y, control, model, lay, work, f)


@kernel
def factor_chains(g, y, model, lay, work, f):
    """Factor everything but the current's row and column."""
    factor_sites(g, lay.has_n_m, work.m, f.site_m)
    if lay.shells > 0:
        factor_sites(g, lay.has_n_d, work.d, f.site_d)
        factor_domains(g, lay.nodes, lay.shells, model.D_d.D.size == 1, model.film, work, f)
    factor_matrix(g, model, lay, work, f)
    if lay.nodes_e > 0:
        factor_electrolyte(g, y[lay.y_e : lay.v_a], model.electrolyte, f.e)
    f.ends[VA_INV] = 1.0 / (g * model.anode.C + work.surface[IA_V])


@kernel
def factor_sites(g, has_n, slopes, site):
    """dU = P + S dtheta with the nucleated share eliminated."""
    for k in range(site.shape[1]):
        site[S, k] = slopes[U_THETA, k]
    if has_n:
        for k in range(site.shape[1]):
            site[N_INV, k] = 1.0 / (g - slopes[N_N, k] - slopes[N_U, k] * slopes[U_N, k])
            by_theta = slopes[N_THETA, k] + slopes[N_U, k] * slopes[U_THETA, k]
            site[S, k] += slopes[U_N, k] * by_theta * site[N_INV, k]


@kernel
def factor_domains(g, nodes, shells, constant, film, work, f):
    """Eliminate every domain from its centre to its surface; with a constant D only the surface is new."""
    first = shells - 1 if constant and f.made_for[0] == g else 0
    f.made_for[0] = g
    for shell in range(first, shells):
        here = f.d[shell * nodes : (shell + 1) * nodes]
        D = work.D_d[shell * nodes : (shell + 1) * nodes]
        inward = film.link_r[shell - 1] / film.share[shell] if shell > 0 else 0.0
        outward = film.link_r[shell] / film.share[shell] if shell < shells - 1 else 0.0
        for k in range(nodes):
            here[k] = g + (inward + outward) * D[k]
        if shell > 0:
            inner = f.d[(shell - 1) * nodes : shell * nodes]
            D_inner = work.D_d[(shell - 1) * nodes : shell * nodes]
            back = inward * film.link_r[shell - 1] / film.share[shell - 1]
            for k in range(nodes):
                here[k] -= back * D[k] * D_inner[k] * inner[k]
        if shell == shells - 1:
            per_share = 1.0 / film.share[shell]
            S_d = f.site_d[S]
            S_m = f.site_m[S]
            for k in range(nodes):
                here[k] -= per_share * work.q_U[k] * S_d[k]
                f.d_to_m[k] = -per_share * work.q_U[k] * S_m[k]
        for k in range(nodes):
            here[k] = 1.0 / here[k]


@kernel
def factor_matrix(g, model, lay, work, f):
    """Eliminate along x, ending in the double layer of the cathode."""
    nodes = lay.nodes
    last = nodes - 1
    film = model.film
    link = film.link
    width = film.width
    D = work.D_m
    diagonal = f.m[INV]
    up = f.m[UP]
    down = f.m[DOWN]
    S_m = f.site_m[S]
    to = link[last - 1] / width[last]
    at_last = g + to * D[last]
    if lay.shells > 0 or model.D_m.D.size > 1 or f.made_for[1] != g:  # else only the surface is new
        f.made_for[1] = g
        for k in range(last):  # what diffusion adds to the pivots, and the couplings
            out = link[k] / width[k]
            diagonal[k] = g + out * D[k]
            up[k] = -out * D[k + 1]
        for k in range(1, last):
            back = link[k - 1] / width[k]
            diagonal[k] += back * D[k]
            down[k] = -back * D[k - 1]
        if lay.shells > 0:
            kappa = film.c_d / film.c_m
            S_d = f.site_d[S]
            surface = f.d[(lay.shells - 1) * nodes : lay.shells * nodes]
            for k in range(last):
                diagonal[k] += kappa * work.q_U[k] * (S_d[k] * f.d_to_m[k] * surface[k] - S_m[k])
            s = surface[last]
            at_last += kappa * work.q_U[last] * (S_d[last] * f.d_to_m[last] * s - S_m[last])
        eliminate(diagonal, down, up, last)
    di_dv = work.surface[I_V]
    di_dtheta = work.surface[I_THETA] - di_dv * S_m[S_m.size - 1]
    to_film = 1.0 / (F * film.c_m * width[last])
    at_last -= to_film * di_dtheta
    down[last] = -to * D[last - 1] * diagonal[last - 1]
    diagonal[last] = 1.0 / (at_last + to * D[last - 1] * up[last - 1])
    up[last] = -to_film * di_dv * diagonal[last]
    f.ends[V_MULT] = -di_dtheta * diagonal[last]
    f.ends[V_INV] = 1.0 / (g * model.cathode.C - di_dv + di_dtheta * up[last])


@kernel
def factor_electrolyte(g, u, e, chain):
    """Eliminate through the electrolyte."""
    nodes = u.size
    diagonal = chain[INV]
    up = chain[UP]
    down = chain[DOWN]
    reaction = 2.0 * e.k_r * e.c0
    diagonal[nodes - 1] = g + e.k_d + reaction * u[nodes - 1]
    for k in range(nodes - 1):
        up[k] = -e.link[k] / e.width[k]
        diagonal[k] = g + e.k_d + reaction * u[k] - up[k]
    for k in range(nodes - 1):
        down[k + 1] = -e.link[k] / e.width[k + 1]
        diagonal[k + 1] -= down[k + 1]
    eliminate(diagonal, down, up, nodes)


@kernel
def eliminate(diagonal, down, up, n):
    """Gauss on the first ``n`` rows of a tridiagonal matrix, in place (see the rows of a chain)."""
    inverse = 1.0 / diagonal[0]
    diagonal[0] = inverse
    for k in range(1, n):  # each waits for the one before: as little as can be
        product = down[k] * up[k - 1]
        inverse = 1.0 / (diagonal[k] - product * inverse)
        diagonal[k] = inverse
    for k in range(1, n):
        down[k] *= diagonal[k - 1]
    for k in range(n):
        up[k] *= diagonal[k]


@kernel
def forward(b, down):
    """Forward substitution of one right-hand side."""
    before = b[0]
    for k in range(1, b.size):
        before = b[k] - down[k] * before
        b[k] = before


@kernel
def backward(b, diagonal, up):
    """Back substitution; the last entry of ``b`` is already solved."""
    after = b[b.size - 1]
    for j in range(1, b.size):
        k = b.size - 1 - j
        after = b[k] * diagonal[k] - up[k] * after
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
    condense_sites(b_U, b[lay.n_m : lay.y_e], lay.has_n_m, work.m, f.site_m, f.P_m)
    push = -work.surface[I_V] * f.P_m[f.P_m.size - 1]
    b_m[last] += push / (F * film.c_m * film.width[last])
    b[lay.v] += push
    if lay.shells > 0:
        outer = (lay.shells - 1) * nodes
        b_d = b[lay.U_d : lay.q]
        b_q = b[lay.q : lay.n_d]
        b_s = b[outer : lay.U_d]
        condense_sites(b_d, b[lay.n_d : lay.theta_m], lay.has_n_d, work.d, f.site_d, f.P_d)
        condense_domains(b, b_m, b_q, b_s, nodes, lay.shells, film, work, f)
    forward(b_m, m[DOWN])
    b[lay.v] = (b[lay.v] - f.ends[V_MULT] * b_m[last]) * f.ends[V_INV]
    b_m[last] = b_m[last] * m[INV, last] - m[UP, last] * b[lay.v]
    backward(b_m, m[INV], m[UP])
    expand_sites(b_m[lay.first_U :], b_U, b[lay.n_m : lay.y_e], lay.has_n_m, work.m, f.site_m, f.P_m)
    if lay.shells > 0:
        expand_domains(b, b_m, b_s, nodes, lay.shells, film, work, f)
        expand_sites(b_s, b_d, b[lay.n_d : lay.theta_m], lay.has_n_d, work.d, f.site_d, f.P_d)
        for k in range(nodes):
            b_q[k] = work.q_U[k] * (b_q[k] + b_d[k] - b_U[k])
    if lay.nodes_e > 0:
        b_e = b[lay.y_e : lay.v_a]
        forward(b_e, f.e[DOWN])
        b_e[lay.nodes_e - 1] *= f.e[INV, lay.nodes_e - 1]
        backward(b_e, f.e[INV], f.e[UP])
    b[lay.v_a] *= f.ends[VA_INV]


@kernel
def condense_sites(b_U, b_n, has_n, slopes, site, p):
    """P of dU = P + S dtheta for this right-hand side; ``b_n`` keeps what :func:`expand_sites` needs."""
    by_R = slopes[U_R]
    for k in range(b_U.size):
        p[k] = b_U[k] * by_R[k]
    if has_n:
        for k in range(b_U.size):
            b_n[k] += slopes[N_U, k] * p[k]
            p[k] += slopes[U_N, k] * b_n[k] * site[N_INV, k]


@kernel
def expand_sites(d_theta, b_U, b_n, has_n, slopes, site, p):
    """Potentials and nucleated shares once the fillings are known."""
    s = site[S]
    for k in range(b_U.size):
        b_U[k] = p[k] + s[k] * d_theta[k]
    if has_n:
        for k in range(b_U.size):
            by_theta = slopes[N_THETA, k] + slopes[N_U, k] * slopes[U_THETA, k]
            b_n[k] = (b_n[k] + by_theta * d_theta[k]) * site[N_INV, k]


@kernel
def condense_domains(b, b_m, b_q, b_s, nodes, shells, film, work, f):
    """Forward elimination of the domains onto the matrix nodes."""
    per_share = 1.0 / film.share[shells - 1]
    kappa = film.c_d / film.c_m
    q_U = work.q_U
    p_d = f.P_d
    p_m = f.P_m
    for k in range(nodes):
        push = q_U[k] * (b_q[k] + p_d[k] - p_m[k])
        b_s[k] += per_share * push
        b_m[k] -= kappa * push
    for shell in range(1, shells):
        here = b[shell * nodes : (shell + 1) * nodes]
        inner = b[(shell - 1) * nodes : shell * nodes]
        inverse = f.d[(shell - 1) * nodes : shell * nodes]
        D = work.D_d[(shell - 1) * nodes : shell * nodes]
        inward = film.link_r[shell - 1] / film.share[shell]
        for k in range(nodes):
            here[k] += inward * D[k] * inverse[k] * inner[k]
    surface = f.d[(shells - 1) * nodes : shells * nodes]
    S_d = f.site_d[S]
    for k in range(nodes):
        b_m[k] -= kappa * q_U[k] * S_d[k] * b_s[k] * surface[k]


@kernel
def expand_domains(b, b_m, b_s, nodes, shells, film, work, f):
    """Back substitution into the domains."""
    surface = f.d[(shells - 1) * nodes : shells * nodes]
    d_to_m = f.d_to_m
    for k in range(nodes):
        b_s[k] = (b_s[k] + d_to_m[k] * b_m[k]) * surface[k]
    for shell in range(shells - 2, -1, -1):
        here = b[shell * nodes : (shell + 1) * nodes]
        after = b[(shell + 1) * nodes : (shell + 2) * nodes]
        inverse = f.d[shell * nodes : (shell + 1) * nodes]
        D = work.D_d[(shell + 1) * nodes : (shell + 2) * nodes]
        outward = film.link_r[shell] / film.share[shell]
        for k in range(nodes):
            here[k] = (here[k] + outward * D[k] * after[k]) * inverse[k]
