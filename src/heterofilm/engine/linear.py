"""Factor and solve ``(M/(h gamma) - J) d = b`` in O(unknowns), using the structure of the cell.

1. At every site the potential, the nucleated share and the exchange are local: dU = P + S dtheta.
2. Each domain is a chain from its centre to its surface: eliminated onto the matrix node it faces
   (for all x at once, so the loops over x vectorise).
3. What remains along x is tridiagonal and ends in the double layer of the cathode.
4. An anode that is a film is such a chain too; anode and electrolyte meet the cathode only through the current: a
   border of one row and column.
"""

from __future__ import annotations

from ..constants import F
from .chains import (
    DOWN,
    INV,
    UP,
    S,
    backward,
    condense_sites,
    couple,
    eliminate,
    expand_sites,
    face,
    factor_sites,
    forward,
)  # fmt: skip
from .factors import I_INV, V_INV, V_MULT, VA_INV, VA_MULT
from .front import factor_front, solve_front
from .jit import kernel
from .state import I_V
from .voltage import current, gradient, voltage

SLIGHT = 1e-3  # S/m2: G times the resistance of a cell, by which a slight leak is wrong after an iteration, is 1e-4


@kernel
def is_bordered(control, model):
    """True where the current of the ions is not simply given.

    Beside a given current a slight leak follows from iteration to iteration (:func:`solve`), which costs nothing.
    """
    G = model.electrolyte.G
    leaks = G > 0.0 and (G > SLIGHT or control.at_0 == 0.0)
    return control.by_V != 0.0 or control.by_P != 0.0 or control.slope != 0.0 or leaks


@kernel
def factor(g, y, control, model, lay, work, f):
    """Factor ``g M - J`` at the state whose slopes are in ``work``; one ``f`` serves one model."""
    factor_chains(g, y, model, lay, work, f)
    if is_bordered(control, model):
        factor_border(y, control, model, lay, work, f)


@kernel
def factor_chains(g, y, model, lay, work, f):
    """Factor everything but the current's row and column."""
    factor_sites(g, lay.has_n_m, work.m, f.site_m)
    if lay.shells > 0:
        factor_sites(g, lay.has_n_d, work.d, f.site_d)
        factor_domains(g, lay.nodes, lay.shells, model.D_d.D.size == 1, model.film, work, f)
    if lay.fronts:
        factor_front(g, model, lay, work, f)
    else:
        factor_matrix(g, model, lay, work, f)
    if lay.nodes_e > 0:
        factor_electrolyte(g, y[lay.y_e : lay.theta_a], model.electrolyte, f.e)
    if lay.nodes_a > 0:
        factor_anode(g, model, lay, work, f)
    else:
        f.ends[VA_INV] = 1.0 / (g * model.anode.C - work.surface_a[I_V])


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
        couple(g, link, width, D, diagonal, down, up)
        if lay.shells > 0:
            kappa = film.c_d / film.c_m
            S_d = f.site_d[S]
            surface = f.d[(lay.shells - 1) * nodes : lay.shells * nodes]
            for k in range(last):
                diagonal[k] += kappa * work.q_U[k] * (S_d[k] * f.d_to_m[k] * surface[k] - S_m[k])
            s = surface[last]
            at_last += kappa * work.q_U[last] * (S_d[last] * f.d_to_m[last] * s - S_m[last])
        eliminate(diagonal, down, up, last)
    S_s = S_m[S_m.size - 1]
    to_film = 1.0 / (F * film.c_m * width[last])
    mult, inverse = face(g * model.cathode.C, at_last, to * D[last - 1], to_film, work.surface, S_s, diagonal, down, up)
    f.ends[V_MULT] = mult
    f.ends[V_INV] = inverse


