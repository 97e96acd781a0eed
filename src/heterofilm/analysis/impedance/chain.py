"""A chain of RC elements with fixed time constants, which obeys the Kramers-Kronig relations whatever its resistances:

    Z(w) = R0 + jwL + 1/(jwC) + sum_k R_k/(1 + jw tau_k),

Boukamp, J. Electrochem. Soc. 142 (1995) 1885. It is linear in what is looked for.
"""

from __future__ import annotations

import numpy as np

from .elements import Complex, Real

__all__ = ["DENSITY", "basis", "solved"]

DENSITY = 3  # elements per decade at least, which a sharp arc between two time constants needs


def basis(f: Real, tau: Real, capacitance: bool, inductance: bool) -> Complex:
    """What each element of one ohm (henry, reciprocal farad) does, shape (n, m); the RC elements at `tau` come last."""
    w = 2.0 * np.pi * f
    columns = [np.ones_like(w) + 0j]
    if inductance:
        columns.append(1j * w)
    if capacitance:
        columns.append(1.0 / (1j * w))
    return np.column_stack([*columns, 1.0 / (1.0 + 1j * w[:, None] * tau)])


def solved(A: Complex, b: Complex) -> Real:
    """Real x with the least |A x - b|^2, shape (m,) for `b` of shape (n,), (m, k) for (n, k).

    Columns differ by many powers of ten (jwL, 1/(jwC)): they are brought to one length before the rank is judged.
    """
    stacked = np.vstack([A.real, A.imag])
    length = np.linalg.norm(stacked, axis=0)
    x = np.linalg.lstsq(stacked / length, np.concatenate([b.real, b.imag]), rcond=None)[0]
    return np.asarray((x.T / length).T)
