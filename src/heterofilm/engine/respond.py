"""How an impedance depends on the values of the cell.

The response x to a unit current of ions solves A x = u with A = i omega M - J (``impedance.py``), so

    dx/dp = A^-1 (du/dp - dA/dp x),      Z = -dV/di,

V and the cycler's current i, which a leak makes another than that of the ions, both following x.

with the same factors. dA/dp x needs no second derivatives by hand: the Jacobian is made of the slopes that ``rates``
leaves, which on dual numbers have slopes themselves, by the values and along with the state.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..constants import F, R
from .dual import LANES, WIDTH, plain, slope_by
from .follow import new_dual_history
from .impedance import new_linearised, turning
from .jit import kernel
from .kinetics import exchange_scale
from .linear import factor_chains, solve_chains, unit_current
from .open_circuit import filling, potential
from .parameters import Model
from .rates import rates
from .refine import Base, Nodes, monotone_cubic, on_nodes
from .state import I_THETA, I_V, N_N, N_THETA, N_U, U_N, U_R, U_THETA, DualWork
from .structs import Matrix, Struct, Vector
from .twin import Twin, dual_zeros
from .voltage import Control, gradient
from .workspace import lent

Array = NDArray[np.float64]
SMALL = 1e-60  # an imaginary part that carries a derivative


class Small(Struct):
    """State, gradients of voltage and cycler's current, column of the ions' current; a vector and J times it."""

    y: Vector
    V: Vector
    i: Vector
    column: Vector
    b: Vector
    out: Vector
    other: Vector


class Sites(Struct):
    """Filling, hysteresis, nucleated share and potential of one phase at some nodes."""

    theta: Vector
    h: Vector
    n: Vector
    U: Vector


class Rows(Struct, plain=("x", "at")):
    """What is interpolated."""

    x: Vector
    at: Vector
    rows: Matrix
    slope: Vector
    found: Matrix


@kernel
def interpolate(of):
    """Interpolation with slopes."""
    monotone_cubic(of.x, of.rows, of.at, of.slope, of.found)


@kernel
def potentials_of(sites, guess, phase):
    """Potentials with slopes, from the last node to the first."""
    for j in range(sites.theta.size):
        k = sites.theta.size - 1 - j
        found = potential(sites.theta[k], sites.h[k], sites.n[k], guess, phase)
        sites.U[k] = found
        guess = plain(found)


@kernel
def fillings_of(sites, phase):
    """Fillings with slopes."""
    for k in range(sites.U.size):
        theta, _, _, _ = filling(sites.U[k], sites.h[k], sites.n[k], phase)
        sites.theta[k] = theta


@kernel
def times(b, y, model, lay, work, out):
    """J b without the current's column, from the slopes in ``work``, row by row as ``linear.py`` has them."""
    N = lay.nodes
    film = model.film
    last = N - 1
    for k in range(lay.size):
        out[k] = 0.0 * b[k]
    D = work.D_m
    for k in range(N):
        here = 0.0 * b[0]
        if k < last:
            here += film.link[k] * (D[k + 1] * b[lay.theta_m + k + 1] - D[k] * b[lay.theta_m + k])
        if k > 0:
            here += film.link[k - 1] * (D[k - 1] * b[lay.theta_m + k - 1] - D[k] * b[lay.theta_m + k])
        out[lay.theta_m + k] = here / film.width[k]
    times_sites(b, lay.theta_m + lay.first_U, lay.U_m, lay.n_m, N - lay.first_U, lay.has_n_m, work.m, out)
    U_s = lay.n_m - 1
    i_F = work.surface[I_V] * (b[lay.v] - b[U_s]) + work.surface[I_THETA] * b[lay.theta_m + last]
    out[lay.v] = i_F
    out[lay.theta_m + last] = out[lay.theta_m + last] + i_F / (F * film.c_m * film.width[last])
    out[lay.v_a] = work.surface_a[I_V] * b[lay.v_a]
    if lay.shells > 0:
        outer = (lay.shells - 1) * N
        times_sites(b, outer, lay.U_d, lay.n_d, N, lay.has_n_d, work.d, out)
        kappa = film.c_d / film.c_m
        for k in range(N):
            q = b[lay.q + k]
            out[lay.q + k] = b[lay.U_d + k] - b[lay.U_m + k] - q / work.q_U[k]
            out[lay.theta_m + k] = out[lay.theta_m + k] - kappa * q
            for s in range(lay.shells):
                here = 0.0 * b[0]
                D_b = work.D_d[s * N + k] * b[s * N + k]
                if s > 0:
                    here += film.link_r[s - 1] * (work.D_d[(s - 1) * N + k] * b[(s - 1) * N + k] - D_b)
                if s < lay.shells - 1:
                    here += film.link_r[s] * (work.D_d[(s + 1) * N + k] * b[(s + 1) * N + k] - D_b)
                else:
                    here += q
                out[s * N + k] = here / film.share[s]
    if lay.nodes_e > 0:
        e = model.electrolyte
        for k in range(lay.nodes_e):
            j = lay.y_e + k
            here = -(e.k_d + 2.0 * e.k_r * e.c0 * y[j]) * b[j]
            if k < lay.nodes_e - 1:
                here += e.link[k] / e.width[k] * (b[j + 1] - b[j])
            if k > 0:
                here += e.link[k - 1] / e.width[k] * (b[j - 1] - b[j])
            out[j] = here


