"""Adaptive integration of one protocol step until one of its limits is met."""

from __future__ import annotations

import math

import numpy as np

from .bdf import accept, between, restart, step
from .events import DURATION, charge, closest, copy, first_limit, locate, metal_left, voltage_rate
from .jit import allocating_kernel, kernel
from .msmr import hysteresis
from .outputs import output_error
from .rates import rates
from .settle import consistent
from .structs import Struct
from .voltage import current, drawn, voltage, voltage_gradient

# status of an integration, other than the index of the limit that ended it
STALLED = -1
TOO_MANY_STEPS = -2
FULL = -3
UNDELIVERED = -4  # no current gives the power that is demanded

SWEEP_STEP = 4e-3  # V, of a potential sweep within one step
SURFACE = 3.0  # weight of the error of the film's surface: from step to step it adds up with one sign
NUCLEI = 0.1  # weight of the error of ln(n + n_0): it moves the moment at which nuclei are there, by so many e-folds
EASY = 10.0  # Newton iterations of a step above which the next is shorter
GROWTH = 2.0  # of the step length at most: above 2.4 again and again BDF2 would be unstable
SMALLEST_STEP = 1e-15  # s, or 1e-8 of the first step; and of the time that has passed: nothing in a cell is faster
FIRST_VOLTS = 1e-2  # V that an electrode may change by in the first step, and full fillings of the film's surface
AT_THE_PEAK = 1e-2  # V: d(iV)/di below which power stands at its peak


class Settings(Struct):
    """Numerical settings of an integration."""

    rtol: float  # local error per step: in V for potentials, in full fillings for Li
    dV: float = math.inf  # V, record at least this finely (inf: accepted steps only)
    keep_states: bool = False
    max_steps: int = 200_000
    max_points: int = 1_000_000
    volts: float = 1.0  # weight of electrode potentials in the error: less where only charges are asked for


@kernel
def remember(y, model, lay, history):
    """Move the anchors of the hysteresis to the accepted state."""
    anchor(y, lay.theta_m, lay.nodes, model.matrix, history.m)
    if lay.shells > 0:
        anchor(y, (lay.shells - 1) * lay.nodes, lay.nodes, model.domain, history.d)
    if lay.nodes_a > 0:
        anchor(y, lay.theta_a, lay.nodes_a, model.negative.phase, history.a)


@kernel
def anchor(y, o, nodes, phase, history):
    """New (z0, h0, direction) at every site of one phase."""
    for k in range(nodes):
        z = y[o + k] / phase.theta_full
        h, _ = hysteresis(z, history[0, k], history[1, k], history[2, k], phase.K)
        if z != history[0, k]:
            history[2, k] = math.copysign(1.0, z - history[0, k])
        history[0, k] = z
        history[1, k] = h


@kernel
def error_norm(e, volts, model, lay):
    """Local error of a step, in V (times ``volts``) for potentials of electrodes and in full fillings for Li.

    Root mean square over each phase, the largest of all blocks; the surface of the film counts on
    its own and more, because the voltage sees it. The error of nucleated shares is that of ln(n + n_0).
    """
    N = lay.nodes
    s = lay.theta_m + N - 1
    worst = max(volts * abs(e[lay.v]), volts * abs(e[lay.v_a]), SURFACE * abs(e[s]) / model.matrix.theta_full)
    worst = max(worst, rms(e, lay.theta_m, N) / model.matrix.theta_full)
    if lay.shells > 0:
        worst = max(worst, rms(e, 0, lay.shells * N) / model.domain.theta_full)
    if lay.has_n_m:
        worst = max(worst, NUCLEI * rms(e, lay.n_m, N))
    if lay.has_n_d:
        worst = max(worst, NUCLEI * rms(e, lay.n_d, N))
    if lay.nodes_e > 0:
        worst = max(worst, rms(e, lay.y_e, lay.nodes_e))
    if lay.nodes_a > 0:
        full = model.negative.phase.theta_full
        worst = max(worst, SURFACE * abs(e[lay.U_a - 1]) / full, rms(e, lay.theta_a, lay.nodes_a) / full)
    total = worst
    for k in range(e.size):  # max() above may drop a nan
        total += 0.0 * e[k]
    return worst if total < np.inf else np.inf


@kernel
def rms(e, o, n):
    """Root mean square of ``n`` entries from ``o``."""
    total = 0.0
    for k in range(o, o + n):
        total += e[k] * e[k]
    return np.sqrt(total / n)


@kernel
def start_slopes(y, t, control, model, lay, history, work, slope):
    """dy/dt of the differential rows at the start of a protocol step."""
    rates(y, t, control, model, lay, history, work)
    for k in range(lay.size):
        slope[k] = work.rate[k]
    slope[lay.v] = work.rate[lay.v] / model.cathode.C if model.cathode.C > 0.0 else 0.0
    slope[lay.v_a] = work.rate[lay.v_a] / model.anode.C if model.anode.C > 0.0 else 0.0
    slope[lay.i] = 0.0
    slope[lay.U_d : lay.n_d] = 0.0
    slope[lay.U_m : lay.n_m] = 0.0
    slope[lay.U_a : lay.v_a] = 0.0


