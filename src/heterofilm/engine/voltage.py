"""Terminal voltage from the state, its gradient, and the control equation that fixes the current."""

from __future__ import annotations

import math

import numpy as np

from ..constants import F, R
from .front import carried_by_ions, carried_gradient
from .jit import inlined_kernel, kernel
from .kinetics import phi
from .struct_types import row_as
from .structs import Struct
from .table import factor_of

DEPLETED = 1e-6  # of c0: below it the logarithm of the concentration goes on as its tangent


class Control(Struct):
    """What the cycler imposes: ``by_i i + by_V V + by_P i V = at_0 + slope t`` (SI, per area)."""

    by_i: float = 0.0
    by_V: float = 0.0
    by_P: float = 0.0
    at_0: float = 0.0
    slope: float = 0.0

    @property
    def row(self) -> tuple[float, ...]:
        """The numbers, as :data:`control_in` reads them."""
        return self.by_i, self.by_V, self.by_P, self.at_0, self.slope


control_in = row_as(Control)  # row k of a matrix, to a kernel


@kernel
def log_tangent(y):
    """ln y and its slope, continued below ``DEPLETED`` by the tangent: a used-up electrolyte costs volts, not nan."""
    if y > DEPLETED:
        return math.log(y), 1.0 / y
    return math.log(DEPLETED) + (y - DEPLETED) / DEPLETED, 1.0 / DEPLETED


@kernel
def mean_inverse(a, b):
    """Mean of 1/y where y goes linearly from a to b, and its slopes by a and b: exact, so it diverges as y does."""
    step = b - a
    if abs(step) < 1e-2 * abs(a + b) and a > DEPLETED and b > DEPLETED:
        m = 0.5 * (a + b)
        d = step / (a + b)
        g = 1.0 + d * d * (1.0 / 3.0 + d * d * (0.2 + d * d / 7.0))  # atanh(d)/d
        by_d = d * (2.0 / 3.0 + d * d * (0.8 + d * d * 6.0 / 7.0))
        by_m = -0.5 * g / (m * m)
        return g / m, by_m - by_d * b / (2.0 * m * m * m), by_m + by_d * a / (2.0 * m * m * m)
    ln_a, by_a = log_tangent(a)
    ln_b, by_b = log_tangent(b)
    if abs(step) < 1e-14:
        return by_a, 0.0, 0.0
    mean = (ln_b - ln_a) / step
    return mean, (mean - by_a) / step, (by_b - mean) / step


@kernel
def electrolyte_loss(y, model, lay):
    """Voltage lost in the electrolyte (V): ohmic, and by concentration where it is resolved."""
    i = y[lay.i]
    e = model.electrolyte
    if lay.nodes_e == 0:
        return i * e.R
    total = e.D_plus + e.D_minus
    D = 2.0 * e.D_plus * e.D_minus / total
    drive = i * e.D_plus / total / (F * e.c0)
    loss = 0.0
    for k in range(lay.nodes_e - 1):
        a = y[lay.y_e + k]
        b = y[lay.y_e + k + 1]
        inverse, _, _ = mean_inverse(a, b)
        loss += (drive * (e.x[k + 1] - e.x[k]) - D * (b - a)) * inverse
    return R * model.T / F * loss / e.D_plus


@kernel
def across(y, model, lay):
    """Voltage (V) between the faces of the electrodes: what drives electrons through the electrolyte.

    Of an electrolyte with a concentration profile its resistance at rest counts: a leak is not known that well.
    """
    return y[lay.v] - y[lay.v_a] - y[lay.i] * model.electrolyte.R


@kernel
def current(y, model, lay):
    """The cycler's current (A/m2): that of the ions less what leaks back through the electrolyte as electrons."""
    if model.electrolyte.G == 0.0:
        return y[lay.i]
    return y[lay.i] - model.electrolyte.G * across(y, model, lay)


