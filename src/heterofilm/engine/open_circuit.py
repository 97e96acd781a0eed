"""Open-circuit potential of a phase: its couples (``msmr.py``), or a table.

Of a table the potential is an explicit function of the filling. Where charge and discharge have a branch each, the
hysteresis h goes from one to the other:

    U(theta, h) = (1 + h)/2 U_discharge(theta) + (1 - h)/2 U_charge(theta)

Potentials in V against Li+/Li, fillings in Li per formula unit.
"""

from __future__ import annotations

from .jit import kernel
from .msmr import filling as filling_of_couples
from .msmr import hysteresis
from .msmr import potential as potential_of_couples
from .state import U_R, U_THETA
from .table import inverse, mixed, piece


@kernel
def is_table(phase):
    """Whether the phase has a table in place of couples."""
    return phase.ocv.rows.shape[0] > 0


@kernel
def filling(U, h, n, phase):
    """Filling theta at potential U and its slopes (dtheta/dU, dtheta/dh, dtheta/dn)."""
    if is_table(phase):
        share = 0.5 * (1.0 + h)
        theta = inverse(U, share, phase.ocv)
        _, slope, gap = mixed(theta, piece(theta, phase.ocv), share, phase.ocv)
        return theta, 1.0 / slope, -0.5 * gap / slope, 0.0
    return filling_of_couples(U, h, n, phase.couples, phase.b, phase.U_ref)


@kernel
def potential(theta, h, n, guess, phase):
    """Potential U (V) at filling theta; ``guess`` helps where it must be searched for."""
    if is_table(phase):
        U, _, _ = mixed(theta, piece(theta, phase.ocv), 0.5 * (1.0 + h), phase.ocv)
        return U
    return potential_of_couples(theta, h, n, guess, phase.couples, phase.b, phase.U_ref)


@kernel
def tabulated(theta, U, phase, history, first, slopes, residual):
    """The table at every node: 0 = (U(theta, h) - U)/R with R = dU/dtheta at this h, a difference of fillings.

    Newton's step is the exact one of U(theta, h) - U: what R changes along it is multiplied by what vanishes.
    """
    per_full = 1.0 / phase.theta_full
    for k in range(U.size):
        j = first + k
        h, by_z = hysteresis(theta[k] * per_full, history[0, j], history[1, j], history[2, j], phase.K)
        found, slope, gap = mixed(theta[k], piece(theta[k], phase.ocv), 0.5 * (1.0 + h), phase.ocv)
        residual[k] = (found - U[k]) / slope
        slopes[U_R, k] = slope
        slopes[U_THETA, k] = slope + 0.5 * gap * by_z * per_full