@kernel
def factor_anode(g, model, lay, work, f):
    """Eliminate along a film that is the anode, ending in its double layer."""
    film = model.negative.film
    last = lay.nodes_a - 1
    D = work.D_a
    factor_sites(g, False, work.a, f.site_a)
    couple(g, film.link, film.width, D, f.a[INV], f.a[DOWN], f.a[UP])
    eliminate(f.a[INV], f.a[DOWN], f.a[UP], last)
    to = film.link[last - 1] / film.width[last]
    to_film = 1.0 / (F * film.c_m * film.width[last])
    mult, inverse = face(
        g * model.anode.C, g + to * D[last], to * D[last - 1], to_film, work.surface_a, f.site_a[S, 0],
        f.a[INV], f.a[DOWN], f.a[UP],
    )  # fmt: skip
    f.ends[VA_MULT] = mult
    f.ends[VA_INV] = inverse


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
def unit_current(model, lay, b):
    """The current's column of the matrix, -d(rate)/di."""
    b[:] = 0.0
    push_current(-1.0, model, lay, b)


@kernel
def push_current(i, model, lay, b):
    """Add ``i`` d(rate)/di: the current leaves the cathode's double layer, enters the anode's."""
    b[lay.v] -= i
    b[lay.v_a] += i
    if lay.nodes_e > 0:
        e = model.electrolyte
        drive = i * e.D_minus / (e.D_plus + e.D_minus) / (F * e.c0)
        b[lay.y_e] += drive / e.width[0]
        b[lay.y_e + lay.nodes_e - 1] -= drive / e.width[lay.nodes_e - 1]


@kernel
def factor_border(y, control, model, lay, work, f):
    """Response to the current, and the gradient of the control equation."""
    unit_current(model, lay, f.border)
    solve_chains(f.border, model, lay, work, f)
    V = voltage(y, model, lay)
    i = current(y, model, lay)
    gradient(y, control.by_V + control.by_P * i, control.by_i + control.by_P * V, model, lay, f.row)
    pivot = -f.row[lay.i]
    for k in range(lay.i):
        pivot += f.row[k] * f.border[k]
    f.ends[I_INV] = 1.0 / pivot


@kernel
def solve(b, control, model, lay, work, f):
    """Solve in place; ``b`` becomes the solution."""
    if not is_bordered(control, model):
        # without a leak the current meets its demand from the start of the step on
        d_i = -b[lay.i] / control.by_i if model.electrolyte.G > 0.0 else 0.0
        if d_i != 0.0:
            push_current(d_i, model, lay, b)
        solve_chains(b, model, lay, work, f)
        b[lay.i] = d_i
        return
    solve_chains(b, model, lay, work, f)
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
    if lay.fronts:
        solve_front(b, model, lay, work, f)
    else:
        solve_film(b, model, lay, work, f)
    if lay.nodes_e > 0:
        b_e = b[lay.y_e : lay.theta_a]
        forward(b_e, f.e[DOWN])
        b_e[lay.nodes_e - 1] *= f.e[INV, lay.nodes_e - 1]
        backward(b_e, f.e[INV], f.e[UP])
    if lay.nodes_a > 0:
        solve_anode(b, model, lay, work, f)
    else:
        b[lay.v_a] *= f.ends[VA_INV]


@kernel
def solve_film(b, model, lay, work, f):
    """Solve for the film and its double layer."""
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


@kernel
def solve_anode(b, model, lay, work, f):
    """Solve for a film that is the anode."""
    film = model.negative.film
    last = lay.nodes_a - 1
    theta = b[lay.theta_a : lay.U_a]
    U = b[lay.U_a : lay.v_a]
    none = b[:0]
    condense_sites(U, none, False, work.a, f.site_a, f.P_a)
    push = -work.surface_a[I_V] * f.P_a[0]
    theta[last] += push / (F * film.c_m * film.width[last])
    b[lay.v_a] += push
    forward(theta, f.a[DOWN])
    b[lay.v_a] = (b[lay.v_a] - f.ends[VA_MULT] * theta[last]) * f.ends[VA_INV]
    theta[last] = theta[last] * f.a[INV, last] - f.a[UP, last] * b[lay.v_a]
    backward(theta, f.a[INV], f.a[UP])
    expand_sites(theta[last:], U, none, False, work.a, f.site_a, f.P_a)


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
