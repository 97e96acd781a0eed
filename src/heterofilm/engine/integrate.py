"""Adaptive integration of one protocol step until one of its limits is met."""

from __future__ import annotations

import math

import numpy as np

from ..constants import F, R
from .bdf import accept, between, restart, step
from .events import DURATION, charge, closest, copy, first_limit, locate, voltage_rate
from .jit import allocating_kernel, kernel
from .kinetics import butler_volmer
from .msmr import hysteresis
from .newton import mean_square_of_shares
from .open_circuit import potential
from .rates import rates
from .structs import Struct
from .voltage import control_residual, voltage, voltage_gradient

# status of an integration, other than the index of the limit that ended it
STALLED = -1
TOO_MANY_STEPS = -2
FULL = -3
UNDELIVERED = -4  # no current gives the power that is demanded

SWEEP_STEP = 4e-3  # V, of a potential sweep within one step
SURFACE = 3.0  # weight of the error of the film's surface: from step to step it adds up with one sign
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
def consistent(y, t, control, model, lay, history, gradient):
    """Give the algebraic unknowns (current, potentials, steps without double layer) their values.

    ``gradient`` is scratch of the size of ``y``. Returns whether there is a current that meets the demand; there is
    none where more power is asked for than the cell can give.
    """
    before = y[lay.i]
    change = 0.0
    for _ in range(50):
        residual = control_residual(y, t, control, model, lay)
        voltage_gradient(y, model, lay, gradient)
        V = voltage(y, model, lay) if control.by_P != 0.0 else 0.0
        slope = control.by_i + control.by_P * V + (control.by_V + control.by_P * y[lay.i]) * gradient[lay.i]
        change = residual / slope
        y[lay.i] -= change
        if abs(change) <= 1e-14 * (1.0 + abs(y[lay.i])):
            break
    # the demand is linear in the current but for a power, whose round-off is nothing near its peak
    found = control.by_P == 0.0 or abs(change) <= 1e-6 * (1.0 + abs(y[lay.i]))
    if not found:
        y[lay.i] = before
    first = lay.first_U
    theta = y[lay.theta_m + first : lay.U_m]
    settle(theta, y[lay.U_m : lay.n_m], y[lay.n_m : lay.y_e], lay.has_n_m, model.matrix, history.m, first)
    if lay.shells > 0:
        outer = (lay.shells - 1) * lay.nodes
        settle(
            y[outer : lay.U_d],
            y[lay.U_d : lay.q],
            y[lay.n_d : lay.theta_m],
            lay.has_n_d,
            model.domain,
            history.d,
            0,
        )
        film = model.film
        q_0 = 2.0 * film.area_per_volume * film.i0_h / (F * film.c_d)
        for k in range(lay.nodes):
            y[lay.q + k] = q_0 * np.sinh(0.5 * F / (R * model.T) * (y[lay.U_d + k] - y[lay.U_m + k]))
    s = lay.nodes - 1
    z = y[lay.theta_m + s] / model.matrix.theta_full
    if model.cathode.C == 0.0:
        y[lay.v] = y[lay.n_m - 1] - overpotential(y[lay.i], z, model.T, model.cathode)
    if model.anode.C == 0.0:
        y[lay.v_a] = overpotential(y[lay.i], 0.5, model.T, model.anode)
    return found


@kernel
def settle(theta, U, n, has_n, phase, history, first):
    """Exact potentials for the fillings of one phase at the sites from ``first`` on."""
    for k in range(U.size):
        j = first + k
        h, _ = hysteresis(theta[k] / phase.theta_full, history[0, j], history[1, j], history[2, j], phase.K)
        share = n[k] if has_n else 1.0
        U[k] = potential(theta[k], h, share, U[k], phase)


@kernel
def overpotential(i, z, T, interface):
    """Charge-transfer overpotential (V) of the current density i (Newton on Butler-Volmer)."""
    eta = 0.0
    for _ in range(200):
        found, by_eta, _ = butler_volmer(-eta, z, T, interface)
        change = (i - found) / -by_eta
        change = min(max(change, -0.05), 0.05)
        eta += change
        if abs(change) < 1e-13:
            break
    return eta


