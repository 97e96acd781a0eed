"""Chains of unknowns along a film or through the electrolyte, and what is local to a site: eliminated, and put back."""

from __future__ import annotations

from .jit import inlined_kernel, kernel
from .state import I_THETA, I_V, N_N, N_THETA, N_U, U_N, U_R, U_THETA

# rows of a factored tridiagonal chain: 1/pivot, multiplier of the unknown before on the way there, and of the
# next unknown on the way back
INV, DOWN, UP, CHAIN_ROWS = range(4)
# rows of a factored site: S = dU/dtheta, 1/(g - dn'/dn)
S, N_INV, SITE_ROWS = range(3)


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


@inlined_kernel
def couple(g, link, width, D, diagonal, down, up):
    """What diffusion adds to the pivots of a film's chain but the last, and the couplings."""
    last = width.size - 1
    for k in range(last):
        out = link[k] / width[k]
        diagonal[k] = g + out * D[k]
        up[k] = -out * D[k + 1]
    for k in range(1, last):
        back = link[k - 1] / width[k]
        diagonal[k] += back * D[k]
        down[k] = -back * D[k - 1]


@inlined_kernel
def face(g_C, pivot, to, to_film, surface, S_s, diagonal, down, up):
    """Eliminate the surface of a film, whose pivot without its interface is ``pivot``, onto its double layer.

    ``to``: coupling to the node before; ``to_film``: filling per second and current; ``S_s``: dU/dtheta of the surface.
    Returns the entries of ``ends``.
    """
    last = diagonal.size - 1
    di_dv = surface[I_V]
    di_dtheta = surface[I_THETA] - di_dv * S_s
    down[last] = -to * diagonal[last - 1]
    diagonal[last] = 1.0 / (pivot - to_film * di_dtheta + to * up[last - 1])
    up[last] = -to_film * di_dv * diagonal[last]
    return -di_dtheta * diagonal[last], 1.0 / (g_C - di_dv + di_dtheta * up[last])


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
