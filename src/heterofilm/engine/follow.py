"""How a protocol step depends on the values of the cell: forward sensitivities along the steps that were taken.

A step of the integration solves ``F(new, y, before, h, p) = M (g (new - y) - c (y - before)) - f(new, t, p) = 0``.
Its solution changes with the values p as

    (g M - J) dnew/dp = M (g dy/dp + c (dy/dp - dbefore/dp)) - dM/dp (...) + df/dp

with the matrix that Newton's method factors (staggered direct; M. Caracotsios, W. E. Stewart, Comput. Chem. Eng. 9,
359, 1985), here at the state that was accepted. The right-hand side is the left-over of Newton's equations themselves
(``newton.equations``) on dual numbers (``dual.py``), so it has the derivatives of every law there is. Hysteresis
goes on from step to step with its anchors, which depend on p too.

A limit m(t, y, p) = 0 ends the last step, so its length depends on p: dh/dp = -(dm/dp)/(dm/dh), and the state there
moves by dnew/dh dh/dp besides. All other lengths are those that were taken, whatever p is.
"""

from __future__ import annotations

import numpy as np

from .bdf import between, formula
from .depth import DEPTHS, deepen
from .dual import first_slope, plain, seeded, with_slopes
from .equilibrium import rest
from .events import charge, margin, voltage_rate
from .factors import Factors, new_factors
from .integrate import remember, start_slopes
from .jit import kernel
from .linear import factor, is_bordered, solve
from .newton import equations
from .nuclei import growths, left_by_length
from .state import Layout, new_history, new_work
from .structs import Matrix, Struct, Vector, zeros
from .twin import Twin, dual_zeros
from .voltage import Control, current, gradient, voltage, voltage_gradient

AT_ONCE = 1e25  # 1/s: in so short a step nothing moves but what follows at once

# columns of what is seen
TIME, VOLTAGE, CURRENT, PASSED, SEEN = range(5)


class Path(Struct, plain=("gradient", "there")):
    """State with its slopes, what lies behind it, and scratch; ``y`` stays from one protocol step to the next."""

    y: Vector
    new: Vector
    before: Vector
    slopes: Matrix  # (2, size) dy/dt at the start and at the end of a step
    known: Vector
    b: Vector
    mid: Vector
    stretch: Vector  # dnew/dh of the last step
    gradient: Vector
    there: Vector  # the state a step ends in
    depths: Matrix  # the deepest state of the present cycle (``depth.py``)


class Demand(Struct):
    """What the cycler imposes on a step, and the values of its limits."""

    control: Control
    limits: Vector


class Seen(Struct):
    """What is seen, rows of t (s), V, i (A/m2), Q (A s/m2): of every step, and at times that were asked for."""

    steps: Matrix
    asked: Matrix


def new_path(lay: Layout) -> Twin:
    """All zero."""
    names = ("y", "new", "before", "known", "b", "mid", "stretch")
    vectors = {name: dual_zeros(lay.size) for name in names}
    plain_ones = {"gradient": zeros(lay.size), "there": zeros(lay.size)}
    matrices = {"slopes": dual_zeros(2, lay.size), "depths": dual_zeros(2, DEPTHS)}
    return Twin(Path, vectors | matrices | plain_ones)


def new_work_of_duals(lay: Layout) -> tuple[Twin, Twin]:
    """Work arrays and factors."""
    return Twin.of_struct(new_work(lay)), Twin.of_struct(new_factors(lay, Factors))


def new_dual_history(lay: Layout) -> Twin:
    """No hysteresis anywhere."""
    return Twin.of_struct(new_history(lay))