@kernel
def first_step(rate, V, control, model, lay):
    """A first step over which no electrode changes by more than about 10 mV, no surface by 1 %.

    ``rate`` is that at the start. Where the demand is zero there but rises, v changes by i' h^2 / 2C.
    """
    C = max(model.cathode.C, 1e-6)
    fastest = 1e-12
    fastest = max(fastest, abs(rate[lay.v]) / C)
    fastest = max(fastest, abs(rate[lay.v_a]) / max(model.anode.C, 1e-6))
    fastest = max(fastest, abs(rate[lay.theta_m + lay.nodes - 1]) / model.matrix.theta_full)
    if lay.nodes_a > 0:
        fastest = max(fastest, abs(rate[lay.U_a - 1]) / model.negative.phase.theta_full)
    h = FIRST_VOLTS / fastest
    per_current = control.by_i + control.by_P * V
    if control.slope != 0.0 and per_current != 0.0:
        h = min(h, math.sqrt(2.0 * FIRST_VOLTS * C * abs(per_current / control.slope)))
    return h


@kernel
def at_the_peak(y, control, model, lay, slopes):
    """Whether the power stands at its peak, d(iV)/di = V + i dV/di = 0, beyond which more current gives less."""
    i = current(y, model, lay)
    if control.by_P == 0.0 or i <= 0.0:
        return False
    voltage_gradient(y, model, lay, slopes)
    return voltage(y, model, lay) + i * slopes[lay.i] < AT_THE_PEAK


