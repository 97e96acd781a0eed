"""The state of a film carried over to a mesh that an impedance needs: fine where a skin effect is thin.

Time integration asks for a mesh that follows fronts; at an angular frequency w Li answers only within sqrt(D/w) of
the electrolyte, and of the surface of a domain. Between the nodes of the state the potential is interpolated (Li
flows along it, and at rest it is even) with hysteresis and nuclei; fillings follow from it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..constants import F, R
from . import mesh
from .jit import kernel
from .open_circuit import filling, potential
from .parameters import Model, Phase
from .state import History, Layout, layout, new_history
from .structs import zeros

Array = NDArray[np.float64]

RATIO = 1.15  # of neighbouring cells: the error of a Warburg impedance is about (RATIO - 1)^2/12
RATIO_R = 1.3  # of shells, of which there are so many for every node
SMALLEST = 1e-9  # of the film, cells are no finer
BULK = 40  # cells over the film, and over the radius of a domain, at least: what the state needs
BULK_R = 16


class Base(NamedTuple):
    """A state about which an impedance is taken, with the model and layout of its mesh."""

    y: Array
    history: History
    model: Model
    lay: Layout


def graded(length: float, first: float, ratio: float, bulk: int) -> Array:
    """Distances from a surface (m): cells grow from ``first`` by ``ratio`` to ``length``/``bulk``; an even number."""
    largest = length / bulk
    grown = max(int(np.ceil(np.log(largest / first) / np.log(ratio))), 0)
    cells = first * ratio ** np.arange(grown)
    left = max(length - cells.sum(), 0.0)
    cells = np.append(cells, np.full(int(np.ceil(left / largest)), largest))
    cells = np.append(cells, cells[-1]) if cells.size % 2 else cells
    x = np.concatenate([[0.0], np.cumsum(cells)])
    return np.asarray(x * (length / x[-1]))


def refined(base: Base, omega: float) -> Base:
    """The base state on a mesh for angular frequencies up to ``omega`` (1/s)."""
    model, film = base.model, base.model.film
    skin = 0.5 * np.sqrt(max(film.tau * smallest(model.D_m.D), 1e-30) / omega)
    depth = graded(film.L, min(max(skin, SMALLEST * film.L), film.L / BULK), RATIO, BULK)
    r = film.r
    if base.lay.shells > 0:
        skin = 0.5 * np.sqrt(max(smallest(model.D_d.D), 1e-40) / omega)
        inward = graded(film.radius, min(max(skin, 1e-6 * film.radius), film.radius / BULK_R), RATIO_R, BULK_R)
        r = film.radius - inward[::-1]
        r[0] = 0.0
    x_e = model.electrolyte.x
    if base.lay.nodes_e > 0:
        e = model.electrolyte
        skin = 0.5 * np.sqrt(2.0 * e.D_plus * e.D_minus / (e.D_plus + e.D_minus) / omega)
        half = graded(0.5 * x_e[-1], min(max(skin, SMALLEST * x_e[-1]), 0.1 * x_e[-1]), RATIO, BULK)
        x_e = np.concatenate([half, x_e[-1] - half[-2::-1]])
    x = film.L - depth[::-1]
    x[0] = 0.0
    return carried(base, x, r, x_e)


def halved(base: Base, state: Base | None = None) -> Base:
    """``base`` on every second node; with ``state`` that state on this mesh, of which only every second node is taken.

    What is left out shows what is missing: both are for estimates of error.
    """
    film, e = base.model.film, base.model.electrolyte
    if state is not None:
        return carried(state, film.x[::2], film.r[::2], e.x[::2], 2)
    found = _on(base.model, film.x[::2], film.r[::2], e.x[::2])
    old, new, y, n = base.lay, found.lay, found.y, base.lay.nodes
    blocks = ("U_d", "q", "n_d", "theta_m", "U_m", "n_m", "y_e", "v_a", "size")
    for start, end in pairwise(blocks):
        a, b = getattr(old, start), getattr(old, end)
        y[getattr(new, start) : getattr(new, end)] = base.y[a : b : 1 if start == "v_a" else 2]
    if old.shells > 0:
        y[: new.U_d] = base.y[: old.U_d].reshape(old.shells, n)[::2, ::2].ravel()
    found.history.m[:], found.history.d[:] = base.history.m[:, ::2], base.history.d[:, ::2]
    return found


def carried(state: Base, x: Array, r: Array, x_e: Array, sparse: int = 1) -> Base:
    """A state, of which every so many nodes are taken, on these nodes of film, domains and electrolyte."""
    found = _on(state.model, x, r, x_e)
    _carry(state, found, sparse)
    return found


def _on(model: Model, x: Array, r: Array, x_e: Array) -> Base:
    """An empty state on these nodes."""
    model = on_nodes(model, x, r, x_e)
    lay = layout(model)
    return Base(zeros(lay.size), new_history(lay), model, lay)


def on_nodes(model: Model, x: Array, r: Array, x_e: Array) -> Model:
    """The model on other nodes."""
    film, e = model.film, model.electrolyte
    x, r = np.ascontiguousarray(x), np.ascontiguousarray(r)
    model = model.replace(
        film=film.replace(
            x=x, width=mesh.widths(x), link=film.tau / np.diff(x),
            r=r, share=mesh.shell_shares(r), link_r=mesh.shell_links(r),
        )
    )  # fmt: skip
    if e.x.size > 0:
        x_e = np.ascontiguousarray(x_e)
        link = e.link[0] * (e.x[1] - e.x[0]) / np.diff(x_e)
        model = model.replace(electrolyte=e.replace(x=x_e, width=mesh.widths(x_e), link=link))
    return model


def smallest(D: Array) -> float:
    """The smallest diffusion coefficient of a table, but for its ends, which a tail of the potential makes."""
    return float(D.min() if D.size < 20 else np.partition(D, D.size // 20)[D.size // 20])


def _carry(old: Base, new: Base, sparse: int) -> None:
    """Fill in the state and the hysteresis of ``new``."""
    y, history, model, lay = old
    state, there, fine, to = new
    N, n, S = lay.nodes, to.nodes, lay.shells
    chosen = np.arange(N - 1, -1, -sparse)[::-1]
    chosen = chosen if chosen[0] == 0 else np.append(0, chosen)
    ones = np.ones(N)
    n_m = y[lay.n_m : lay.y_e] if lay.has_n_m else ones
    n_d = y[lay.n_d : lay.theta_m] if lay.has_n_d else ones
    U = np.empty(N)
    potentials(y[lay.theta_m : lay.U_m].copy(), history.m[1].copy(), n_m.copy(), y[lay.n_m - 1], model.matrix, U)
    rows = [U, history.m[1], n_m]
    if S > 0:
        rows += [y[lay.U_d : lay.q], history.d[1], n_d, *y[: S * N].reshape(S, N)]
    along = through(model.film.x[chosen], np.array(rows)[:, chosen].T, fine.film.x).T
    U_m, h_m, n_m = np.ascontiguousarray(along[:3])
    theta = _fillings(U_m, h_m, n_m, fine.matrix)
    state[to.theta_m : to.U_m] = theta
    state[to.U_m : to.n_m] = U_m[to.first_U :]
    if to.has_n_m:
        state[to.n_m : to.y_e] = n_m
    there.m[:2] = theta / fine.matrix.theta_full, h_m
    if S > 0:
        U_d, h_d, n_d = np.ascontiguousarray(along[3:6])
        theta = _fillings(U_d, h_d, n_d, fine.domain)
        inside = through(model.film.r, along[6:], fine.film.r)
        inside += theta - inside[-1]
        state[: to.shells * n] = inside.ravel()
        state[to.U_d : to.q] = U_d
        if to.has_n_d:
            state[to.n_d : to.theta_m] = n_d
        film = fine.film
        q_0 = 2.0 * film.area_per_volume * film.i0_h / (F * film.c_d)
        state[to.q : to.n_d] = q_0 * np.sinh(0.5 * F / (R * fine.T) * (U_d - U_m))
        there.d[:2] = theta / fine.domain.theta_full, h_d
    if lay.nodes_e > 0:
        state[to.y_e : to.v_a] = through(model.electrolyte.x, y[lay.y_e : lay.v_a], fine.electrolyte.x)
    state[to.v_a :] = y[lay.v_a :]


def through(x: Array, y: NDArray[Any], at: Array) -> NDArray[Any]:
    """Piecewise cubic through ``y`` (n, ...) at ``x`` (n,) that does not overshoot, at other places.

    Slopes are weighted harmonic means, zero at a turn (F. N. Fritsch, J. Butland, SIAM J. Sci. Stat. Comput. 5, 300,
    1984), as in scipy's PchipInterpolator; imaginary parts of ``y`` carry derivatives.
    """
    h = np.diff(x).reshape(-1, *[1] * (y.ndim - 1))
    d = np.diff(y, axis=0) / h
    slopes = np.zeros_like(y)
    if d.shape[0] == 1:
        slopes[:] = d
    else:
        a, b = 2.0 * h[1:] + h[:-1], h[1:] + 2.0 * h[:-1]
        same = np.sign(d[1:].real) * np.sign(d[:-1].real) > 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (a + b) / (a / d[:-1] + b / d[1:])
        slopes[1:-1] = np.where(same, mean, 0.0)
        slopes[0] = _at_end(h[0], h[1], d[0], d[1])
        slopes[-1] = _at_end(h[-1], h[-2], d[-1], d[-2])
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, x.size - 2)
    width = h[k]
    s = (at - x[k]).reshape(-1, *[1] * (y.ndim - 1)) / width
    rise = y[k + 1] - y[k]
    bend = (1.0 - s) * (width * slopes[k] - rise) - s * (width * slopes[k + 1] - rise)
    return np.asarray(y[k] + s * rise + s * (1.0 - s) * bend)


def _at_end(h_0: Array, h_1: Array, d_0: NDArray[Any], d_1: NDArray[Any]) -> NDArray[Any]:
    """Slope at an end: of the parabola through three points, as far as it does not overshoot."""
    found = ((2.0 * h_0 + h_1) * d_0 - h_0 * d_1) / (h_0 + h_1)
    found = np.where(np.sign(found.real) != np.sign(d_0.real), 0.0, found)
    steep = (np.sign(d_0.real) != np.sign(d_1.real)) & (np.abs(found.real) > 3.0 * np.abs(d_0.real))
    return np.asarray(np.where(steep, 3.0 * d_0, found))


def _fillings(U: Array, h: Array, n: Array, phase: Phase) -> Array:
    """Filling at these potentials."""
    theta = np.empty(U.size)
    fillings_at(U, h, n, phase, theta)
    return theta


@kernel
def potentials(theta, h, n, guess, phase, U):
    """Potential of every node of a phase, from the last to the first."""
    for j in range(theta.size):
        k = theta.size - 1 - j
        guess = potential(theta[k], h[k], n[k], guess, phase)
        U[k] = guess


@kernel
def fillings_at(U, h, n, phase, theta):
    """Filling of every node of a phase."""
    for k in range(U.size):
        theta[k], _, _, _ = filling(U[k], h[k], n[k], phase)
