"""The state of a film carried over to a mesh that an impedance needs: fine where a skin effect is thin.

Time integration asks for a mesh that follows fronts; at an angular frequency w Li answers only within sqrt(D/w) of
the electrolyte, and of the surface of a domain. Between the nodes of the state the potential is interpolated (Li
flows along it, and at rest it is even) with hysteresis and nuclei; fillings follow from it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..constants import F, R
from . import mesh, monotone
from .jit import kernel
from .kinetics import exchange_scale
from .open_circuit import filling, potential
from .parameters import Diffusion, Film, Model, Phase
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


class Nodes(NamedTuple):
    """Nodes (m) of the film, its domains, the electrolyte, and a film that is the anode; empty where there is none."""

    x: Array
    r: Array
    x_e: Array
    x_a: Array

    @classmethod
    def of(cls, model: Model) -> Nodes:
        """Those of a model."""
        return cls(model.film.x, model.film.r, model.electrolyte.x, model.negative.film.x)

    @property
    def halved(self) -> Nodes:
        """Every second of them."""
        return Nodes(*(nodes[::2] for nodes in self))


def refined(base: Base, omega: float) -> Base:
    """The base state on a mesh for angular frequencies up to ``omega`` (1/s)."""
    model, film = base.model, base.model.film
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
    below = model.negative
    x_a = _through(below.film, below.D, omega) if base.lay.nodes_a > 0 else below.film.x
    return carried(base, Nodes(_through(film, model.D_m, omega), r, x_e, x_a))


def _through(film: Film, law: Diffusion, omega: float) -> Array:
    """Nodes through a film, fine towards the electrolyte."""
    skin = 0.5 * np.sqrt(max(film.tau * smallest(law.D), 1e-30) / omega)
    x = film.L - graded(film.L, min(max(skin, SMALLEST * film.L), film.L / BULK), RATIO, BULK)[::-1]
    x[0] = 0.0
    return x


def halved(base: Base) -> Base:
    """``base`` on every second node: what is left out shows what is missing."""
    found = _on(base.model, Nodes.of(base.model).halved)
    old, new, y, n = base.lay, found.lay, found.y, base.lay.nodes
    blocks = ("U_d", "q", "n_d", "theta_m", "U_m", "n_m", "y_e", "theta_a", "U_a", "v_a", "size")
    for start, end in pairwise(blocks):
        a, b = getattr(old, start), getattr(old, end)
        y[getattr(new, start) : getattr(new, end)] = base.y[a : b : 1 if start == "v_a" else 2]
    if old.shells > 0:
        y[: new.U_d] = base.y[: old.U_d].reshape(old.shells, n)[::2, ::2].ravel()
    for kept, past in (
        (found.history.m, base.history.m),
        (found.history.d, base.history.d),
        (found.history.a, base.history.a),
    ):
        kept[:] = past[:, ::2]
    return found


def carried(state: Base, nodes: Nodes) -> Base:
    """A state on these nodes."""
    found = _on(state.model, nodes)
    _carry(state, found, 1)
    return found


def thinned(state: Base, on: Base) -> Base:
    """A state, of which only every second node is taken, on the mesh of another of its cell, as :func:`halved`."""
    found = _empty(on.model, on.lay)
    _carry(state, found, 2)
    return found


def _on(model: Model, nodes: Nodes) -> Base:
    """An empty state on these nodes."""
    model = on_nodes(model, nodes)
    return _empty(model, layout(model))


def _empty(model: Model, lay: Layout) -> Base:
    return Base(zeros(lay.size), new_history(lay), model, lay)


def on_nodes(model: Model, nodes: Nodes) -> Model:
    """The model on other nodes."""
    film, e, below = model.film, model.electrolyte, model.negative
    r = np.ascontiguousarray(nodes.r)
    film = _meshed(film, nodes.x).replace(r=r, share=mesh.shell_shares(r), link_r=mesh.shell_links(r))
    model = model.replace(film=film)
    if e.x.size > 0:
        x_e = np.ascontiguousarray(nodes.x_e)
        link = e.link[0] * (e.x[1] - e.x[0]) / np.diff(x_e)
        model = model.replace(electrolyte=e.replace(x=x_e, width=mesh.widths(x_e), link=link))
    if below.film.x.size > 0:
        model = model.replace(negative=below.replace(film=_meshed(below.film, nodes.x_a)))
    return model


def _meshed(film: Film, x: Array) -> Film:
    x = np.ascontiguousarray(x)
    return film.replace(x=x, width=mesh.widths(x), link=film.tau / np.diff(x))


def smallest(D: Array) -> float:
    """The smallest diffusion coefficient of a table, but for its ends, which a tail of the potential makes."""
    return float(D.min() if D.size < 20 else np.partition(D, D.size // 20)[D.size // 20])


def _carry(old: Base, new: Base, sparse: int) -> None:
    """Fill in the state and the hysteresis of ``new``."""
    y, history, model, lay = old
    state, there, fine, to = new
    N, n, S = lay.nodes, to.nodes, lay.shells
    chosen = _chosen(N, sparse)
    ones = np.ones(N)
    n_m = y[lay.n_m : lay.y_e] if lay.has_n_m else ones
    n_d = y[lay.n_d : lay.theta_m] if lay.has_n_d else ones
    U = np.empty(N)
    potentials(y[lay.theta_m : lay.U_m].copy(), history.m[1].copy(), n_m.copy(), y[lay.n_m - 1], model.matrix, U)
    rows = [U, history.m[1], n_m]
    if S > 0:
        rows += [y[lay.U_d : lay.q], history.d[1], n_d, *y[: S * N].reshape(S, N)]
    along = interpolated(model.film.x[chosen], np.array(rows)[:, chosen], fine.film.x)
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
        inside = interpolated(model.film.r, along[6:].T, fine.film.r).T
        inside += theta - inside[-1]
        state[: to.shells * n] = inside.ravel()
        state[to.U_d : to.q] = U_d
        if to.has_n_d:
            state[to.n_d : to.theta_m] = n_d
        film = fine.film
        q_0 = exchange_scale.py_func(film.area_per_volume, film.i0_h, film.c_d)
        state[to.q : to.n_d] = q_0 * np.sinh(0.5 * F / (R * fine.T) * (U_d - U_m))
        there.d[:2] = theta / fine.domain.theta_full, h_d
    if lay.nodes_e > 0:
        through = interpolated(model.electrolyte.x, y[lay.y_e : lay.theta_a][None], fine.electrolyte.x)
        state[to.y_e : to.theta_a] = through[0]
    if lay.nodes_a > 0:
        M, past, below = lay.nodes_a, history.a[1].copy(), model.negative
        U, chosen = np.empty(M), _chosen(M, sparse)
        potentials(y[lay.theta_a : lay.U_a].copy(), past, np.ones(M), y[lay.U_a], below.phase, U)
        along = interpolated(below.film.x[chosen], np.array([U, past])[:, chosen], fine.negative.film.x)
        U_a, h_a = np.ascontiguousarray(along)
        theta = _fillings(U_a, h_a, np.ones(U_a.size), below.phase)
        state[to.theta_a : to.U_a], state[to.U_a] = theta, U_a[-1]
        there.a[:2] = theta / below.phase.theta_full, h_a
    state[to.v_a :] = y[lay.v_a :]


def _chosen(nodes: int, sparse: int) -> NDArray[np.int64]:
    """Every so many of some nodes, from the last on, and the first."""
    found = np.arange(nodes - 1, -1, -sparse)[::-1]
    return found if found[0] == 0 else np.append(0, found)


def _fillings(U: Array, h: Array, n: Array, phase: Phase) -> Array:
    """Filling at these potentials."""
    theta = np.empty(U.size)
    fillings_at(U, h, n, phase, theta)
    return theta


def interpolated(x: Array, rows: Array, at: Array) -> Array:
    """Values of rows (rows, x.size) between their points without overshoot, at rising places within them."""
    found = np.empty((len(rows), at.size))
    x, at = np.ascontiguousarray(x), np.ascontiguousarray(at)
    monotone_cubic(x, np.ascontiguousarray(rows), at, np.zeros(x.size), found)
    return found


inner_slope, parabola_slope = kernel(monotone.inner_slope), kernel(monotone.parabola_slope)


@kernel
def monotone_cubic(x, rows, at, slope, found):
    """Piecewise cubics whose slopes are weighted harmonic means of those to either side, and zero at an extreme.

    Ends by the parabola through three points, within what keeps the shape (``monotone.py``).
    """
    n = x.size
    for j in range(rows.shape[0]):
        y = rows[j]
        before = (y[1] - y[0]) / (x[1] - x[0])
        for k in range(1, n - 1):
            h_0 = x[k] - x[k - 1]
            h_1 = x[k + 1] - x[k]
            after = (y[k + 1] - y[k]) / h_1
            slope[k] = 0.0
            if before * after > 0.0:
                slope[k] = inner_slope(h_0, h_1, before, after)
            before = after
        slope[0] = before
        slope[n - 1] = before
        if n > 2:
            slope[0] = end_slope(x[1] - x[0], x[2] - x[1], y[1] - y[0], y[2] - y[1])
            e = n - 1
            slope[e] = end_slope(x[e] - x[e - 1], x[e - 1] - x[e - 2], y[e] - y[e - 1], y[e - 1] - y[e - 2])
        k = 0
        for i in range(at.size):
            while k < n - 2 and at[i] > x[k + 1]:
                k += 1
            h = x[k + 1] - x[k]
            t = (at[i] - x[k]) / h
            s = 1.0 - t
            found[j, i] = s * s * ((1.0 + 2.0 * t) * y[k] + t * h * slope[k]) + t * t * (
                (1.0 + 2.0 * s) * y[k + 1] - s * h * slope[k + 1]
            )


@kernel
def end_slope(h_0, h_1, dy_0, dy_1):
    """Slope at an end: of the parabola, not against its piece, nor more than three times it before an extreme."""
    d_0 = dy_0 / h_0
    d_1 = dy_1 / h_1
    slope = parabola_slope(h_0, h_1, d_0, d_1)
    if slope * d_0 <= 0.0:
        return 0.0
    if d_0 * d_1 < 0.0 and abs(slope) > 3.0 * abs(d_0):
        return 3.0 * d_0
    return slope


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