@kernel
def follow(
    points, states, kinds, status, way, times, plain_control, plain_model, lay, demand, model, history, path, work, f,
    seen,
):  # fmt: skip
    """Follow one protocol step that was integrated: ``points`` and ``states`` of every accepted step.

    ``way``: of the current, where it gives the hysteresis its direction. ``path.y`` and ``history`` hold the slopes of
    the state before it and go on to those at its end. ``times`` (s) rise; those behind the end are left out. Returns
    how many were not.
    """
    control = demand.control
    y = path.y
    new = path.new
    before = path.before  # the three change places from step to step
    there = path.there
    f.made_for[:] = 0.0
    if way != 0:
        history.m[2] = float(way)
        history.d[2] = float(way)
        history.a[2] = -float(way)
    for k in range(lay.size):
        y[k] = with_slopes(states[0, k], y[k])
        path.known[k] = 0.0
    one_step(states[0], AT_ONCE, 0.0, plain_control, plain_model, lay, control, model, history, y, new, path, work, f)
    carry(new, y)
    start_slopes(y, 0.0, control, model, lay, history, work, path.slopes[0])
    carry(y, before)
    t = seeded(0.0, 0.0)
    Q = seeded(0.0, 0.0)
    dQ = seeded(0.0, 0.0)
    dV = seeded(0.0, 0.0)
    V_now = voltage(y, model, lay)
    write(seen.steps, 0, t, V_now, current(y, model, lay), Q)
    asked = 0
    while asked < times.size and times[asked] <= 0.0:
        write(seen.asked, asked, t, V_now, current(y, model, lay), Q)
        asked += 1
    last = points.shape[0] - 1
    for m in range(1, last + 1):
        taken = m - 1
        before_t = points[m - 1, 0]
        h_0 = points[m, 0] - before_t
        for k in range(lay.size):
            there[k] = states[m, k]
        lengths = lengths_of(points, m)
        g_0, c_0 = formula(h_0, taken, lengths)
        for k in range(lay.size):
            path.known[k] = c_0 * (y[k] - before[k])
        growths(y, before, c_0, model, lay, path.known)
        one_step(
            there, g_0, points[m, 0], plain_control, plain_model, lay, control, model, history, y, new, path, work, f
        )
        h = seeded(h_0, 0.0)
        if m == last and status >= 0:
            h = end_of(
                h_0, taken, lengths, kinds[status], demand.limits[status], t, V_now, Q, dQ, dV, plain_control,
                plain_model, lay, model, y, new, before, path, work, f,
            )  # fmt: skip
        V_new = voltage(new, model, lay)
        i_new = current(new, model, lay)
        dQ_new = charge(i_new, h, taken, lengths, dQ)
        if asked < times.size:
            g, c = formula(h, taken, lengths)
            for k in range(lay.size):
                path.slopes[1, k] = g * (new[k] - y[k]) - c * (y[k] - before[k])
        t_new = t + h
        while asked < times.size and times[asked] <= points[m, 0]:
            s = (times[asked] - t) / h
            between(y, new, path.slopes, h, s, lay, path.mid)
            tau = seeded(times[asked], 0.0)
            mid = path.mid
            write(seen.asked, asked, tau, voltage(mid, model, lay), current(mid, model, lay), Q + s * dQ_new)
            asked += 1
        dV = V_new - V_now
        V_now = V_new
        Q = Q + dQ_new
        dQ = dQ_new
        t = with_slopes(points[m, 0], t_new)
        y, new, before = new, before, y
        if asked < times.size:
            carry(path.slopes[1], path.slopes[0])
        remember(y, model, lay, history)
        write(seen.steps, m, t, V_now, i_new, Q)
    carry(y, path.y)
    return asked


@kernel
def begin(path, history, demand, h, n, model, lay):
    """A state at rest at the potential ``demand.limits[0]``, with its slopes."""
    rest(path.y, history, demand.limits[0], h, n, 0.0, model, lay)


@kernel
def see(path, model, lay, seen):
    """What is seen now, into the first row."""
    write(seen.steps, 0, seeded(0.0, 0.0), voltage(path.y, model, lay), current(path.y, model, lay), seeded(0.0, 0.0))


@kernel
def follow_depth(path, history, model, lay, ageing):
    """How deep the film is lithiated, with slopes, where it is deeper than before."""
    deepen(path.y, history, model, lay, ageing, path.depths)