@kernel
def drawn(t, y, control, model, lay):
    """The same at time t of a step: where it is imposed, that number, so that a rest is without current to the bit."""
    if control.by_i != 0.0 and control.by_V == 0.0 and control.by_P == 0.0:
        return (control.at_0 + control.slope * t) / control.by_i
    return current(y, model, lay)


@inlined_kernel
def film_ohmic_loss(i, theta, film, law):
    """Voltage lost by electrons in a film (V) that the current ``i`` lithiates: they carry what Li does not."""
    if film.sigma_e == np.inf:
        return 0.0
    if film.sigma_theta.rows.shape[0] > 0:
        return varying_ohmic_loss(i, theta, film, law)
    # integral of N over x telescopes: tau c_m (Phi(L) - Phi(0))
    top, _ = phi(theta[theta.size - 1], law.D, law.Phi, law.theta_max)
    bottom, _ = phi(theta[0], law.D, law.Phi, law.theta_max)
    return (i * film.L - F * film.c_m * film.tau * (top - bottom)) / film.sigma_e


@kernel
def resistivity(theta, film):
    """1/sigma_e at a filling (ohm m2), and its slope by it."""
    factor, slope = factor_of(theta, film.sigma_theta)
    value = 1.0 / (film.sigma_e * factor)
    return value, -value * slope / factor


@inlined_kernel
def film_resistance(theta, film):
    """Electronic resistance of a film (ohm m2)."""
    if film.sigma_e == np.inf:
        return 0.0
    if film.sigma_theta.rows.shape[0] == 0:
        return film.L / film.sigma_e
    total = 0.0
    for k in range(theta.size):
        r, _ = resistivity(theta[k], film)
        total += film.width[k] * r
    return total


@kernel
def varying_ohmic_loss(i, theta, film, law):
    """:func:`film_ohmic_loss` where sigma_e changes with filling: between two nodes 1/sigma_e is the mean of theirs."""
    loss = 0.0
    r_before, _ = resistivity(theta[0], film)
    Phi_before, _ = phi(theta[0], law.D, law.Phi, law.theta_max)
    for k in range(1, theta.size):
        r, _ = resistivity(theta[k], film)
        Phi, _ = phi(theta[k], law.D, law.Phi, law.theta_max)
        electrons = i * (film.x[k] - film.x[k - 1]) - F * film.c_m * film.tau * (Phi - Phi_before)
        loss += 0.5 * (r_before + r) * electrons
        r_before = r
        Phi_before = Phi
    return loss


@inlined_kernel
def ohmic_gradient(i, theta, per_V, film, law, out):
    """Subtract ``per_V`` times the slopes of :func:`film_ohmic_loss` by the fillings from ``out``."""
    if film.sigma_e == np.inf:
        return
    carried = F * film.c_m * film.tau
    last = theta.size - 1
    Phi_before, D_before = phi(theta[0], law.D, law.Phi, law.theta_max)
    if film.sigma_theta.rows.shape[0] == 0:
        _, D_top = phi(theta[last], law.D, law.Phi, law.theta_max)
        out[last] += per_V * carried / film.sigma_e * D_top
        out[0] -= per_V * carried / film.sigma_e * D_before
        return
    r_before, r_slope_before = resistivity(theta[0], film)
    for k in range(1, last + 1):
        r, r_slope = resistivity(theta[k], film)
        Phi, D = phi(theta[k], law.D, law.Phi, law.theta_max)
        electrons = i * (film.x[k] - film.x[k - 1]) - carried * (Phi - Phi_before)
        mean = 0.5 * (r_before + r)
        out[k - 1] -= per_V * (0.5 * r_slope_before * electrons + mean * carried * D_before)
        out[k] -= per_V * (0.5 * r_slope * electrons - mean * carried * D)
        r_before = r
        r_slope_before = r_slope
        Phi_before = Phi
        D_before = D


