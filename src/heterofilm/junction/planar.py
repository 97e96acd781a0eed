"""Two thick solids in planar contact, exactly: the first integral of Poisson's equation.

Both solids end in a neutral bulk. With v the potential in kT/q above each solid's own bulk and p(v) the work stored by
its charge (:mod:`.statistics`), Poisson's equation integrates once to eps E^2/2 = p(v). At the interface the
potential and eps E are continuous:

    v_A - v_B = (Phi_A - Phi_B)/kT,      eps_A p_A(v_A) = eps_B p_B(v_B)

(Phi: work functions). One monotone equation for v_A: no mesh, no approximation. It is the limit of large radius of the
domains, and what solutions on a mesh are checked against. With Boltzmann statistics and depletion on both sides it
gives the depletion approximation with V_bi - 2kT/q; with a symmetric salt it is Gouy and Chapman's double layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..constants import EPSILON_0 as EPS0
from ..constants import K_B as KB
from .statistics import Array, Solid, thermal_voltage

__all__ = ["PlanarContact", "planar_contact"]


@dataclass(frozen=True)
class PlanarContact:
    """What a planar contact of two thick solids holds. Numbers of shape (samples,).

    - `built_in_V`: Phi_B - Phi_A, the potential of A's bulk above that of B; positive if A is left positive;
    - `bending_A_V` + `bending_B_V` = `built_in_V`: the part that drops in each solid;
    - `field_A_V_m`, `field_B_V_m`: at the interface, positive from A to B;
    - `charge_C_m2`: on the side of A; B holds the opposite.
    """

    built_in_V: Array
    bending_A_V: Array
    bending_B_V: Array
    field_A_V_m: Array
    field_B_V_m: Array
    charge_C_m2: Array


def planar_contact(A: Solid, B: Solid, temperature: float = 298.15) -> PlanarContact:
    """The exact contact of two thick solids at `temperature` (K).

    Errors: `HeterofilmError` for a temperature that is not positive.
    """
    V_T = thermal_voltage(temperature)
    V, eps_A, eps_B = np.broadcast_arrays(
        np.asarray(B.work_function, float) - A.work_function, np.asarray(A.permittivity, float), B.permittivity
    )
    # v_A runs from 0 (all bending in B) to -V (all in A); share = |v_A|/|V| by bisection
    low, high = np.zeros(V.shape), np.ones(V.shape)
    for _ in range(60):
        share = (low + high) / 2.0
        more = eps_A * A.work(-share * V / V_T) < eps_B * B.work((1.0 - share) * V / V_T)
        low, high = np.where(more, share, low), np.where(more, high, share)
    share = (low + high) / 2.0
    stored = np.maximum(eps_A * A.work(-share * V / V_T), 0.0)
    D = np.sign(V) * np.sqrt(2.0 * EPS0 * KB * temperature * stored)
    return PlanarContact(V, share * V, (1.0 - share) * V, D / (EPS0 * eps_A), D / (EPS0 * eps_B), D)
