"""What the potential at a hetero-interface does to charge stored there, to hopping, and to the exchange of Li.

*Job-sharing storage.* Li+ on one side and its electron on the other: every interface is a capacitor, charge sigma
(C/m2) on a = 6 phi/d (1/m) of interface per volume of film. 10 nm domains at phi = 0.58 turn 10 uC/cm2 into 0.97 uAh
cm-2 um-1.

What is stored is the net excess of Li (``JunctionNumbers.lithium_m2``); the charge is its upper bound, reached where
Li+ is plentiful on one side and absent on the other. Where both sides hold much Li, it only moves over, and nothing
is stored.

*Hopping.* A field E tilts every barrier by q a E/2: the drift of ions over a/2 gains sinh(x)/x, x = q a E/(2 kT).

*Exchange.* Li+ that must reach a place of potential dphi (above where it came from) is rarer there, and its
barrier is shared in the ratio alpha:

    c_s = c_b exp(-F dphi/RT)         site-limited: c_s/(c_max - c_s) = c_b/(c_max - c_b) exp(-F dphi/RT)
    i0 -> i0 exp(-alpha F dphi/RT)    for both directions

Forward and backward rates change by one factor, so their balance, and with it the open-circuit voltage, stays where
it is. In Marcus' theory, dG = (lambda + q dphi)^2/(4 lambda), the barrier falls less than linearly: alpha becomes
1/2 + q dphi/(4 lambda).

Sources: J. Maier, Angew. Chem. Int. Ed. 52 (2013) 4998 (job sharing); N. F. Mott, R. W. Gurney, Electronic Processes
in Ionic Crystals (1940) (hopping); A. N. Frumkin, Z. Phys. Chem. 164A (1933) 121 (exchange); R. A. Marcus, J. Chem.
Phys. 24 (1956) 966.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..constants import EPSILON_0 as EPS0
from ..errors import InputError
from .geometry import area_per_volume
from .statistics import Array, thermal_voltage

__all__ = [
    "capacitor_charge", "exchange_factor", "exchange_rate", "hopping_gain", "marcus_factor", "storage_capacity",
    "surface_concentration",
]  # fmt: skip


def storage_capacity(charge_C_m2: Any, diameter: Any, volume_fraction: Any) -> Array:
    """Capacity per volume of film, C/m3 (1 uAh cm-2 um-1 = 3.6e7 C/m3), of a charge on each interface area.

    For stored Li the charge is q times ``lithium_m2`` of the junction.
    `diameter` of the domains in m. Errors: `HeterofilmError` for a diameter or fraction out of range.
    """
    return np.asarray(np.abs(charge_C_m2) * area_per_volume(diameter, volume_fraction))


def capacitor_charge(potential_V: Any, permittivity: Any, separation: Any) -> Array:
    """eps0 eps V/s, C/m2: charge of two layers that are `separation` (m) apart; s is 0.2 nm to some screening
    lengths."""
    if not np.all(np.asarray(separation) > 0.0):
        raise InputError(f"The separation of the charges must be positive, got {float(np.min(separation)):g} m.")
    return np.asarray(EPS0 * np.asarray(permittivity) * potential_V / separation)


def hopping_gain(field_V_m: Any, hop_length: Any, temperature: float = 298.15) -> Array:
    """sinh(x)/x with x = q a E/(2 kT): gain in mobility of ions with hops of length a (m). Grows without bound with
    x."""
    x = np.abs(np.asarray(hop_length) * field_V_m) / (2.0 * thermal_voltage(temperature))
    if np.any(x > 700.0):
        raise InputError("A field of more than 1400 kT/q per hop is beyond any solid; check its unit (V/m).")
    safe = np.maximum(x, 1e-4)
    return np.asarray(np.where(x < 1e-4, 1.0 + x**2 / 6.0, np.sinh(safe) / safe))


def surface_concentration(bulk: Any, potential_V: Any, sites: Any = np.inf, temperature: float = 298.15) -> Array:
    """Concentration of Li+ where the potential lies `potential_V` above that of the bulk; unit of `bulk` and `sites`.

    Errors: `HeterofilmError` unless 0 < bulk < sites.
    """
    if not np.all((np.asarray(bulk) > 0.0) & (np.asarray(bulk) < np.asarray(sites))):
        raise InputError("The concentration in the bulk must lie between zero and the density of sites.")
    factor = np.exp(-np.asarray(potential_V) / thermal_voltage(temperature))
    return np.asarray(bulk * factor / (1.0 + (np.asarray(bulk) / sites) * (factor - 1.0)))


def exchange_factor(potential_V: Any, alpha: Any = 0.5, temperature: float = 298.15) -> Array:
    """exp(-alpha F dphi/RT): what the exchange current of the interface is multiplied by, in both directions."""
    if not np.all((np.asarray(alpha) >= 0.0) & (np.asarray(alpha) <= 1.0)):
        raise InputError(f"alpha must lie between 0 and 1, got {float(np.ravel(alpha)[0]):g}.")
    return np.asarray(np.exp(-np.asarray(alpha) * potential_V / thermal_voltage(temperature)))


def marcus_factor(potential_V: Any, reorganisation_eV: Any, temperature: float = 298.15) -> Array:
    """exp(-[(lambda + q dphi)^2 - lambda^2]/(4 lambda kT)): :func:`exchange_factor` by Marcus' theory.

    Holds for |dphi| < lambda/q; beyond, the barrier has gone (or turned over), and it is refused.
    """
    lam = np.asarray(reorganisation_eV, float)
    if not np.all(lam > 0.0):
        raise InputError(f"The reorganisation energy must be positive, got {float(np.min(lam)):g} eV.")
    if np.any(np.abs(potential_V) >= lam):
        raise InputError(
            "Marcus' barrier is gone where the potential reaches the reorganisation energy; use a larger one."
        )
    V = np.asarray(potential_V)
    return np.asarray(np.exp(-(2.0 * lam * V + V**2) / (4.0 * lam) / thermal_voltage(temperature)))


def exchange_rate(
    overpotential_V: Any, i0: Any, potential_V: Any = 0.0, alpha: float = 0.5, temperature: float = 298.15
) -> Array:
    """Current density over a hetero-interface (unit of i0): Butler-Volmer around an equilibrium that `potential_V`
    leaves.

    `overpotential_V` is the difference of the potentials of neutral Li on the two sides.
    """
    V_T = thermal_voltage(temperature)
    eta = np.asarray(overpotential_V)
    rate = np.exp(alpha * eta / V_T) - np.exp(-(1.0 - alpha) * eta / V_T)
    return np.asarray(i0 * exchange_factor(potential_V, alpha, temperature) * rate)
