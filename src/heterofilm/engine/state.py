"""Where each unknown stands in the state vector, and the work arrays of one integration.

``y = [theta_d (shell by shell, over x) | U_d | q | n_d | theta_m | U_m | n_m | y_e | v_a | v | i]``

Blocks that a model does not have are empty. Fillings, nucleated shares, y_e, v and v_a are
differential. Potentials U are algebraic (0 = theta - Theta(U)): implicit in theta they would need an
inner iteration, and where a phase is between two couples the linearised U(theta) is worthless. So are
the exchange q between the phases (see ``kinetics.hetero_overpotential``) and the current: the control
equation fixes it, or the voltage, or the power.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .jit import allocating_kernel

# rows of the slopes at a site (a matrix node, or the surface of the domains at that node)
U_THETA, U_N, U_R, N_THETA, N_N, N_U, SITE_ROWS = range(7)
# entries of Work.surface: di_F/dv = -di_F/dU, di_F/dtheta, di_a/dv_a
I_V, I_THETA, IA_V = range(3)


class Layout(NamedTuple):
    """Sizes and offsets of the blocks of the state vector."""

    nodes: int  # of the film, along x
    shells: int  # of a domain, along r (0: no domains)
    nodes_e: int  # of the electrolyte
    U_d: int
    q: int  # exchange, in filling of the domains per second
    n_d: int
    has_n_d: bool
    theta_m: int
    U_m: int
    first_U: int  # first node whose potential is needed; the last is the surface
    n_m: int
    has_n_m: bool
    y_e: int
    v_a: int
    v: int
    i: int
    size: int


class History(NamedTuple):
    """Hysteresis at the last accepted step, per node along x: rows z0, h0, direction."""

    m: np.ndarray
    d: np.ndarray


class Work(NamedTuple):
    """Rates at one state and the slopes the Jacobian is made of."""

    rate: np.ndarray  # dy/dt of differential rows, residual of algebraic ones
    m: np.ndarray  # (SITE_ROWS, sites) slopes at the matrix nodes whose potential is needed
    d: np.ndarray  # the same at the surfaces of the domains
    q_U: np.ndarray  # dq/d(U_d - U_m)
    shares: np.ndarray  # scratch of the sites
    D_m: np.ndarray
    D_d: np.ndarray
    Phi: np.ndarray
    surface: np.ndarray


@allocating_kernel
def layout(model):
    """Layout of the state vector of ``model``."""
    nodes = model.film.x.size
    shells = model.film.r.size
    has_n_d = shells > 0 and model.domain.couples[:, 4].max() > 0.0
    has_n_m = model.matrix.couples[:, 4].max() > 0.0
    U_d = shells * nodes
    q = U_d + (nodes if shells > 0 else 0)
    n_d = q + (nodes if shells > 0 else 0)
    theta_m = n_d + (nodes if has_n_d else 0)
    first_U = 0 if (shells > 0 or has_n_m) else nodes - 1
    U_m = theta_m + nodes
    n_m = U_m + nodes - first_U
    y_e = n_m + (nodes if has_n_m else 0)
    nodes_e = model.electrolyte.x.size
    v_a = y_e + nodes_e
    return Layout(
        nodes, shells, nodes_e, U_d, q, n_d, has_n_d, theta_m, U_m, first_U, n_m, has_n_m,
        y_e, v_a, v_a + 1, v_a + 2, v_a + 3,
    )  # fmt: skip


@allocating_kernel
def new_work(lay):
    """Work arrays for a model with this layout."""
    n = lay.nodes
    return Work(
        np.zeros(lay.size), np.zeros((SITE_ROWS, n - lay.first_U)), np.zeros((SITE_ROWS, n)), np.zeros(n),
        np.zeros((4, n)), np.zeros(n), np.zeros(lay.shells * n), np.zeros(n), np.zeros(3),
    )  # fmt: skip