@kernel
def times_sites(b, theta, U, n, count, has_n, slopes, out):
    """The rows of the potentials and nucleated shares of one phase."""
    for k in range(count):
        b_n = b[n + k] if has_n else 0.0 * b[U + k]
        by_n = slopes[U_N, k] * b_n if has_n else 0.0 * b_n
        out[U + k] = -(b[U + k] - slopes[U_THETA, k] * b[theta + k] - by_n) / slopes[U_R, k]
        if has_n:
            out[n + k] = slopes[N_N, k] * b_n + slopes[N_U, k] * b[U + k] + slopes[N_THETA, k] * b[theta + k]


@kernel
def response_slopes(
    omega, y, plain_history, control, plain_model, lay, arrays, small, history, model, dual_work, rhs, Z, by
):  # fmt: skip
    """Z (ohm m2) at every omega, and its slopes ``by`` (omegas, LANES)."""
    work, f = arrays.work, arrays.factors
    f.made_for[:] = 0.0  # nothing factored, whatever was done before
    rates(y, 0.0, control, plain_model, lay, plain_history, work)
    rates(small.y, 0.0, control, model, lay, history, dual_work)
    gradient(small.y, 1.0, 0.0, model, lay, small.V)
    gradient(small.y, 0.0, 1.0, model, lay, small.i)
    unit_current(model, lay, small.column)
    x = f.border
    for k in range(omega.size):
        g = 1j * omega[k]
        factor_chains(g, y, plain_model, lay, work, f)
        unit_current(plain_model, lay, x)
        solve_chains(x, plain_model, lay, work, f)  # what a current of ions of one less does
        d_V = -plain(small.V[lay.i]) + 0.0j
        d_i = -plain(small.i[lay.i]) + 0.0j
        for j in range(lay.i):
            d_V += plain(small.V[j]) * x[j]
            d_i += plain(small.i[j]) * x[j]
            small.b[j] = x[j].real
        small.b[lay.i] = 0.0
        Z[k] = -d_V / d_i
        times(small.b, small.y, model, lay, dual_work, small.out)
        for j in range(lay.i):
            small.b[j] = x[j].imag
        times(small.b, small.y, model, lay, dual_work, small.other)
        for lane in range(by.shape[1]):
            for j in range(lay.size):
                rhs[j] = slope_by(small.column[j], lane) + slope_by(small.out[j], lane)
                rhs[j] += 1j * slope_by(small.other[j], lane)
            rhs[lay.v] -= g * slope_by(model.cathode.C, lane) * x[lay.v]
            rhs[lay.v_a] -= g * slope_by(model.anode.C, lane) * x[lay.v_a]
            rhs[lay.i] = 0.0
            solve_chains(rhs, plain_model, lay, work, f)
            V_by = -slope_by(small.V[lay.i], lane) + 0.0j
            i_by = -slope_by(small.i[lay.i], lane) + 0.0j
            for j in range(lay.i):
                V_by += slope_by(small.V[j], lane) * x[j] + plain(small.V[j]) * rhs[j]
                i_by += slope_by(small.i[j], lane) * x[j] + plain(small.i[j]) * rhs[j]
            by[k, lane] = -(V_by + Z[k] * i_by) / d_i


