"""The abrupt depletion approximation: what a junction's space charge is, roughly and by hand.

All mobile carriers are gone up to an edge, none beyond it. Where both sides are depleted (the positive side n-type, the
negative one p-type) charge balance N1 W1 = N2 W2 gives

    W1 = sqrt(2 eps0 e1 e2 N2 V/(q N1 (e1 N1 + e2 N2))),   W2 = W1 N1/N2
    E1 = q N1 W1/(eps0 e1),   sigma = q N1 W1,   C = eps0/(W1/e1 + W2/e2)

with V = V_bi - 2kT/q, which accounts for the carriers at the two edges (V = V_bi in the uncorrected form).

Where one side is accumulated (an n-n or p-p junction) its charge sits in a layer that needs little voltage: the
depleted side takes V, W1 = sqrt(2 eps0 e1 V/(q N1)). Rough: the accumulation takes some kT/q, so compare with the exact
:func:`~heterofilm.junction.planar.planar_contact`. Where both are accumulated there is no depletion, which is said.

A sphere of radius R that is depleted throughout bends by q N R^2/(6 eps0 eps) between centre and surface, so a
bending V within it needs N = 6 eps0 eps V/(q R^2).

Source: S. M. Sze, K. K. Ng, Physics of Semiconductor Devices (2007), sections 2.2 and 2.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..constants import E_CHARGE as Q
from ..constants import EPSILON_0 as EPS0
from ..errors import InputError
from .statistics import Array, thermal_voltage

__all__ = ["Depletion", "depleted_sphere_bending", "depletion_layer", "doping_for_bending"]


@dataclass(frozen=True)
class Depletion:
    """Widths (m), fields at the interface (V/m), drops (V), charge (C/m2), capacitance (F/m2), 1: the positive side.

    `accumulated` is 0, or the side (1 or 2) that is taken for a sheet of charge: its width and drop are zero.
    """

    W1_m: float
    W2_m: float
    E1_V_m: float
    E2_V_m: float
    V1_V: float
    V2_V: float
    charge_C_m2: float
    capacitance_F_m2: float
    accumulated: int


def depletion_layer(
    built_in_V: float,
    N1: float,
    N2: float,
    eps1: float,
    eps2: float,
    *,
    carriers: Literal["n-p", "n-n", "p-p", "p-n"] = "n-p",
    correct: bool = True,
    temperature: float = 298.15,
) -> Depletion:
    """The junction of a positive side 1 and a negative side 2: net doping per m3, relative permittivities.

    `carriers` are those of side 1 and 2; `correct` takes 2kT/q off (kT/q when one side only is depleted).

    Errors: `HeterofilmError` for numbers out of range, or when there is nothing to deplete.
    """
    for what, value in (("doping", min(N1, N2)), ("permittivity", min(eps1, eps2)), ("built-in potential", built_in_V)):
        if not 0.0 < value < np.inf:
            raise InputError(
                f"The {what} of a depletion layer must be positive, got {value:g}; side 1 is the positive one."
            )
    if carriers not in ("n-p", "n-n", "p-p", "p-n"):
        raise InputError(f"The carriers must be 'n-p', 'n-n', 'p-p' or 'p-n', got '{carriers}'.")
    if carriers == "p-n":
        raise InputError(
            "A p-type side that is left positive and an n-type side that is left negative both gain carriers: "
            "there is no depletion layer; use the Poisson-Boltzmann solution."
        )
    V = built_in_V - (2.0 if carriers == "n-p" else 1.0) * thermal_voltage(temperature) * correct
    if V <= 0.0:
        raise InputError(f"A built-in potential of {built_in_V:g} V is too close to kT/q for a depletion layer.")
    if carriers == "n-p":
        W1 = float(np.sqrt(2.0 * EPS0 * eps1 * eps2 * N2 * V / (Q * N1 * (eps1 * N1 + eps2 * N2))))
        W2, accumulated = W1 * N1 / N2, 0
    elif carriers == "n-n":
        W1, W2, accumulated = float(np.sqrt(2.0 * EPS0 * eps1 * V / (Q * N1))), 0.0, 2
    else:
        W1, W2, accumulated = 0.0, float(np.sqrt(2.0 * EPS0 * eps2 * V / (Q * N2))), 1
    sigma = Q * (N1 * W1 if W1 else N2 * W2)
    E1, E2 = sigma / (EPS0 * eps1), sigma / (EPS0 * eps2)
    return Depletion(W1, W2, E1, E2, E1 * W1 / 2.0, E2 * W2 / 2.0, sigma, EPS0 / (W1 / eps1 + W2 / eps2), accumulated)


def depleted_sphere_bending(doping: Any, radius: Any, permittivity: Any) -> Array:
    """q N R^2/(6 eps0 eps) in V: most that a sphere (m) of fixed charge `doping` (1/m3) can bend."""
    return np.asarray(Q * np.asarray(doping) * np.asarray(radius) ** 2 / (6.0 * EPS0 * np.asarray(permittivity)))


def doping_for_bending(bending_V: Any, radius: Any, permittivity: Any) -> Array:
    """6 eps0 eps V/(q R^2) in 1/m3: least doping that bends the bands of a sphere (m) by `bending_V` by depletion.

    Errors: `HeterofilmError` unless all are positive.
    """
    for what, value in (("bending", bending_V), ("radius", radius), ("permittivity", permittivity)):
        if not np.all(np.asarray(value) > 0.0):
            raise InputError(f"The {what} must be positive, got {float(np.min(value)):g}.")
    return np.asarray(6.0 * EPS0 * np.asarray(permittivity) * bending_V / (Q * np.asarray(radius) ** 2))