@allocating_kernel
def integrate_step(y, history, control, kinds, values, model, lay, settings, workspace, effort):
    """Run one protocol step; ``y`` and ``history`` end in the state at its end.

    Returns ``(status, ions, points, states)``: the index of the limit that ended it or a negative status, the charge
    that passed as ions (A s/m2), rows of t (s), V, i (A/m2), Q (A s/m2), and rows [y | h_m | h_d | h_a] or none.
    Counts in ``effort``: Newton iterations, steps accepted, steps rejected for error, steps not converged.
    """
    work = workspace.work
    factors = workspace.factors
    trail = workspace.trail
    new = trail.new
    mid = trail.mid
    restart(trail, factors)
    room = 256
    points = np.empty((room, 4))
    states = np.empty((room if settings.keep_states else 0, lay.size + 2 * lay.nodes + lay.nodes_a))
    count = 0

    t = 0.0
    Q = 0.0
    ions = 0.0
    if control.by_i != 0.0 and control.by_V == 0.0:
        way = control.at_0 if control.at_0 != 0.0 else control.slope
        if way != 0.0:
            history.m[2] = np.sign(way)
            history.d[2] = np.sign(way)
            history.a[2] = -np.sign(way)
    found = consistent(y, t, control, model, lay, history, trail.b)
    V = voltage(y, model, lay)
    points[0, 0] = t
    points[0, 1] = V
    i = drawn(t, y, control, model, lay)
    points[0, 2] = i
    points[0, 3] = Q
    if settings.keep_states:
        keep(states[0], y, model, lay, history)
    count = 1
    status = first_limit(kinds, values, t, V, i, Q, np.inf, metal_left(history.lithium[0], y, model, lay))
    if status < 0 and not found:
        status = UNDELIVERED
    if status >= 0 or not found:
        return status, ions, points[:1].copy(), states[:1].copy()

    start_slopes(y, t, control, model, lay, history, work, trail.slopes[0])
    h = first_step(work.rate, V, control, model, lay)
    # the error of a step does not see the current, which in a sweep is what one looks at
    longest = SWEEP_STEP * abs(control.by_V / control.slope) if control.by_V * control.slope != 0.0 else np.inf
    h = min(h, longest)
    shortest = min(SMALLEST_STEP, 1e-8 * h)  # a step of the potential onto a fast interface begins below a femtosecond
    status = TOO_MANY_STEPS
    patience = 0
    taken = 0
    dQ = 0.0
    dI = 0.0
    leaks = model.electrolyte.G > 0.0
    dV = 0.0
    for _ in range(settings.max_steps):
        for e in range(kinds.size):  # time is known beforehand
            if kinds[e] == DURATION and t + h > values[e] * (1.0 - 1e-12):
                h = values[e] - t
        done = step(y, new, t, h, taken, trail, settings.rtol, control, model, lay, history, work, factors)
        if done < 0:
            effort[3] += 1
            effort[0] -= done
            h *= 0.3
            patience = 1
            if not h > max(shortest, SMALLEST_STEP * t):
                status = STALLED
                break
            continue
        effort[0] += done
        error = error_norm(trail.error, settings.volts, model, lay)
        error = (
            max(error, output_error(new, t, h, V, dV, taken, trail, control, kinds, values, model, lay)) / settings.rtol
        )
        order = 2.0 if taken > 1 else 1.0
        if not error <= 1.0:
            effort[2] += 1
            h *= max(0.2, 0.8 * error ** (-1.0 / (order + 1.0)))
            if not h > max(shortest, SMALLEST_STEP * t):
                status = STALLED
                break
            continue
        effort[1] += 1
        V_new = voltage(new, model, lay)
        i = drawn(t + h, new, control, model, lay)
        dQ_new = charge(i, h, taken, trail.lengths, dQ)
        dI_new = charge(new[lay.i], h, taken, trail.lengths, dI) if leaks else dQ_new
        rate = voltage_rate(V, V_new, h, taken, trail.lengths, dV)
        metal = metal_left(history.lithium[0] - ions - dI_new, new, model, lay)
        hit = first_limit(kinds, values, t + h, V_new, i, Q + dQ_new, rate, metal)
        if hit >= 0 and closest(kinds, values, t + h, V_new, i, Q + dQ_new, rate, metal)[0] <= 0.0:
            # met within this step, which may also be the last in time
            until, V_new, dQ_new, hit = locate(
                y, new, t, h, V, Q, dQ, ions, dI, dV, taken, trail, settings.rtol, control, kinds, values, model, lay,
                history, work, factors, mid,
            )  # fmt: skip
            if hit < 0:
                effort[3] += 1
                h *= 0.3
                patience = 1
                if not h > max(shortest, SMALLEST_STEP * t):
                    status = STALLED
                    break
                continue
            h = until
            dI_new = charge(new[lay.i], h, taken, trail.lengths, dI) if leaks else dQ_new
        Q_new = Q + dQ_new
        n = subdivisions(V, V_new, settings)
        for m in range(1, n + 1):
            if count == room:
                if room >= settings.max_points:
                    break
                room *= 2
                points = grown(points, room)
                if settings.keep_states:
                    states = grown(states, room)
            s = m / n
            if m == n:
                copy(new, mid)
            else:
                between(y, new, trail.slopes, h, s, lay, mid)
            points[count, 0] = t + s * h
            points[count, 1] = V_new if m == n else voltage(mid, model, lay)
            points[count, 2] = drawn(t + s * h, mid, control, model, lay)
            points[count, 3] = Q_new if m == n else Q + s * (Q_new - Q)
            if settings.keep_states:
                keep(states[count], mid, model, lay, history)
            count += 1
        t += h
        accept(y, new, h, trail)
        taken += 1
        dQ = dQ_new
        dI = dI_new
        ions += dI
        dV = V_new - V
        V = V_new
        Q = Q_new
        remember(y, model, lay, history)
        if hit >= 0:
            status = hit
            break
        if count >= settings.max_points:
            status = FULL
            break
        growth = min(GROWTH, max(0.2, 0.8 * (error + 1e-10) ** (-1.0 / (order + 1.0))))
        if patience > 0:  # after a step that did not converge, let the front pass before growing again
            patience -= 1
            growth = min(growth, 1.0)
        h = min(h * min(growth, EASY / done), longest)
    if status == STALLED and at_the_peak(y, control, model, lay, trail.b):
        status = UNDELIVERED
    history.lithium[0] -= ions
    return status, ions, points[:count].copy(), states[:count].copy()


@allocating_kernel
def grown(array, rows):
    """A copy with more rows."""
    larger = np.empty((rows, array.shape[1]))
    for k in range(array.shape[0]):
        copy(array[k], larger[k])
    return larger


@kernel
def subdivisions(V, V_new, settings):
    """How many points to record of a step."""
    if settings.dV == np.inf:
        return 1
    return 1 + min(int(abs(V_new - V) / settings.dV), 100)


@allocating_kernel
def keep(row, y, model, lay, history):
    """Record a state with the hysteresis at every node."""
    N = lay.nodes
    copy(y, row)
    for k in range(N):
        z = y[lay.theta_m + k] / model.matrix.theta_full
        m = history.m
        row[lay.size + k], _ = hysteresis(z, m[0, k], m[1, k], m[2, k], model.matrix.K)
        row[lay.size + N + k] = 0.0
        if lay.shells > 0:
            z = y[(lay.shells - 1) * N + k] / model.domain.theta_full
            d = history.d
            row[lay.size + N + k], _ = hysteresis(z, d[0, k], d[1, k], d[2, k], model.domain.K)
    for k in range(lay.nodes_a):
        z = y[lay.theta_a + k] / model.negative.phase.theta_full
        a = history.a
        row[lay.size + 2 * N + k], _ = hysteresis(z, a[0, k], a[1, k], a[2, k], model.negative.phase.K)
