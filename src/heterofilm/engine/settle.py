"""The unknowns without a derivative at the start of a step: the current that meets the demand, potentials, exchange."""

from __future__ import annotations

import numpy as np

from ..constants import F, R
from .front import added
from .jit import kernel
from .kinetics import butler_volmer, exchange_scale
from .msmr import hysteresis
from .open_circuit import potential
from .voltage import control_residual, current, gradient, voltage


@kernel
def consistent(y, t, control, model, lay, history, slopes):
    """Give the algebraic unknowns (current, potentials, steps without double layer) their values.

    ``slopes`` is scratch of the size of ``y``. Returns whether there is a current that meets the demand; there is
    none where more power is asked for than the cell can give.
    """
    before = y[lay.i]
    change = 0.0
    for _ in range(50):
        residual = control_residual(y, t, control, model, lay)
        V = voltage(y, model, lay) if control.by_P != 0.0 else 0.0
        per_V = control.by_V + control.by_P * current(y, model, lay)
        gradient(y, per_V, control.by_i + control.by_P * V, model, lay, slopes)
        change = residual / slopes[lay.i]
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
    if lay.fronts:
        for k in range(lay.nodes):
            y[lay.U_m + k] += added(theta, k, model.film, model.front)
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
        q_0 = exchange_scale(film.area_per_volume, film.i0_h, film.c_d)
        for k in range(lay.nodes):
            y[lay.q + k] = q_0 * np.sinh(0.5 * F / (R * model.T) * (y[lay.U_d + k] - y[lay.U_m + k]))
    if lay.nodes_a > 0:
        theta = y[lay.theta_a + lay.nodes_a - 1 : lay.U_a]
        settle(theta, y[lay.U_a : lay.v_a], theta, False, model.negative.phase, history.a, lay.nodes_a - 1)
    s = lay.nodes - 1
    z = y[lay.theta_m + s] / model.matrix.theta_full
    if model.cathode.C == 0.0:
        y[lay.v] = y[lay.n_m - 1] - overpotential(y[lay.i], z, model.T, model.cathode)
    if model.anode.C == 0.0:
        z = y[lay.U_a - 1] / model.negative.phase.theta_full if lay.nodes_a > 0 else 0.5
        U = y[lay.U_a] if lay.nodes_a > 0 else 0.0
        y[lay.v_a] = U - overpotential(-y[lay.i], z, model.T, model.anode)
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
