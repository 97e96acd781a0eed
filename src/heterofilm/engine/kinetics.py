"""Kinetics of interfaces: Butler-Volmer, the hetero-interface, and Phi, the integral of D."""

from __future__ import annotations

import math

from ..constants import F, R
from .jit import kernel
from .table import factor_of


@kernel
def butler_volmer(eta, z, T, interface):
    """Faradaic current density (A/m2, positive on lithiation), its slopes by eta (V) and by z.

    i = i0 (exp(-alpha f eta) - exp((1 - alpha) f eta)), f = F/RT, i0 = i0_ref (4 s)^p, s = sqrt(a^2 + s_0^2) with
    a = z (1 - z) between an empty and a full surface and 0 beyond; or i0 = i0_ref
    times a table of z.

    s counts the sites that may be full or empty at thermal energy. In an ideal lattice gas these are
    z (1 - z) = -(RT/F) dz/dU, none at an empty or a full surface, which then could pass no current at any
    overpotential. But the film has a solid-solution tail beyond its couples, b sites per volt at every potential, of
    which s_0 = (RT/F) b are always within thermal energy: ``floor``.
    """
    f = F / (R * T)
    cathodic = math.exp(-interface.alpha * f * eta)
    anodic = math.exp((1.0 - interface.alpha) * f * eta)
    i0 = interface.i0
    by_z = 0.0
    if interface.p != 0.0:
        a = max(z * (1.0 - z), 0.0)
        sites = math.sqrt(a * a + interface.floor * interface.floor)
        i0 *= (4.0 * sites) ** interface.p
        by_z = i0 * interface.p * a * (1.0 - 2.0 * z) / (sites * sites) * (cathodic - anodic)
    if interface.i0_z.rows.shape[0] > 0:
        factor, slope = factor_of(z, interface.i0_z)
        i0 = interface.i0 * factor
        by_z = interface.i0 * slope * (cathodic - anodic)
    by_eta = -i0 * f * (interface.alpha * cathodic + (1.0 - interface.alpha) * anodic)
    return i0 * (cathodic - anodic), by_eta, by_z


def transfer_resistance(z, T, interface):
    """R_ct (ohm m2) at rest with surface filling z: -d(eta)/di, RT/(F i0(z)) for Butler-Volmer."""
    _, by_eta, _ = butler_volmer.py_func(0.0, z, T, interface)
    return -1.0 / by_eta


@kernel
def exchange_scale(area_per_volume, i0_h, c_d):
    """q_0 = 2 a i0/(F c_d) (1/s, in filling of the domains) of the hetero-interface, a its area per volume of film."""
    return 2.0 * area_per_volume * i0_h / (F * c_d)


@kernel
def hetero_overpotential(q, q_0, T):
    """U_d - U_m (V) that drives the exchange q, and its slope by q: q = q_0 sinh(F eta / 2RT).

    The inverse of the exchange law: with q as an unknown Newton sees a resistance, with the
    potentials alone it sees an exponential and creeps down it by 2RT/F an iteration.
    """
    x = q / q_0
    root = math.sqrt(1.0 + x * x)
    two_kT = 2.0 * R * T / F
    return two_kT * math.copysign(math.log(abs(x) + root), x), two_kT / (q_0 * root)


@kernel
def phi(theta, D, integral, theta_max):
    """Phi(theta) = integral of D, and D(theta): the flux -dPhi/dx has an exact Jacobian without dD.

    D is linear between the points of its uniform grid and constant beyond the ends.
    """
    last = D.size - 1
    if last == 0 or theta <= 0.0:
        return D[0] * theta, D[0]
    step = theta_max / last
    k = min(int(theta / step), last)
    over = theta - k * step
    if k == last:
        return integral[last] + D[last] * over, D[last]
    slope = (D[k + 1] - D[k]) / step
    return integral[k] + over * (D[k] + 0.5 * slope * over), D[k] + slope * over