def spectrum_slopes(
    omega: Array, on: Base, model: Twin, y: Array, history: Twin
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Z and its slopes about a state on its mesh; ``y`` (size, WIDTH) and ``history`` with slopes."""
    lay = on.lay
    small = Twin(Small, {name: y if name == "y" else dual_zeros(lay.size) for name in Small.members})
    turned = Twin(history.of, {name: past.copy() for name, past in history.content.items()})
    turned.m[2], turned.d[2], turned.a[2] = 0.0, 0.0, 0.0
    still = turning(on.history)
    Z, by = np.empty(omega.size, complex), np.empty((omega.size, LANES), complex)
    control = Control(by_i=1.0, at_0=float(on.y[lay.i]))
    with lent(new_linearised, lay) as arrays:
        work = {name: dual_zeros(*getattr(arrays.work, name).shape) for name in DualWork.members}
        response_slopes(
            np.ascontiguousarray(omega), on.y, still, control, on.model, lay, arrays, small, turned, model,
            Twin(DualWork, work), np.empty(lay.size, complex), Z, by,
        )  # fmt: skip
    return Z, by


def on_same_nodes(model: Model, fine: Model) -> Model:
    """A followed model on the nodes of another, which lie at the same shares of its lengths."""
    pairs = zip(Nodes.of(fine), Nodes.of(model), strict=True)
    return on_nodes(model, Nodes(*(new / new[-1] * own[-1] if new.size else new for new, own in pairs)))


def carried_slopes(
    base: Base, fine: Base, y: Array, history: Twin, model: Twin, fine_model: Twin
) -> tuple[Array, Twin]:  # fmt: skip
    """The state of ``base`` with slopes on the nodes of ``fine``, as :func:`refine.carried` without them."""
    lay, to, N, n = base.lay, fine.lay, base.lay.nodes, fine.lay.nodes
    out, there = dual_zeros(to.size), new_dual_history(to)
    there.m[2], there.d[2] = 1.0, 1.0
    ones = dual_zeros(N)
    ones[:, 0] = 1.0
    n_m = y[lay.n_m : lay.y_e] if lay.has_n_m else ones
    n_d = y[lay.n_d : lay.theta_m] if lay.has_n_d else ones
    sites = _sites(theta=y[lay.theta_m : lay.U_m], h=history.m[1], n=n_m)
    potentials_of(sites, float(y[lay.n_m - 1, 0]), model.matrix)
    rows = [sites.U, sites.h, sites.n]
    if lay.shells:
        rows += [y[lay.U_d : lay.q], history.d[1], n_d, *y[: lay.U_d].reshape(lay.shells, N, WIDTH)]
    share, wanted = base.model.film.x / base.model.film.L, fine.model.film.x / fine.model.film.L
    along = _interpolated(share, np.array(rows).transpose(1, 0, 2), wanted).transpose(1, 0, 2)
    sites = _sites(U=along[0], h=along[1], n=along[2])
    fillings_of(sites, fine_model.matrix)
    out[to.theta_m : to.U_m], out[to.U_m : to.n_m] = sites.theta, along[0][to.first_U :]
    if to.has_n_m:
        out[to.n_m : to.y_e] = along[2]
    there.m[0], there.m[1] = _over(sites.theta, fine_model.matrix.theta_full), along[1]
    if lay.shells:
        sites = _sites(U=along[3], h=along[4], n=along[5])
        fillings_of(sites, fine_model.domain)
        r, r_fine = base.model.film.r / base.model.film.r[-1], fine.model.film.r / fine.model.film.r[-1]
        inside = _interpolated(r, along[6:], r_fine)
        inside += sites.theta - inside[-1]
        out[: to.U_d] = inside.reshape(to.shells * n, WIDTH)
        out[to.U_d : to.q] = along[3]
        if to.has_n_d:
            out[to.n_d : to.theta_m] = along[5]
        out[to.q : to.n_d] = _exchange(along[3] - along[0], fine_model)
        there.d[0], there.d[1] = _over(sites.theta, fine_model.domain.theta_full), along[4]
    if lay.nodes_e:
        e, e_fine = base.model.electrolyte.x, fine.model.electrolyte.x
        out[to.y_e : to.theta_a] = _interpolated(e / e[-1], y[lay.y_e : lay.theta_a], e_fine / e_fine[-1])
    out[to.v_a :] = y[lay.v_a :]
    return out, there


def halved_slopes(fine: Base, coarse: Base, y: Array, history: Twin) -> tuple[Array, Twin]:
    """The same on every second node, as :func:`refine.halved`."""
    old, new, n = fine.lay, coarse.lay, fine.lay.nodes
    out = dual_zeros(new.size)
    for start, end in pairwise(("U_d", "q", "n_d", "theta_m", "U_m", "n_m", "y_e", "theta_a", "U_a", "v_a", "size")):
        a, b = getattr(old, start), getattr(old, end)
        out[getattr(new, start) : getattr(new, end)] = y[a : b : 1 if start == "v_a" else 2]
    if old.shells:
        out[: new.U_d] = y[: old.U_d].reshape(old.shells, n, WIDTH)[::2, ::2].reshape(-1, WIDTH)
    there = {name: np.ascontiguousarray(history.content[name][:, ::2]) for name in ("m", "d", "a")}
    return out, Twin(history.of, there | {"lithium": history.lithium})


def _sites(**given: Array) -> Twin:
    count = len(next(iter(given.values())))
    return Twin(Sites, {
        name: np.ascontiguousarray(given[name]) if name in given else dual_zeros(count) for name in Sites.members
    })  # fmt: skip


def _interpolated(x: Array, y: Array, at: Array) -> Array:
    """:func:`refine.interpolated` of dual numbers (n, ..., WIDTH)."""
    rows = np.ascontiguousarray(np.moveaxis(y.reshape(y.shape[0], -1, WIDTH), 0, 1))
    rises = Twin(Rows, {
        "x": np.ascontiguousarray(x), "at": np.ascontiguousarray(at), "rows": rows, "slope": dual_zeros(x.size),
        "found": dual_zeros(rows.shape[0], at.size),
    })  # fmt: skip
    interpolate(rises)
    return np.ascontiguousarray(np.moveaxis(rises.found, 0, 1).reshape(at.size, *y.shape[1:]))


def _over(a: Array, b: Array) -> Array:
    """Quotient of dual numbers (n, WIDTH) and one (WIDTH,)."""
    found = a / b[0]
    found[:, 1:] -= np.outer(a[:, 0], b[1:]) / b[0] ** 2
    return found


def _exchange(eta: Array, model: Twin) -> Array:
    """q = q_0 sinh(F eta/2RT) with slopes, q_0 = 2 a i0/(F c_d)."""
    film, T = model.film, model.T
    found = np.zeros_like(eta)

    def at(lane: int) -> NDArray[Any]:
        step = 1j * SMALL if lane else 0.0

        def number(x: Array) -> Any:
            return x[..., 0] + step * x[..., lane]

        q_0 = exchange_scale.py_func(number(film.area_per_volume), number(film.i0_h), number(film.c_d))
        return np.asarray(q_0 * np.sinh(0.5 * F / (R * number(T)) * number(eta)))

    found[:, 0] = np.real(at(0))
    for lane in range(1, WIDTH):
        found[:, lane] = at(lane).imag / SMALL
    return found
