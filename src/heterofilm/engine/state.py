"""Where each unknown stands in the state vector, and the work arrays of one integration.

``y = [theta_d (shell by shell, over x) | U_d | q | n_d | theta_m | U_m | n_m | y_e | theta_a | U_a | v_a | v | i]``

Blocks that a model does not have are empty; theta_a is the filling of a film that is the anode, U_a the potential of
its surface. Fillings, nucleated shares, y_e, v and v_a are differential. Potentials U are algebraic (0 = theta -
Theta(U)): implicit in theta they would need an
inner iteration, and where a phase is between two couples the linearised U(theta) is worthless. So are
the exchange q between the phases (see ``kinetics.hetero_overpotential``) and the current: the control
equation fixes it, or the voltage, or the power. It is the current of ions through the electrolyte; the cycler's is
that less what leaks (``voltage.current``).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .parameters import DU, Model
from .structs import Matrix, Struct, Vector, zeros

# rows of the slopes at a site (a matrix node, or the surface of the domains at that node)
U_THETA, U_N, U_R, N_THETA, N_N, N_U, SITE_ROWS = range(7)
# rows of the slopes along a film whose phases meet in a front: of the potential at a node by the filling before, there
# and after; of the link behind a node what it carries and its potential step; of the mobility at a node
BEFORE, HERE, AFTER, CARRY, TILT, BEND, FRONT_ROWS = range(7)
# entries of Work.surface and Work.surface_a: di/dv = -di/dU and di/dtheta of the current that lithiates
I_V, I_THETA, SLOPES = range(3)


class Layout(Struct):
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
    nodes_a: int  # of a film that is the anode
    theta_a: int
    U_a: int
    v_a: int
    v: int
    i: int  # of ions, through the electrolyte
    fronts: bool  # the matrix has an interface energy
    size: int


class History(Struct):
    """What the unknowns do not tell of the past."""

    m: Matrix  # hysteresis at the last accepted step, per node along x: rows z0, h0, direction
    d: Matrix
    a: Matrix
    lithium: Vector  # (1,) metal of the anode at the start of the step, less what its double layer holds (A s/m2)


class Work(Struct, plain=("m", "d", "a", "q_U", "D_m", "D_d", "D_a", "surface", "surface_a", "front")):
    """Rates at one state and the slopes the Jacobian is made of."""

    rate: Vector  # dy/dt of differential rows, residual of algebraic ones
    m: Matrix  # (SITE_ROWS, sites) slopes at the matrix nodes whose potential is needed
    d: Matrix  # the same at the surfaces of the domains
    q_U: Vector  # dq/d(U_d - U_m)
    shares: Matrix  # scratch of the sites
    D_m: Vector
    D_d: Vector
    Phi: Vector
    surface: Vector
    a: Matrix  # slopes at the surface of the anode
    D_a: Vector
    Phi_a: Vector
    surface_a: Vector
    front: Matrix  # (FRONT_ROWS, nodes) slopes of what an interface adds


class DualWork(Work):
    """The same, whose slopes have slopes too: the Jacobian changes with the values."""


def layout(model: Model) -> Layout:
    """Layout of the state vector of ``model``; the same object for models of the same shape."""
    domains = model.film.r.size > 0
    return _layout(
        model.film.x.size,
        model.film.r.size,
        model.electrolyte.x.size,
        model.negative.film.x.size,
        bool((model.matrix.couples[:, DU] > 0.0).any()),
        bool(domains and (model.domain.couples[:, DU] > 0.0).any()),
        bool(model.front.G > 0.0),
    )


@lru_cache(maxsize=64)
def _layout(nodes: int, shells: int, nodes_e: int, nodes_a: int, has_n_m: bool, has_n_d: bool, fronts: bool) -> Layout:
    per_domain = nodes if shells > 0 else 0
    U_d = shells * nodes
    q = U_d + per_domain
    n_d = q + per_domain
    theta_m = n_d + (nodes if has_n_d else 0)
    first_U = 0 if (shells > 0 or has_n_m or fronts) else nodes - 1
    U_m = theta_m + nodes
    n_m = U_m + nodes - first_U
    y_e = n_m + (nodes if has_n_m else 0)
    theta_a = y_e + nodes_e
    U_a = theta_a + nodes_a
    v_a = U_a + (1 if nodes_a > 0 else 0)
    return Layout(
        nodes=nodes, shells=shells, nodes_e=nodes_e, U_d=U_d, q=q, n_d=n_d, has_n_d=has_n_d, theta_m=theta_m,
        U_m=U_m, first_U=first_U, n_m=n_m, has_n_m=has_n_m, y_e=y_e, nodes_a=nodes_a, theta_a=theta_a,
        U_a=U_a, v_a=v_a, v=v_a + 1, i=v_a + 2, fronts=fronts,
        size=v_a + 3,
    )  # fmt: skip


def new_history(lay: Layout) -> History:
    """No hysteresis anywhere, and lithium without end."""
    m, d, a = (zeros(3, nodes) for nodes in (lay.nodes, lay.nodes, lay.nodes_a))
    return History(m=m, d=d, a=a, lithium=np.full(1, np.inf))


def new_work(lay: Layout) -> Work:
    """Work arrays for a model with this layout."""
    n = lay.nodes
    return Work(
        rate=zeros(lay.size),
        m=zeros(SITE_ROWS, n - lay.first_U),
        d=zeros(SITE_ROWS, n),
        q_U=zeros(n),
        shares=zeros(4, n),
        D_m=zeros(n),
        D_d=zeros(lay.shells * n),
        Phi=zeros(n),
        surface=zeros(SLOPES),
        a=zeros(SITE_ROWS, min(lay.nodes_a, 1)),
        D_a=zeros(lay.nodes_a),
        Phi_a=zeros(lay.nodes_a),
        surface_a=zeros(SLOPES),
        front=zeros(FRONT_ROWS, n if lay.fronts else 0),
    )