@kernel
def lengths_of(points, m):
    """Lengths (s) of the two steps before step ``m``."""
    one = points[m - 1, 0] - points[m - 2, 0] if m > 1 else 1.0
    two = points[m - 2, 0] - points[m - 3, 0] if m > 2 else 1.0
    return one, two


@kernel
def one_step(there, g, t, plain_control, plain_model, lay, control, model, history, y, new, path, work, f):
    """The slopes of the state ``there`` in which a step from ``y`` ends, into ``new``."""
    for k in range(lay.size):
        new[k] = there[k]
    if not is_bordered(plain_control, plain_model):
        new[lay.i] = with_slopes(there[lay.i], control.at_0 / control.by_i)
    equations(y, new, path.known, g, t, control, model, lay, history, work, path.b)
    factor(g, there, plain_control, plain_model, lay, work, f)
    solve(path.b, plain_control, plain_model, lay, work, f)
    for k in range(lay.size):
        new[k] = with_slopes(there[k], new[k] + path.b[k])


@kernel
def end_of(
    h_0, taken, lengths, kind, limit, t, V_now, Q, dQ, dV, plain_control, plain_model, lay, model, y, new, before, path,
    work, f,
):  # fmt: skip
    """The length of the last step with its slopes, which those of its end take in."""
    g, c = formula(seeded(h_0, 1.0), taken, lengths)
    by_h = path.stretch
    for k in range(lay.size):
        moved = plain(new[k]) - plain(y[k])
        by_h[k] = first_slope(c) * (plain(y[k]) - plain(before[k])) - first_slope(g) * moved
    left_by_length(before, y, path.there, first_slope(c), first_slope(g), plain_model, lay, by_h)
    by_h[lay.v] *= plain_model.cathode.C
    by_h[lay.v_a] *= plain_model.anode.C
    by_h[lay.U_d : lay.n_d] = 0.0
    by_h[lay.U_m : lay.n_m] = 0.0
    if lay.nodes_a > 0:
        by_h[lay.U_a] = 0.0
    by_h[lay.i] = -plain_control.slope
    solve(by_h, plain_control, plain_model, lay, work, f)
    voltage_gradient(path.there, plain_model, lay, path.gradient)
    V_by_h = 0.0
    for k in range(lay.size):
        V_by_h += path.gradient[k] * plain(by_h[k])
    gradient(path.there, 0.0, 1.0, plain_model, lay, path.gradient)  # of the cycler's current
    i_by_h = 0.0
    for k in range(lay.size):
        i_by_h += path.gradient[k] * plain(by_h[k])
    V_new = voltage(new, model, lay)
    i = current(new, model, lay)
    V_h = seeded(plain(V_new), V_by_h)
    i_h = seeded(plain(i), i_by_h)
    h = seeded(h_0, 1.0)
    Q_h = plain(Q) + charge(i_h, h, taken, lengths, plain(dQ))
    rate_h = voltage_rate(plain(V_now), V_h, h, taken, lengths, plain(dV))
    margin_h = first_slope(margin(kind, plain(limit), plain(t) + h, V_h, i_h, Q_h, rate_h, np.inf))
    Q_new = Q + charge(i, h_0, taken, lengths, dQ)
    rate = voltage_rate(V_now, V_new, h_0, taken, lengths, dV)
    short = margin(kind, limit, t + h_0, V_new, i, Q_new, rate, np.inf)
    later = with_slopes(0.0, short * (-1.0 / margin_h))
    for k in range(lay.size):
        new[k] = new[k] + plain(by_h[k]) * later
    return h_0 + later


@kernel
def carry(source, target):
    """Copy dual numbers."""
    for k in range(source.size):
        target[k] = source[k]


@kernel
def write(rows, k, t, V_now, i, charge_now):
    """One row of what is seen."""
    rows[k, TIME] = t
    rows[k, VOLTAGE] = V_now
    rows[k, CURRENT] = i
    rows[k, PASSED] = charge_now