@kernel
def films_ohmic_loss(i, y, model, lay):
    """Voltage lost by electrons in both films (V) at the current ``i``, which fills one and empties the other."""
    if lay.fronts:
        ions = carried_by_ions(y[lay.theta_m : lay.U_m], y[lay.U_m : lay.n_m], model.film, model.front)
        loss = (i * model.film.L - ions) / model.film.sigma_e
    else:
        loss = film_ohmic_loss(i, y[lay.theta_m : lay.U_m], model.film, model.D_m)
    if lay.nodes_a > 0:
        loss -= film_ohmic_loss(-i, y[lay.theta_a : lay.U_a], model.negative.film, model.negative.D)
    return loss


@kernel
def films_resistance(y, model, lay):
    """Electronic resistance of both films (ohm m2)."""
    found = film_resistance(y[lay.theta_m : lay.U_m], model.film)
    if lay.nodes_a > 0:
        found += film_resistance(y[lay.theta_a : lay.U_a], model.negative.film)
    return found


@kernel
def voltage(y, model, lay):
    """Terminal voltage (V)."""
    i = current(y, model, lay)
    losses = electrolyte_loss(y, model, lay) + films_ohmic_loss(i, y, model, lay) + i * model.R_s
    return y[lay.v] - y[lay.v_a] - losses


@kernel
def voltage_gradient(y, model, lay, out):
    """d(voltage)/dy, into ``out``."""
    gradient(y, 1.0, 0.0, model, lay, out)


@kernel
def gradient(y, per_V, per_i, model, lay, out):
    """``per_V`` d(voltage)/dy + ``per_i`` d(current)/dy, into ``out``.

    With i = y_i (1 + G R_0) - G (v - v_a), R of all that carries it, R_0 of the electrolyte, and Phi of the fillings,
    V = v - v_a - eta - R i + Phi: so, with a = per_i - per_V R,
    d = (per_V - a G) d(v - v_a) + a (1 + G R_0) dy_i + per_V (dPhi - d eta).
    """
    out[:] = 0.0
    e = model.electrolyte
    by_i = per_i - per_V * (model.R_s + films_resistance(y, model, lay))
    out[lay.v] = per_V - by_i * e.G
    out[lay.v_a] = -out[lay.v]
    by_i *= 1.0 + e.G * e.R
    if lay.nodes_e == 0:
        by_i -= per_V * e.R
    else:
        total = e.D_plus + e.D_minus
        D = 2.0 * e.D_plus * e.D_minus / total
        scale = per_V * R * model.T / F / e.D_plus
        per_ion = e.D_plus / total / (F * e.c0)
        for k in range(lay.nodes_e - 1):
            a = y[lay.y_e + k]
            b = y[lay.y_e + k + 1]
            inverse, by_a, by_b = mean_inverse(a, b)
            width = e.x[k + 1] - e.x[k]
            driven = y[lay.i] * per_ion * width - D * (b - a)
            by_i -= scale * per_ion * width * inverse
            out[lay.y_e + k] -= scale * (D * inverse + driven * by_a)
            out[lay.y_e + k + 1] -= scale * (-D * inverse + driven * by_b)
    if per_V != 0.0:
        i = current(y, model, lay)
        theta = y[lay.theta_m : lay.U_m]
        to = out[lay.theta_m : lay.U_m]
        if lay.fronts:
            per_ion = per_V / model.film.sigma_e
            U = y[lay.U_m : lay.n_m]
            carried_gradient(theta, U, per_ion, model.film, model.front, to, out[lay.U_m : lay.n_m])
        else:
            ohmic_gradient(i, theta, per_V, model.film, model.D_m, to)
        if lay.nodes_a > 0:
            a = model.negative
            ohmic_gradient(-i, y[lay.theta_a : lay.U_a], -per_V, a.film, a.D, out[lay.theta_a : lay.U_a])
    out[lay.i] = by_i


@kernel
def control_residual(y, t, control, model, lay):
    """Zero where the cycler's demand is met."""
    i = current(y, model, lay)
    value = control.by_i * i - control.at_0 - control.slope * t
    if control.by_V != 0.0 or control.by_P != 0.0:
        value += (control.by_V + control.by_P * i) * voltage(y, model, lay)
    return value