@kernel
def remember(y, model, lay, history):
    """Move the anchors of the hysteresis to the accepted state."""
    anchor(y, lay.theta_m, lay.nodes, model.matrix, history.m)
    if lay.shells > 0:
        anchor(y, (lay.shells - 1) * lay.nodes, lay.nodes, model.domain, history.d)


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
def error_norm(e, y, volts, model, lay):
    """Local error of a step, in V (times ``volts``) for potentials of electrodes and in full fillings for Li.

    Root mean square over each phase, the largest of all blocks; the surface of the film counts on
    its own and more, because the voltage sees it. ``y`` is the state at the end of the step.
    """
    N = lay.nodes
    s = lay.theta_m + N - 1
    worst = max(volts * abs(e[lay.v]), volts * abs(e[lay.v_a]), SURFACE * abs(e[s]) / model.matrix.theta_full)
    worst = max(worst, rms(e, lay.theta_m, N) / model.matrix.theta_full)
    if lay.shells > 0:
        worst = max(worst, rms(e, 0, lay.shells * N) / model.domain.theta_full)
    if lay.has_n_m:
        worst = max(worst, math.sqrt(mean_square_of_shares(e, y, lay.n_m, N, model.matrix)))
    if lay.has_n_d:
        worst = max(worst, math.sqrt(mean_square_of_shares(e, y, lay.n_d, N, model.domain)))
    if lay.nodes_e > 0:
        worst = max(worst, rms(e, lay.y_e, lay.nodes_e))
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
    h = FIRST_VOLTS / fastest
    per_current = control.by_i + control.by_P * V
    if control.slope != 0.0 and per_current != 0.0:
        h = min(h, math.sqrt(2.0 * FIRST_VOLTS * C * abs(per_current / control.slope)))
    return h


@kernel
def at_the_peak(y, control, model, lay, gradient):
    """Whether the power stands at its peak, d(iV)/di = V + i dV/di = 0, beyond which more current gives less."""
    if control.by_P == 0.0 or y[lay.i] <= 0.0:
        return False
    voltage_gradient(y, model, lay, gradient)
    return voltage(y, model, lay) + y[lay.i] * gradient[lay.i] < AT_THE_PEAK


@allocating_kernel
def integrate_step(y, history, control, kinds, values, model, lay, settings, workspace, effort):
    """Run one protocol step; ``y`` and ``history`` end in the state at its end.

    Returns ``(status, points, states)``: the index of the limit that ended it or a negative status, rows of t (s),
    V, i (A/m2), Q (A s/m2), and rows [y | h_m | h_d] or none. Counts in ``effort``: Newton iterations, steps
    accepted, steps rejected for error, steps not converged.
    """
    work = workspace.work
    factors = workspace.factors
    trail = workspace.trail
    new = trail.new
    mid = trail.mid
    restart(trail, factors)
    room = 256
    points = np.empty((room, 4))
    states = np.empty((room if settings.keep_states else 0, lay.size + 2 * lay.nodes))
    count = 0

    t = 0.0
    Q = 0.0
    if control.by_i != 0.0 and control.by_V == 0.0:
        way = control.at_0 if control.at_0 != 0.0 else control.slope
        if way != 0.0:
            history.m[2] = np.sign(way)
            history.d[2] = np.sign(way)
    found = consistent(y, t, control, model, lay, history, trail.b)
    V = voltage(y, model, lay)
    points[0, 0] = t
    points[0, 1] = V
    points[0, 2] = y[lay.i]
    points[0, 3] = Q
    if settings.keep_states:
        keep(states[0], y, model, lay, history)
    count = 1
    status = first_limit(kinds, values, t, V, y[lay.i], Q, np.inf)
    if status < 0 and not found:
        status = UNDELIVERED
    if status >= 0 or not found:
        return status, points[:1].copy(), states[:1].copy()

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
        error = error_norm(trail.error, new, settings.volts, model, lay) / settings.rtol
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
        dQ_new = charge(new[lay.i], h, taken, trail.lengths, dQ)
        rate = voltage_rate(V, V_new, h, taken, trail.lengths, dV)
        hit = first_limit(kinds, values, t + h, V_new, new[lay.i], Q + dQ_new, rate)
        if hit >= 0 and closest(kinds, values, t + h, V_new, new[lay.i], Q + dQ_new, rate)[0] <= 0.0:
            # met within this step, which may also be the last in time
            h, V_new, dQ_new, hit = locate(
                y, new, t, h, V, Q, dQ, dV, taken, trail, settings.rtol, control, kinds, values, model, lay, history,
                work, factors, mid,
            )  # fmt: skip
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
            points[count, 2] = mid[lay.i]
            points[count, 3] = Q_new if m == n else Q + s * (Q_new - Q)
            if settings.keep_states:
                keep(states[count], mid, model, lay, history)
            count += 1
        t += h
        accept(y, new, h, trail)
        taken += 1
        dQ = dQ_new
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
    return status, points[:count].copy(), states[:count].copy()


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
