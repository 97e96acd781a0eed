"""From the power of a gun to what arrives: ion energy and current, transport through the gas, geometry.

The sheath voltage V_d follows a power law around a reference; all ion energy is gained in the sheath, by
single charges and without collisions there, E = e V_d (an upper estimate). Power balance of the ions::

    I = P / [V_d (1 + gamma_se)]                       (an upper estimate too: electrons are heated for nothing)

An atom that leaves the disc of radius a by the cosine law arrives on the axis at distance d with

    1 / [pi (a^2 + d^2)]   per area,

thinned by collisions as (1 - exp(-x))/x with x = p d/(p0 d0): Keller and Simmons, IBM J. Res. Dev. 23, 24 (1979).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Real = Any  # a float, or an array of draws of it


def sheath_voltage(
    power: Real, pressure: Real, at: Real, power_ref: float, pressure_ref: float, n: Real, m: Real
) -> Real:
    """V_d (V) = at (P/P_ref)^n (p/p_ref)^-m; zero without power."""
    return np.where(np.asarray(power) > 0.0, at * (power / power_ref) ** n * (pressure / pressure_ref) ** -m, 0.0)


def power_for(voltage: Real, pressure: Real, at: Real, power_ref: float, pressure_ref: float, n: Real, m: Real) -> Real:
    """The power (W) that gives a sheath voltage: the inverse of `sheath_voltage`."""
    return power_ref * (voltage / at * (pressure / pressure_ref) ** m) ** (1.0 / n)


def ion_current(power: Real, voltage: Real, gamma_se: Real) -> Real:
    """Current of ions on the whole target (A)."""
    return np.where(np.asarray(power) > 0.0, power / (np.maximum(voltage, 1e-300) * (1.0 + gamma_se)), 0.0)


def geometry(distance: Real, radius: Real) -> Real:
    """Share of the emitted atoms that arrives per area of substrate on the axis, without gas (1/m2)."""
    return 1.0 / (np.pi * (radius**2 + distance**2))


def arriving(pressure: Real, distance: Real, p0_d0: Real) -> Real:
    """Share that the gas lets through; `p0_d0` in Pa m."""
    x = pressure * distance / p0_d0
    return -np.expm1(-x) / x
