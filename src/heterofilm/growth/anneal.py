"""How much of an amorphous film an anneal crystallises: Johnson, Mehl, Avrami, Kolmogorov.

    X = 1 - exp(-K^n),   K = integral of k(T) dt,   k(T) = k_half exp[-(E_a/k_B)(1/T - 1/T_half)]

The integral over any temperature history is exact where nucleation and growth depend on T in the same way
(isokinetic; Avrami 1940, Henderson 1979) and otherwise an approximation. In place of a frequency factor the law
is anchored where half is crystallised: k_half t_half = (ln 2)^(1/n) at T_half. A heating ramp at the rate b gives

    integral k dT/b = (k_half/b) exp(E_a/k_B T_half) [T E_2(E_a/k_B T)],   E_2 the exponential integral.

Cooling is taken to be fast.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..constants import K_B_EV

Real = Any  # a float, or an array of draws of it
ROOM = 298.15  # K, where a ramp begins


class Kinetics(NamedTuple):
    """How one phase crystallises."""

    E_a: Real  # eV
    n: Real  # Avrami exponent
    T_half: Real  # K
    t_half: Real  # s


def rate(T: Real, kinetics: Kinetics) -> Real:
    """k(T), 1/s."""
    E_a, n, T_half, t_half = kinetics
    return math.log(2.0) ** (1.0 / n) / t_half * np.exp(-E_a / K_B_EV * (1.0 / T - 1.0 / T_half))


def ramp_extent(T: Real, b: Real, kinetics: Kinetics) -> Real:
    """K after heating from room temperature to `T` (K) at `b` (K/s); zero for `T` at or below it."""
    from scipy.special import expn

    def below(upper: Real) -> Real:  # integral of k dT from 0 K to upper
        u = kinetics.E_a / (K_B_EV * np.asarray(upper, dtype=float))
        return rate(upper, kinetics) * upper * expn(2, u) * np.exp(u)

    return np.where(np.asarray(T) > ROOM, (below(np.maximum(T, ROOM)) - below(ROOM)) / b, 0.0)


def crystallised(T: Real, t: Real, kinetics: Kinetics, b: Real | None = None) -> Real:
    """X after `t` (s) at `T` (K), reached at `b` (K/s) from room temperature, or at once without `b`."""
    K = rate(T, kinetics) * t
    if b is not None:
        K = K + ramp_extent(T, b, kinetics)
    return -np.expm1(-(K**kinetics.n))
